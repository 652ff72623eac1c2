"""The heaviest way to put people in twos: exact for a few hundred, close to it for thousands."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Weigh = Callable[[Ints, Ints], Ints]

WHOLE_UP_TO = 200
EXACT_UP_TO = 1000
BEST_OF_EACH = 20
ROWS_AT_ONCE = 500
SWEEPS = 15


def solve(weigh: Weigh, size: int, *, seed: int) -> list[tuple[int, int]]:
    """Put `size` people in twos: as many people as possible, then the greatest sum of weights.

    `weigh` gives the weights of pairs (arrays of positions that broadcast); below zero is forbidden.
    Returns pairs (low, high), sorted; nobody twice. Exact up to 200 people; above, only the 20 best
    partners of each person are tried; above 1,000 the answer is greedy and then exchanged pairwise.
    The same seed gives the same answer.
    """
    import numpy as np

    if size < 2:
        return []
    rng = np.random.default_rng(seed)
    if size <= WHOLE_UP_TO:
        everyone = np.arange(size)
        weights = weigh(everyone[:, None], everyone[None, :])
        low, high = np.nonzero(np.triu(weights >= 0, 1))
        return exact(size, low, high, weights[low, high])
    low, high, weights = _best_of_each(weigh, size, rng)
    if size <= EXACT_UP_TO:
        pairs = exact(size, low, high, weights)
        return _place_the_rest(weigh, size, pairs)
    pairs = _place_the_rest(weigh, size, greedy(size, low, high, weights))
    return _exchange(weigh, pairs, low, high, rng) if pairs else []


def exact(size: int, low: Ints, high: Ints, weights: Ints) -> list[tuple[int, int]]:
    """The heaviest of the largest matchings on these edges (rustworkx, weighted blossom)."""
    import rustworkx

    graph = rustworkx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(size))
    graph.add_edges_from(list(zip(low.tolist(), high.tolist(), weights.tolist(), strict=True)))
    result = rustworkx.max_weight_matching(graph, max_cardinality=True, weight_fn=int)
    return sorted((min(a, b), max(a, b)) for a, b in result)


def greedy(size: int, low: Ints, high: Ints, weights: Ints) -> list[tuple[int, int]]:
    """The heaviest edge first, then the heaviest of what is left; equal ones in the order given."""
    import numpy as np

    free = [True] * size
    pairs = []
    order = np.argsort(-weights, kind="stable")
    for a, b in zip(low[order].tolist(), high[order].tolist(), strict=True):
        if free[a] and free[b]:
            free[a] = free[b] = False
            pairs.append((a, b))
    return sorted(pairs)


def _best_of_each(weigh: Weigh, size: int, rng: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    """Edges to the best partners of each; equals by lot, or all would ask for the same few."""
    import numpy as np

    lot = rng.integers(0, 1 << 12, size)
    everyone = np.arange(size)
    keys = []
    for start in range(0, size, ROWS_AT_ONCE):
        rows = everyone[start : start + ROWS_AT_ONCE]
        weights = weigh(rows[:, None], everyone[None, :])
        with_lot = np.where(weights >= 0, (weights << 12) + (lot[rows][:, None] ^ lot[None, :]), -1)
        kept = np.argpartition(with_lot, -BEST_OF_EACH, axis=1)[:, -BEST_OF_EACH:]
        a, b = np.repeat(rows, BEST_OF_EACH), kept.ravel()
        allowed = np.take_along_axis(weights, kept, axis=1).ravel() >= 0
        keys.append((np.minimum(a, b) * size + np.maximum(a, b))[allowed])
    both = np.unique(np.concatenate(keys))
    both = both[rng.permutation(both.size)]
    low, high = both // size, both % size
    return low, high, weigh(low, high)


def _place_the_rest(weigh: Weigh, size: int, pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Pair whoever the short lists left over: with each other, else by breaking one pair up for two."""
    import numpy as np

    partner = np.full(size, -1)
    for a, b in pairs:
        partner[a], partner[b] = b, a
    everyone = np.arange(size)
    for person in np.nonzero(partner < 0)[0].tolist():
        if partner[person] >= 0:
            continue
        mine = weigh(np.full(size, person), everyone)
        others = everyone[(partner < 0) & (mine >= 0)]
        if others.size:
            other = int(others[np.argmax(mine[others])])
            partner[person], partner[other] = other, person
            continue
        _break_one_up(weigh, partner, person, mine)
    low = everyone[partner > everyone]
    return list(zip(low.tolist(), partner[low].tolist(), strict=True))


def _break_one_up(weigh: Weigh, partner: Ints, person: int, mine: Ints) -> None:
    """Find a free person v and a pair (a, b) so that (person, a) and (b, v) may meet; change `partner`."""
    import numpy as np

    in_pairs = np.nonzero((mine >= 0) & (partner >= 0))[0]
    for free in np.nonzero(partner < 0)[0].tolist():
        theirs = weigh(np.full(in_pairs.size, free), partner[in_pairs])
        fits = np.where((theirs >= 0) & (partner[in_pairs] != free), mine[in_pairs] + theirs, -1)
        if free != person and fits.size and fits.max() >= 0:
            a = int(in_pairs[np.argmax(fits)])
            b = int(partner[a])
            partner[person], partner[a], partner[b], partner[free] = a, person, free, b
            return


def _exchange(
    weigh: Weigh, pairs: list[tuple[int, int]], low: Ints, high: Ints, rng: np.random.Generator
) -> list[tuple[int, int]]:
    """Let two pairs exchange partners wherever that adds weight (2-opt), in sweeps over many at once.

    The short lists know who would gain most by meeting; each sweep also tries people at random.
    """
    import numpy as np

    ends = np.array(pairs, dtype=np.int64)
    partner = np.full(int(ends.max(initial=0)) + 1, -1)
    partner[ends[:, 0]], partner[ends[:, 1]] = ends[:, 1], ends[:, 0]
    listed = (low < partner.size) & (high < partner.size)
    for _ in range(SWEEPS):
        some = rng.permutation(np.nonzero(partner >= 0)[0])
        half = some.size // 2
        _let_meet(weigh, partner, some[:half], some[half : 2 * half])
        if not _let_meet(weigh, partner, low[listed], high[listed]):
            break
    low = np.nonzero(partner > np.arange(partner.size))[0]
    return list(zip(low.tolist(), partner[low].tolist(), strict=True))


def _let_meet(weigh: Weigh, partner: Ints, first: Ints, second: Ints) -> int:
    """Pair up `first` with `second`, and their partners with each other, where that gains; says how often."""
    import numpy as np

    apart = (partner[first] >= 0) & (partner[second] >= 0) & (partner[first] != second)
    first, second = first[apart], second[apart]
    left, right = partner[first], partner[second]
    wanted, rest = weigh(first, second), weigh(left, right)
    gain = wanted + rest - weigh(first, left) - weigh(second, right)
    better = np.nonzero((wanted >= 0) & (rest >= 0) & (gain > 0))[0]
    better = better[np.argsort(-gain[better], kind="stable")]
    moved: set[int] = set()
    count = 0
    for four in np.stack((first, second, left, right), axis=1)[better].tolist():
        if moved.isdisjoint(four):
            moved.update(four)
            a, b, c, d = four
            partner[a], partner[b], partner[c], partner[d] = b, a, d, c
            count += 1
    return count
