"""The databases that the contract runs on: SQLite in a file and in memory, and a real PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from storage.migrate import upgrade
from storage.store import SqlStore
from tests.contracts.postgres import empty_database, postgres_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A server for the whole run."""
    with postgres_server() as server:
        yield server


@pytest.fixture(params=["memory", "file", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database that is up to date."""
    if request.param == "memory":
        yield "sqlite://"
    elif request.param == "file":
        address = f"sqlite:///{tmp_path / 'ledger.db'}"
        upgrade(address)
        yield address
    else:
        with empty_database(request.getfixturevalue("postgres")) as address:
            upgrade(address)
            yield address


@pytest.fixture
async def store(url: str) -> AsyncIterator[SqlStore]:
    """An open store."""
    opened = SqlStore.open(url)
    yield opened
    await opened.close()
