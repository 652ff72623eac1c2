"""Nudges a second, end to end and durable, against a bare loop and against one APScheduler job per nudge."""

from __future__ import annotations

import asyncio
import logging
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import yaml
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import event as sqlalchemy_event

from benchmarks.fake_chat import fake_chat
from benchmarks.table import Row, print_table
from bot.clock import SystemClock
from bot.rendering.message_renderer import TemplateRenderer
from bot.slack.api.http_session import open_slack
from bot.slack.api.rate_limits import Limits
from bot.slack.layout import to_content
from nudges.model.delivery import Delivery, DeliveryState, SendPolicy
from nudges.model.message import MessageKind
from nudges.model.people import Address
from nudges.use_cases.delivery.send_due import drain
from storage.migrate import upgrade
from storage.store import SqlStore

DUE = 10_000
DUE_SLOW = 3_000
JOBS = 2_000
IN_FLIGHT = 16
MESSAGES = Path(__file__).resolve().parent.parent / "config" / "messages"
HOME = "slack:T0"


def _due(count: int) -> list[Delivery]:
    facts = yaml.safe_load((MESSAGES / "nudge" / "sample.yaml").read_text(encoding="utf-8"))
    past = datetime.now(UTC) - timedelta(minutes=1)
    return [
        Delivery(
            id=f"d{n}",
            partnership_id="north",
            recipient=f"leader-{n}",
            person=f"p{n}@example.org",
            address=Address(platform="slack", workspace="T0", to=f"U{n:06}"),
            purpose=MessageKind.NUDGE,
            occurrence=f"{n}",
            event="nudge",
            not_before=past,
            week_on=date(2027, 1, 4),
            facts=facts,
            subject=f"n{n}",
            created_at=past,
        )
        for n in range(count)
    ]


async def ours(url: str, folder: Path, count: int) -> tuple[float, float]:
    """Nudges a second, from due and from decided, with every intent and every outcome on disk."""
    address = f"sqlite:///{folder / f'ledger-{time.monotonic_ns()}.db'}"
    await asyncio.to_thread(upgrade, address)
    store = SqlStore.open(address)
    due = _due(count)
    decided = time.perf_counter()
    async with store.transaction() as tx:
        await tx.deliveries.add(due)
    adding = time.perf_counter() - decided
    renderer, policy = TemplateRenderer(MESSAGES), SendPolicy(in_flight=IN_FLIGHT)
    # The pace that Slack asks for is far below what is measured here.
    fast = Limits(workspace=None)
    async with open_slack("xoxb-fake", api_url=f"{url}api/", limits=fast) as platform:
        began = time.perf_counter()
        await drain(store, {HOME: platform}, renderer, SystemClock(), HOME, policy=policy, worker="bench")
        took = time.perf_counter() - began
    async with store.reading() as tx:
        states = await tx.deliveries.states()
    await store.close()
    if states != {DeliveryState.SENT: count}:
        raise RuntimeError(f"Not everything was sent: {states}.")
    return count / took, count / (adding + took)


def _content() -> dict[str, Any]:
    text, blocks = to_content(TemplateRenderer(MESSAGES).message(_due(1)[0]))
    return {"text": text, "blocks": blocks}


async def bare(url: str, count: int) -> float:
    """The ceiling: the same message through one shared session, and nothing remembered."""
    content, waiting = _content(), iter(range(count))
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient("xoxb-fake", base_url=f"{url}api/", session=session, retry_handlers=[])

        async def work() -> None:
            for n in waiting:
                await client.chat_postMessage(channel=f"U{n:06}", **content)

        began = time.perf_counter()
        await asyncio.gather(*[work() for _ in range(IN_FLIGHT)])
        return count / (time.perf_counter() - began)


class _Jobs:
    """What a job of the peer reaches: jobs are stored by name, so this is the module's."""

    client: AsyncWebClient
    content: dict[str, Any]
    gate: asyncio.Semaphore
    left: int
    done: asyncio.Event


async def post_job(to: str) -> None:
    """One job: one nudge."""
    async with _Jobs.gate:
        await _Jobs.client.chat_postMessage(channel=to, **_Jobs.content)
    _Jobs.left -= 1
    if _Jobs.left == 0:
        _Jobs.done.set()


async def scheduler(url: str, folder: Path, count: int) -> float:
    """APScheduler 3, one stored job for each nudge, no grace limit, as durable as ours: from decided."""
    from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

    jobs = SQLAlchemyJobStore(f"sqlite:///{folder / 'jobs.db'}")
    sqlalchemy_event.listen(jobs.engine, "connect", _durable)
    async with aiohttp.ClientSession() as session:
        _Jobs.client = AsyncWebClient("xoxb-fake", base_url=f"{url}api/", session=session, retry_handlers=[])
        _Jobs.content, _Jobs.gate = _content(), asyncio.Semaphore(IN_FLIGHT)
        _Jobs.left, _Jobs.done = count, asyncio.Event()
        runner = AsyncIOScheduler(
            jobstores={"default": jobs}, job_defaults={"misfire_grace_time": None}, timezone=UTC
        )
        runner.start(paused=True)
        past = datetime.now(UTC) - timedelta(minutes=1)
        began = time.perf_counter()
        for n in range(count):
            runner.add_job(post_job, "date", run_date=past, args=[f"U{n:06}"])
        runner.resume()
        await _Jobs.done.wait()
        took = time.perf_counter() - began
        runner.shutdown()
    jobs.engine.dispose()
    return count / took


def _durable(connection: Any, _: object) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")


def rows() -> list[Row]:
    """Measure at 0 ms and at 50 ms, every side in this run."""
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with fake_chat(0.0) as url:
            ceiling = asyncio.run(bare(url, DUE))
            quick, whole = asyncio.run(ours(url, folder, DUE))
            each = asyncio.run(scheduler(url, folder, JOBS))
        with fake_chat(0.05) as url:
            slow_ceiling = asyncio.run(bare(url, DUE_SLOW))
            slow, _ = asyncio.run(ours(url, folder, DUE_SLOW))
    most = IN_FLIGHT / 0.05
    return [
        Row(
            figure=f"{DUE:,} from decided to answered, 0 ms, against one APScheduler job each",
            ours=f"{whole:.0f}/s",
            peer=f"{each:.0f}/s",
            ratio=whole / each,
            at_least=3,
            note=f"the peer has {JOBS:,} jobs",
        ),
        Row(
            figure=f"{DUE:,} due, 0 ms, against a bare loop",
            ours=f"{quick:.0f}/s",
            peer=f"{ceiling:.0f}/s",
            ratio=quick / ceiling,
            at_least=0.35,
            note="the peer remembers nothing",
        ),
        Row(
            figure=f"{DUE_SLOW:,} due, 50 ms, {IN_FLIGHT} in flight, against the ceiling",
            ours=f"{slow:.0f}/s",
            peer=f"{most:.0f}/s",
            ratio=slow / most,
            at_least=0.9,
            note=f"a bare loop reaches {slow_ceiling:.0f}/s",
        ),
    ]


if __name__ == "__main__":
    sys.exit(0 if print_table(rows()) else 1)
