"""Leaving cleanly: nothing more is sent, others are told kindly, and what was promised is handed over."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from nudges.errors import NotFound
from nudges.model import calendar
from nudges.model import nudge as nudge_states
from nudges.model import partner_step as steps
from nudges.model.events import EventKind
from nudges.model.message import MessageKind
from nudges.model.nudge import Nudge, Promise, PromiseState
from nudges.model.people import Leader, Organisation
from nudges.model.playbook import Playbook
from nudges.model.timers import TimerKind
from nudges.ports import Store
from nudges.said import said
from nudges.unit_of_work.read_roster import Roster, read_roster
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.joining.ask_permission import LEFT
from nudges.use_cases.joining.buddy import let_go_of
from nudges.use_cases.pairing.watch_pairs import leave_pair
from nudges.use_cases.partner_steps.partner_steps import hand_over_all
from nudges.use_cases.partner_steps.refresh_board import present_steps, refresh_board
from nudges.use_cases.partner_steps.watch_steps import settle
from nudges.use_cases.support import help_log

LOOK_BACK = timedelta(weeks=26)


async def be_quiet(work: UnitOfWork, roster: Roster, leader: Leader) -> None:
    """Nothing more is sent or asked: open steps are withdrawn, and whoever waits for this person is told."""
    for kind in (TimerKind.OFFER, TimerKind.WELCOME, TimerKind.RESTART, TimerKind.PASSED_ON):
        work.cancel_timer(kind, leader.id)
    await work.tx.deliveries.cancel(leader.id, at=work.at, keep=[MessageKind.ANSWER])
    for nudge in await open_nudges(work, leader):
        work.keep(nudge_states.withdraw(nudge, at=work.at))
        work.cancel_timer(TimerKind.FOLLOW_UP, nudge.id)
        pair = await work.pair(nudge.pair_id)
        if pair is not None:
            await leave_pair(work, roster, pair, leader)
    for promise in await open_promises(work, leader):
        work.cancel_timer(TimerKind.PROMISE, promise.id)


async def open_nudges(work: UnitOfWork, leader: Leader) -> list[Nudge]:
    """This leader's open nudges of the last half year, oldest first."""
    since = calendar.week_of(work.at, leader.zone) - LOOK_BACK
    nudges = await work.tx.commitments.unchecked_nudges([leader.id], since=since)
    return [nudge for nudge in nudges if nudge.is_open]


async def open_promises(work: UnitOfWork, leader: Leader) -> list[Promise]:
    """This leader's open promises."""
    promises = await work.tx.commitments.unchecked_promises(leader.partnership_id)
    return [each for each in promises if each.leader_id == leader.id and each.state is PromiseState.OPEN]


async def leave(work: UnitOfWork, roster: Roster, leader: Leader) -> Leader:
    """Leave one partnership for good: promises and help requests close, partner steps are handed over.

    Leaving twice changes nothing. The person's record is deleted when its time is over.
    """
    if leader.left_at is not None:
        return leader
    gone = replace(
        leader,
        stopped_at=leader.stopped_at or work.at,
        left_at=work.at,
        exclusions=frozenset(),
        buddy_id=None,
        delegate=None,
    )
    work.keep(gone)
    work.log(EventKind.LEFT, partnership_id=leader.partnership_id, leader=gone)
    roster = replace(roster, leaders={**roster.leaders, gone.id: gone})
    await be_quiet(work, roster, gone)
    for promise in await open_promises(work, gone):
        work.keep(nudge_states.let_go(promise, at=work.at))
    await help_log.close_of(work, roster, gone)
    await work.tx.records.drop_entry_links(leader_id=leader.id)
    await let_go_of(work, roster, gone)
    await hand_over_all(work, roster, gone)
    await refresh_board(work, roster)
    return gone


async def leave_now(store: Store, book: Playbook, *, leader_id: str, at: datetime) -> None:
    """The same by a lead's command.

    Raises:
        NotFound: there is no such leader.
    """
    async with store.transaction() as tx:
        leader = await tx.people.unchecked_leader(leader_id)
        if leader is None:
            raise NotFound(said("joining.no_leader", {"id": leader_id}))
        work = UnitOfWork(tx=tx, book=book, at=at, holidays=await tx.people.unchecked_holidays())
        await leave(work, await read_roster(tx, leader.partnership_id), leader)
        await work.write()


async def organisation_leaves(
    store: Store, book: Playbook, *, partnership_id: str, organisation_id: str, at: datetime
) -> tuple[Organisation, int, int]:
    """An organisation leaves: its people do, and its open steps close by agreement.

    Returns the organisation, how many people left and how many steps closed.

    Raises:
        NotFound: no such organisation.
    """
    async with store.transaction() as tx:
        work = UnitOfWork(tx=tx, book=book, at=at, holidays=await tx.people.unchecked_holidays())
        roster = await read_roster(tx, partnership_id)
        organisation = roster.organisation(organisation_id)
        closed = 0
        for step in await present_steps(work, partnership_id):
            if step.organisation_id == organisation_id and step.is_open:
                await settle(work, roster, steps.leave(step, at=at))
                closed += 1
        people = [
            leader
            for leader in roster.leaders.values()
            if leader.organisation_id == organisation_id and leader.left_at is None
        ]
        for leader in people:
            gone_leader = await leave(work, roster, leader)
            roster = replace(roster, leaders={**roster.leaders, leader.id: gone_leader})
        # Without permission nobody of it is asked again, whoever may still come.
        work.keep(replace(organisation, permission_at=None, permission_line=LEFT))
        await refresh_board(work, roster)
        await work.write()
    return organisation, len(people), closed
