"""Editing in place every message about one thing, whoever got it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from nudges.model.delivery import DeliveryState
from nudges.model.message import MessageKind
from nudges.unit_of_work.read_roster import Roster
from nudges.unit_of_work.unit_of_work import UnitOfWork

SHOWN = frozenset({DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.AMBIGUOUS, DeliveryState.SENT})


async def redraw_all(
    work: UnitOfWork,
    roster: Roster,
    subject: str,
    event: str,
    facts: Mapping[str, Any],
    *,
    shown_as: Collection[str],
    only: str | None = None,
) -> None:
    """Edit every message that somebody got as helper, sponsor, enabler or lead about `subject`.

    `shown_as` are the events that it may have come as; `only` limits it to one recipient.
    """
    rows = [one for one in await work.tx.deliveries.unchecked_of_subject(subject) if one.state in SHOWN]
    for first in rows:
        leader = roster.leaders.get(first.recipient)
        is_of_role = first.purpose is MessageKind.LEAD and first.event in shown_as
        if first.edits is not None or not is_of_role or leader is None or only not in (None, leader.id):
            continue
        await work.tell(
            leader,
            MessageKind.LEAD,
            event,
            occurrence=f"{first.id}:{work.at.isoformat()}:{len(rows)}",
            facts=facts,
            subject=subject,
            edits=first.id,
            at_once=True,
        )
