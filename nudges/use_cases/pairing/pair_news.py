"""Telling a pair what both must see: once where they share a conversation, else each on their own."""

from __future__ import annotations

from datetime import datetime

from nudges.model import calendar, message_facts
from nudges.model import pair as pairs
from nudges.model.ids import make_id
from nudges.model.message import MessageKind
from nudges.model.pair import Pair
from nudges.model.people import Address, Leader
from nudges.model.plain_words import and_words
from nudges.model.timers import TimerKind
from nudges.said import said
from nudges.unit_of_work.offers import nudge_for_pair
from nudges.unit_of_work.read_roster import Roster, read_roster
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.pairing.contact_cards import contact_riders
from nudges.use_cases.pairing.pair_words import (
    agreed_facts,
    invite,
    shared_agreed_facts,
    shared_slots_facts,
    slots_facts,
)

REFUSED_MOST = 1000


async def tell_slots(work: UnitOfWork, roster: Roster, pair: Pair, *, by: Leader, token: str) -> list[Leader]:
    """Tell the others of the times that `by` offers; returns those whose week is full.

    `token` tells one offer from another.
    """
    # Earlier times that are still on their way would only confuse.
    await work.tx.deliveries.cancel_about(pair.id, purposes=[MessageKind.PAIR])
    shared = await _shared_address(work, roster, pair, by=by)
    full: list[Leader] = []
    for other in _others(roster, pair, by):
        facts: message_facts.PairSlotsShared | message_facts.PairSlots
        if shared is not None:
            event, facts = "pair_slots_shared", shared_slots_facts(roster, pair, reader=other)
        else:
            event, facts = "pair_slots", slots_facts(roster, pair, reader=other)
            facts["riders"] = await contact_riders(work, roster, pair, other)
        told = await work.tell(
            other,
            MessageKind.PAIR,
            event,
            occurrence=f"{pair.id}:{token}",
            facts=facts,
            subject=pair.id,
            address=shared,
        )
        if not told:
            full.append(other)
            continue
        theirs = await nudge_for_pair(work, other.id, pair)
        if theirs is not None and theirs.replied_at is None:
            # The times are this step's one follow-up: no other question comes on top.
            work.cancel_timer(TimerKind.FOLLOW_UP, theirs.id)
    return full


async def tell_agreed(work: UnitOfWork, roster: Roster, pair: Pair, *, by: Leader, token: str) -> None:
    """Tell everybody of the agreed time, with its calendar entry; `by` settled it by a tap."""
    shared = await _shared_address(work, roster, pair, by=by)
    for other in _others(roster, pair, by) if shared is not None else ():
        minutes = await _minutes(work, other, pair)
        is_told = await work.tell(
            other,
            MessageKind.PAIR,
            "pair_agreed_shared",
            occurrence=f"{pair.id}:{token}",
            facts=shared_agreed_facts(work, roster, pair, reader=other, minutes=minutes),
            subject=pair.id,
            address=shared,
        )
        if is_told:
            return
    for leader in (roster.leaders[name] for name in pair.leader_ids if name in roster.leaders):
        await _tell_one_agreed(work, roster, pair, leader, by=by, token=token)


async def _tell_one_agreed(
    work: UnitOfWork, roster: Roster, pair: Pair, leader: Leader, *, by: Leader, token: str
) -> None:
    minutes = await _minutes(work, leader, pair)
    facts = agreed_facts(work, roster, pair, reader=leader, minutes=minutes)
    facts["riders"] = await contact_riders(work, roster, pair, leader)
    is_actor = leader.id == by.id
    told = await work.tell(
        leader,
        MessageKind.ANSWER if is_actor else MessageKind.PAIR,
        "pair_agreed",
        occurrence=f"{pair.id}:{token}",
        facts=facts,
        subject=pair.id,
    )
    if not told and leader.id == pair.proposed_by:
        # Their week is full, but it answers the times that they offered themselves.
        await work.tell(
            leader,
            MessageKind.ANSWER,
            "pair_agreed",
            occurrence=f"{pair.id}:{token}",
            facts=facts,
            subject=pair.id,
            can_wait=True,
        )


