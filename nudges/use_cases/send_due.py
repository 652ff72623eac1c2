"""Send what is due in one installation: intent first, then the call, then its outcome."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from nudges.errors import DeliveryError, SettingsError
from nudges.ports import ChatPlatform, Clock, Renderer, Store
from nudges.rules.delivery import Delivery, DeliveryState, SendPolicy, after_accepted, after_error, back_off
from nudges.rules.message import Message, MessageRef
from nudges.rules.people import Address
from nudges.rules.record import Event, EventKind

# So many addresses in a row were told to wait: it is the whole installation that is throttled.
_THROTTLED_IN_A_ROW = 3
# An outcome waits no longer than this for others to be committed with it.
_LINGER_SECONDS = 0.1


async def drain(
    store: Store,
    platforms: Mapping[str, ChatPlatform],
    renderer: Renderer,
    clock: Clock,
    installation: str,
    *,
    policy: SendPolicy,
    worker: str,
) -> datetime | None:
    """Send everything that is due in this installation; returns when there is something again, or None.

    `platforms` is keyed by installation ("slack:T0123") or by platform ("sandbox"). Several workers may
    drain one installation at once. A caller that is cancelled waits until what is in flight has ended and
    is written down (at most the call's timeout).

    Raises:
        SettingsError: no platform is connected for this installation; nothing was claimed.
    """
    platform = platforms.get(installation) or platforms.get(installation.partition(":")[0])
    if platform is None:
        raise SettingsError(
            f"Messages wait for {installation}, which is not connected. Set its token and start again."
        )
    sender = _Sender(
        store=store,
        platform=platform,
        renderer=renderer,
        clock=clock,
        installation=installation,
        policy=policy,
        worker=worker,
    )
    work = asyncio.ensure_future(sender.run())
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        sender.is_stopping = True
        await work
        raise


@dataclass(kw_only=True, slots=True)
class _Sender:
    """One drain: rows claimed and ready, calls in flight, outcomes to be written."""

    store: Store
    platform: ChatPlatform
    renderer: Renderer
    clock: Clock
    installation: str
    policy: SendPolicy
    worker: str
    is_stopping: bool = False
    is_empty: bool = False
    next_at: datetime | None = None
    pause_until: datetime | None = None
    ready: deque[Delivery] = field(default_factory=deque)
    flying: dict[asyncio.Task[Delivery], Address] = field(default_factory=dict)
    done: list[Delivery] = field(default_factory=list)
    waits: dict[Address, datetime] = field(default_factory=dict)
    throttled: set[Address] = field(default_factory=set)

    async def run(self) -> datetime | None:
        """Keep the calls in flight topped up while outcomes are written, until nothing is left."""
        try:
            return await self._work()
        finally:
            if self.flying:  # the ledger failed: what is in flight is read back later, but not cut off
                await asyncio.wait(self.flying)

    async def _work(self) -> datetime | None:
        writing: asyncio.Task[None] | None = None
        has_lingered = False
        while True:
            self._launch()
            if writing is None and self._should_write(has_lingered=has_lingered):
                writing = asyncio.ensure_future(self._write())
            waiting: set[asyncio.Task[Delivery] | asyncio.Task[None]] = {*self.flying}
            if writing is not None:
                waiting.add(writing)
            if not waiting:
                return self.next_at
            linger = _LINGER_SECONDS if self.done and writing is None else None
            ended, _ = await asyncio.wait(waiting, timeout=linger, return_when=asyncio.FIRST_COMPLETED)
            has_lingered = not ended
            for task in [task for task in self.flying if task in ended]:
                del self.flying[task]
                self._landed(task.result())
            if writing is not None and writing.done():
                writing.result()
                writing = None

    def _launch(self) -> None:
        """Start calls, one at a time for each address: two messages to a person keep their order."""
        if self.is_stopping or self.pause_until is not None:
            self._put_back()
        busy = set(self.flying.values())
        later: deque[Delivery] = deque()
        while self.ready and len(self.flying) < self.policy.in_flight:
            delivery = self.ready.popleft()
            wait = self.waits.get(delivery.address)
            if wait is not None and wait > self.clock.now():
                self.done.append(_released(delivery, wait))
            elif delivery.address in busy:
                later.append(delivery)
            else:
                busy.add(delivery.address)
                self.flying[asyncio.ensure_future(self._send(delivery))] = delivery.address
        self.ready.extendleft(reversed(later))

    def _put_back(self) -> None:
        self.done += [_released(delivery, self.pause_until) for delivery in self.ready]
        self.ready.clear()

    def _wants_more(self) -> bool:
        """Whether there is room to claim more; what waits behind one slow address takes no room."""
        if self.is_stopping or self.pause_until is not None or len(self.ready) >= 4 * self.policy.batch:
            return False
        busy = set(self.flying.values())
        return sum(one.address not in busy for one in self.ready) <= self.policy.in_flight // 2

    def _should_write(self, *, has_lingered: bool) -> bool:
        if not self.is_empty and self._wants_more():
            return True
        return bool(self.done) and (
            has_lingered or not self.flying or 2 * len(self.done) >= self.policy.batch
        )

    async def _write(self) -> None:
        """One commit: outcomes in, intents out."""
        at = self.clock.now()
        outcomes, self.done = self.done[: self.policy.batch], self.done[self.policy.batch :]
        wants_more = self._wants_more()
        async with self.store.transaction() as tx:
            await tx.deliveries.settle(outcomes)
            if self.pause_until is not None:
                await tx.deliveries.postpone(self.installation, until=self.pause_until)
            claimed: list[Delivery] = []
            if wants_more:
                claimed = await tx.deliveries.claim(
                    self.installation,
                    at=at,
                    lease_until=at + self.policy.lease,
                    limit=self.policy.batch,
                    worker=self.worker,
                )
                self.is_empty = not claimed
                await tx.records.append(
                    [_lapsed(one, at) for one in claimed if one.state is DeliveryState.LAPSED]
                )
            if not claimed and not self.flying and not self.ready:
                self.next_at = await tx.deliveries.next_due(self.installation)
        self.ready.extend(one for one in claimed if one.state is not DeliveryState.LAPSED)

    def _landed(self, outcome: Delivery) -> None:
        self.done.append(outcome)
        if outcome.state is DeliveryState.SENT:
            self.throttled.clear()
        elif len(self.throttled) >= _THROTTLED_IN_A_ROW and self.pause_until is None:
            self.pause_until = min(self.waits[address] for address in self.throttled)

    def _throttle(self, address: Address, until: datetime) -> None:
        self.waits[address] = until
        self.throttled.add(address)

    async def _send(self, delivery: Delivery) -> Delivery:
        """One attempt, from rendering to outcome. Never raises, so that no outcome is lost."""
        try:
            message = self.renderer.message(delivery)
        except Exception as error:  # noqa: BLE001 - a template that fails concerns this message only; it is flagged
            reason = f"The message could not be written ({type(error).__name__}: {error})."
            return _given_up(delivery, reason=reason)
        if delivery.state is DeliveryState.AMBIGUOUS and delivery.edits is None:
            outcome = await self._read_back(delivery)
            if outcome.state is not DeliveryState.SENDING:
                return outcome
            delivery = outcome
        at = self.clock.now()
        if delivery.lease_until is None or at + self.policy.call_timeout > delivery.lease_until:
            return _released(delivery, None)  # no longer safely ours: whoever claims it next starts afresh
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
        return after_accepted(delivery, ref, at=self.clock.now())

    async def _call(self, delivery: Delivery, message: Message) -> MessageRef:
        if delivery.edits is None:
            if delivery.thread_of is not None:
                message = replace(message, thread=delivery.ref)
            return await self.platform.post(delivery.address, message, key=delivery.key)
        if delivery.ref is None:
            raise DeliveryError("Nobody knows where the message is that this one replaces.", permanent=True)
        return await self.platform.edit(delivery.address, delivery.ref, message, key=delivery.key)

    async def _read_back(self, delivery: Delivery) -> Delivery:
        """Sent after all; or `SENDING`, to be posted again; or still ambiguous, to be asked about later."""
        since = (delivery.created_at or delivery.not_before - timedelta(days=7)) - timedelta(minutes=5)
        try:
            async with asyncio.timeout(self.policy.call_timeout.total_seconds()):
                ref = await self.platform.find(delivery.address, key=delivery.key, since=since)
        except TimeoutError:
            return self._still_unclear(delivery, DeliveryError("The platform could not be asked in time."))
        except DeliveryError as error:
            if not error.permanent:
                return self._still_unclear(delivery, error)
            if delivery.is_flagged:
                return _given_up(delivery, reason=f"Sent again once, and still unclear. {error.reason}")
            return replace(delivery, state=DeliveryState.SENDING, is_flagged=True)
        if ref is not None:
            return after_accepted(delivery, ref, at=self.clock.now())
        if delivery.not_after is not None and delivery.not_after <= self.clock.now():
            return replace(
                delivery, state=DeliveryState.LAPSED, lease_until=None, reason="Too late to be useful."
            )
        return replace(delivery, state=DeliveryState.SENDING)

    def _still_unclear(self, delivery: Delivery, error: DeliveryError) -> Delivery:
        if delivery.attempts >= self.policy.attempts_max and error.retry_after is None:
            return _given_up(delivery, reason=error.reason)
        at = self.clock.now()
        wait = (
            error.retry_after
            if error.retry_after is not None
            else back_off(delivery.attempts, policy=self.policy)
        )
        if error.retry_after is not None:
            self._throttle(delivery.address, at + wait)
        return replace(
            delivery,
            state=DeliveryState.AMBIGUOUS,
            lease_until=None,
            reason=error.reason,
            not_before=at + wait,
        )

    def _failed(self, delivery: Delivery, error: DeliveryError) -> Delivery:
        at = self.clock.now()
        if error.ambiguous and delivery.attempts >= self.policy.attempts_max:
            return _given_up(delivery, reason=error.reason)
        outcome = after_error(delivery, error, at=at, policy=self.policy)
        if outcome.state is DeliveryState.WAITING and error.retry_after is not None:
            self._throttle(delivery.address, outcome.not_before)
        return outcome


def _given_up(delivery: Delivery, *, reason: str) -> Delivery:
    """Not tried again; flagged, so that a person looks at it."""
    return replace(delivery, state=DeliveryState.REFUSED, reason=reason, lease_until=None, is_flagged=True)


def _released(delivery: Delivery, not_before: datetime | None) -> Delivery:
    """Claimed, but not tried: as it was before the claim."""
    state = DeliveryState.AMBIGUOUS if delivery.state is DeliveryState.AMBIGUOUS else DeliveryState.WAITING
    return replace(delivery, state=state, lease_until=None, not_before=not_before or delivery.not_before)


def _lapsed(delivery: Delivery, at: datetime) -> Event:
    return Event(
        partnership_id=delivery.partnership_id,
        at=at,
        kind=EventKind.LAPSED,
        subject=delivery.subject,
        leader_id=delivery.recipient if delivery.person is not None else None,
        data={"delivery": delivery.id, "purpose": delivery.purpose.value},
    )
