"""Messages that could not be sent in their hours: moved while they make sense, closed when they do not."""

from datetime import datetime, timedelta

from nudges.model.nudge import NudgeState
from tests.journeys.world import World, at, make_world, started

TUESDAY = at("2027-01-12", "08:45")


async def _live_slowly(world: World, until: datetime) -> None:
    """Look every two hours: whoever retries every half a minute for a week would take a minute here."""
    while world.clock.now() < until:
        world.clock.move_to(min(until, world.clock.now() + timedelta(hours=2)))
        await world.milepost.settle()


async def _down_from_tuesday() -> World:
    world = await started(say_yes="Ama Ben Cleo Dev", until=TUESDAY - timedelta(minutes=1))
    world.platform.faults.is_down = True
    await world.run_to(TUESDAY + timedelta(minutes=5))
    return world


async def test_a_nudge_that_missed_its_day_goes_out_on_the_next_one_of_the_week() -> None:
    world = await _down_from_tuesday()
    await _live_slowly(world, at("2027-01-13", "07:00"))
    world.platform.faults.is_down = False
    await world.run_to(at("2027-01-13", "09:00"))
    assert len([one for one in world.heard("Ama") if "First coffees" in one]) == 1
    assert [line.at for line in world.lines if line.to == "ama@example.org"][-1] >= at("2027-01-13", "08:30")


async def test_a_nudge_whose_week_is_over_is_taken_back_and_counts_as_no_silence() -> None:
    world = await _down_from_tuesday()
    before = (await world.leader("Ama")).silent
    await _live_slowly(world, at("2027-01-18", "07:00"))
    world.platform.faults.is_down = False
    await world.run_to(at("2027-01-19", "09:00"))
    assert not any("First coffees" in one for one in world.heard("Ama"))
    assert [one.state for one in await world.nudges("Ama")][1] is NudgeState.WITHDRAWN
    assert (await world.leader("Ama")).silent == before


async def test_nothing_lapsed_goes_to_somebody_who_stopped_or_about_what_was_answered() -> None:
    world = await _down_from_tuesday()
    await world.do("Ama", "say", via="message", args={"text": "stop"})
    await world.do("Ben", "done", (await world.nudges("Ben"))[-1].id)
    await _live_slowly(world, at("2027-01-13", "07:00"))
    world.platform.faults.is_down = False
    await world.run_to(at("2027-01-13", "12:00"))
    for name in ("Ama", "Ben"):
        assert not any("First coffees" in one for one in world.heard(name))


async def test_an_invitation_waits_however_long_the_platform_is_away() -> None:
    world = await make_world()
    await world.launch()
    world.platform.faults.is_down = True
    await _live_slowly(world, at("2027-01-13", "12:00"))
    world.platform.faults.is_down = False
    await world.run_to(at("2027-01-14", "12:00"))
    assert "Shall I start?" in world.heard("Ama")[0]
    assert len(world.heard("Ama")) == 1
