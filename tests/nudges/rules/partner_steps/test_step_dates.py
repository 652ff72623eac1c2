"""When a step is looked at: five working days before its date, after it, and after twenty."""

from datetime import date

import pytest

from nudges.rules.partner_steps.step_dates import Mornings
from tests.nudges.example_leader import RULES, on, utc

BANK_HOLIDAY = frozenset({on("2027-03-26"), on("2027-03-29")})
PLACE = Mornings(zone="Europe/London", holidays=BANK_HOLIDAY, rules=RULES)


@pytest.mark.parametrize(
    ("due_on", "day"),
    [("2027-01-29", "2027-01-22"), ("2027-01-31", "2027-01-25"), ("2027-04-01", "2027-03-23")],
)
def test_the_owner_is_asked_five_working_days_before(due_on: str, day: str) -> None:
    hour = "08:30"
    assert PLACE.soon_at(on(due_on)) == utc(day, hour)


def test_the_board_is_asked_twenty_working_days_after() -> None:
    assert PLACE.board_at(on("2027-01-08")) == utc("2027-02-05", "08:30")
    assert PLACE.board_at(on("2027-03-12")) == utc("2027-04-13", "07:30")


@pytest.mark.parametrize(("review_on", "day"), [("2027-02-03", "2027-02-03"), ("2027-02-06", "2027-02-08")])
def test_a_gift_is_looked_at_on_its_day_or_the_next_working_day(review_on: str, day: str) -> None:
    assert PLACE.review_at(date.fromisoformat(review_on)) == utc(day, "08:30")


def test_a_helper_has_two_working_days_and_is_reminded_on_the_next_morning() -> None:
    friday = on("2027-01-08")
    assert PLACE.contact_by(friday) == utc("2027-01-12", "17:00")
    assert PLACE.remind_at(friday) == utc("2027-01-13", "08:30")
