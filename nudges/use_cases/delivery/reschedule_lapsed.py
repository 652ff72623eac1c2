"""Messages that were not sent in their hours: moved to the next ones while they still make sense."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from nudges.model import calendar
from nudges.model import nudge as nudge_states
from nudges.model.delivery import Delivery, DeliveryState
from nudges.model.message import MessageKind
from nudges.model.nudge import OPEN_STATES
from nudges.model.playbook import Playbook
from nudges.model.timers import TimerKind
from nudges.ports import Store
from nudges.said import said
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.rollup.post_rollup import unpost

# Of their own day only: the next Friday post covers what these would have said.
NOT_AGAIN = frozenset({"rollup", "rollup_thread", "rollup_preview"})
TOO_LATE = said("delivery.week_over")


async def reschedule_lapsed(store: Store, book: Playbook, *, at: datetime) -> int:
    """Give lapsed messages a new time inside their person's hours; returns how many.

    What belongs to a week that is over is not sent any more: nothing stale goes out. An invitation waits.
    """
    async with store.reading() as tx:
        if not await tx.deliveries.lapsed(limit=1):
            return 0
    async with store.transaction() as tx:
        work = UnitOfWork(tx=tx, book=book, at=at, holidays=await tx.people.unchecked_holidays())
        decided = [await _decide(work, row) for row in await tx.deliveries.lapsed()]
        await work.write()
        await tx.deliveries.decide_lapsed(decided)
    return sum(1 for one in decided if one.state is DeliveryState.WAITING)


async def _decide(work: UnitOfWork, row: Delivery) -> Delivery:
    closed = replace(row, state=DeliveryState.CANCELLED, reason=work.book.in_words(TOO_LATE))
    if row.event == "rollup":
        await unpost(work, row)
    if row.event in NOT_AGAIN:
        return closed
    leader = await work.tx.people.unchecked_leader(row.recipient)
    if leader is None or (not leader.is_in and row.purpose is not MessageKind.WELCOME):
        return closed
    nudge = await work.nudge(row.subject)
    if nudge is not None and nudge.state not in OPEN_STATES:
        return closed
    window = work.window(leader)
    is_over = window is not None and calendar.week_of(window[0], leader.zone) != row.week_on
    if window is None or (is_over and row.purpose is not MessageKind.WELCOME):
        if nudge is not None and row.purpose is MessageKind.NUDGE and nudge.replied_at is None:
            # Nobody has seen this offer: it is no silence, and the next one may come.
            work.keep(nudge_states.withdraw(nudge, at=work.at))
            work.cancel_timer(TimerKind.FOLLOW_UP, nudge.id)
        return closed
    return replace(row, state=DeliveryState.WAITING, reason="", not_before=window[0], not_after=window[1])
