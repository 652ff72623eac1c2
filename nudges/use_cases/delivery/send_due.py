"""Send what is due in one installation: intent first, then the call, then its outcome."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from nudges.errors import SettingsError
from nudges.model.delivery import Delivery, DeliveryState, SendPolicy
from nudges.model.events import Event, EventKind
from nudges.model.people import Address
from nudges.model.timers import Timer, TimerKind
from nudges.ports import ChatPlatform, Clock, Renderer, Store, Transaction
from nudges.use_cases.delivery.attempt import Attempt, Sender, released, untried

# So many addresses in a row were told to wait: it is the whole installation that is throttled.
_THROTTLED_IN_A_ROW = 3
# A rest that is shorter than this is kept by the drain itself: writing it into every row costs more.
_WORTH_WRITING = timedelta(seconds=10)
# An outcome waits no longer than this for others to be committed with it.
_LINGER_SECONDS = 0.1
# While calls are slow, look this often for what has become due meanwhile.
_LOOK_AGAIN_SECONDS = 1.0


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
    if policy.lease <= policy.call_timeout:
        raise SettingsError(
            "A lease must be longer than a call may take: the send policy has it the other way round."
        )
    run = _Drain(
        store=store,
        sender=Sender(platform=platform, renderer=renderer, clock=clock, policy=policy),
        clock=clock,
        installation=installation,
        policy=policy,
        worker=worker,
    )
    work = asyncio.ensure_future(run.to_the_end())
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        run.is_stopping = True
        await work
        raise


@dataclass(kw_only=True, slots=True)
class _Drain:
    """One drain: rows claimed and ready, calls in flight, outcomes to be written."""

    store: Store
    sender: Sender
    clock: Clock
    installation: str
    policy: SendPolicy
    worker: str
    is_stopping: bool = False
    is_empty: bool = False
    next_at: datetime | None = None
    pause_until: datetime | None = None
    ready: deque[Delivery] = field(default_factory=deque)
    flying: dict[asyncio.Task[Attempt], Address] = field(default_factory=dict)
    done: list[Delivery] = field(default_factory=list)
    waits: dict[Address, datetime] = field(default_factory=dict)
    throttled: set[Address] = field(default_factory=set)

    async def to_the_end(self) -> datetime | None:
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
            waiting: set[asyncio.Task[Attempt] | asyncio.Task[None]] = {*self.flying}
            if writing is not None:
                waiting.add(writing)
            if not waiting:
                return self._next()
            patience = _LINGER_SECONDS if self.done and writing is None else _LOOK_AGAIN_SECONDS
            ended, _ = await asyncio.wait(waiting, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
            has_lingered = not ended
            self.is_empty = self.is_empty and not (has_lingered and patience == _LOOK_AGAIN_SECONDS)
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
                self.done.append(untried(released(delivery, not_before=wait)))
            elif delivery.address in busy:
                later.append(delivery)
            else:
                busy.add(delivery.address)
                self.flying[asyncio.ensure_future(self.sender.send(delivery))] = delivery.address
        self.ready.extendleft(reversed(later))

    def _put_back(self) -> None:
        self.done += [untried(released(one, not_before=self.pause_until)) for one in self.ready]
        self.ready.clear()

    def _next(self) -> datetime | None:
        """When there is something to send again, and room for it."""
        if self.next_at is None or self.pause_until is None:
            return self.next_at
        return max(self.next_at, self.pause_until)

    def _wants_more(self) -> bool:
        """Whether there is room to claim more; what waits behind one slow address takes no room."""
        if self.is_stopping or self.pause_until is not None or len(self.ready) >= 4 * self.policy.batch:
            return False
        busy = set(self.flying.values())
        # Twice as many as are in flight: with fewer the calls end before the next claim is on disk.
        return sum(one.address not in busy for one in self.ready) <= 2 * self.policy.in_flight

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
            await self._settle(tx, outcomes)
            if self.pause_until is not None and self.pause_until - at >= _WORTH_WRITING:
                await tx.deliveries.postpone(self.installation, until=self.pause_until)
            claimed: list[Delivery] = []
            has_looked = wants_more and self.is_empty
            if has_looked:  # quicker than a claim, and most often there is nothing more
                self.next_at = await tx.deliveries.next_due(self.installation)
                wants_more = self.next_at is not None and self.next_at <= at
            if wants_more:
                claimed = await tx.deliveries.claim(
                    self.installation,
                    at=at,
                    lease_until=at + self.policy.lease,
                    limit=self.policy.batch,
                    worker=self.worker,
                )
                # What an edit or a thread waits for may be among these: the next drain finds those.
                self.is_empty = len(claimed) < self.policy.batch
                await tx.records.append(
                    [_lapsed(one, at) for one in claimed if one.state is DeliveryState.LAPSED]
                )
            if not claimed and not self.flying and not self.ready and (wants_more or not has_looked):
                self.next_at = await tx.deliveries.next_due(self.installation)
        self.ready.extend(one for one in claimed if one.state is not DeliveryState.LAPSED)

    async def _settle(self, tx: Transaction, outcomes: list[Delivery]) -> None:
        """Write the outcomes; where a group conversation cannot be had, its people are told one by one."""
        written = set(await tx.deliveries.settle(outcomes))
        refused = [
            Timer(
                partnership_id=delivery.partnership_id,
                kind=TimerKind.GROUP_REFUSED,
                subject=delivery.subject,
                due_at=self.clock.now(),
            )
            for delivery in outcomes
            if delivery.id in written and delivery.is_refused_group
        ]
        if refused:
            await tx.records.set_timers(refused)

    def _landed(self, attempt: Attempt) -> None:
        self.done.append(attempt.outcome)
        if attempt.outcome.state is DeliveryState.SENT:
            self.throttled.clear()
        if attempt.throttled_until is not None:
            self.waits[attempt.outcome.address] = attempt.throttled_until
            if attempt.outcome.state is DeliveryState.WAITING:  # reading back has a pace of its own
                self.throttled.add(attempt.outcome.address)
            if attempt.is_everywhere:
                self.pause_until = max(self.pause_until or attempt.throttled_until, attempt.throttled_until)
        if len(self.throttled) >= _THROTTLED_IN_A_ROW and self.pause_until is None:
            self.pause_until = min(self.waits[address] for address in self.throttled)


def _lapsed(delivery: Delivery, at: datetime) -> Event:
    return Event(
        partnership_id=delivery.partnership_id,
        at=at,
        kind=EventKind.LAPSED,
        subject=delivery.subject,
        leader_id=delivery.recipient if delivery.person is not None else None,
        data={"delivery": delivery.id, "purpose": delivery.purpose.value},
    )
