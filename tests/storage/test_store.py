"""Opening a store: what it takes, what it refuses, and that it starts quickly."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from storage.migrate import upgrade
from storage.store import SqlStore
from tests.contracts.ledger import delivery

ROOT = Path(__file__).parents[2]


async def test_a_store_in_memory_has_all_tables_at_once() -> None:
    store = SqlStore.open("sqlite://")
    async with store.transaction() as tx:
        await tx.deliveries.add([delivery("a")])
    await store.close()


async def test_what_was_committed_is_there_after_opening_again(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    upgrade(url)
    for name in ("a", "b"):
        store = SqlStore.open(url)
        async with store.transaction() as tx:
            await tx.deliveries.add([delivery(name)])
        async with store.reading() as tx:
            assert await tx.deliveries.unchecked("a") == delivery("a")
        await store.close()


def test_another_kind_of_database_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="not supported"):
        SqlStore.open("mysql://somewhere/else")


async def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    store = SqlStore.open(f"sqlite:///{tmp_path / 'no' / 'ledger.db'}")
    with pytest.raises(FileNotFoundError, match="There is no folder"):
        async with store.transaction():
            pass
    await store.close()


def test_opening_sqlite_imports_neither_alembic_nor_a_driver_for_postgresql() -> None:
    script = (
        "import sys; from storage.store import SqlStore; SqlStore.open('sqlite://'); "
        "late = ('alembic', 'psycopg', 'aiosqlite', 'numpy', 'holidays'); "
        "print([name for name in late if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
