"""Timers, the event log, the inbox, the change log and links into the open page."""

from __future__ import annotations

from sqlalchemy import Index, Table

from storage.tables.columns import METADATA, at, json, key, seq, text

# Timers and the inbox have no hidden row number on SQLite either: an unnamed thing heard leaves a row in
# both, which must not be told apart by what stands before and after it.
TIMERS = Table(
    "timers",
    METADATA,
    key("kind"),
    key("subject"),
    text("partnership_id"),
    at("due_at", optional=False),
    Index(None, "due_at"),
    Index(None, "partnership_id"),
    sqlite_with_rowid=False,
)

EVENTS = Table(
    "events",
    METADATA,
    seq(),
    text("partnership_id"),
    at("at", optional=False),
    text("kind"),
    text("subject"),
    text("leader_id", optional=True),
    text("organisation_id", optional=True),
    text("run_id", optional=True),
    json("data"),
    Index(None, "partnership_id", "at", "kind"),
    Index(None, "run_id", "at", "kind"),
    Index(None, "leader_id"),
)

INBOX = Table(
    "inbox",
    METADATA,
    key("key"),
    json("outcome"),
    at("at", optional=False),
    Index(None, "at"),
    sqlite_with_rowid=False,
)

# What the open page last saw of each rule, message, campaign and field.
PUBLISHED = Table(
    "published", METADATA, key("kind"), key("name"), text("fingerprint"), at("changed_at", optional=False)
)

CHANGES = Table(
    "changes",
    METADATA,
    seq(),
    text("partnership_id", optional=True),
    at("at", optional=False),
    text("kind"),
    text("name"),
    text("what"),
    Index(None, "partnership_id", "at"),
)

ENTRY_LINKS = Table(
    "entry_links",
    METADATA,
    key("token_hash"),
    text("partnership_id"),
    text("leader_id"),
    at("expires_at", optional=False),
    at("used_at"),
    Index(None, "leader_id"),
    Index(None, "expires_at"),
)
