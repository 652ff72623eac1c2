"""Timers, the event log and the inbox, and what the open page remembers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import product
from typing import Any

from sqlalchemy import Select, bindparam, delete, func, insert, select, update

from nudges.model.commands import Outcome
from nudges.model.events import Event, EventKind
from nudges.model.timers import Timer, TimerKind
from storage.connection import LedgerSession
from storage.repositories.commitments import PAIRS_KEPT, PROMISES_KEPT, STEPS_KEPT
from storage.repositories.erase_words import put_in_place
from storage.repositories.open_page import SqlOpenness
from storage.rows.outcome_rows import outcome_from, outcome_json
from storage.stamped_cache import StampedCache
from storage.tables import EVENTS, INBOX, TIMERS
from storage.upserts import upsert

_DROP_TIMER = delete(TIMERS).where(
    TIMERS.c.kind == bindparam("of_kind"), TIMERS.c.subject == bindparam("of_subject")
)
_DUE_TIMERS = (
    select(TIMERS)
    .where(TIMERS.c.due_at <= bindparam("at"))
    .order_by(TIMERS.c.due_at, TIMERS.c.kind, TIMERS.c.subject)
    .limit(bindparam("most"))
)
_TIMERS = (
    select(TIMERS)
    .where(TIMERS.c.partnership_id == bindparam("partnership"))
    .order_by(TIMERS.c.due_at, TIMERS.c.kind, TIMERS.c.subject)
)
_NEXT_TIMER = select(func.min(TIMERS.c.due_at))
_APPEND = insert(EVENTS)
_SEEN = select(INBOX.c.outcome).where(INBOX.c.key == bindparam("of_key"))
_REMEMBER = insert(INBOX)
_FORGET_INBOX = delete(INBOX).where(INBOX.c.at < bindparam("until_at"))
_UNNAME = (
    update(EVENTS).where(EVENTS.c.leader_id == bindparam("person")).values(leader_id=bindparam("tombstone"))
)
_UNNAME_SUBJECT = (
    update(EVENTS).where(EVENTS.c.subject == bindparam("person")).values(subject=bindparam("tombstone"))
)

# Before and after every instant that anybody stores: an open end needs no statement of its own.
_FIRST = datetime(1, 1, 2, tzinfo=UTC)
_LAST = datetime(9999, 12, 30, tzinfo=UTC)


def _window(statement: Select[Any], *, by_run: bool) -> Select[Any]:
    statement = statement.where(EVENTS.c.at > bindparam("after"), EVENTS.c.at <= bindparam("until"))
    if by_run:
        statement = statement.where(EVENTS.c.run_id == bindparam("run"))
    return statement.where(EVENTS.c.partnership_id == bindparam("partnership"))


def _events(*, by_run: bool, by_kind: bool, by_leader: bool) -> Select[Any]:
    statement = _window(select(EVENTS), by_run=by_run).order_by(EVENTS.c.seq)
    if by_kind:
        statement = statement.where(EVENTS.c.kind.in_(bindparam("kinds", expanding=True)))
    return statement.where(EVENTS.c.leader_id == bindparam("leader")) if by_leader else statement


_EVENTS = {
    which: _events(by_run=which[0], by_kind=which[1], by_leader=which[2])
    for which in product((False, True), repeat=3)
}
_TALLY = {
    by_run: _window(select(EVENTS.c.kind, func.count()), by_run=by_run).group_by(EVENTS.c.kind)
    for by_run in (False, True)
}


class SqlRecords(SqlOpenness):
    """Fills `RecordRepository`. The log is only ever added to, except to forget a person."""

    def __init__(self, session: LedgerSession, free: LedgerSession, cache: StampedCache) -> None:
        self._session = session
        self._cache = cache
        self._free = free

    async def set_timers(self, timers: Sequence[Timer]) -> None:
        """Insert, or move the existing timer of the same kind and subject."""
        if timers:
            await self._session.run(
                upsert(TIMERS, self._session.dialect), [_timer_row(timer) for timer in timers]
            )

    async def drop_timers(self, kind: str, subjects: Sequence[str]) -> None:
        """Remove the timers of this kind about these subjects."""
        if subjects:
            rows = [{"of_kind": str(kind), "of_subject": subject} for subject in subjects]
            await self._session.run(_DROP_TIMER, rows)

    async def due_timers(self, *, at: datetime, limit: int) -> list[Timer]:
        """Timers whose time has come, oldest first."""
        return [_timer(row) for row in await self._session.rows(_DUE_TIMERS, {"at": at, "most": limit})]

    async def timers(self, partnership_id: str) -> list[Timer]:
        """The partnership's timers, the next one first."""
        return [_timer(row) for row in await self._session.rows(_TIMERS, {"partnership": partnership_id})]

    async def next_timer(self) -> datetime | None:
        """When the next timer of anybody is due."""
        rows = await self._session.rows(_NEXT_TIMER)
        instant: datetime | None = rows[0][0]
        return instant

    async def append(self, events: Sequence[Event]) -> None:
        """Add lines to the log."""
        if events:
            await self._free.run(_APPEND, [_event_row(event) for event in events])

    async def events(
        self,
        partnership_id: str,
        *,
        after: datetime | None = None,
        until: datetime | None = None,
        kinds: Sequence[EventKind] = (),
        run_id: str | None = None,
        leader_id: str | None = None,
    ) -> list[Event]:
        """Events with `after` < at <= `until`, in the order they were written."""
        params = _window_params(partnership_id, after, until, run_id)
        if kinds:
            params["kinds"] = [kind.value for kind in kinds]
        if leader_id is not None:
            params["leader"] = leader_id
        statement = _EVENTS[run_id is not None, bool(kinds), leader_id is not None]
        return [_event(row) for row in await self._session.rows(statement, params, is_long=True)]

    async def tally(
        self,
        partnership_id: str,
        *,
        after: datetime | None = None,
        until: datetime | None = None,
        run_id: str | None = None,
    ) -> dict[EventKind, int]:
        """Kind -> how many in (after, until]; kinds that did not happen are left out."""
        params = _window_params(partnership_id, after, until, run_id)
        rows = await self._session.rows(_TALLY[run_id is not None], params, is_long=True)
        return {EventKind(kind): count for kind, count in rows}

    async def seen(self, key: str) -> Outcome | None:
        """The outcome that was stored for this command's key, if it was handled before."""
        rows = await self._session.rows(_SEEN, {"of_key": key})
        return outcome_from(rows[0][0]) if rows else None

    async def remember(self, key: str, outcome: Outcome, *, at: datetime) -> None:
        """Store the outcome; a key that is there already undoes the whole transaction."""
        await self._session.run(_REMEMBER, {"key": key, "outcome": outcome_json(outcome), "at": at})

    async def forget_inbox(self, *, before: datetime) -> int:
        """Delete the stored answers of commands handled before then; returns how many."""
        return await self._session.run(_FORGET_INBOX, {"until_at": before}, is_long=True)

    async def unname(self, leader_id: str, tombstone: str) -> None:
        """Replace the person in every event by a tombstone; counts survive."""
        params = {"person": leader_id, "tombstone": tombstone}
        await self._session.run(_UNNAME, params)
        await self._session.run(_UNNAME_SUBJECT, params)

    async def replace_words(self, partnership_id: str, words: Mapping[str, str]) -> None:
        """Put other words in place of these wherever a person of this partnership may be named."""
        await put_in_place(self._session, partnership_id, words)
        await self._cache.change(self._session, partnership_id)
        for kind in (PAIRS_KEPT, PROMISES_KEPT, STEPS_KEPT):
            await kind.forget(self._session, self._cache, partnership_id)


