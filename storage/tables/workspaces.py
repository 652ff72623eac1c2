"""Workspaces that the app was added to, requests to add it, and people's own pages there."""

from __future__ import annotations

from sqlalchemy import Index, Table
from sqlalchemy import text as sql

from storage.tables.columns import METADATA, at, flag, json, key, partial, text

INSTALLATIONS = Table(
    "installations",
    METADATA,
    key("platform"),
    key("workspace"),
    text("name"),
    text("sealed"),
    at("installed_at", optional=False),
    flag("is_enterprise"),
    text("enterprise", optional=True),
    json("scopes"),
    at("expires_at"),
    text("state"),
    at("gone_at"),
    text("because"),
)

INSTALL_REQUESTS = Table(
    "install_requests",
    METADATA,
    key("secret_hash"),
    text("browser_hash"),
    at("expires_at", optional=False),
    Index(None, "expires_at"),
)

# Pages wait to be drawn where they show less than what is known: nearly always none of them.
_WAITING = sql("shown_at IS NULL OR shown_at < changed_at")

HOMES = Table(
    "homes",
    METADATA,
    key("platform"),
    key("workspace"),
    key("send_to"),
    at("changed_at", optional=False),
    at("shown_at"),
    text("fingerprint"),
    text("mark"),
    partial(None, "changed_at", where=_WAITING),
)
