"""My own settings: leave, days and hours, a delegate, the language, whom I avoid; and logging a step."""

from dataclasses import replace
from datetime import time

import pytest

from nudges.errors import InvalidInput, NotFound, RefusedText
from nudges.model import calendar
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.message import FieldKind, Form
from nudges.model.nudge import NudgeState, PromiseState
from nudges.model.partner_step import StepDraft, StepStatus
from nudges.model.people import Days, Pace, Visibility
from nudges.model.timers import TimerKind
from nudges.said import said
from nudges.use_cases.partner_steps.partner_steps import add_step
from tests.journeys.world import (
    FOUR,
    HETTY,
    LONDON,
    World,
    a_partnership,
    at,
    files,
    make_world,
    started,
)

WEEK_2 = at("2027-01-12", "09:00")
TWO = (FOUR[0], FOUR[1])


async def _form(world: World, who: str, verb: str, **args: str) -> Form:
    """The form that a command opens."""
    form = (await world.do(who, verb, via="command", args=args)).form
    assert form is not None, verb
    return form


def _said(outcome: Outcome) -> str:
    """What the person was told at once."""
    return outcome.reply.text if outcome.reply else ""


def _walls(world: World, who: str, *, from_line: int) -> list[time]:
    """The local times of everything that came to this person by itself after so many lines."""
    to = world.address(who).to
    return [
        calendar.local(line.at, LONDON).time()
        for line in world.lines[from_line:]
        if line.to == to and line.what == "post"
    ]


# -- leave ---------------------------------------------------------------------


async def test_nothing_comes_on_days_of_leave_and_the_next_step_comes_after_them() -> None:
    world = await started(say_yes="Ama Ben", until=at("2027-01-08", "18:00"))
    outcome = await world.fills("Ama", "away_submit", "", **{"from": "2027-01-11", "until": "2027-01-18"})
    assert not outcome.errors
    assert "Monday 11 January to Sunday 17 January" in world.last("Ama")
    before = len(world.heard("Ama"))
    await world.run_to(at("2027-01-17", "23:00"))
    assert len(world.heard("Ama")) == before
    await world.run_to(at("2027-01-20", "18:00"))
    assert len(world.heard("Ama")) > before


async def test_leave_that_overlaps_is_one_and_can_be_taken_back_by_its_button_and_in_the_form() -> None:
    world = await started(say_yes="Ama")
    await world.fills("Ama", "away_submit", "", **{"from": "2027-02-01", "until": "2027-02-06"})
    await world.fills("Ama", "away_submit", "", **{"from": "2027-02-04", "until": "2027-02-10"})
    await world.fills("Ama", "away_submit", "", **{"from": "2027-03-01", "until": "2027-03-03"})
    leave = (await world.leader("Ama")).leave
    assert [(str(one.from_on), str(one.to_on)) for one in leave] == [
        ("2027-02-01", "2027-02-10"),
        ("2027-03-01", "2027-03-03"),
    ]
    form = await _form(world, "Ama", "away")
    drop = next(field for field in form.fields if field.kind is FieldKind.CHOICES)
    assert [choice.label for choice in drop.choices] == [
        "Monday 1 February to Tuesday 9 February",
        "Monday 1 March to Tuesday 2 March",
    ]
    await world.tap("Ama", "away_drop", "2027-03-01/2027-03-03")
    assert len((await world.leader("Ama")).leave) == 1
    outcome = await world.fills("Ama", "away_submit", "", drop=drop.choices[0].value)
    assert "Taken back" in _said(outcome)
    assert (await world.leader("Ama")).leave == ()


async def test_leave_that_was_taken_back_is_an_ordinary_week_again() -> None:
    world = await started(say_yes="Ama", until=at("2027-01-08", "18:00"))
    await world.says("Ama", "away from Monday until 25 January")
    await world.tap("Ama", "away_drop")
    await world.run_to(at("2027-01-16"))
    assert any(str(one.week_on) == "2027-01-11" for one in await world.nudges("Ama"))


