"""Erasing a person: a tombstone takes their place, their words go, the counts stay."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from nudges.errors import NotFound
from nudges.model.events import Event, EventKind
from nudges.model.help_request import HelpAbout
from nudges.model.partner_step import PartnerStep
from nudges.model.people import Leader, Partnership
from nudges.model.playbook import Playbook
from nudges.model.pulse import person_key
from nudges.ports import Store, Transaction
from nudges.rules.pairing.delegate import is_delegate
from nudges.said import said

LONG_AGO = date(2000, 1, 1)
TOMBSTONE_BYTES = 10
A_COLLEAGUE = said("words.a_colleague")


async def erase(store: Store, book: Playbook, leader_id: str, *, at: datetime) -> str:
    """Erase a leader of one partnership; returns the tombstone, which is random and leads nowhere.

    Raises:
        NotFound: there is no such leader.
    """
    async with store.transaction() as tx:
        leader = await tx.people.unchecked_leader(leader_id)
        if leader is None:
            raise NotFound(said("own_data.no_leader", {"id": leader_id}))
        return await erase_leader(tx, book, leader, at=at)


async def erase_leader(tx: Transaction, book: Playbook, leader: Leader, *, at: datetime) -> str:
    """The same, inside a transaction."""
    tombstone = tx.random_hex(TOMBSTONE_BYTES)
    colleague = book.in_words(A_COLLEAGUE)
    await _timers(tx, leader)
    await _commitments(tx, leader, tombstone, colleague=colleague)
    await _listening(tx, leader, tombstone, at=at)
    await _people(tx, leader)
    await tx.deliveries.delete_of_recipient(leader.id)
    await tx.records.drop_entry_links(leader_id=leader.id)
    await _home(tx, leader)
    await tx.homes.touch(at=at, all_of=[leader.partnership_id])  # the pages of others name them no more
    await tx.records.unname(leader.id, tombstone)
    words = {leader.id: tombstone, leader.email: "", leader.person: "", leader.name: colleague}
    if leader.address is not None:
        words.setdefault(leader.address.to, tombstone)  # it stands in conversations with others as well
    await tx.records.replace_words(leader.partnership_id, words)
    await tx.records.append(
        [Event(partnership_id=leader.partnership_id, at=at, kind=EventKind.ERASED, subject=tombstone)]
    )
    await tx.people.delete_leader(leader.id)  # the last: whoever kept the roster reads it anew after this
    return tombstone


async def _home(tx: Transaction, leader: Leader) -> None:
    """The page goes with its person, unless another partnership still reaches them there."""
    if leader.address is not None:
        there = await tx.people.unchecked_leaders_at(leader.address)
        if all(one.id == leader.id for one in there):
            await tx.homes.delete(leader.address)


async def _timers(tx: Transaction, leader: Leader) -> None:
    """Nobody looks again at the person, or at anything that is theirs alone."""
    nudges = await tx.commitments.unchecked_nudges([leader.id], since=LONG_AGO)
    promises = await tx.commitments.unchecked_promises(leader.partnership_id)
    tests = await tx.listening.unchecked_two_week_tests(leader.partnership_id)
    requests = await tx.listening.unchecked_help_log(leader.partnership_id)
    own = {one.id for one in nudges}
    own |= {one.id for one in promises if one.leader_id == leader.id}
    own |= {one.id for one in tests if one.leader_id == leader.id}
    own |= {one.id for one in requests if one.leader_id == leader.id and one.about is HelpAbout.PERSON}
    for timer in await tx.records.timers(leader.partnership_id):
        if timer.subject in own or leader.id in timer.subject.split(":"):
            await tx.records.drop_timers(timer.kind, [timer.subject])


async def _commitments(tx: Transaction, leader: Leader, tombstone: str, *, colleague: str) -> None:
    nudges = await tx.commitments.unchecked_nudges([leader.id], since=LONG_AGO)
    await tx.commitments.save_nudges(
        [replace(one, leader_id=tombstone, shared_line=None, plan=None, question="") for one in nudges]
    )
    await tx.commitments.delete_promises_of(leader.id)
    steps = await tx.commitments.unchecked_steps(leader.partnership_id)
    await tx.commitments.save_steps(
        [_unowned(step, leader, colleague=colleague) for step in steps if _was_owner(step, leader)]
    )


def _was_owner(step: PartnerStep, leader: Leader) -> bool:
    """Whether the person looks after the step, or did before it was handed over."""
    is_of_organisation = step.organisation_id == leader.organisation_id
    return step.owner_id == leader.id or (
        is_of_organisation and any(change.owner == leader.name for change in step.history)
    )


def _unowned(step: PartnerStep, leader: Leader, *, colleague: str) -> PartnerStep:
    """The organisation's promise stays; the person's name does not, in its history either."""
    history = tuple(
        replace(change, owner=colleague) if change.owner == leader.name else change for change in step.history
    )
    if step.owner_id != leader.id:
        return replace(step, history=history)
    return replace(step, owner=colleague, owner_id=None, history=history)


async def _listening(tx: Transaction, leader: Leader, tombstone: str, *, at: datetime) -> None:
    requests = await tx.listening.unchecked_help_log(leader.partnership_id)
    await tx.listening.save_help(
        [
            replace(request, closed_at=at)
            for request in requests
            if request.leader_id == leader.id and request.about is HelpAbout.PERSON and request.is_open
        ]
    )
    await tx.listening.forget_person(leader.id, tombstone)
    for run in await tx.people.unchecked_runs(leader.partnership_id):
        key = await tx.listening.unchecked_pulse_key(run.id)
        if key is not None:
            mine = person_key(key.secret, leader.person, run.id)
            await tx.listening.unname_pulse(run.id, mine, tombstone)


async def _people(tx: Transaction, leader: Leader) -> None:
    """Others let go of the person. Whoever is named in a list there is named by a tombstone soon after."""
    others = [
        replace(
            other,
            exclusions=other.exclusions - {leader.id},
            buddy_id=None if other.buddy_id == leader.id else other.buddy_id,
            delegate=None if is_delegate(other.delegate, leader) else other.delegate,
        )
        for other in await tx.people.unchecked_leaders(leader.partnership_id)
        if leader.id in (*other.exclusions, other.buddy_id) or is_delegate(other.delegate, leader)
    ]
    await tx.people.save_leaders(others)
    partnership = await tx.people.unchecked_partnership(leader.partnership_id)
    if partnership is not None and leader.id in (partnership.helper_id, partnership.facilitator_id):
        await tx.people.save_partnership(_without(partnership, leader.id))


def _without(partnership: Partnership, leader_id: str) -> Partnership:
    helper, facilitator = partnership.helper_id, partnership.facilitator_id
    return replace(
        partnership,
        helper_id=None if helper == leader_id else helper,
        facilitator_id=None if facilitator == leader_id else facilitator,
    )
