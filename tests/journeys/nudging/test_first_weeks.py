"""From the welcome to a kept step: yes, plan, done, undo, swap, not now, another day, typed words."""

from datetime import date, timedelta

import pytest

from nudges.errors import IllegalTransition, InvalidInput
from nudges.model.events import EventKind
from nudges.model.nudge import Nudge, NudgeState
from tests.journeys.world import FOUR, HETTY, World, a_partnership, at, files, make_world, started

MONDAY_TEN = at("2027-01-04", "10:00")
TUESDAY = at("2027-01-12", "08:45")


async def test_nothing_is_sent_before_the_welcome_and_nothing_but_it_before_a_yes() -> None:
    world = await make_world()
    await world.launch()
    await world.run_to(at("2027-01-30"))
    for name in ("Ama", "Ben", "Cleo", "Dev"):
        assert [one.split(" ")[0] for one in world.heard(name)] == ["Hetty"]
        assert [line.at for line in world.lines if line.to == f"{name.lower()}@example.org"] == [MONDAY_TEN]


async def test_yes_is_followed_at_once_by_a_five_minute_step_and_the_welcome_loses_its_buttons() -> None:
    world = await started(say_yes="Ama")
    assert world.last("Ama").startswith("Thank you. Here is a first one that takes 5 minutes.")
    assert [
        button.verb for each in world.conversation("Ama")[0].message.sections for button in each.buttons
    ] == []
    (nudge,) = await world.nudges("Ama")
    assert nudge.is_first_step
    assert nudge.offered_at == MONDAY_TEN


async def test_a_second_yes_offers_nothing_more() -> None:
    world = await started(say_yes="Ama")
    await world.do("Ama", "yes", "riverside-ama")
    await world.says("Ama", "yes")
    assert len(await world.nudges("Ama")) == 1
    assert len(await world.events(EventKind.OPTED_IN)) == 1


async def test_the_week_of_the_first_step_brings_no_other_action_and_the_next_tuesday_does() -> None:
    world = await started(say_yes="Ama Ben", until=at("2027-01-11"))
    assert len(await world.nudges("Ama")) == 1
    await world.run_to(TUESDAY)
    assert [one.offered_at for one in await world.nudges("Ama")] == [MONDAY_TEN, TUESDAY]


async def test_not_now_to_the_welcome_is_asked_once_more_after_two_weeks_then_never() -> None:
    world = await started()
    await world.tap("Ama", "later")
    assert len(world.heard("Ama")) == 1
    await world.run_to(at("2027-01-18", "09:59"))
    assert len(world.heard("Ama")) == 1
    await world.run_to(at("2027-01-18", "10:00"))
    assert len(world.heard("Ama")) == 2
    await world.tap("Ama", "later")
    await world.run_to(at("2027-03-30"))
    assert len(world.heard("Ama")) == 2


async def test_a_plan_is_asked_about_once_after_its_time_and_done_closes_it() -> None:
    world = await started(say_yes="Ama Ben")
    await world.plans("Ama", at("2027-01-06", "13:00"))
    (nudge,) = await world.nudges("Ama")
    assert nudge.plan is not None
    assert (nudge.state, nudge.plan.at) == (NudgeState.PLANNED, at("2027-01-06", "13:00"))
    assert "Wednesday 6 January, 1pm" in world.conversation("Ama")[1].message.text
    await world.run_to(at("2027-01-06", "13:04"))
    assert len(world.heard("Ama")) == 2
    await world.run_to(at("2027-01-06", "13:30"))
    assert "Did it happen?" in world.last("Ama")
    await world.tap("Ama", "done")
    *earlier, newest = world.conversation("Ama")[1:]
    assert "Done. Thank you." in newest.message.text
    assert all("See below." in one.message.text for one in earlier)
    await world.run_to(at("2027-01-11"))
    assert len(world.heard("Ama")) == 3


