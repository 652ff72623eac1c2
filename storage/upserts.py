"""Inserts that meet an existing row, for both dialects, each made once."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Executable, Table


def inserting(table: Table, dialect: str) -> Any:
    """The dialect's own INSERT, which knows of rows that are there already; only that dialect is loaded."""
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as postgres_insert

        return postgres_insert(table)
    from sqlalchemy.dialects.sqlite import insert as sqlite_insert

    return sqlite_insert(table)


@cache
def upsert(table: Table, dialect: str) -> Executable:
    """INSERT, or replace every other column of the row with the same primary key."""
    keys = [column.name for column in table.primary_key]
    others = [column.name for column in table.columns if column.name not in keys]
    new = inserting(table, dialect)
    replacing: Executable = new.on_conflict_do_update(
        index_elements=keys, set_={name: new.excluded[name] for name in others}
    )
    return replacing


@cache
def insert_new(table: Table, dialect: str) -> Executable:
    """INSERT, or leave an existing row as it is."""
    leaving: Executable = inserting(table, dialect).on_conflict_do_nothing()
    return leaving
