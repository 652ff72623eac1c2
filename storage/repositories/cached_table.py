"""A partnership's things of one kind, read once and kept until one of them changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import Select, Table

from storage.connection import LedgerSession
from storage.stamped_cache import StampedCache
from storage.upserts import upsert


class Thing(Protocol):
    """What all of these have."""

    @property
    def id(self) -> str: ...
    @property
    def partnership_id(self) -> str: ...


T = TypeVar("T", bound=Thing)


@dataclass(frozen=True, kw_only=True, slots=True)
class CachedTable(Generic[T]):
    """How one kind of thing is read, written and put in order.

    `every` reads those of a partnership, in the same order as `order` gives.
    """

    table: Table
    every: Select[Any]
    to_row: Callable[[T], dict[str, Any]]
    from_row: Callable[[Any], T]
    order: Callable[[T], Any]

    def subject(self, partnership_id: str) -> str:
        """The name of the stamp that changes with any of them."""
        return f"{self.table.name}:{partnership_id}"

    async def read(self, session: LedgerSession, cache: StampedCache, partnership_id: str) -> list[T]:
        """All of the partnership's, in order; from memory where none has changed since the last time."""
        subject = self.subject(partnership_id)
        stamp = await cache.stamp(session, subject)
        known = cache.get(subject, stamp, dict)
        if known is None:
            rows = await session.rows(self.every, {"partnership": partnership_id})
            known = {one.id: one for one in map(self.from_row, rows)}
            cache.put(subject, stamp, known)
        return list(known.values())

    async def save(self, session: LedgerSession, cache: StampedCache, things: Sequence[T]) -> None:
        """Insert or replace by id."""
        if not things:
            return
        await session.run(upsert(self.table, session.dialect), [self.to_row(one) for one in things])
        for partnership_id in dict.fromkeys(one.partnership_id for one in things):
            await self._replace(
                session, cache, [one for one in things if one.partnership_id == partnership_id]
            )

    async def _replace(self, session: LedgerSession, cache: StampedCache, things: Sequence[T]) -> None:
        """What was known changes with what was saved, under its new stamp."""
        subject = self.subject(things[0].partnership_id)
        known = cache.get(subject, await cache.stamp(session, subject), dict)
        after = await cache.change(session, subject)
        if known is not None:
            changed = {**known, **{one.id: one for one in things}}
            in_order = sorted(changed.values(), key=self.order)
            cache.put(subject, after, {one.id: one for one in in_order})

    async def forget(self, session: LedgerSession, cache: StampedCache, partnership_id: str) -> None:
        """Some of them were changed by a statement of its own: read them anew."""
        await cache.change(session, self.subject(partnership_id))
