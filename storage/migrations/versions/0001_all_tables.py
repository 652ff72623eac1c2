"""All tables."""

import sqlalchemy as sa
from alembic import op

from storage.utc import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "campaign_runs",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("partnership_id", sa.Text(), nullable=False),
        sa.Column("campaign_id", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("member_ids", sa.JSON(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("pauses", sa.JSON(), nullable=False),
        sa.Column("gates", sa.JSON(), nullable=False),
        sa.Column("rolled_up_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_runs")),
    )
    op.create_index(
        op.f("ix_campaign_runs_partnership_id"), "campaign_runs", ["partnership_id"], unique=False
    )
    op.create_table(
        "deliveries",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("partnership_id", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("send_to", sa.Text(), nullable=False),
        sa.Column("installation", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("occurrence", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("not_before", UtcDateTime(), nullable=False),
        sa.Column("week_on", sa.Date(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("action_id", sa.Text(), nullable=True),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("variant", sa.Integer(), nullable=False),
        sa.Column("edits", sa.Text(), nullable=True),
        sa.Column("thread_of", sa.Text(), nullable=True),
        sa.Column("not_after", UtcDateTime(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("ref_conversation", sa.Text(), nullable=True),
        sa.Column("ref_message", sa.Text(), nullable=True),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("is_flagged", sa.Boolean(), nullable=False),
        sa.Column("is_counted", sa.Boolean(), nullable=False),
        sa.Column("is_cancelled", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=True),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("id", name=op.f("uq_deliveries")),
        sa.UniqueConstraint(
            "partnership_id",
            "recipient",
            "platform",
            "workspace",
            "send_to",
            "purpose",
            "occurrence",
            name="uq_deliveries_ledger",
        ),
    )
    op.create_index("ix_deliveries_channel", "deliveries", ["send_to", "week_on"], unique=False)
    op.create_index(
        "ix_deliveries_due",
        "deliveries",
        ["due_at", "installation"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(
        "ix_deliveries_edits",
        "deliveries",
        ["edits", "seq"],
        unique=False,
        sqlite_where=sa.text("edits IS NOT NULL"),
        postgresql_where=sa.text("edits IS NOT NULL"),
    )
    op.create_index(
        "ix_deliveries_flagged",
        "deliveries",
        ["seq"],
        unique=False,
        sqlite_where=sa.text("is_flagged IS 1"),
        postgresql_where=sa.text("is_flagged IS true"),
    )
    op.create_index(
        "ix_deliveries_lapsed",
        "deliveries",
        ["seq"],
        unique=False,
        sqlite_where=sa.text("state = 'lapsed'"),
        postgresql_where=sa.text("state = 'lapsed'"),
    )
    op.create_index(
        "ix_deliveries_open",
        "deliveries",
        ["installation", "due_at", "seq"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index("ix_deliveries_person", "deliveries", ["person", "week_on"], unique=False)
    op.create_index("ix_deliveries_recipient", "deliveries", ["recipient"], unique=False)
    op.create_index("ix_deliveries_subject", "deliveries", ["subject"], unique=False)
    op.create_table(
        "events",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("partnership_id", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("leader_id", sa.Text(), nullable=True),
        sa.Column("organisation_id", sa.Text(), nullable=True),
        sa.Column("run_id", sa.Text(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_events")),
    )
    op.create_index(op.f("ix_events_leader_id"), "events", ["leader_id"], unique=False)
    op.create_index(
        op.f("ix_events_partnership_id_at_kind"), "events", ["partnership_id", "at", "kind"], unique=False
    )
    op.create_index(op.f("ix_events_run_id_at_kind"), "events", ["run_id", "at", "kind"], unique=False)
    op.create_table(
        "holidays",
        sa.Column("nation", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("nation", "day", name=op.f("pk_holidays")),
    )
    op.create_table(
        "stamps",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("stamp", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_stamps")),
    )
    op.create_table(
        "inbox",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_inbox")),
    )
    op.create_index(op.f("ix_inbox_at"), "inbox", ["at"], unique=False)
    op.create_table(
        "leaders",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("partnership_id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("nation", sa.Text(), nullable=False),
        sa.Column("working_days", sa.JSON(), nullable=False),
        sa.Column("leave", sa.JSON(), nullable=False),
        sa.Column("delegate", sa.Text(), nullable=True),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("suits", sa.JSON(), nullable=False),
        sa.Column("has_team", sa.Boolean(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=True),
        sa.Column("workspace", sa.Text(), nullable=True),
        sa.Column("send_to", sa.Text(), nullable=True),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("visibility", sa.Text(), nullable=False),
        sa.Column("visibility_asked", sa.Boolean(), nullable=False),
        sa.Column("pace", sa.Text(), nullable=True),
        sa.Column("exclusions", sa.JSON(), nullable=False),
        sa.Column("welcomed_at", UtcDateTime(), nullable=True),
        sa.Column("welcomes", sa.Integer(), nullable=False),
        sa.Column("opted_in_at", UtcDateTime(), nullable=True),
        sa.Column("stopped_at", UtcDateTime(), nullable=True),
        sa.Column("paused_from_on", sa.Date(), nullable=True),
        sa.Column("paused_to_on", sa.Date(), nullable=True),
        sa.Column("silent", sa.Integer(), nullable=False),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.Column("last_offer_on", sa.Date(), nullable=True),
        sa.Column("backed_off_until", sa.Date(), nullable=True),
        sa.Column("restarted_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leaders")),
    )
    op.create_index(op.f("ix_leaders_partnership_id"), "leaders", ["partnership_id"], unique=False)
    op.create_index(
        op.f("ix_leaders_platform_workspace_send_to"),
        "leaders",
        ["platform", "workspace", "send_to"],
        unique=False,
    )
    op.create_table(
        "nudges",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("partnership_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("leader_id", sa.Text(), nullable=False),
        sa.Column("action_id", sa.Text(), nullable=False),
        sa.Column("week_on", sa.Date(), nullable=False),
        sa.Column("week", sa.Integer(), nullable=False),
        sa.Column("offered_at", UtcDateTime(), nullable=False),
        sa.Column("offers", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("plan_at", UtcDateTime(), nullable=True),
        sa.Column("plan_place", sa.Text(), nullable=True),
        sa.Column("plan_by_office", sa.Boolean(), nullable=False),
        sa.Column("replied_at", UtcDateTime(), nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("snoozed_until", UtcDateTime(), nullable=True),
        sa.Column("swaps", sa.Integer(), nullable=False),
        sa.Column("swapped_from", sa.Text(), nullable=True),
        sa.Column("pair_id", sa.Text(), nullable=True),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("is_first_step", sa.Boolean(), nullable=False),
        sa.Column("followed_up_at", UtcDateTime(), nullable=True),
        sa.Column("shared_line", sa.Text(), nullable=True),
        sa.Column("judged_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nudges")),
    )
    op.create_index(op.f("ix_nudges_leader_id_week_on"), "nudges", ["leader_id", "week_on"], unique=False)
    op.create_index(op.f("ix_nudges_run_id"), "nudges", ["run_id"], unique=False)
    op.create_table(
        "organisations",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("partnership_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("nation", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("permission_line", sa.Text(), nullable=True),
        sa.Column("permission_at", UtcDateTime(), nullable=True),
        sa.Column("assessment", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
    )
    op.create_index(
        op.f("ix_organisations_partnership_id"), "organisations", ["partnership_id"], unique=False
    )
    op.create_table(
        "pairs",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("partnership_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("leader_ids", sa.JSON(), nullable=False),
        sa.Column("organisation_ids", sa.JSON(), nullable=False),
        sa.Column("formed_at", UtcDateTime(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=True),
        sa.Column("proposed", sa.JSON(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=True),
        sa.Column("agreed_at", UtcDateTime(), nullable=True),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("met_at", UtcDateTime(), nullable=True),
        sa.Column("met_by", sa.Text(), nullable=True),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("denied_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("tends_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairs")),
    )
    op.create_index(
        op.f("ix_pairs_partnership_id_formed_at"), "pairs", ["partnership_id", "formed_at"], unique=False
    )
    op.create_table(
        "partner_steps",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("partnership_id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("done_means", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("history", sa.JSON(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=True),
        sa.Column("helper", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_steps")),
    )
    op.create_index(
        op.f("ix_partner_steps_partnership_id"), "partner_steps", ["partnership_id"], unique=False
    )
    op.create_table(
        "partnerships",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("shared_goal", sa.Text(), nullable=False),
        sa.Column("better_off", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("nation", sa.Text(), nullable=False),
        sa.Column("helper_name", sa.Text(), nullable=False),
        sa.Column("helper_id", sa.Text(), nullable=True),
        sa.Column("facilitator_id", sa.Text(), nullable=True),
        sa.Column("channels", sa.JSON(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("paused_from_on", sa.Date(), nullable=True),
        sa.Column("paused_to_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partnerships")),
    )
    op.create_table(
        "promises",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("partnership_id", sa.Text(), nullable=False),
        sa.Column("leader_id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("visibility", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("carried", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promises")),
    )
    op.create_index(op.f("ix_promises_leader_id"), "promises", ["leader_id"], unique=False)
    op.create_index(op.f("ix_promises_partnership_id"), "promises", ["partnership_id"], unique=False)
    op.create_table(
        "timers",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("partnership_id", sa.Text(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject", name=op.f("pk_timers")),
    )
    op.create_index(op.f("ix_timers_due_at"), "timers", ["due_at"], unique=False)
    op.create_index(op.f("ix_timers_partnership_id"), "timers", ["partnership_id"], unique=False)


def downgrade() -> None:
    """Drop every table."""
    for table in [
        "campaign_runs",
        "deliveries",
        "events",
        "holidays",
        "inbox",
        "leaders",
        "nudges",
        "organisations",
        "pairs",
        "partner_steps",
        "partnerships",
        "promises",
        "stamps",
        "timers",
    ]:
        op.drop_table(table)
