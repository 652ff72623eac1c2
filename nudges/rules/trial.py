"""Two-week tests: something tried just as an experiment, with an end and the question what was learnt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
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
