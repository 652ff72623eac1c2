"""Rows of the ledger of outbound messages, there and back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from nudges.model.delivery import Delivery, DeliveryState
from nudges.model.message import MessageKind, MessageRef
from nudges.model.people import Address


def due_at(delivery: Delivery) -> datetime | None:
    """When somebody must look at the row next; None once it is closed."""
    if delivery.state in (DeliveryState.WAITING, DeliveryState.AMBIGUOUS):
        return delivery.not_before
    return delivery.lease_until if delivery.state is DeliveryState.SENDING else None


def delivery_row(delivery: Delivery) -> dict[str, Any]:
    """A delivery as its row."""
    return {
        "id": delivery.id,
        "partnership_id": delivery.partnership_id,
        "recipient": delivery.recipient,
        "person": delivery.person,
        "platform": delivery.address.platform,
        "workspace": delivery.address.workspace,
        "send_to": delivery.address.to,
        "installation": delivery.address.installation,
        "purpose": delivery.purpose.value,
        "occurrence": delivery.occurrence,
        "event": delivery.event,
        "not_before": delivery.not_before,
        "week_on": delivery.week_on,
        "facts": dict(delivery.facts),
        "subject": delivery.subject,
        "action_id": delivery.action_id,
        "locale": delivery.locale,
        "variant": delivery.variant,
        "edits": delivery.edits,
        "thread_of": delivery.thread_of,
        "not_after": delivery.not_after,
        "state": delivery.state.value,
        "lease_until": delivery.lease_until,
        "fence": delivery.fence,
        "attempts": delivery.attempts,
        "ref_conversation": delivery.ref.conversation if delivery.ref else None,
        "ref_message": delivery.ref.message if delivery.ref else None,
        "sent_at": delivery.sent_at,
        "reason": delivery.reason,
        "is_flagged": delivery.is_flagged,
        "is_counted": delivery.is_counted,
        "is_cancelled": False,
        "created_at": delivery.created_at,
        "due_at": due_at(delivery),
    }


def ref_or_none(conversation: str | None, message: str | None) -> MessageRef | None:
    """A reference kept in two columns."""
    return (
        None
        if conversation is None or message is None
        else MessageRef(conversation=conversation, message=message)
    )


def delivery_from(row: Any) -> Delivery:
    """The reverse of `delivery_row`."""
    return _delivery(
        row,
        state=DeliveryState(row.state),
        lease_until=row.lease_until,
        claims=0,
        not_after=row.not_after,
        ref=ref_or_none(row.ref_conversation, row.ref_message),
    )


def claimed_from(row: Any, *, lease_until: datetime) -> Delivery:
    """A candidate as its sender sees it, one claim later; made in one go, because there are many."""
    first = row.state == DeliveryState.WAITING.value
    return _delivery(
        row,
        state=DeliveryState.SENDING if first else DeliveryState.AMBIGUOUS,
        lease_until=lease_until,
        claims=1,
        not_after=row.not_before if row.is_cancelled else row.not_after,
        ref=ref_or_none(row.parent_conversation, row.parent_message),
    )


def _delivery(
    row: Any,
    *,
    state: DeliveryState,
    lease_until: datetime | None,
    claims: int,
    not_after: datetime | None,
    ref: MessageRef | None,
) -> Delivery:
    return Delivery(
        id=row.id,
        partnership_id=row.partnership_id,
        recipient=row.recipient,
        person=row.person,
        address=Address(platform=row.platform, workspace=row.workspace, to=row.send_to),
        purpose=MessageKind(row.purpose),
        occurrence=row.occurrence,
        event=row.event,
        not_before=row.not_before,
        week_on=row.week_on,
        facts=row.facts,
        subject=row.subject,
        action_id=row.action_id,
        locale=row.locale,
        variant=row.variant,
        edits=row.edits,
        thread_of=row.thread_of,
        not_after=not_after,
        state=state,
        lease_until=lease_until,
        fence=row.fence + claims,
        attempts=row.attempts + claims,
        ref=ref,
        sent_at=row.sent_at,
        reason=row.reason,
        is_flagged=row.is_flagged,
        created_at=row.created_at,
    )
