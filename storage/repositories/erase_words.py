"""Putting other words in place of a person's name and key wherever words and lists are kept."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import JSON, ColumnElement, Table, Text, bindparam, cast, or_, select, update

from nudges.model.commands import Outcome
from storage.connection import LedgerSession
from storage.rows.outcome_rows import outcome_json
from storage.tables import (
    CAMPAIGN_RUNS,
    DELIVERIES,
    EVENTS,
    HELP_REQUESTS,
    INBOX,
    LEADERS,
    LEAVES,
    LIBRARY,
    NUDGES,
    ORGANISATIONS,
    PAIRS,
    PARTNER_STEPS,
    PARTNERSHIPS,
    PROMISES,
    THINGS_HEARD,
    TRIALS,
)

# Where somebody may be named by others. Columns that hold one key only have statements of their own.
_NAMED_IN: Sequence[tuple[Table, str]] = (
    (PARTNERSHIPS, "helper_name"),
    (ORGANISATIONS, "permission_line"),
    (LEADERS, "delegate"),
    (CAMPAIGN_RUNS, "member_ids gates goals name"),
    (NUDGES, "question plan_place shared_line"),
    (PAIRS, "leader_ids proposed_by place met_by shared_by"),
    (PROMISES, "text"),
    (
        PARTNER_STEPS,
        "text owner done_means history helper why_together own_words given_limit given_confirmed_by",
    ),
    (HELP_REQUESTS, "subject"),
    (THINGS_HEARD, "text why_together reply"),
    (LIBRARY, "text"),
    (TRIALS, "text learned"),
    (LEAVES, "text wording"),
    (DELIVERIES, "subject occurrence facts reason send_to"),
    (EVENTS, "subject data"),
)

# The whole of a name, a key or an address, and not a part of somebody else's.
_BEFORE, _AFTER = r"(?<![\w.@-])", r"(?![\w@-]|\.\w)"


async def put_in_place(session: LedgerSession, partnership_id: str, words: Mapping[str, str]) -> None:
    """Replace whole words in every column where a person of this partnership may be named by others.

    Stored answers to taps that hold one of the words are emptied: the tap still counts once.
    """
    patterns = [(re.compile(_BEFORE + re.escape(old) + _AFTER), new) for old, new in words.items() if old]
    olds = [old for old in words if old]
    for table, names in _NAMED_IN:
        await _in_table(session, table, names.split(), partnership_id, olds, patterns)
    holds = or_(*(_holds(INBOX.c.outcome, old) for old in olds))
    await session.run(update(INBOX).where(holds).values(outcome=outcome_json(Outcome())))


async def _in_table(
    session: LedgerSession,
    table: Table,
    names: Sequence[str],
    partnership_id: str,
    olds: Sequence[str],
    patterns: Sequence[tuple[re.Pattern[str], str]],
) -> None:
    (key,) = table.primary_key
    mine = (table.c.id if table is PARTNERSHIPS else table.c.partnership_id) == bindparam("partnership")
    holds = or_(*(_holds(table.c[name], old) for name in names for old in olds))
    rows = await session.rows(
        select(key, *(table.c[name] for name in names)).where(mine, holds), {"partnership": partnership_id}
    )
    if rows:
        change = update(table).where(key == bindparam("of_key"))
        changed = change.values({name: bindparam(f"new_{name}") for name in names})
        await session.run(
            changed,
            [
                {
                    "of_key": row[0],
                    **{
                        f"new_{name}": _reworded(value, patterns)
                        for name, value in zip(names, row[1:], strict=True)
                    },
                }
                for row in rows
            ],
        )


def _holds(column: ColumnElement[Any], old: str) -> ColumnElement[bool]:
    # JSON is stored in ASCII: a name with other letters stands there as its escapes.
    if isinstance(column.type, JSON):
        return cast(column, Text).contains(json.dumps(old)[1:-1], autoescape=True)
    return column.contains(old, autoescape=True)


def _reworded(value: Any, patterns: Sequence[tuple[re.Pattern[str], str]]) -> Any:
    """The same value with other words in it, however deep they are."""
    if isinstance(value, str):
        for pattern, new in patterns:
            value = pattern.sub(new.replace("\\", r"\\"), value)
        return value
    if isinstance(value, list):
        return [_reworded(one, patterns) for one in value]
    if isinstance(value, dict):
        return {_reworded(name, patterns): _reworded(one, patterns) for name, one in value.items()}
    return value
