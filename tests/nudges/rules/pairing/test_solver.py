"""The solver against every possible answer, and against the exact one where there are too many."""

from functools import cache
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nudges.rules.pairing import solver
from nudges.rules.pairing.solver import exact, solve

if TYPE_CHECKING:
    from nudges.rules.pairing.solver import Ints, Weigh


def weights_of(lot: Random, size: int, *, forbidden: float) -> Any:
    """A symmetric matrix; a share of the pairs is forbidden."""
    table = np.full((size, size), -1, dtype=np.int64)
    for a in range(size):
        for b in range(a):
            if lot.random() >= forbidden:
                table[a, b] = table[b, a] = lot.choice((0, 1, 10, 11, 100, 1000, 1111))
    return table


def weigh_by(table: Any) -> "Weigh":
    def weigh(a: "Ints", b: "Ints") -> "Ints":
        result: Ints = table[a, b]
        return result

    return weigh


def best(table: Any) -> tuple[int, int]:
    """Most pairs, and the most weight with that many: every way is tried."""

    @cache
    def from_here(left: frozenset[int]) -> tuple[int, int]:
        if not left:
            return (0, 0)
        first = min(left)
        options = [from_here(left - {first})]
        for other in left - {first}:
            if table[first, other] >= 0:
                pairs, weight = from_here(left - {first, other})
                options.append((pairs + 1, weight + int(table[first, other])))
        return max(options)

    return from_here(frozenset(range(len(table))))


def value(pairs: list[tuple[int, int]], table: Any) -> tuple[int, int]:
    assert len({one for pair in pairs for one in pair}) == 2 * len(pairs)
    assert all(table[a, b] >= 0 for a, b in pairs)
    return len(pairs), sum(int(table[a, b]) for a, b in pairs)


@given(st.integers(0, 2**32), st.integers(0, 9), st.sampled_from((0.1, 0.5, 0.8)))
@settings(max_examples=60)
def test_a_small_crowd_gets_the_very_best_pairs(seed: int, size: int, forbidden: float) -> None:
    table = weights_of(Random(seed), size, forbidden=forbidden)
    assert value(solve(weigh_by(table), size, seed=1), table) == best(table)


# Greedy with exchanges is for thousands of people; in so small a crowd one poor pair is one in a hundred.
@pytest.mark.parametrize(("exact_up_to", "share"), [(1000, 0.995), (0, 0.98)])
def test_short_lists_and_exchanges_come_close_to_the_best(
    monkeypatch: pytest.MonkeyPatch, exact_up_to: int, share: float
) -> None:
    monkeypatch.setattr(solver, "WHOLE_UP_TO", 0)
    monkeypatch.setattr(solver, "EXACT_UP_TO", exact_up_to)
    for seed in range(5):
        table = weights_of(Random(seed), 80, forbidden=0.2)
        low, high = np.nonzero(np.triu(table >= 0, 1))
        most, heaviest = value(exact(80, low, high, table[low, high]), table)
        pairs, weight = value(solve(weigh_by(table), 80, seed=seed), table)
        assert pairs == most
        assert weight >= share * heaviest


def test_a_person_outside_every_short_list_is_still_paired(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solver, "WHOLE_UP_TO", 0)
    size = 60
    table = np.full((size, size), 1000, dtype=np.int64)
    table[0, :] = table[:, 0] = 0
    np.fill_diagonal(table, -1)
    for exact_up_to in (0, 1000):
        monkeypatch.setattr(solver, "EXACT_UP_TO", exact_up_to)
        assert len(solve(weigh_by(table), size, seed=3)) == size // 2


@pytest.mark.parametrize("exact_up_to", [0, 1000])
def test_two_who_cannot_meet_break_a_pair_up(monkeypatch: pytest.MonkeyPatch, exact_up_to: int) -> None:
    monkeypatch.setattr(solver, "WHOLE_UP_TO", 0)
    monkeypatch.setattr(solver, "EXACT_UP_TO", exact_up_to)
    monkeypatch.setattr(solver, "BEST_OF_EACH", 1)
    # 1 and 2 want each other most; 0 can only meet 1, and 3 only 2.
    table = np.full((4, 4), -1, dtype=np.int64)
    for a, b, weight in ((1, 2, 1000), (0, 1, 1), (2, 3, 1)):
        table[a, b] = table[b, a] = weight
    assert solve(weigh_by(table), 4, seed=1) == [(0, 1), (2, 3)]


def test_the_same_seed_gives_the_same_pairs_and_a_crowd_of_one_gives_none() -> None:
    table = weights_of(Random(1), 300, forbidden=0.1)
    assert solve(weigh_by(table), 300, seed=5) == solve(weigh_by(table), 300, seed=5)
    assert solve(weigh_by(table), 1, seed=5) == solve(weigh_by(table), 0, seed=5) == []
