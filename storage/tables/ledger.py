"""The ledger of outbound messages."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text, UniqueConstraint, literal_column

from storage.tables.columns import METADATA, at, flag, json, number, on, partial, seq, text

DELIVERIES = Table(
    "deliveries",
    METADATA,
    seq(),
    Column("id", Text, nullable=False, unique=True),
    text("partnership_id"),
    text("recipient"),
    text("person", optional=True),
    text("platform"),
    text("workspace"),
    text("send_to"),
    text("installation"),
    text("purpose"),
    text("occurrence"),
    text("event"),
    at("not_before", optional=False),
    on("week_on", optional=False),
    json("facts"),
    text("subject"),
    text("action_id", optional=True),
    text("locale"),
    number("variant"),
    text("edits", optional=True),
    text("thread_of", optional=True),
    at("not_after"),
    text("state"),
    at("lease_until"),
    number("fence"),
    number("attempts"),
    text("ref_conversation", optional=True),
    text("ref_message", optional=True),
    at("sent_at"),
    text("reason"),
    flag("is_flagged"),
    flag("is_counted"),
    # Cancelled while it was under way: not tried again, whatever comes of it.
    flag("is_cancelled"),
    at("created_at"),
    # When somebody must look at the row next: `not_before`, or the end of the lease; empty once it is closed.
    at("due_at"),
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
partial("ix_deliveries_open", DELIVERIES.c.installation, DELIVERIES.c.due_at, DELIVERIES.c.seq, where=_OPEN)
partial("ix_deliveries_due", DELIVERIES.c.due_at, DELIVERIES.c.installation, where=_OPEN)
_EDIT = DELIVERIES.c.edits.is_not(None)
partial("ix_deliveries_edits", DELIVERIES.c.edits, DELIVERIES.c.seq, where=_EDIT)
_LAPSED = DELIVERIES.c.state == literal_column("'lapsed'")
partial("ix_deliveries_lapsed", DELIVERIES.c.seq, where=_LAPSED)
_FLAGGED = DELIVERIES.c.is_flagged.is_(True)
partial("ix_deliveries_flagged", DELIVERIES.c.seq, where=_FLAGGED)
Index("ix_deliveries_person", DELIVERIES.c.person, DELIVERIES.c.week_on)
Index("ix_deliveries_channel", DELIVERIES.c.send_to, DELIVERIES.c.week_on)
Index("ix_deliveries_subject", DELIVERIES.c.subject)
Index("ix_deliveries_recipient", DELIVERIES.c.recipient)
