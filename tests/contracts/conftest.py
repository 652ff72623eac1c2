"""The databases that the contract runs on: SQLite in a file and in memory, and a real PostgreSQL."""

from __future__ import annotations

import shutil
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


@pytest.fixture(scope="session")
def postgres_up_to_date(postgres: str) -> Iterator[str]:
    """A database with all tables and nothing in them, that others are copies of."""
    with empty_database(postgres) as address:
        upgrade(address)
        yield address


@pytest.fixture(scope="session")
def file_up_to_date(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same in a file."""
    path = tmp_path_factory.mktemp("up-to-date") / "ledger.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["memory", "file", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database that is up to date."""
    if request.param == "memory":
        yield "sqlite://"
    elif request.param == "file":
        shutil.copyfile(request.getfixturevalue("file_up_to_date"), tmp_path / "ledger.db")
        yield f"sqlite:///{tmp_path / 'ledger.db'}"
    else:
        server, like = map(request.getfixturevalue, ("postgres", "postgres_up_to_date"))
        with empty_database(server, like=like) as address:
            yield address


@pytest.fixture
async def store(url: str) -> AsyncIterator[SqlStore]:
    """An open store."""
    opened = SqlStore.open(url)
    yield opened
    await opened.close()
