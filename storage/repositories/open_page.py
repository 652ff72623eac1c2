"""What the open page remembers: parts as they stand, the change log, links that let a member in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, or_, select, update

from nudges.model.open_page import Change, EntryLink, Published
from storage.connection import LedgerSession
from storage.tables import CHANGES, ENTRY_LINKS, PUBLISHED
from storage.upserts import upsert

_PUBLISHED = select(PUBLISHED).order_by(PUBLISHED.c.kind, PUBLISHED.c.name)
_DROP_PUBLISHED = delete(PUBLISHED).where(
    PUBLISHED.c.kind == bindparam("of_kind"), PUBLISHED.c.name == bindparam("of_name")
)
_APPEND = insert(CHANGES)
_CHANGES = (
    select(CHANGES)
    .where(or_(CHANGES.c.partnership_id == bindparam("partnership"), CHANGES.c.partnership_id.is_(None)))
    .order_by(CHANGES.c.at.desc(), CHANGES.c.seq.desc())
)
_LINK = select(ENTRY_LINKS).where(ENTRY_LINKS.c.token_hash == bindparam("hash"))
_LINKS_OF = (
    select(ENTRY_LINKS)
    .where(ENTRY_LINKS.c.leader_id == bindparam("person"))
    .order_by(ENTRY_LINKS.c.expires_at, ENTRY_LINKS.c.token_hash)
)
_USE_LINK = (
    update(ENTRY_LINKS)
    .where(
        ENTRY_LINKS.c.token_hash == bindparam("hash"),
        ENTRY_LINKS.c.used_at.is_(None),
        ENTRY_LINKS.c.expires_at > bindparam("at"),
    )
    .values(used_at=bindparam("at"))
)
_DROP_LINKS_OF = delete(ENTRY_LINKS).where(ENTRY_LINKS.c.leader_id == bindparam("person"))
_DROP_OLD_LINKS = delete(ENTRY_LINKS).where(ENTRY_LINKS.c.expires_at < bindparam("until_at"))


class SqlOpenness:
    """The part of `RecordRepository` that the open page uses."""

    _session: LedgerSession

    async def unchecked_published(self) -> list[Published]:
        """Every part as it was last seen, by kind and name."""
        return [
            Published(kind=row.kind, name=row.name, fingerprint=row.fingerprint, changed_at=row.changed_at)
            for row in await self._session.rows(_PUBLISHED)
        ]

    async def save_published(self, parts: Sequence[Published]) -> None:
        """Insert or replace by kind and name."""
        if parts:
            rows = [
                {
                    "kind": published.kind,
                    "name": published.name,
                    "fingerprint": published.fingerprint,
                    "changed_at": published.changed_at,
                }
                for published in parts
            ]
            await self._session.run(upsert(PUBLISHED, self._session.dialect), rows)

    async def drop_published(self, kind: str, names: Sequence[str]) -> None:
        """Forget parts that are not there any more."""
        if names:
            await self._session.run(_DROP_PUBLISHED, [{"of_kind": kind, "of_name": name} for name in names])

    async def append_changes(self, changes: Sequence[Change]) -> None:
        """Add lines to the change log."""
        if changes:
            await self._session.run(_APPEND, [_change_row(one) for one in changes])

    async def unchecked_changes(self, partnership_id: str | None) -> list[Change]:
        """Those of this partnership and those of all, newest first."""
        return [
            Change(partnership_id=row.partnership_id, at=row.at, kind=row.kind, name=row.name, what=row.what)
            for row in await self._session.rows(_CHANGES, {"partnership": partnership_id})
        ]

    async def save_entry_link(self, link: EntryLink) -> None:
        """Insert or replace by the hash of its token."""
        row = {
            "token_hash": link.token_hash,
            "partnership_id": link.partnership_id,
            "leader_id": link.leader_id,
            "expires_at": link.expires_at,
            "used_at": link.used_at,
        }
        await self._session.run(upsert(ENTRY_LINKS, self._session.dialect), row)

    async def unchecked_entry_link(self, token_hash: str) -> EntryLink | None:
        """One link, or None."""
        rows = await self._session.rows(_LINK, {"hash": token_hash})
        return _link(rows[0]) if rows else None

    async def unchecked_entry_links(self, leader_id: str) -> list[EntryLink]:
        """A leader's links that are still kept, the next to run out first."""
        return [_link(row) for row in await self._session.rows(_LINKS_OF, {"person": leader_id})]

    async def use_entry_link(self, token_hash: str, *, at: datetime) -> EntryLink | None:
        """Use a link up, once and for one caller only; None where it is gone, used or out of date."""
        used = await self._session.run(_USE_LINK, {"hash": token_hash, "at": at})
        return await self.unchecked_entry_link(token_hash) if used else None

    async def drop_entry_links(self, *, leader_id: str | None = None, before: datetime | None = None) -> None:
        """Delete the links of a leader, or those that ran out before then."""
        if leader_id is not None:
            await self._session.run(_DROP_LINKS_OF, {"person": leader_id})
        if before is not None:
            await self._session.run(_DROP_OLD_LINKS, {"until_at": before})


def _change_row(change: Change) -> dict[str, Any]:
    return {
        "partnership_id": change.partnership_id,
        "at": change.at,
        "kind": change.kind,
        "name": change.name,
        "what": change.what,
    }


def _link(row: Any) -> EntryLink:
    return EntryLink(
        token_hash=row.token_hash,
        partnership_id=row.partnership_id,
        leader_id=row.leader_id,
        expires_at=row.expires_at,
        used_at=row.used_at,
    )
