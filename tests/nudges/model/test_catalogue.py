"""Tests of nudges/model/catalogue.py and of the numbers in nudges/model/ruleset.py."""

from dataclasses import FrozenInstanceError, replace

import pytest

from nudges.model.catalogue import Week
from nudges.model.ruleset import ContentRules, OwnWord, PlaceholderLimit
from tests.nudges.rules.campaigns.content_samples import an_action, small_campaign


@pytest.mark.parametrize(
    ("week", "kind"),
    [
        (Week(number=1, theme="x", offer=("REL-01",)), "offer"),
        (Week(number=1, theme="x"), "rest"),
        (Week(number=1, theme="x", rest=True), "rest"),
        (Week(number=1, theme="x", pulse="start"), "pulse"),
    ],
)
def test_a_week_is_an_offer_a_rest_or_a_pulse(week: Week, kind: str) -> None:
    assert week.kind == kind


def test_an_action_knows_whether_it_needs_a_peer_or_a_team() -> None:
    assert an_action(with_="cross_org_pair").needs_peer
    assert not an_action(with_="solo").needs_peer
    assert an_action(with_="own_team").needs_team
    assert not an_action(with_="group").needs_team


@pytest.mark.parametrize(
    ("category", "nudge", "asks"),
    [
        ("listening", "Sit down together.", True),
        ("sharing", "What do you need?", True),
        ("sharing", "Ask a partner.", True),
        ("sharing", "Post one line.", False),
    ],
)
def test_an_action_asks_when_it_listens_or_holds_a_question(category: str, nudge: str, asks: bool) -> None:
    assert an_action(category=category, nudge=nudge).asks is asks


def test_values_cannot_be_changed_in_place() -> None:
    with pytest.raises(FrozenInstanceError):
        an_action().minutes = 5  # type: ignore[misc]


def test_a_week_is_found_by_its_number_and_absent_outside() -> None:
    campaign = small_campaign()
    week = campaign.week(2)
    assert week is not None
    assert week.number == 2
    assert campaign.week(9) is None
    assert replace(campaign, weeks=()).week(1) is None


def test_the_longest_word_counts_even_where_the_default_is_longer() -> None:
    content = ContentRules(
        title_max=60,
        nudge_max=300,
        smaller_step_max=140,
        done_means_max=80,
        minutes_max=45,
        rung_max=3,
        quick_minutes=15,
        quick_one_in=3,
        permission_needed_over_weeks=8,
        asking_gap_weeks=3,
        team_words_max=300,
        recurring_phrases=(),
        placeholders=(PlaceholderLimit(id="peer", max_chars=24),),
        words=(OwnWord(id="system_name", default="a long name", max_chars=3),),
    )
    assert content.longest() == {"peer": 24, "system_name": 11}
    assert content.default_words() == {"system_name": "a long name"}
