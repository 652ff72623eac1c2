"""Facts in words: days, times and joined names."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time

from nudges.model.calendar import local

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def day_words(day: date) -> str:
    """ "Tuesday 12 January"."""
    return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"


def month_words(day: date) -> str:
    """ "January"."""
    return _MONTHS[day.month - 1]


def time_words(instant: datetime, zone: str) -> str:
    """ "9:30am", in local time."""
    return wall_words(local(instant, zone).time())


def wall_words(wall: time) -> str:
    """ "9:30am"."""
    hour = wall.hour % 12 or 12
    minutes = f":{wall.minute:02d}" if wall.minute else ""
    return f"{hour}{minutes}{'am' if wall.hour < 12 else 'pm'}"


def when_words(instant: datetime, zone: str) -> str:
    """ "Tuesday 12 January, 9:30am", in local time."""
    return f"{day_words(local(instant, zone).date())}, {time_words(instant, zone)}"


def and_words(names: Iterable[str]) -> str:
    """ "A", "A and B", "A, B and C"."""
    listed = list(names)
    if len(listed) < 2:
        return "".join(listed)
    return f"{', '.join(listed[:-1])} and {listed[-1]}"
