"""A nudge's and a promise's life: states and the pure steps between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from nudges.errors import IllegalTransition
from nudges.model.people import Visibility
from nudges.said import Said, said


class NudgeState(StrEnum):
    """Where one offer stands."""

    OFFERED = "offered"
    PLANNED = "planned"
    DONE = "done"
    PARTLY = "partly"
    NOT_YET = "not_yet"
    SWAPPED = "swapped"
    NOT_NOW = "not_now"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


OPEN_STATES = frozenset({NudgeState.OFFERED, NudgeState.PLANNED, NudgeState.PARTLY, NudgeState.NOT_YET})
CLOSED_BY_US = frozenset({NudgeState.EXPIRED, NudgeState.WITHDRAWN})


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """The leader's day, time and place. `by_office` means somebody else fixes the time."""

    at: datetime
    place: str = ""
    by_office: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Nudge:
    """One offer of an action to one leader. `week_on` is the Monday of the leader's local week.

    `week` is the campaign's week. `judged_at` is when it was settled whether this was a miss, and
    `is_missed` what was settled. `smaller_at` is when the leader took the smaller step in its place.
    """

    id: str
    partnership_id: str
    run_id: str
    leader_id: str
    action_id: str
    week_on: date
    week: int
    offered_at: datetime
    offers: tuple[str, ...] = ()
    state: NudgeState = NudgeState.OFFERED
    before: NudgeState | None = None
    plan: Plan | None = None
    replied_at: datetime | None = None
    done_at: datetime | None = None
    ended_at: datetime | None = None
    snoozed_until: datetime | None = None
    swaps: int = 0
    swapped_from: str | None = None
    pair_id: str | None = None
    question: str = ""
    is_first_step: bool = False
    followed_up_at: datetime | None = None
    judged_at: datetime | None = None
    is_missed: bool = False
    smaller_at: datetime | None = None
    shared_line: str | None = None

    @property
    def is_open(self) -> bool:
        """Still waiting for its end: the leader may plan it, do it or let it go."""
        return self.state in OPEN_STATES


def _reply(nudge: Nudge, state: NudgeState, *, at: datetime) -> Nudge:
    ended_at = None if state in OPEN_STATES else nudge.ended_at
    replied_at = nudge.replied_at or at
    return replace(nudge, state=state, before=nudge.state, replied_at=replied_at, ended_at=ended_at)


_ALREADY: Mapping[NudgeState, Said] = {
    NudgeState.DONE: said("nudging.is_already.done"),
    NudgeState.SWAPPED: said("nudging.is_already.swapped"),
    NudgeState.NOT_NOW: said("nudging.is_already.put_aside"),
}


def _refuse(nudge: Nudge, verb: Said) -> IllegalTransition:
    state = _ALREADY.get(nudge.state, said("nudging.is_already.closed"))
    return IllegalTransition(said("nudging.already", {"state": state, "verb": verb}))


def plan(nudge: Nudge, *, plan: Plan, at: datetime) -> Nudge:
    """Record when and where; planning again replaces the plan.

    Raises:
        IllegalTransition: the nudge was done, swapped or withdrawn.
    """
    if nudge.state in (NudgeState.DONE, NudgeState.SWAPPED, NudgeState.WITHDRAWN):
        raise _refuse(nudge, said("nudging.cannot_be.planned"))
    again = replace(_reply(nudge, NudgeState.PLANNED, at=at), plan=plan, ended_at=None, snoozed_until=None)
    return again if nudge.state is not NudgeState.PLANNED else replace(again, before=nudge.before)


def complete(nudge: Nudge, *, at: datetime) -> Nudge:
    """Record that the leader did what was asked.

    Completing twice keeps the first time: platforms resend clicks. An expired nudge may still be
    completed: the leader did it, and what was done counts. What was done is no miss any more.

    Raises:
        IllegalTransition: the nudge was swapped or withdrawn.
    """
    if nudge.state is NudgeState.DONE:
        return nudge
    if nudge.state in (NudgeState.SWAPPED, NudgeState.WITHDRAWN):
        raise _refuse(nudge, said("nudging.cannot_be.done"))
    return replace(_reply(nudge, NudgeState.DONE, at=at), done_at=at, ended_at=at, is_missed=False)


def do_partly(nudge: Nudge, *, at: datetime) -> Nudge:
    """Record that some of it was done: a reply, not a miss, and not counted as done.

    Raises:
        IllegalTransition: the nudge was done, swapped or withdrawn.
    """
    if nudge.state in (NudgeState.DONE, NudgeState.SWAPPED, NudgeState.WITHDRAWN):
        raise _refuse(nudge, said("nudging.cannot_be.partly_done"))
    if nudge.state is NudgeState.PARTLY:
        return nudge
    return replace(_reply(nudge, NudgeState.PARTLY, at=at), is_missed=False)


def say_not_yet(nudge: Nudge, *, at: datetime) -> Nudge:
    """Record that it has not happened; the nudge stays open for a new day.

    Raises:
        IllegalTransition: the nudge was done, swapped or withdrawn.
    """
    if nudge.state in (NudgeState.DONE, NudgeState.SWAPPED, NudgeState.WITHDRAWN):
        raise _refuse(nudge, said("nudging.cannot_be.put_off"))
    return nudge if nudge.state is NudgeState.NOT_YET else _reply(nudge, NudgeState.NOT_YET, at=at)


def swap_out(nudge: Nudge, *, at: datetime) -> Nudge:
    """Close the nudge because the leader chose another action in its place.

    Raises:
        IllegalTransition: the nudge is not open.
    """
    if not nudge.is_open:
        raise _refuse(nudge, said("nudging.cannot_be.swapped"))
    return replace(_reply(nudge, NudgeState.SWAPPED, at=at), ended_at=at)