def _window_params(
    partnership_id: str, after: datetime | None, until: datetime | None, run_id: str | None
) -> dict[str, Any]:
    params: dict[str, Any] = {
        "partnership": partnership_id,
        "after": after or _FIRST,
        "until": until or _LAST,
    }
    return params if run_id is None else {**params, "run": run_id}


def _timer_row(timer: Timer) -> dict[str, Any]:
    return {
        "kind": timer.kind.value,
        "subject": timer.subject,
        "partnership_id": timer.partnership_id,
        "due_at": timer.due_at,
    }


def _timer(row: Any) -> Timer:
    return Timer(
        partnership_id=row.partnership_id, kind=TimerKind(row.kind), subject=row.subject, due_at=row.due_at
    )


def _event_row(event: Event) -> dict[str, Any]:
    return {
        "partnership_id": event.partnership_id,
        "at": event.at,
        "kind": event.kind.value,
        "subject": event.subject,
        "leader_id": event.leader_id,
        "organisation_id": event.organisation_id,
        "run_id": event.run_id,
        "data": dict(event.data),
    }


def _event(row: Any) -> Event:
    return Event(
        partnership_id=row.partnership_id,
        at=row.at,
        kind=EventKind(row.kind),
        subject=row.subject,
        leader_id=row.leader_id,
        organisation_id=row.organisation_id,
        run_id=row.run_id,
        data=row.data,
    )
