"""Workspaces that the app was added to, and requests to add it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, delete, insert, select

from nudges.model.installation import Installation, InstallationState, InstallRequest
from storage.connection import LedgerSession
from storage.tables import INSTALL_REQUESTS, INSTALLATIONS
from storage.upserts import upsert

_ALL = select(INSTALLATIONS).order_by(INSTALLATIONS.c.platform, INSTALLATIONS.c.workspace)
_ONE = select(INSTALLATIONS).where(
    INSTALLATIONS.c.platform == bindparam("platform"), INSTALLATIONS.c.workspace == bindparam("workspace")
)
# On SQLite nobody else writes before this transaction ends, and the words FOR UPDATE are left out.
_LOCKED = _ONE.with_for_update()
_ADD_REQUEST = insert(INSTALL_REQUESTS)
_TAKE_REQUEST = delete(INSTALL_REQUESTS).where(
    INSTALL_REQUESTS.c.secret_hash == bindparam("secret"),
    INSTALL_REQUESTS.c.browser_hash == bindparam("browser"),
    INSTALL_REQUESTS.c.expires_at > bindparam("at"),
)
_DROP_REQUESTS = delete(INSTALL_REQUESTS).where(INSTALL_REQUESTS.c.expires_at < bindparam("until_at"))


class SqlInstallations:
    """Fills `InstallationRepository`. It waits for no other writer, only for a row that is locked."""

    def __init__(self, session: LedgerSession) -> None:
        self._session = session

    async def unchecked_all(self) -> list[Installation]:
        """Every workspace that is or was connected, by id."""
        return [_installation(row) for row in await self._session.rows(_ALL)]

    async def unchecked(self, installation: str) -> Installation | None:
        """By its id, such as "slack:T0123"."""
        return await self._found(_ONE, installation)

    async def locked(self, installation: str) -> Installation | None:
        """The same, and nobody else changes the row before this transaction ends."""
        return await self._found(_LOCKED, installation)

    async def _found(self, statement: Select[Any], installation: str) -> Installation | None:
        platform, _, workspace = installation.partition(":")
        rows = await self._session.rows(statement, {"platform": platform, "workspace": workspace})
        return _installation(rows[0]) if rows else None

    async def save(self, installation: Installation) -> None:
        """Insert, or replace the row of the same platform and workspace."""
        await self._session.run(upsert(INSTALLATIONS, self._session.dialect), _row(installation))

    async def add_request(self, request: InstallRequest) -> None:
        """Remember that somebody has begun to add the app."""
        row = {
            "secret_hash": request.secret_hash,
            "browser_hash": request.browser_hash,
            "expires_at": request.expires_at,
        }
        await self._session.run(_ADD_REQUEST, row)

    async def take_request(self, secret_hash: str, *, browser_hash: str, at: datetime) -> bool:
        """Use up a request: True for exactly one caller, with the right browser, before it ends."""
        params = {"secret": secret_hash, "browser": browser_hash, "at": at}
        return await self._session.run(_TAKE_REQUEST, params) == 1

    async def drop_requests(self, *, before: datetime) -> int:
        """Delete requests that ended before then; returns how many."""
        return await self._session.run(_DROP_REQUESTS, {"until_at": before})


def _row(installation: Installation) -> dict[str, Any]:
    return {
        "platform": installation.platform,
        "workspace": installation.workspace,
        "name": installation.name,
        "sealed": installation.sealed,
        "installed_at": installation.installed_at,
        "is_enterprise": installation.is_enterprise,
        "enterprise": installation.enterprise,
        "scopes": list(installation.scopes),
        "expires_at": installation.expires_at,
        "state": installation.state.value,
        "gone_at": installation.gone_at,
        "because": installation.because,
    }


def _installation(row: Any) -> Installation:
    return Installation(
        platform=row.platform,
        workspace=row.workspace,
        name=row.name,
        sealed=row.sealed,
        installed_at=row.installed_at,
        is_enterprise=row.is_enterprise,
        enterprise=row.enterprise,
        scopes=tuple(row.scopes),
        expires_at=row.expires_at,
        state=InstallationState(row.state),
        gone_at=row.gone_at,
        because=row.because,
    )
