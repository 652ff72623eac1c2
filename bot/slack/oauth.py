"""Adding the app to a workspace: out to Slack with a secret that comes back once, from the same browser."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.slack.failures import FAILURES, error_code
from bot.slack.rotation import SlackApp, ask_for_tokens
from bot.slack.tokens import Tokens, given_tokens
from bot.slack.workspaces import INSTALL
from nudges.ports import Clock, Store
from nudges.rules.installation import Installation, InstallRequest

REDIRECT = "/slack/oauth_redirect"
LASTS = timedelta(minutes=10)
CALL = timedelta(seconds=8)
SECRET_BYTES = 32
SLACK_HOSTS = frozenset({"slack.com", "www.slack.com"})
AUTHORISE = "oauth/v2/authorize"
PAGES = Path(__file__).with_name("pages")
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",  # the address holds Slack's code
    "X-Robots-Tag": "noindex",
}
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
_CODE = re.compile(r"[\x21-\x7e]{1,500}")
_ID = re.compile(r"[A-Z0-9]{2,64}")

_log = logging.getLogger("milepost.slack")

Add = Callable[[Installation, Tokens], Awaitable[bool]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Installing:
    """What the two addresses need. `site` is where people reach us: no address is built from a request.

    `client` makes one without a token; `add` keeps what Slack gave, and says whether the workspace is back.
    """

    store: Store
    clock: Clock
    app: SlackApp
    site: str
    api_url: str
    scopes: Sequence[str]
    client: Callable[[], AsyncWebClient]
    add: Add

    def routes(self) -> list[Route]:
        """`GET /slack/install` and `GET /slack/oauth_redirect`."""
        return [
            Route(INSTALL, self._begin, methods=["GET"]),
            Route(REDIRECT, self._come_back, methods=["GET"]),
        ]

    @property
    def redirect_uri(self) -> str:
        """Where Slack sends people back to; it stands on the app's pages, too."""
        return f"{self.site.rstrip('/')}{REDIRECT}"

    @property
    def cookie(self) -> str:
        """The browser's half of the secret; on https it is bound to this host alone."""
        return "__Host-milepost-install" if self._is_https else "milepost-install"

    @property
    def _is_https(self) -> bool:
        return self.site.startswith("https://")

    async def _begin(self, request: Request) -> Response:
        """Off to Slack, which asks whoever may add apps there."""
        at, secret = self.clock.now(), secrets.token_urlsafe(SECRET_BYTES)
        # The same half for every tab of this browser: two tabs do not break each other.
        browser = self._browser(request) or secrets.token_urlsafe(SECRET_BYTES)
        wanted = InstallRequest(secret_hash=_hash(secret), browser_hash=_hash(browser), expires_at=at + LASTS)
        async with self.store.transaction() as tx:
            await tx.installations.drop_requests(before=at)
            await tx.installations.add_request(wanted)
        asked = {
            "client_id": self.app.client_id,
            "scope": ",".join(self.scopes),
            "state": secret,
            "redirect_uri": self.redirect_uri,
        }
        there = f"{authorise_address(self.api_url)}?{urlencode(asked)}"
        answer = RedirectResponse(there, status_code=302, headers=HEADERS)
        answer.set_cookie(
            self.cookie,
            browser,
            max_age=int(LASTS.total_seconds()),
            path="/",
            secure=self._is_https,
            httponly=True,
            samesite="lax",  # Slack sends the browser back from its own site
        )
        return answer

    async def _come_back(self, request: Request) -> Response:
        """With Slack's code, or its refusal; the secret is used up first, whatever came."""
        secret, code = request.query_params.get("state", ""), request.query_params.get("code", "")
        browser, before = self._browser(request), self.clock.now()
        if browser is None:
            return _page("browser", status=400)
        if not await self._take(secret, browser, before):
            return _page("expired", status=400)
        if "error" in request.query_params:
            return _page("refused")
        if not _CODE.fullmatch(code):
            return _page("trouble", status=400)
        try:
            async with asyncio.timeout(CALL.total_seconds()):
                wanted = {"code": code, "redirect_uri": self.redirect_uri}
                given = await ask_for_tokens(self.client(), self.app, wanted)
            tokens, expires_at = given_tokens(given, at=before)
            installation = read_installation(given, at=before, expires_at=expires_at)
        except FAILURES as error:
            _log.warning("The app was not added: %s.", error_code(error) or type(error).__name__)
            return _page("trouble", status=502)
        is_back = await self.add(installation, tokens)
        outcome = "back" if is_back else "added"
        return _page(outcome, name=installation.name, link=_link(given, installation))

    async def _take(self, secret: str, browser: str, at: datetime) -> bool:
        if not _SECRET.fullmatch(secret):
            return False
        async with self.store.transaction() as tx:
            return await tx.installations.take_request(_hash(secret), browser_hash=_hash(browser), at=at)

    def _browser(self, request: Request) -> str | None:
        given = request.cookies.get(self.cookie, "")
        return given if _SECRET.fullmatch(given) else None


def authorise_address(api_url: str) -> str:
    """Where people say yes: Slack's own page, or that of an emulator which `api_url` names."""
    there = urlsplit(api_url)
    if there.hostname in SLACK_HOSTS:
        return f"https://slack.com/{AUTHORISE}"
    return f"{there.scheme}://{there.netloc}/{AUTHORISE}"


def read_installation(given: Mapping[str, Any], *, at: datetime, expires_at: datetime | None) -> Installation:
    """Where the app was added: a workspace, or all of an enterprise, where there is no team.

    https://docs.slack.dev/reference/methods/oauth.v2.access

    Raises:
        ValueError: Slack does not say where.
    """
    is_enterprise = given.get("is_enterprise_install") is True
    enterprise = _part(given, "enterprise")
    where = enterprise if is_enterprise else _part(given, "team")
    workspace = where.get("id")
    if not isinstance(workspace, str) or not _ID.fullmatch(workspace):
        raise ValueError("Slack does not say where the app was added.")
    enterprise_id, name = enterprise.get("id"), where.get("name")
    scopes = given.get("scope")
    return Installation(
        platform="slack",
        workspace=workspace,
        name=name if isinstance(name, str) and name else workspace,
        sealed="",
        installed_at=at,
        is_enterprise=is_enterprise,
        enterprise=enterprise_id if isinstance(enterprise_id, str) else None,
        scopes=tuple(sorted(scopes.split(","))) if isinstance(scopes, str) and scopes else (),
        expires_at=expires_at,
    )


def _part(given: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = given.get(name)
    return found if isinstance(found, Mapping) else {}


def _link(given: Mapping[str, Any], installation: Installation) -> str:
    """Slack's own address of the conversation with the app; "" where Slack did not say which app."""
    app = given.get("app_id")
    if not isinstance(app, str) or not _ID.fullmatch(app) or installation.is_enterprise:
        return ""
    return f"https://slack.com/app_redirect?app={app}&team={installation.workspace}"


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _page(outcome: str, *, status: int = 200, name: str = "", link: str = "") -> Response:
    facts = {"outcome": outcome, "name": name, "link": link, "again": INSTALL}
    return HTMLResponse(_pages().get_template("install.html").render(facts), status, headers=HEADERS)


@cache
def _pages() -> Environment:
    return Environment(
        loader=FileSystemLoader(PAGES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
