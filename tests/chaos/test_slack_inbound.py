"""What people say to a `milepost serve` that is killed: done once, answered once, whenever it comes again."""

from __future__ import annotations

import asyncio
import random
import signal
import sqlite3
import statistics
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.slack.inbound import PATH
from bot.wiring import load_playbook
from nudges.model.people import Address
from nudges.use_cases.joining.apply_roster import apply_roster
from storage.migrate import upgrade
from storage.store import SqlStore
from tests.chaos.serve_process import SERVE, a_serve, let_leases_end, until
from tests.fakes.slack_api import TEAM, FakeSlack, serving
from tests.fakes.slack_requests import Sender, payload, tap
from tests.journeys.world import files, somebody

PEOPLE = {f"P{number}": f"U{number:04d}" for number in range(8)}
CONNECTIONS, TAPS = 16, 640

pytestmark = [pytest.mark.slow, pytest.mark.chaos]


@dataclass(kw_only=True)
class Scene:
    """A ledger with people in it, a Slack, and a way to speak to whatever serves."""

    url: str
    fake: FakeSlack
    api_url: str
    session: aiohttp.ClientSession

    @asynccontextmanager
    async def serve(self, *, dies_after: int = 0) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
        """A server, and its address for Slack; with `dies_after` it kills itself after so many commits."""
        dying = ("-m", "tests.chaos.dying_serve", str(dies_after))
        command = dying if dies_after else SERVE
        try:
            async with a_serve(self.url, self.api_url, command=command) as (process, site):
                await self._up(f"{site}/healthz")
                yield process, f"{site}{PATH}"
        finally:
            let_leases_end(self.url)

    async def _up(self, url: str) -> None:
        end = time.monotonic() + 30
        while time.monotonic() < end:
            try:
                async with self.session.get(url) as answer:
                    assert answer.status == 200
                    return
            except aiohttp.ClientError:
                await asyncio.sleep(0.02)
        raise AssertionError("it does not answer")

    async def send(self, url: str, result: dict[str, Any], *, retry: int = 0) -> bool:
        """Whether Slack got its 200; a broken connection is none."""
        headers = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_error"} if retry else {}
        sender = Sender(session=self.session, url=url, at=datetime.now(UTC))
        try:
            return (await sender.send(result, headers=headers)).status == 200
        except aiohttp.ClientError:
            return False

    def count(self, sql: str) -> int:
        """A number out of the ledger."""
        with sqlite3.connect(self.url.removeprefix("sqlite:///"), timeout=10) as connection:
            return int(connection.execute(sql).fetchone()[0])

    @property
    def promises(self) -> int:
        return self.count("SELECT count(*) FROM promises")

    def events(self, kind: str) -> int:
        return self.count(f"SELECT count(*) FROM events WHERE kind = '{kind}'")  # noqa: S608 - our own word

    def answered(self) -> Counter[str]:
        """How often Slack took each message."""
        return Counter(post["metadata"]["event_payload"]["key"] for post in self.fake.posts())


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    upgrade(url)
    store, at = SqlStore.open(url), datetime.now(UTC)
    leaders = [
        replace(
            somebody(f"{name} Person", "trust"),
            address=Address(platform="slack", workspace=TEAM, to=id),
            opted_in_at=at,
        )
        for name, id in PEOPLE.items()
    ]
    await apply_roster(store, load_playbook(), files(leaders), at=at)
    await store.close()
    fake = FakeSlack(people={f"{name.lower()}@example.org": id for name, id in PEOPLE.items()})
    async with serving(fake) as api_url, aiohttp.ClientSession() as session:
        yield Scene(url=url, fake=fake, api_url=api_url, session=session)


def says(text: str, *, id: str, person: str = "U0000") -> dict[str, Any]:
    """Somebody types this; `id` is Slack's own of the event."""
    result = payload("message_im") | {"event_id": id}
    result["event"] |= {"text": text, "user": person, "channel": f"D{person[1:]}"}
    return result


def a_promise(number: int, *, person: str = "U0000") -> dict[str, Any]:
    return says(f'commit "share list {number}" by Friday', id=f"Ev{number}", person=person)