async def test_a_second_tap_on_done_keeps_the_first_time_and_undo_takes_it_back() -> None:
    world = await started(say_yes="Ama")
    nudge_id = world.button("Ama", "done").subject
    await world.do("Ama", "done", nudge_id)
    await world.run_to(at("2027-01-04", "12:00"))
    await world.do("Ama", "done", nudge_id)
    assert (await world.nudges("Ama"))[0].done_at == MONDAY_TEN
    assert len(await world.events(EventKind.DONE)) == 1
    await world.tap("Ama", "undo")
    (undone,) = await world.nudges("Ama")
    assert (undone.state, undone.done_at) == (NudgeState.OFFERED, None)
    await world.run_to(at("2027-01-04", "13:00"))
    await world.tap("Ama", "done")
    await world.do("Ama", "done", nudge_id)
    assert (await world.nudges("Ama"))[0].done_at == at("2027-01-04", "13:00")


async def test_two_swaps_at_most_and_the_old_card_says_so() -> None:
    world = await started(say_yes="Ama Ben")
    first = (await world.nudges("Ama"))[0]
    await world.fills("Ama", "swap_submit", first.id, action=first.offers[0])
    second = await _newest(world)
    assert (second.swaps, second.swapped_from) == (1, first.id)
    assert "You swapped this one" in world.conversation("Ama")[1].message.text
    await world.fills("Ama", "swap_submit", second.id, action=second.offers[0])
    third = await _newest(world)
    with pytest.raises(InvalidInput):
        await world.fills("Ama", "swap_submit", third.id, action="LIS-01")
    assert third.swaps == 2


async def test_undoing_a_swap_takes_the_other_step_back_and_says_so_on_its_card() -> None:
    world = await started(say_yes="Ama Ben")
    first = (await world.nudges("Ama"))[0]
    await world.fills("Ama", "swap_submit", first.id, action=first.offers[0])
    await world.do("Ama", "undo", first.id)
    second = next(one for one in await world.nudges("Ama") if one.swapped_from == first.id)
    assert second.state is NudgeState.WITHDRAWN
    assert [one.state for one in await world.nudges("Ama") if one.id == first.id] == [NudgeState.OFFERED]
    assert "I've taken this one back" in world.last("Ama")
    with pytest.raises(IllegalTransition):
        await world.do("Ama", "done", second.id)


async def _newest(world: World) -> Nudge:
    return max(await world.nudges("Ama"), key=lambda one: one.swaps)


async def test_not_now_offers_days_and_a_day_brings_the_step_back_then() -> None:
    world = await started(say_yes="Ama")
    await world.tap("Ama", "not_now")
    assert (await world.nudges("Ama"))[0].state is NudgeState.NOT_NOW
    button = world.button("Ama", "snooze")
    await world.tap("Ama", "snooze", button.value)
    (nudge,) = await world.nudges("Ama")
    day = date.fromisoformat(button.value)
    assert nudge.snoozed_until == at(button.value, "10:00")
    assert day - date(2027, 1, 4) <= timedelta(days=14)
    await world.run_to(at(button.value, "09:59"))
    assert len(world.heard("Ama")) == 2
    await world.run_to(at(button.value, "10:00"))
    assert len(world.heard("Ama")) == 3


async def test_a_day_more_than_two_weeks_away_is_refused_and_changes_nothing() -> None:
    world = await started(say_yes="Ama")
    nudge_id = world.button("Ama", "done").subject
    for day in ("2027-01-19", "2027-01-04", "2026-12-30", "9999-12-31", "soon"):
        with pytest.raises(InvalidInput):
            await world.do("Ama", "snooze", nudge_id, value=day)
    assert (await world.nudges("Ama"))[0].state is NudgeState.OFFERED


async def test_not_yet_leads_to_a_new_day_and_the_second_question_rides_on_the_next_nudge() -> None:
    world = await started(say_yes="Ama Ben")
    await world.plans("Ama", at("2027-01-05", "09:30"))
    await world.run_to(at("2027-01-05", "12:00"))
    await world.tap("Ama", "not_yet")
    nudge_id = world.button("Ama", "move").subject
    await world.fills("Ama", "plan_submit", nudge_id, other_day="2027-01-07", other_time="15:00")
    await world.run_to(at("2027-01-11"))
    asked = [one for one in world.heard("Ama") if "Did it happen?" in one]
    assert len(asked) == 1, "one follow-up for each action"
    await world.run_to(TUESDAY)
    assert "Did it happen?" in world.last("Ama")
    await world.do("Ama", "done", nudge_id)
    assert "Did it happen?" not in world.last("Ama"), "an answered question leaves the message it rode on"
    assert (await world.nudges("Ama"))[0].state is NudgeState.DONE


