"""One attempt to send one message: from its words to what the ledger remembers of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from nudges.errors import DeliveryError
from nudges.model.delivery import Delivery, DeliveryState, SendPolicy, after_accepted, after_error, back_off
from nudges.model.message import Message, MessageRef
from nudges.ports import ChatPlatform, Clock, Renderer


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """What came of it.

    `throttled_until` is set when the platform said how long to wait; `is_everywhere`: with every message of
    the installation.
    """

    outcome: Delivery
    throttled_until: datetime | None = None
    is_everywhere: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Sender:
    """Sends claimed rows through one platform. Never raises, so that no outcome is lost."""

    platform: ChatPlatform
    renderer: Renderer
    clock: Clock
    policy: SendPolicy

    async def send(self, delivery: Delivery) -> Attempt:
        """Read back what may have been sent; then post or edit, if the lease still covers the call."""
        try:
            message = self.renderer.message(delivery)
        except Exception as error:  # noqa: BLE001 - a template that fails concerns this message only; it is flagged
            reason = f"The message could not be written ({type(error).__name__}: {error})."
            return Attempt(outcome=_given_up(delivery, reason=reason))
        if delivery.state is DeliveryState.AMBIGUOUS and delivery.edits is None:
            attempt = await self._read_back(delivery)
            if attempt.outcome.state is not DeliveryState.SENDING:
                return attempt
            delivery = attempt.outcome
        at = self.clock.now()
        if delivery.lease_until is None or at + self.policy.call_timeout > delivery.lease_until:
            return Attempt(outcome=released(delivery))  # no longer safely ours: the next claim starts afresh
        try:
            async with asyncio.timeout(self.policy.call_timeout.total_seconds()):
                ref = await self._call(delivery, message)
        except TimeoutError:
            return self._failed(
                delivery, DeliveryError("The platform did not answer in time.", ambiguous=True)
            )
        except DeliveryError as error:
            return self._failed(delivery, error)
        except Exception as error:  # noqa: BLE001 - an unknown fault: the message may have been taken
            reason = f"The call failed in an unknown way ({type(error).__name__}: {error})."
            return self._failed(delivery, DeliveryError(reason, ambiguous=True))
        return Attempt(outcome=after_accepted(delivery, ref, at=self.clock.now()))

    async def _call(self, delivery: Delivery, message: Message) -> MessageRef:
        if delivery.edits is None:
            if delivery.thread_of is not None:
                message = replace(message, thread=delivery.ref)
            return await self.platform.post(delivery.address, message, key=delivery.key)
        if delivery.ref is None:
            raise DeliveryError("Nobody knows where the message is that this one replaces.", permanent=True)
        return await self.platform.edit(delivery.address, delivery.ref, message, key=delivery.key)

    async def _read_back(self, delivery: Delivery) -> Attempt:
        """Sent after all; or `SENDING`, to be posted again; or still ambiguous, to be asked about later."""
        thread = delivery.ref if delivery.thread_of is not None else None
        since = (delivery.created_at or delivery.not_before - timedelta(days=7)) - timedelta(minutes=5)
        try:
            async with asyncio.timeout(self.policy.call_timeout.total_seconds()):
                ref = await self.platform.find(delivery.address, key=delivery.key, since=since, thread=thread)
        except TimeoutError:
            return self._still_unclear(delivery, DeliveryError("The platform could not be asked in time."))
        except DeliveryError as error:
            if not error.permanent:
                return self._still_unclear(delivery, error)
            return Attempt(outcome=_once_more(delivery, error))
        except Exception as error:  # noqa: BLE001 - an unknown fault: nothing is known about the message yet
            return self._still_unclear(
                delivery, DeliveryError(f"Reading back failed ({type(error).__name__}: {error}).")
            )
        at = self.clock.now()
        if ref is not None:
            return Attempt(outcome=after_accepted(delivery, ref, at=at))
        if delivery.not_after is not None and delivery.not_after <= at:
            reason = "Too late to be useful."
            return Attempt(
                outcome=replace(delivery, state=DeliveryState.LAPSED, lease_until=None, reason=reason)
            )
        return Attempt(outcome=replace(delivery, state=DeliveryState.SENDING))

    def _still_unclear(self, delivery: Delivery, error: DeliveryError) -> Attempt:
        if delivery.attempts >= self.policy.attempts_max and error.retry_after is None:
            return Attempt(outcome=_given_up(delivery, reason=error.reason))
        wait = (
            error.retry_after
            if error.retry_after is not None
            else back_off(delivery.attempts, policy=self.policy)
        )
        again_at = self.clock.now() + wait
        outcome = replace(released(delivery, not_before=again_at), reason=error.reason)
        return Attempt(
            outcome=untried(outcome) if error.retry_after is not None else outcome,
            throttled_until=again_at if error.retry_after is not None else None,
            is_everywhere=error.is_everywhere,
        )

    def _failed(self, delivery: Delivery, error: DeliveryError) -> Attempt:
        if error.ambiguous and delivery.attempts >= self.policy.attempts_max:
            return Attempt(outcome=_given_up(delivery, reason=error.reason))
        outcome = after_error(delivery, error, at=self.clock.now(), policy=self.policy)
        if outcome.state is not DeliveryState.WAITING or error.retry_after is None:
            return Attempt(outcome=outcome)
        return Attempt(
            outcome=untried(outcome), throttled_until=outcome.not_before, is_everywhere=error.is_everywhere
        )


def released(delivery: Delivery, *, not_before: datetime | None = None) -> Delivery:
    """Claimed, but not tried: as it was before the claim, or to be looked at later."""
    state = DeliveryState.AMBIGUOUS if delivery.state is DeliveryState.AMBIGUOUS else DeliveryState.WAITING
    return replace(delivery, state=state, lease_until=None, not_before=not_before or delivery.not_before)


def untried(delivery: Delivery) -> Delivery:
    """Turned away for now: that was no attempt, so it brings nobody nearer to giving up."""
    return replace(delivery, attempts=max(delivery.attempts - 1, 0))


def _once_more(delivery: Delivery, error: DeliveryError) -> Delivery:
    """The platform cannot be read: send again once, flagged, and never a third time."""
    if delivery.is_flagged:
        return _given_up(delivery, reason=f"Sent again once, and still unclear. {error.reason}")
    return replace(delivery, state=DeliveryState.SENDING, is_flagged=True)


def _given_up(delivery: Delivery, *, reason: str) -> Delivery:
    """Not tried again; flagged, so that a person looks at it."""
    return replace(delivery, state=DeliveryState.REFUSED, reason=reason, lease_until=None, is_flagged=True)
