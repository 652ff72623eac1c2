"""The support ladder for a person, and coming back: for any run of weeks."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nudges.model.calendar import WEEK
from nudges.model.events import Event, EventKind
from nudges.model.nudge import Nudge, NudgeState
from nudges.model.people import Days, Leader
from nudges.rules.support.support_ladder import (
    LadderStep,
    back_at_the_start,
    climb,
    for_redesign,
    has_come_back,
    ladder_step_due,
    latest_miss,
    missed_lately,
)
from tests.nudges.example_leader import RULES, a_leader

MONDAY = date(2027, 1, 4)
outcomes = st.lists(st.sampled_from(["done", "silent", "unkept", "swapped", "nothing"]), max_size=30)


def a_nudge(week: int, outcome: str = "", **changes: object) -> Nudge:
    """The nudge of that week (from 0) and what became of it."""
    week_on = MONDAY + week * WEEK
    offered_at = datetime(2027, 1, 5, 9, tzinfo=UTC) + week * WEEK
    replied_at = None if outcome in ("silent", "") else offered_at + timedelta(hours=3)
    states = {"done": NudgeState.DONE, "unkept": NudgeState.PLANNED, "swapped": NudgeState.SWAPPED}
    nudge = Nudge(
        id=f"n{week}",
        partnership_id="riverside",
        run_id="run",
        leader_id="ama",
        action_id="REL-03",
        week_on=week_on,
        week=week + 1,
        offered_at=offered_at,
        state=states.get(outcome, NudgeState.OFFERED),
        replied_at=replied_at,
        judged_at=offered_at + WEEK if outcome else None,
        is_missed=outcome in ("silent", "unkept"),
    )
    return replace(nudge, **changes)  # type: ignore[arg-type]


def counted(leader: Leader, outcome: str) -> Leader:
    """What a judged nudge does to its leader's counts."""
    if outcome == "done":
        return back_at_the_start(leader)
    missed = leader.missed + (outcome in ("silent", "unkept"))
    silent = leader.silent + 1 if outcome == "silent" else 0 if outcome != "nothing" else leader.silent
    return replace(leader, missed=missed, silent=silent)


def told(weeks: list[str]) -> list[LadderStep]:
    """What the ladder says in the week after each of these."""
    leader, nudges, ladder_steps = a_leader(), [], []
    for week, outcome in enumerate(weeks):
        if outcome != "nothing":
            nudges.append(a_nudge(week, outcome))
        leader = counted(leader, outcome)
        on = MONDAY + (week + 1) * WEEK
        ladder_step = ladder_step_due(leader, nudges, on=on, rules=RULES)
        leader = climb(leader, ladder_step, on=on)
        ladder_steps.append(ladder_step)
    return ladder_steps


def test_four_in_a_row_without_a_reply_climb_the_ladder_one_step_at_a_time() -> None:
    assert told(["silent"] * 4) == [LadderStep.NEW_DAY, LadderStep.SMALLER, LadderStep.HELP, LadderStep.STOP]


def test_four_plans_that_came_to_nothing_end_in_help_and_never_in_a_stop() -> None:
    assert told(["unkept"] * 6) == [
        LadderStep.NEW_DAY,
        LadderStep.SMALLER,
        LadderStep.HELP,
        LadderStep.NONE,
        LadderStep.NONE,
        LadderStep.NONE,
    ]


def test_three_misses_in_six_weeks_bring_help_though_never_two_in_a_row() -> None:
    weeks = ["unkept", "done", "unkept", "done", "unkept"]
    assert told(weeks) == [
        LadderStep.NEW_DAY,
        LadderStep.NONE,
        LadderStep.NEW_DAY,
        LadderStep.NONE,
        LadderStep.HELP,
    ]


def test_three_misses_in_seven_weeks_do_not() -> None:
    weeks = ["unkept", *["done"] * 2, "unkept", *["done"] * 3, "unkept"]
    assert told(weeks)[-1] is LadderStep.NEW_DAY


def test_something_done_takes_the_leader_back_to_the_start() -> None:
    assert told(["unkept", "unkept", "done", "nothing"])[2:] == [LadderStep.NONE, LadderStep.NONE]
    assert told(["silent", "done", "silent"]) == [LadderStep.NEW_DAY, LadderStep.NONE, LadderStep.NEW_DAY]


def test_a_swap_is_neither_a_miss_nor_a_way_back() -> None:
    assert told(["unkept", "swapped", "unkept"]) == [LadderStep.NEW_DAY, LadderStep.NONE, LadderStep.SMALLER]


@given(outcomes)
def test_nobody_who_did_nothing_wrong_hears_of_the_ladder(weeks: list[str]) -> None:
    kind = [one for one in weeks if one not in ("silent", "unkept")]
    assert set(told(kind)) <= {LadderStep.NONE}


@given(outcomes)
def test_the_same_step_is_not_said_twice_before_something_is_done(weeks: list[str]) -> None:
    since_done: list[LadderStep] = []
    for outcome, ladder_step in zip(weeks, told(weeks), strict=True):
        if outcome == "done":
            since_done = []
        if ladder_step in (LadderStep.NEW_DAY, LadderStep.SMALLER):
            assert ladder_step not in since_done
            assert not since_done or ladder_step > max(since_done)
            since_done.append(ladder_step)