def decline(nudge: Nudge, *, at: datetime) -> Nudge:
    """Not now, with no new day: a reply like any other. Declining twice changes nothing.

    Raises:
        IllegalTransition: the nudge was done, swapped or withdrawn.
    """
    if nudge.state is NudgeState.NOT_NOW:
        return nudge
    if not nudge.is_open:
        raise _refuse(nudge, said("nudging.cannot_be.let_go"))
    return replace(_reply(nudge, NudgeState.NOT_NOW, at=at), ended_at=at)


def snooze(nudge: Nudge, *, until: datetime, at: datetime) -> Nudge:
    """Not now, but on another day: the nudge stays open and is asked about then.

    One that was put aside, or whose time was over, is taken up again.

    Raises:
        IllegalTransition: the nudge was done, swapped or withdrawn.
    """
    if not nudge.is_open and nudge.state not in (NudgeState.NOT_NOW, NudgeState.EXPIRED):
        raise _refuse(nudge, said("nudging.cannot_be.moved"))
    again = _reply(nudge, NudgeState.OFFERED, at=at)
    return replace(again, snoozed_until=until, ended_at=None, plan=None, followed_up_at=None)


def make_smaller(nudge: Nudge, *, at: datetime) -> Nudge:
    """Take the smaller step in its place: the same nudge, open from now on. A second tap changes nothing.

    A plan that is still ahead is kept, and so is what was partly done.

    Raises:
        IllegalTransition: the nudge was done, swapped or withdrawn.
    """
    if nudge.state in (NudgeState.DONE, NudgeState.SWAPPED, NudgeState.WITHDRAWN):
        raise _refuse(nudge, said("nudging.cannot_be.made_smaller"))
    if nudge.smaller_at is not None and nudge.is_open:
        return nudge
    again = replace(nudge, smaller_at=at, replied_at=nudge.replied_at or at, ended_at=None)
    is_planned = nudge.state is NudgeState.PLANNED and nudge.plan is not None and nudge.plan.at > at
    if is_planned or nudge.state is NudgeState.PARTLY:
        return again
    return replace(again, state=NudgeState.OFFERED, before=None, plan=None, snoozed_until=None)


def expire(nudge: Nudge, *, at: datetime) -> Nudge:
    """Close an open nudge whose time is over, in silence."""
    if not nudge.is_open:
        return nudge
    return replace(nudge, state=NudgeState.EXPIRED, before=nudge.state, ended_at=at)


def withdraw(nudge: Nudge, *, at: datetime) -> Nudge:
    """Take an open nudge back: the leader stopped, left or undid the swap that made it."""
    if not nudge.is_open:
        return nudge
    return replace(nudge, state=NudgeState.WITHDRAWN, before=nudge.state, ended_at=at)


def undo(nudge: Nudge) -> Nudge:
    """Take back the leader's last answer; that there was an answer is kept.

    Raises:
        IllegalTransition: there is nothing to take back.
    """
    if nudge.before is None or nudge.state in CLOSED_BY_US:
        raise IllegalTransition(said("nudging.nothing_to_undo"))
    back = nudge.before
    if back is NudgeState.PLANNED and nudge.plan is None:
        back = NudgeState.OFFERED  # moving it to another day has dropped the plan
    plan = None if back is NudgeState.OFFERED else nudge.plan
    ended_at = None if back in OPEN_STATES else nudge.ended_at or nudge.replied_at
    return replace(
        nudge, state=back, before=None, plan=plan, done_at=None, ended_at=ended_at, snoozed_until=None
    )


class PromiseState(StrEnum):
    """Where a leader's own promise stands."""

    OPEN = "open"
    KEPT = "kept"
    PARTLY = "partly"
    LET_GO = "let_go"


@dataclass(frozen=True, kw_only=True, slots=True)
class Promise:
    """Something a leader said they would do, in their own words, by a date of their own.

    `visibility` is the owner's choice for this promise. `asked_at` is when "Did it happen?" went out.
    """

    id: str
    partnership_id: str
    leader_id: str
    text: str
    due_on: date
    made_at: datetime
    visibility: Visibility = Visibility.PRIVATE
    state: PromiseState = PromiseState.OPEN
    asked_at: datetime | None = None
    ended_at: datetime | None = None
    carried: int = 0


def keep(promise: Promise, *, at: datetime) -> Promise:
    """Mark the promise kept; keeping twice keeps the first time."""
    if promise.state is PromiseState.KEPT:
        return promise
    return replace(promise, state=PromiseState.KEPT, ended_at=at)


def keep_partly(promise: Promise, *, at: datetime) -> Promise:
    """Mark that some of it happened. A kept promise stays kept."""
    if promise.state is PromiseState.KEPT:
        return promise
    return replace(promise, state=PromiseState.PARTLY, ended_at=at)


def carry(promise: Promise, *, due_on: date) -> Promise:
    """Carry the promise forward to a new date; it is asked about once more after that.

    Raises:
        IllegalTransition: it was kept already, or the new date is not later.
    """
    if promise.state is PromiseState.KEPT or due_on <= promise.due_on:
        raise IllegalTransition(said("nudging.carry_while_open"))
    return replace(
        promise,
        state=PromiseState.OPEN,
        due_on=due_on,
        asked_at=None,
        ended_at=None,
        carried=promise.carried + 1,
    )


def let_go(promise: Promise, *, at: datetime) -> Promise:
    """Close the promise without keeping it; nobody is told. A kept promise stays kept."""
    if promise.state is PromiseState.KEPT:
        return promise
    return replace(promise, state=PromiseState.LET_GO, ended_at=at)


def reopen(promise: Promise) -> Promise:
    """Undo the owner's last answer."""
    return replace(promise, state=PromiseState.OPEN, ended_at=None)
