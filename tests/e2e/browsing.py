"""A Chromium to look at pages with, and what axe finds wrong with them."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@asynccontextmanager
async def a_browser() -> AsyncIterator[Browser]:
    """One that outlives the tests of a file; each of them opens a window that shares nothing with others."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        await browser.close()


async def violations(page: Page) -> list[str]:
    """What axe finds wrong with the page as it stands."""
    result = await Axe().run(page)
    return [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in result.response["violations"]]
