"""Bring a database up to date, and say whether it is; Alembic is imported only when there is work."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

FOLDER = Path(__file__).parent / "migrations"
HEAD = "0004"


def upgrade(url: str) -> None:
    """Apply every revision that is missing; doing it twice, or in two processes at once, is harmless."""
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            if current_of(connection) != HEAD:
                _run(connection)
    finally:
        engine.dispose()


def current(url: str) -> str | None:
    """The revision that the database is at; None where it has no tables yet."""
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            return current_of(connection)
    finally:
        engine.dispose()


def head() -> str:
    """The revision that this release needs."""
    return HEAD


def current_of(connection: Connection) -> str | None:
    """The revision that this connection's database is at."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    result: str | None = connection.execute(
        select(text("version_num")).select_from(text("alembic_version"))
    ).scalar()
    return result


def _run(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    settings = Config()
    settings.set_main_option("script_location", str(FOLDER))
    settings.attributes["connection"] = connection
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql("BEGIN")
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7411204)")
    try:
        command.upgrade(settings, "head")
    except BaseException:
        connection.exec_driver_sql("ROLLBACK")
        raise
    connection.exec_driver_sql("COMMIT")


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"), poolclass=NullPool, isolation_level="AUTOCOMMIT"
        )
    if parsed.database in (None, "", ":memory:"):
        raise ValueError(
            "A database in memory has nothing to bring up to date: it is made with all its tables."
        )
    return create_engine(parsed.set(drivername="sqlite"), poolclass=NullPool, isolation_level="AUTOCOMMIT")
