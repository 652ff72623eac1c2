"""Tests of nudges/unit_of_work/principles_card.py: when the card is shown, and what it says."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, cast

import pytest

from nudges.model.people import Leader, Partnership
from nudges.model.roster import Roster
from nudges.ports import Transaction
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.joining.principles_card import principles_facts, principles_rider
from tests.journeys.world import FOUR, a_partnership, playbook

NOW = datetime(2027, 2, 2, 9, tzinfo=UTC)
YES = datetime(2027, 1, 4, 10, tzinfo=UTC)
AMA = replace(FOUR[0], opted_in_at=YES, last_offer_on=date(2027, 1, 18))


def _card(
    leader: Leader, *, on: date, lines: tuple[str, ...] = ("We ask early.",)
) -> Mapping[str, Any] | None:
    partnership: Partnership = replace(a_partnership(), principles=lines)
    leaders = {one.id: one for one in (*FOUR[1:], leader)}
    roster = Roster(partnership=partnership, organisations={}, leaders=leaders, runs=())
    return principles_rider(_turn(), roster, leader, on=on)


def _turn() -> UnitOfWork:
    return UnitOfWork(tx=cast(Transaction, None), book=playbook(), at=NOW, holidays={})


@pytest.mark.parametrize(
    ("last_offer_on", "on", "is_shown"),
    [
        (None, date(2027, 1, 12), True),
        (date(2027, 1, 4), date(2027, 1, 12), True),  # the step at the welcome was no nudge of a week
        (date(2027, 1, 11), date(2027, 1, 19), False),
        (date(2027, 1, 25), date(2027, 2, 2), True),
        (date(2027, 2, 1), date(2027, 2, 9), False),
        (date(2026, 2, 2), date(2027, 2, 9), True),
    ],
)
def test_the_card_is_shown_first_and_then_once_a_month(
    last_offer_on: date | None, on: date, is_shown: bool
) -> None:
    leader = replace(AMA, last_offer_on=last_offer_on)
    assert (_card(leader, on=on) is not None) == is_shown


def test_whoever_signed_and_a_partnership_without_principles_see_no_card() -> None:
    assert _card(replace(AMA, signed_at=NOW), on=date(2027, 2, 2)) is None
    assert _card(AMA, on=date(2027, 2, 2), lines=()) is None


def test_only_the_number_of_signatures_is_said() -> None:
    signed = replace(FOUR[1], signed_at=NOW)
    gone = replace(FOUR[2], signed_at=NOW, left_at=NOW)
    leaders = {one.id: one for one in (AMA, signed, gone)}
    partnership = replace(a_partnership(), principles=("We ask early.",))
    roster = Roster(partnership=partnership, organisations={}, leaders=leaders, runs=())
    facts = principles_facts(_turn(), roster, AMA)
    assert (facts["signed"], facts["has_signed"]) == (1, False)
    assert [one["verb"] for one in facts["buttons"]] == ["sign", "amend"]
    assert "Ben" not in str(facts)
