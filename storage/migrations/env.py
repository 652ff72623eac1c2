"""What Alembic runs: the revisions, on the connection that `storage.migrate` hands over."""

from alembic import context

from storage.tables import METADATA
from storage.tables.columns import know_postgres

connection = context.config.attributes["connection"]
if connection.dialect.name == "postgresql":
    know_postgres()
context.configure(
    connection=connection,
    target_metadata=METADATA,
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
