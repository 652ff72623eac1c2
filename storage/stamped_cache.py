"""What was read and is still true: rosters, commitments, bank holidays, each under its stamp."""

from __future__ import annotations

from collections.abc import Callable
from secrets import token_hex
from typing import TypeVar

from sqlalchemy import bindparam, select

from storage.connection import LedgerSession
from storage.tables import STAMPS
from storage.upserts import upsert

T = TypeVar("T")
Key = tuple[str, str]
Draw = Callable[[int], str]

_STAMP = select(STAMPS.c.stamp).where(STAMPS.c.subject == bindparam("subject"))
_BYTES = 12


class StampedCache:
    """Values by subject and stamp, shared by all transactions of one process.

    A change writes a new random stamp in its own transaction. So a value under a stamp that was rolled
    back is never met again, and another process's change is seen at the next look. `draw` makes the random
    ids of the store, which a simulation may want to be the same each time; stamps are never the same.
    """

    def __init__(self, draw: Draw = token_hex) -> None:
        self.draw = draw
        self._values: dict[str, tuple[str, object]] = {}

    async def stamp(self, session: LedgerSession, subject: str) -> str:
        """The stamp that stands now; empty where nothing was ever written."""
        rows = await session.rows(_STAMP, {"subject": subject})
        return str(rows[0][0]) if rows else ""

    async def change(self, session: LedgerSession, subject: str) -> str:
        """Write a new stamp, and return it: whatever was kept for this subject is not used any more."""
        stamp = token_hex(_BYTES)
        await session.run(upsert(STAMPS, session.dialect), {"subject": subject, "stamp": stamp})
        return stamp

    def get(self, subject: str, stamp: str, kind: type[T]) -> T | None:
        """What was kept under this stamp."""
        known = self._values.get(subject)
        if known is None or not stamp or known[0] != stamp or not isinstance(known[1], kind):
            return None
        return known[1]

    def put(self, subject: str, stamp: str, value: object) -> None:
        """Keep a value under a stamp."""
        self._values[subject] = (stamp, value)
