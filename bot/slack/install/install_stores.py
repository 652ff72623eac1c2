"""What Bolt's install flow keeps with us: the browser's cookie, secrets that work once, and workspaces."""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from slack_bolt.error import BoltError
from slack_sdk.oauth.installation_store import Installation as SlackInstallation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.oauth.state_utils import OAuthStateUtils

from bot.slack.api.failures import FAILURES, error_code
from bot.slack.install.tokens import Tokens, given_tokens
from bot.slack.install.workspace_directory import Workspaces
from nudges.model.installation import Installation, InstallRequest
from nudges.ports import Clock, Store

LASTS = timedelta(minutes=10)
SECRET_BYTES = 32
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
_ID = re.compile(r"[A-Z0-9]{2,64}")

_log = logging.getLogger("milepost.slack")


class Elsewhere(BoltError):
    """The app was added where this Milepost is not meant to be; nothing of it is kept."""


class BrowserCookie(OAuthStateUtils):
    """The browser's half of the secret; on https it is bound to this host alone.

    Bolt's own cookie holds the secret itself, and one tab overwrites that of another. `given` is what the
    browser sent; `half` what it has from now on: the same for all its tabs.
    """

    def __init__(self, *, is_https: bool, cookies: Mapping[str, str]) -> None:
        name = "__Host-milepost-install" if is_https else "milepost-install"
        super().__init__(cookie_name=name, expiration_seconds=int(LASTS.total_seconds()))
        given = cookies.get(name, "")
        self.is_known = _SECRET.fullmatch(given) is not None
        self.half = given if self.is_known else secrets.token_urlsafe(SECRET_BYTES)
        self._secure = "; Secure" if is_https else ""

    def build_set_cookie_for_new_state(self, state: str) -> str:
        """Lax, since Slack sends the browser back from its own site."""
        lasts = f"Max-Age={self.expiration_seconds}"
        return f"{self.cookie_name}={self.half}; {lasts}; Path=/; HttpOnly; SameSite=lax{self._secure}"

    def is_valid_browser(self, state: str | None, request_headers: Mapping[str, str | Sequence[str]]) -> bool:
        """Whether this browser has begun anything at all; whether it began this, `States` sees in its row."""
        return self.is_known


@dataclass(kw_only=True, slots=True)
class States(AsyncOAuthStateStore):
    """Secrets of one browser, each of which works once within ten minutes; only hashes are kept."""

    store: Store
    clock: Clock
    browser: str = field(repr=False)

    async def async_issue(self) -> str:
        """A new one; those that have ended are swept away."""
        at, secret = self.clock.now(), secrets.token_urlsafe(SECRET_BYTES)
        wanted = InstallRequest(
            secret_hash=_hash(secret), browser_hash=_hash(self.browser), expires_at=at + LASTS
        )
        async with self.store.transaction() as tx:
            await tx.installations.drop_requests(before=at)
            await tx.installations.add_request(wanted)
        return secret

    async def async_consume(self, state: str | None) -> bool:
        """Use it up: True for one caller, and only for the browser that began. One statement decides both."""
        if state is None or not _SECRET.fullmatch(state):
            return False
        async with self.store.transaction() as tx:
            return await tx.installations.take_request(
                _hash(state), browser_hash=_hash(self.browser), at=self.clock.now()
            )


@dataclass(kw_only=True, slots=True)
class InstallationStore(AsyncInstallationStore):
    """Where one install goes: into the directory of workspaces, sealed.

    Bolt looks installations up to answer requests; ours are answered without a token, so nothing is found
    or deleted through this. `is_back` tells afterwards that the workspace had been gone.
    """

    workspaces: Workspaces
    is_allowed: Callable[[Installation], bool]
    name: str = ""
    is_back: bool = False

    async def async_save(self, installation: SlackInstallation) -> None:
        """Keep it, or give the token back.

        Raises:
            Elsewhere: the workspace is not one of those that may.
        """
        added, tokens = read_installation(installation)
        self.name = added.name
        if not self.is_allowed(added):
            await self._give_back(added, tokens)
            raise Elsewhere(f"{added.workspace} may not add the app.")
        self.is_back = await self.workspaces.add(added, tokens)

    async def _give_back(self, installation: Installation, tokens: Tokens) -> None:
        """Not where messages go already: Slack may answer with the very token in use, and a revoked one takes
        the app's account out of its channels."""
        what = "is in use already"
        if not await self.workspaces.uses(installation.workspace, tokens.access):
            what = "was revoked"
            try:
                await self.workspaces.client().auth_revoke(token=tokens.access)
            except FAILURES as error:
                what = f"could not be revoked ({error_code(error) or type(error).__name__})"
        _log.warning(
            "The app was added to a workspace that SLACK_ALLOWED_WORKSPACES does not name. Its token %s.",
            what,
            extra={"installation": installation.id},
        )


def slack_installation(given: Mapping[str, Any], *, at: datetime) -> SlackInstallation:
    """What `oauth.v2.access` answered, in Slack's own shape: a workspace, or an enterprise without a team.

    `at` is an instant before the call. https://docs.slack.dev/reference/methods/oauth.v2.access

    Raises:
        ValueError: Slack does not say where, or gave no bot token.
    """
    tokens, expires_at = given_tokens(given, at=at)
    is_enterprise = given.get("is_enterprise_install") is True
    enterprise, team = _part(given, "enterprise"), _part(given, "team")
    if not is_id((enterprise if is_enterprise else team).get("id")):
        raise ValueError("Slack does not say where the app was added.")
    return SlackInstallation(
        app_id=given["app_id"] if is_id(given.get("app_id")) else None,
        enterprise_id=enterprise["id"] if is_id(enterprise.get("id")) else None,
        enterprise_name=_text(enterprise.get("name")),
        team_id=None if is_enterprise else team["id"],
        team_name=_text(team.get("name")),
        bot_token=tokens.access,
        bot_scopes=_text(given.get("scope")),
        bot_refresh_token=tokens.refresh,
        bot_token_expires_at=int(expires_at.timestamp()) if expires_at else None,
        user_id=_text(_part(given, "authed_user").get("id")),
        is_enterprise_install=is_enterprise,
        token_type="bot",
        installed_at=at.timestamp(),
    )


def read_installation(given: SlackInstallation) -> tuple[Installation, Tokens]:
    """The same as we keep it, and its tokens; an enterprise as a whole stands for all its workspaces."""
    is_enterprise = given.is_enterprise_install
    workspace = (given.enterprise_id if is_enterprise else given.team_id) or ""
    ends = given.bot_token_expires_at
    installation = Installation(
        platform="slack",
        workspace=workspace,
        name=(given.enterprise_name if is_enterprise else given.team_name) or workspace,
        sealed="",
        installed_at=datetime.fromtimestamp(given.installed_at, tz=UTC),
        is_enterprise=is_enterprise,
        enterprise=given.enterprise_id,
        scopes=tuple(sorted(given.bot_scopes or ())),
        expires_at=datetime.fromtimestamp(ends, tz=UTC) if ends else None,
    )
    return installation, Tokens(access=given.bot_token or "", refresh=given.bot_refresh_token or "")


def is_id(value: object) -> bool:
    """Whether this is an id of Slack's shape."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _part(given: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    result = given.get(name)
    return result if isinstance(result, Mapping) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
