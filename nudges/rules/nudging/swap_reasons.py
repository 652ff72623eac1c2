"""What speaks for each of a week's swaps: one reason at most, of the leader's own week and nobody else's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Speaks(StrEnum):
    """One reason, the strongest first; `WHY` is what the catalogue says of the action."""

    ASKED_FOR = "asked_for"
    NOT_MET = "not_met"
    AGAIN = "again"
    SHORTEST = "shortest"
    WHY = "why"


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """One action that this week's may be swapped for.

    `met` says whether the leader has met anybody of the organisation that it would be done with; None
    where it is done alone. `is_again` says that it is a second cup.
    """

    action_id: str
    minutes: int
    is_asked_for: bool
    met: bool | None
    is_again: bool


def speaks_for(options: Sequence[Option], *, minutes_now: int) -> Mapping[str, Speaks]:
    """The reason for each option, by action id; `minutes_now` is how long the present step takes.

    The shortest is called so only where it is shorter than the present step and every other option.
    """
    return {one.action_id: _reason(one, options, minutes_now) for one in options}


def _reason(option: Option, options: Sequence[Option], minutes_now: int) -> Speaks:
    if option.is_asked_for:
        return Speaks.ASKED_FOR
    if option.met is False:
        return Speaks.NOT_MET
    if option.is_again:
        return Speaks.AGAIN
    others = [minutes_now, *(each.minutes for each in options if each.action_id != option.action_id)]
    return Speaks.SHORTEST if option.minutes < min(others) else Speaks.WHY
