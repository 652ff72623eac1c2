"""Public commitments of an organisation: a promise, an owner, a date and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from nudges.errors import IllegalTransition, InvalidInput


class StepStatus(StrEnum):
    """What anyone can see of a partner step. There is no word for a step that passed its date but support."""

    PLANNED = "planned"
    DONE = "done"
    SUPPORT_ASKED_FOR = "support_asked_for"
    SUPPORT_OFFERED = "support_offered"
    CHANGED_BY_AGREEMENT = "changed_by_agreement"


TEXT_MAX = 140
REASON_MAX = 140
FURTHEST_DAYS = 90


@dataclass(frozen=True, kw_only=True, slots=True)
class StepChange:
    """One entry of a step's history."""

    at: datetime
    status: StepStatus
    due_on: date
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class PartnerStep:
    """One organisation's public promise. `owner` is a person or, for a single leader, a team name."""

    id: str
    partnership_id: str
    organisation_id: str
    text: str
    owner: str
    done_means: str
    due_on: date
    status: StepStatus
    history: tuple[StepChange, ...]
    owner_id: str | None = None
    helper: str = ""

    @property
    def is_open(self) -> bool:
        """Not done yet."""
        return self.status is not StepStatus.DONE


def _moved(step: PartnerStep, status: StepStatus, *, at: datetime, due_on: date | None = None, reason: str = "") -> PartnerStep:
    due = due_on or step.due_on
    change = StepChange(at=at, status=status, due_on=due, reason=reason)
    return replace(step, status=status, due_on=due, history=(*step.history, change))


def promise_step(
    *,
    id: str,
    partnership_id: str,
    organisation_id: str,
    text: str,
    owner: str,
    done_means: str,
    due_on: date,
    at: datetime,
    on: date,
    owner_id: str | None = None,
    helper: str = "",
) -> PartnerStep:
    """Make a partner step; `on` is today in the partnership's zone.

    Raises:
        InvalidInput: text missing or over 140 characters, no owner, no "done means",
            or a date in the past or over 90 days away.
    """
    for name, value in (("a text", text), ("an owner", owner), ("a line on what done means", done_means)):
        if not value.strip():
            raise InvalidInput(f"A partner step needs {name}.")
    if len(text) > TEXT_MAX:
        raise InvalidInput(f"A partner step has at most {TEXT_MAX} characters; this one has {len(text)}.")
    if not 0 <= (due_on - on).days <= FURTHEST_DAYS:
        raise InvalidInput(f"The date must be between today and {FURTHEST_DAYS} days from now.")
    first = StepChange(at=at, status=StepStatus.PLANNED, due_on=due_on)
    return PartnerStep(
        id=id,
        partnership_id=partnership_id,
        organisation_id=organisation_id,
        text=text.strip(),
        owner=owner.strip(),
        owner_id=owner_id,
        done_means=done_means.strip(),
        due_on=due_on,
        status=StepStatus.PLANNED,
        history=(first,),
        helper=helper,
    )


def mark_done(step: PartnerStep, *, at: datetime) -> PartnerStep:
    """Mark the step done; doing it twice keeps the first time."""
    return step if step.status is StepStatus.DONE else _moved(step, StepStatus.DONE, at=at)


def ask_for_support(step: PartnerStep, *, at: datetime) -> PartnerStep:
    """The owner asks for help before or after the date.

    Raises:
        IllegalTransition: the step is done.
    """
    if step.status is StepStatus.DONE:
        raise IllegalTransition("This step is done.")
    return step if step.status is StepStatus.SUPPORT_ASKED_FOR else _moved(step, StepStatus.SUPPORT_ASKED_FOR, at=at)


def offer_support(step: PartnerStep, *, at: datetime) -> PartnerStep:
    """The date has passed: support is offered by itself. Asked-for support stays asked for."""
    if step.status in (StepStatus.DONE, StepStatus.SUPPORT_OFFERED, StepStatus.SUPPORT_ASKED_FOR):
        return step
    return _moved(step, StepStatus.SUPPORT_OFFERED, at=at)


def change_by_agreement(step: PartnerStep, *, due_on: date, reason: str, at: datetime, on: date) -> PartnerStep:
    """Give the step a new date, with a public reason.

    Raises:
        IllegalTransition: the step is done.
        InvalidInput: no reason, a reason over 140 characters, or a date out of range.
    """
    if step.status is StepStatus.DONE:
        raise IllegalTransition("This step is done.")
    if not reason.strip() or len(reason) > REASON_MAX:
        raise InvalidInput(f"A new date needs a reason of at most {REASON_MAX} characters that everybody can read.")
    if not 0 <= (due_on - on).days <= FURTHEST_DAYS:
        raise InvalidInput(f"The date must be between today and {FURTHEST_DAYS} days from now.")
    return _moved(step, StepStatus.CHANGED_BY_AGREEMENT, at=at, due_on=due_on, reason=reason.strip())


def undo_done(step: PartnerStep, *, at: datetime) -> PartnerStep:
    """Take "done" back: the status before it returns, and the history shows both.

    Raises:
        IllegalTransition: the step is not done.
    """
    if step.status is not StepStatus.DONE:
        raise IllegalTransition("This step is not marked as done.")
    earlier = [change.status for change in step.history if change.status is not StepStatus.DONE]
    return _moved(step, earlier[-1] if earlier else StepStatus.PLANNED, at=at)
