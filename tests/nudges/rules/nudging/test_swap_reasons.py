"""What speaks for each of a week's swaps: one reason at most, the strongest first, and nobody's doings."""

from __future__ import annotations

from nudges.rules.nudging.swap_reasons import Option, Speaks, speaks_for


def an_option(**changes: object) -> Option:
    plain = {"action_id": "REL-02", "minutes": 10, "is_asked_for": False, "met": None, "is_again": False}
    return Option(**{**plain, **changes})  # type: ignore[arg-type]


def reasons(*options: Option, now: int = 30) -> list[Speaks]:
    result = speaks_for(options, minutes_now=now)
    return [result[one.action_id] for one in options]


def test_without_anything_else_its_own_why_speaks_for_it() -> None:
    assert reasons(an_option(), an_option(action_id="REL-03")) == [Speaks.WHY, Speaks.WHY]


def test_the_shortest_of_the_week_is_the_one_below_all_others() -> None:
    long = an_option(action_id="REL-06", minutes=20)
    assert reasons(an_option(), long) == [Speaks.SHORTEST, Speaks.WHY]


def test_two_that_are_equally_short_are_not_the_shortest() -> None:
    assert Speaks.SHORTEST not in reasons(an_option(), an_option(action_id="REL-03"))


def test_what_is_as_long_as_the_present_step_is_not_the_shortest() -> None:
    assert reasons(an_option(minutes=30), now=30) == [Speaks.WHY]
    assert reasons(an_option(minutes=29), now=30) == [Speaks.SHORTEST]


def test_one_reason_each_and_the_leaders_wish_comes_first() -> None:
    rich = an_option(is_asked_for=True, met=False, is_again=True, minutes=5)
    assert reasons(rich) == [Speaks.ASKED_FOR]


def test_somebody_new_comes_before_a_second_cup_and_a_second_cup_before_few_minutes() -> None:
    assert reasons(an_option(met=False, is_again=True)) == [Speaks.NOT_MET]
    assert reasons(an_option(met=True, is_again=True)) == [Speaks.AGAIN]


def test_an_organisation_that_was_met_before_is_no_reason() -> None:
    assert reasons(an_option(met=True, minutes=40)) == [Speaks.WHY]


def test_nothing_to_choose_from_has_no_reasons() -> None:
    assert speaks_for((), minutes_now=10) == {}
