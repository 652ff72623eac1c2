"""The preview says what the core would do: one step a week, in order of time, asked about when it is over."""

from datetime import timedelta

import pytest

from bot.content.campaign_preview import make_preview
from bot.wiring import load_playbook

CAMPAIGNS = sorted(load_playbook().campaigns)


@pytest.mark.parametrize("campaign_id", CAMPAIGNS)
def test_a_week_has_one_step_at_most_and_its_messages_in_order_of_time(campaign_id: str) -> None:
    for week in make_preview(campaign_id).weeks:
        kinds = [said.kind for said in week.messages]
        assert kinds.count("nudge") <= 1
        assert [said.at for said in week.messages] == sorted(said.at for said in week.messages)


def test_the_first_step_is_the_new_action_of_its_week() -> None:
    first, second, *_ = make_preview("starter").weeks
    assert [said.kind for said in first.messages][:2] == ["welcome", "nudge"]
    assert first.messages[1].when == "at once after “yes”"
    assert "nudge" in [said.kind for said in second.messages]


def test_the_invitation_shows_its_buttons() -> None:
    assert make_preview("starter").weeks[0].messages[0].text.endswith("[Yes] [Not now] [What is held]")


def test_nobody_is_asked_whether_it_happened_in_the_middle_of_it() -> None:
    week = make_preview("starter").weeks[1]
    offered = next(said for said in week.messages if said.kind == "nudge")
    asked = next(said for said in week.messages if said.kind == "did_it_happen")
    assert "30-minute" in offered.text
    assert asked.at >= offered.at + timedelta(hours=26, minutes=30)
