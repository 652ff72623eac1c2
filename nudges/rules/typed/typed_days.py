"""Days as people write them: "Friday", "12 January", "12/01", "tomorrow"."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from nudges.errors import InvalidInput
from nudges.said import said

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
# A day and month without a year may mean next year, but only if that is sooner than this:
# "1 October" said in November is more likely a slip than a plan for eleven months ahead.
_ROLLS_OVER = timedelta(days=183)
_EXAMPLE = said("typed.day_for_example")
_FILLERS = frozenset({"on", "the", "of", "by", "until", "till", "this"})
_ORDINAL = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?", re.ASCII)
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", re.ASCII)
_SLASHED = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})(?:[/.-]([0-9]{4}|[0-9]{2}))?", re.ASCII)
_EDGES = " \t\r\n.,;:!?\"'“”‘’()"


def day_from(words: str, *, on: date) -> date:
    """The day that these words mean when said on the date `on`; never a day before it.

    A weekday is the next such day after `on`; "next Friday" is the Friday of next week, which starts
    on Monday. "12/01" is 12 January. A date without a year is the coming one, up to half a year ahead.

    Raises:
        InvalidInput: these words are not a day, there is no such day, or it has passed.
    """
    shown = " ".join(words.split())[:40]
    tokens = [token for raw in words.casefold().split() if (token := raw.strip(_EDGES))]
    tokens = [token for token in tokens if token not in _FILLERS]
    weekday = _named_weekday(tokens[0]) if len(tokens) > 1 else None
    day = _read(tokens[1:] if weekday is not None else tokens, shown, on)
    if day is None:
        raise InvalidInput(said("typed.day_not_read", {"words": shown, "example": _EXAMPLE}))
    if weekday is not None and day.weekday() != weekday:
        name = WEEKDAYS[day.weekday()].title()
        raise InvalidInput(
            said("typed.other_weekday", {"day": _shown(day), "weekday": name, "example": _EXAMPLE})
        )
    if day < on:
        raise InvalidInput(said("typed.day_past", {"day": _shown(day), "example": _EXAMPLE}))
    return day


def _shown(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1].title()} {day.year}"


def _named(token: str, names: tuple[str, ...]) -> int | None:
    if len(token) < 3:
        return None
    return next((index for index, name in enumerate(names) if name.startswith(token)), None)


def _named_weekday(token: str) -> int | None:
    return _named("wed" if token == "weds" else token, WEEKDAYS)


def _named_month(token: str) -> int | None:
    index = _named("sep" if token == "sept" else token, MONTHS)
    return None if index is None else index + 1


def _read(tokens: list[str], shown: str, on: date) -> date | None:
    match tokens:
        case ["today"]:
            return on
        case ["tomorrow"]:
            return on + timedelta(days=1)
        case ["next", name] if (day := _named_weekday(name)) is not None:
            return on + timedelta(days=7 - on.weekday() + day)
        case ["end", "month"]:
            return _end_of(on.month, on)
        case ["end", name] if month := _named_month(name):
            return _end_of(month, on)
        case ["end", name, year] if (month := _named_month(name)) and re.fullmatch(r"20[0-9]{2}", year):
            return date(int(year), month, calendar.monthrange(int(year), month)[1])
        case [name] if (day := _named_weekday(name)) is not None:
            return on + timedelta(days=(day - on.weekday() - 1) % 7 + 1)
        case [digits]:
            return _from_digits(digits, shown, on)
        case [first, second, *rest] if len(rest) <= 1:
            return _from_names(first, second, rest[0] if rest else "", shown, on)
    return None


def _from_digits(text: str, shown: str, on: date) -> date | None:
    if match := _ISO.fullmatch(text):
        return _existing(int(match[1]), int(match[2]), int(match[3]), shown)
    if match := _SLASHED.fullmatch(text):
        return _with_year(int(match[1]), int(match[2]), match[3] or "", shown, on)
    return None


def _from_names(first: str, second: str, year: str, shown: str, on: date) -> date | None:
    if _named_month(first) is not None:
        first, second = second, first
    month, day = _named_month(second), _ORDINAL.fullmatch(first)
    if month is None or day is None or (year and not re.fullmatch(r"[0-9]{4}", year, re.ASCII)):
        return None
    return _with_year(int(day[1]), month, year, shown, on)


def _with_year(day: int, month: int, year: str, shown: str, on: date) -> date:
    if year:
        return _existing(int(year) + (2000 if len(year) == 2 else 0), month, day, shown)
    try:
        later = date(on.year + 1, month, day)
    except ValueError:
        return _existing(on.year, month, day, shown)
    if later - on <= _ROLLS_OVER:
        return later
    return _existing(on.year, month, day, shown)


def _existing(year: int, month: int, day: int, shown: str) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise InvalidInput(said("typed.no_such_day", {"words": shown, "example": _EXAMPLE})) from error


def _end_of(month: int, on: date) -> date:
    year = on.year if month >= on.month else on.year + 1
    return date(year, month, calendar.monthrange(year, month)[1])
