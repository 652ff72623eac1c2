"""Help requests, things heard, votes, tests, the problem tree, the pulse and the open page.

It only adds: the release before can still insert its rows while this one starts.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.utc import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _columns() -> dict[str, list[sa.Column[Any]]]:
    return {
        "campaign_runs": [
            sa.Column("is_open", sa.Boolean(), server_default=sa.false(), nullable=False),
            sa.Column("goals", sa.JSON(), server_default=sa.text("'[]'"), nullable=False),
            sa.Column("held_until", UtcDateTime(), nullable=True),
        ],
        "leaders": [
            sa.Column("ladder", sa.Integer(), server_default="0", nullable=False),
            sa.Column("help_offered_on", sa.Date(), nullable=True),
            sa.Column("joined_on", sa.Date(), nullable=True),
            sa.Column("buddy_id", sa.Text(), nullable=True),
            sa.Column("signed_at", UtcDateTime(), nullable=True),
            sa.Column("passed_action", sa.Text(), nullable=True),
            sa.Column("left_at", UtcDateTime(), nullable=True),
        ],
        "nudges": [
            sa.Column("is_missed", sa.Boolean(), server_default=sa.false(), nullable=False),
            sa.Column("smaller_at", UtcDateTime(), nullable=True),
        ],
        "partner_steps": [
            sa.Column("why_together", sa.Text(), server_default="", nullable=False),
            sa.Column("goal", sa.Text(), server_default="", nullable=False),
            sa.Column("given_limit", sa.Text(), nullable=True),
            sa.Column("given_review_on", sa.Date(), nullable=True),
            sa.Column("given_confirmed_by", sa.Text(), nullable=True),
            sa.Column("given_confirmed_at", UtcDateTime(), nullable=True),
            sa.Column("asked_at", UtcDateTime(), nullable=True),
            sa.Column("own_words", sa.Text(), server_default="", nullable=False),
            sa.Column("board_asked_at", UtcDateTime(), nullable=True),
        ],
        "partnerships": [
            sa.Column("earlier_goals", sa.JSON(), server_default=sa.text("'[]'"), nullable=False),
            sa.Column("principles", sa.JSON(), server_default=sa.text("'[]'"), nullable=False),
            sa.Column("is_public", sa.Boolean(), server_default=sa.false(), nullable=False),
            sa.Column("join_code", sa.Text(), nullable=True),
            sa.Column("advised", sa.JSON(), server_default=sa.text("'[]'"), nullable=False),
        ],
    }


def upgrade() -> None:
    """Add the tables and the columns."""
    op.create_table(
        "changes",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("partnership_id", sa.Text(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_changes")),
    )
    op.create_index(op.f("ix_changes_partnership_id_at"), "changes", ["partnership_id", "at"], unique=False)
    op.create_table(
        "entry_links",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("partnership_id", sa.Text(), nullable=False),
        sa.Column("leader_id", sa.Text(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_entry_links")),
    )
    op.create_index(op.f("ix_entry_links_expires_at"), "entry_links", ["expires_at"], unique=False)
    op.create_index(op.f("ix_entry_links_leader_id"), "entry_links", ["leader_id"], unique=False)
    op.create_table(
        "help_requests",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("partnership_id", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("contact_by", UtcDateTime(), nullable=False),
        sa.Column("leader_id", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("helper_id", sa.Text(), nullable=True),
        sa.Column("reminded_at", UtcDateTime(), nullable=True),
        sa.Column("contacted_at", UtcDateTime(), nullable=True),
        sa.Column("taken_up_at", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_requests")),
    )
    op.create_index(
        op.f("ix_help_requests_partnership_id"), "help_requests", ["partnership_id"], unique=False
    )
    op.create_table(
        "leaves",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("partnership_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("added_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leaves")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_leaves_run_id"), "leaves", ["run_id"], unique=False)
    op.create_table(
        "library",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("partnership_id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("action_id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("posted_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library")),
    )
    op.create_index(op.f("ix_library_partnership_id"), "library", ["partnership_id"], unique=False)
    op.create_table(
        "published",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "name", name=op.f("pk_published")),
    )
    op.create_table(
        "pulse_answers",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("moment", sa.Text(), nullable=False),
        sa.Column("person_key", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "moment", "person_key", "item_id", name=op.f("pk_pulse_answers")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "pulse_keys",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_pulse_keys")),
    )
    op.create_table(
        "things_heard",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("partnership_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.Column("reply_by", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Text(), nullable=True),
        sa.Column("theme", sa.Text(), nullable=True),
        sa.Column("why_together", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("is_not_yet", sa.Boolean(), nullable=False),
        sa.Column("replied_on", sa.Date(), nullable=True),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_things_heard")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_things_heard_partnership_id"), "things_heard", ["partnership_id"], unique=False)
    op.create_table(
        "trials",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("partnership_id", sa.Text(), nullable=False),
        sa.Column("leader_id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=True),
        sa.Column("learned", sa.Text(), nullable=False),
        sa.Column("learned_at", UtcDateTime(), nullable=True),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trials")),
    )
    op.create_index(op.f("ix_trials_partnership_id"), "trials", ["partnership_id"], unique=False)
    op.create_table(
        "votes",
        sa.Column("partnership_id", sa.Text(), nullable=False),
        sa.Column("leader_id", sa.Text(), nullable=False),
        sa.Column("action_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("partnership_id", "leader_id", "action_id", name=op.f("pk_votes")),
    )
    for table, columns in _columns().items():
        for column in columns:
            op.add_column(table, column)
    _set_row_numbers(are_hidden=True)


def _set_row_numbers(*, are_hidden: bool) -> None:
    """On SQLite, write the timers and the inbox anew by their keys, without (or with) row numbers."""
    if op.get_bind().dialect.name != "sqlite":
        return
    for table in _keyed(are_hidden=are_hidden):
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        keys = ", ".join(f'"{column.name}"' for column in table.primary_key.columns)
        old = f"{table.name}_before"
        op.rename_table(table.name, old)
        for column in (column for column in table.columns if column.info):
            op.drop_index(f"ix_{table.name}_{column.name}", old)
        op.get_bind().execute(sa.schema.CreateTable(table))
        op.execute(f'INSERT INTO {table.name} ({names}) SELECT {names} FROM {old} ORDER BY {keys}')  # noqa: S608
        op.drop_table(old)
        for column in (column for column in table.columns if column.info):
            op.create_index(op.f(f"ix_{table.name}_{column.name}"), table.name, [column.name], unique=False)


def _keyed(*, are_hidden: bool) -> list[sa.Table]:
    indexed = {"indexed": True}
    return [
        sa.Table(
            "timers",
            sa.MetaData(),
            sa.Column("kind", sa.Text(), nullable=False),
            sa.Column("subject", sa.Text(), nullable=False),
            sa.Column("partnership_id", sa.Text(), nullable=False, info=indexed),
            sa.Column("due_at", UtcDateTime(), nullable=False, info=indexed),
            sa.PrimaryKeyConstraint("kind", "subject", name=op.f("pk_timers")),
            sqlite_with_rowid=not are_hidden,
        ),
        sa.Table(
            "inbox",
            sa.MetaData(),
            sa.Column("key", sa.Text(), nullable=False),
            sa.Column("outcome", sa.JSON(), nullable=False),
            sa.Column("at", UtcDateTime(), nullable=False, info=indexed),
            sa.PrimaryKeyConstraint("key", name=op.f("pk_inbox")),
            sqlite_with_rowid=not are_hidden,
        ),
    ]


def downgrade() -> None:
    """Drop the columns and the tables."""
    _set_row_numbers(are_hidden=False)
    for table, columns in _columns().items():
        for column in columns:
            op.drop_column(table, column.name)
    for table in [
        "changes",
        "entry_links",
        "help_requests",
        "leaves",
        "library",
        "published",
        "pulse_answers",
        "pulse_keys",
        "things_heard",
        "trials",
        "votes",
    ]:
        op.drop_table(table)
