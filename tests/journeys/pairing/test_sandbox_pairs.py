"""The conversation of two in the sandbox: shown to both, tapped by whoever looks."""

from typing import Any

import pytest

from bot.sandbox.outbound import Posted, sandbox_address
from bot.sandbox.page.session import Visit, begin
from bot.sandbox.page.view import page_state
from bot.sandbox.page.viewers import Viewer
from nudges.errors import InvalidInput
from nudges.model.message import Button, Message, Section


async def _both(session: Visit) -> tuple[Viewer, Viewer, Posted]:
    """Two personas share a conversation with a message whose button leads nowhere."""
    ama, tom = session.world.personas[:2]
    place = ",".join(sorted((ama, tom)))
    row = Section(buttons=(Button(label="At this time", verb="pick", subject="gone", value="x"),))
    await session.world.platform.post(sandbox_address(place), Message(text="Hello", sections=(row,)), key="k")
    (posted,) = session.world.platform.conversation(sandbox_address(place))
    return Viewer(who=ama, place=place), Viewer(who=tom, place=place), posted


async def _shown(session: Visit, viewer: Viewer) -> dict[str, Any]:
    return await page_state(session, room=viewer.room, is_slack=True, read={})


async def test_both_see_their_conversation_below_themselves_and_it_counts_as_new() -> None:
    session = await begin(seed=1)
    ama, tom, _ = await _both(session)
    state = await _shown(session, ama)
    rooms = {one["id"]: one for one in state["rooms"]}
    assert rooms[tom.room]["unread"] == 1
    assert rooms[tom.room]["of"] == tom.who
    assert rooms[tom.room]["name"] == f"With {session.world.people[ama.who].name}"
    assert [one["sections"][0]["buttons"][0]["verb"] for one in state["room"]["messages"]] == ["pick"]


async def test_a_tap_there_is_the_tap_of_whoever_looks_and_what_they_are_told_is_theirs_alone() -> None:
    session = await begin(seed=1)
    ama, tom, posted = await _both(session)
    await session.tap(ama.room, message=posted.ref.message, verb="pick", subject="gone", value="x")
    assert session.last_raw["tap"]["by"] == ama.who
    told, others = [(await _shown(session, viewer))["room"]["messages"] for viewer in (ama, tom)]
    assert (len(told), len(others)) == (2, 1)
    assert told[-1]["isWhisper"]


async def test_nobody_taps_in_a_conversation_that_they_are_not_in() -> None:
    session = await begin(seed=1)
    ama, _, posted = await _both(session)
    stranger = f"{session.world.personas[2]}>{ama.place}"
    with pytest.raises(InvalidInput):
        await session.tap(stranger, message=posted.ref.message, verb="pick", subject="gone", value="x")


async def test_a_message_to_both_is_for_whoever_has_not_tapped() -> None:
    session = await begin(seed=1)
    ama, _, posted = await _both(session)
    world = session.world
    assert world.reader_of(sandbox_address(ama.place), posted) is None, "nobody knows for whom this one is"
    assert world.reader_of(sandbox_address(ama.who), posted) == world.people[ama.who]
