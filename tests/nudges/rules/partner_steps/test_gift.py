"""What a partner gives for the whole: a limit, a date to look again, and another partner's yes."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from nudges.errors import IllegalTransition, NotAllowed
from nudges.model.partner_step import Given, NotAStep
from nudges.rules.partner_steps.gift import confirm, give
from tests.nudges.example_leader import on
from tests.nudges.model.test_partner_step import AT, LIMITS, TODAY, a_step

SOON = TODAY + timedelta(days=30)


def gift(limit: str = "Two beds at most", review_on: date | None = SOON, today: date = TODAY) -> Given | None:
    return give(limit=limit, review_on=review_on, on=today, limits=LIMITS)


def test_a_gift_needs_a_limit_and_a_date_to_look_again() -> None:
    assert gift() == Given(limit="Two beds at most", review_on=SOON)
    assert gift("", None) is None
    for limit, day, field in (
        ("", SOON, "given_limit"),
        ("x" * (LIMITS.given_limit_max + 1), SOON, "given_limit"),
        ("Two beds", None, "review_on"),
        ("Two beds", TODAY, "review_on"),
    ):
        with pytest.raises(NotAStep) as refused:
            gift(limit, day)
        assert refused.value.field == field


@pytest.mark.parametrize(
    ("today", "last"),
    [("2027-01-04", "2027-07-04"), ("2027-08-31", "2028-02-29"), ("2027-12-31", "2028-06-30")],
)
def test_it_is_looked_at_again_within_six_months(today: str, last: str) -> None:
    assert LIMITS.given_review_within_months == 6
    gift("Two beds", on(last), on(today))
    with pytest.raises(NotAStep):
        gift("Two beds", on(last) + timedelta(days=1), on(today))


def test_somebody_of_another_organisation_confirms_it_once() -> None:
    step = replace(a_step(), given=gift())
    helps = confirm(step, organisation_id="council", at=AT)
    assert helps.given is not None
    assert (helps.given.confirmed_by, helps.given.confirmed_at) == ("council", AT)
    assert confirm(helps, organisation_id="surgery", at=AT + timedelta(days=1)) is helps
    with pytest.raises(NotAllowed):
        confirm(step, organisation_id=step.organisation_id, at=AT)
    with pytest.raises(IllegalTransition):
        confirm(a_step(), organisation_id="council", at=AT)