@given(outcomes)
def test_help_is_offered_once_in_a_window_and_only_after_three_misses_in_all(weeks: list[str]) -> None:
    ladder_steps = told(weeks)
    offered = [week for week, ladder_step in enumerate(ladder_steps) if ladder_step is LadderStep.HELP]
    for week in offered:
        assert sum(one in ("silent", "unkept") for one in weeks[: week + 1]) >= 3
    gaps = [later - earlier for earlier, later in pairwise(offered)]
    assert all(gap >= RULES.support_person.help_window_weeks for gap in gaps)


@given(outcomes, st.integers(0, 3))
def test_once_said_nothing_more_is_due_in_that_week(weeks: list[str], ladder: int) -> None:
    leader, nudges = replace(a_leader(), ladder=ladder), []
    for week, outcome in enumerate(weeks):
        nudges.append(a_nudge(week, outcome))
        leader = counted(leader, outcome)
    on = MONDAY + len(weeks) * WEEK
    ladder_step = ladder_step_due(leader, nudges, on=on, rules=RULES)
    again = ladder_step_due(climb(leader, ladder_step, on=on), nudges, on=on, rules=RULES)
    assert again in (LadderStep.NONE, LadderStep.STOP)


@given(st.integers(0, 3), st.integers(0, 6), st.integers(0, 6))
def test_more_misses_never_bring_a_lower_step(silent: int, missed: int, more: int) -> None:
    fewer = replace(a_leader(silent=silent), missed=missed)
    many = replace(fewer, missed=missed + more)
    first, then = (ladder_step_due(one, [], on=MONDAY, rules=RULES) for one in (fewer, many))
    assert then >= first


def test_misses_of_long_ago_do_not_count() -> None:
    old = [a_nudge(week, "unkept") for week in (0, 1, 6, 7)]
    assert [one.id for one in missed_lately(old, on=MONDAY + 7 * WEEK, rules=RULES)] == ["n1", "n6", "n7"]


@pytest.mark.parametrize(
    ("changes", "is_offered"),
    [
        ({}, True),
        ({"state": NudgeState.EXPIRED}, True),
        ({"state": NudgeState.NOT_NOW}, False),
        ({"snoozed_until": datetime(2027, 1, 20, tzinfo=UTC)}, False),
        ({"is_missed": False}, False),
    ],
)
def test_what_was_let_go_or_moved_is_not_brought_up_again(
    changes: dict[str, object], is_offered: bool
) -> None:
    assert (latest_miss([a_nudge(0, "silent", **changes)]) is not None) is is_offered


# -- coming back ---------------------------------------------------------------


def is_back(nudges: list[Nudge], *, week: int, paused: Days | None = None) -> bool:
    return has_come_back(a_leader(paused=paused), nudges, week_on=MONDAY + week * WEEK, rules=RULES)


def test_a_reply_after_two_silences_is_a_return_once() -> None:
    nudges = [a_nudge(0, "silent"), a_nudge(1, "silent"), a_nudge(3, "done")]
    assert is_back(nudges, week=4)
    assert not is_back([*nudges, a_nudge(4, "done")], week=5)


def test_one_silence_is_nothing_to_come_back_from() -> None:
    assert not is_back([a_nudge(0, "done"), a_nudge(1, "silent"), a_nudge(2, "done")], week=3)
    assert not is_back([a_nudge(0, "silent"), a_nudge(1, "silent")], week=3)
    assert not is_back([], week=3)


def test_a_pause_that_cost_a_week_and_a_stop_are() -> None:
    pause = Days(from_on=date(2027, 1, 8), to_on=date(2027, 1, 25))
    assert is_back([a_nudge(0, "done")], week=3, paused=pause)
    assert not is_back([a_nudge(0, "done"), a_nudge(3, "done")], week=4, paused=pause)
    short = Days(from_on=date(2027, 1, 7), to_on=date(2027, 1, 8))
    assert not is_back([a_nudge(0, "done")], week=1, paused=short)
    assert is_back([a_nudge(0, state=NudgeState.WITHDRAWN)], week=2)


# -- what goes back to be made better ---------------------------------------------


def an_event(leader: str | None, reason: str = "not_useful", action: str = "REL-03") -> Event:
    return Event(
        partnership_id="riverside",
        at=datetime(2027, 1, 5, tzinfo=UTC),
        kind=EventKind.REASON_GIVEN,
        leader_id=leader,
        data={"reason": reason, "action": action},
    )


def test_an_action_goes_back_only_when_five_people_said_so() -> None:
    four = [an_event(f"p{number}") for number in range(4)]
    assert for_redesign([*four, *four], rules=RULES) == {}
    assert for_redesign([*four, an_event("p9"), an_event("p5", "time")], rules=RULES) == {"REL-03": 5}
    assert for_redesign([*four, an_event(None), an_event("p6", action="REL-01")], rules=RULES) == {}
