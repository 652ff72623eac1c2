"""How columns are written, and the one collection of tables."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Date,
    Index,
    Integer,
    MetaData,
    Text,
    TextClause,
    Time,
    false,
)
from sqlalchemy import text as sql

from storage.utc import UtcDateTime

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# `is_new` gives a column that a later revision added a default in the database, so that the release
# before it can still insert its rows.


def key(name: str) -> Column[str]:
    """Text that belongs to the primary key."""
    return Column(name, Text, primary_key=True)


def seq() -> Column[int]:
    """A number that grows with every row."""
    return Column("seq", Integer, primary_key=True, autoincrement=True)


def text(name: str, *, optional: bool = False, is_new: bool = False) -> Column[str]:
    """Words, ids and codes."""
    return Column(name, Text, nullable=optional, server_default="" if is_new else None)


def number(name: str, *, optional: bool = False, is_new: bool = False) -> Column[int]:
    """A whole number."""
    return Column(name, Integer, nullable=optional, server_default="0" if is_new else None)


def flag(name: str, *, is_new: bool = False) -> Column[bool]:
    """Yes or no."""
    return Column(name, Boolean, nullable=False, server_default=false() if is_new else None)


def at(name: str, *, optional: bool = True) -> Column[datetime]:
    """An instant."""
    return Column(name, UtcDateTime, nullable=optional)


def on(name: str, *, optional: bool = True) -> Column[date]:
    """A day."""
    return Column(name, Date, nullable=optional)


def hour(name: str) -> Column[time]:
    """A local time of day; may be empty."""
    return Column(name, Time, nullable=True)


def json(name: str, *, is_new: bool = False) -> Column[Any]:
    """A small list or mapping that is always read as a whole."""
    return Column(name, JSON, nullable=False, server_default=sql("'[]'") if is_new else None)


def partial(name: str | None, *columns: Column[Any] | str, where: ColumnElement[bool] | TextClause) -> Index:
    """An index over some of the rows."""
    return Index(name, *columns, sqlite_where=where, info={"where": where})


def know_postgres() -> None:
    """Say the same of such indexes for PostgreSQL, whose dialect takes long to load where nobody needs it."""
    for table in METADATA.tables.values():
        for index in table.indexes:
            if "where" in index.info:
                index.dialect_kwargs["postgresql_where"] = index.info["where"]