async def test_a_plan_in_days_of_leave_comes_after_them_and_is_asked_about_then() -> None:
    world = await started(say_yes="Ama", until=at("2027-01-05", "12:00"))
    await world.plans("Ama", at("2027-01-13", "11:00"))
    await world.says("Ama", "away from 12 January until 18 January")
    nudge = (await world.nudges("Ama"))[-1]
    assert nudge.plan is not None
    assert nudge.plan.at == at("2027-01-18", "11:00")
    (timer,) = [
        one for one in await world.timers() if (one.kind, one.subject) == (TimerKind.FOLLOW_UP, nudge.id)
    ]
    assert timer.due_at >= nudge.plan.at


async def test_whoever_was_to_meet_somebody_in_their_leave_is_told_kindly() -> None:
    world = await started(files(TWO), say_yes="Ama Ben", until=WEEK_2)
    form = (await world.tap("Ama", "plan")).form
    assert form is not None
    await world.fills("Ama", form.verb, form.subject, day_1="2027-01-14", time_1="10:00")
    await world.tap("Ben", "pick")
    await world.says("Ama", "away from Thursday until 22 January")
    assert (await world.pairs())[-1].ended_at is not None
    assert "is off" in world.last("Ben") or "can't meet this time" in world.last("Ben")


async def test_leave_that_is_still_far_off_ends_no_pair_but_takes_its_times_off_the_offer() -> None:
    world = await started(files(TWO), say_yes="Ama Ben", until=WEEK_2)
    form = (await world.tap("Ama", "plan")).form
    assert form is not None
    await world.fills(
        "Ama",
        form.verb,
        form.subject,
        day_1="2027-01-14",
        time_1="10:00",
        day_2="2027-01-21",
        time_2="10:00",
    )
    await world.says("Ama", "away from 20 January until 25 January")
    pair = (await world.pairs())[-1]
    assert pair.ended_at is None
    assert pair.proposed == (at("2027-01-14", "10:00"),)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, "until"),
        ({"until": "2027-01-04"}, "until"),
        ({"until": "soon"}, "until"),
        ({"until": "2029-01-04"}, "until"),
        ({"from": "2027-01-20", "until": "2027-01-20"}, "until"),
        ({"from": "2027-01-20", "until": "2027-01-12"}, "until"),
        ({"from": "never", "until": "2027-01-12"}, "from"),
    ],
)
async def test_days_that_are_none_are_said_at_their_field_and_change_nothing(
    fields: dict[str, str], wrong: str
) -> None:
    world = await started(say_yes="Ama")
    outcome = await world.fills("Ama", "away_submit", "", **fields)
    assert set(outcome.errors) == {wrong}
    assert (await world.leader("Ama")).leave == ()


async def test_leave_is_kept_in_every_partnership_of_a_person() -> None:
    elsewhere = replace(FOUR[0], id="valley-ama", partnership_id="valley", organisation_id="valley-trust")
    world = await make_world(
        files(), files([elsewhere], partnership=a_partnership("valley", partnership="#v"))
    )
    await world.says("Ama", "away until Friday")
    assert (await world.leader("Ama")).leave
    assert (await world.leader("Ama", "valley")).leave


async def test_a_pause_and_leave_go_on_when_the_lead_brings_the_file_in_again() -> None:
    world = await started(say_yes="Ama")
    await world.fills("Ama", "away_submit", "", **{"from": "2027-02-01", "until": "2027-02-06"})
    await world.fills("Ama", "my_days_submit", "", days="2,3", earliest="10:00", latest="16:00")
    await world.fills("Ama", "delegate_submit", "", name="Pat Ellis", email="pat@example.org")
    await world.do("Ama", "language", via="command", value="cy")
    mine = await world.leader("Ama")
    assert await world.bring(files()) == []
    assert await world.leader("Ama") == mine
    # New leave in the file is added; what the person said stays.
    closed = Days(from_on=at("2027-12-24").date(), to_on=at("2027-12-25").date())
    await world.bring(files([replace(FOUR[0], leave=(closed,)), *FOUR[1:]]))
    assert (await world.leader("Ama")).leave == (*mine.leave, closed)
    assert (await world.leader("Ama")).working_days == {2, 3}


