"""Draining an installation: once each, in order, whatever the platform does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from nudges.errors import SettingsError
from nudges.model.delivery import Delivery, DeliveryState, SendPolicy
from nudges.model.events import EventKind
from nudges.model.message import Message
from nudges.model.people import Address
from nudges.use_cases.delivery.send_due import drain
from storage.store import SqlStore
from tests.contracts.ledger import AT, HOME, delivery
from tests.fakes.faulty_platform import FaultyPlatform, PlainRenderer, SteppedClock

# Nothing here takes this long: on a busy machine no call is given up by chance.
POLICY = SendPolicy(call_timeout=timedelta(seconds=30), lease=timedelta(seconds=60), attempts_max=4)
IMPATIENT = replace(POLICY, call_timeout=timedelta(milliseconds=200))


class House:
    """A store, a platform and a clock, and what is asked of them."""

    def __init__(self) -> None:
        self.store = SqlStore.open("sqlite://")
        self.platform = FaultyPlatform()
        self.renderer = PlainRenderer()
        self.clock = SteppedClock(AT)
        self.policy = POLICY

    async def add(self, *deliveries: Delivery) -> None:
        async with self.store.transaction() as tx:
            await tx.deliveries.add(deliveries)

    async def drain(self, *, after: timedelta = timedelta()) -> datetime | None:
        self.clock.at += after
        return await drain(
            self.store,
            {"sandbox": self.platform},
            self.renderer,
            self.clock,
            HOME,
            policy=self.policy,
            worker="w",
        )

    async def read(self, name: str) -> Delivery:
        async with self.store.reading() as tx:
            delivery = await tx.deliveries.unchecked(name)
        assert delivery is not None
        return delivery

    async def states(self) -> dict[DeliveryState, int]:
        async with self.store.reading() as tx:
            return await tx.deliveries.states()


@pytest.fixture
async def house() -> AsyncIterator[House]:
    made = House()
    yield made
    await made.store.close()


async def test_everything_that_is_due_is_sent_once_and_the_next_instant_is_told(house: House) -> None:
    await house.add(
        *[delivery(f"d{n}") for n in range(50)], delivery("later", not_before=AT + timedelta(hours=1))
    )
    assert await house.drain() == AT + timedelta(hours=1)
    assert sorted(house.platform.keys()) == sorted(f"d{n}" for n in range(50))
    assert await house.states() == {DeliveryState.SENT: 50, DeliveryState.WAITING: 1}
    row = await house.read("d7")
    assert row.ref is not None
    assert (row.ref.conversation, row.sent_at, row.attempts) == ("dm-d7", AT, 1)


async def test_with_nothing_to_do_there_is_nothing_to_wait_for(house: House) -> None:
    assert await house.drain() is None
    assert house.platform.calls == 0


async def test_calls_are_kept_in_flight_up_to_the_limit_and_not_beyond(house: House) -> None:
    house.platform.latency = 0.002
    await house.add(*[delivery(f"d{n}") for n in range(100)])
    await house.drain()
    assert house.platform.most_in_flight == POLICY.in_flight
    assert len(house.platform.taken) == 100


async def test_messages_to_one_person_keep_their_order(house: House) -> None:
    house.platform.latency = 0.001
    to = Address(platform="sandbox", workspace="home", to="dm-ann")
    await house.add(*[delivery(f"d{n:02}", address=to) for n in range(20)])
    await house.drain()
    assert house.platform.keys() == [f"d{n:02}" for n in range(20)]
    assert house.platform.most_in_flight == 1, "the next one is not begun before the one before has landed"


async def test_a_refusal_is_final(house: House) -> None:
    house.platform.plan([("a", "refuse")])
    await house.add(delivery("a"), delivery("b"))
    assert await house.drain() is None
    row = await house.read("a")
    assert (row.state, row.reason) == (DeliveryState.REFUSED, "channel_not_found")
    assert house.platform.keys() == ["b"]


@pytest.mark.parametrize("fault", ["drop", "hang"])
async def test_a_message_whose_answer_was_lost_is_found_and_not_sent_again(house: House, fault: str) -> None:
    house.policy = IMPATIENT
    house.platform.plan([("a", fault)])
    await house.add(delivery("a"))
    again_at = await house.drain()
    assert again_at == AT + POLICY.backoff_first
    assert (await house.read("a")).state is DeliveryState.AMBIGUOUS
    assert await house.drain(after=timedelta(seconds=2)) is None
    assert house.platform.keys() == ["a"]
    assert (await house.read("a")).state is DeliveryState.SENT


@pytest.mark.parametrize("fault", ["lose", "crash"])
async def test_a_message_that_was_not_taken_is_read_back_and_sent(house: House, fault: str) -> None:
    house.platform.plan([("a", fault)])
    await house.add(delivery("a"))
    await house.drain()
    assert house.platform.taken == []
    await house.drain(after=timedelta(seconds=2))
    assert house.platform.keys() == ["a"]
    assert not (await house.read("a")).is_flagged


async def test_where_a_platform_cannot_be_read_a_message_is_sent_again_once_and_flagged(house: House) -> None:
    house.platform.is_readable = False
    house.platform.plan([("a", "drop"), ("b", "drop"), ("b", "drop")])
    await house.add(delivery("a"), delivery("b"))
    for _ in range(4):
        await house.drain(after=timedelta(minutes=1))
    assert sorted(house.platform.keys()) == ["a", "a", "b", "b"]
    async with house.store.reading() as tx:
        assert [(one.id, one.state) for one in await tx.deliveries.flagged()] == [
            ("a", DeliveryState.SENT),
            ("b", DeliveryState.REFUSED),
        ]


async def test_reading_back_that_fails_is_tried_again_and_never_taken_for_a_no(house: House) -> None:
    house.platform.plan([("a", "drop"), ("find a", "later"), ("find a", "throttle"), ("find a", "crash")])
    house.policy = replace(POLICY, attempts_max=12)
    await house.add(delivery("a"))
    await house.drain()
    for _ in range(3):
        await house.drain(after=timedelta(minutes=2))
        assert (await house.read("a")).state is DeliveryState.AMBIGUOUS
    await house.drain(after=timedelta(minutes=2))
    assert house.platform.keys() == ["a"]


async def test_what_stays_unclear_is_given_up_and_flagged(house: House) -> None:
    house.platform.plan([("a", "lose")] * 9 + [("b", "drop")] + [("find b", "later")] * 9)
    await house.add(delivery("a"), delivery("b"))
    for _ in range(9):
        await house.drain(after=timedelta(minutes=10))
    for name in ("a", "b"):
        row = await house.read(name)
        assert (row.state, row.is_flagged) == (DeliveryState.REFUSED, True)
    assert house.platform.keys() == ["b"]


async def test_a_throttled_address_waits_as_long_as_it_was_told_and_holds_up_nobody(house: House) -> None:
    busy = Address(platform="sandbox", workspace="home", to="dm-busy")
    house.platform.plan([("dm-busy", "throttle")])
    await house.add(
        *[delivery(f"b{n}", address=busy) for n in range(5)], *[delivery(f"d{n}") for n in range(40)]
    )
    assert await house.drain() == AT + house.platform.retry_after
    assert len(house.platform.taken) == 40
    assert house.platform.calls == 41
    assert await house.drain(after=house.platform.retry_after) is None
    assert house.platform.keys()[40:] == [f"b{n}" for n in range(5)]


async def test_a_throttled_installation_is_left_in_peace(house: House) -> None:
    house.platform.is_throttling = True
    await house.add(*[delivery(f"d{n}") for n in range(300)])
    assert await house.drain() == AT + house.platform.retry_after
    first = house.platform.calls
    assert first <= 2 * POLICY.in_flight
    assert await house.drain(after=timedelta(seconds=1)) == AT + house.platform.retry_after
    assert house.platform.calls == first
    house.platform.is_throttling = False
    await house.drain(after=house.platform.retry_after)
    assert len(house.platform.taken) == 300
    assert house.platform.doubled() == []


async def test_one_word_for_the_whole_installation_is_enough(house: House) -> None:
    house.platform.plan([("d0", "closed")])
    await house.add(*[delivery(f"d{n}") for n in range(300)])
    assert await house.drain() == AT + house.platform.retry_after
    first = house.platform.calls
    assert first <= POLICY.in_flight, "what was in flight already ends, and nothing new is begun"
    assert await house.drain(after=timedelta(seconds=29)) == AT + house.platform.retry_after
    assert house.platform.calls == first
    assert await house.drain(after=timedelta(seconds=1)) is None
    assert len(house.platform.taken) == 300
    assert house.platform.doubled() == []


async def test_reading_back_that_is_throttled_holds_up_no_other_message(house: House) -> None:
    await house.add(*[delivery(f"a{n}") for n in range(5)])
    house.platform.plan([(f"a{n}", "drop") for n in range(5)])
    house.platform.plan([(f"find a{n}", "throttle") for n in range(5)])
    await house.drain()
    await house.add(*[delivery(f"d{n}", not_before=AT + timedelta(minutes=2)) for n in range(40)])
    await house.drain(after=timedelta(minutes=2))
    assert await house.states() == {DeliveryState.AMBIGUOUS: 5, DeliveryState.SENT: 40}
    await house.drain(after=house.platform.retry_after)
    assert await house.states() == {DeliveryState.SENT: 45}
    assert house.platform.doubled() == []


async def test_a_short_rest_is_told_and_not_written_into_every_row(house: House) -> None:
    house.platform.retry_after = timedelta(seconds=2)
    house.platform.plan([("d0", "closed")])
    await house.add(*[delivery(f"d{n}") for n in range(300)])
    assert await house.drain() == AT + timedelta(seconds=2)
    async with house.store.reading() as tx:
        assert await tx.deliveries.next_due(HOME) == AT, "the others are as they were"
    assert await house.drain(after=timedelta(seconds=2)) is None
    assert len(house.platform.taken) == 300


async def test_being_told_to_wait_is_no_attempt(house: House) -> None:
    house.platform.plan([("a", "throttle")] * 9 + [("a", "drop")])
    await house.add(delivery("a"))
    for _ in range(11):
        await house.drain(after=house.platform.retry_after)
    row = await house.read("a")
    assert (row.state, row.is_flagged, row.attempts) == (DeliveryState.SENT, False, 2)


async def test_a_template_that_fails_stops_its_own_message_only(house: House) -> None:
    await house.add(delivery("a", event="broken"), delivery("b"))
    await house.drain()
    row = await house.read("a")
    assert (row.state, row.is_flagged) == (DeliveryState.REFUSED, True)
    assert "KeyError" in row.reason
    assert house.platform.keys() == ["b"]


async def test_what_lapsed_is_in_the_log(house: House) -> None:
    await house.add(delivery("old", not_after=AT, subject="nudge-1"), delivery("new"))
    await house.drain()
    assert house.platform.keys() == ["new"]
    async with house.store.reading() as tx:
        (event,) = await tx.records.events("north")
    assert (event.kind, event.subject, event.leader_id) == (EventKind.LAPSED, "nudge-1", "leader-old")


async def test_what_was_read_back_too_late_is_not_sent_again(house: House) -> None:
    house.platform.plan([("a", "lose")])
    await house.add(delivery("a", not_after=AT + timedelta(seconds=1)))
    await house.drain()
    await house.drain(after=timedelta(seconds=5))
    assert house.platform.taken == []
    assert (await house.read("a")).state is DeliveryState.LAPSED


async def test_an_edit_and_an_answer_in_a_thread_follow_their_message(house: House) -> None:
    await house.add(delivery("card"), delivery("e", edits="card"), delivery("t", thread_of="card"))
    house.platform.plan([("e", "drop")])
    await house.drain()
    card = await house.read("card")
    assert [(ref, key) for ref, key in house.platform.edited] == [(card.ref, "e")]
    assert house.platform.threads == [card.ref]
    await house.drain(after=timedelta(seconds=2))
    assert [key for _, key in house.platform.edited] == ["e", "e"]
    assert (await house.read("e")).state is DeliveryState.SENT


async def test_a_worker_whose_lease_ends_gives_the_row_back_untouched(house: House) -> None:
    frozen: list[str] = []

    class Slow(PlainRenderer):
        """Freezes once, as a worker does that the machine has suspended."""

        def message(self, delivery: Delivery) -> Message:
            if not frozen:
                house.clock.at += POLICY.lease
                frozen.append(delivery.id)
            return super().message(delivery)

    house.renderer = Slow()
    await house.add(delivery("a"))
    await house.drain()
    row = await house.read("a")
    assert frozen == ["a"]
    assert (row.state, row.fence, house.platform.keys()) == (DeliveryState.SENT, 2, ["a"])


async def test_a_lease_that_does_not_cover_a_call_is_refused(house: House) -> None:
    house.policy = replace(POLICY, lease=POLICY.call_timeout)
    with pytest.raises(SettingsError, match="lease"):
        await house.drain()


async def test_a_stop_waits_for_what_is_in_flight_and_puts_the_rest_back(house: House) -> None:
    house.platform.latency = 0.05
    await house.add(*[delivery(f"d{n}") for n in range(60)])
    task = asyncio.ensure_future(house.drain())
    while house.platform.in_flight < POLICY.in_flight:
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(house.platform.taken) == POLICY.in_flight
    assert await house.states() == {DeliveryState.SENT: 16, DeliveryState.WAITING: 44}
    await house.drain()
    assert house.platform.doubled() == []
    assert len(house.platform.taken) == 60


async def test_an_installation_that_is_not_connected_is_named_and_nothing_is_claimed(house: House) -> None:
    await house.add(delivery("a"))
    with pytest.raises(SettingsError, match="slack:T1"):
        await drain(house.store, {}, PlainRenderer(), house.clock, "slack:T1", policy=POLICY, worker="w")
    assert await house.states() == {DeliveryState.WAITING: 1}
