"""The sandbox's own pages: opened, tapped, with a small window for words, and replayed as a test."""

import pytest

from bot.sandbox.outbound import sandbox_address
from bot.sandbox.page.scenario import replay, to_scenario
from bot.sandbox.page.session import CHANNEL, Visit, begin
from bot.sandbox.page.view import page_state
from nudges.errors import InvalidInput


async def _begun() -> tuple[Visit, str]:
    session = await begin()
    who = session.world.personas[0]
    await session.move("next", who=who)
    await session.open_home(who)
    return session, who


def _words(session: Visit, who: str) -> str:
    home = session.world.platform.home_of(sandbox_address(who))
    return home.page.text if home else ""


async def _tap(session: Visit, who: str, verb: str, *, on: str = "home") -> None:
    shown = session.world.platform.home_of(sandbox_address(who))
    notice = session.world.platform.notice_of(sandbox_address(who))
    page = notice if on == "notice" else shown.page if shown else None
    assert page is not None
    button = next(one for section in page.sections for one in section.buttons if one.verb == verb)
    await session.tap(who, message=on, verb=verb, subject=button.subject, value=button.value)


async def test_an_own_page_works_and_its_words_stand_in_a_window_over_it() -> None:
    session, who = await _begun()
    assert "Shall I start?" in _words(session, who)
    await _tap(session, who, "yes")
    assert "Your week" in _words(session, who)
    await _tap(session, who, "done")
    assert "Done. Thank you." in _words(session, who)
    await _tap(session, who, "what_is_held")
    state = await page_state(session, room=who, is_slack=True, read={})
    assert state["room"]["notice"]["sections"][0]["text"] == "What I hold about you"
    assert len(state["room"]["home"]["slack"]["blocks"]) <= 100
    await session.put_away(who)
    assert (await page_state(session, room=who, is_slack=False, read={}))["room"]["notice"] is None
    await session.world.close()


async def test_a_form_from_the_page_is_answered_over_the_page() -> None:
    session, who = await _begun()
    await _tap(session, who, "yes")
    before = len(session.world.platform.conversation(sandbox_address(who)))
    await _tap(session, who, "commit")
    assert session.world.platform.form_of(sandbox_address(who)) is not None
    errors = await session.answer(who, {"text": "", "due": "2027-01-08"})
    assert errors
    assert await session.answer(who, {"text": "Call the ward", "due": "2027-01-08"}) == {}
    assert "By Friday 8 January: Call the ward." in _words(session, who)
    assert len(session.world.platform.conversation(sandbox_address(who))) <= before + 1
    await session.world.close()


async def test_a_button_that_the_page_does_not_show_is_refused() -> None:
    session, who = await _begun()
    for message in ("home", "notice"):
        with pytest.raises(InvalidInput):
            await session.tap(who, message=message, verb="stop", subject="", value="")
    with pytest.raises(InvalidInput):
        await session.open_home(CHANNEL)
    await session.world.close()


async def test_a_visit_to_the_page_is_replayed_as_a_test() -> None:
    session, who = await _begun()
    await _tap(session, who, "yes")
    await _tap(session, who, "done")
    scenario = to_scenario(session)
    assert await replay(scenario) == scenario["expect"]
    await session.world.close()
