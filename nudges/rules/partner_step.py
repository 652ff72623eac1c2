"""Public commitments of an organisation: a promise, an owner, a date and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from nudges.errors import IllegalTransition, InvalidInput
from nudges.rules.ruleset import PartnerStepRules


class StepStatus(StrEnum):
    """What anyone can see of a partner step. There is no word for a step that passed its date but support."""

    PLANNED = "planned"
    DONE = "done"
    SUPPORT_ASKED_FOR = "support_asked_for"
    SUPPORT_OFFERED = "support_offered"
    CHANGED_BY_AGREEMENT = "changed_by_agreement"


@dataclass(frozen=True, kw_only=True, slots=True)
class StepChange:
    """One entry of a step's history."""

    at: datetime
    status: StepStatus
    due_on: date
    reason: str = ""
    owner: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """A step that costs its partner something for the whole: how far it goes, and when it is looked at again.

    Another partner confirms that it helps; until then it is only said by the one who gives.
    """

    limit: str
    review_on: date
    confirmed_by: str | None = None
    confirmed_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PartnerStep:
    """One organisation's public promise. `owner` is a person or, for a single leader, a team name.

    `channel` is where it is public: the whole partnership, or a private group that mends a relationship.
    `why_together` says why no single organisation would do it alone, `goal` the shared goal that it serves
    as it stood then. `asked_at` is when somebody last asked how it is going. `own_words` are the partner's
    answer to "What would help?", `board_asked_at` when the board was asked.
    """

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
    channel: str = "partnership"
    why_together: str = ""
    goal: str = ""
    given: Given | None = None
    asked_at: datetime | None = None
    own_words: str = ""
    board_asked_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Not done yet."""
        return self.status is not StepStatus.DONE


def _moved(
    step: PartnerStep, status: StepStatus, *, at: datetime, due_on: date | None = None, reason: str = ""
) -> PartnerStep:
    due = due_on or step.due_on
    change = StepChange(at=at, status=status, due_on=due, reason=reason)
    return replace(step, status=status, due_on=due, history=(*step.history, change))


def _check_date(due_on: date, *, on: date, limits: PartnerStepRules) -> None:
    if not 0 <= (due_on - on).days <= limits.due_within_days:
        raise InvalidInput(f"The date must be between today and {limits.due_within_days} days from now.")


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
    limits: PartnerStepRules,
    owner_id: str | None = None,
    helper: str = "",
    channel: str = "partnership",
) -> PartnerStep:
    """Make a partner step; `on` is today in the partnership's zone.

    Raises:
        InvalidInput: no text, owner or "done means", one of them too long, or a date that has passed
            or is too far away.
    """
    for name, value in (("a text", text), ("an owner", owner), ("a line on what done means", done_means)):
        if not value.strip():
            raise InvalidInput(f"A partner step needs {name}.")
    for name, value, most in (
        ("text", text, limits.text_max),
        ("done means", done_means, limits.done_means_max),
    ):
        if len(value) > most:
            raise InvalidInput(
                f"The {name} of a partner step has at most {most} characters; this has {len(value)}."
            )
    _check_date(due_on, on=on, limits=limits)
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
        channel=channel,
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
    return (
        step
        if step.status is StepStatus.SUPPORT_ASKED_FOR
        else _moved(step, StepStatus.SUPPORT_ASKED_FOR, at=at)
    )


def offer_support(step: PartnerStep, *, at: datetime) -> PartnerStep:
    """The date has passed: support is offered by itself, to those who had asked for it as well."""
    if step.status in (StepStatus.DONE, StepStatus.SUPPORT_OFFERED):
        return step
    return _moved(step, StepStatus.SUPPORT_OFFERED, at=at)


def change_by_agreement(
    step: PartnerStep, *, due_on: date, reason: str, at: datetime, on: date, limits: PartnerStepRules
) -> PartnerStep:
    """Give the step a new date, with a public reason.

    Raises:
        IllegalTransition: the step is done.
        InvalidInput: no reason, a reason that is too long, or a date out of range.
    """
    if step.status is StepStatus.DONE:
        raise IllegalTransition("This step is done.")
    if not reason.strip() or len(reason) > limits.reason_max:
        raise InvalidInput(
            f"A new date needs a reason of 1 to {limits.reason_max} characters that all can read."
        )
    _check_date(due_on, on=on, limits=limits)
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
