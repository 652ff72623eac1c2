"""Campaigns that programme leads write."""

import sqlalchemy as sa
from alembic import op

from storage.utc import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "own_campaigns",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("partnership_id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("applied_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_campaigns")),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("own_campaigns")
