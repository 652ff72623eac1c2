"""A chat platform that can refuse, throttle, lose, drop and hang, and remembers what it took."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from nudges.errors import DeliveryError
from nudges.model.delivery import Delivery
from nudges.model.message import Form, Message, MessageRef
from nudges.model.people import Address


@dataclass
class SteppedClock:
    """A clock that stands still until it is moved."""

    at: datetime

    def now(self) -> datetime:
        """The present instant."""
        return self.at


class PlainRenderer:
    """Says the event's name; the event "broken" has a template that fails."""

    def message(self, delivery: Delivery) -> Message:
        """The delivery's event as words."""
        if delivery.event == "broken":
            raise KeyError("title")
        return Message(text=delivery.event)

    def text(self, event: str, facts: Mapping[str, Any], *, variant: int = 0, locale: str = "en") -> str:
        """The event's name."""
        return event

    def variants(self, event: str) -> int:
        """One."""
        return 1

    def form(self, name: str, facts: Mapping[str, Any], *, subject: str, locale: str = "en") -> Form:
        """An empty form."""
        return Form(title=name, verb=name, subject=subject, fields=(), submit="Send")


@dataclass
class FaultyPlatform:
    """`faults` holds, for a key or an address, what goes wrong in the calls to come, first one first.

    lose: not taken, no answer · drop: taken, no answer · hang: taken, answers too late · refuse ·
    throttle · closed (the whole workspace has to wait) · crash: not taken, fails in an unknown way.
    """

    faults: dict[str, list[str]] = field(default_factory=dict)
    is_readable: bool = True
    is_throttling: bool = False
    retry_after: timedelta = timedelta(seconds=30)
    latency: float = 0.0
    taken: list[tuple[str, str]] = field(default_factory=list)
    edited: list[tuple[MessageRef, str]] = field(default_factory=list)
    threads: list[MessageRef] = field(default_factory=list)
    calls: int = 0
    in_flight: int = 0
    most_in_flight: int = 0

    def doubled(self) -> list[str]:
        """Keys that were taken more than once."""
        return [key for key, times in Counter(key for key, _ in self.taken).items() if times > 1]

    def keys(self) -> list[str]:
        """Keys in the order in which they were taken."""
        return [key for key, _ in self.taken]

    async def post(self, address: Address, message: Message, *, key: str) -> MessageRef:
        """Take the message, or fail as planned."""
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            await asyncio.sleep(self.latency)
            return await self._post(address, message, key)
        finally:
            self.in_flight -= 1

    async def _post(self, address: Address, message: Message, key: str) -> MessageRef:
        fault = self._next(key, address.to)
        self._fail_before(fault)
        self.taken.append((key, address.to))
        if message.thread is not None:
            self.threads.append(message.thread)
        await self._fail_after(fault)
        return MessageRef(conversation=address.to, message=f"{key}-{len(self.taken)}")

    async def edit(self, address: Address, ref: MessageRef, message: Message, *, key: str) -> MessageRef:
        """Replace the message, or fail as planned."""
        fault = self._next(key, address.to)
        self._fail_before(fault)
        self.edited.append((ref, key))
        await self._fail_after(fault)
        return ref

    async def find(
        self, address: Address, *, key: str, since: datetime, thread: MessageRef | None = None
    ) -> MessageRef | None:
        """The message with this key, if it was taken."""
        self.calls += 1
        if not self.is_readable:
            raise DeliveryError("This platform cannot be read.", permanent=True)
        fault = self._pop(f"find {key}")
        if fault == "crash":
            raise KeyError("messages")
        if fault is not None:
            raise DeliveryError("Not now.", retry_after=self.retry_after if fault == "throttle" else None)
        place = next((n for n, (taken, _) in enumerate(self.taken, start=1) if taken == key), None)
        return None if place is None else MessageRef(conversation=address.to, message=f"{key}-{place}")

    async def open_form(self, address: Address, form: Form, *, trigger: str) -> None:
        """Not needed here."""

    async def show_home(self, address: Address, page: Message, *, mark: str) -> str:
        """Not needed here."""
        return mark

    async def look_up(self, workspace: str, email: str) -> Address | None:
        """Nobody."""
        return None

    def plan(self, faults: Iterable[tuple[str, str]]) -> None:
        """Add faults: (key or address, fault)."""
        for name, fault in faults:
            self.faults.setdefault(name, []).append(fault)

    def _pop(self, name: str) -> str | None:
        waiting = self.faults.get(name)
        return waiting.pop(0) if waiting else None

    def _next(self, key: str, to: str) -> str | None:
        self.calls += 1
        return "throttle" if self.is_throttling else self._pop(key) or self._pop(to)

    def _fail_before(self, fault: str | None) -> None:
        if fault == "refuse":
            raise DeliveryError("channel_not_found", permanent=True)
        if fault == "throttle":
            raise DeliveryError("ratelimited", retry_after=self.retry_after)
        if fault == "closed":
            raise DeliveryError("invalid_auth", retry_after=self.retry_after, is_everywhere=True)
        if fault == "lose":
            raise DeliveryError("connection reset", ambiguous=True)
        if fault == "crash":
            raise KeyError("ts")

    async def _fail_after(self, fault: str | None) -> None:
        if fault == "drop":
            raise DeliveryError("no answer", ambiguous=True)
        if fault == "hang":
            await asyncio.sleep(60)
