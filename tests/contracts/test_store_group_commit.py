"""Writers of one SQLite file that wait together are committed together, and fail alone."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.exc import SQLAlchemyError

from storage.migrate import upgrade
from storage.store import SqlStore
from tests.contracts.ledger import delivery


class Mistake(Exception):
    """What goes wrong in the middle of a transaction."""


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    upgrade(url)
    opened = SqlStore.open(url)
    yield opened
    await opened.close()


async def write(store: SqlStore, name: str, *, mistake: bool = False) -> None:
    async with store.transaction() as tx:
        await tx.deliveries.add([delivery(name)])
        if mistake:
            raise Mistake


async def names(store: SqlStore) -> set[str]:
    async with store.reading() as tx:
        deliveries = [await tx.deliveries.unchecked(f"n{number}") for number in range(20)]
    return {one.id for one in deliveries if one is not None}


async def test_a_mistake_takes_only_its_own_part_back(store: SqlStore) -> None:
    waiting = [write(store, f"n{number}", mistake=number % 3 == 0) for number in range(20)]
    ended = await asyncio.gather(*waiting, return_exceptions=True)
    assert [isinstance(one, Mistake) for one in ended] == [number % 3 == 0 for number in range(20)]
    assert await names(store) == {f"n{number}" for number in range(20) if number % 3}


async def test_nobody_is_told_done_before_it_is_on_disk(store: SqlStore, tmp_path: Path) -> None:
    async def write_and_look(name: str) -> bool:
        await write(store, name)
        with sqlite3.connect(tmp_path / "ledger.db") as other:
            result = other.execute("select id from deliveries where id = ?", (name,)).fetchall()
            return result == [(name,)]

    assert all(await asyncio.gather(*(write_and_look(f"n{number}") for number in range(20))))


async def test_many_writers_share_a_commit(store: SqlStore, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "ledger.db") as other:
        before = other.execute("pragma data_version").fetchone()[0]
        await asyncio.gather(*(write(store, f"n{number}") for number in range(20)))
        frames = other.execute("pragma wal_checkpoint(passive)").fetchone()[1]
        assert other.execute("pragma data_version").fetchone()[0] != before
    # Twenty commits of their own would each write their changed pages: far more frames than one or two do.
    assert frames < 60


async def test_a_commit_that_fails_is_an_error_for_everybody_in_it(store: SqlStore, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "ledger.db") as other:
        other.execute("create table parent (id text primary key)")
        other.execute(
            "create table child (id text references parent (id) deferrable initially deferred, name text)"
        )
        other.execute(
            "create trigger orphan after insert on deliveries when new.id = 'n7' "
            "begin insert into child values ('nobody', new.id); end"
        )
    await store._backend._writer.driver("pragma foreign_keys=on")  # type: ignore[attr-defined]
    waiting = [write(store, f"n{number}") for number in range(10)]
    ended = await asyncio.gather(*waiting, return_exceptions=True)
    told = {f"n{number}" for number, one in enumerate(ended) if one is None}
    assert any(isinstance(one, SQLAlchemyError) for one in ended)
    assert await names(store) == told
    await write(store, "n11")
    assert "n11" in await names(store)


async def test_a_writer_that_is_cancelled_does_not_hold_the_others_up(store: SqlStore) -> None:
    tasks = [asyncio.ensure_future(write(store, f"n{number}")) for number in range(10)]
    await asyncio.sleep(0)
    for task in tasks[3:6]:
        task.cancel()
    ended = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), timeout=10)
    assert all(one is None for number, one in enumerate(ended) if not 3 <= number < 6)
    assert {f"n{number}" for number in (0, 1, 2, 6, 7, 8, 9)} <= await names(store)
