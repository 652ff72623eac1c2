"""Goals: the same share of whoever takes part, counts without names, and a human's word for the rest."""

from dataclasses import replace

import pytest

from bot.files.content import load_campaigns, load_rules
from nudges.model.catalogue import Goal
from nudges.model.pulse import PulseMoment
from nudges.rules.pulse.goal_sums import GoalCounts, goal_text, is_by_word, needed, progress
from nudges.rules.pulse.pulse_figures import MatchedChange
from nudges.said import said

RULES = load_rules()
STEPS = Goal(
    type="group_count",
    text="At least {at_least} of {of} leaders have done {each} or more steps by day 100",
    measure="steps_done",
    at_least=40,
    of=60,
    each=4,
    by_week=15,
)
PAIRS = Goal(
    type="coverage",
    text="At least {at_least} of {of} organisation pairs have met by week {by_week}",
    measure="pairs_met",
    at_least=35,
    of=78,
    by_week=9,
)
CHANGE = Goal(type="pulse_change", item="NET", text="More leaders agree")


def people(count: int) -> frozenset[str]:
    return frozenset(f"p{number}" for number in range(count))


def with_steps(count: int, doers: int, each: int = 4) -> GoalCounts:
    return GoalCounts(people=people(count), steps={f"p{number}": each for number in range(doers)})


@pytest.mark.parametrize(("of", "least"), [(60, 40), (12, 8), (10, 7), (61, 41), (0, 0)])
def test_another_number_of_people_needs_the_same_share_rounded_up(of: int, least: int) -> None:
    assert needed(STEPS, of) == least


def test_the_words_are_made_from_the_numbers() -> None:
    assert goal_text(STEPS) == "At least 40 of 60 leaders have done four or more steps by day 100"
    assert goal_text(STEPS, 12) == "At least 8 of 12 leaders have done four or more steps by day 100"
    assert goal_text(PAIRS, 6) == "At least 3 of 6 organisation pairs have met by week 9"


@pytest.mark.parametrize(("doers", "is_reached"), [(7, False), (8, True), (12, True)])
def test_a_group_count_is_reached_at_its_share(doers: int, is_reached: bool) -> None:
    found = progress(0, STEPS, with_steps(12, doers), RULES)
    assert found is not None
    assert (found.reached, found.of, found.needed, found.is_reached) == (doers, 12, 8, is_reached)
    assert found.unit == said("pulse.counted.people")


def test_three_steps_are_not_four_and_whoever_left_is_not_counted() -> None:
    counts = with_steps(12, 12, each=3)
    left = replace(counts, steps={**counts.steps, "gone": 9})
    found = progress(0, STEPS, left, RULES)
    assert found is not None
    assert found.reached == 0


def test_people_are_not_counted_under_ten() -> None:
    assert progress(0, STEPS, with_steps(9, 9), RULES) is None
    assert progress(0, STEPS, with_steps(10, 9), RULES) is not None


def test_links_that_are_alive_are_counted_by_person() -> None:
    goal = replace(STEPS, measure="live_links", each=3)
    counts = GoalCounts(people=people(10), links={f"p{number}": 3 for number in range(7)} | {"p9": 2})
    found = progress(0, goal, counts, RULES)
    assert found is not None
    assert (found.reached, found.is_reached) == (7, True)


def test_coverage_counts_organisation_pairs_whatever_the_number_of_people() -> None:
    found = progress(1, PAIRS, GoalCounts(pairs_met=3, pairs_total=6), RULES)
    assert found is not None
    assert (found.reached, found.of, found.needed, found.is_reached) == (3, 6, 3, True)
    assert progress(1, PAIRS, GoalCounts(pairs_met=0, pairs_total=0), RULES) is not None


def test_no_pair_of_organisations_is_no_goal_reached() -> None:
    found = progress(1, PAIRS, GoalCounts(), RULES)
    assert found is not None
    assert not found.is_reached


@pytest.mark.parametrize(("kept", "is_reached"), [(2, False), (3, True)])
def test_all_partners_means_every_ready_organisation(kept: int, is_reached: bool) -> None:
    goal = Goal(type="all_partners", text="Every partner has made one public step")
    found = progress(2, goal, GoalCounts(organisations_kept=kept, organisations=3), RULES)
    assert found is not None
    assert found.is_reached is is_reached


@pytest.mark.parametrize(("low", "is_reached"), [(0.01, True), (0.0, False), (-0.2, False)])
def test_a_pulse_change_is_reached_where_its_range_is_above_nothing(low: float, is_reached: bool) -> None:
    change = MatchedChange(since=PulseMoment.START, n=48, before=20, after=32, low=low, high=0.4)
    found = progress(3, CHANGE, GoalCounts(changes={"NET": change}), RULES)
    assert found is not None
    assert (found.reached, found.of, found.is_reached) == (32, 48, is_reached)
    assert progress(3, CHANGE, GoalCounts(), RULES) is None


def test_a_comparison_that_is_not_switched_on_is_never_looked_at() -> None:
    campaign = load_campaigns()["system-leadership-6-months"]
    goal = campaign.goals[3]
    assert goal.type == "comparison"
    assert not goal.enabled
    assert progress(3, goal, with_steps(60, 60), RULES) is None


def test_what_cannot_be_counted_is_left_to_a_human() -> None:
    by_word = {
        campaign.id: [is_by_word(goal) for goal in campaign.goals if goal.enabled]
        for campaign in load_campaigns().values()
    }
    assert by_word == {
        "starter": [False],
        "first-100-days": [False, False, False],
        "papers-to-action": [True, True],
        "repair-a-relationship": [True],
        "system-leadership-6-months": [False, False, False],
    }


def test_every_shipped_goal_reads_well_with_its_own_numbers() -> None:
    for campaign in load_campaigns().values():
        for goal in campaign.goals:
            text = goal_text(goal)
            assert "{" not in text
            assert "None" not in text


def test_progress_names_nobody() -> None:
    found = progress(0, STEPS, with_steps(12, 8), RULES)
    assert "p1" not in str(found)
