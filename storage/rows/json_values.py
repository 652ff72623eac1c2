"""Small values inside JSON columns: dates, instants, runs of days, addresses."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from nudges.model.people import Address, Days


def instant_text(at: datetime) -> str:
    """ISO 8601 in UTC.

    Raises:
        ValueError: the instant has no time zone.
    """
    if at.tzinfo is None:
        raise ValueError(f"{at!r} has no time zone. Instants are stored in UTC: pass an aware one.")
    return at.astimezone(UTC).isoformat()


def instant(text: str) -> datetime:
    """The reverse of `instant_text`."""
    return datetime.fromisoformat(text)


def days_json(runs: Iterable[Days]) -> list[list[str]]:
    """Runs of days as pairs of dates."""
    return [[run.from_on.isoformat(), run.to_on.isoformat()] for run in runs]


def days_tuple(pairs: Iterable[list[str]]) -> tuple[Days, ...]:
    """The reverse of `days_json`."""
    return tuple(
        Days(from_on=date.fromisoformat(start), to_on=date.fromisoformat(end)) for start, end in pairs
    )


def days_or_none(from_on: date | None, to_on: date | None) -> Days | None:
    """A run of days kept in two columns."""
    return None if from_on is None or to_on is None else Days(from_on=from_on, to_on=to_on)


def address_json(address: Address) -> dict[str, str]:
    """An address by its three parts."""
    return {"platform": address.platform, "workspace": address.workspace, "to": address.to}


def address_or_none(row: Any) -> Address | None:
    """An address kept in three columns."""
    if row.platform is None:
        return None
    return Address(platform=row.platform, workspace=row.workspace, to=row.send_to)