async def test_an_event_killed_between_commit_and_answer_is_done_once_and_still_answered(
    scene: Scene,
) -> None:
    async with scene.serve(dies_after=1) as (process, url):
        assert not await scene.send(url, a_promise(1)), "Slack got no answer"
        assert await process.wait() == -signal.SIGKILL
    assert scene.promises == 1
    assert not scene.fake.posts()
    async with scene.serve() as (_process, url):
        await until(lambda: bool(scene.fake.posts()), "the answer to what was committed")
        for retry in (1, 2, 3):
            assert await scene.send(url, a_promise(1), retry=retry)
        await asyncio.sleep(0.3)
    assert scene.promises == scene.events("promised") == 1
    assert list(scene.answered().values()) == [1]


async def test_a_tap_killed_between_commit_and_answer_is_done_once_when_it_is_tapped_again(
    scene: Scene,
) -> None:
    async with scene.serve() as (_process, url):
        assert await scene.send(url, a_promise(1))
        await until(lambda: bool(scene.fake.posts()), "the card")
    button = next(
        element["value"]
        for block in scene.fake.posts()[0]["blocks"]
        for element in block.get("elements", [])
        if "promise_kept" in element.get("value", "")
    )
    result = tap("promise_kept", person="U0000", at="1.1")
    result["actions"][0]["value"] = button
    async with scene.serve(dies_after=1) as (process, url):
        assert not await scene.send(url, result)
        assert await process.wait() == -signal.SIGKILL
    assert scene.events("promise_kept") == 1
    async with scene.serve() as (_process, url):
        await until(lambda: "edited" in scene.fake.posts()[0], "the card says so")
        again = tap("promise_kept", person="U0000", at="2.2")
        again["actions"][0]["value"] = button
        assert await scene.send(url, again)
    assert scene.events("promise_kept") == 1
    assert len(scene.fake.posts()) == 1


@pytest.mark.parametrize("seed", [5, 6])
async def test_killed_at_any_moment_nothing_that_was_said_is_lost_or_done_twice(
    scene: Scene, seed: int
) -> None:
    print(f"seed {seed}")
    chance = random.Random(seed)
    said = [a_promise(number, person=f"U{number % len(PEOPLE):04d}") for number in range(24)]
    left = list(range(len(said)))
    for kill in range(4):
        if not left:
            break
        async with scene.serve() as (process, url):
            asking = [asyncio.create_task(scene.send(url, said[number], retry=kill)) for number in left]
            await asyncio.sleep(chance.uniform(0.01, 0.12))
            process.send_signal(signal.SIGKILL)
            heard = await asyncio.gather(*asking)
        left = [number for number, was_heard in zip(left, heard, strict=True) if not was_heard]
    async with scene.serve() as (_process, url):
        for number in range(len(said)):
            assert await scene.send(url, said[number], retry=3), "even what was heard comes again"
        sent = "SELECT count(*) FROM deliveries WHERE state = 'sent'"
        await until(lambda: scene.count(sent) == len(said), "every answer")
    assert scene.promises == scene.events("promised") == len(said)
    doubled = {key for key, times in scene.answered().items() if times > 1}
    assert len(scene.answered()) == len(said)
    assert len(doubled) <= scene.count("SELECT count(*) FROM deliveries WHERE is_flagged")


async def test_at_sixteen_connections_ninety_nine_of_a_hundred_taps_are_acknowledged_within_a_second(
    scene: Scene,
) -> None:
    took: list[float] = []
    numbers = iter(range(TAPS))

    async def person(url: str) -> None:
        for number in numbers:
            result = tap("help", person=f"U{number % len(PEOPLE):04d}", at=f"{number}.1")
            result["response_url"] = f"{scene.fake.url}/response/U0000"
            began = time.perf_counter()
            assert await scene.send(url, result)
            took.append(time.perf_counter() - began)

    async with scene.serve() as (_process, url):
        await asyncio.gather(*(person(url) for _ in range(CONNECTIONS)))
    cuts = statistics.quantiles(took, n=100)
    print(f"p50 {cuts[49] * 1000:.0f} ms, p99 {cuts[98] * 1000:.0f} ms")
    assert cuts[98] < 1.0
