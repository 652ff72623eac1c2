"""Erasing a person: a tombstone takes their place, their words go, the counts stay."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import date, datetime

from nudges.errors import NotFound
from nudges.ports import Store, Transaction
from nudges.rules.pair import Pair
from nudges.rules.partner_step import PartnerStep
from nudges.rules.people import Leader
from nudges.rules.record import Event, EventKind, TimerKind

LONG_AGO = date(2000, 1, 1)
TOMBSTONE_BYTES = 10
A_COLLEAGUE = "a colleague"


async def erase(store: Store, leader_id: str, *, at: datetime) -> str:
    """Erase a leader of one partnership; returns the tombstone, which is random and leads nowhere.

    Raises:
        NotFound: there is no such leader.
    """
    async with store.transaction() as tx:
        leader = await tx.people.unchecked_leader(leader_id)
        if leader is None:
            raise NotFound(f"There is no leader “{leader_id}”.")
        return await erase_leader(tx, leader, at=at)


async def erase_leader(tx: Transaction, leader: Leader, *, at: datetime) -> str:
    """The same, inside a transaction."""
    tombstone = secrets.token_hex(TOMBSTONE_BYTES)
    await _commitments(tx, leader, tombstone)
    await _people(tx, leader, tombstone)
    await tx.deliveries.delete_of_recipient(leader.id)
    await tx.records.unname(leader.id, tombstone)
    for kind in (TimerKind.OFFER, TimerKind.WELCOME, TimerKind.RESTART):
        await tx.records.drop_timers(kind, [leader.id])
    await tx.records.append(
        [Event(partnership_id=leader.partnership_id, at=at, kind=EventKind.ERASED, subject=tombstone)]
    )
    await tx.people.delete_leader(leader.id)
    return tombstone


async def _commitments(tx: Transaction, leader: Leader, tombstone: str) -> None:
    nudges = await tx.commitments.unchecked_nudges([leader.id], since=LONG_AGO)
    await tx.commitments.save_nudges(
        [replace(one, leader_id=tombstone, shared_line=None, plan=None, question="") for one in nudges]
    )
    await tx.records.drop_timers(TimerKind.FOLLOW_UP, [one.id for one in nudges])
    promises = await tx.commitments.unchecked_promises(leader.partnership_id)
    await tx.records.drop_timers(
        TimerKind.PROMISE, [one.id for one in promises if one.leader_id == leader.id]
    )
    await tx.commitments.delete_promises_of(leader.id)
    pairs = await tx.commitments.unchecked_pairs(leader.partnership_id)
    await tx.commitments.save_pairs(
        [_without(one, leader.id, tombstone) for one in pairs if leader.id in one.leader_ids]
    )
    steps = await tx.commitments.unchecked_steps(leader.partnership_id)
    await tx.commitments.save_steps([_unowned(one, leader) for one in steps if _is_owned(one, leader)])


def _without(pair: Pair, leader_id: str, tombstone: str) -> Pair:
    """The pair with a tombstone in the person's place."""

    def named(one: str | None) -> str | None:
        return tombstone if one == leader_id else one

    return replace(
        pair,
        leader_ids=tuple(named(one) or one for one in pair.leader_ids),
        proposed_by=named(pair.proposed_by),
        met_by=named(pair.met_by),
    )


def _is_owned(step: PartnerStep, leader: Leader) -> bool:
    return step.owner_id == leader.id or leader.name in (step.owner, step.helper)


def _unowned(step: PartnerStep, leader: Leader) -> PartnerStep:
    """The organisation's promise stays; the person's name does not."""
    owner = A_COLLEAGUE if step.owner_id == leader.id or step.owner == leader.name else step.owner
    helper = "" if step.helper == leader.name else step.helper
    return replace(step, owner=owner, owner_id=None if owner == A_COLLEAGUE else step.owner_id, helper=helper)


async def _people(tx: Transaction, leader: Leader, tombstone: str) -> None:
    for run in await tx.people.unchecked_runs(leader.partnership_id):
        if leader.id in run.member_ids:
            members = tuple(tombstone if one == leader.id else one for one in run.member_ids)
            await tx.people.save_run(replace(run, member_ids=members))
    others = [
        replace(one, exclusions=one.exclusions - {leader.id})
        for one in await tx.people.unchecked_leaders(leader.partnership_id)
        if leader.id in one.exclusions
    ]
    await tx.people.save_leaders(others)
    partnership = await tx.people.unchecked_partnership(leader.partnership_id)
    if partnership is not None and leader.id in (partnership.helper_id, partnership.facilitator_id):
        await tx.people.save_partnership(
            replace(
                partnership,
                helper_id=None if partnership.helper_id == leader.id else partnership.helper_id,
                facilitator_id=None
                if partnership.facilitator_id == leader.id
                else partnership.facilitator_id,
            )
        )