async def test_partly_is_a_reply_and_is_not_counted_as_done() -> None:
    world = await started(say_yes="Ama Ben")
    await world.plans("Ama", at("2027-01-05", "09:30"))
    await world.run_to(at("2027-01-05", "12:00"))
    await world.tap("Ama", "partly")
    await world.run_to(TUESDAY)
    assert await world.events(EventKind.DONE) == []
    assert (await world.leader("Ama")).missed == 0


async def test_an_undone_plan_is_not_asked_about() -> None:
    world = await started(say_yes="Ama")
    await world.plans("Ama", at("2027-01-06", "13:00"))
    await world.tap("Ama", "undo")
    (nudge,) = await world.nudges("Ama")
    assert (nudge.state, nudge.plan) == (NudgeState.OFFERED, None)
    await world.run_to(at("2027-01-09"))
    assert not any("Did it happen?" in one for one in world.heard("Ama"))


async def test_typed_words_are_asked_about_and_never_guessed() -> None:
    world = await started(say_yes="Ama")
    before = await world.nudges("Ama")
    await world.says("Ama", "I did it yesterday, it went well")
    assert "Shall I mark it done?" in world.last("Ama")
    assert await world.nudges("Ama") == before
    await world.tap("Ama", "no")
    assert await world.nudges("Ama") == before
    await world.says("Ama", "blue elephants")
    assert await world.nudges("Ama") == before
    await world.says("Ama", "done")
    assert (await world.nudges("Ama"))[0].state is NudgeState.DONE


async def test_help_is_passed_on_only_after_a_yes_and_only_once() -> None:
    partnership = a_partnership(helper_id="riverside-hetty")
    world = await started(files((*FOUR, HETTY), partnership=partnership), say_yes="Ama")
    await world.says("Ama", "help me")
    assert not any("would like some help" in text for text in world.heard("Hetty"))
    await world.tap("Ama", "help", "no")
    assert len(await world.events(EventKind.HELP_ASKED)) == 0
    await world.tap("Ama", "help", "yes")
    await world.tap("Ama", "help", "yes")
    assert len(await world.events(EventKind.HELP_ASKED)) == 1
    passed = [one for one in world.heard("Hetty") if "Ama Boateng" in one]
    assert len(passed) == 1


async def test_the_same_wording_of_a_follow_up_does_not_come_again_within_eight_weeks() -> None:
    world = await _weeks_of_plans()
    asked = [line for line in world.lines if line.to == "ama@example.org" and line.what == "post"]
    follow_ups = [
        line.posted.message.text.split(".", 1)[-1]
        for line in asked
        if "Did it happen?" in line.posted.message.text and "Why:" not in line.posted.message.text
    ]
    assert len(follow_ups) <= 4


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "slot"),
        ({"other_day": "2027-01-07"}, "other_time"),
        ({"other_time": "15:00"}, "other_day"),
        ({"other_day": "2027-01-04", "other_time": "15:00"}, "other_day"),
    ],
)
async def test_a_plan_without_a_day_or_a_time_is_refused_at_its_field(
    given: dict[str, str], field: str
) -> None:
    world = await started(say_yes="Ama", until=at("2027-01-05", "09:00"))
    nudge = next(one for one in await world.nudges("Ama") if one.is_open)
    outcome = await world.fills("Ama", "plan_submit", nudge.id, **given)
    assert list(outcome.errors) == [field]
    assert [one.plan for one in await world.nudges("Ama") if one.id == nudge.id] == [None]


async def _weeks_of_plans() -> World:
    world = await started(campaign="system-leadership-6-months", say_yes="Ama Ben Cleo Dev")
    for week in range(7):
        monday = date(2027, 1, 4) + timedelta(weeks=week)
        await world.run_to(at((monday + timedelta(days=1)).isoformat(), "09:00"))
        nudges = [one for one in await world.nudges("Ama") if one.is_open]
        for nudge in nudges[-1:]:
            day = (monday + timedelta(days=2)).isoformat()
            outcome = await world.fills("Ama", "plan_submit", nudge.id, other_day=day, other_time="10:00")
            assert not outcome.errors
    await world.run_to(at("2027-02-21"))
    return world
