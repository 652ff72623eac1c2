"""The Protocols that the rim fills: clock, chat platform, store, engine, renderer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any, Protocol

from nudges.model.delivery import Delivery
from nudges.model.message import Form, Message, MessageRef
from nudges.model.people import Address
from nudges.repositories import (
    CommitmentRepository,
    DeliveryRepository,
    HomeRepository,
    InstallationRepository,
    ListeningRepository,
    PeopleRepository,
    RecordRepository,
)


class Clock(Protocol):
    """The only reader of time."""

    def now(self) -> datetime:
        """The present instant, aware, UTC."""


class ChatPlatform(Protocol):
    """A place where people read messages and tap buttons."""

    async def post(self, address: Address, message: Message, *, key: str) -> MessageRef:
        """Post `message` once; `key` travels with it so that `find` can look it up.

        Raises:
            DeliveryError: refused, throttled or ambiguous.
        """

    async def edit(self, address: Address, ref: MessageRef, message: Message, *, key: str) -> MessageRef:
        """Replace a message in place; doing it twice is harmless.

        Raises:
            DeliveryError: refused, throttled or ambiguous.
        """

    async def find(
        self, address: Address, *, key: str, since: datetime, thread: MessageRef | None = None
    ) -> MessageRef | None:
        """Look for a message that may have been accepted (ambiguous outcomes only), in a thread or outside.

        Raises:
            DeliveryError: the platform could not be asked.
        """

    async def open_form(self, address: Address, form: Form, *, trigger: str) -> None:
        """Show a form to the person who has just tapped; `trigger` is the platform's proof of the tap.

        Raises:
            DeliveryError: the tap is too old, or the platform refused.
        """

    async def show_home(self, address: Address, page: Message, *, mark: str) -> str:
        """Draw this person's own page; returns the platform's new mark for what is shown.

        `mark` is the last one, or empty: a platform that has shown something else since refuses it with
        `StaleHome`, so that an older page never covers a newer one.

        Raises:
            StaleHome: the mark is not that of what is shown now.
            DeliveryError: refused, throttled, or not reached. Drawing twice is harmless.
        """

    async def look_up(self, workspace: str, email: str) -> Address | None:
        """The address of the person with this e-mail address, or None where there is nobody.

        Raises:
            DeliveryError: the platform could not be asked.
        """


class Renderer(Protocol):
    """Turns an event's name and facts into words."""

    def message(self, delivery: Delivery) -> Message:
        """The message for a delivery: its `event`, `facts`, `subject`, `variant` and `locale`."""

    def text(self, event: str, facts: Mapping[str, Any], *, variant: int = 0, locale: str = "en") -> str:
        """Only the words of an event, without buttons."""

    def variants(self, event: str) -> int:
        """How many wordings of this event there are (at least 1)."""

    def form(self, name: str, facts: Mapping[str, Any], *, subject: str, locale: str = "en") -> Form:
        """The form `name`."""


class Engine(Protocol):
    """Brings ticks and workers, never facts: losing it loses nothing."""

    def wake_at(self, instant: datetime) -> None:
        """Call the clock's work no later than about a minute after `instant`."""

    def request_drain(self, installation: str) -> None:
        """Send what is due for this installation soon."""

    def on_wake(self, work: Callable[[], Awaitable[datetime | None]]) -> None:
        """Register the clock's work; it answers when it wants to be woken next."""

    def on_drain(self, work: Callable[[str], Awaitable[datetime | None]]) -> None:
        """Register the sender's work for one installation; it answers when to drain it next."""

    async def stop(self) -> None:
        """Finish what is under way (at most 10 seconds) and end."""


class Transaction(Protocol):
    """One unit of work: all of it is kept, or none."""

    people: PeopleRepository
    commitments: CommitmentRepository
    listening: ListeningRepository
    deliveries: DeliveryRepository
    records: RecordRepository
    installations: InstallationRepository
    homes: HomeRepository

    def random_hex(self, size: int) -> str:
        """So many random bytes in hexadecimal, for ids and keys that must say nothing of anybody."""


class Store(Protocol):
    """The ledger's door."""

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """A writing transaction: commits at the end, rolls back on an error. Never call a platform inside."""

    def reading(self) -> AbstractAsyncContextManager[Transaction]:
        """A consistent view for reading that never waits for a writer."""

    async def close(self) -> None:
        """Release all connections."""