async def test_a_pause_moves_a_plan_and_a_promise_behind_it() -> None:
    world = await started(say_yes="Ama", until=at("2027-01-05", "12:00"))
    await world.plans("Ama", at("2027-01-07", "11:00"))
    await world.says("Ama", "commit “share our bed data” by tomorrow")
    assert (await world.do("Ama", "pause", via="command")).form is not None
    assert set((await world.fills("Ama", "pause_until", "", until="2027-01-05")).errors) == {"until"}
    await world.fills("Ama", "pause_until", "", until="2027-01-12")
    nudge = (await world.nudges("Ama"))[-1]
    assert nudge.plan is not None
    assert nudge.plan.at == at("2027-01-12", "11:00")
    (timer,) = [one for one in await world.timers() if one.kind is TimerKind.PROMISE]
    assert timer.due_at == at("2027-01-12", "10:00")


async def test_leave_of_months_is_kept_and_what_waits_waits_on() -> None:
    world = await started(say_yes="Ama")
    await world.says("Ama", "commit “share our bed data” by today")
    await world.run_to(at("2027-01-05", "10:00"))
    await world.fills("Ama", "away_submit", "", until="2027-06-01")
    before = len(world.heard("Ama"))
    await world.run_to(at("2027-03-01"))
    assert len(world.heard("Ama")) == before


async def test_so_many_days_of_leave_are_too_many_and_one_may_make_room_for_another() -> None:
    world = await started(say_yes="Ama")
    for number in range(20):
        day = at("2027-02-01").date() + 2 * number * calendar.DAY
        fields = {"from": day.isoformat(), "until": (day + calendar.DAY).isoformat()}
        assert not (await world.fills("Ama", "away_submit", "", **fields)).errors
    more = {"from": "2027-05-01", "until": "2027-05-04"}
    assert set((await world.fills("Ama", "away_submit", "", **more)).errors) == {"from"}
    await world.fills("Ama", "away_submit", "", **more, drop="2027-02-03/2027-02-04,never")
    leave = (await world.leader("Ama")).leave
    assert len(leave) == 20
    assert str(leave[-1].from_on) == "2027-05-01"
    await world.do("Ama", "away_drop", value="2027-02-03/2027-02-04")
    assert (await world.leader("Ama")).leave == leave


async def test_times_that_one_offered_are_none_where_all_fall_into_leave() -> None:
    world = await started(files(TWO), say_yes="Ama Ben", until=WEEK_2)
    form = (await world.tap("Ama", "plan")).form
    assert form is not None
    await world.fills("Ama", form.verb, form.subject, day_1="2027-01-21", time_1="10:00")
    await world.says("Ben", "away from 20 January until 25 January")
    assert (await world.pairs())[-1].proposed == (at("2027-01-21", "10:00"),), "Ama is told in time"
    await world.says("Ama", "away from 20 January until 25 January")
    pair = (await world.pairs())[-1]
    assert (pair.proposed, pair.proposed_by, pair.ended_at) == ((), None, None)


async def test_a_meeting_that_was_agreed_for_another_day_stands() -> None:
    world = await started(files(TWO), say_yes="Ama Ben", until=WEEK_2)
    form = (await world.tap("Ama", "plan")).form
    assert form is not None
    await world.fills("Ama", form.verb, form.subject, day_1="2027-01-14", time_1="10:00")
    await world.tap("Ben", "pick")
    await world.says("Ama", "away from 20 January until 25 January")
    pair = (await world.pairs())[-1]
    assert (pair.agreed_at, pair.ended_at) == (at("2027-01-14", "10:00"), None)


# -- days and hours --------------------------------------------------------------


async def test_messages_keep_to_the_days_and_hours_that_were_chosen() -> None:
    world = await started(say_yes="Ama Ben", until=at("2027-01-05", "12:00"))
    form = await _form(world, "Ama", "my_days")
    assert form.fields[0].initial == "1,2,3,4,5"
    outcome = await world.fills("Ama", form.verb, "", days="3,4", earliest="13:00", latest="15:30")
    assert "Wednesday and Thursday, between 1pm and 3:30pm" in _said(outcome)
    lines = len(world.lines)
    await world.run_to(at("2027-02-06"))
    walls = _walls(world, "Ama", from_line=lines)
    assert walls
    assert all(time(13) <= wall < time(15, 30) for wall in walls)
    days = {
        calendar.local(line.at, LONDON).isoweekday()
        for line in world.lines[lines:]
        if line.to == world.address("Ama").to and line.what == "post"
    }
    assert days <= {3, 4}


