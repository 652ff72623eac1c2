"""Workspaces that the app was added to: connected or gone, and who may ask for it to be added."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class InstallationState(StrEnum):
    """Whether messages can be sent there."""

    CONNECTED = "connected"
    GONE = "gone"


@dataclass(frozen=True, kw_only=True, slots=True)
class Installation:
    """The app in one workspace (or in a whole enterprise, where `is_enterprise`).

    `workspace` is the workspace's id, or the enterprise's for one that covers them all. `sealed` holds the
    tokens, encrypted and bound to this workspace: nobody but the rim can open it, and a row that is gone has
    none. `expires_at` is when the token in it ends, None for one that does not. `because` says in one word
    why the app is gone.
    """

    platform: str
    workspace: str
    name: str
    sealed: str
    installed_at: datetime
    is_enterprise: bool = False
    enterprise: str | None = None
    scopes: tuple[str, ...] = ()
    expires_at: datetime | None = None
    state: InstallationState = InstallationState.CONNECTED
    gone_at: datetime | None = None
    because: str = ""

    @property
    def id(self) -> str:
        """The unit that is drained and throttled as one, as in `Address.installation`."""
        return f"{self.platform}:{self.workspace}"

    @property
    def is_connected(self) -> bool:
        """Whether messages can be sent there."""
        return self.state is InstallationState.CONNECTED


@dataclass(frozen=True, kw_only=True, slots=True)
class InstallRequest:
    """Somebody has begun to add the app: the hash of a secret that comes back once, from the same browser."""

    secret_hash: str
    browser_hash: str
    expires_at: datetime


def may_add(installation: Installation, allowed: Collection[str]) -> bool:
    """Whether the app may be added there.

    `allowed` holds ids of workspaces and of enterprises; an enterprise allows each workspace in it, and not
    the other way round. Empty allows any.
    """
    return not allowed or installation.workspace in allowed or installation.enterprise in allowed


def gone(installation: Installation, *, at: datetime, because: str) -> Installation:
    """The app was taken away, or its token was: nothing of the token is kept. The first time counts."""
    if not installation.is_connected:
        return installation
    return replace(installation, state=InstallationState.GONE, sealed="", gone_at=at, because=because)
