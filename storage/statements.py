"""Inserts that meet an existing row, for both dialects, each made once."""

from __future__ import annotations

from functools import cache

from sqlalchemy import Executable, Table


@cache
def upsert(table: Table, dialect: str) -> Executable:
    """INSERT, or replace every other column of the row with the same primary key."""
    keys = [column.name for column in table.primary_key]
    others = [column.name for column in table.columns if column.name not in keys]
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as postgres_insert

        new = postgres_insert(table)
        return new.on_conflict_do_update(
            index_elements=keys, set_={name: new.excluded[name] for name in others}
        )
    from sqlalchemy.dialects.sqlite import insert as sqlite_insert

    fresh = sqlite_insert(table)
    return fresh.on_conflict_do_update(
        index_elements=keys, set_={name: fresh.excluded[name] for name in others}
    )


@cache
def insert_new(table: Table, dialect: str) -> Executable:
    """INSERT, or leave an existing row as it is."""
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as postgres_insert

        return postgres_insert(table).on_conflict_do_nothing()
    from sqlalchemy.dialects.sqlite import insert as sqlite_insert

    return sqlite_insert(table).on_conflict_do_nothing()
