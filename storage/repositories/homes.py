"""The pages of people who have opened theirs, and which of them wait to be drawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Executable, and_, bindparam, case, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from nudges.rules.home import HomeTab
from nudges.rules.people import Address
from storage.connection import Session
from storage.tables import HOMES, LEADERS

# What the clock of a database can tell apart.
_TICK = timedelta(microseconds=1)
_KEY = ("platform", "workspace", "send_to")

_THERE = and_(*(HOMES.c[name] == bindparam(f"of_{name}") for name in _KEY))
_ONE = select(HOMES).where(_THERE)
_DROP = delete(HOMES).where(_THERE)
_MOVE = update(HOMES).where(_THERE).values(changed_at=bindparam("new_changed_at"))
_OF_LEADERS = (
    select(HOMES)
    .join(LEADERS, and_(*(HOMES.c[name] == LEADERS.c[name] for name in _KEY)))
    .where(LEADERS.c.id.in_(bindparam("leaders", expanding=True)))
)
_DUE = (
    select(HOMES)
    .where(or_(HOMES.c.shown_at.is_(None), HOMES.c.shown_at < HOMES.c.changed_at))
    .order_by(HOMES.c.changed_at)
    .limit(bindparam("most"))
)


@cache
def _save(dialect: str) -> Executable:
    # Somebody may have touched the page since it was read: a change that is newer is never taken back.
    new = (postgresql if dialect == "postgresql" else sqlite).insert(HOMES)
    newer = case(
        (HOMES.c.changed_at > new.excluded.changed_at, HOMES.c.changed_at), else_=new.excluded.changed_at
    )
    others = {name: new.excluded[name] for name in ("shown_at", "digest", "mark")}
    saving: Executable = new.on_conflict_do_update(
        index_elements=list(_KEY), set_={**others, "changed_at": newer}
    )
    return saving


class SqlHomes:
    """Fills `HomeRepository`. A row is under the address by which its person stands on a roster."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def unchecked(self, address: Address) -> HomeTab | None:
        """The page at this address, if it was ever opened."""
        rows = await self._session.rows(_ONE, _at(address))
        return _tab(rows[0]) if rows else None

    async def save(self, tab: HomeTab) -> None:
        """Insert, or replace the row of the same address; a newer `changed_at` stays."""
        row = {
            "platform": tab.address.platform,
            "workspace": tab.address.workspace,
            "send_to": tab.address.to,
            "changed_at": tab.changed_at,
            "shown_at": tab.shown_at,
            "digest": tab.digest,
            "mark": tab.mark,
        }
        await self._session.run(_save(self._session.dialect), row)

    async def touch(self, leader_ids: Sequence[str], *, at: datetime) -> None:
        """The pages of those who have one are due; each touch is later than the one before."""
        if not leader_ids:
            return
        rows = await self._session.rows(_OF_LEADERS, {"leaders": sorted(set(leader_ids))})
        if rows:
            moved = {tab.address: max(at, tab.changed_at + _TICK) for tab in map(_tab, rows)}
            changes = [{**_at(address), "new_changed_at": changed} for address, changed in moved.items()]
            await self._session.run(_MOVE, changes)

    async def due(self, *, limit: int = 50) -> list[HomeTab]:
        """Pages that show less than what is known, the longest waiting first."""
        return [_tab(row) for row in await self._session.rows(_DUE, {"most": limit})]

    async def delete(self, address: Address) -> None:
        """Forget the page; nothing happens when there is none."""
        await self._session.run(_DROP, _at(address))


def _at(address: Address) -> dict[str, str]:
    return {"of_platform": address.platform, "of_workspace": address.workspace, "of_send_to": address.to}


def _tab(row: Any) -> HomeTab:
    return HomeTab(
        address=Address(platform=row.platform, workspace=row.workspace, to=row.send_to),
        changed_at=row.changed_at,
        shown_at=row.shown_at,
        digest=row.digest,
        mark=row.mark,
    )
