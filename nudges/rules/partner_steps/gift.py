"""Steps that cost their partner something for the whole: a limit, a date to look again, a partner's yes."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import replace
from datetime import date, datetime

from nudges.errors import IllegalTransition, NotAllowed
from nudges.model.partner_step import Given, NotAStep, PartnerStep
from nudges.model.ruleset import PartnerStepRules
from nudges.said import said


def give(*, limit: str, review_on: date | None, on: date, limits: PartnerStepRules) -> Given | None:
    """What a partner gives for the whole; None where neither a limit nor a date was said.

    Raises:
        NotAStep: a limit without its date or the other way round, a limit that is too long, or a date that
            is not between tomorrow and `given_review_within_months` months from `on`.
    """
    limit = limit.strip()
    if not limit and review_on is None:
        return None
    if not limit:
        raise NotAStep("given_limit", said("partner_steps.given_limit"))
    if len(limit) > limits.given_limit_max:
        raise NotAStep(
            "given_limit", said("partner_steps.given_limit_long", {"most": limits.given_limit_max})
        )
    last_on = _months_after(on, limits.given_review_within_months)
    if review_on is None or not on < review_on <= last_on:
        months = limits.given_review_within_months
        raise NotAStep("review_on", said("partner_steps.given_review", {"months": months}))
    return Given(limit=limit, review_on=review_on)


def confirm(step: PartnerStep, *, organisation_id: str, at: datetime) -> PartnerStep:
    """Somebody of `organisation_id` says that it helps. The first to say so is remembered.

    Raises:
        IllegalTransition: nothing is given with this step.
        NotAllowed: it is the organisation's own step.
    """
    if step.given is None:
        raise IllegalTransition(said("partner_steps.not_given"))
    if organisation_id == step.organisation_id:
        raise NotAllowed(said("partner_steps.others_confirm"))
    if step.given.confirmed_at is not None:
        return step
    return replace(step, given=replace(step.given, confirmed_by=organisation_id, confirmed_at=at))


def _months_after(day: date, months: int) -> date:
    """The same day of the month, or that month's last day."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
