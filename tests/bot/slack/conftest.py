"""The Slack adapter between a fake Slack Web API and signed requests, all over real HTTP."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.slack.api.http_session import open_slack
from bot.slack.inbound import PATH, slack_routes
from bot.slack.outbound import SlackPlatform
from nudges.model.commands import Command, Outcome
from nudges.model.delivery import Delivery
from nudges.model.message import Form, Message
from nudges.model.people import Address
from tests.fakes.quick_server import listening
from tests.fakes.slack_api import TEAM, TOKEN, FakeSlack, serving
from tests.fakes.slack_requests import SECRET, Sender

NOW = datetime(2027, 1, 12, 9, 0, tzinfo=UTC)
AMINA = Address(platform="slack", workspace=TEAM, to="U0AMINA")
CHANNEL = Address(platform="slack", workspace=TEAM, to="C0PARTNERSHIP")


class StillClock:
    """Says the same time for ever."""

    def now(self) -> datetime:
        return NOW


class PlainWords:
    """A renderer whose words are the event's name."""

    def message(self, delivery: Delivery) -> Message:
        return Message(text=delivery.event)

    def text(self, event: str, facts: Mapping[str, Any], *, variant: int = 0, locale: str = "en") -> str:
        return f"words of {event}"

    def variants(self, event: str) -> int:
        return 1

    def form(self, name: str, facts: Mapping[str, Any], *, subject: str, locale: str = "en") -> Form:
        raise AssertionError("the adapter renders no forms")


@dataclass
class Recorder:
    """A use case that keeps what it was asked and answers what it is told to."""

    outcome: Outcome = field(default_factory=Outcome)
    error: Exception | None = None
    commands: list[Command] = field(default_factory=list)

    async def __call__(self, command: Command) -> Outcome:
        self.commands.append(command)
        if self.error is not None:
            raise self.error
        return self.outcome


@dataclass
class Places:
    """A directory of one workspace that answers for all, and remembers who asked and what was lost."""

    one: SlackPlatform
    asked: list[str] = field(default_factory=list)
    gone: list[tuple[str, str]] = field(default_factory=list)
    error: Exception | None = None

    async def platform(self, workspace: str) -> SlackPlatform | None:
        self.asked.append(workspace)
        return None if workspace in dict(self.gone) else self.one

    async def lost(self, workspace: str, because: str) -> None:
        if self.error is not None:
            raise self.error
        self.gone.append((workspace, because))


@dataclass(frozen=True, kw_only=True)
class World:
    """Everything that a test of the adapter touches."""

    fake: FakeSlack
    places: Places
    platform: SlackPlatform
    handled: Recorder
    slack: Sender
    api_url: str


async def until(happened: Callable[[], bool]) -> None:
    """Wait for what follows an acknowledgement."""
    for _ in range(400):
        if happened():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it did not happen")


@dataclass
class Door:
    """A server that outlives the tests of a file, since starting one takes longer than a test."""

    url: str = ""
    route: Route | None = None

    async def enter(self, request: Request) -> Response:
        assert self.route is not None
        answer: Response = await self.route.endpoint(request)
        return answer


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def door() -> AsyncIterator[Door]:
    door = Door()
    async with listening(Starlette(routes=[Route(PATH, door.enter, methods=["POST"])])) as url:
        door.url = url + PATH
        yield door


@pytest.fixture
def fake() -> FakeSlack:
    return FakeSlack(people={"amina@example.org": "U0AMINA", "ben@example.org": "U0BEN"}, now=NOW.timestamp)


@pytest_asyncio.fixture(loop_scope="module")
async def world(door: Door, fake: FakeSlack) -> AsyncIterator[World]:
    handled = Recorder()
    async with (
        serving(fake) as api_url,
        open_slack(TOKEN, api_url=api_url, timeout=timedelta(seconds=1)) as platform,
        aiohttp.ClientSession() as session,
    ):
        directory = Places(platform)
        routes = slack_routes(
            signing_secret=SECRET,
            workspaces=directory,
            handle=handled,
            renderer=PlainWords(),
            clock=StillClock(),
        )
        [door.route] = routes
        slack = Sender(session=session, url=door.url, at=NOW)
        yield World(
            fake=fake, places=directory, platform=platform, handled=handled, slack=slack, api_url=api_url
        )
