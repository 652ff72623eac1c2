"""Early signs that a promise needs help: dates, silence and themes; never a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from nudges.model.calendar import local, weekday_after
from nudges.model.partner_step import PartnerStep, StepStatus
from nudges.model.ruleset import Rules


class SignKind(StrEnum):
    """What shows early that help may be wanted."""

    DATE_PASSED = "date_passed"
    DATES_MOVED = "dates_moved"
    NO_UPDATE = "no_update"
    THEME = "theme"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sign:
    """One line for the lead. A step is told by its organisation and words, a theme by its name.

    `on` is the date that passed or the day of the last word; `number` counts date changes.
    """

    kind: SignKind
    organisation_id: str = ""
    step_id: str = ""
    text: str = ""
    on: date | None = None
    number: int = 0


def early_signs(
    steps: Sequence[PartnerStep],
    themes: Sequence[str],
    *,
    on: date,
    zone: str,
    holidays: frozenset[date],
    rules: Rules,
) -> tuple[Sign, ...]:
    """All signs on the date `on`: steps by date, one line for each sign, then the themes as given.

    `themes` are those that enough people named for the board to hear of them; nothing says how many.
    """
    signs: list[Sign] = []
    for step in sorted(steps, key=lambda each: (each.due_on, each.id)):
        if step.is_open:
            signs += _of_step(step, on=on, zone=zone, holidays=holidays, rules=rules)
    signs += [Sign(kind=SignKind.THEME, text=theme) for theme in themes]
    return tuple(signs)


def _of_step(
    step: PartnerStep, *, on: date, zone: str, holidays: frozenset[date], rules: Rules
) -> list[Sign]:
    def sign(kind: SignKind, day: date | None, number: int = 0) -> Sign:
        return Sign(
            kind=kind,
            organisation_id=step.organisation_id,
            step_id=step.id,
            text=step.text,
            on=day,
            number=number,
        )

    signs = []
    if step.due_on < on:
        signs.append(sign(SignKind.DATE_PASSED, step.due_on))
    dates = [change.due_on for change in step.history]
    moves = sum(1 for before, after in pairwise(dates) if before != after)
    if moves >= rules.partner_step.date_changes_sign:
        signs.append(sign(SignKind.DATES_MOVED, None, moves))
    said = [change for change in step.history if change.status is not StepStatus.SUPPORT_OFFERED]
    if said:
        last_on = local(said[-1].at, zone).date()
        if weekday_after(last_on, rules.partner_step.no_update_working_days, holidays) <= on:
            signs.append(sign(SignKind.NO_UPDATE, last_on))
    return signs
