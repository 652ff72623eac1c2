"""Coffee rounds: what never happens, what is preferred, and who sits with the odd one out."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from nudges.model.pair import Pair, PairKind
from nudges.rules.pairing.pairing import Candidate, History, Round, form_round, history_of
from tests.nudges.example_leader import RULES

ON = date(2027, 3, 1)
TWELVE_WEEKS_AGO = ON - timedelta(weeks=RULES.pairing.no_repeat_weeks)


def people(*ids: str) -> list[Candidate]:
    """People whose organisation is the first letter of their id."""
    return [Candidate(id=id, organisation_id=id[0]) for id in ids]


def two(a: str, b: str) -> frozenset[str]:
    return frozenset((a, b))


def a_round(
    candidates: list[Candidate], history: History | None = None, *, number: int = 1, seed: int = 1
) -> Round:
    return form_round(candidates, history or History(), round_number=number, on=ON, rules=RULES, seed=seed)


def drawn(lot: Random, *, most: int = 14, limits_each: int = 2) -> tuple[list[Candidate], History]:
    """A few people of a few organisations, with exclusions and with pairings of other days."""
    ids = [f"{lot.choice('abcde'[: lot.randint(1, 5)])}{at}" for at in range(lot.randint(0, most))]
    couples = [two(*each) for each in combinations(ids, 2)]

    def some() -> list[frozenset[str]]:
        return lot.sample(couples, min(len(couples), lot.randint(0, limits_each * len(ids))))

    apart = set(some())
    candidates = [
        Candidate(
            id=id,
            organisation_id=id[0],
            # Only one side says so: the other must never find out by being paired.
            exclusions=frozenset(other for other in ids if id < other and two(id, other) in apart),
            tags=frozenset(lot.sample(("data", "homes", "falls"), lot.randint(0, 3))),
            level=lot.choice(("", "board", "team")),
            setting=lot.choice(("", "ward", "town")),
        )
        for id in ids
    ]
    last_on = {couple: lot.choice(DAYS) for couple in some()}
    return candidates, History(people_met=frozenset(some()), last_on=last_on)


# A seed for `drawn` is far cheaper for Hypothesis than drawing each person; the failing seed replays.
crowds = st.integers(0, 2**32).map(lambda seed: drawn(Random(seed)))


DAYS = (
    ON - timedelta(days=7),
    TWELVE_WEEKS_AGO + timedelta(days=1),
    TWELVE_WEEKS_AGO,
    ON - timedelta(days=300),
)


def may_share_a_table(a: Candidate, b: Candidate, history: History) -> bool:
    last = history.last_on.get(two(a.id, b.id))
    return not (
        b.id in a.exclusions or a.id in b.exclusions or (last is not None and last > TWELVE_WEEKS_AGO)
    )


@given(crowds, st.integers(1, 5), st.integers(0, 3))
@settings(max_examples=120)
def test_nobody_meets_a_colleague_an_exclusion_or_the_same_person_within_twelve_weeks(
    given_crowd: tuple[list[Candidate], History], number: int, seed: int
) -> None:
    candidates, history = given_crowd
    by_id = {one.id: one for one in candidates}
    formed = a_round(candidates, history, number=number, seed=seed)
    for group in formed.groups:
        assert 2 <= len(group) <= 3
        assert len({by_id[one].organisation_id for one in group}) >= 2
        for a, b in combinations(group, 2):
            assert may_share_a_table(by_id[a], by_id[b], history)


@given(crowds)
@settings(max_examples=60)
def test_everybody_is_seated_once_or_said_to_be_unpaired(
    given_crowd: tuple[list[Candidate], History],
) -> None:
    candidates, history = given_crowd
    formed = a_round(candidates, history)
    seated = [one for group in formed.groups for one in group]
    assert sorted([*seated, *formed.unpaired]) == sorted(one.id for one in candidates)


@given(st.integers(0, 2**32))
@settings(max_examples=60)
def test_as_many_people_meet_as_can_meet(seed: int) -> None:
    candidates, history = drawn(Random(seed), most=8, limits_each=0)
    formed = a_round(candidates, history, seed=seed)
    assert len(candidates) - len(formed.unpaired) == most_seated(candidates, history)


@given(st.integers(0, 2**32))
@settings(max_examples=60)
def test_at_most_one_more_could_meet_where_half_the_crowd_is_kept_apart(seed: int) -> None:
    candidates, history = drawn(Random(seed), most=8)
    formed = a_round(candidates, history, seed=seed)
    assert len(candidates) - len(formed.unpaired) >= most_seated(candidates, history) - 1


def most_seated(candidates: list[Candidate], history: History) -> int:
    """Try every way to make tables of two and three."""
    if len(candidates) < 2:
        return 0
    first, rest = candidates[0], candidates[1:]
    best = most_seated(rest, history)
    for size in (1, 2):
        for others in combinations(rest, size):
            table = (first, *others)
            fits = all(may_share_a_table(a, b, history) for a, b in combinations(table, 2))
            if fits and len({one.organisation_id for one in table}) > 1:
                left = [one for one in rest if one not in others]
                best = max(best, len(table) + most_seated(left, history))
    return best


@given(crowds, st.integers(0, 1000), st.randoms(use_true_random=False))
@settings(max_examples=30)
def test_the_same_seed_gives_the_same_round_in_whatever_order_people_are_listed(
    given_crowd: tuple[list[Candidate], History], seed: int, order: Random
) -> None:
    candidates, history = given_crowd
    listed = list(candidates)
    order.shuffle(listed)
    assert a_round(candidates, history, seed=seed) == a_round(listed, history, seed=seed)


def test_another_seed_gives_another_round() -> None:
    crowd = people(*(f"{home}{at}" for home in "abcd" for at in range(4)))
    assert len({a_round(crowd, seed=seed).groups for seed in range(5)}) > 1


def test_an_exclusion_is_honoured_though_only_one_side_asked() -> None:
    wary, other = people("a1", "b1")
    for pair in (
        [replace(wary, exclusions=frozenset({"b1"})), other],
        [wary, replace(other, exclusions=frozenset({"a1"}))],
    ):
        assert a_round(pair) == Round(groups=(), unpaired=("a1", "b1"))


def test_a_repeat_is_allowed_twelve_weeks_to_the_day_after() -> None:
    crowd = people("a1", "b1")
    too_soon = History(last_on={two("a1", "b1"): TWELVE_WEEKS_AGO + timedelta(days=1)})
    assert a_round(crowd, too_soon).unpaired == ("a1", "b1")
    assert a_round(crowd, History(last_on={two("a1", "b1"): TWELVE_WEEKS_AGO})).groups == (("a1", "b1"),)


def test_the_odd_one_out_makes_a_trio_of_three_organisations() -> None:
    for seed in range(20):
        formed = a_round(people("a1", "a2", "b1", "b2", "c1"), seed=seed)
        assert formed.unpaired == ()
        (trio,) = [group for group in formed.groups if len(group) == 3]
        assert {one[0] for one in trio} == {"a", "b", "c"}


def test_a_trio_of_two_organisations_is_better_than_nobody() -> None:
    assert a_round(people("a1", "a2", "b1")).groups == (("a1", "a2", "b1"),)


def test_no_trio_holds_two_people_who_want_to_be_apart() -> None:
    crowd = [*people("a2", "b1"), Candidate(id="a1", organisation_id="a", exclusions=frozenset({"a2"}))]
    formed = a_round(crowd)
    assert [len(group) for group in formed.groups] == [2]
    assert len(formed.unpaired) == 1


def test_somebody_gives_a_seat_up_where_only_that_lets_everybody_sit() -> None:
    # a1 may meet b1 alone; whoever sat with b1 has to find a trio elsewhere.
    shy = Candidate(id="a1", organisation_id="a", exclusions=frozenset({"c1", "c2", "d1"}))
    for seed in range(10):
        assert a_round([shy, *people("b1", "c1", "c2", "d1")], seed=seed).unpaired == ()


def test_people_with_no_possible_partner_are_unpaired() -> None:
    assert a_round(people("a1", "a2", "a3")) == Round(groups=(), unpaired=("a1", "a2", "a3"))
    assert a_round(people("a1")).unpaired == ("a1",)
    assert a_round([]) == Round(groups=(), unpaired=())


def test_organisations_without_a_link_come_before_everything_else() -> None:
    crowd = [
        replace(candidate, tags=frozenset({"falls"} if candidate.id in {"a1", "b1"} else ()))
        for candidate in people("a1", "b1", "c1", "d1")
    ]
    linked = History(organisations_met=frozenset({two("a", "b"), two("c", "d")}))
    assert ("a1", "b1") not in a_round(crowd, linked).groups


def test_people_who_never_met_come_before_people_with_the_same_interest() -> None:
    crowd = [replace(one, tags=frozenset({one.id[1]})) for one in people("a1", "a2", "b1", "b2")]
    history = History(
        organisations_met=frozenset({two("a", "b")}),
        people_met=frozenset({two("a1", "b1"), two("a2", "b2")}),
    )
    assert a_round(crowd, history).groups == (("a1", "b2"), ("a2", "b1"))
    assert a_round(crowd, History(organisations_met=history.organisations_met)).groups == (
        ("a1", "b1"),
        ("a2", "b2"),
    )


def test_similar_levels_meet_in_the_first_rounds_and_settings_mix_after() -> None:
    crowd = [
        replace(candidate, level=level, setting=setting)
        for candidate, level, setting in zip(
            people("a1", "b1", "c1", "d1", "e1", "f1", "g1", "h1"),
            ("board", "team") * 4,
            ("ward", "town") * 4,
            strict=True,
        )
    ]
    level = {one.id: one.level for one in crowd}
    known = frozenset(two(a.organisation_id, b.organisation_id) for a, b in combinations(crowd, 2))

    def alike(number: int) -> int:
        groups = a_round(crowd, History(organisations_met=known), number=number).groups
        return sum(level[a] == level[b] for a, b in groups)

    assert alike(1) == 2, "three in ten of four pairs is two that mix; the others are of one level"
    assert alike(3) == 0


def test_a_round_makes_each_new_link_once_where_it_can() -> None:
    crowd = people(*(f"{home}{at}" for home in "abcdef" for at in range(4)))
    for seed in range(5):
        groups = a_round(crowd, seed=seed).groups
        assert len({two(a[0], b[0]) for a, b in groups}) == len(groups) == 12


def test_settings_mix_even_where_everything_else_speaks_against_it() -> None:
    homes = "abcdefghijklmnopqrst"
    crowd = [
        Candidate(
            id=f"{home}1",
            organisation_id=home,
            setting="ward" if at < 10 else "town",
            tags=frozenset({"falls" if at < 10 else "homes"}),
        )
        for at, home in enumerate(homes)
    ]
    across = frozenset(two(a, b) for a in homes[:10] for b in homes[10:])
    setting = {one.id: one.setting for one in crowd}
    groups = a_round(crowd, History(organisations_met=across), number=4).groups
    assert sum(setting[a] != setting[b] for a, b in groups) / len(groups) >= 0.3


def a_pair(*ids: str, formed: str, met: str | None = None, confirmed: str | None = None) -> Pair:
    def at(day: str | None) -> datetime | None:
        return None if day is None else datetime.fromisoformat(day).replace(tzinfo=UTC)

    return Pair(
        id="-".join(ids),
        partnership_id="riverside",
        run_id="run",
        kind=PairKind.COFFEE,
        leader_ids=ids,
        organisation_ids=tuple(one[0] for one in ids),
        formed_at=datetime.fromisoformat(formed).replace(tzinfo=UTC),
        met_at=at(met),
        confirmed_at=at(confirmed),
    )


def test_coverage_counts_who_met_and_an_offer_is_enough_against_a_repeat() -> None:
    history = history_of(
        [
            a_pair("a1", "b1", formed="2027-01-04"),
            a_pair("a1", "c1", "c2", formed="2027-01-04", met="2027-01-08", confirmed="2027-01-09"),
            a_pair("a1", "c1", formed="2026-01-04"),
        ]
    )
    assert history.organisations_met == {two("a", "c")}
    assert history.people_met == {two("a1", "c1"), two("a1", "c2"), two("c1", "c2")}
    assert history.last_on[two("a1", "b1")] == date(2027, 1, 4)
    assert history.last_on[two("a1", "c1")] == date(2027, 1, 8)


def test_a_thousand_people_are_paired_without_a_forbidden_pair() -> None:
    crowd = people(*(f"{'abcdefghij'[at % 10]}{at}" for at in range(1101)))
    recent = {two(f"a{at}", f"b{at + 1}"): ON for at in range(0, 1100, 10)}
    formed = a_round(crowd, History(last_on=recent))
    assert formed.unpaired == ()
    assert sorted(map(len, formed.groups))[-2:] == [2, 3]
    assert all(len({one[0] for one in group}) == len(group) for group in formed.groups)
    assert not {two(*group) for group in formed.groups if len(group) == 2} & recent.keys()


def test_a_crowd_that_is_nearly_all_one_organisation_seats_who_it_can() -> None:
    crowd = people("a1", "a2", "a3", "a4", "a5", "b1")
    formed = a_round(crowd)
    assert len(formed.unpaired) == 3
    assert [len(group) for group in formed.groups] == [3]
