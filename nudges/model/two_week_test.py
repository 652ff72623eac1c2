"""Two-week tests: something tried just as an experiment, with an end and the question what was learnt."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from nudges.errors import InvalidInput
from nudges.said import said

_UNKNOWN = re.compile(r"we do not know yet", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class TwoWeekTest:
    """One test. `asked_at` is when "What did you learn?" went out; `learned` is one line for everybody."""

    id: str
    partnership_id: str
    leader_id: str
    text: str
    started_at: datetime
    ends_on: date
    run_id: str | None = None
    asked_at: datetime | None = None
    learned: str = ""
    learned_at: datetime | None = None
    told_on: date | None = None


def learn(test: TwoWeekTest, *, line: str, at: datetime) -> TwoWeekTest:
    """Remember what was learnt. An empty line stays with those who learnt it: nothing is shown of it.

    A line that was given before is replaced; when it was first given stays.
    """
    return replace(test, learned=line.strip(), learned_at=test.learned_at or at)


def is_unknown(test: TwoWeekTest) -> bool:
    """Whether the answer was "We do not know yet", with or without more."""
    return _UNKNOWN.match(test.learned) is not None


def unknown_words(test: TwoWeekTest) -> str:
    """What is not known yet: the words after "We do not know yet", else what was tried."""
    return _UNKNOWN.sub("", test.learned, count=1).strip(" .:,;-–") or test.text


def check_end(ends_on: date, *, on: date, days_max: int) -> None:
    """See that a test ends on a day to come, `days_max` days from today or sooner.

    Raises:
        InvalidInput: it does not.
    """
    days = (ends_on - on).days
    if not 1 <= days <= days_max:
        raise InvalidInput(said("listening.end_within", {"most": days_max}))


def to_tell(tests: Iterable[TwoWeekTest], *, run_id: str, until_at: datetime) -> TwoWeekTest | None:
    """The newest line of this run, or of no run, of which no Friday post has told; None without one."""
    fresh = [
        test
        for test in tests
        if test.learned
        and test.told_on is None
        and test.learned_at is not None
        and test.learned_at <= until_at
        and test.run_id in (None, run_id)
    ]
    return max(fresh, key=lambda one: (one.learned_at or until_at, one.id), default=None)
