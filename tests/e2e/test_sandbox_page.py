"""The first minute in the sandbox, in a real browser, by mouse and by keyboard alone."""

import json
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from bot.sandbox.page.app import make_app
from bot.sandbox.page.scenario import replay
from tests.e2e.browsing import CHROMIUM, a_browser, violations
from tests.fakes.quick_server import listening

PORT = 8797
RUN_MAX = 60_000

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="NO CHROMIUM WAS FOUND: THE SANDBOX'S PAGE IS NOT TESTED"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with a_browser() as result:
        yield result


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser) -> AsyncIterator[Page]:
    app, address = await make_app(port=PORT)
    async with (
        listening(app, port=PORT, lifespan="on"),
        await browser.new_context(viewport={"width": 1280, "height": 800}) as window,
    ):
        page = await window.new_page()
        await page.goto(address)
        await expect(page.locator("#room-title")).to_have_text("Ama Brightwater")
        yield page


async def stands_still(page: Page) -> None:
    """Wait until the clock stands still again."""
    await expect(page.locator("body:not(.busy)")).to_be_attached(timeout=RUN_MAX)
    await expect(page.locator("#said")).to_contain_text("passed", timeout=RUN_MAX)


async def test_the_first_minute_leads_to_a_full_rollup(page: Page) -> None:
    began = time.monotonic()
    await page.get_by_role("button", name="Next message").click()
    await page.locator("#log").get_by_role("button", name="Yes").click()
    await page.get_by_role("button", name="Done", exact=True).first.click()
    await expect(page.locator("#log")).to_contain_text("Done. Thank you.")
    await page.get_by_role("button", name="Run 4 weeks").click()
    await stands_still(page)
    await page.locator(".room", has_text="#partnership").click()
    await expect(page.locator("#log")).to_contain_text("week 4 of 4")
    assert time.monotonic() - began < 60
    await page.locator(".message.thread summary").last.click()
    table = page.get_by_role("table", name="Who does what by when").last
    await expect(table.get_by_role("columnheader")).to_have_text(
        ["Step", "Organisation", "Owner", "By", "Status"]
    )
    assert await table.get_by_role("rowheader").count() >= 3
    assert await violations(page) == []


async def test_a_plan_is_made_in_a_form_and_the_card_changes_in_place(page: Page) -> None:
    await page.get_by_role("button", name="Next message").click()
    await page.locator("#log").get_by_role("button", name="Yes").click()
    await page.get_by_role("button", name="I'll do it").first.click()
    form = page.get_by_role("dialog", name="When and where?")
    await expect(form).to_be_visible()
    assert await violations(page) == []
    await form.get_by_role("button", name="Save my plan").click()
    await expect(form.locator(".wrong").first).to_contain_text("Pick a time")
    await form.locator("input[type=radio]").first.check()
    await form.get_by_role("button", name="Save my plan").click()
    await expect(form).to_be_hidden()
    await expect(page.locator("#log")).to_contain_text("Your plan:")
    await expect(page.locator("#happened")).to_contain_text("planned")


async def test_several_choices_are_ticks_and_what_is_ticked_is_what_counts(page: Page) -> None:
    async def opens(word: str, title: str) -> Locator:
        await page.get_by_role("textbox").last.fill(word)
        await page.keyboard.press("Enter")
        await page.locator("#log").get_by_role("button", name=title).last.click()
        form = page.get_by_role("dialog", name=title)
        await expect(form).to_be_visible()
        return form

    form = await opens("my days", "days and hours")
    assert await violations(page) == []
    for day in ("Monday", "Friday"):
        await form.get_by_label(day).uncheck()
    await form.get_by_role("button", name="Save").click()
    await expect(page.locator("#log")).to_contain_text("Tuesday, Wednesday and Thursday, between")
    form = await opens("apart", "Do not pair me with")
    assert await violations(page) == []
    await form.get_by_label("Joe Penhallow").check()
    await form.get_by_label("Priya Sunderwood").check()
    await form.get_by_role("button", name="Save").click()
    form = await opens("apart", "Do not pair me with")
    await expect(form.locator("input:checked")).to_have_count(2)
    await form.get_by_label("Joe Penhallow").uncheck()
    await form.get_by_role("button", name="Save").click()
    form = await opens("apart", "Do not pair me with")
    await expect(form.locator("input:checked")).to_have_count(1)


async def test_all_of_it_works_by_keyboard_alone(page: Page) -> None:
    async def reach(name: str) -> None:
        for _ in range(80):
            await page.keyboard.press("Tab")
            here = page.locator("*:focus")
            if await here.count() and (await here.inner_text()).strip().startswith(name):
                return
        raise AssertionError(f"“{name}” cannot be reached by keyboard")

    await reach("Next message")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message")).to_have_count(1)
    await reach("Yes")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message")).not_to_have_count(1)
    await reach("I'll do it")
    await page.keyboard.press("Enter")
    await expect(page.locator("#form")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("#form")).to_be_hidden()
    await page.locator("#words").focus()
    await page.keyboard.type("help")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message.theirs")).to_have_count(1)


