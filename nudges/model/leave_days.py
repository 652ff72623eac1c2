"""Days of leave: several runs of days, joined where they touch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from nudges.model.people import Days
from nudges.model.plain_words import day_words
from nudges.said import Said, said


def joined(leave: Sequence[Days], *more: Days) -> tuple[Days, ...]:
    """All these days as few runs, in order: what overlaps or touches becomes one; empty runs are left out."""
    runs: list[Days] = []
    for days in sorted(
        (one for one in (*leave, *more) if one.from_on < one.to_on), key=lambda one: one.from_on
    ):
        last = runs[-1] if runs else None
        if last is not None and days.from_on <= last.to_on:
            runs[-1] = Days(from_on=last.from_on, to_on=max(last.to_on, days.to_on))
        else:
            runs.append(days)
    return tuple(runs)


def upcoming(leave: Sequence[Days], *, on: date) -> tuple[Days, ...]:
    """What of it is not over on this day, in order."""
    return tuple(sorted((one for one in leave if one.to_on > on), key=lambda one: one.from_on))


def away_value(days: Days) -> str:
    """These days as the value of a button or a choice: "2027-05-03/2027-05-08"."""
    return f"{days.from_on.isoformat()}/{days.to_on.isoformat()}"


def away_words(days: Days) -> Said:
    """ "Monday 3 May to Friday 7 May", the last day included; one day alone is named once."""
    last = days.to_on - timedelta(days=1)
    if last <= days.from_on:
        return said("settings.away_one_day", {"day": day_words(days.from_on)})
    return said("settings.away_days", {"first": day_words(days.from_on), "last": day_words(last)})
