"""Early signs: a date, a moving date, silence, a theme; and no people."""

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date, timedelta

from nudges.model import partner_step as step_states
from nudges.model.partner_step import PartnerStep
from nudges.rules.partner_steps.early_signs import Sign, SignKind, early_signs
from tests.nudges.example_leader import RULES, on
from tests.nudges.model.test_partner_step import AT, LIMITS, TODAY, a_step

FAR = on("2027-04-01")


def signs(*steps: PartnerStep, today: date = TODAY, themes: Sequence[str] = ()) -> list[Sign]:
    found = early_signs(steps, themes, on=today, zone="Europe/London", holidays=frozenset(), rules=RULES)
    return list(found)


def moved(step: PartnerStep, due_on: date) -> PartnerStep:
    return step_states.change_by_agreement(
        step, due_on=due_on, reason="Agreed", at=AT, on=TODAY, limits=LIMITS
    )


def test_a_date_that_passed_is_a_sign_and_one_that_is_today_is_not() -> None:
    step = a_step()
    assert signs(step, today=step.due_on) == []
    (sign,) = signs(step, today=step.due_on + timedelta(days=1))
    assert (sign.kind, sign.organisation_id, sign.on) == (SignKind.DATE_PASSED, "trust", step.due_on)
    assert signs(step_states.mark_done(step, at=AT), today=FAR) == []


def test_two_date_changes_are_a_sign_and_one_is_not() -> None:
    once = moved(a_step(), on("2027-02-01"))
    assert signs(once) == []
    (sign,) = signs(moved(once, on("2027-02-08")))
    assert (sign.kind, sign.number) == (SignKind.DATES_MOVED, 2)


def test_twenty_working_days_without_a_word_are_a_sign_and_any_word_ends_it() -> None:
    step = a_step(due_on=FAR)
    assert signs(step, today=on("2027-01-29")) == []
    (sign,) = signs(step, today=on("2027-02-01"))
    assert (sign.kind, sign.on) == (SignKind.NO_UPDATE, TODAY)
    told = step_states.answer_on_course(step, at=AT + timedelta(days=7))
    assert signs(told, today=on("2027-02-01")) == []
    offered = step_states.offer_support(step, at=AT + timedelta(days=7))
    assert [one.kind for one in signs(offered, today=on("2027-02-01"))] == [SignKind.NO_UPDATE]
    assert signs(replace(step, history=()), today=on("2027-02-01")) == []


def test_a_theme_for_the_board_is_a_sign_and_nothing_says_how_many_named_it() -> None:
    (sign,) = signs(themes=["Time"])
    assert sign == Sign(kind=SignKind.THEME, text="Time")


def test_a_sign_has_no_place_for_a_person() -> None:
    assert {each.name for each in fields(Sign)} == {
        "kind", "organisation_id", "step_id", "text", "on", "number"
    }  # fmt: skip
    (sign,) = signs(a_step(owner="Ama Boateng"), today=on("2027-01-09"))
    assert "Ama" not in str(sign)
