"""Small counts and shares: nobody is found out by subtraction, and few people have no percentage."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nudges.model.small_counts import percent, published_breakdown, small_count
from tests.nudges.example_leader import RULES

CELLS = st.dictionaries(st.sampled_from(["time", "people", "permission"]), st.integers(0, 40), min_size=1)


@pytest.mark.parametrize(
    ("n", "words"), [(-1, "none yet"), (0, "none yet"), (1, "a few"), (4, "a few"), (5, "5"), (60, "60")]
)
def test_small_counts_are_said_in_words(n: int, words: str) -> None:
    assert small_count(n, RULES) == words


@given(st.lists(CELLS, min_size=2, max_size=8))
def test_subtracting_any_two_published_breakdowns_never_isolates_fewer_than_five(
    weeks: list[dict[str, int]],
) -> None:
    published: list[dict[str, int]] = []
    for counts in weeks:
        published.append(published_breakdown(counts, RULES, earlier=published))
    for before, after in combinations(published, 2):
        for name in before.keys() & after.keys():
            assert abs(before[name] - after[name]) not in range(1, 5)


def test_a_breakdown_that_moved_far_enough_is_published_anew_and_a_first_one_as_it_is() -> None:
    first = published_breakdown({"time": 7, "people": 9}, RULES)
    assert first == {"time": 7, "people": 9}
    second = published_breakdown({"time": 12, "people": 11}, RULES, earlier=[first])
    assert second == {"time": 12, "people": 9}
    third = published_breakdown({"time": 8, "people": 14}, RULES, earlier=[first, second])
    assert third == {"time": 12, "people": 14}, "8 is too near to the 7 of before"


@given(st.integers(0, 200), st.integers(0, 200))
def test_a_percentage_is_never_rounded_up_nor_said_of_few_people(k: int, n: int) -> None:
    share = percent(k, n, RULES)
    assert (share is None) == (n < 10)
    if share is not None:
        assert share * n <= min(k, n) * 100 < (share + 1) * n
