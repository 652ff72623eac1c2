"""How many partner steps were kept: done, or changed by agreement, before their date. Whole partnership."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from nudges.model.calendar import local
from nudges.model.partner_step import PartnerStep, StepStatus
from nudges.model.ruleset import PartnerStepRules


@dataclass(frozen=True, kw_only=True, slots=True)
class StepsKept:
    """`kept` of the `of` steps whose date has come."""

    kept: int
    of: int

    @property
    def percent(self) -> int:
        """The share, rounded down."""
        return 100 * self.kept // self.of


def steps_kept(
    steps: Sequence[PartnerStep], *, on: date, zone: str, limits: PartnerStepRules
) -> StepsKept | None:
    """The measure on the date `on` (what happened that day included); None under `kept_shown_from` steps.

    A step counts once it is done or one of its dates has gone by. It is kept where it was done, or got a new
    date, no later than each of its dates so far.
    """
    result = [answer for step in steps if (answer := is_kept(step, on=on, zone=zone)) is not None]
    if len(result) < limits.kept_shown_from:
        return None
    return StepsKept(kept=sum(result), of=len(result))


def is_kept(step: PartnerStep, *, on: date, zone: str) -> bool | None:
    """Whether the step was kept so far; None where it is open and none of its dates has come."""
    so_far = [change for change in step.history if local(change.at, zone).date() <= on]
    if not so_far:
        return None
    due_on, dates = so_far[0].due_on, set()
    for change in so_far:
        if local(change.at, zone).date() > due_on:
            return False
        due_on = change.due_on
        dates.add(due_on)
    if so_far[-1].status is StepStatus.DONE:
        return True
    if due_on < on:
        return False
    return True if min(dates) < on else None
