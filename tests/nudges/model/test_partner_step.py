"""The life of an organisation's public step."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.files.phrases import in_words
from nudges.errors import IllegalTransition, InvalidInput
from nudges.model import partner_step as step_states
from nudges.model.partner_step import PartnerStep, StepDraft, StepStatus
from nudges.model.people import Nation, Partnership
from nudges.said import said
from tests.nudges.example_leader import RULES, on, utc

AT = utc("2027-01-04", "09:00")
TODAY = on("2027-01-04")
LIMITS = RULES.partner_step
RIVERSIDE = Partnership(
    id="riverside",
    name="Riverside",
    shared_goal="People get home sooner.",
    better_off="Everybody who waits for a bed.",
    zone="Europe/London",
    nation=Nation.ENGLAND,
    helper_name="Ruth",
)


def a_step(
    *,
    text: str = "Share bed data",
    owner: str = "Ama",
    means: str = "Sent",
    due_on: date = on("2027-01-08"),
    why: str = "A partner has to read it",
    needs_why: bool = True,
) -> PartnerStep:
    """A step as it was promised on a Monday."""
    draft = StepDraft(
        organisation_id="trust", text=text, owner=owner, done_means=means, due_on=due_on, why_together=why
    )
    return step_states.promise_step(
        draft, id="s", partnership=RIVERSIDE, given=None, at=AT, limits=LIMITS, needs_why=needs_why
    )


@pytest.mark.parametrize(
    ("empty", "field"),
    [("text", "text"), ("owner", "owner"), ("means", "done_means"), ("why", "why_together")],
)
def test_a_step_needs_its_words_an_owner_what_done_means_and_why_together(empty: str, field: str) -> None:
    words = {"text": "Share bed data", "owner": "Ama", "means": "Sent", "why": "A partner reads it"}
    for nothing in ("", "  "):
        given = words | {empty: nothing}
        with pytest.raises(step_states.NotAStep) as caught:
            a_step(text=given["text"], owner=given["owner"], means=given["means"], why=given["why"])
        assert caught.value.field == field
        assert caught.value.said == said(f"partner_steps.need.{field}")


def test_a_file_may_leave_out_why_together_and_the_shared_goal_of_that_day_is_kept() -> None:
    assert a_step(why="", needs_why=False).why_together == ""
    step = a_step()
    assert (step.why_together, step.goal) == ("A partner has to read it", "People get home sooner.")
    assert step.history[0].owner == "Ama"


def test_a_step_fits_its_limits_and_its_date_is_near() -> None:
    a_step(text="x" * LIMITS.text_max, due_on=TODAY + timedelta(days=LIMITS.due_within_days))
    with pytest.raises(InvalidInput):
        a_step(text="x" * (LIMITS.text_max + 1))
    with pytest.raises(InvalidInput) as caught:
        a_step(means="x" * (LIMITS.done_means_max + 1))
    assert in_words(caught.value) == (
        f"The done means of a partner step has at most {LIMITS.done_means_max} characters; "
        f"this has {LIMITS.done_means_max + 1}."
    )
    a_step(why="x" * LIMITS.why_together_max)
    with pytest.raises(InvalidInput):
        a_step(why="x" * (LIMITS.why_together_max + 1))
    with pytest.raises(InvalidInput):
        a_step(owner="x" * (LIMITS.owner_max + 1))
    for day in (TODAY - timedelta(days=1), TODAY + timedelta(days=LIMITS.due_within_days + 1)):
        with pytest.raises(InvalidInput):
            a_step(due_on=day)


def test_done_twice_keeps_the_first_time() -> None:
    done = step_states.mark_done(a_step(), at=AT)
    assert step_states.mark_done(done, at=AT + timedelta(days=1)) is done
    assert not done.is_open


def test_undo_returns_to_the_status_before_and_the_history_shows_both() -> None:
    asked = step_states.ask_for_support(a_step(), at=AT)
    back = step_states.undo_done(step_states.mark_done(asked, at=AT), at=AT)
    assert back.status is StepStatus.SUPPORT_ASKED_FOR
    assert [change.status for change in back.history][-2:] == [StepStatus.DONE, StepStatus.SUPPORT_ASKED_FOR]
    with pytest.raises(IllegalTransition):
        step_states.undo_done(back, at=AT)
    odd = replace(a_step(), status=StepStatus.DONE, history=())
    assert step_states.undo_done(odd, at=AT).status is StepStatus.PLANNED


def test_support_is_asked_for_once_and_not_for_what_is_done() -> None:
    asked = step_states.ask_for_support(a_step(), at=AT)
    assert step_states.ask_for_support(asked, at=AT) is asked
    with pytest.raises(IllegalTransition):
        step_states.ask_for_support(step_states.mark_done(a_step(), at=AT), at=AT)


def test_support_is_offered_once_and_not_for_what_is_done() -> None:
    offered = step_states.offer_support(a_step(), at=AT)
    assert offered.status is StepStatus.SUPPORT_OFFERED
    assert step_states.offer_support(offered, at=AT) is offered
    done = step_states.mark_done(a_step(), at=AT)
    assert step_states.offer_support(done, at=AT) is done


def test_a_new_date_needs_a_public_reason_and_an_open_step() -> None:
    def moved(
        step: PartnerStep, reason: str = "The file comes later", due_on: date = on("2027-01-15")
    ) -> PartnerStep:
        return step_states.change_by_agreement(
            step, due_on=due_on, reason=reason, at=AT, on=TODAY, limits=LIMITS
        )

    changed = moved(step_states.offer_support(a_step(), at=AT))
    assert (changed.status, changed.due_on) == (StepStatus.CHANGED_BY_AGREEMENT, on("2027-01-15"))
    assert changed.history[-1].reason == "The file comes later"
    for reason in ("", "  ", "x" * (LIMITS.reason_max + 1)):
        with pytest.raises(InvalidInput):
            moved(a_step(), reason)
    with pytest.raises(InvalidInput):
        moved(a_step(), due_on=on("2026-12-31"))
    with pytest.raises(IllegalTransition):
        moved(step_states.mark_done(a_step(), at=AT))


def test_on_course_is_an_entry_that_changes_no_status_and_keeps_the_reason_readable() -> None:
    moved = step_states.change_by_agreement(
        a_step(), due_on=on("2027-01-15"), reason="The file comes later", at=AT, on=TODAY, limits=LIMITS
    )
    later = AT + timedelta(days=1)
    told = step_states.answer_on_course(moved, at=later)
    assert (told.status, told.due_on) == (moved.status, moved.due_on)
    assert (told.history[-1].at, told.history[-1].reason) == (later, "The file comes later")
    with pytest.raises(IllegalTransition):
        step_states.answer_on_course(step_states.mark_done(a_step(), at=AT), at=later)


def test_a_step_is_handed_over_and_the_history_names_both_owners() -> None:
    given_on = step_states.hand_over(
        a_step(), owner=" The ward team ", owner_id=None, at=AT + timedelta(days=1)
    )
    assert (given_on.owner, given_on.owner_id) == ("The ward team", None)
    assert [change.owner for change in given_on.history] == ["Ama", "The ward team"]
    assert step_states.hand_over(given_on, owner="The ward team", owner_id=None, at=AT) is given_on
    with pytest.raises(InvalidInput):
        step_states.hand_over(a_step(), owner="  ", owner_id=None, at=AT)
    with pytest.raises(IllegalTransition):
        step_states.hand_over(step_states.mark_done(a_step(), at=AT), owner="Ben", owner_id="ben", at=AT)


def test_a_step_is_asked_about_once_in_a_fortnight_whoever_asks_and_keeps_its_status() -> None:
    gap = timedelta(days=LIMITS.how_is_it_going_gap_days)
    step = a_step()
    assert step_states.askable_at(step, limits=LIMITS) is None
    asked = step_states.ask_how(step, at=AT, limits=LIMITS)
    assert replace(asked, asked_at=None) == step
    assert step_states.askable_at(asked, limits=LIMITS) == AT + gap
    with pytest.raises(IllegalTransition):
        step_states.ask_how(asked, at=AT + gap - timedelta(seconds=1), limits=LIMITS)
    assert step_states.ask_how(asked, at=AT + gap, limits=LIMITS).asked_at == AT + gap
    with pytest.raises(IllegalTransition):
        step_states.ask_how(step_states.mark_done(step, at=AT), at=AT, limits=LIMITS)


def test_the_partners_own_words_are_kept_as_said_and_the_last_ones_count() -> None:
    worded = step_states.say_own_words(a_step(), " A van on Fridays. ", at=AT)
    assert worded.own_words == "A van on Fridays."
    assert step_states.say_own_words(worded, "Two vans", at=AT).own_words == "Two vans"
    assert worded.status is StepStatus.PLANNED
    with pytest.raises(InvalidInput):
        step_states.say_own_words(a_step(), " ", at=AT)
    with pytest.raises(IllegalTransition):
        step_states.say_own_words(step_states.mark_done(a_step(), at=AT), "A van", at=AT)
