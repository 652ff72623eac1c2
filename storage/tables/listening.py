"""What people say: help requests, things heard, votes, tests, the problem tree and the pulse."""

from __future__ import annotations

from sqlalchemy import Index, Table

from storage.tables.columns import METADATA, at, flag, key, number, on, text

HELP_REQUESTS = Table(
    "help_requests",
    METADATA,
    key("id"),
    text("partnership_id"),
    text("about"),
    text("subject"),
    text("organisation_id"),
    at("asked_at", optional=False),
    at("contact_by", optional=False),
    text("leader_id", optional=True),
    text("reason", optional=True),
    text("helper_id", optional=True),
    at("reminded_at"),
    at("contacted_at"),
    at("taken_up_at"),
    at("closed_at"),
    Index(None, "partnership_id"),
)

# An unnamed thing heard, a leaf and a pulse answer must not be told apart by when they came. So they have
# a random key and a day, and on SQLite no hidden row number, which would count them in their order.
THINGS_HEARD = Table(
    "things_heard",
    METADATA,
    key("id"),
    text("partnership_id"),
    text("kind"),
    text("text"),
    on("said_on", optional=False),
    on("reply_by", optional=False),
    text("state"),
    text("author_id", optional=True),
    text("theme", optional=True),
    text("why_together"),
    text("owner_id", optional=True),
    text("reply"),
    flag("is_not_yet"),
    on("replied_on"),
    on("told_on"),
    Index(None, "partnership_id"),
    sqlite_with_rowid=False,
)

LEAVES = Table(
    "leaves",
    METADATA,
    key("id"),
    text("partnership_id"),
    text("run_id"),
    text("text"),
    on("added_on", optional=False),
    text("state"),
    text("wording"),
    text("parent_id", optional=True),
    Index(None, "run_id"),
    sqlite_with_rowid=False,
)

VOTES = Table("votes", METADATA, key("partnership_id"), key("leader_id"), key("action_id"))

LIBRARY = Table(
    "library",
    METADATA,
    key("id"),
    text("partnership_id"),
    text("organisation_id"),
    text("action_id"),
    text("text"),
    on("posted_on", optional=False),
    Index(None, "partnership_id"),
)

TRIALS = Table(
    "trials",
    METADATA,
    key("id"),
    text("partnership_id"),
    text("leader_id"),
    text("text"),
    at("started_at", optional=False),
    on("ends_on", optional=False),
    text("run_id", optional=True),
    at("asked_at"),
    text("learned"),
    at("learned_at"),
    on("told_on"),
    Index(None, "partnership_id"),
)

PULSE_KEYS = Table("pulse_keys", METADATA, key("run_id"), text("secret"))

PULSE_ANSWERS = Table(
    "pulse_answers",
    METADATA,
    key("run_id"),
    key("moment"),
    key("person_key"),
    key("item_id"),
    number("value", optional=True),
    on("answered_on", optional=False),
    sqlite_with_rowid=False,
)
