"""Whoever fixes a leader's times gets those on offer: in their own chat, or as a note to forward."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from nudges.errors import DeliveryError
from nudges.model import message_facts
from nudges.model.ids import make_id
from nudges.model.message import MessageKind
from nudges.model.pair import Pair
from nudges.model.people import Address, Leader
from nudges.model.plain_words import and_words, when_words
from nudges.model.playbook import Playbook
from nudges.model.timers import Timer, TimerKind
from nudges.ports import ChatPlatform, Store, Transaction
from nudges.rules.pairing.delegate import name_and_email
from nudges.said import said
from nudges.unit_of_work.read_roster import Roster, read_roster
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.pairing.pair_words import choices_invite

AT_ONCE = 50


def delegate_subject(pair: Pair, leader: Leader) -> str:
    """What the clock looks at: this leader's delegate, for this pair."""
    return f"{pair.id}:{leader.id}"


async def find_delegates(
    store: Store, book: Playbook, platforms: Mapping[str, ChatPlatform], *, at: datetime
) -> None:
    """Give the times to the delegates who are reached where their leader is.

    Nothing is asked of a platform inside a transaction. Who is not found stays for `check_delegate`.
    """
    async with store.reading() as tx:
        due = await tx.records.due_timers(at=at, limit=AT_ONCE)
        wanted = [(timer, await _leader_of(tx, timer)) for timer in due if timer.kind is TimerKind.DELEGATE]
    looked_up = [(timer, await _look_up(platforms, leader)) for timer, leader in wanted]
    reached = [(timer, address) for timer, address in looked_up if address is not None]
    if not reached:
        return
    async with store.transaction() as tx:
        work = UnitOfWork(tx=tx, book=book, at=at, holidays=await tx.people.unchecked_holidays())
        for timer, address in reached:
            await _tell(work, timer.partnership_id, timer.subject, address)
            work.cancel_timer(timer.kind, timer.subject)
        await work.write()


async def check_delegate(work: UnitOfWork, partnership_id: str, subject: str) -> None:
    """The delegate is not in this chat: the leader gets a note to forward, with the times as a file."""
    await _tell(work, partnership_id, subject, None)


async def _leader_of(tx: Transaction, timer: Timer) -> Leader | None:
    return await tx.people.unchecked_leader(timer.subject.partition(":")[2])


async def _look_up(platforms: Mapping[str, ChatPlatform], leader: Leader | None) -> Address | None:
    address = leader.address if leader is not None else None
    email = name_and_email(leader.delegate)[1] if leader is not None else ""
    if address is None or not email:
        return None
    platform = platforms.get(address.installation) or platforms.get(address.platform)
    try:
        return await platform.look_up(address.workspace, email) if platform else None
    except DeliveryError:
        return None  # a note to forward now is worth more than a message to them later


async def _tell(work: UnitOfWork, partnership_id: str, subject: str, address: Address | None) -> None:
    pair = await work.pair(subject.partition(":")[0])
    roster = await read_roster(work.tx, partnership_id)
    leader = roster.leaders.get(subject.partition(":")[2])
    if pair is None or leader is None or leader.id not in pair.leader_ids or not leader.delegate:
        return
    if pair.ended_at is not None or pair.agreed_at is not None or not pair.proposed:
        return
    if address is not None and await _wants_nothing(work, address):
        address = None
    facts = _facts(work, roster, pair, leader)
    occurrence = f"{pair.id}:{make_id(*(one.isoformat() for one in pair.proposed))}"
    if address is None or address == leader.address:
        invite = choices_invite(work, roster, pair, zone=leader.zone)
        await _answer(
            work, leader, pair, "office_forward", occurrence, OfficeWords({**facts, "invite": invite})
        )
        return
    await work.tell(
        leader,
        MessageKind.LEAD,
        "office_times",
        occurrence=occurrence,
        facts=facts,
        subject=pair.id,
        address=address,
    )
    told = message_facts.OfficeTold(delegate=facts["delegate"])
    await _answer(work, leader, pair, "office_told", occurrence, told)


async def _wants_nothing(work: UnitOfWork, address: Address) -> bool:
    """Whether somebody there said stop, or has left: nobody else starts them again."""
    known = await work.tx.people.unchecked_leaders_at(address)
    return any(one.stopped_at is not None or one.left_at is not None for one in known)


async def _answer(
    work: UnitOfWork, leader: Leader, pair: Pair, event: str, occurrence: str, facts: Mapping[str, Any]
) -> None:
    await work.tell(
        leader, MessageKind.ANSWER, event, occurrence=f"{event}:{occurrence}", facts=facts, subject=pair.id
    )


class OfficeWords(message_facts.OfficeForward):
    """What is said to the office and in the note to forward; neither says all of it."""

    partnership: str


def _facts(work: UnitOfWork, roster: Roster, pair: Pair, leader: Leader) -> OfficeWords:
    others = pair.others(leader.id)
    your_office = work.book.in_words(said("pairing.your_office"), locale=leader.locale)
    return {
        "leader": leader.name,
        "delegate": name_and_email(leader.delegate)[0] or your_office,
        "partnership": roster.partnership.name,
        "peer": and_words(roster.names(others)),
        "peer_org": and_words(roster.organisation_names(others)),
        "slots": [when_words(slot, leader.zone) for slot in pair.proposed],
        "place": pair.place,
    }
