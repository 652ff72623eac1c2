"""A Chromium to look at pages with, and what axe finds wrong with them."""

import shutil

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


async def violations(page: Page) -> list[str]:
    """What axe finds wrong with the page as it stands."""
    result = await Axe().run(page)
    return [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in result.response["violations"]]
