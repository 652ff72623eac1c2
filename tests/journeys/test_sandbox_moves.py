"""Every move of the clock is bounded, can be stopped, and says why nothing came of it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.sandbox.page.scenario import replay, to_scenario
from bot.sandbox.page.session import (
    CHANNEL,
    FAULTS,
    HAS_LEFT,
    IS_DOWN,
    NO_CHANNEL,
    NOTHING_DUE,
    STOPPED,
    Visit,
    begin,
)
from bot.sandbox.page.view import page_facts, page_state
from nudges.errors import InvalidInput


@pytest.fixture
async def session() -> AsyncIterator[Visit]:
    visit = await begin()
    yield visit
    await visit.world.close()


async def test_waiting_for_what_cannot_come_is_refused_at_once(session: Visit) -> None:
    ama, began = session.world.personas[0], session.world.clock.now()
    for name, words in (("platform_down", IS_DOWN), ("person_left", HAS_LEFT)):
        await session.fault(name, who=ama)
        with pytest.raises(InvalidInput) as refused:
            await session.move("next", who=ama)
        assert str(refused.value) == words
        await session.fault(name, who=ama)
    assert session.world.clock.now() == began


async def test_nothing_more_is_due_after_the_end_whatever_fault_is_armed(session: Visit) -> None:
    ama = session.world.personas[0]
    await session.move("run", who=ama)
    await session.move("week", who=ama)
    for name in ("rate_limit", "lost_answer"):
        await session.fault(name, who=ama)
    began = session.world.clock.now()
    said = ""
    # Partner steps go on: the board is asked about those whose dates came after the campaign.
    for _ in range(26):
        try:
            await session.move("next", who=ama)
        except InvalidInput as error:
            said = str(error)
            break
    assert said == NOTHING_DUE
    assert session.world.clock.now() - began <= 26 * timedelta(weeks=2)


async def test_a_day_without_a_platform_passes_and_says_so(session: Visit) -> None:
    await session.fault("platform_down", who=CHANNEL)
    assert await session.move("day") == IS_DOWN


async def test_a_move_is_stopped_shows_its_state_meanwhile_and_replays(session: Visit) -> None:
    ama = session.world.personas[0]
    moving = asyncio.create_task(session.move("run", who=ama))
    while session.progress is None or session.progress.share < 0.05:
        await asyncio.sleep(0)
    state = await page_state(session, room=ama, is_slack=False, read={})
    assert state["busy"]
    assert state["happened"]
    assert state["due"]
    session.stop()
    assert await moving == STOPPED
    scenario = to_scenario(session)
    assert await replay(scenario) == scenario["expect"]


@pytest.mark.parametrize("name", FAULTS)
async def test_a_fault_says_what_it_does_and_when_it_is_taken_back(session: Visit, name: str) -> None:
    ama = session.world.personas[0]
    assert await session.fault(name, who=ama) == FAULTS[name][0]
    state = await page_state(session, room=ama, is_slack=False, read={})
    assert state["happened"][0]["words"] == FAULTS[name][0]
    assert await session.fault(name, who=ama) == FAULTS[name][1]


async def test_a_channel_cannot_leave_and_that_is_said(session: Visit) -> None:
    assert await session.fault("person_left", who=CHANNEL) == NO_CHANNEL


async def test_the_set_up_is_a_few_lines_with_the_newest_on_top(session: Visit) -> None:
    assert page_facts(session)["personas"]
    state = await page_state(session, room=CHANNEL, is_slack=False, read={})
    words = [one["words"] for one in state["happened"]]
    assert words[0] == "The campaign was launched."
    assert "public steps were promised" in " ".join(words)
    assert len(words) <= 6
