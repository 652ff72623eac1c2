"""The headless run: the same seed says the same, and its object is what the interface says."""

import json

import pytest

from bot.sandbox.headless import run
from bot.sandbox.run_record import to_json, to_text

pytestmark = pytest.mark.slow
KINDS = {
    "welcome", "nudge", "reminder", "did_it_happen", "support", "pulse", "restart", "step", "pair", "pause",
    "answer", "lead", "rollup", "channel_post",
}  # fmt: skip
KEYS = {
    "campaign", "weeks", "seed", "start_on", "calendar", "organisations", "leaders", "messages", "replies",
    "pairs", "partner_steps", "rollups", "totals", "violations",
}  # fmt: skip


async def test_the_starter_breaks_no_rule_and_says_all_that_the_interface_asks() -> None:
    record = await run("starter", weeks=4, seed=1)
    result = to_json(record)
    assert result["violations"] == []
    assert set(result) >= KEYS
    assert {message["kind"] for message in result["messages"]} <= KINDS
    assert [rollup["week"] for rollup in result["rollups"]] == [1, 2, 3, 4]
    assert all(len(rollup["lines"]) <= 12 for rollup in result["rollups"])
    assert [message["at"] for message in result["messages"]] == sorted(
        message["at"] for message in result["messages"]
    )
    assert {week["kind"] for week in result["calendar"]} == {"offer"}
    assert len([one for one in result["leaders"] if one["takes_part"]]) == 16
    assert sum(1 for message in result["messages"] if message["kind"] == "channel_post") == 1
    assert "No rule was broken." in to_text(result)


async def test_the_same_seed_prints_the_same_and_another_seed_does_not() -> None:
    first, again, other = [
        json.dumps(to_json(await run("starter", weeks=2, seed=seed)), sort_keys=True) for seed in (7, 7, 8)
    ]
    assert first == again
    assert first != other


async def test_about_half_of_those_who_are_offered_something_do_it() -> None:
    totals = to_json(await run("starter", weeks=4, seed=3))["totals"]
    assert 0.3 < totals["done"] / totals["offered"] < 0.75


@pytest.mark.campaign
@pytest.mark.parametrize(
    ("campaign", "weeks"),
    [
        ("papers-to-action", 12),
        ("first-100-days", 15),
        ("repair-a-relationship", 16),
        ("system-leadership-6-months", 26),
    ],
)
async def test_every_campaign_whole_breaks_no_rule(campaign: str, weeks: int) -> None:
    assert to_json(await run(campaign, weeks=weeks, seed=1))["violations"] == []
