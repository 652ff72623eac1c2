"""What became of earlier offers: closed when their time is over, and counted once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from nudges.model import cadence, calendar
from nudges.model import nudge as nudge_states
from nudges.model.delivery import DeliveryState
from nudges.model.events import EventKind
from nudges.model.nudge import Nudge, NudgeState
from nudges.model.people import Leader
from nudges.rules.support.support_ladder import back_at_the_start
from nudges.unit_of_work.nudge_dates import ends_at
from nudges.unit_of_work.planning_context import PlanningContext
from nudges.unit_of_work.unit_of_work import UnitOfWork


def settle(work: UnitOfWork, planning: PlanningContext, leader: Leader, *, was_away: bool) -> Leader:
    """Expire what is over, and count silence and misses, each once."""
    history = planning.histories[leader.id]
    for at, stored in enumerate(history):
        nudge = _expired(work, planning, leader, stored)
        nudge, leader = _judged(work, planning, leader, nudge, was_away=was_away)
        if nudge is not stored:
            history[at] = nudge
            work.keep(nudge)
    return leader


async def note_unheard(work: UnitOfWork, planning: PlanningContext, leader: Leader) -> None:
    """Nobody is silent about a message that never reached them: their chat refused it, say."""
    for nudge in planning.histories[leader.id]:
        if nudge.judged_at is None and nudge.replied_at is None:
            rows = await work.tx.deliveries.unchecked_of_subject(nudge.id)
            if not any(one.state is DeliveryState.SENT for one in rows):
                planning.unheard.add(nudge.id)


def _expired(work: UnitOfWork, planning: PlanningContext, leader: Leader, nudge: Nudge) -> Nudge:
    if not nudge.is_open:
        return nudge
    over_at = ends_at(work, planning.roster, leader, nudge)
    if over_at > work.at:
        return nudge
    work.log(
        EventKind.EXPIRED,
        partnership_id=leader.partnership_id,
        subject=nudge.id,
        leader=leader,
        run_id=nudge.run_id,
    )
    return nudge_states.expire(nudge, at=work.at)


def _judged(
    work: UnitOfWork, planning: PlanningContext, leader: Leader, nudge: Nudge, *, was_away: bool
) -> tuple[Nudge, Leader]:
    """Settle once whether a nudge was a miss: silent, or planned and not done two working days later."""
    if nudge.judged_at is not None or nudge.offered_at >= work.at:
        return nudge, leader
    state = nudge.before if nudge.state is NudgeState.EXPIRED and nudge.before else nudge.state
    if state in (NudgeState.PLANNED, NudgeState.NOT_YET) and nudge.plan is not None:
        judged_from = cadence.missed_after(
            leader, planned_at=nudge.plan.at, holidays=work.holidays_of(leader), rules=work.book.rules
        )
        if judged_from > work.at:
            return nudge, leader
    settled = replace(nudge, judged_at=work.at)
    if state in (NudgeState.DONE, NudgeState.PARTLY):
        return settled, back_at_the_start(leader)
    if state in (NudgeState.SWAPPED, NudgeState.NOT_NOW, NudgeState.WITHDRAWN) or was_away:
        return settled, leader
    since = nudge.plan.at if nudge.plan is not None else nudge.offered_at
    if nudge.id in planning.unheard or _was_paused(work, planning, leader, nudge, since=since):
        return settled, leader
    if nudge.replied_at is None:
        work.log(EventKind.SILENT, partnership_id=leader.partnership_id, subject=nudge.id, leader=leader)
        missed = replace(settled, is_missed=True)
        return missed, replace(leader, silent=leader.silent + 1, missed=leader.missed + 1)
    if state in (NudgeState.PLANNED, NudgeState.NOT_YET):
        return replace(settled, is_missed=True), replace(leader, missed=leader.missed + 1)
    return settled, leader


def _was_paused(
    work: UnitOfWork, planning: PlanningContext, leader: Leader, nudge: Nudge, *, since: datetime
) -> bool:
    """Whether the leader's own pause, or the campaign's, fell into the time for a reply or for the plan."""
    run = next((one for one in planning.roster.runs if one.id == nudge.run_id), None)
    pauses = [*(run.pauses if run else ()), *((leader.paused,) if leader.paused else ())]
    since_on = calendar.local(since, leader.zone).date()
    today = calendar.local(work.at, leader.zone).date()
    return any(pause.from_on <= today and since_on < pause.to_on for pause in pauses)


def is_planned_and_past(nudge: Nudge, *, at: datetime) -> bool:
    """Planned, the time has gone by, and nobody has asked since whether it happened."""
    if nudge.state is not NudgeState.PLANNED or nudge.plan is None or nudge.plan.at >= at:
        return False
    return nudge.followed_up_at is None or nudge.followed_up_at <= nudge.plan.at
