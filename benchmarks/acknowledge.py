"""A tap, committed and acknowledged, against a bare Bolt listener that only acknowledges."""

from __future__ import annotations

import argparse
import asyncio
import itertools
import logging
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from sqlalchemy import create_engine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.table import Row, print_table
from bot.rendering.message_renderer import TemplateRenderer
from bot.slack.api.http_session import open_slack
from bot.slack.inbound import PATH, slack_routes
from bot.slack.outbound import SlackPlatform
from nudges.model.commands import Command, Outcome
from storage.store import SqlStore
from storage.tables import METADATA
from tests.fakes.slack_requests import SECRET, Sender, tap

CONNECTIONS = 16
TAPS = 1_500
WARM_UP = 200
ROUNDS = 4
MESSAGES = Path(__file__).resolve().parent.parent / "config" / "messages"


class SystemClock:
    """The present instant."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class OneWorkspace:
    """A directory of one: nothing here has anything to look up."""

    def __init__(self, platform: SlackPlatform) -> None:
        self._platform = platform

    async def platform(self, workspace: str) -> SlackPlatform | None:
        """The one."""
        return self._platform

    async def lost(self, workspace: str, because: str) -> None:
        """Never here."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Times:
    """Acknowledgement times of one side, in milliseconds, and how many a second."""

    p50: float
    p99: float
    per_second: float


@asynccontextmanager
async def ours(folder: Path) -> AsyncIterator[Starlette]:
    """The adapter; each key and outcome is committed to SQLite, fully durable, before the answer."""
    file = folder / "acknowledge.db"
    engine = create_engine(f"sqlite:///{file}")
    METADATA.create_all(engine)
    engine.dispose()
    store, clock = SqlStore.open(f"sqlite:///{file}"), SystemClock()

    async def handle(command: Command) -> Outcome:
        async with store.transaction() as work:
            known = await work.records.seen(command.key)
            if known is None:
                await work.records.remember(command.key, Outcome(), at=clock.now())
            return known or Outcome()

    try:
        async with open_slack("xoxb-none", api_url="http://127.0.0.1:1/api/") as platform:
            routes = slack_routes(
                signing_secret=SECRET,
                workspaces=OneWorkspace(platform),
                handle=handle,
                renderer=TemplateRenderer(MESSAGES),
                clock=clock,
            )
            yield Starlette(routes=routes)
    finally:
        await store.close()


@asynccontextmanager
async def bare() -> AsyncIterator[Starlette]:
    """Bolt as its documentation sets it up, with a listener that only acknowledges."""

    async def authorize(team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=team_id, bot_token="xoxb-none")

    app = AsyncApp(signing_secret=SECRET, authorize=authorize, logger=logging.getLogger("bare"))

    async def acknowledge(ack: AsyncAck) -> None:
        await ack()

    app.action("milepost.0")(acknowledge)
    handler = AsyncSlackRequestHandler(app)

    async def receive(http: Request) -> Response:
        return await handler.handle(http)

    yield Starlette(routes=[Route(PATH, receive, methods=["POST"])])


async def serve(side: str) -> None:
    """A server of its own process, until its input ends; prints its address."""
    with tempfile.TemporaryDirectory() as folder:
        async with AsyncExitStack() as stack:
            app = await stack.enter_async_context(ours(Path(folder)) if side == "ours" else bare())
            config = uvicorn.Config(app, port=0, log_level="error", access_log=False, lifespan="off")
            server = uvicorn.Server(config)
            running = asyncio.create_task(server.serve())
            while not server.started:
                await asyncio.sleep(0.01)
            print(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}{PATH}", flush=True)
            await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
            server.should_exit = True
            await running


@asynccontextmanager
async def running(side: str) -> AsyncIterator[str]:
    """The address of one side's server."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.acknowledge",
        "--serve",
        side,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).resolve().parent.parent,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield (await process.stdout.readline()).decode().strip()
    finally:
        process.stdin.close()
        await process.wait()


async def tapped(url: str, count: int, numbers: itertools.count[int]) -> Times:
    """Tap `count` times over 16 connections; every tap is another one."""
    took: list[float] = []
    left = iter(range(count))
    connector = aiohttp.TCPConnector(limit=CONNECTIONS)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def person() -> None:
            for _ in left:
                sender = Sender(session=session, url=url, at=datetime.now(UTC))
                result = tap("done", "n1", at=f"1.{next(numbers)}")
                start = time.perf_counter()
                answer = await sender.send(result)
                took.append((time.perf_counter() - start) * 1000)
                assert answer.status == 200, answer

        began = time.perf_counter()
        await asyncio.gather(*(person() for _ in range(CONNECTIONS)))
        spent = time.perf_counter() - began
    cuts = statistics.quantiles(took, n=100)
    return Times(p50=cuts[49], p99=cuts[98], per_second=count / spent)


async def measure(*, taps: int = TAPS, rounds: int = ROUNDS) -> tuple[Times, Times]:
    """Ours and the bare listener in turns; of each figure the median over the rounds."""
    numbers = itertools.count(1)
    seen: dict[str, list[Times]] = {"ours": [], "bare": []}
    async with running("ours") as our_url, running("bare") as bare_url:
        for url in (our_url, bare_url):
            await tapped(url, WARM_UP, numbers)
        for turn in range(rounds):
            sides = [("ours", our_url), ("bare", bare_url)]
            for side, url in sides if turn % 2 else reversed(sides):
                seen[side].append(await tapped(url, taps, numbers))
    return median(seen["ours"]), median(seen["bare"])


def median(times: list[Times]) -> Times:
    """Of each figure its own median."""
    return Times(
        p50=statistics.median(each.p50 for each in times),
        p99=statistics.median(each.p99 for each in times),
        per_second=statistics.median(each.per_second for each in times),
    )


def rows() -> list[Row]:
    """The promise of quality: p50 no later than the bare listener's, p99 at most twice."""
    we, they = asyncio.run(measure())
    note = f"{CONNECTIONS} connections, {we.per_second:.0f} against {they.per_second:.0f} a second"
    return [
        Row(
            figure="tap, committed and acknowledged, p50",
            ours=f"{we.p50:.1f} ms",
            peer=f"bare Bolt {they.p50:.1f} ms",
            ratio=we.p50 / they.p50,
            at_most=1.0,
            note=note,
        ),
        Row(
            figure="tap, committed and acknowledged, p99",
            ours=f"{we.p99:.1f} ms",
            peer=f"bare Bolt {they.p99:.1f} ms",
            ratio=we.p99 / they.p99,
            at_most=2.0,
            note=note,
        ),
    ]


def main() -> None:
    """Print the table; `--serve` is for the servers that this starts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serve", choices=["ours", "bare"])
    chosen = parser.parse_args()
    if chosen.serve:
        asyncio.run(serve(chosen.serve))
    else:
        print_table(rows())


if __name__ == "__main__":
    main()