async def test_a_message_that_waits_for_the_morning_keeps_to_new_hours() -> None:
    world = await started(files(TWO), say_yes="Ama Ben", until=at("2027-01-12", "19:00"))
    form = (await world.tap("Ama", "plan")).form
    assert form is not None
    await world.fills("Ama", form.verb, form.subject, day_1="2027-01-14", time_1="10:00")
    lines = len(world.lines)
    await world.fills("Ben", "my_days_submit", "", days="3,4,5", earliest="11:00", latest="16:00")
    await world.run_to(at("2027-01-13", "16:00"))
    posted = [line for line in world.lines[lines:] if line.what == "post"]
    mine = [line.at for line in posted if world.address("Ben").to in line.to]
    assert mine == [at("2027-01-13", "11:00")]


async def test_new_days_move_the_next_step_that_was_timed_already() -> None:
    world = await started(say_yes="Ama", until=at("2027-01-08", "18:00"))
    await world.fills("Ama", "my_days_submit", "", days="5", earliest="08:30", latest="17:00")
    (timer,) = [
        one for one in await world.timers() if (one.kind, one.subject) == (TimerKind.OFFER, "riverside-ama")
    ]
    assert timer.due_at == at("2027-01-15", "08:45")


async def test_a_promise_is_asked_about_in_the_new_hours() -> None:
    world = await started(say_yes="Ama")
    await world.says("Ama", "commit “share our bed data” by Friday")
    await world.fills("Ama", "my_days_submit", "", days="2", earliest="14:00", latest="17:00")
    (timer,) = [one for one in await world.timers() if one.kind is TimerKind.PROMISE]
    assert timer.due_at == at("2027-01-12", "14:00")


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"days": ""}, "days"),
        ({"days": "6,7"}, "days"),
        ({"days": "1", "earliest": "07:00"}, "earliest"),
        ({"days": "1", "latest": "21:00"}, "earliest"),
        ({"days": "1", "earliest": "noon"}, "earliest"),
        ({"days": "1", "earliest": "09:00+01:00"}, "earliest"),
        ({"days": "1", "earliest": "12:00", "latest": "12:30"}, "latest"),
        ({"days": "1", "earliest": "15:00", "latest": "10:00"}, "latest"),
    ],
)
async def test_hours_that_leave_no_room_are_said_at_their_field(fields: dict[str, str], wrong: str) -> None:
    world = await started(say_yes="Ama")
    before = await world.leader("Ama")
    outcome = await world.fills("Ama", "my_days_submit", "", **fields)
    assert set(outcome.errors) == {wrong}
    assert await world.leader("Ama") == before


async def test_whoever_has_the_hours_of_everybody_follows_them_when_they_change() -> None:
    world = await started(say_yes="Ama")
    form = await _form(world, "Ama", "my_days")
    shown = {field.name: field.initial for field in form.fields}
    await world.fills("Ama", form.verb, "", **shown)
    ama = await world.leader("Ama")
    assert (ama.earliest, ama.latest) == (None, None)


# -- who fixes my times, and the language --------------------------------------------


async def test_somebody_may_be_named_who_fixes_ones_times_and_nobody_again() -> None:
    world = await started(say_yes="Ama")
    outcome = await world.fills("Ama", "delegate_submit", "", name="Pat Ellis", email="Pat@Example.org")
    assert "Pat Ellis" in _said(outcome)
    assert (await world.leader("Ama")).delegate == "Pat Ellis <pat@example.org>"
    form = await _form(world, "Ama", "delegate")
    assert [field.initial for field in form.fields] == ["Pat Ellis", "pat@example.org"]
    await world.fills("Ama", "delegate_submit", "", name="", email="")
    assert (await world.leader("Ama")).delegate is None


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": "Pat Ellis"}, {"email"}),
        ({"name": "Pat Ellis", "email": "nobody"}, {"email"}),
        ({"email": "pat@example.org"}, {"name"}),
        ({"name": "P" * 81, "email": "pat@example.org"}, {"name"}),
    ],
)
async def test_a_delegate_has_a_name_and_an_address(fields: dict[str, str], wrong: set[str]) -> None:
    world = await started(say_yes="Ama")
    assert set((await world.fills("Ama", "delegate_submit", "", **fields)).errors) == wrong


