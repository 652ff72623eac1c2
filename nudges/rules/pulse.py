"""The pulse: five statements at the start, the middle and the end, and what may be said of the answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class PulseMoment(StrEnum):
    """When a pulse is asked."""

    START = "start"
    MID = "mid"
    END = "end"


@dataclass(frozen=True, kw_only=True, slots=True)
class PulseAnswer:
    """One person's answer to one item: 1 to 5 on the scale, or None for "prefer not to say".

    `person_key` is the HMAC of person and run under the run's key, so that answers can be matched and
    `my data` can find them while the key lives. `item_id` ends in "+" for the tap that is asked at the
    end only.
    """

    run_id: str
    moment: PulseMoment
    person_key: str
    item_id: str
    value: int | None
    answered_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class PulseKey:
    """The key of one run's pseudonyms, in hexadecimal; destroyed at the end of retention."""

    run_id: str
    secret: str
