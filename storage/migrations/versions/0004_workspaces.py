"""Workspaces that the app was added to, people's own pages and hours, and contact cards.

It only adds: the release before can still insert its rows while this one starts.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.utc import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _columns() -> dict[str, list[sa.Column[Any]]]:
    return {
        "leaders": [
            sa.Column("earliest", sa.Time(), nullable=True),
            sa.Column("latest", sa.Time(), nullable=True),
        ],
        "campaign_runs": [
            sa.Column("name", sa.Text(), server_default="", nullable=False),
            sa.Column("changes", sa.JSON(), server_default=sa.text("'[]'"), nullable=False),
        ],
        "pairs": [sa.Column("shared_by", sa.JSON(), server_default=sa.text("'[]'"), nullable=False)],
    }


def upgrade() -> None:
    """Add the tables and the columns."""
    op.create_table(
        "installations",
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("installed_at", UtcDateTime(), nullable=False),
        sa.Column("is_enterprise", sa.Boolean(), nullable=False),
        sa.Column("enterprise", sa.Text(), nullable=True),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("gone_at", UtcDateTime(), nullable=True),
        sa.Column("because", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "workspace", name=op.f("pk_installations")),
    )
    op.create_table(
        "install_requests",
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("browser_hash", sa.Text(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f("pk_install_requests")),
    )
    op.create_index(op.f("ix_install_requests_expires_at"), "install_requests", ["expires_at"], unique=False)
    op.create_table(
        "homes",
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("send_to", sa.Text(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("shown_at", UtcDateTime(), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "workspace", "send_to", name=op.f("pk_homes")),
    )
    waiting = sa.text("shown_at IS NULL OR shown_at < changed_at")
    op.create_index(
        op.f("ix_homes_changed_at"),
        "homes",
        ["changed_at"],
        unique=False,
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    for table, columns in _columns().items():
        for column in columns:
            op.add_column(table, column)


def downgrade() -> None:
    """Drop the columns and the tables."""
    for table, columns in _columns().items():
        for column in columns:
            op.drop_column(table, column.name)
    for table in ["homes", "install_requests", "installations"]:
        op.drop_table(table)
