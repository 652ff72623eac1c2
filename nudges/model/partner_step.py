"""Public commitments of an organisation: a promise, an owner, a date and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from nudges.errors import IllegalTransition, InvalidInput
from nudges.model import calendar
from nudges.model.people import Partnership
from nudges.model.ruleset import PartnerStepRules
from nudges.said import Said, said

# Stored as the reason of a step's last entry, and told from other reasons by it.
LEFT = "left the partnership"


_NEEDS = {
    "text": said("partner_steps.need.text"),
    "owner": said("partner_steps.need.owner"),
    "done_means": said("partner_steps.need.done_means"),
    "why_together": said("partner_steps.need.why_together"),
}
_PARTS = {
    "text": said("partner_steps.part.text"),
    "owner": said("partner_steps.part.owner"),
    "done_means": said("partner_steps.part.done_means"),
    "why_together": said("partner_steps.part.why_together"),
}


class NotAStep(InvalidInput):
    """Something about a partner step cannot be used; `field` names which part of it."""

    def __init__(self, field: str, words: str | Said) -> None:
        super().__init__(words)
        self.field = field


class StepStatus(StrEnum):
    """What anyone can see of a partner step. There is no word for a step that passed its date but support."""

    PLANNED = "planned"
    DONE = "done"
    SUPPORT_ASKED_FOR = "support_asked_for"
    SUPPORT_OFFERED = "support_offered"
    CHANGED_BY_AGREEMENT = "changed_by_agreement"


@dataclass(frozen=True, kw_only=True, slots=True)
class StepChange:
    """One entry of a step's history: a status, or word that nothing has changed.

    `owner` is who owned the step from then on; empty where that stayed as it was.
    """

    at: datetime
    status: StepStatus
    due_on: date
    reason: str = ""
    owner: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """A step that costs its partner something for the whole: how far it goes, and when it is looked at again.

    `confirmed_by` is the organisation that says that it helps; until then only the one who gives says so.
    """

    limit: str
    review_on: date
    confirmed_by: str | None = None
    confirmed_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class StepDraft:
    """A step as its organisation says it in a form, in a file or on the command line: nothing is checked yet.

    `owner_id` is empty where the owner is a team. With `given_limit` and `review_on` the step is given for
    the whole. See `PartnerStep` for the rest.
    """

    organisation_id: str
    text: str
    owner: str
    done_means: str
    due_on: date
    why_together: str = ""
    given_limit: str = ""
    review_on: date | None = None
    owner_id: str | None = None
    channel: str = "partnership"


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
        """Not done yet, and its organisation is still part of the partnership."""
        return self.status is not StepStatus.DONE and not self.is_left

    @property
    def is_left(self) -> bool:
        """Closed by agreement, as its organisation left the partnership."""
        if not self.history:
            return False
        last = self.history[-1]
        return (last.status, last.reason) == (StepStatus.CHANGED_BY_AGREEMENT, LEFT)


def _moved(
    step: PartnerStep, status: StepStatus, *, at: datetime, due_on: date | None = None, reason: str = ""
) -> PartnerStep:
    due = due_on or step.due_on
    change = StepChange(at=at, status=status, due_on=due, reason=reason)
    return replace(step, status=status, due_on=due, history=(*step.history, change))


def _noted(step: PartnerStep, *, at: datetime, owner: str = "") -> PartnerStep:
    """An entry that changes no status; the reason of the last date stays readable."""
    reason = step.history[-1].reason if step.history else ""
    change = StepChange(at=at, status=step.status, due_on=step.due_on, reason=reason, owner=owner)
    return replace(step, history=(*step.history, change))


def _check_open(step: PartnerStep) -> None:
    if not step.is_open:
        raise IllegalTransition(said("partner_steps.is_done"))


def _check_date(due_on: date, *, on: date, limits: PartnerStepRules) -> None:
    if not 0 <= (due_on - on).days <= limits.due_within_days:
        raise NotAStep("due", said("partner_steps.date_between", {"days": limits.due_within_days}))


def _check_words(field: str, value: str, *, most: int, is_needed: bool = True) -> str:
    """The words without their edges.

    Raises:
        NotAStep: there are none where they are needed, or too many.
    """
    words = value.strip()
    if is_needed and not words:
        raise NotAStep(field, _NEEDS[field])
    if len(words) > most:
        part, length = _PARTS[field], len(words)
        raise NotAStep(field, said("partner_steps.too_long", {"part": part, "most": most, "length": length}))
    return words


def promise_step(
    draft: StepDraft,
    *,
    id: str,
    partnership: Partnership,
    given: Given | None,
    at: datetime,
    limits: PartnerStepRules,
    needs_why: bool = True,
) -> PartnerStep:
    """Make a draft a public promise; the shared goal is kept with it as it stands now.

    The draft's gift is `given`, which `give` has checked. `why_together` may be empty only with `needs_why`
    false.

    Raises:
        NotAStep: no text, owner, "done means" or reason to do it together, one of them too long, or a date
            that has passed or is too far away.
    """
    text = _check_words("text", draft.text, most=limits.text_max)
    owner = _check_words("owner", draft.owner, most=limits.owner_max)
    done_means = _check_words("done_means", draft.done_means, most=limits.done_means_max)
    why = _check_words("why_together", draft.why_together, most=limits.why_together_max, is_needed=needs_why)
    _check_date(draft.due_on, on=calendar.local(at, partnership.zone).date(), limits=limits)
    first = StepChange(at=at, status=StepStatus.PLANNED, due_on=draft.due_on, owner=owner)
    return PartnerStep(
        id=id,
        partnership_id=partnership.id,
        organisation_id=draft.organisation_id,
        text=text,
        owner=owner,
        owner_id=draft.owner_id,
        done_means=done_means,
        due_on=draft.due_on,
        status=StepStatus.PLANNED,
        history=(first,),
        channel=draft.channel,
        why_together=why,
        goal=partnership.shared_goal,
        given=given,
    )


def mark_done(step: PartnerStep, *, at: datetime) -> PartnerStep:
    """Mark the step done; doing it twice keeps the first time."""
    return step if step.status is StepStatus.DONE else _moved(step, StepStatus.DONE, at=at)


def ask_for_support(step: PartnerStep, *, at: datetime) -> PartnerStep:
    """The owner asks for help before or after the date.

    Raises:
        IllegalTransition: the step is done.
    """
    _check_open(step)
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
        NotAStep: no reason, a reason that is too long, or a date out of range.
    """
    _check_open(step)
    if not reason.strip() or len(reason) > limits.reason_max:
        raise NotAStep("reason", said("partner_steps.need.reason", {"most": limits.reason_max}))
    _check_date(due_on, on=on, limits=limits)
    return _moved(step, StepStatus.CHANGED_BY_AGREEMENT, at=at, due_on=due_on, reason=reason.strip())


