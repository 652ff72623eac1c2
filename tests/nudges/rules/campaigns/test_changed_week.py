"""A week that a programme lead changed: what may be chosen, what it becomes, and taking it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.files.content import load_catalogue
from nudges.model.catalogue import Week
from nudges.model.people import OfferChange
from nudges.rules.campaigns.changed_week import changed, may_be_offered, own_week
from nudges.rules.nudging import action_choice
from tests.nudges.example_leader import RULES, a_leader

CATALOGUE = load_catalogue()
WEEK = Week(number=3, theme="Give something back", offer=("SHARE-06", "LIS-05"))
CHANGE = OfferChange(week=3, action_id="REL-03")


def test_the_chosen_action_comes_first_and_what_was_there_stays_as_a_swap() -> None:
    week = own_week(WEEK, [CHANGE])
    assert week.offer == ("REL-03", "SHARE-06", "LIS-05")
    assert week.is_chosen


def test_a_swap_of_the_week_may_become_its_first() -> None:
    assert own_week(WEEK, [OfferChange(week=3, action_id="LIS-05")]).offer == ("LIS-05", "SHARE-06")


def test_the_other_weeks_stay_as_they_are() -> None:
    other = replace(WEEK, number=4)
    assert own_week(other, [CHANGE]) is other


def test_a_week_of_rest_stays_one() -> None:
    rest = Week(number=3, theme="Rest", rest=True)
    assert own_week(rest, [CHANGE]) is rest


def test_a_week_is_changed_once_and_the_last_choice_counts() -> None:
    twice = changed(changed((), week=3, action_id="REL-03"), week=3, action_id="LIS-05")
    assert twice == (OfferChange(week=3, action_id="LIS-05"),)
    assert changed(twice, week=2, action_id="REL-03")[0].week == 2, "in the order of the weeks"


def test_taking_it_back_leaves_the_other_weeks_changed() -> None:
    both = changed((CHANGE,), week=4, action_id="LIS-05")
    assert changed(both, week=3, action_id=None) == (OfferChange(week=4, action_id="LIS-05"),)


def test_no_action_above_the_open_rung_may_be_chosen() -> None:
    for rung in (1, 2, 3):
        actions = may_be_offered(WEEK, rung=rung, catalogue=CATALOGUE, rules=RULES)
        assert {action.rung for action in actions} == set(range(1, rung + 1))


def test_in_a_week_with_a_coffee_round_the_action_takes_two() -> None:
    coffee = replace(WEEK, coffee_round=1)
    actions = may_be_offered(coffee, rung=3, catalogue=CATALOGUE, rules=RULES)
    assert actions
    assert all(action.needs_peer for action in actions)
    assert RULES.pairing.second_cup_action not in {action.id for action in actions}


def test_a_pulse_and_a_rest_offer_nothing() -> None:
    for week in (Week(number=1, theme="", pulse="start"), Week(number=2, theme="", rest=True)):
        assert may_be_offered(week, rung=3, catalogue=CATALOGUE, rules=RULES) == ()


def test_what_a_lead_chose_comes_before_what_suits() -> None:
    leader = replace(a_leader(), suits=frozenset({"finance"}))
    for action_id in ("REL-03", "SHARE-05", "COA-04"):
        week = own_week(WEEK, [OfferChange(week=3, action_id=action_id)])
        offered = action_choice.offers(
            week,
            leader,
            [],
            week_on=date(2027, 1, 18),
            rung=1,
            catalogue=CATALOGUE,
            has_peer=lambda action: True,
        )
        assert offered[0].id == action_id


def test_the_mark_of_a_chosen_week_is_no_part_of_what_the_open_page_compares() -> None:
    assert "is_chosen" not in repr(WEEK)
