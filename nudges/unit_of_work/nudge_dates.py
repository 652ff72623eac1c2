"""The dates of an open nudge: when it is over, and where a pause moves its plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from nudges.model import cadence, calendar
from nudges.model.nudge import Nudge, NudgeState
from nudges.model.people import Days, Leader
from nudges.model.roster import Roster
from nudges.model.timers import TimerKind
from nudges.unit_of_work.unit_of_work import UnitOfWork


def moved_out_of(work: UnitOfWork, leader: Leader, nudge: Nudge, days: Days) -> Nudge:
    """The open nudge with its day after the pause, and asked about then.

    The same nudge where nothing falls into the pause. `leader` is paused already, so that none of the
    paused days is one of theirs.
    """
    if nudge.plan is not None and nudge.state is NudgeState.PLANNED:
        return _plan_moved(work, leader, nudge, days)
    if nudge.snoozed_until is None or calendar.local(nudge.snoozed_until, leader.zone).date() not in days:
        return nudge
    wall = work.book.rules.cadence.send_time_reminder
    until = calendar.next_sending_instant(
        leader,
        after=calendar.instant_of(days.to_on, wall, leader.zone),
        holidays=work.holidays_of(leader),
        rules=work.book.rules,
        at_wall=wall,
    )
    work.set_timer(TimerKind.FOLLOW_UP, nudge.id, until, partnership_id=leader.partnership_id)
    return replace(nudge, snoozed_until=until or nudge.snoozed_until)


def _plan_moved(work: UnitOfWork, leader: Leader, nudge: Nudge, days: Days) -> Nudge:
    """The same time of day, on the first own working day after the pause."""
    planned = calendar.local(nudge.plan.at, leader.zone) if nudge.plan else None
    if nudge.plan is None or planned is None or planned.date() not in days:
        return nudge
    holidays = work.holidays_of(leader)
    day = next(calendar.working_days(leader, from_on=days.to_on, holidays=holidays), days.to_on)
    later = calendar.instant_of(day, planned.time(), leader.zone)
    due_at = cadence.did_it_happen_instant(
        leader,
        planned_at=later,
        holidays=holidays,
        rules=work.book.rules,
        minutes=work.book.action(nudge.action_id).minutes,
    )
    work.set_timer(TimerKind.FOLLOW_UP, nudge.id, due_at, partnership_id=leader.partnership_id)
    return replace(nudge, plan=replace(nudge.plan, at=later))


def without_plan(work: UnitOfWork, nudge: Nudge) -> Nudge:
    """The plan was made for a meeting that cannot be: nobody is asked whether it happened."""
    work.cancel_timer(TimerKind.FOLLOW_UP, nudge.id)
    if nudge.state is not NudgeState.PLANNED:
        return nudge
    return replace(nudge, state=NudgeState.OFFERED, before=None, plan=None)


def ends_at(work: UnitOfWork, roster: Roster, leader: Leader, nudge: Nudge) -> datetime:
    """The instant at which the nudge is closed in silence.

    Days of the campaign's pauses, and of the leader's own, come on top.
    """
    begins_at = max(nudge.snoozed_until or nudge.offered_at, nudge.smaller_at or nudge.offered_at)
    over_at = cadence.expiry_instant(
        leader,
        offered_at=begins_at,
        planned_at=nudge.plan.at if nudge.plan else None,
        holidays=work.holidays_of(leader),
        rules=work.book.rules,
    )
    run = next((one for one in roster.runs if one.id == nudge.run_id), None)
    offered_on = calendar.local(nudge.offered_at, leader.zone).date()
    paused = timedelta()
    for pause in (*(run.pauses if run else ()), *((leader.paused,) if leader.paused else ())):
        over_on = calendar.local(over_at, leader.zone).date()
        if pause.from_on <= over_on + paused and pause.to_on > offered_on:
            paused += pause.to_on - max(pause.from_on, offered_on)
    return over_at + paused
