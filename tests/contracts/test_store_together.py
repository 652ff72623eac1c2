"""Many at once: nobody's change is lost, nothing is claimed twice, and half a transaction is none."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from nudges.model.commands import Outcome
from nudges.model.events import Event, EventKind
from nudges.model.people import Leader
from nudges.ports import Store
from storage.store import SqlStore
from tests.contracts.filled import filled
from tests.contracts.ledger import AT, HOME, LEASE, delivery


class Boom(Exception):
    """Planted."""


async def test_a_transaction_that_fails_keeps_nothing(store: Store) -> None:
    async def fail() -> None:
        async with store.transaction() as tx:
            await tx.people.save_leaders([filled(Leader, partnership_id="north")])
            await tx.deliveries.add([delivery("a")])
            raise Boom

    with pytest.raises(Boom):
        await fail()
    async with store.reading() as tx:
        assert await tx.people.unchecked_leaders("north") == []
        assert await tx.deliveries.states() == {}


async def test_a_cancelled_transaction_keeps_nothing_and_the_next_one_works(store: Store) -> None:
    begun = asyncio.Event()

    async def half() -> None:
        async with store.transaction() as tx:
            await tx.deliveries.add([delivery("a")])
            begun.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(half())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with store.transaction() as tx:
        assert await tx.deliveries.states() == {}
        await tx.deliveries.add([delivery("b")])


async def test_two_workers_claim_different_rows(url: str, store: Store) -> None:
    await _fill(store, 200)
    second = store if url == "sqlite://" else SqlStore.open(url)

    async def work(at_store: Store, worker: str) -> list[str]:
        taken: list[str] = []
        while True:
            async with at_store.transaction() as tx:
                deliveries = await tx.deliveries.claim(
                    HOME, at=AT, lease_until=AT + LEASE, limit=16, worker=worker
                )
            if not deliveries:
                return taken
            taken += [one.id for one in deliveries]

    one, two = await asyncio.gather(work(store, "one"), work(second, "two"))
    if second is not store:
        await second.close()
    assert sorted([*one, *two]) == sorted(f"d{n}" for n in range(200))


async def test_a_thousand_updates_at_once_lose_none(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.people.save_leaders([filled(Leader, id="ann", partnership_id="north", silent=0)])

    async def grow() -> None:
        for _ in range(50):
            async with store.transaction() as tx:
                ann = await tx.people.unchecked_leader("ann")
                assert ann is not None
                await tx.people.save_leaders([replace(ann, silent=ann.silent + 1)])

    await asyncio.gather(*[grow() for _ in range(20)])
    async with store.reading() as tx:
        ann = await tx.people.unchecked_leader("ann")
    assert ann is not None
    assert ann.silent == 1000


async def test_a_hundred_replays_have_one_effect(store: Store) -> None:
    async def handle() -> Outcome:
        async with store.transaction() as tx:
            seen = await tx.records.seen("tap-1")
            if seen is not None:
                return seen
            await tx.records.append([Event(partnership_id="north", at=AT, kind=EventKind.DONE)])
            await tx.records.remember("tap-1", Outcome(edits_card=True), at=AT)
        return Outcome(edits_card=True)

    outcomes = await asyncio.gather(*[handle() for _ in range(100)])
    assert set(map(repr, outcomes)) == {repr(Outcome(edits_card=True))}
    async with store.reading() as tx:
        assert await tx.records.tally("north") == {EventKind.DONE: 1}


async def test_a_reader_sees_one_state_and_never_waits_for_a_writer(url: str, store: Store) -> None:
    if url == "sqlite://":
        pytest.skip("in memory there is one connection: readers and writers take turns")
    await _fill(store, 1)
    async with asyncio.timeout(5), store.transaction() as writing:
        await writing.deliveries.add([delivery("new")])
        async with store.reading() as tx:
            assert await tx.deliveries.unchecked("new") is None
    async with store.reading() as tx:
        assert await tx.deliveries.unchecked("new") is not None


async def test_a_sender_does_not_wait_for_a_use_case(url: str, store: Store) -> None:
    if not url.startswith("postgresql"):
        pytest.skip("SQLite has one writer")
    await _fill(store, 1)
    async with asyncio.timeout(5), store.transaction() as slow:
        await slow.people.unchecked_partnerships()
        async with store.transaction() as tx:
            assert (
                len(await tx.deliveries.claim(HOME, at=AT, lease_until=AT + LEASE, limit=1, worker="w")) == 1
            )


async def test_a_transaction_inside_a_transaction_is_refused_where_it_would_wait_for_itself(
    url: str, store: Store
) -> None:
    if url.startswith("postgresql"):
        pytest.skip("PostgreSQL gives it a connection of its own")
    async with store.transaction():
        with pytest.raises(RuntimeError, match="open already"):
            async with store.transaction():
                pass


async def _fill(store: Store, count: int) -> None:
    async with store.transaction() as tx:
        await tx.deliveries.add([delivery(f"d{n}") for n in range(count)])
