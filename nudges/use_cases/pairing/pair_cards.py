"""What the cards of a pair show to the other side: a step that was done, and no button that leads nowhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nudges.model.delivery import Delivery
from nudges.model.message import MessageKind
from nudges.model.pair import Pair
from nudges.model.people import Leader
from nudges.unit_of_work.nudge_cards import Facts
from nudges.unit_of_work.read_roster import Roster
from nudges.unit_of_work.unit_of_work import UnitOfWork

TIMES = frozenset({"pair_slots", "pair_slots_shared"})


async def close_times(work: UnitOfWork, roster: Roster, pair: Pair) -> None:
    """A time is agreed: those that were offered stay to be read, without buttons that lead nowhere."""
    for leader_id in pair.leader_ids:
        leader = roster.leaders.get(leader_id)
        rows = await work.tx.deliveries.unchecked_shown_about(pair.id, leader_id) if leader else []
        latest: dict[str, Delivery] = {}
        for delivery in reversed(rows):
            latest[delivery.edits or delivery.id] = delivery
        for first_id, shown in latest.items():
            if leader is not None and shown.event in TIMES and shown.facts.get("buttons"):
                await _redraw(work, leader, shown, first_id, pair, {**shown.facts, "buttons": []})


async def _redraw(
    work: UnitOfWork, leader: Leader, shown: Delivery, first_id: str, pair: Pair, facts: Mapping[str, Any]
) -> None:
    await work.tell(
        leader,
        MessageKind.ANSWER,
        shown.event,
        occurrence=f"{first_id}:{pair.id}:{work.at.isoformat()}",
        facts=facts,
        subject=shown.subject,
        action_id=shown.action_id,
        edits=first_id,
        address=shown.address,
    )


async def take_off_buttons(work: UnitOfWork, roster: Roster, pair: Pair) -> None:
    """The two are not paired any more: what was said stays to be read, and its buttons go.

    What is still on its way about this pair is not sent.
    """
    await work.tx.deliveries.cancel_about(pair.id, purposes=[MessageKind.PAIR])
    for leader_id in pair.leader_ids:
        leader = roster.leaders.get(leader_id)
        if leader is None:
            continue
        rows = await work.tx.deliveries.unchecked_shown_to(leader_id, since=pair.formed_at)
        latest: dict[str, Delivery] = {}
        for delivery in rows:
            latest[delivery.edits or delivery.id] = delivery
        for first_id, shown in latest.items():
            row: Sequence[Facts] = shown.facts.get("buttons", ())
            riders: Sequence[Facts] = shown.facts.get("riders", ())
            left = [one for one in row if str(one.get("subject") or shown.subject) != pair.id]
            asked = [one for one in riders if one["subject"] != pair.id]
            if len(left) < len(row) or len(asked) < len(riders):
                facts: dict[str, Any] = {**shown.facts, "buttons": left, "riders": asked}
                await _redraw(work, leader, shown, first_id, pair, facts)
