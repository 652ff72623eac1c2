"""Messages that were not sent in their hours: moved to the next ones while they still make sense."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from nudges.ports import Store
from nudges.rules import calendar
from nudges.rules.delivery import Delivery, DeliveryState
from nudges.rules.message import MessageKind
from nudges.rules.nudge import OPEN_STATES
from nudges.rules.playbook import Playbook
from nudges.use_cases.turn import Turn

TOO_LATE = "Its week was over before it could be sent."


async def reconcile(store: Store, book: Playbook, *, at: datetime) -> int:
    """Give lapsed messages a new time inside their person's hours; returns how many.

    What belongs to a week that is over is not sent any more: nothing stale goes out.
    """
    async with store.reading() as tx:
        if not await tx.deliveries.lapsed(limit=1):
            return 0
    async with store.transaction() as tx:
        turn = Turn(tx=tx, book=book, at=at, holidays=await tx.people.unchecked_holidays())
        decided = [await _decide(turn, row) for row in await tx.deliveries.lapsed()]
        await tx.deliveries.decide_lapsed(decided)
    return sum(1 for one in decided if one.state is DeliveryState.WAITING)


async def _decide(turn: Turn, row: Delivery) -> Delivery:
    closed = replace(row, state=DeliveryState.CANCELLED, reason=TOO_LATE)
    leader = await turn.tx.people.unchecked_leader(row.recipient)
    if leader is None or (not leader.is_in and row.purpose is not MessageKind.WELCOME):
        return closed
    nudge = await turn.nudge(row.subject)
    if nudge is not None and nudge.state not in OPEN_STATES:
        return closed
    window = turn.window(leader)
    if window is None or calendar.week_of(window[0], leader.zone) != row.week_on:
        return closed
    return replace(row, state=DeliveryState.WAITING, reason="", not_before=window[0], not_after=window[1])
