"""One workspace that is throttled never slows another: two of them over one Slack, with the real ledger."""

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from bot.slack.api.http_session import client, open_session
from bot.slack.api.rate_limits import Limits, Rate
from bot.slack.outbound import SlackPlatform
from nudges.model.delivery import DeliveryState, SendPolicy
from nudges.model.people import Address
from nudges.ports import ChatPlatform
from nudges.use_cases.delivery.send_due import drain
from storage.store import SqlStore
from tests.contracts.ledger import AT, delivery
from tests.fakes.faulty_platform import PlainRenderer, SteppedClock
from tests.fakes.slack_api import FakeSlack, Fault, serving

BUSY, CALM = "T0BUSY", "T0CALM"
EACH = 60


@dataclass
class Two:
    """Two workspaces of one Slack, each with its own people, and messages for all of them."""

    store: SqlStore
    clock: SteppedClock
    fakes: dict[str, FakeSlack]
    platforms: dict[str, ChatPlatform]
    timer: list[float]

    async def add(self, team: str, count: int) -> None:
        async with self.store.transaction() as tx:
            await tx.deliveries.add(
                [
                    delivery(f"{team}-{n}", address=Address(platform="slack", workspace=team, to=f"U{n:04d}"))
                    for n in range(count)
                ]
            )

    async def drain(self, team: str) -> datetime | None:
        return await drain(
            self.store,
            self.platforms,
            PlainRenderer(),
            self.clock,
            f"slack:{team}",
            policy=SendPolicy(call_timeout=timedelta(seconds=1)),
            worker="w",
        )

    def later(self, wait: timedelta) -> None:
        self.clock.at += wait
        self.timer[0] += wait.total_seconds()

    def posted(self, team: str) -> int:
        return len(self.fakes[team].posts())


@pytest.fixture
async def two() -> AsyncIterator[Two]:
    people = {f"p{n}@example.org": f"U{n:04d}" for n in range(400)}
    fakes = {team: FakeSlack(people=people, team=team, tokens={f"xoxb-{team}"}) for team in (BUSY, CALM)}
    timer = [0.0]
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(serving(*fakes.values()))
        session = await stack.enter_async_context(open_session(timeout=timedelta(seconds=1)))
        platforms: dict[str, ChatPlatform] = {
            f"slack:{team}": SlackPlatform(
                client(session, token=f"xoxb-{team}", api_url=url),
                limits=Limits(workspace=Rate(per_minute=300, burst=60), timer=lambda: timer[0]),
            )
            for team in fakes
        }
        store = SqlStore.open("sqlite://")
        stack.push_async_callback(store.close)
        yield Two(store=store, clock=SteppedClock(AT), fakes=fakes, platforms=platforms, timer=timer)


async def test_an_hours_throttle_of_one_workspace_costs_the_other_nothing(two: Two) -> None:
    await two.add(CALM, EACH)
    began = time.perf_counter()
    assert await two.drain(CALM) is None
    alone = time.perf_counter() - began

    two.later(timedelta(minutes=1))
    two.fakes[BUSY].fail("chat.postMessage", Fault(kind="throttle", retry_after="3600"))
    await two.add(BUSY, EACH)
    async with two.store.transaction() as tx:
        await tx.deliveries.add(
            [
                replace(one, id=f"again-{n}", occurrence="again")
                for n in range(EACH)
                for one in [
                    delivery(f"{n}", address=Address(platform="slack", workspace=CALM, to=f"U{n:04d}"))
                ]
            ]
        )
    assert await two.drain(BUSY) == two.clock.at + timedelta(hours=1)
    began = time.perf_counter()
    assert await two.drain(CALM) is None
    beside = time.perf_counter() - began
    assert two.posted(CALM) == 2 * EACH
    assert two.posted(BUSY) < 16, "only what was in flight when Slack spoke"
    assert beside < 3 * alone + 0.5, f"{alone:.2f} s alone, {beside:.2f} s beside a throttled one"

    calls = len(two.fakes[BUSY].calls)
    two.later(timedelta(minutes=59))
    assert await two.drain(BUSY) == two.clock.at + timedelta(minutes=1)
    assert len(two.fakes[BUSY].calls) == calls, "Slack is left in peace for its hour"
    two.later(timedelta(minutes=1))
    await two.drain(BUSY)
    assert two.posted(BUSY) == EACH
    assert {m["text"] for m in two.fakes[BUSY].posts()} == {"nudge"}


async def test_a_workspace_without_a_token_waits_and_the_other_goes_on(two: Two) -> None:
    two.fakes[BUSY].tokens.clear()
    await two.add(BUSY, EACH)
    await two.add(CALM, EACH)
    assert await two.drain(BUSY) == AT + timedelta(minutes=15)
    assert await two.drain(CALM) is None
    assert (two.posted(BUSY), two.posted(CALM)) == (0, EACH)
    assert two.fakes[BUSY].calls == []


async def test_a_big_workspace_is_written_to_at_its_pace_and_nothing_is_lost(two: Two) -> None:
    await two.add(BUSY, 300)
    began = two.clock.at
    for _ in range(200):
        wanted = await two.drain(BUSY)
        if wanted is None:
            break
        two.later(wanted - two.clock.at)
    assert two.posted(BUSY) == 300
    took = two.clock.at - began
    assert timedelta(seconds=40) <= took <= timedelta(seconds=60), "60 at once, then five a second"
    async with two.store.reading() as tx:
        assert await tx.deliveries.states() == {DeliveryState.SENT: 300}
