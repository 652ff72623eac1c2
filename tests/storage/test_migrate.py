"""The migrations make the tables that the code knows, and no others."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, literal_column, select, text
from sqlalchemy.exc import OperationalError

from storage.migrate import FOLDER, current, head, upgrade


def test_an_empty_database_is_brought_up_to_date_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    assert current(url) is None
    upgrade(url)
    upgrade(url)
    assert current(url) == head()


def test_a_database_in_memory_is_refused() -> None:
    with pytest.raises(ValueError, match="in memory"):
        upgrade("sqlite://")


def test_the_head_that_the_code_needs_is_the_last_revision() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    settings = Config()
    settings.set_main_option("script_location", str(FOLDER))
    assert ScriptDirectory.from_config(settings).get_heads() == [head()]


def test_a_revision_that_fails_leaves_the_database_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE timers (mine TEXT)")
    with pytest.raises(Exception, match="timers"):
        upgrade(f"sqlite:///{path}")
    with engine.connect() as connection:
        result = (
            connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
        )
    engine.dispose()
    assert list(result) == ["timers"]


@pytest.mark.parametrize("before", ["0002", "0003"])
def test_a_release_before_can_still_write_its_rows(tmp_path: Path, before: str) -> None:
    from alembic import command
    from alembic.config import Config

    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    engine = create_engine(url)
    settings = Config()
    settings.set_main_option("script_location", str(FOLDER))
    with engine.begin() as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, before)
        old = {name: inspect(connection).get_columns(name) for name in inspect(connection).get_table_names()}
    upgrade(url)
    with engine.connect() as connection:
        new = {name: inspect(connection).get_columns(name) for name in old}
    engine.dispose()
    for table, columns in new.items():
        names = {column["name"] for column in old[table]}
        assert names <= {column["name"] for column in columns}
        added = [column for column in columns if column["name"] not in names]
        assert [one["name"] for one in added if not one["nullable"] and one["default"] is None] == []


def test_timers_and_the_inbox_lose_their_row_numbers_and_keep_their_rows(tmp_path: Path) -> None:
    from alembic import command
    from alembic.config import Config

    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    engine = create_engine(url)
    settings = Config()
    settings.set_main_option("script_location", str(FOLDER))
    with engine.begin() as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, "0002")
        for name in ("zoe", "ama"):
            connection.exec_driver_sql("INSERT INTO inbox VALUES (?, '{}', '2027-01-04 10:00:00')", (name,))
            connection.exec_driver_sql(
                "INSERT INTO timers VALUES ('look', ?, 'riverside', '2027-01-04 10:00:00')", (name,)
            )
    upgrade(url)
    with engine.begin() as connection:
        for table in ("inbox", "timers"):
            with pytest.raises(OperationalError, match="rowid"):
                connection.execute(select(literal_column("rowid")).select_from(text(table)))
        # As the release before writes them, by the old columns.
        connection.exec_driver_sql("INSERT INTO inbox VALUES ('ben', '{}', '2027-01-04 10:00:00')")
        keys = connection.exec_driver_sql("SELECT key FROM inbox").scalars().all()
        subjects = connection.exec_driver_sql("SELECT subject FROM timers").scalars().all()
        indexes = {
            one["name"] for table in ("inbox", "timers") for one in inspect(connection).get_indexes(table)
        }
    engine.dispose()
    assert sorted(keys) == ["ama", "ben", "zoe"]
    assert sorted(subjects) == ["ama", "zoe"]
    assert indexes == {"ix_inbox_at", "ix_timers_due_at", "ix_timers_partnership_id"}
