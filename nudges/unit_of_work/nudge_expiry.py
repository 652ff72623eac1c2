"""When an open nudge is over: two weeks, a plan's own time, and no day of a pause counted."""

from __future__ import annotations

from datetime import datetime, timedelta

from nudges.model import cadence, calendar
from nudges.model.nudge import Nudge
from nudges.model.people import Leader
from nudges.model.roster import Roster
from nudges.unit_of_work.unit_of_work import UnitOfWork


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
