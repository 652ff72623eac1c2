"""The open nudge that a leader has for a pair."""

from __future__ import annotations

from datetime import timedelta

from nudges.model import calendar
from nudges.model.nudge import Nudge
from nudges.model.pair import Pair
from nudges.unit_of_work.unit_of_work import UnitOfWork


async def nudge_for_pair(work: UnitOfWork, leader_id: str, pair: Pair) -> Nudge | None:
    """This leader's open nudge for this pair."""
    since = calendar.week_of(pair.formed_at, "UTC") - timedelta(weeks=1)
    for found in await work.tx.commitments.unchecked_nudges([leader_id], since=since):
        nudge = await work.nudge(found.id) or found
        if nudge.pair_id == pair.id and nudge.is_open:
            return nudge
    return None