async def test_welsh_is_kept_for_when_there_are_words_and_that_is_said() -> None:
    world = await started(say_yes="Ama")
    assert (await _form(world, "Ama", "language")).fields[0].initial == "en"
    outcome = await world.fills("Ama", "language_submit", "", language="cy")
    assert "no Welsh messages here yet" in _said(outcome)
    assert (await world.leader("Ama")).locale == "cy"
    outcome = await world.do("Ama", "language", via="command", value="en")
    assert "English" in _said(outcome)
    with pytest.raises(InvalidInput):
        await world.do("Ama", "language", via="command", value="tlh")


async def test_the_pace_is_asked_for_and_kept() -> None:
    world = await started(say_yes="Ama")
    await world.says("Ama", "pace")
    await world.tap("Ama", "pace", "slower")
    assert (await world.leader("Ama")).pace is Pace.SLOWER


async def test_whoever_chose_welsh_still_gets_every_message() -> None:
    world = await started(say_yes="Ama")
    await world.says("Ama", "language Welsh")
    before = len(world.heard("Ama"))
    await world.run_to(at("2027-01-16"))
    assert len(world.heard("Ama")) > before


# -- whom I am not paired with ---------------------------------------------------------


async def test_people_are_chosen_by_organisation_and_can_be_taken_off_the_list_again() -> None:
    world = await started(say_yes="Ama Ben Cleo Dev")
    form = await _form(world, "Ama", "apart")
    (people,) = form.fields
    assert [(choice.group, choice.label) for choice in people.choices] == [
        ("Council", "Ben Carter"),
        ("Surgery", "Cleo Dunn"),
        ("Trust", "Dev Evans"),
    ]
    await world.fills("Ama", "apart_submit", "", people="riverside-ben,riverside-dev,nobody,riverside-ama")
    assert (await world.leader("Ama")).exclusions == {"riverside-ben", "riverside-dev"}
    form = await _form(world, "Ama", "apart")
    assert form.fields[0].initial == "riverside-ben,riverside-dev"
    await world.fills("Ama", "apart_submit", "", people="")
    assert (await world.leader("Ama")).exclusions == frozenset()


async def test_two_of_whom_one_said_apart_are_never_paired() -> None:
    world = await started(say_yes="Ama Ben Cleo Dev")
    await world.fills("Ama", "apart_submit", "", people="riverside-ben,riverside-cleo")
    await world.run_to(at("2027-01-30"))
    pairs = [pair for pair in await world.pairs() if "riverside-ama" in pair.leader_ids]
    assert not [pair for pair in pairs if {"riverside-ben", "riverside-cleo"} & set(pair.leader_ids)]


async def test_an_open_pair_ends_as_any_other_and_the_other_side_is_told_kindly() -> None:
    world = await started(files(TWO), say_yes="Ama Ben", until=WEEK_2)
    await world.tap("Ama", "plan")
    await world.fills("Ama", "apart_submit", "", people="riverside-ben")
    assert (await world.pairs())[-1].ended_at is not None
    assert (await world.nudges("Ama"))[-1].state is NudgeState.WITHDRAWN
    assert "It is nothing to do with you" in world.last("Ben")
    # The same words as of whoever goes on leave: nobody can tell the two apart.
    other = await started(files(TWO), say_yes="Ama Ben", until=WEEK_2)
    await other.tap("Ama", "plan")
    await other.says("Ama", "away until Friday")
    assert world.last("Ben") == other.last("Ben")


async def test_one_of_three_goes_and_the_other_two_go_on() -> None:
    world = await started(files(FOUR[:3]), say_yes="Ama Ben Cleo", until=WEEK_2)
    await world.fills("Ama", "apart_submit", "", people="riverside-ben")
    pair = (await world.pairs())[-1]
    assert set(pair.leader_ids) == {"riverside-ben", "riverside-cleo"}
    assert pair.ended_at is None
    assert (await world.nudges("Ama"))[-1].state is NudgeState.WITHDRAWN


