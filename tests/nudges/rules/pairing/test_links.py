"""Links: which exist, which were tended, and whom to meet outside a round."""

from dataclasses import replace
from datetime import UTC, date, datetime

from nudges.model.pair import Pair, PairKind
from nudges.rules.pairing.links import (
    choose_peer,
    links_kept,
    new_links,
    organisation_pairs_met,
    second_cup_for,
    tended_links,
)
from nudges.rules.pairing.pairing import Candidate
from tests.nudges.example_leader import RULES

ON = date(2027, 6, 1)
ANN = Candidate(id="ann", organisation_id="trust", tags=frozenset({"falls"}), level="board")
BEA = Candidate(id="bea", organisation_id="council")
CAL = Candidate(id="cal", organisation_id="hospice", tags=frozenset({"falls"}))
DEV = Candidate(id="dev", organisation_id="charity", level="board")
EVE = Candidate(id="eve", organisation_id="trust")
EVERYBODY = (ANN, BEA, CAL, DEV, EVE)
HOME = {one.id: one.organisation_id for one in EVERYBODY}


def utc(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


def a_pair(*ids: str, formed: str, met: str | None = None) -> Pair:
    at = utc(met) if met else None
    return Pair(
        id=f"{'-'.join(ids)} {formed}",
        partnership_id="riverside",
        run_id="run",
        kind=PairKind.COFFEE,
        leader_ids=ids,
        organisation_ids=tuple(HOME[one] for one in ids),
        formed_at=utc(formed),
        met_at=at,
        met_by=ids[0] if met else None,
        confirmed_at=at,
    )


def two(a: str, b: str) -> frozenset[str]:
    return frozenset((a, b))


def peer(
    *pairs: Pair, others: tuple[Candidate, ...] = (BEA, CAL, DEV, EVE), leader: Candidate = ANN
) -> str | None:
    return choose_peer(leader, others, pairs, on=ON, rules=RULES)


def second_cup(*pairs: Pair) -> str | None:
    return second_cup_for("ann", pairs, on=ON, rules=RULES)


def test_organisations_have_met_when_two_of_their_people_have() -> None:
    met = a_pair("ann", "dev", formed="2027-05-01", met="2027-05-02")
    pairs = [
        a_pair("ann", "bea", formed="2027-05-01"),
        a_pair("ann", "cal", "eve", formed="2027-05-01", met="2027-05-10"),
        replace(met, denied_at=utc("2027-05-03")),
    ]
    assert organisation_pairs_met(pairs) == {two("trust", "hospice")}


def test_a_first_meeting_is_a_new_link_and_the_next_one_tends_it() -> None:
    pairs = [
        a_pair("ann", "bea", formed="2027-05-20", met="2027-05-28"),
        a_pair("ann", "bea", formed="2027-03-01", met="2027-03-05"),
        a_pair("ann", "cal", formed="2027-05-01", met="2027-05-21"),
        a_pair("ann", "dev", formed="2027-05-01", met="2027-05-29"),
    ]
    after, until = utc("2027-05-21"), utc("2027-05-28")
    assert new_links(pairs, after, until) == set(), "the first instant belongs to the rollup before"
    assert tended_links(pairs, after, until) == {two("ann", "bea")}
    assert new_links(pairs, utc("2027-05-20"), until) == {two("ann", "cal")}
    assert tended_links(pairs, utc("2027-03-01"), utc("2027-03-31")) == set()


def test_a_link_is_kept_for_ninety_days_after_contact() -> None:
    pairs = [
        a_pair("ann", "bea", formed="2027-03-01", met="2027-03-04"),
        a_pair("ann", "cal", formed="2027-03-01", met="2027-03-03"),
        a_pair("ann", "dev", formed="2027-06-01"),
    ]
    assert links_kept(pairs, on=ON, rules=RULES) == {two("ann", "bea")}


def test_the_current_pair_comes_first() -> None:
    pairs = [
        a_pair("ann", "cal", formed="2027-05-25"),
        a_pair("ann", "bea", formed="2027-05-01", met="2027-05-30"),
    ]
    assert peer(*pairs) == "cal"


def test_without_a_current_pair_it_is_the_person_met_last() -> None:
    ended = replace(a_pair("ann", "dev", formed="2027-05-25"), ended_at=utc("2027-05-27"))
    met_first = a_pair("ann", "cal", formed="2027-01-01", met="2027-01-05")
    met_last = a_pair("ann", "bea", formed="2027-01-01", met="2027-02-05")
    assert peer(ended, met_last, met_first) == "bea"


def test_without_anybody_met_it_is_the_best_person_not_met_yet() -> None:
    assert peer() == "cal", "they share an interest"
    linked = a_pair("eve", "cal", formed="2027-01-01", met="2027-01-05")
    assert peer(linked) == "dev", "an organisation without a link comes first, then a similar level"


def test_an_exclusion_of_either_side_a_colleague_and_somebody_away_are_never_chosen() -> None:
    met = a_pair("ann", "bea", formed="2027-01-01", met="2027-02-05")
    wary_ann, wary_bea = (
        replace(ANN, exclusions=frozenset({"bea"})),
        replace(BEA, exclusions=frozenset({"ann"})),
    )
    assert peer(met, others=(BEA, EVE)) == "bea"
    assert peer(met, others=(BEA, EVE), leader=wary_ann) is None
    assert peer(met, others=(wary_bea, EVE)) is None
    assert peer(met, others=(EVE,)) is None


def test_somebody_who_was_just_swapped_away_is_not_offered_again() -> None:
    swapped = replace(a_pair("ann", "cal", formed="2027-05-25"), ended_at=utc("2027-05-27"))
    assert peer(swapped, others=(CAL,)) is None
    assert peer(replace(swapped, formed_at=utc("2027-03-09")), others=(CAL,)) == "cal"


def test_a_second_cup_goes_to_the_link_left_alone_for_longest() -> None:
    pairs = [
        a_pair("ann", "cal", formed="2027-01-01", met="2027-03-05"),
        a_pair("ann", "bea", formed="2027-01-01", met="2027-02-05"),
        a_pair("bea", "dev", formed="2027-01-01", met="2027-01-05"),
    ]
    assert second_cup(*pairs) == "bea"
    tended = a_pair("ann", "bea", formed="2027-05-01", met="2027-05-20")
    assert second_cup(*pairs, tended) == "cal"
    assert second_cup_for("ann", pairs, on=ON, rules=RULES, able={"cal"}) == "cal"


def test_a_second_cup_waits_five_weeks_and_is_not_offered_twice() -> None:
    assert second_cup(a_pair("ann", "bea", formed="2027-04-01", met="2027-04-28")) is None
    due = a_pair("ann", "bea", formed="2027-04-01", met="2027-04-27")
    assert second_cup(due) == "bea"
    assert second_cup(due, a_pair("ann", "bea", formed="2027-05-30")) is None
    assert second_cup() is None