def undo_done(step: PartnerStep, *, at: datetime) -> PartnerStep:
    """Take "done" back: the status before it returns, and the history shows both.

    Raises:
        IllegalTransition: the step is not done.
    """
    if step.status is not StepStatus.DONE:
        raise IllegalTransition(said("partner_steps.not_done"))
    earlier = [change.status for change in step.history if change.status is not StepStatus.DONE]
    return _moved(step, earlier[-1] if earlier else StepStatus.PLANNED, at=at)


def answer_on_course(step: PartnerStep, *, at: datetime) -> PartnerStep:
    """The partner says that it is on course: an entry in the history, and no other status.

    Raises:
        IllegalTransition: the step is done.
    """
    _check_open(step)
    return _noted(step, at=at)


def hand_over(step: PartnerStep, *, owner: str, owner_id: str | None, at: datetime) -> PartnerStep:
    """Give the step to another owner, a person or (without an id) a team; the history keeps both names.

    Raises:
        IllegalTransition: the step is done.
        NotAStep: no name.
    """
    _check_open(step)
    if not owner.strip():
        raise NotAStep("owner", said("partner_steps.who_looks_after"))
    if (owner.strip(), owner_id) == (step.owner, step.owner_id):
        return step
    noted = _noted(step, at=at, owner=owner.strip())
    return replace(noted, owner=owner.strip(), owner_id=owner_id)


def askable_at(step: PartnerStep, *, limits: PartnerStepRules) -> datetime | None:
    """When anybody may ask how it is going again; None where nobody has asked yet."""
    gap = timedelta(days=limits.how_is_it_going_gap_days)
    return step.asked_at + gap if step.asked_at is not None else None


def ask_how(step: PartnerStep, *, at: datetime, limits: PartnerStepRules) -> PartnerStep:
    """Somebody asks how it is going: nothing but the time of the question changes.

    Raises:
        IllegalTransition: the step is done, or it was asked about a short time ago, whoever asked.
    """
    _check_open(step)
    again_at = askable_at(step, limits=limits)
    if again_at is not None and at < again_at:
        raise IllegalTransition(
            said("partner_steps.asked_already", {"days": limits.how_is_it_going_gap_days})
        )
    return replace(step, asked_at=at)


def say_own_words(step: PartnerStep, words: str, *, at: datetime) -> PartnerStep:
    """The partner's answer to "What would help?"; it takes the place of an earlier one.

    Raises:
        IllegalTransition: the step is done.
        NotAStep: no words.
    """
    _check_open(step)
    if not words.strip():
        raise NotAStep("words", said("partner_steps.what_would_help"))
    return replace(_noted(step, at=at), own_words=words.strip())


def leave(step: PartnerStep, *, at: datetime) -> PartnerStep:
    """Close an open step by agreement: its organisation leaves, and says so in public."""
    return _moved(step, StepStatus.CHANGED_BY_AGREEMENT, at=at, reason=LEFT) if step.is_open else step
