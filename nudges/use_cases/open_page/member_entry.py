"""A member's way into the open page: a link from the bot that works once, and soon no more."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from nudges import access
from nudges.errors import NotFound
from nudges.model.open_page import EntryLink
from nudges.model.people import Leader
from nudges.ports import Store
from nudges.unit_of_work.unit_of_work import UnitOfWork

ENTRY_BYTES = 24
KEPT_AFTER = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """Whom a link lets in, and where."""

    partnership_id: str
    partnership: str
    leader_id: str
    name: str


async def make_entry(work: UnitOfWork, leader: Leader) -> str:
    """Make a link for this leader; returns its secret, of which only the hash is kept."""
    secret = secrets.token_urlsafe(ENTRY_BYTES)
    minutes = work.book.rules.open_page.link_minutes
    await work.tx.records.drop_entry_links(before=work.at - KEPT_AFTER)
    await work.tx.records.save_entry_link(
        EntryLink(
            token_hash=hash_of(secret),
            partnership_id=leader.partnership_id,
            leader_id=leader.id,
            expires_at=work.at + timedelta(minutes=minutes),
        )
    )
    return secret


async def look_at_entry(store: Store, secret: str, *, partnership_id: str, at: datetime) -> Entry:
    """Whom this link lets in; looking does not use it up.

    Raises:
        NotFound: it is unknown, used, out of date, for elsewhere, or for somebody who has left.
    """
    async with store.reading() as tx:
        link = await tx.records.unchecked_entry_link(hash_of(secret))
        if link is None or link.used_at is not None or link.expires_at <= at:
            raise NotFound(access.NO_PAGE)
        if link.partnership_id != partnership_id:
            raise NotFound(access.NO_PAGE)
        leader = await access.reader_of(tx, partnership_id, link.leader_id)
        partnership = await tx.people.unchecked_partnership(partnership_id)
        if partnership is None:
            raise NotFound(access.NO_PAGE)
    return Entry(
        partnership_id=partnership_id, partnership=partnership.name, leader_id=leader.id, name=leader.name
    )


async def enter(store: Store, secret: str, *, partnership_id: str, at: datetime) -> Entry:
    """Use the link up, once and for one caller only.

    Raises:
        NotFound: as for looking at it.
    """
    entry = await look_at_entry(store, secret, partnership_id=partnership_id, at=at)
    async with store.transaction() as tx:
        if await tx.records.use_entry_link(hash_of(secret), at=at) is None:
            raise NotFound(access.NO_PAGE)
    return entry


def hash_of(secret: str) -> str:
    """What is kept of a link's secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
