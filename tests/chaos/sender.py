"""A sender in a process of its own, to be killed: forks one drain after another on request."""

from __future__ import annotations

import asyncio
import os
import random
import sys
from datetime import datetime, timedelta
from pathlib import Path

from bot.clock import SystemClock
from nudges.errors import DeliveryError
from nudges.model.delivery import SendPolicy
from nudges.model.message import Form, Message, MessageRef
from nudges.model.people import Address
from nudges.use_cases.delivery.send_due import drain
from storage.store import SqlStore
from tests.contracts.ledger import HOME
from tests.fakes.faulty_platform import PlainRenderer

POLICY = SendPolicy(
    lease=timedelta(seconds=0.9),
    call_timeout=timedelta(seconds=0.3),
    attempts_max=60,
    backoff_first=timedelta(milliseconds=50),
    backoff_longest=timedelta(milliseconds=400),
)


class FileChat:
    """Takes messages into a file, so that they survive every kill; fails as its seed says."""

    def __init__(self, path: Path, chance: random.Random) -> None:
        self._path = path
        self._chance = chance

    async def post(self, address: Address, message: Message, *, key: str) -> MessageRef:
        """One line for each message that was taken."""
        await asyncio.sleep(self._chance.uniform(0.001, 0.02))
        fault = self._chance.random()
        if fault < 0.03:
            raise DeliveryError(
                "ratelimited", retry_after=timedelta(milliseconds=self._chance.choice((1, 100, 300)))
            )
        if fault < 0.06:
            raise DeliveryError("connection reset before", ambiguous=True)
        with self._path.open("a", encoding="utf-8") as lines:
            lines.write(f"{key}\n")
        await asyncio.sleep(self._chance.uniform(0.0, 0.02))
        if fault < 0.10:
            raise DeliveryError("connection reset after", ambiguous=True)
        if fault < 0.11:
            await asyncio.sleep(60)
        return MessageRef(conversation=address.to, message=key)

    async def find(
        self, address: Address, *, key: str, since: datetime, thread: MessageRef | None = None
    ) -> MessageRef | None:
        """Read the file back; now and then it cannot be asked."""
        if self._chance.random() < 0.1:
            raise DeliveryError("service unavailable")
        taken = self._path.read_text(encoding="utf-8").split() if self._path.exists() else []
        return MessageRef(conversation=address.to, message=key) if key in taken else None

    async def edit(self, address: Address, ref: MessageRef, message: Message, *, key: str) -> MessageRef:
        """Not needed here."""
        return ref

    async def open_form(self, address: Address, form: Form, *, trigger: str) -> None:
        """Not needed here."""

    async def show_home(self, address: Address, page: Message, *, mark: str) -> str:
        """Not needed here."""
        return mark

    async def look_up(self, workspace: str, email: str) -> Address | None:
        """Nobody."""
        return None


async def drain_all(url: str, chat: FileChat, worker: str) -> None:
    """Drain until nothing is left."""
    store, clock = SqlStore.open(url), SystemClock()
    while True:
        again_at = await drain(
            store, {"sandbox": chat}, PlainRenderer(), clock, HOME, policy=POLICY, worker=worker
        )
        if again_at is None:
            break
        await asyncio.sleep(min(max((again_at - clock.now()).total_seconds(), 0.001), 0.5))
    await store.close()


def main(url: str, path: Path, seed: int) -> None:
    """Fork on "go <worker>" and print the id; on "wait" print "ended <id> <status>" for each, then "none"."""
    living: set[int] = set()
    for number, line in enumerate(sys.stdin):
        if line.startswith("go"):
            child = os.fork()
            if child == 0:
                chat = FileChat(path, random.Random(f"{seed}-{number}"))
                asyncio.run(drain_all(url, chat, line.strip()))
                os._exit(0)
            living.add(child)
            print(child, flush=True)
        elif line.startswith("wait"):
            while living:
                ended, status = os.wait()
                living.discard(ended)
                print(f"ended {ended} {status}", flush=True)
            print("none", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