async def test_a_lost_answer_is_read_back_and_nothing_is_doubled(page: Page) -> None:
    await page.get_by_role("button", name="Lost answer").click()
    await page.get_by_role("button", name="Next message").click()
    await expect(page.locator("#said")).to_contain_text("There you are")
    await page.get_by_role("button", name="+1 day").click()
    await expect(page.locator("#now")).to_contain_text("Tuesday 5 January")
    await expect(page.locator("body:not(.busy)")).to_be_attached()
    await expect(page.locator(".message")).to_have_count(1)
    await expect(page.locator("#ledger")).not_to_contain_text("read back")


async def test_the_clock_is_stopped_by_a_button_that_is_there_only_while_it_moves(page: Page) -> None:
    stop = page.get_by_role("button", name="Stop the clock")
    await expect(stop).to_be_hidden()
    await page.get_by_role("button", name="Run 4 weeks").click()
    await stop.click()
    await expect(page.locator("#said")).to_have_text("The clock was stopped.")
    await expect(stop).to_be_hidden()
    await expect(page.locator("#now")).to_contain_text("January 2027")


async def test_a_page_that_is_loaded_while_the_clock_moves_shows_everything_and_goes_on(page: Page) -> None:
    await page.get_by_role("button", name="Run 4 weeks").click()
    await expect(page.locator("body.busy")).to_be_attached()
    await page.reload()
    await expect(page.locator("#happened li").first).to_be_visible()
    await expect(page.locator("#due li").first).to_be_visible()
    await stands_still(page)


async def test_a_fault_is_said_in_words_and_in_the_channel_as_well(page: Page) -> None:
    await page.get_by_role("button", name="Rate limit").click()
    await expect(page.locator("#said")).to_have_text("The next post will be told to wait.")
    await expect(page.locator("#happened li").first).to_contain_text("will be told to wait")
    await page.locator(".room", has_text="#partnership").click()
    await expect(page.locator("#composer")).to_be_hidden()
    await page.get_by_role("button", name="Person left").click()
    await expect(page.locator("#said")).to_contain_text("A channel cannot leave")


async def test_what_was_done_replays_as_a_test(page: Page) -> None:
    await page.get_by_role("button", name="Next message").click()
    await page.locator("#log").get_by_role("button", name="Yes").click()
    await page.locator("#words").fill("today")
    await page.locator("#words").press("Enter")
    await expect(page.locator(".message.theirs")).to_have_count(1)
    await expect(page.locator(".message")).to_have_count(4)
    await page.get_by_role("button", name="Copy as test").click()
    box = page.get_by_role("textbox", name="The session as JSON")
    await expect(box).to_be_visible()
    assert await violations(page) == []
    scenario = json.loads(await box.input_value())
    assert [step["do"] for step in scenario["steps"]] == ["move", "tap", "say"]
    assert await replay(scenario) == scenario["expect"]


@pytest.mark.parametrize("width", [400, 1280])
async def test_no_width_makes_the_page_scroll_sideways(page: Page, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 800})
    await page.locator(".room", has_text="#partnership").click()
    await expect(page.locator("#pinned")).to_be_visible()
    wide = await page.evaluate("() => document.documentElement.scrollWidth")
    assert wide <= width
    assert await violations(page) == []


async def test_an_own_page_works_by_keyboard_and_is_accessible(page: Page) -> None:
    await page.get_by_role("button", name="Next message").click()
    await page.get_by_role("button", name="Home", exact=True).click()
    home = page.locator("#home")
    await expect(home).to_contain_text("Shall I start?")
    await home.get_by_role("button", name="Yes").focus()
    await page.keyboard.press("Enter")
    await expect(home).to_contain_text("Your week")
    await page.keyboard.press("Escape")
    await home.get_by_role("button", name="Done", exact=True).first.click()
    await expect(home).to_contain_text("Done. Thank you.")
    await home.get_by_role("button", name="What is held").click()
    await expect(page.get_by_role("dialog")).to_contain_text("What I hold about you")
    assert await violations(page) == []
    await page.get_by_role("button", name="Close").click()
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await page.get_by_role("button", name="Slack form").click()
    await expect(home).to_contain_text("actions")
    assert await violations(page) == []
    await page.get_by_role("button", name="Messages").click()
    await expect(home).to_be_hidden()
    await expect(page.locator(".log").first).to_contain_text("Done. Thank you.")
