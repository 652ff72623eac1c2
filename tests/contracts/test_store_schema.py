"""The migrations and the tables in the code are the same on every database."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from storage.migrate import current, head
from storage.tables import METADATA


def test_the_migrations_make_exactly_the_tables_of_the_code(url: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    if url == "sqlite://":
        pytest.skip("in memory the tables are made from the code")
    assert current(url) == head()
    parsed = make_url(url)
    driver = "postgresql+psycopg" if parsed.get_backend_name() == "postgresql" else "sqlite"
    engine = create_engine(parsed.set(drivername=driver))
    with engine.connect() as connection:
        result = compare_metadata(
            MigrationContext.configure(connection, opts={"compare_type": True}), METADATA
        )
    engine.dispose()
    assert result == []
