"""After a campaign: a message a fortnight for a month, one in four weeks for three months, then silence."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from nudges.model import calendar
from nudges.model.events import EventKind
from tests.journeys.support.test_support_ladder import steady_world
from tests.journeys.world import CHANNEL, World, at, started

ENDS = date(2027, 2, 1)  # the Monday after the four weeks of the starter campaign
# Fortnightly for a month, then every fourth week for twelve weeks: the last week of each interval.
AFTER = [ENDS + timedelta(weeks=number - 1) for number in (2, 4, 8, 12, 16)]


async def after_the_end(*, say_yes: str = "Ama Ben Cleo Dev", has_done: bool = True) -> World:
    """The starter campaign is over, and these people took part in it."""
    world = await started(say_yes=say_yes)
    for monday in range(4):
        await world.run_to(at((date(2027, 1, 5) + monday * calendar.WEEK).isoformat(), "09:00"))
        for name in say_yes.split() if has_done else ():
            for nudge in await world.nudges(name):
                if nudge.is_open:
                    await world.do(name, "done", nudge.id)
    await world.run_to(at("2027-02-01", "12:00"))
    assert (await world.events(EventKind.RUN_ENDED)) != []
    return world


async def weeks_heard(world: World, who: str) -> list[date]:
    """The weeks in which this person was sent a new step after the end."""
    return sorted({one.week_on for one in await world.nudges(who) if one.week_on >= ENDS})


async def answer_each(world: World, who: str, until: str) -> None:
    """Live on, and answer every step on the day after it came."""
    for week_on in AFTER:
        await world.run_to(at((week_on + timedelta(days=2)).isoformat(), "12:00"))
        for nudge in await world.nudges(who):
            if nudge.is_open:
                await world.do(who, "done", nudge.id)
    await world.run_to(at(until))


async def test_it_needs_no_new_campaign_and_ends_in_silence() -> None:
    world = await after_the_end()
    await answer_each(world, "Ama", "2027-07-25")
    assert await weeks_heard(world, "Ama") == AFTER
    last = max(line.at for line in world.lines if line.to == "ama@example.org" and line.what == "post")
    assert last.date() < AFTER[-1] + timedelta(weeks=1)
    assert not [timer for timer in await world.timers() if timer.subject == "riverside-ama"]


async def test_the_first_says_what_comes_and_the_last_says_goodbye() -> None:
    world = await after_the_end()
    before = len(world.heard("Ama"))
    await answer_each(world, "Ama", "2027-07-01")
    said = [one for one in world.heard("Ama")[before:] if "step" in one.split("\n\n")[0]]
    assert said[0].startswith("“Four weeks to try it” is over. For a while I send a small step now and then")
    assert said[1].startswith("One small step, now that “Four weeks to try it” is over.")
    assert said[-1].startswith("This is the last step from me. Thank you for every one you took.")


async def test_stop_ends_it_at_any_time_with_one_tap() -> None:
    world = await after_the_end()
    await world.run_to(at("2027-02-09", "09:00"))
    await world.tap("Ama", "stop")
    before = len(world.heard("Ama"))
    await world.run_to(at("2027-08-01"))
    assert len(world.heard("Ama")) == before


async def test_every_step_is_a_small_one_that_is_new_or_a_second_cup() -> None:
    world = await after_the_end()
    await answer_each(world, "Ama", "2027-07-01")
    had: list[str] = []
    cup = world.milepost.book.rules.pairing.second_cup_action
    for nudge in await world.nudges("Ama"):
        action = world.milepost.book.action(nudge.action_id)
        if nudge.week_on >= ENDS and action.id != cup:
            assert action.rung == 1
            assert not action.needs_peer
            assert action.id not in had
        had.append(action.id)


async def test_a_link_that_needs_it_gets_a_second_cup_first() -> None:
    world = await after_the_end()
    async with world.store.reading() as tx:
        pairs = await tx.commitments.unchecked_pairs("riverside")
    met = [one for one in pairs if one.met_at is not None and "riverside-ama" in one.leader_ids]
    assert met, "they had coffee in the campaign"
    await answer_each(world, "Ama", "2027-07-01")
    cup = world.milepost.book.rules.pairing.second_cup_action
    offered = [one for one in await world.nudges("Ama") if one.week_on >= ENDS and one.action_id == cup]
    assert offered
    assert all(one.pair_id is not None for one in offered)


async def test_whoever_is_silent_hears_less_and_no_ladder_begins() -> None:
    world = await after_the_end(has_done=False, say_yes="Ama Ben")
    before = len(world.heard("Ama"))
    await world.run_to(at("2027-07-25"))
    said = "\n".join(world.heard("Ama")[before:])
    assert "find their time" not in said
    assert "Weeks fill up" not in said
    assert (await world.leader("Ama")).silent <= 4


async def test_the_channel_hears_nothing_of_it() -> None:
    world = await after_the_end()
    before = len(world.heard(CHANNEL))
    await answer_each(world, "Ama", "2027-07-01")
    assert len(world.heard(CHANNEL)) == before


async def test_a_new_campaign_takes_its_place() -> None:
    world = await after_the_end()
    await world.launch("first-100-days", starts_on=date(2027, 2, 15))
    await world.run_to(at("2027-03-31"))
    assert not [one for one in world.heard("Ama") if "now that “Four weeks" in one]


# -- a step that asks to be checked ------------------------------------------------------


async def passed_down(world: World, who: str = "Ama") -> str:
    """The newest nudge becomes "Pass one shared decision down the line", and is done; its id."""
    await world.run_to(at("2027-01-12", "09:00"))
    nudge = (await world.nudges(who))[-1]
    async with world.store.transaction() as tx:
        await tx.commitments.save_nudges([replace(nudge, action_id="PER-05")])
    await world.do(who, "done", nudge.id)
    return nudge.id


async def test_the_check_rides_on_the_next_weeks_nudge_once() -> None:
    world = await steady_world()
    await world.tap("Ama", "done")
    await passed_down(world)
    await world.run_to(at("2027-01-19", "09:00"))
    assert "Now ask somebody two levels down what they heard." in world.last("Ama")
    await world.tap("Ama", "check_back", "heard")
    assert "Good to know" in world.heard("Ama", what="whisper")[-1]
    assert "two levels down" not in world.last("Ama")
    assert len(await world.events(EventKind.CHECKED_BACK)) == 1
    before = len([one for one in world.heard("Ama") if "two levels down" in one])
    await world.run_to(at("2027-03-01"))
    assert len([one for one in world.heard("Ama") if "two levels down" in one]) == before


async def test_where_no_nudge_carries_it_the_check_comes_alone_a_week_later() -> None:
    world = await steady_world(weeks=2)
    await world.tap("Ama", "done")
    await passed_down(world)
    await world.run_to(at("2027-01-19", "09:59"))
    assert not [one for one in world.heard("Ama") if "two levels down" in one]
    await world.run_to(at("2027-01-19", "10:01"))
    assert world.last("Ama").startswith("You did this a week ago: Pass one shared decision down the line.")
    await world.tap("Ama", "check_back", "not_yet")
    assert await world.events(EventKind.CHECKED_BACK) == []


@pytest.mark.parametrize("verb", ["undo", "stop"])
async def test_what_was_not_done_after_all_is_not_checked(verb: str) -> None:
    world = await steady_world(weeks=2)
    await world.tap("Ama", "done")
    nudge_id = await passed_down(world)
    await world.do("Ama", verb, nudge_id)
    await world.run_to(at("2027-01-31"))
    assert not [one for one in world.heard("Ama") if "two levels down" in one]


async def test_the_check_waits_for_the_end_of_a_pause() -> None:
    world = await steady_world(weeks=2)
    await world.tap("Ama", "done")
    await passed_down(world)
    await world.says("Ama", "pause until 25 January")
    await world.run_to(at("2027-01-24"))
    assert not [one for one in world.heard("Ama") if "two levels down" in one]
    await world.run_to(at("2027-01-25", "12:00"))
    assert len([one for one in world.heard("Ama") if "two levels down" in one]) == 1


async def test_the_check_waits_for_a_week_with_room() -> None:
    world = await steady_world(weeks=2)
    await world.tap("Ama", "done")
    await passed_down(world)
    for promise in ("ring the ward", "write to Ben"):
        await world.says("Ama", f"commit “{promise}” by 15 January")
    await world.run_to(at("2027-01-24"))
    assert not [one for one in world.heard("Ama") if "two levels down" in one]
    await world.run_to(at("2027-01-26"))
    assert len([one for one in world.heard("Ama") if "two levels down" in one]) == 1
