"""One message to one address: its states, and what each outcome of a send means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from nudges.errors import DeliveryError
from nudges.model.message import UNCAPPED, MessageKind, MessageRef
from nudges.model.people import Address, Leader


class DeliveryState(StrEnum):
    """Where one message stands.

    `waiting` -> `sending` (claimed, intent committed) -> `sent` | `refused` (for good) | back to
    `waiting` (throttled) | `ambiguous` (to be read back). `lapsed` was too old to be worth sending;
    `cancelled` is no longer wanted.
    """

    WAITING = "waiting"
    SENDING = "sending"
    AMBIGUOUS = "ambiguous"
    SENT = "sent"
    REFUSED = "refused"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """A row of the ledger.

    Unique by (partnership, recipient, address, purpose, occurrence). `recipient` is a leader's id or
    "channel:<name>"; `person` is the cap's key, None for channels. `event` names the template folder,
    `facts` fill it when it is sent. `edits` is the id of an earlier delivery that this one replaces in
    place. `week_on` is the Monday of the recipient's local week, for the cap. `fence` grows with every
    claim, so that a worker whose lease ended cannot write its outcome.
    """

    id: str
    partnership_id: str
    recipient: str
    person: str | None
    address: Address
    purpose: MessageKind
    occurrence: str
    event: str
    not_before: datetime
    week_on: date
    facts: Mapping[str, Any] = field(default_factory=dict)
    subject: str = ""
    action_id: str | None = None
    locale: str = "en"
    variant: int = 0
    edits: str | None = None
    thread_of: str | None = None
    not_after: datetime | None = None
    state: DeliveryState = DeliveryState.WAITING
    lease_until: datetime | None = None
    fence: int = 0
    attempts: int = 0
    ref: MessageRef | None = None
    sent_at: datetime | None = None
    reason: str = ""
    is_flagged: bool = False
    created_at: datetime | None = None

    @property
    def is_counted(self) -> bool:
        """Counts against the person's weekly cap."""
        return self.person is not None and self.purpose not in UNCAPPED and self.edits is None

    @property
    def is_refused_group(self) -> bool:
        """Was to open a conversation of several people, and the platform would not."""
        return self.state is DeliveryState.REFUSED and self.address.is_group and self.edits is None

    @property
    def key(self) -> str:
        """An opaque id that travels with the message, so that it can be found again."""
        return self.id


def draft(
    event: str,
    facts: Mapping[str, Any],
    *,
    address: Address,
    at: datetime,
    leader: Leader | None = None,
    subject: str = "",
    variant: int = 0,
) -> Delivery:
    """A delivery that is only drawn, never stored; `leader` is None for somebody who is on no roster."""
    return Delivery(
        id="",
        partnership_id=leader.partnership_id if leader else "",
        recipient=leader.id if leader else "",
        person=leader.person if leader else None,
        address=address,
        purpose=MessageKind.ANSWER,
        occurrence="",
        event=event,
        facts=facts,
        subject=subject,
        variant=variant,
        locale=leader.locale if leader else "en",
        not_before=at,
        week_on=at.date(),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class SendPolicy:
    """Numbers of sending. A lease must be longer than the platform call's own timeout."""

    lease: timedelta = timedelta(seconds=60)
    call_timeout: timedelta = timedelta(seconds=10)
    batch: int = 16
    in_flight: int = 16
    attempts_max: int = 12
    backoff_first: timedelta = timedelta(seconds=2)
    backoff_longest: timedelta = timedelta(minutes=10)


def after_accepted(delivery: Delivery, ref: MessageRef, *, at: datetime) -> Delivery:
    """The platform took the message."""
    return replace(delivery, state=DeliveryState.SENT, ref=ref, sent_at=at, lease_until=None, reason="")


def after_error(delivery: Delivery, error: DeliveryError, *, at: datetime, policy: SendPolicy) -> Delivery:
    """What the ledger remembers of a send that did not succeed.

    Permanent errors end it, ambiguous ones wait to be read back, all others wait: as long as the
    platform asked, else twice as long each time.
    """
    if error.permanent:
        return replace(delivery, state=DeliveryState.REFUSED, reason=error.reason, lease_until=None)
    if error.ambiguous:
        return replace(
            delivery,
            state=DeliveryState.AMBIGUOUS,
            reason=error.reason,
            lease_until=None,
            not_before=at + back_off(delivery.attempts, policy=policy),
        )
    wait = error.retry_after if error.retry_after is not None else back_off(delivery.attempts, policy=policy)
    if delivery.attempts >= policy.attempts_max and error.retry_after is None:
        return replace(
            delivery, state=DeliveryState.REFUSED, reason=error.reason, lease_until=None, is_flagged=True
        )
    return replace(
        delivery, state=DeliveryState.WAITING, reason=error.reason, lease_until=None, not_before=at + wait
    )


def back_off(attempts: int, *, policy: SendPolicy) -> timedelta:
    """How long to wait after so many attempts: doubling, with a longest wait."""
    return min(policy.backoff_first * (1 << min(max(attempts - 1, 0), 20)), policy.backoff_longest)
