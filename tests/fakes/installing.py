"""A Milepost that workspaces can add, between our Slack and a browser, all over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
from pydantic import SecretStr
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.clock import MovableClock
from bot.slack.install.connect import installing, open_workspaces
from bot.slack.install.workspace_directory import Workspaces
from bot.web.http_app import ProcessHealth, make_app
from bot.wiring import load_playbook
from config.settings import Settings
from nudges.model.installation import Installation
from nudges.model.playbook import Playbook
from storage.store import SqlStore
from tests.fakes.quick_server import listening
from tests.fakes.slack_oauth import CLIENT_ID, CLIENT_SECRET

KEY = "a-key-for-the-tests-of-thirty-two-characters"
SITE = "https://milepost.example"


@cache
def book() -> Playbook:
    """What ships, read once."""
    return load_playbook()


def settings(
    api_url: str, *, site: str = SITE, keys: str = KEY, token: str | None = None, allowed: Sequence[str] = ()
) -> Settings:
    """The settings of an installation for many workspaces, whatever the environment says."""
    return Settings(
        _env_file=None,  # type: ignore[call-arg]
        secret_keys=tuple(SecretStr(one) for one in keys.split(",")),
        base_url=site,
        slack_client_id=CLIENT_ID,
        slack_client_secret=SecretStr(CLIENT_SECRET),
        slack_signing_secret=SecretStr("signing"),
        slack_bot_token=SecretStr(token) if token else None,
        slack_allowed_workspaces=tuple(allowed),
        slack_api_url=api_url,
    )


@asynccontextmanager
async def a_worker(given: Settings, store: SqlStore, clock: MovableClock) -> AsyncIterator[Workspaces]:
    """A directory of its own, as another process would have it."""
    async with open_workspaces(
        given, store=store, clock=clock, book=book, timeout=timedelta(seconds=5)
    ) as workspaces:
        yield workspaces


@dataclass(frozen=True, kw_only=True)
class Came:
    """What a browser got."""

    status: int
    text: str
    headers: Any
    location: str = ""

    @property
    def query(self) -> dict[str, str]:
        """The parts of the address that it is sent on to."""
        return {name: values[0] for name, values in parse_qs(urlsplit(self.location).query).items()}


@dataclass(frozen=True, kw_only=True)
class Site:
    """A Milepost on loopback; `workspaces` is its directory."""

    url: str
    store: SqlStore
    clock: MovableClock
    workspaces: Workspaces
    given: Settings

    async def row(self, workspace: str) -> Installation | None:
        """What is kept about a workspace."""
        async with self.store.reading() as tx:
            return await tx.installations.unchecked(f"slack:{workspace}")


class Browser:
    """Follows no redirect by itself; on https it would send its cookies, so it does here."""

    def __init__(self, session: aiohttp.ClientSession, site: Site) -> None:
        self._session, self._site = session, site
        self.cookies: dict[str, str] = {}

    async def get(self, path: str, *, headers: dict[str, str] | None = None) -> Came:
        """Open an address of the site, or any other."""
        url = path if "://" in path else f"{self._site.url}{path}"
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        given = ({"Cookie": cookie} if cookie else {}) | (headers or {})
        async with self._session.get(url, headers=given, allow_redirects=False) as answer:
            for morsel in answer.cookies.values():
                self.cookies[morsel.key] = morsel.value
            return Came(
                status=answer.status,
                text=await answer.text(),
                headers=answer.headers,
                location=answer.headers.get("Location", ""),
            )

    async def begin(self) -> Came:
        """Open the page that starts adding the app."""
        return await self.get("/slack/install")

    async def say_yes(self, begun: Came, *, team: str = "") -> str:
        """Say yes at Slack; where Slack sends the browser, as a path of the site."""
        at_slack = await self.get(f"{begun.location}&team={team}" if team else begun.location)
        back = urlsplit(at_slack.location)
        return f"{back.path}?{back.query}"

    async def add(self, *, team: str = "") -> Came:
        """All of it."""
        return await self.get(await self.say_yes(await self.begin(), team=team))


@dataclass
class Door:
    """A server that outlives the sites behind it, since ending one takes longer than a test."""

    url: str = ""
    app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.app is not None
        await self.app(scope, receive, send)


@asynccontextmanager
async def a_door() -> AsyncIterator[Door]:
    """A server on loopback with nothing behind it yet."""
    door = Door()
    async with listening(door) as door.url:
        yield door


@asynccontextmanager
async def a_site(
    door: Door,
    api_url: str,
    store: SqlStore,
    *,
    at: datetime,
    site: str = SITE,
    token: str | None = None,
    allowed: Sequence[str] = (),
) -> AsyncIterator[Site]:
    """The way in, behind this door."""

    async def ready() -> ProcessHealth:
        return ProcessHealth(
            is_ready=True, database="ok", schema="current", queue_age_seconds=0, platforms={}
        )

    clock, given = MovableClock(at), settings(api_url, site=site, token=token, allowed=allowed)
    async with a_worker(given, store, clock) as workspaces:
        routes = installing(given, workspaces, store=store, clock=clock).routes()
        door.app = make_app(readiness=ready, routes=routes, is_https=site.startswith("https"))
        yield Site(url=door.url, store=store, clock=clock, workspaces=workspaces, given=given)
