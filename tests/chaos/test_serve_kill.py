"""`milepost serve` itself, killed and stopped at random moments while it sends to a Slack over HTTP."""

from __future__ import annotations

import asyncio
import random
import signal
import socket
import sqlite3
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from nudges.model.delivery import Delivery
from nudges.model.ids import make_id
from nudges.model.message import MessageKind
from nudges.model.people import Address
from storage.migrate import upgrade
from storage.store import SqlStore
from tests.chaos.serve_process import PATIENCE_SECONDS, a_serve, let_leases_end, until
from tests.fakes.slack_api import TEAM, FakeSlack, serving

SEEDS = (11, 22, 33)
KILLS = 5
MESSAGES = 160
PEOPLE = 40
STOP_WITHIN_SECONDS = 10.0

pytestmark = [pytest.mark.slow, pytest.mark.chaos]


def a_slack(*, latency: float, seed: int = 0) -> FakeSlack:
    people = {f"p{number}@example.org": f"U{number:04d}" for number in range(PEOPLE)}
    return FakeSlack(people=people, latency=latency, seed=seed)


async def fill(url: str) -> list[str]:
    """Messages that are all due, written straight into the ledger; their keys."""
    upgrade(url)
    at = datetime.now(UTC) - timedelta(minutes=1)
    rows = [
        Delivery(
            id=make_id("kill", number),
            partnership_id="riverside",
            recipient=f"leader-{number % PEOPLE}",
            person=f"p{number % PEOPLE}@example.org",
            address=Address(platform="slack", workspace=TEAM, to=f"U{number % PEOPLE:04d}"),
            purpose=MessageKind.ANSWER,
            occurrence=str(number),
            event="stopped",
            not_before=at,
            week_on=at.date(),
            created_at=at,
        )
        for number in range(MESSAGES)
    ]
    store = SqlStore.open(url)
    async with store.transaction() as tx:
        await tx.deliveries.add(rows)
    await store.close()
    return [row.key for row in rows]


async def posted(fake: FakeSlack, enough: int) -> None:
    """Wait until Slack has taken so many."""
    await until(lambda: len(fake.posts()) >= enough, f"{enough} posts")


def states(url: str) -> Counter[str]:
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        return Counter(dict(connection.execute("SELECT state, count(*) FROM deliveries GROUP BY state")))


def taken(fake: FakeSlack) -> Counter[str]:
    """How often Slack took each key."""
    return Counter(post["metadata"]["event_payload"]["key"] for post in fake.posts())


def flagged(url: str) -> set[str]:
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        return {row[0] for row in connection.execute("SELECT id FROM deliveries WHERE is_flagged")}


@pytest.mark.parametrize("seed", SEEDS)
async def test_killed_at_any_moment_it_loses_nothing_and_doubles_nothing_unflagged(
    tmp_path: Path, seed: int
) -> None:
    print(f"seed {seed}")
    chance = random.Random(seed)
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    keys = await fill(url)
    fake = a_slack(latency=0.02, seed=seed)
    async with serving(fake) as api_url:
        in_the_middle = 0
        for _ in range(KILLS):
            before = len(fake.posts())
            if before >= MESSAGES:
                break  # a slow kill lets a quick sender finish
            async with a_serve(url, api_url) as (process, _address):
                enough = before + chance.randint(1, MESSAGES // KILLS - 8)
                await posted(fake, enough)
                await asyncio.sleep(chance.uniform(0.0, 0.03))
                process.send_signal(signal.SIGKILL)
                await process.wait()
            in_the_middle += len(fake.posts()) < MESSAGES
            let_leases_end(url)
        assert in_the_middle >= KILLS - 2, "most kills met work under way"
        async with a_serve(url, api_url):
            await until(lambda: states(url)["sent"] == MESSAGES, f"all sent, now {states(url)}")
    counted = taken(fake)
    assert set(counted) == set(keys), "nothing is lost"
    assert {key for key, times in counted.items() if times > 1} <= flagged(url), "no double without a flag"


async def test_a_stop_ends_in_ten_seconds_with_nothing_half_done(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    keys = await fill(url)
    fake = a_slack(latency=0.3)
    async with serving(fake) as api_url:
        async with a_serve(url, api_url) as (process, address):
            await posted(fake, 20)
            async with aiohttp.ClientSession() as session, session.get(f"{address}/readyz") as answer:
                assert (await answer.json())["platforms"] == {"slack": "connected"}
            began = time.monotonic()
            process.send_signal(signal.SIGTERM)
            assert await process.wait() == 0
            assert time.monotonic() - began < STOP_WITHIN_SECONDS
        result = states(url)
        assert result["sending"] == result["ambiguous"] == 0
        assert result["sent"] == len(fake.posts()) < MESSAGES, "what Slack took is written down"
        fake.latency = 0.0
        async with a_serve(url, api_url):
            await until(lambda: states(url)["sent"] == MESSAGES, "the rest")
    assert taken(fake) == Counter(keys)


async def test_a_stop_does_not_wait_for_a_slack_that_hangs(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    await fill(url)
    fake = a_slack(latency=0.0)
    async with serving(fake) as api_url, a_serve(url, api_url) as (process, _address):
        await until(lambda: fake.calls, "the first call")
        fake.latency = 60.0
        calls = len(fake.calls)
        await until(lambda: len(fake.calls) > calls, "a call that hangs")
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0
        assert time.monotonic() - began < STOP_WITHIN_SECONDS


async def test_it_comes_up_while_slack_is_away_and_sends_once_it_is_back(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    keys = await fill(url)
    fake = a_slack(latency=0.0)
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    async with a_serve(url, f"http://127.0.0.1:{port}/api/") as (_process, address):
        async with aiohttp.ClientSession() as session:
            await _answering(session, f"{address}/healthz")
            async with session.get(f"{address}/readyz") as answer:
                assert (await answer.json())["platforms"] == {"slack": "not reached yet"}
        async with serving(fake, port=port):
            await until(lambda: states(url)["sent"] == MESSAGES, "all sent")
    assert taken(fake) == Counter(keys)


async def _answering(session: aiohttp.ClientSession, url: str) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        try:
            async with session.get(url) as answer:
                assert answer.status == 200
                return
        except aiohttp.ClientError:
            await asyncio.sleep(0.05)
    raise AssertionError("it does not answer")
