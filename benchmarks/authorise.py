"""How often Slack is asked who is asking: `auth.test` calls in 1,000 events of several workspaces."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import aiohttp
import uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization.async_authorize import AsyncInstallationStoreAuthorize
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.acknowledge import SystemClock
from benchmarks.table import Row
from bot.encryption import Encryption
from bot.rendering.message_renderer import TemplateRenderer
from bot.slack.api.http_session import client, open_session
from bot.slack.inbound import PATH, slack_routes
from bot.slack.install.tokens import Tokens
from bot.slack.install.workspace_directory import Workspaces
from bot.wiring import MESSAGES, load_playbook
from nudges.model import installation
from nudges.model.commands import Command, Outcome
from storage.store import SqlStore
from tests.fakes.slack_api import FakeSlack, serving
from tests.fakes.slack_requests import SECRET, Sender, payload

EVENTS = 1_000
WORKSPACES = 5


@dataclass
class Heard:
    """A listener that only counts."""

    events: int = 0
    workspaces: set[str] = field(default_factory=set)

    async def __call__(self, command: Command) -> Outcome:
        self.events += 1
        self.workspaces.add(command.actor.workspace)
        return Outcome()


@asynccontextmanager
async def ours(slacks: Sequence[FakeSlack], api_url: str, heard: Heard) -> AsyncIterator[Starlette]:
    """The adapter with its directory of workspaces, each added as by its own installation."""
    store, clock, book = SqlStore.open("sqlite://"), SystemClock(), load_playbook()
    async with open_session() as session:
        workspaces = Workspaces(
            store=store,
            clock=clock,
            book=lambda: book,
            make=lambda token: client(session, token=token, api_url=api_url),
            encryption=Encryption(["a-key-for-a-benchmark-of-thirty-two-characters"]),
        )
        for slack in slacks:
            row = installation.Installation(
                platform="slack", workspace=slack.team, name=slack.team, sealed="", installed_at=clock.now()
            )
            await workspaces.add(row, Tokens(access=f"xoxb-{slack.team}"))
        routes = slack_routes(
            signing_secret=SECRET,
            workspaces=workspaces,
            handle=heard,
            renderer=TemplateRenderer(MESSAGES),
            clock=clock,
        )
        yield Starlette(routes=routes)
        await workspaces.settle()
    await store.close()


class Remembered(AsyncInstallationStore):
    """Bolt's own idea of installations, in memory."""

    async def async_save(self, installation: Installation) -> None:
        """Nobody installs here."""

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        """The bot of this workspace."""
        return Bot(
            team_id=team_id,
            bot_token=f"xoxb-{team_id}",
            bot_id="B0BOT",
            bot_user_id="U0BOT",
            installed_at=0.0,
        )


def bolt(api_url: str, *, remembers: bool, heard: Heard) -> Starlette:
    """Bolt for several workspaces as its documentation sets it up, with and without its cache."""
    log = logging.getLogger("bare")
    log.setLevel(logging.ERROR)
    app = AsyncApp(
        signing_secret=SECRET,
        client=AsyncWebClient(base_url=api_url, retry_handlers=[]),
        authorize=AsyncInstallationStoreAuthorize(  # type: ignore[arg-type]
            logger=log, installation_store=Remembered(), bot_only=True, cache_enabled=remembers
        ),
        logger=log,
    )

    async def count(body: dict[str, object]) -> None:
        heard.events += 1
        heard.workspaces.add(str(body["team_id"]))

    app.event("message")(count)
    handler = AsyncSlackRequestHandler(app)

    async def receive(http: Request) -> Response:
        return await handler.handle(http)

    return Starlette(routes=[Route(PATH, receive, methods=["POST"])])


async def counted(app: Starlette, slacks: Sequence[FakeSlack], heard: Heard, *, events: int) -> int:
    """Send so many events, from each workspace in turn; how often Slack was asked who is asking."""
    for slack in slacks:
        slack.calls.clear()
    async with _listening(app) as url, aiohttp.ClientSession() as session:
        for number in range(events):
            team = slacks[number % len(slacks)].team
            result = payload("message_im") | {"team_id": team, "event_id": f"Ev{number}"}
            result["event"] |= {"team": team}
            result["authorizations"][0]["team_id"] = team
            answer = await Sender(session=session, url=url, at=datetime.now(UTC)).send(result)
            assert answer.status == 200, answer
    assert (heard.events, len(heard.workspaces)) == (events, len(slacks))
    return sum(method == "auth.test" for slack in slacks for method, _ in slack.calls)


async def measure(*, events: int = EVENTS, workspaces: int = WORKSPACES) -> tuple[int, int, int]:
    """Calls of ours, of Bolt without its cache, and of Bolt with it."""
    names = [f"T0SPACE{number}" for number in range(workspaces)]
    slacks = [
        FakeSlack(team=name, name=name, tokens={f"xoxb-{name}"}, people={"amina@example.org": "U0AMINA"})
        for name in names
    ]
    async with serving(*slacks) as api_url:
        heard = Heard()
        async with ours(slacks, api_url, heard) as app:
            we = await counted(app, slacks, heard, events=events)
        they = []
        for remembers in (False, True):
            heard = Heard()
            app = bolt(api_url, remembers=remembers, heard=heard)
            they.append(await counted(app, slacks, heard, events=events))
    return we, they[0], they[1]


@asynccontextmanager
async def _listening(app: Starlette) -> AsyncIterator[str]:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off", access_log=False))
        running = asyncio.create_task(server.serve(sockets=[door]))
        while not server.started:
            await asyncio.sleep(0.001)
        try:
            yield f"http://127.0.0.1:{door.getsockname()[1]}{PATH}"
        finally:
            server.should_exit = True
            await running


def rows() -> list[Row]:
    """Never asked: the roster decides who is let in, and a token that ends says so itself."""
    we, without, remembering = asyncio.run(measure())
    note = f"{EVENTS:,} events of {WORKSPACES} workspaces"
    return [
        Row(
            figure="auth.test calls",
            ours=str(we),
            peer=f"Bolt cache_enabled={cached} {they}",
            ratio=we / they if they else float(we > 0),
            at_most=0.0,
            note=note,
        )
        for cached, they in ((False, without), (True, remembering))
    ]
