"""The open page in a real browser: no barrier on any section, at both widths, and by keyboard alone."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.bot.open_page.world import PATHS, Place, make_place
from tests.e2e.browsing import CHROMIUM, a_browser, violations
from tests.fakes.quick_server import listening

PORT = 8798
BASE = f"http://127.0.0.1:{PORT}"
HERE = f"{BASE}/open/riverside"

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="NO CHROMIUM WAS FOUND: THE OPEN PAGE IS NOT TESTED"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with a_browser() as result:
        yield result


@pytest_asyncio.fixture(loop_scope="module")
async def place() -> Place:
    return await make_place(base=BASE)


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, place: Place) -> AsyncIterator[Page]:
    async with (
        listening(place.app, port=PORT),
        await browser.new_context(viewport={"width": 1280, "height": 900}) as window,
    ):
        yield await window.new_page()


async def come_in(page: Page, place: Place) -> None:
    """From the link that the bot gives to the page."""
    await page.goto(await place.link_of("Ama"))
    await page.get_by_role("button", name="Yes, that is me").click()
    await expect(page).to_have_url(HERE)


async def test_a_member_comes_from_the_link_to_the_page(page: Page, place: Place) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    await page.goto(await place.link_of("Ama"))
    assert await violations(page) == []
    await expect(page.get_by_role("main")).to_contain_text("Ama Boateng")
    await page.get_by_role("button", name="Yes, that is me").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("People get home sooner.")
    await page.get_by_role("navigation", name="Sections").get_by_role("link", name="Our steps").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Our steps")
    assert said == [], "nothing is blocked, missing or wrong"


async def test_no_section_has_a_barrier_or_scrolls_sideways_on_a_desk_or_a_phone(
    page: Page, place: Place
) -> None:
    await come_in(page, place)
    for width in (1280, 390):
        await page.set_viewport_size({"width": width, "height": 900})
        for path in PATHS:
            answer = await page.goto(f"{HERE}{path}")
            assert answer is not None
            assert answer.status == 200
            assert await violations(page) == [], f"{path} at {width}"
            wide = await page.evaluate("() => document.documentElement.scrollWidth")
            assert wide <= width, f"{path} at {width}"


async def test_whoever_may_not_read_is_told_what_to_do(page: Page, place: Place) -> None:
    await page.goto(HERE)
    await expect(page.get_by_role("heading", level=1)).to_have_text("There is no page here for you")
    await expect(page.get_by_role("main")).to_contain_text("say open to Milepost")
    assert await violations(page) == []


async def test_all_of_it_works_by_keyboard_alone(page: Page, place: Place) -> None:
    async def reach(name: str) -> None:
        for _ in range(60):
            await page.keyboard.press("Tab")
            here = page.locator("*:focus")
            if await here.count() and (await here.inner_text()).strip().startswith(name):
                return
        raise AssertionError(f"“{name}” cannot be reached by keyboard")

    await page.goto(await place.link_of("Ama"))
    await reach("Yes, that is me")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(HERE)
    await page.keyboard.press("Tab")
    await expect(page.locator("*:focus")).to_have_text("Skip to main content")
    await reach("Messages")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Messages")
    await reach("Ask word")
    await page.keyboard.press("Enter")
    await expect(page.locator("#ask_word .mp-said").first).to_be_visible()
    await page.goto(f"{HERE}/library")
    await page.get_by_role("searchbox").focus()
    await page.keyboard.type("partners")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_have_text("1 of 1 line found.")
