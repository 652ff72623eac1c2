"""The share of partner steps that were kept: whole partnership, and only where there are enough."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from nudges.model import partner_step as step_states
from nudges.model.partner_step import PartnerStep
from nudges.rules.partner_steps.steps_kept import StepsKept, is_kept, steps_kept
from tests.nudges.example_leader import on, utc
from tests.nudges.model.test_partner_step import AT, LIMITS, a_step

DUE = on("2027-01-08")
LATER = on("2027-02-01")
ZONE = "Europe/London"


def done(day: str, hour: str = "12:00") -> PartnerStep:
    return step_states.mark_done(a_step(), at=utc(day, hour))


def moved(day: str, to: str) -> PartnerStep:
    return step_states.change_by_agreement(
        a_step(), due_on=on(to), reason="Agreed", at=utc(day, "12:00"), on=on(day), limits=LIMITS
    )


@pytest.mark.parametrize(
    ("step", "today", "kept"),
    [
        (a_step(), DUE, None),
        (a_step(), DUE + timedelta(days=1), False),
        (done("2027-01-08", "23:59"), LATER, True),
        (done("2027-01-09"), LATER, False),
        (done("2027-01-06"), DUE, True),
        (moved("2027-01-07", "2027-03-01"), DUE, None),
        (moved("2027-01-07", "2027-03-01"), LATER, True),
        (moved("2027-01-09", "2027-03-01"), LATER, False),
        (moved("2027-01-07", "2027-01-20"), LATER, False),
        (
            step_states.mark_done(moved("2027-01-07", "2027-01-20"), at=utc("2027-01-20", "09:00")),
            LATER,
            True,
        ),
        (step_states.undo_done(done("2027-01-06"), at=utc("2027-01-07", "09:00")), LATER, False),
    ],
)
def test_kept_is_done_or_changed_by_agreement_before_the_date(
    step: PartnerStep, today: date, kept: bool | None
) -> None:
    assert is_kept(step, on=today, zone=ZONE) is kept


def test_a_step_that_was_not_promised_yet_does_not_count() -> None:
    assert is_kept(a_step(), on=AT.date() - timedelta(days=1), zone=ZONE) is None


def test_the_measure_is_of_the_whole_partnership_and_of_enough_steps() -> None:
    few = [done("2027-01-06")] * (LIMITS.kept_shown_from - 1)
    assert LIMITS.kept_shown_from == 10
    assert steps_kept([*few, a_step()], on=DUE, zone=ZONE, limits=LIMITS) is None
    enough = [*few, replace(a_step(), id="open")]
    found = steps_kept(enough, on=LATER, zone=ZONE, limits=LIMITS)
    assert found == StepsKept(kept=9, of=10)
    assert found.percent == 90
