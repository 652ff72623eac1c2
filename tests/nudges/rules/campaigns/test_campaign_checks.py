"""Tests of nudges/rules/campaigns/campaign_checks.py: every fault is planted and caught, one at a time."""

from dataclasses import replace
from typing import Any

import pytest

from bot.files.content import load_campaigns
from nudges.model.catalogue import Campaign, Goal, ProgrammeTheme, Week
from nudges.rules.campaigns.campaign_checks import check_campaign
from nudges.rules.campaigns.content_checks import Problem
from tests.nudges.rules.campaigns.content_samples import (
    an_action,
    catalogue_of,
    rules,
    shipped,
    small_campaign,
    with_week,
)


def problems_of(campaign: Campaign) -> list[Problem]:
    return check_campaign(campaign, shipped(), rules())


def changed(**changes: Any) -> Campaign:
    return replace(small_campaign(), **changes)


def test_a_sound_campaign_has_no_problem() -> None:
    assert problems_of(small_campaign()) == []


def test_the_five_campaigns_that_ship_are_sound_and_need_no_advice() -> None:
    campaigns = load_campaigns()
    assert list(campaigns) == [
        "starter",
        "papers-to-action",
        "first-100-days",
        "repair-a-relationship",
        "system-leadership-6-months",
    ]
    assert [problem for campaign in campaigns.values() for problem in problems_of(campaign)] == []


def test_no_rung_opens_before_its_gate_in_the_campaigns_that_ship() -> None:
    for campaign in load_campaigns().values():
        opened = 1
        for week in campaign.weeks:
            opened = max(opened, week.gate or 1)
            assert all(shipped().actions[action_id].rung <= opened for action_id in week.offer)


def test_the_seven_areas_of_the_leadership_programme_have_weeks() -> None:
    themes = load_campaigns()["system-leadership-6-months"].programme_themes
    assert len(themes) >= 7
    assert all(theme.weeks for theme in themes)


@pytest.mark.parametrize(
    ("campaign", "where"),
    [
        (changed(length_weeks=5), "weeks"),
        (with_week(2, number=5), "weeks"),
        (with_week(2, number=1), "weeks"),
        (changed(weeks=(Week(number=1, theme="x"),), length_weeks=1, coffee_rounds=0), "weeks"),
        (changed(programme_themes=(ProgrammeTheme(text="x", weeks=(9,)),)), "programme_themes[0].weeks"),
        (changed(programme_themes=(ProgrammeTheme(text="x", weeks=()),)), "programme_themes[0].weeks"),
        (changed(coffee_rounds=2), "coffee_rounds"),
        (with_week(1, coffee_round=2), "coffee_rounds"),
        (with_week(1, offer=("SHARE-07", "REL-01")), "weeks[0].coffee_round"),
        (with_week(1, offer=()), "weeks[0].coffee_round"),
        (with_week(2, offer=("LIS-05", "NOPE-99")), "weeks[1].offer[1]"),
        (with_week(2, offer=("LIS-05", "LIS-05")), "weeks[1].offer[1]"),
        (with_week(2, offer=("LIS-05", "LIS-03", "REL-02", "REL-03")), "weeks[1].offer"),
        (with_week(3, offer=("LIS-05",)), "weeks[2].offer"),
        (with_week(2, offer=("COA-02",)), "weeks[1].offer[0]"),
        (with_week(4, offer=("LIS-03", "UNB-04")), "weeks[3].offer[1]"),
        (with_week(3, gate=None), "weeks[3].offer[0]"),
        (with_week(3, gate=4), "weeks[2].gate"),
        (with_week(3, gate=1), "weeks[2].gate"),
        (with_week(3, gate=3), "weeks[2].gate"),
        (with_week(4, gate=2), "weeks[3].gate"),
        (with_week(2, gate_override="facilitator_confirms"), "weeks[1].gate_override"),
        (changed(hard_gates=True, needs_facilitator=True), "weeks[2].gate"),
        (changed(pulse_items=("NET",)), "pulse_items"),
        (with_week(3, pulse="start", rest=False), "pulse_items"),
        (changed(pulse_items=("WHAT",)), "pulse_items[0]"),
        (changed(pulse_items=("NET", "NET")), "pulse_items[1]"),
        (changed(goals=(Goal(type="pulse_change", text="x"),)), "goals[0].item"),
        (changed(goals=(Goal(type="list", text="x", item="NET"),)), "goals[0].item"),
        (changed(hard_gates=True), "needs_facilitator"),
        (changed(private_rollup=True), "needs_facilitator"),
        (changed(first_moves="Each side moves first."), "needs_facilitator"),
        (with_week(2, facilitator="Holds a session."), "needs_facilitator"),
        (with_week(3, gate_override="facilitator_confirms"), "needs_facilitator"),
        (changed(name="The league of partners"), "name"),
        (changed(purpose="Go!"), "purpose"),
        (with_week(2, theme="For {somebody}"), "weeks[1].theme"),
        (with_week(2, partner_step="{peer!r}"), "weeks[1].partner_step"),
        (changed(goals=(Goal(type="list", text="No one is overdue"),)), "goals[0].text"),
    ],
)
def test_a_planted_fault_is_caught_at_its_place(campaign: Campaign, where: str) -> None:
    errors = [problem for problem in problems_of(campaign) if problem.severity == "error"]
    assert where in [problem.where for problem in errors]
    assert all(problem.what and problem.why and problem.todo for problem in errors)


