"""Adding the app to a workspace: Bolt's own flow, with our stores, our cookie and our pages."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.installation_store import Installation as SlackInstallation
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.slack.api.failures import FAILURES, error_code
from bot.slack.install.install_stores import (
    LASTS,
    BrowserCookie,
    Elsewhere,
    InstallationStore,
    States,
    is_id,
    slack_installation,
)
from bot.slack.install.token_rotation import SlackApp, ask_for_tokens
from bot.slack.install.workspace_directory import INSTALL, Workspaces
from nudges.model.installation import may_add
from nudges.ports import Clock, Store

REDIRECT = "/slack/oauth_redirect"
CALL = timedelta(seconds=8)
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
_CODE = re.compile(r"[\x21-\x7e]{1,500}")

_log = logging.getLogger("milepost.slack")


class Flow(AsyncOAuthFlow):
    """Bolt's flow, but for two steps that are ours.

    Bolt's own way of asking for tokens writes the code into the log, lets a network failure out as a
    traceback, and asks a second question whose failure would lose the token.
    """

    def __init__(self, *, client: AsyncWebClient, settings: AsyncOAuthSettings, app: SlackApp, clock: Clock):
        super().__init__(client=client, settings=settings, logger=_log)
        self._app, self._clock = app, clock

    async def build_authorize_url(self, state: str, request: AsyncBoltRequest) -> str:
        """Slack's page. Bolt copies `team` from our own address as it stands, whatever else is in it."""
        team = request.query.get("team", [""])[0]
        return self.settings.authorize_url_generator.generate(state, team if is_id(team) else None)

    async def run_installation(self, code: str) -> SlackInstallation | None:
        """What Slack gives for this code; None where it does not."""
        if not _CODE.fullmatch(code):
            return None
        before = self._clock.now()
        wanted = {"code": code, "redirect_uri": self.redirect_uri or ""}
        try:
            async with asyncio.timeout(CALL.total_seconds()):
                given = await ask_for_tokens(self.client, self._app, wanted)
            return slack_installation(given, at=before)
        except FAILURES as error:
            _log.warning("The app was not added: %s.", error_code(error) or type(error).__name__)
            return None


@dataclass(frozen=True, kw_only=True, slots=True)
class Installing:
    """What the two addresses need. `site` is where people reach us: no address is built from a request.

    `allowed` are the ids of workspaces and enterprises that may add the app; empty means any.
    """

    store: Store
    clock: Clock
    app: SlackApp
    site: str
    api_url: str
    scopes: Sequence[str]
    workspaces: Workspaces
    allowed: frozenset[str] = field(default_factory=frozenset)

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

    async def _begin(self, request: Request) -> Response:
        """Off to Slack, which asks whoever may add apps there."""
        return _answer(await self._flow(request).handle_installation(_asked(request)))

    async def _come_back(self, request: Request) -> Response:
        """With Slack's code, or its refusal; the secret is used up first, whatever came."""
        return _answer(await self._flow(request).handle_callback(_asked(request)))

    def _flow(self, request: Request) -> Flow:
        """Bolt's flow for this one request, so that its stores know the browser."""
        cookie = BrowserCookie(is_https=self.site.startswith("https://"), cookies=request.cookies)
        states = States(store=self.store, clock=self.clock, browser=cookie.half)
        kept = InstallationStore(
            workspaces=self.workspaces, is_allowed=lambda one: may_add(one, self.allowed)
        )
        told = _Told(cookie=cookie, states=states, kept=kept)
        settings = AsyncOAuthSettings(
            client_id=self.app.client_id,
            client_secret=self.app.client_secret,
            scopes=self.scopes,
            user_scopes=[],
            redirect_uri=self.redirect_uri,
            install_path=INSTALL,
            install_page_rendering_enabled=False,
            redirect_uri_path=REDIRECT,
            callback_options=AsyncCallbackOptions(success=told.success, failure=told.failure),
            authorization_url=authorise_address(self.api_url),
            installation_store=kept,
            state_store=states,
            state_cookie_name=cookie.cookie_name,
            state_expiration_seconds=int(LASTS.total_seconds()),
            logger=_log,
        )
        settings.state_utils = cookie
        del settings.authorize  # it would renew tokens at Slack's public address, without any lock
        return Flow(client=self.workspaces.client(), settings=settings, app=self.app, clock=self.clock)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Told:
    """The pages at the end of one visit."""

    cookie: BrowserCookie
    states: States
    kept: InstallationStore

    async def success(self, args: AsyncSuccessArgs) -> BoltResponse:
        outcome = "back" if self.kept.is_back else "added"
        return _page(outcome, name=self.kept.name, link=_link(args.installation))

    async def failure(self, args: AsyncFailureArgs) -> BoltResponse:
        if "error" in args.request.query:
            return await self._refused(args.request.query.get("state", [""])[0])
        if isinstance(args.error, Elsewhere):
            return _page("elsewhere", status=403, name=self.kept.name)
        match args.reason:
            case "invalid_browser":
                return _page("browser", status=400)
            case "invalid_state":
                return _page("expired", status=400)
            case "missing_code":
                return _page("trouble", status=400)
        return _page("trouble", status=502)

    async def _refused(self, state: str) -> BoltResponse:
        """Slack's "no" comes with the secret, too: Bolt looks at it only after a "yes"."""
        if not self.cookie.is_known:
            return _page("browser", status=400)
        if not await self.states.async_consume(state):
            return _page("expired", status=400)
        return _page("refused")


def authorise_address(api_url: str) -> str:
    """Where people say yes: Slack's own page, or that of an emulator which `api_url` names."""
    there = urlsplit(api_url)
    if there.hostname in SLACK_HOSTS:
        return f"https://slack.com/{AUTHORISE}"
    return f"{there.scheme}://{there.netloc}/{AUTHORISE}"


def _link(given: SlackInstallation) -> str:
    """Slack's own address of the conversation with the app; "" where Slack did not say which app."""
    if given.app_id is None or given.is_enterprise_install:
        return ""
    return f"https://slack.com/app_redirect?app={given.app_id}&team={given.team_id}"


def _asked(request: Request) -> AsyncBoltRequest:
    return AsyncBoltRequest(body="", query=request.url.query, headers=dict(request.headers))


def _answer(given: BoltResponse) -> Response:
    """Bolt's adapter would mark the cookie Secure on plain http as well, and load all of Bolt."""
    answer = Response(given.body, status_code=given.status, headers=HEADERS)
    for name, values in given.headers.items():
        for value in values:
            answer.headers.append(name, value)
    return answer


def _page(outcome: str, *, status: int = 200, name: str = "", link: str = "") -> BoltResponse:
    facts = {"outcome": outcome, "name": name, "link": link, "again": INSTALL}
    body = _pages().get_template("install.html").render(facts)
    return BoltResponse(status=status, body=body, headers={"Content-Type": "text/html; charset=utf-8"})


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
