"""The pages of people who have opened theirs, and which of them wait to be drawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    Text,
    and_,
    bindparam,
    case,
    cast,
    delete,
    or_,
    select,
    update,
)

from nudges.model.home import HomeTab
from nudges.model.people import Address, Role
from storage.connection import LedgerSession
from storage.tables import HOMES, LEADERS
from storage.upserts import inserting

# What the clock of a database can tell apart.
_TICK = timedelta(microseconds=1)
_KEY = ("platform", "workspace", "send_to")

_THERE = and_(*(HOMES.c[name] == bindparam(f"of_{name}") for name in _KEY))
_ONE = select(HOMES).where(_THERE)
_DROP = delete(HOMES).where(_THERE)
_MOVE = update(HOMES).where(_THERE).values(changed_at=bindparam("new_changed_at"))
_ANY = select(HOMES.c.platform).limit(1)


def _of(whom: ColumnElement[bool]) -> Executable:
    """The pages of these leaders."""
    there = and_(*(HOMES.c[name] == LEADERS.c[name] for name in _KEY))
    result: Executable = select(HOMES).join(LEADERS, there).where(whom)
    return result


_IS_OF = LEADERS.c.partnership_id.in_(bindparam("whose", expanding=True))
_OF_LEADERS = _of(LEADERS.c.id.in_(bindparam("whose", expanding=True)))
_OF_LEADS = _of(and_(_IS_OF, cast(LEADERS.c.roles, Text).like(f'%"{Role.PROGRAMME_LEAD}"%')))
_OF_ALL = _of(_IS_OF)
_WAITS = or_(HOMES.c.shown_at.is_(None), HOMES.c.shown_at < HOMES.c.changed_at)
_DUE = select(HOMES).where(_WAITS).order_by(HOMES.c.changed_at).limit(bindparam("most"))
_DUE_IN = _DUE.where(
    and_(HOMES.c.platform == bindparam("of_platform"), HOMES.c.workspace == bindparam("of_workspace"))
)
_DUE_WHERE = select(HOMES.c.platform, HOMES.c.workspace).where(_WAITS).distinct()


@cache
def _save(dialect: str) -> Executable:
    # Somebody may have touched the page since it was read: a change that is newer is never taken back.
    new = inserting(HOMES, dialect)
    newer = case(
        (HOMES.c.changed_at > new.excluded.changed_at, HOMES.c.changed_at), else_=new.excluded.changed_at
    )
    others = {name: new.excluded[name] for name in ("shown_at", "fingerprint", "mark")}
    saving: Executable = new.on_conflict_do_update(
        index_elements=list(_KEY), set_={**others, "changed_at": newer}
    )
    return saving


class SqlHomes:
    """Fills `HomeRepository`. A row is under the address by which its person stands on a roster."""

    def __init__(self, session: LedgerSession) -> None:
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
            "fingerprint": tab.fingerprint,
            "mark": tab.mark,
        }
        await self._session.run(_save(self._session.dialect), row)

    async def touch(
        self,
        leader_ids: Sequence[str] = (),
        *,
        at: datetime,
        leads_of: Sequence[str] = (),
        all_of: Sequence[str] = (),
    ) -> None:
        """The pages of those who have one are due; each touch is later than the one before."""
        wanted = ((_OF_LEADERS, leader_ids), (_OF_LEADS, leads_of), (_OF_ALL, all_of))
        if not any(whose for _, whose in wanted) or not await self._session.rows(_ANY):
            return
        moved: dict[Address, datetime] = {}
        for statement, whose in wanted:
            rows = await self._session.rows(statement, {"whose": sorted(set(whose))}) if whose else []
            moved |= {tab.address: max(at, tab.changed_at + _TICK) for tab in map(_tab, rows)}
        if moved:
            changes = [{**_at(address), "new_changed_at": changed} for address, changed in moved.items()]
            await self._session.run(_MOVE, changes)

    async def due(self, installation: str | None = None, *, limit: int = 50) -> list[HomeTab]:
        """Pages that show less than what is known, of one place or all, the longest waiting first."""
        if installation is None:
            return [_tab(row) for row in await self._session.rows(_DUE, {"most": limit})]
        platform, _, workspace = installation.partition(":")
        where = {"of_platform": platform, "of_workspace": workspace, "most": limit}
        return [_tab(row) for row in await self._session.rows(_DUE_IN, where)]

    async def installations_due(self) -> list[str]:
        """Installations that have a page to draw now."""
        return sorted(f"{row.platform}:{row.workspace}" for row in await self._session.rows(_DUE_WHERE))

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
        fingerprint=row.fingerprint,
        mark=row.mark,
    )
