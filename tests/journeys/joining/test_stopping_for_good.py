"""Stop is the end of everything: whatever was on its way to somebody, in whatever role."""

import pytest

from nudges.model.timers import TimerKind
from tests.journeys.crowded import REPAIR, crowded
from tests.journeys.world import at


@pytest.mark.parametrize("words", ["stop", "leave"])
async def test_nothing_reaches_who_stopped_though_every_kind_of_timer_was_set(words: str) -> None:
    world = await crowded()
    await world.fills("Zoe", "trial_submit", "", text="One list", ends="2027-01-12")
    await world.fills("Zoe", "hear_submit", "concern", text="It is cold", named="yes", theme="time")
    (*_, nudge) = await world.nudges("Zoe", "hillside")
    await world.do("Zoe", "help", nudge.id, value="yes")
    await world.fills("Zoe", "leaf_submit", "", text="We wait")
    kinds = {one.kind for one in await world.timers("hillside")}
    assert {TimerKind.TRIAL, TimerKind.HELP_DUE, TimerKind.HEARD_DUE, TimerKind.STEP_SOON} <= kinds
    if words == "stop":
        await world.says("Zoe", "stop")
    else:
        await world.do("Zoe", "leave_yes")
    before = world.heard("Zoe")
    await world.do("Yan", "help", value="yes")
    await world.fills("Yan", "hear_submit", "concern", text="It is dark", named="no")
    await world.fills("Yan", "leaf_submit", "", text="We wait too")
    await world.run_to(at("2027-03-29", "12:00"))
    assert world.runs[REPAIR].partnership_id == "hillside"
    assert world.heard("Zoe") == before