async def tell_off(
    work: UnitOfWork, roster: Roster, pair: Pair, leader: Leader, *, by: Leader | None
) -> None:
    """An agreed meeting is off: this leader's calendar lets go of it. It answers a tap."""
    others = pair.others(leader.id)
    peer = and_words(roster.names(others)) or work.book.in_words(
        said("pairing.partner_unnamed"), locale=leader.locale
    )
    await work.tell(
        leader,
        MessageKind.ANSWER,
        "pair_off",
        occurrence=f"{pair.id}:off:{make_id(work.at.isoformat())}",
        facts=message_facts.PairOff({"peer": peer, **off_facts(work, roster, pair, leader)}),
        subject=pair.id,
        can_wait=by is None or leader.id != by.id,
    )


def off_facts(work: UnitOfWork, roster: Roster, pair: Pair, leader: Leader) -> message_facts.Extras:
    """The entry that takes an agreed meeting out of a calendar; nothing where none was still to come."""
    if not is_ahead(work, pair):
        return {}
    minutes = work.book.rules.coffee.usual_minutes
    return {"invite": invite(work, roster, pair, zone=leader.zone, minutes=minutes, is_off=True)}


def is_ahead(work: UnitOfWork, pair: Pair) -> bool:
    """Whether they have agreed on a time that is still to come."""
    return pair.agreed_at is not None and pair.agreed_at > work.at


async def group_refused(work: UnitOfWork, partnership_id: str, pair_id: str) -> None:
    """The platform would not open one conversation for both: each is told on their own what stands now."""
    pair = await work.pair(pair_id)
    if pair is None or pair.ended_at is not None or pair.met_at is not None:
        return
    roster = await read_roster(work.tx, partnership_id)
    proposer = roster.leaders.get(pair.proposed_by or "")
    if proposer is None:
        return
    if pair.agreed_at is None:
        await tell_slots(work, roster, pair, by=proposer, token="single")
        return
    for other in _others(roster, pair, proposer):
        await tell_agreed(work, roster, pair, by=other, token=make_id("single", pair.agreed_at.isoformat()))


def _others(roster: Roster, pair: Pair, by: Leader) -> list[Leader]:
    generator = (roster.leaders.get(name) for name in pair.others(by.id))
    return [one for one in generator if one is not None and roster.may_be_nudged(one)]


async def _shared_address(work: UnitOfWork, roster: Roster, pair: Pair, *, by: Leader) -> Address | None:
    """The conversation of both; None where each is told apart, or where it would reach `by` at a bad hour."""
    people = [roster.leaders[name] for name in pair.leader_ids if name in roster.leaders]
    shared = pairs.group_address(people, on=work.book.rules.coffee.group_on)
    others = _others(roster, pair, by)
    window = work.window(others[0]) if others else None
    if shared is None or window is None:
        return None
    if window[0] > work.at and not _is_at_work(work, by, window[0]):
        return None
    refused = await work.tx.deliveries.refused(since=pair.formed_at, limit=REFUSED_MOST)
    was_refused = any(one.subject == pair.id and one.address == shared for one in refused)
    return None if was_refused else shared


def _is_at_work(work: UnitOfWork, leader: Leader, at: datetime) -> bool:
    day = calendar.local(at, leader.zone).date()
    own = calendar.sending_window(leader, day, work.holidays_of(leader), work.book.rules)
    return own is not None and own[0] <= at < own[1]


async def _minutes(work: UnitOfWork, leader: Leader, pair: Pair) -> int:
    nudge = await nudge_for_pair(work, leader.id, pair)
    usual = work.book.rules.coffee.usual_minutes
    return work.book.action(nudge.action_id).minutes if nudge is not None else usual
