"""The life of a nudge and of a promise."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nudges.errors import IllegalTransition
from nudges.model import nudge as nudge_states
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
    "plan": lambda one: nudge_states.plan(one, plan=PLAN, at=LATER),
    "complete": lambda one: nudge_states.complete(one, at=LATER),
    "do_partly": lambda one: nudge_states.do_partly(one, at=LATER),
    "say_not_yet": lambda one: nudge_states.say_not_yet(one, at=LATER),
    "swap_out": lambda one: nudge_states.swap_out(one, at=LATER),
    "decline": lambda one: nudge_states.decline(one, at=LATER),
    "snooze": lambda one: nudge_states.snooze(one, until=LATER + timedelta(days=3), at=LATER),
    "make_smaller": lambda one: nudge_states.make_smaller(one, at=LATER),
    "undo": nudge_states.undo,
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
    done = nudge_states.complete(a_nudge(), at=AT)
    with pytest.raises(IllegalTransition):
        STEPS[name](done)


def test_completing_twice_keeps_the_first_time() -> None:
    done = nudge_states.complete(a_nudge(), at=AT)
    assert nudge_states.complete(done, at=LATER) is done
    assert (done.done_at, done.ended_at, done.replied_at) == (AT, AT, AT)


@pytest.mark.parametrize(
    "state", [NudgeState.EXPIRED, NudgeState.NOT_NOW, NudgeState.NOT_YET, NudgeState.PARTLY]
)
def test_what_was_done_counts_even_after_the_time_was_over(state: NudgeState) -> None:
    assert nudge_states.complete(a_nudge(state), at=LATER).state is NudgeState.DONE


def test_saying_the_same_twice_changes_nothing() -> None:
    for name in ("do_partly", "say_not_yet", "decline"):
        once = STEPS[name](a_nudge())
        assert STEPS[name](once) is once


def test_planning_again_replaces_the_plan_and_undo_goes_back_before_the_first_one() -> None:
    first = nudge_states.plan(a_nudge(), plan=PLAN, at=AT)
    second = nudge_states.plan(first, plan=Plan(at=LATER), at=LATER)
    assert second.plan == Plan(at=LATER)
    assert nudge_states.undo(second).state is NudgeState.OFFERED


def test_undo_goes_back_one_answer_and_keeps_that_there_was_one() -> None:
    done = nudge_states.complete(nudge_states.plan(a_nudge(), plan=PLAN, at=AT), at=LATER)
    back = nudge_states.undo(done)
    assert (back.state, back.plan, back.done_at, back.replied_at) == (NudgeState.PLANNED, PLAN, None, AT)
    with pytest.raises(IllegalTransition):
        nudge_states.undo(back)


def test_undo_of_a_plan_takes_the_plan_away() -> None:
    assert nudge_states.undo(nudge_states.plan(a_nudge(), plan=PLAN, at=AT)).plan is None


def test_undo_after_a_planned_step_was_put_off_is_an_offer_without_a_plan() -> None:
    put_off = nudge_states.snooze(nudge_states.plan(a_nudge(), plan=PLAN, at=AT), until=LATER, at=AT)
    back = nudge_states.undo(put_off)
    assert (back.state, back.plan, back.snoozed_until) == (NudgeState.OFFERED, None, None)


def test_undo_of_done_on_an_expired_nudge_is_expired_again() -> None:
    over = nudge_states.expire(a_nudge(), at=AT)
    back = nudge_states.undo(nudge_states.complete(over, at=LATER))
    assert (back.state, back.done_at, back.is_open) == (NudgeState.EXPIRED, None, False)


def test_there_is_nothing_to_undo_in_what_we_closed_or_never_answered() -> None:
    for nudge in (a_nudge(), nudge_states.expire(a_nudge(), at=AT), nudge_states.withdraw(a_nudge(), at=AT)):
        with pytest.raises(IllegalTransition):
            nudge_states.undo(nudge)


def test_only_what_is_open_expires_or_is_withdrawn() -> None:
    done = nudge_states.complete(a_nudge(), at=AT)
    assert nudge_states.expire(done, at=LATER) is done
    assert nudge_states.withdraw(done, at=LATER) is done
    assert nudge_states.withdraw(a_nudge(), at=LATER).ended_at == LATER


def test_not_now_can_still_be_moved_to_a_day() -> None:
    moved = nudge_states.snooze(nudge_states.decline(a_nudge(), at=AT), until=LATER, at=LATER)
    assert (moved.state, moved.snoozed_until, moved.ended_at) == (NudgeState.OFFERED, LATER, None)


def test_the_smaller_step_is_the_same_nudge_and_keeps_a_plan_ahead_and_what_was_partly_done() -> None:
    smaller = nudge_states.make_smaller(a_nudge(), at=AT)
    assert (smaller.state, smaller.smaller_at, smaller.replied_at) == (NudgeState.OFFERED, AT, AT)
    assert nudge_states.make_smaller(smaller, at=LATER) is smaller
    planned = nudge_states.plan(a_nudge(), plan=replace(PLAN, at=LATER), at=AT)
    assert nudge_states.make_smaller(planned, at=AT).plan == planned.plan
    gone_by = nudge_states.plan(a_nudge(), plan=replace(PLAN, at=AT), at=AT)
    assert (nudge_states.make_smaller(gone_by, at=LATER).state, gone_by.state) == (
        NudgeState.OFFERED,
        NudgeState.PLANNED,
    )
    assert (
        nudge_states.make_smaller(nudge_states.do_partly(a_nudge(), at=AT), at=LATER).state
        is NudgeState.PARTLY
    )


def test_a_step_whose_time_was_over_is_taken_up_again_smaller_or_on_another_day() -> None:
    over = nudge_states.expire(a_nudge(), at=AT)
    assert nudge_states.make_smaller(over, at=LATER).is_open
    assert nudge_states.snooze(over, until=LATER, at=LATER).is_open


def test_what_was_done_after_all_is_no_miss() -> None:
    missed = replace(a_nudge(), is_missed=True)
    assert not nudge_states.complete(missed, at=AT).is_missed
    assert not nudge_states.do_partly(missed, at=AT).is_missed


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
    kept = nudge_states.keep(a_promise(), at=AT)
    assert nudge_states.keep(kept, at=LATER) is kept
    assert nudge_states.keep_partly(kept, at=LATER) is kept
    assert nudge_states.let_go(kept, at=LATER) is kept
    assert kept.ended_at == AT


def test_a_promise_is_carried_to_a_later_day_only() -> None:
    carried = nudge_states.carry(nudge_states.let_go(a_promise(), at=AT), due_on=on("2027-01-15"))
    assert (carried.state, carried.carried, carried.ended_at) == (PromiseState.OPEN, 1, None)
    with pytest.raises(IllegalTransition):
        nudge_states.carry(a_promise(), due_on=on("2027-01-08"))
    with pytest.raises(IllegalTransition):
        nudge_states.carry(nudge_states.keep(a_promise(), at=AT), due_on=on("2027-01-15"))


def test_an_answer_to_a_promise_can_be_taken_back() -> None:
    for answer in (nudge_states.keep, nudge_states.keep_partly, nudge_states.let_go):
        assert nudge_states.reopen(answer(a_promise(), at=AT)) == a_promise()