async def test_nobody_else_ever_sees_whom_somebody_avoids() -> None:
    """Two worlds that differ in one private choice read the same to everybody else."""
    stories = []
    for people in ("riverside-cleo", ""):
        world = await started(files((*FOUR, HETTY)), say_yes="Ama Ben Cleo Dev Hetty")
        await world.fills("Ama", "apart_submit", "", people=people)
        for name in ("Cleo", "Hetty"):
            await world.says(name, "my data")
            await world.says(name, "today")
        assert "apart" not in str(await world.events())
        stories.append([world.story(name) for name in ("Cleo", "Hetty")])
        if people:
            await world.says("Ama", "my data")
            assert "Not paired with" in world.last("Ama")
            assert not [
                one for one in await world.events(EventKind.SETTINGS) if one.leader_id == "riverside-ama"
            ]
    assert stories[0] == stories[1]


async def test_a_buddy_may_be_avoided_and_one_alone_has_nobody_to_choose() -> None:
    world = await started(say_yes="Ama Ben")
    await world.change("Ama", buddy_id="riverside-ben")
    await world.fills("Ama", "apart_submit", "", people="riverside-cleo")
    assert (await world.leader("Ama")).buddy_id == "riverside-ben"
    await world.fills("Ama", "apart_submit", "", people="riverside-cleo,riverside-ben")
    assert (await world.leader("Ama")).buddy_id is None
    alone = await make_world(files(FOUR[:1]))
    assert "nobody to choose" in _said(await alone.do("Ama", "apart", via="command"))


async def test_a_pair_that_has_met_or_is_with_somebody_else_is_left_as_it_is() -> None:
    world = await started(say_yes="Ama Ben Cleo Dev", until=WEEK_2)
    mine = next(pair for pair in await world.pairs() if "riverside-ama" in pair.leader_ids)
    (partner,) = mine.others("riverside-ama")
    others = {"riverside-ben", "riverside-cleo", "riverside-dev"} - {partner}
    await world.fills("Ama", "apart_submit", "", people=",".join(others))
    await world.do("Ama", "met", mine.id)
    await world.fills("Ama", "apart_submit", "", people=partner)
    assert not [pair for pair in await world.pairs() if pair.ended_at is not None]


async def test_a_step_that_is_done_stays_done_when_its_pair_ends() -> None:
    world = await started(files(TWO), say_yes="Ama Ben", until=WEEK_2)
    await world.tap("Ama", "not_now")
    await world.fills("Ama", "apart_submit", "", people="riverside-ben")
    assert (await world.nudges("Ama"))[-1].state is NudgeState.NOT_NOW


async def test_the_form_leaves_no_trace_and_a_typed_word_shows_no_names() -> None:
    world = await started(say_yes="Ama Ben")
    await world.fills("Ama", "apart_submit", "", people="riverside-ben")
    assert (await world.do("Ama", "apart", via="command")).leaves_no_trace
    await world.says("Ama", "apart")
    assert "Ben" not in world.last("Ama")
    assert (await world.tap("Ama", "apart")).form is not None


# -- logging a step ---------------------------------------------------------------------


async def _everything_open() -> World:
    world = await started(files((*FOUR, HETTY)), say_yes="Ama", until=at("2027-01-05", "12:00"))
    await world.says("Ama", "commit “share our bed data” by Friday")
    step = await add_step(
        world.store,
        world.milepost.book,
        StepDraft(
            organisation_id="riverside-trust",
            text="Open the lounge at eight.",
            owner="Ama Boateng",
            owner_id="riverside-ama",
            done_means="It is open.",
            due_on=at("2027-02-01").date(),
            why_together="Both sides need it.",
        ),
        partnership_id="riverside",
        at=world.clock.now(),
    )
    assert step.owner_id == "riverside-ama"
    return world


async def test_one_form_offers_what_is_open_and_marks_it_as_its_own_button_does() -> None:
    world = await _everything_open()
    form = await _form(world, "Ama", "log_step")
    groups: dict[str, list[str]] = {}
    for choice in form.fields[0].choices:
        groups.setdefault(choice.group, []).append(choice.value)
    assert list(groups) == ["Your steps", "Your promises", "Steps you look after", "Not on the list"]
    for values in groups.values():
        words = "Rang the council" if values == ["other"] else ""
        await world.fills("Ama", form.verb, "", what=values[0], words=words)
    done = [one for one in await world.nudges("Ama") if f"nudge:{one.id}" in groups["Your steps"][:1]]
    assert [one.state for one in done] == [NudgeState.DONE]
    assert {one.text: one.state for one in await world.promises()} == {
        "share our bed data": PromiseState.KEPT,
        "Rang the council": PromiseState.KEPT,
    }
    assert [one.status for one in await world.steps()] == [StepStatus.DONE]