def test_pulses_come_as_start_then_mid_then_end() -> None:
    weeks = (
        Week(number=1, theme="x", pulse="end"),
        Week(number=2, theme="x", offer=("LIS-05",)),
        Week(number=3, theme="x", pulse="start"),
    )
    campaign = changed(weeks=weeks, length_weeks=3, coffee_rounds=0, pulse_items=("NET",))
    assert [problem.where for problem in problems_of(campaign)] == ["weeks"]


def test_a_gate_in_the_same_week_is_early_enough() -> None:
    assert problems_of(with_week(4, offer=("COA-02",), gate=None)) == []
    ungated, last = with_week(3, gate=None).weeks, with_week(4, gate=2).weeks[3]
    same = changed(weeks=(*ungated[:3], last))
    assert problems_of(same) == []


def test_the_repair_campaign_is_refused_without_a_facilitator() -> None:
    repair = load_campaigns()["repair-a-relationship"]
    assert repair.needs_facilitator
    assert repair.hard_gates
    assert repair.private_rollup
    problems = problems_of(replace(repair, needs_facilitator=False))
    assert [problem.where for problem in problems] == ["needs_facilitator"]


def test_a_coffee_week_where_every_offer_needs_a_pair_is_advised_against() -> None:
    problems = problems_of(with_week(1, offer=("REL-01", "REL-06")))
    assert [(problem.where, problem.severity) for problem in problems] == [("weeks[0].offer", "advice")]


def long_campaign(weeks: int, *offer: str) -> Campaign:
    return changed(
        weeks=tuple(Week(number=number, theme="x", offer=offer) for number in range(1, weeks + 1)),
        length_weeks=weeks,
        coffee_rounds=0,
    )


def test_over_eight_weeks_without_a_permission_action_is_advised_against() -> None:
    assert problems_of(long_campaign(8, "LIS-05")) == []
    assert [problem.severity for problem in problems_of(long_campaign(9, "LIS-05"))] == ["advice"]
    assert problems_of(long_campaign(9, "LIS-05", "PER-02")) == []


def test_three_weeks_that_only_tell_are_advised_against_and_a_rest_week_does_not_count() -> None:
    telling = an_action(id="TELL-01", category="sharing", nudge="Post one line.")
    catalogue = catalogue_of(telling)
    assert check_campaign(long_campaign(2, "TELL-01"), catalogue, rules()) == []
    problems = check_campaign(long_campaign(3, "TELL-01"), catalogue, rules())
    assert [(problem.where, problem.severity) for problem in problems] == [("weeks[2].offer", "advice")]
    campaign = long_campaign(3, "TELL-01")
    rested = replace(campaign, weeks=(*campaign.weeks[:2], Week(number=3, theme="Rest", rest=True)))
    assert check_campaign(rested, catalogue, rules()) == []
