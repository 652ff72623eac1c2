"""Compare what was due with what happened: nothing is missed in silence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from nudges.model.delivery import Delivery, DeliveryState
from nudges.model.nudge import NudgeState
from nudges.model.timers import TimerKind
from nudges.ports import Store, Transaction
from nudges.said import Said, said

LATE = timedelta(minutes=10)
RECENT = timedelta(days=14)
UNCLEAR_AFTER_ATTEMPTS = 3
# Whoever has one of these will be looked at again.
_WATCHED = frozenset({TimerKind.OFFER, TimerKind.RESTART, TimerKind.WELCOME})


class Loss(StrEnum):
    """What kind of thing went missing or wrong."""

    STUCK = "stuck"
    UNCLEAR = "unclear"
    FLAGGED = "flagged"
    REFUSED = "refused"
    TIMER_LATE = "timer_late"
    OFFER_UNSENT = "offer_unsent"
    LEADER_FORGOTTEN = "leader_forgotten"


@dataclass(frozen=True, kw_only=True, slots=True)
class Irregularity:
    """One thing to look at: what it is about (an id, never a name), what is wrong and what to do.

    `what` is plain text where the ledger holds the platform's own words.
    """

    loss: Loss
    subject: str
    what: Said | str
    todo: Said


async def audit(store: Store, at: datetime) -> list[Irregularity]:
    """Everything that is late, unclear, flagged or forgotten at `at`; an empty list when all is well."""
    async with store.reading() as tx:
        findings = [*await _deliveries(tx, at), *await _timers(tx, at)]
        for partnership in await tx.people.unchecked_partnerships():
            findings += await _offers(tx, partnership.id)
            findings += await _leaders(tx, partnership.id)
    return findings


async def _deliveries(tx: Transaction, at: datetime) -> list[Irregularity]:
    late = await tx.deliveries.overdue(before=at - LATE)
    known = {one.id for one in late}
    unclear = [
        delivery
        for delivery in await tx.deliveries.ambiguous()
        if delivery.attempts >= UNCLEAR_AFTER_ATTEMPTS and delivery.id not in known
    ]
    return [
        *[_stuck(one) for one in late],
        *[
            Irregularity(
                loss=Loss.UNCLEAR,
                subject=delivery.id,
                what=said(
                    "delivery.audit.unclear",
                    {"attempts": delivery.attempts, "installation": delivery.address.installation},
                ),
                todo=said("delivery.audit.unclear_todo"),
            )
            for delivery in unclear
        ],
        *[
            Irregularity(
                loss=Loss.FLAGGED,
                subject=delivery.id,
                what=delivery.reason or said("delivery.audit.twice"),
                todo=said("delivery.audit.twice_todo"),
            )
            for delivery in await tx.deliveries.flagged()
        ],
        *[
            Irregularity(
                loss=Loss.REFUSED,
                subject=delivery.id,
                what=said(
                    "delivery.audit.refused",
                    {"installation": delivery.address.installation, "reason": delivery.reason},
                ),
                todo=said("delivery.audit.refused_todo"),
            )
            for delivery in await tx.deliveries.refused(since=at - RECENT)
        ],
    ]


def _stuck(delivery: Delivery) -> Irregularity:
    if delivery.state is DeliveryState.SENDING:
        what = said("delivery.audit.claimed")
    else:
        what = said("delivery.audit.due_since", {"since": f"{delivery.not_before:%Y-%m-%d %H:%M}"})
    todo = said("delivery.audit.not_sent_todo", {"installation": delivery.address.installation})
    return Irregularity(loss=Loss.STUCK, subject=delivery.id, what=what, todo=todo)


async def _timers(tx: Transaction, at: datetime) -> list[Irregularity]:
    return [
        Irregularity(
            loss=Loss.TIMER_LATE,
            subject=f"{timer.kind}:{timer.subject}",
            what=said("delivery.audit.timer_late", {"due": f"{timer.due_at:%Y-%m-%d %H:%M}"}),
            todo=said("delivery.audit.timer_late_todo"),
        )
        for timer in await tx.records.due_timers(at=at - LATE, limit=100)
    ]


async def _offers(tx: Transaction, partnership_id: str) -> list[Irregularity]:
    offered = [
        nudge.id
        for run in await tx.people.unchecked_runs(partnership_id)
        if run.ended_at is None
        for nudge in await tx.commitments.unchecked_nudges_of_run(run.id)
        if nudge.state is NudgeState.OFFERED
    ]
    known = await tx.deliveries.subjects_known(offered)
    return [
        Irregularity(
            loss=Loss.OFFER_UNSENT,
            subject=nudge_id,
            what=said("delivery.audit.unsent"),
            todo=said("delivery.audit.unsent_todo"),
        )
        for nudge_id in offered
        if nudge_id not in known
    ]


async def _leaders(tx: Transaction, partnership_id: str) -> list[Irregularity]:
    runs = await tx.people.unchecked_runs(partnership_id)
    members = {leader_id for run in runs if run.ended_at is None for leader_id in run.member_ids}
    watched = {one.subject for one in await tx.records.timers(partnership_id) if one.kind in _WATCHED}
    leaders = await tx.people.unchecked_leaders(partnership_id)
    return [
        Irregularity(
            loss=Loss.LEADER_FORGOTTEN,
            subject=leader.id,
            what=said("delivery.audit.forgotten"),
            todo=said("delivery.audit.forgotten_todo"),
        )
        for leader in leaders
        if leader.is_in and leader.id in members and leader.id not in watched
    ]
