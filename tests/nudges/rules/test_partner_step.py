"""The life of an organisation's public step."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from nudges.errors import IllegalTransition, InvalidInput
from nudges.rules import partner_step as life
from nudges.rules.partner_step import PartnerStep, StepStatus
from tests.nudges.rules.example_leader import RULES, on, utc

AT = utc("2027-01-04", "09:00")
TODAY = on("2027-01-04")
LIMITS = RULES.partner_step


def a_step(
    *, text: str = "Share bed data", owner: str = "Ama", means: str = "Sent", due_on: date = on("2027-01-08")
) -> PartnerStep:
    """A step as it was promised on a Monday."""
    return life.promise_step(
        id="s",
        partnership_id="riverside",
        organisation_id="trust",
        text=text,
        owner=owner,
        done_means=means,
        due_on=due_on,
        at=AT,
        on=TODAY,
        limits=LIMITS,
    )


@pytest.mark.parametrize("empty", ["text", "owner", "means"])
def test_a_step_needs_its_words_an_owner_and_what_done_means(empty: str) -> None:
    words = {"text": "Share bed data", "owner": "Ama", "means": "Sent"}
    for nothing in ("", "  "):
        said = words | {empty: nothing}
        with pytest.raises(InvalidInput):
            a_step(text=said["text"], owner=said["owner"], means=said["means"])


def test_a_step_fits_its_limits_and_its_date_is_near() -> None:
    a_step(text="x" * LIMITS.text_max, due_on=TODAY + timedelta(days=LIMITS.due_within_days))
    with pytest.raises(InvalidInput):
        a_step(text="x" * (LIMITS.text_max + 1))
    with pytest.raises(InvalidInput):
        a_step(means="x" * (LIMITS.done_means_max + 1))
    for day in (TODAY - timedelta(days=1), TODAY + timedelta(days=LIMITS.due_within_days + 1)):
        with pytest.raises(InvalidInput):
            a_step(due_on=day)


def test_done_twice_keeps_the_first_time() -> None:
    done = life.mark_done(a_step(), at=AT)
    assert life.mark_done(done, at=AT + timedelta(days=1)) is done
    assert not done.is_open


def test_undo_returns_to_the_status_before_and_the_history_shows_both() -> None:
    asked = life.ask_for_support(a_step(), at=AT)
    back = life.undo_done(life.mark_done(asked, at=AT), at=AT)
    assert back.status is StepStatus.SUPPORT_ASKED_FOR
    assert [change.status for change in back.history][-2:] == [StepStatus.DONE, StepStatus.SUPPORT_ASKED_FOR]
    with pytest.raises(IllegalTransition):
        life.undo_done(back, at=AT)
    odd = replace(a_step(), status=StepStatus.DONE, history=())
    assert life.undo_done(odd, at=AT).status is StepStatus.PLANNED


def test_support_is_asked_for_once_and_not_for_what_is_done() -> None:
    asked = life.ask_for_support(a_step(), at=AT)
    assert life.ask_for_support(asked, at=AT) is asked
    with pytest.raises(IllegalTransition):
        life.ask_for_support(life.mark_done(a_step(), at=AT), at=AT)


def test_support_is_offered_once_and_not_for_what_is_done() -> None:
    offered = life.offer_support(a_step(), at=AT)
    assert offered.status is StepStatus.SUPPORT_OFFERED
    assert life.offer_support(offered, at=AT) is offered
    done = life.mark_done(a_step(), at=AT)
    assert life.offer_support(done, at=AT) is done


def test_a_new_date_needs_a_public_reason_and_an_open_step() -> None:
    def moved(
        step: PartnerStep, reason: str = "The file comes later", due_on: date = on("2027-01-15")
    ) -> PartnerStep:
        return life.change_by_agreement(step, due_on=due_on, reason=reason, at=AT, on=TODAY, limits=LIMITS)

    changed = moved(life.offer_support(a_step(), at=AT))
    assert (changed.status, changed.due_on) == (StepStatus.CHANGED_BY_AGREEMENT, on("2027-01-15"))
    assert changed.history[-1].reason == "The file comes later"
    for reason in ("", "  ", "x" * (LIMITS.reason_max + 1)):
        with pytest.raises(InvalidInput):
            moved(a_step(), reason)
    with pytest.raises(InvalidInput):
        moved(a_step(), due_on=on("2026-12-31"))
    with pytest.raises(IllegalTransition):
        moved(life.mark_done(a_step(), at=AT))
