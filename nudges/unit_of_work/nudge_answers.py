"""What an answer to a nudge leaves behind: a line in the log, an end to silence, a plan and its follow-up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from nudges.model import cadence, calendar
from nudges.model import nudge as nudge_states
from nudges.model.events import EventKind
from nudges.model.nudge import Nudge, Plan
from nudges.model.people import Leader
from nudges.model.timers import TimerKind
from nudges.rules.support.support_ladder import back_at_the_start
from nudges.unit_of_work.reply_context import ReplyContext


def log(reply: ReplyContext, nudge: Nudge, kind: EventKind, data: Mapping[str, Any] | None = None) -> None:
    """Remember an answer: whoever answers is not silent any more, and what was done ends every miss."""
    leader = reply.leader
    reply.work.log(
        kind,
        partnership_id=leader.partnership_id,
        subject=nudge.id,
        leader=leader,
        run_id=nudge.run_id,
        data={"action": nudge.action_id, **(data or {})},
    )
    leader = reply.work.known(Leader, leader.id) or leader
    if kind in (EventKind.DONE, EventKind.PARTLY):
        reply.work.keep(back_at_the_start(leader))
    elif leader.silent or leader.backed_off_until:
        reply.work.keep(replace(leader, silent=0, backed_off_until=None))


def suggested_slots(reply: ReplyContext, *, after: datetime, most: int) -> list[datetime]:
    """Up to `most` instants in the leader's own hours, each on another own working day."""
    instants: list[datetime] = []
    rules = reply.work.book.rules
    earliest, latest = calendar.hours_of(reply.leader, rules)
    walls = [wall for wall in rules.plan_prompt.suggested_times if earliest <= wall < latest] or [earliest]
    holidays = reply.work.holidays_of(reply.leader)
    day: date | None = calendar.local(after, reply.leader.zone).date()
    while day is not None and len(instants) < most:
        day = calendar.working_days_after(reply.leader, day, 1, holidays)
        if day is not None:
            wall = walls[len(instants) % len(walls)]
            instants.append(calendar.instant_of(day, wall, reply.leader.zone))
    return instants


def set_plan(reply: ReplyContext, nudge: Nudge, made: Plan, *, is_theirs: bool = True) -> Nudge:
    """Remember a plan and when to ask whether it happened.

    `is_theirs` is false where somebody else fixed the time: then this is no reply of the leader.
    """
    work, leader = reply.work, reply.leader
    planned = nudge_states.plan(nudge, plan=made, at=work.at)
    if is_theirs:
        log(reply, planned, EventKind.PLANNED)
    else:
        planned = replace(planned, replied_at=nudge.replied_at)
    work.keep(planned)
    due_at = cadence.did_it_happen_instant(
        leader,
        planned_at=made.at,
        holidays=work.holidays_of(leader),
        rules=work.book.rules,
        minutes=work.book.action(nudge.action_id).minutes,
    )
    work.set_timer(TimerKind.FOLLOW_UP, nudge.id, due_at, partnership_id=leader.partnership_id)
    return planned