async def test_something_else_is_a_promise_kept_shown_as_its_owner_chose() -> None:
    world = await started(say_yes="Ama")
    await world.says("Ama", "log rang the council about beds")
    (promise,) = await world.promises()
    assert (promise.state, promise.visibility) == (PromiseState.KEPT, Visibility.PRIVATE)
    assert "Only you" in world.last("Ama")
    kinds = [event.kind for event in await world.events(EventKind.PROMISED, EventKind.PROMISE_KEPT)]
    assert kinds == [EventKind.PROMISED, EventKind.PROMISE_KEPT]
    await world.tap("Ama", "visibility", "name_me_when_i_keep_one")
    assert (await world.promises())[0].visibility is Visibility.NAMED
    await world.do("Ama", "visibility", value="name_me_when_i_keep_one")
    await world.says("Ama", "log visited the ward")
    assert (await world.promises())[1].visibility is Visibility.NAMED
    await world.tap("Ama", "visibility", "private", within="rang the council")
    assert "Kept" in world.last("Ama")


async def test_nothing_that_is_somebody_elses_can_be_logged_and_no_words_are_no_step() -> None:
    world = await _everything_open()
    nudge = (await world.nudges("Ama"))[-1]
    with pytest.raises(NotFound):
        await world.fills("Ben", "log_step_submit", "", what=f"nudge:{nudge.id}")
    assert set((await world.fills("Ben", "log_step_submit", "", what="other", words=" ")).errors) == {"words"}
    assert set((await world.fills("Ben", "log_step_submit", "", what="door:1")).errors) == {"what"}
    both = await world.fills("Ama", "log_step_submit", "", what=f"nudge:{nudge.id}", words="Rang the council")
    assert set(both.errors) == {"what"}
    with pytest.raises(RefusedText):
        await world.fills("Ben", "log_step_submit", "", what="other", words="Saw 943 476 5919 today")


# -- a message that shall be heard ---------------------------------------------------------


async def test_the_words_of_a_message_fill_the_form_and_nothing_is_kept_before_it_is_sent() -> None:
    world = await started(say_yes="Ama")
    form = await _form(world, "Ama", "hear", quoted="The same form is asked for twice. " * 20)
    (text, *_) = form.fields
    assert text.initial.startswith("The same form is asked for twice.")
    assert len(text.initial) <= text.max_length
    assert "words of that message" in text.hint
    assert (await _form(world, "Ama", "hear")).fields[0].hint == ""


async def test_a_message_with_an_nhs_number_is_refused_and_leaves_no_trace() -> None:
    world = await started(say_yes="Ama")
    with pytest.raises(RefusedText) as refused:
        await world.do("Ama", "hear", via="command", args={"quoted": "She is 943 476 5919."})
    assert refused.value.said == said("own_data.nhs_number")
    async with world.store.reading() as tx:
        assert await tx.listening.unchecked_all_heard("riverside") == []


# -- everything that is held ------------------------------------------------------------------


async def test_my_data_shows_every_setting() -> None:
    world = await started(say_yes="Ama")
    await world.fills("Ama", "away_submit", "", **{"from": "2027-02-01", "until": "2027-02-06"})
    await world.fills("Ama", "my_days_submit", "", days="2,3", earliest="10:00", latest="16:00")
    await world.fills("Ama", "delegate_submit", "", name="Pat Ellis", email="pat@example.org")
    await world.do("Ama", "language", via="command", value="cy")
    await world.fills("Ama", "apart_submit", "", people="riverside-ben")
    await world.says("Ama", "my data")
    held = world.last("Ama")
    for words in (
        "1 February 2027 to 6 February 2027",
        "Tuesday, Wednesday",
        "Pat Ellis",
        "Language: cy",
        "Not paired with",
        "from 10am until 4pm",
    ):
        assert words in held, words
