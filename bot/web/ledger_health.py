"""Whether the ledger can be reached, has the right tables, and keeps up with what is due."""

from __future__ import annotations

import asyncio
from collections.abc import Set
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from bot.web.http_app import ProcessHealth
from nudges.ports import Store
from storage.migrate import current, head

QUEUE_AGE_MAX = timedelta(minutes=15)
PATIENCE_SECONDS = 5.0
AWAY = "not reachable"


async def look(
    store: Store, url: str, *, at: datetime, platforms: dict[str, str], gone: Set[str] = frozenset()
) -> ProcessHealth:
    """Ask the database; one that cannot be reached, or does not answer in time, is not ready.

    What waits for an installation that is `gone` says nothing about this process.
    """
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            schema = await asyncio.to_thread(current, url)
            age = await queue_age(store, at=at, gone=gone) if schema == head() else timedelta(0)
    except (SQLAlchemyError, OSError, TimeoutError):
        return ProcessHealth(
            is_ready=False, database=AWAY, schema="unknown", queue_age_seconds=0, platforms=platforms
        )
    is_current = schema == head()
    return ProcessHealth(
        is_ready=is_current and age <= QUEUE_AGE_MAX,
        database="ok",
        schema="current" if is_current else "run milepost release",
        queue_age_seconds=int(age.total_seconds()),
        platforms=platforms,
    )


async def queue_age(store: Store, *, at: datetime, gone: Set[str] = frozenset()) -> timedelta:
    """How long the oldest thing that is due has been waiting: a message to send, or a timer to look at."""
    async with store.reading() as tx:
        due = [await tx.records.next_timer()]
        if not gone:
            due.append(await tx.deliveries.next_due())
        else:
            there = [one for one in await tx.deliveries.installations_due(at=at) if one not in gone]
            due += [await tx.deliveries.next_due(one) for one in there]
    return max((at - one for one in due if one is not None and one < at), default=timedelta(0))
