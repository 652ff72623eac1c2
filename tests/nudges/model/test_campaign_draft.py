"""A draft travels on a button and comes back as it was, and nothing else is taken for one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from nudges.errors import InvalidInput
from nudges.model.campaign_draft import Draft, read_draft
from nudges.said import said

DRAFT = Draft(
    lead_id="riverside-hetty",
    campaign_id="starter",
    starts_on=date(2027, 1, 4),
    name="Spring",
    goal="People get home “sooner”.",
    better_off="People who wait.",
    channel="partnership",
    organisation_ids=("riverside-trust", "riverside-council"),
)


def test_a_draft_comes_back_as_it_was() -> None:
    assert read_draft(DRAFT.to_text()) == DRAFT
    bare = Draft(lead_id="a", campaign_id="b", starts_on=date(2027, 1, 4))
    assert read_draft(bare.to_text()) == bare


@pytest.mark.parametrize(
    "text",
    [
        "",
        "starter",
        "[]",
        "{}",
        '["a","b","2027-01-04"]',
        '["a","b","soon","","","",""]',
        '["a",2,3,4,5,6,7]',
        "[" * 3000,
    ],
)
def test_nothing_else_is_taken_for_one(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_draft(text)
    assert caught.value.said == said("campaigns.draft_unreadable")


def test_a_draft_that_no_button_can_carry_says_so() -> None:
    assert not DRAFT.is_too_long
    assert replace(DRAFT, organisation_ids=tuple(f"riverside-{n}" for n in range(200))).is_too_long
