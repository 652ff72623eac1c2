"""How long each stored field is kept, and until which day."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from nudges.model.ruleset import Rules


class Keep(StrEnum):
    """How long a stored field is kept, and from when it counts."""

    RECORD = "record"
    FREE_TEXT = "free_text"
    LIFE = "life"
    UNTIL_CHANGED = "until_changed"


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredField:
    """One entry of the field register: what is stored, what for, who reads it and how long it is kept."""

    table: str
    column: str
    purpose: str
    read_by: tuple[str, ...]
    keep: Keep


def keep_until(keep: Keep, rules: Rules, *, counted_from: date | None) -> date | None:
    """The first day on which the field may no longer be held; None while there is no such day.

    `counted_from` is the end of the campaign for a record, and for free text the day it was written
    (for a help request: the day it was closed); None while that day is not known.
    """
    if counted_from is None or keep in (Keep.LIFE, Keep.UNTIL_CHANGED):
        return None
    if keep is Keep.FREE_TEXT:
        return counted_from + timedelta(days=rules.privacy.keep_free_text_days)
    months = counted_from.year * 12 + counted_from.month - 1 + rules.privacy.keep_records_months_after_end
    year, month = divmod(months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(counted_from.day, last))
