"""The life of a nudge and of a promise."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nudges.errors import IllegalTransition
from nudges.model import nudge as life
from nudges.model.nudge import Nudge, NudgeState, Plan, Promise, PromiseState
from tests.nudges.example_leader import on, utc

AT = utc("2027-01-05", "08:45")
LATER = AT + timedelta(hours=3)
PLAN = Plan(at=utc("2027-01-07", "10:00"), place="by phone")


def a_nudge(state: NudgeState = NudgeState.OFFERED) -> Nudge:
    """A nudge of one Tuesday."""
    return Nudge(
        id="n",
        partnership_id="riverside",
        run_id="r",
        leader_id="ama",
        action_id="REL-03",
        week_on=date(2027, 1, 4),
        week=1,
        offered_at=AT,
        state=state,
    )


def a_promise() -> Promise:
    """A promise by Friday."""
    return Promise(
        id="p",
        partnership_id="riverside",
        leader_id="ama",
        text="ring Ben",
        due_on=on("2027-01-08"),
        made_at=AT,
    )


STEPS: dict[str, Callable[[Nudge], Nudge]] = {
    "plan": lambda one: life.plan(one, plan=PLAN, at=LATER),
    "complete": lambda one: life.complete(one, at=LATER),
    "do_partly": lambda one: life.do_partly(one, at=LATER),
    "say_not_yet": lambda one: life.say_not_yet(one, at=LATER),
    "swap_out": lambda one: life.swap_out(one, at=LATER),
    "decline": lambda one: life.decline(one, at=LATER),
    "snooze": lambda one: life.snooze(one, until=LATER + timedelta(days=3), at=LATER),
    "make_smaller": lambda one: life.make_smaller(one, at=LATER),
    "undo": life.undo,
}
CLOSED = (NudgeState.SWAPPED, NudgeState.WITHDRAWN)


@pytest.mark.parametrize(
    "name", ["plan", "complete", "do_partly", "say_not_yet", "swap_out", "decline", "snooze", "make_smaller"]
)
def test_a_nudge_that_was_swapped_or_withdrawn_takes_no_answer(name: str) -> None:
    for state in CLOSED:
        with pytest.raises(IllegalTransition):
            STEPS[name](a_nudge(state))


@pytest.mark.parametrize(
    "name", ["plan", "do_partly", "say_not_yet", "swap_out", "decline", "snooze", "make_smaller"]
)
def test_done_stays_done_until_it_is_undone(name: str) -> None:
    done = life.complete(a_nudge(), at=AT)
    with pytest.raises(IllegalTransition):
        STEPS[name](done)


def test_completing_twice_keeps_the_first_time() -> None:
    done = life.complete(a_nudge(), at=AT)
    assert life.complete(done, at=LATER) is done
    assert (done.done_at, done.ended_at, done.replied_at) == (AT, AT, AT)


@pytest.mark.parametrize(
    "state", [NudgeState.EXPIRED, NudgeState.NOT_NOW, NudgeState.NOT_YET, NudgeState.PARTLY]
)
def test_what_was_done_counts_even_after_the_time_was_over(state: NudgeState) -> None:
    assert life.complete(a_nudge(state), at=LATER).state is NudgeState.DONE


def test_saying_the_same_twice_changes_nothing() -> None:
    for name in ("do_partly", "say_not_yet", "decline"):
        once = STEPS[name](a_nudge())
        assert STEPS[name](once) is once


def test_planning_again_replaces_the_plan_and_undo_goes_back_before_the_first_one() -> None:
    first = life.plan(a_nudge(), plan=PLAN, at=AT)
    second = life.plan(first, plan=Plan(at=LATER), at=LATER)
    assert second.plan == Plan(at=LATER)
    assert life.undo(second).state is NudgeState.OFFERED


def test_undo_goes_back_one_answer_and_keeps_that_there_was_one() -> None:
    done = life.complete(life.plan(a_nudge(), plan=PLAN, at=AT), at=LATER)
    back = life.undo(done)
    assert (back.state, back.plan, back.done_at, back.replied_at) == (NudgeState.PLANNED, PLAN, None, AT)
    with pytest.raises(IllegalTransition):
        life.undo(back)


def test_undo_of_a_plan_takes_the_plan_away() -> None:
    assert life.undo(life.plan(a_nudge(), plan=PLAN, at=AT)).plan is None


def test_undo_after_a_planned_step_was_put_off_is_an_offer_without_a_plan() -> None:
    put_off = life.snooze(life.plan(a_nudge(), plan=PLAN, at=AT), until=LATER, at=AT)
    back = life.undo(put_off)
    assert (back.state, back.plan, back.snoozed_until) == (NudgeState.OFFERED, None, None)


def test_undo_of_done_on_an_expired_nudge_is_expired_again() -> None:
    over = life.expire(a_nudge(), at=AT)
    back = life.undo(life.complete(over, at=LATER))
    assert (back.state, back.done_at, back.is_open) == (NudgeState.EXPIRED, None, False)


def test_there_is_nothing_to_undo_in_what_we_closed_or_never_answered() -> None:
    for one in (a_nudge(), life.expire(a_nudge(), at=AT), life.withdraw(a_nudge(), at=AT)):
        with pytest.raises(IllegalTransition):
            life.undo(one)


def test_only_what_is_open_expires_or_is_withdrawn() -> None:
    done = life.complete(a_nudge(), at=AT)
    assert life.expire(done, at=LATER) is done
    assert life.withdraw(done, at=LATER) is done
    assert life.withdraw(a_nudge(), at=LATER).ended_at == LATER


def test_not_now_can_still_be_moved_to_a_day() -> None:
    moved = life.snooze(life.decline(a_nudge(), at=AT), until=LATER, at=LATER)
    assert (moved.state, moved.snoozed_until, moved.ended_at) == (NudgeState.OFFERED, LATER, None)


def test_the_smaller_step_is_the_same_nudge_and_keeps_a_plan_ahead_and_what_was_partly_done() -> None:
    smaller = life.make_smaller(a_nudge(), at=AT)
    assert (smaller.state, smaller.smaller_at, smaller.replied_at) == (NudgeState.OFFERED, AT, AT)
    assert life.make_smaller(smaller, at=LATER) is smaller
    planned = life.plan(a_nudge(), plan=replace(PLAN, at=LATER), at=AT)
    assert life.make_smaller(planned, at=AT).plan == planned.plan
    gone_by = life.plan(a_nudge(), plan=replace(PLAN, at=AT), at=AT)
    assert (life.make_smaller(gone_by, at=LATER).state, gone_by.state) == (
        NudgeState.OFFERED,
        NudgeState.PLANNED,
    )
    assert life.make_smaller(life.do_partly(a_nudge(), at=AT), at=LATER).state is NudgeState.PARTLY


def test_a_step_whose_time_was_over_is_taken_up_again_smaller_or_on_another_day() -> None:
    over = life.expire(a_nudge(), at=AT)
    assert life.make_smaller(over, at=LATER).is_open
    assert life.snooze(over, until=LATER, at=LATER).is_open


def test_what_was_done_after_all_is_no_miss() -> None:
    missed = replace(a_nudge(), is_missed=True)
    assert not life.complete(missed, at=AT).is_missed
    assert not life.do_partly(missed, at=AT).is_missed


@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=12))
def test_any_run_of_answers_leaves_a_nudge_that_makes_sense(names: list[str]) -> None:
    nudge = a_nudge()
    for name in names:
        try:
            nudge = STEPS[name](nudge)
        except IllegalTransition:
            continue
        assert (nudge.done_at is not None) == (nudge.state is NudgeState.DONE)
        assert nudge.state is not NudgeState.PLANNED or nudge.plan is not None
        assert nudge.is_open == (nudge.ended_at is None)
        assert nudge.replied_at is not None


def test_a_promise_kept_twice_keeps_the_first_time_and_stays_kept() -> None:
    kept = life.keep(a_promise(), at=AT)
    assert life.keep(kept, at=LATER) is kept
    assert life.keep_partly(kept, at=LATER) is kept
    assert life.let_go(kept, at=LATER) is kept
    assert kept.ended_at == AT


def test_a_promise_is_carried_to_a_later_day_only() -> None:
    carried = life.carry(life.let_go(a_promise(), at=AT), due_on=on("2027-01-15"))
    assert (carried.state, carried.carried, carried.ended_at) == (PromiseState.OPEN, 1, None)
    with pytest.raises(IllegalTransition):
        life.carry(a_promise(), due_on=on("2027-01-08"))
    with pytest.raises(IllegalTransition):
        life.carry(life.keep(a_promise(), at=AT), due_on=on("2027-01-15"))


def test_an_answer_to_a_promise_can_be_taken_back() -> None:
    for answer in (life.keep, life.keep_partly, life.let_go):
        assert life.reopen(answer(a_promise(), at=AT)) == a_promise()
