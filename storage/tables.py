"""Every table that Milepost keeps; every column is also in the field register."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
)

from storage.utc import UtcDateTime

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _key(name: str) -> Column[str]:
    return Column(name, Text, primary_key=True)


def _seq() -> Column[int]:
    return Column("seq", Integer, primary_key=True, autoincrement=True)


def _text(name: str, *, optional: bool = False) -> Column[str]:
    return Column(name, Text, nullable=optional)


def _number(name: str, *, optional: bool = False) -> Column[int]:
    return Column(name, Integer, nullable=optional)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False)


def _at(name: str, *, optional: bool = True) -> Column[datetime]:
    return Column(name, UtcDateTime, nullable=optional)


def _on(name: str, *, optional: bool = True) -> Column[date]:
    return Column(name, Date, nullable=optional)


def _json(name: str) -> Column[Any]:
    return Column(name, JSON, nullable=False)


PARTNERSHIPS = Table(
    "partnerships",
    METADATA,
    _key("id"),
    _text("name"),
    _text("shared_goal"),
    _text("better_off"),
    _text("zone"),
    _text("nation"),
    _text("helper_name"),
    _text("helper_id", optional=True),
    _text("facilitator_id", optional=True),
    _json("channels"),
    _json("words"),
    _on("paused_from_on"),
    _on("paused_to_on"),
)

OWN_CAMPAIGNS = Table(
    "own_campaigns",
    METADATA,
    _key("id"),
    _text("partnership_id"),
    _text("text"),
    _at("applied_at", optional=False),
)

ORGANISATIONS = Table(
    "organisations",
    METADATA,
    _key("id"),
    _text("partnership_id"),
    _text("name"),
    _text("nation"),
    _text("kind"),
    _text("setting"),
    _text("permission_line", optional=True),
    _at("permission_at"),
    _text("assessment", optional=True),
    Index(None, "partnership_id"),
)

LEADERS = Table(
    "leaders",
    METADATA,
    _key("id"),
    _text("partnership_id"),
    _text("organisation_id"),
    _text("name"),
    _text("email"),
    _text("person"),
    _text("zone"),
    _text("nation"),
    _json("working_days"),
    _json("leave"),
    _text("delegate", optional=True),
    _json("roles"),
    _json("suits"),
    _flag("has_team"),
    _text("level"),
    _text("setting"),
    _json("tags"),
    _text("platform", optional=True),
    _text("workspace", optional=True),
    _text("send_to", optional=True),
    _text("locale"),
    _text("visibility"),
    _flag("visibility_asked"),
    _text("pace", optional=True),
    _json("exclusions"),
    _at("welcomed_at"),
    _number("welcomes"),
    _at("opted_in_at"),
    _at("stopped_at"),
    _on("paused_from_on"),
    _on("paused_to_on"),
    _number("silent"),
    _number("missed"),
    _on("last_offer_on"),
    _on("backed_off_until"),
    _at("restarted_at"),
    Index(None, "partnership_id"),
    Index(None, "platform", "workspace", "send_to"),
)

HOLIDAYS = Table("holidays", METADATA, _key("nation"), Column("day", Date, primary_key=True))

# A new random stamp with every change, so that what was read once can be used while the stamp stands.
STAMPS = Table("stamps", METADATA, _key("subject"), _text("stamp"))

CAMPAIGN_RUNS = Table(
    "campaign_runs",
    METADATA,
    _key("id"),
    _text("partnership_id"),
    _text("campaign_id"),
    _on("starts_on", optional=False),
    _json("member_ids"),
    _text("channel"),
    _json("pauses"),
    _json("gates"),
    _at("rolled_up_at"),
    _at("ended_at"),
    Index(None, "partnership_id"),
)

NUDGES = Table(
    "nudges",
    METADATA,
    _key("id"),
    _text("partnership_id"),
    _text("run_id"),
    _text("leader_id"),
    _text("action_id"),
    _on("week_on", optional=False),
    _number("week"),
    _at("offered_at", optional=False),
    _json("offers"),
    _text("state"),
    _text("before", optional=True),
    _at("plan_at"),
    _text("plan_place", optional=True),
    _flag("plan_by_office"),
    _at("replied_at"),
    _at("done_at"),
    _at("ended_at"),
    _at("snoozed_until"),
    _number("swaps"),
    _text("swapped_from", optional=True),
    _text("pair_id", optional=True),
    _text("question"),
    _flag("is_first_step"),
    _at("followed_up_at"),
    _text("shared_line", optional=True),
    _at("judged_at"),
    Index(None, "leader_id", "week_on"),
    Index(None, "run_id"),
)

PAIRS = Table(
    "pairs",
    METADATA,
    _key("id"),
    _text("partnership_id"),
    _text("run_id"),
    _text("kind"),
    _json("leader_ids"),
    _json("organisation_ids"),
    _at("formed_at", optional=False),
    _number("round", optional=True),
    _json("proposed"),
    _text("proposed_by", optional=True),
    _at("agreed_at"),
    _text("place"),
    _at("met_at"),
    _text("met_by", optional=True),
    _at("confirmed_at"),
    _at("denied_at"),
    _at("ended_at"),
    _at("tends_at"),
    Index(None, "partnership_id", "formed_at"),
)

PROMISES = Table(
    "promises",
    METADATA,
    _key("id"),
    _text("partnership_id"),
    _text("leader_id"),
    _text("text"),
    _on("due_on", optional=False),
    _at("made_at", optional=False),
    _text("visibility"),
    _text("state"),
    _at("asked_at"),
    _at("ended_at"),
    _number("carried"),
    Index(None, "partnership_id"),
    Index(None, "leader_id"),
)

PARTNER_STEPS = Table(
    "partner_steps",
    METADATA,
    _key("id"),
    _text("partnership_id"),
    _text("organisation_id"),
    _text("text"),
    _text("owner"),
    _text("done_means"),
    _on("due_on", optional=False),
    _text("status"),
    _json("history"),
    _text("owner_id", optional=True),
    _text("helper"),
    _text("channel"),
    Index(None, "partnership_id"),
)

DELIVERIES = Table(
    "deliveries",
    METADATA,
    _seq(),
    Column("id", Text, nullable=False, unique=True),
    _text("partnership_id"),
    _text("recipient"),
    _text("person", optional=True),
    _text("platform"),
    _text("workspace"),
    _text("send_to"),
    _text("installation"),
    _text("purpose"),
    _text("occurrence"),
    _text("event"),
    _at("not_before", optional=False),
    _on("week_on", optional=False),
    _json("facts"),
    _text("subject"),
    _text("action_id", optional=True),
    _text("locale"),
    _number("variant"),
    _text("edits", optional=True),
    _text("thread_of", optional=True),
    _at("not_after"),
    _text("state"),
    _at("lease_until"),
    _number("fence"),
    _number("attempts"),
    _text("ref_conversation", optional=True),
    _text("ref_message", optional=True),
    _at("sent_at"),
    _text("reason"),
    _flag("is_flagged"),
    _flag("is_counted"),
    # Cancelled while it was under way: not tried again, whatever comes of it.
    _flag("is_cancelled"),
    _at("created_at"),
    # When somebody must look at the row next: `not_before`, or the end of the lease; empty once it is closed.
    _at("due_at"),
)
UniqueConstraint(
    DELIVERIES.c.partnership_id,
    DELIVERIES.c.recipient,
    DELIVERIES.c.platform,
    DELIVERIES.c.workspace,
    DELIVERIES.c.send_to,
    DELIVERIES.c.purpose,
    DELIVERIES.c.occurrence,
    name="uq_deliveries_ledger",
)
_OPEN = DELIVERIES.c.due_at.is_not(None)
Index(
    "ix_deliveries_open",
    DELIVERIES.c.installation,
    DELIVERIES.c.due_at,
    DELIVERIES.c.seq,
    sqlite_where=_OPEN,
    postgresql_where=_OPEN,
)
Index(
    "ix_deliveries_due",
    DELIVERIES.c.due_at,
    DELIVERIES.c.installation,
    sqlite_where=_OPEN,
    postgresql_where=_OPEN,
)
_EDIT = DELIVERIES.c.edits.is_not(None)
Index("ix_deliveries_edits", DELIVERIES.c.edits, DELIVERIES.c.seq, sqlite_where=_EDIT, postgresql_where=_EDIT)
_LAPSED = DELIVERIES.c.state == literal_column("'lapsed'")
Index("ix_deliveries_lapsed", DELIVERIES.c.seq, sqlite_where=_LAPSED, postgresql_where=_LAPSED)
_FLAGGED = DELIVERIES.c.is_flagged.is_(True)
Index("ix_deliveries_flagged", DELIVERIES.c.seq, sqlite_where=_FLAGGED, postgresql_where=_FLAGGED)
Index("ix_deliveries_person", DELIVERIES.c.person, DELIVERIES.c.week_on)
Index("ix_deliveries_channel", DELIVERIES.c.send_to, DELIVERIES.c.week_on)
Index("ix_deliveries_subject", DELIVERIES.c.subject)
Index("ix_deliveries_recipient", DELIVERIES.c.recipient)

TIMERS = Table(
    "timers",
    METADATA,
    _key("kind"),
    _key("subject"),
    _text("partnership_id"),
    _at("due_at", optional=False),
    Index(None, "due_at"),
    Index(None, "partnership_id"),
)

EVENTS = Table(
    "events",
    METADATA,
    _seq(),
    _text("partnership_id"),
    _at("at", optional=False),
    _text("kind"),
    _text("subject"),
    _text("leader_id", optional=True),
    _text("organisation_id", optional=True),
    _text("run_id", optional=True),
    _json("data"),
    Index(None, "partnership_id", "at", "kind"),
    Index(None, "run_id", "at", "kind"),
    Index(None, "leader_id"),
)

INBOX = Table("inbox", METADATA, _key("key"), _json("outcome"), _at("at", optional=False), Index(None, "at"))
