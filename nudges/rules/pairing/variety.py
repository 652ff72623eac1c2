"""Spread a round: different new links between organisations, and enough pairs that mix settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nudges.rules.pairing.affinity import Affinity

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

SWEEPS = 2


def count_mixed(affinity: Affinity, pairs: list[tuple[int, int]]) -> int:
    """How many of these pairs bring two settings together."""
    import numpy as np

    if not pairs:
        return 0
    a, b = np.array(pairs, dtype=np.int64).T
    return int(affinity.mixes(a, b).sum())


def spread(
    affinity: Affinity, pairs: list[tuple[int, int]], *, mixed_at_least: int, seed: int
) -> list[tuple[int, int]]:
    """Let pairs exchange partners until no new link is made twice that need not be, and settings mix.

    A sum of weights cannot say "once is enough", so this comes after the solver. Everybody stays
    paired, and no forbidden pair is made.
    """
    import numpy as np

    rng = np.random.default_rng(seed)
    state = _Spread(affinity, pairs, mixed_at_least)
    for _ in range(SWEEPS):
        changed = False
        for at in rng.permutation(len(pairs)).tolist():
            changed |= state.wants_change(at) and state.exchange(at)
        if not changed:
            break
    return state.pairs()


class _Spread:
    """The pairs while they change, with the counts that the sum of weights knows nothing of."""

    def __init__(self, affinity: Affinity, pairs: list[tuple[int, int]], mixed_at_least: int) -> None:
        import numpy as np

        self._affinity, self._wanted = affinity, mixed_at_least
        self._a, self._b = np.array(pairs, dtype=np.int64).T.copy()
        everyone = np.arange(affinity.size)
        self._all_weights = affinity(everyone[:, None], everyone[None, :])
        self._all_mixes = affinity.mixes(everyone[:, None], everyone[None, :]).astype(np.int64)
        self._weights = self._all_weights[self._a, self._b]
        self._is_mixed = self._all_mixes[self._a, self._b]
        self._organisations = affinity.new_organisations.shape[0]
        self._is_new = affinity.new_organisations.ravel().astype(np.int64)
        self._links = self._link(self._a, self._b)
        self._uses = np.bincount(self._links, minlength=self._is_new.size)
        seats = np.bincount(affinity.organisation, minlength=self._organisations) > 0
        possible = np.triu(affinity.new_organisations & seats[:, None] & seats[None, :])
        self._possible = int(possible.sum())

    def pairs(self) -> list[tuple[int, int]]:
        """The pairs as they now stand, sorted."""
        return sorted((min(pair), max(pair)) for pair in zip(self._a.tolist(), self._b.tolist(), strict=True))

    def wants_change(self, at: int) -> bool:
        """Whether it doubles a new link while others are open, or does not mix while mixing is wanted."""
        link = self._links[at]
        if self._is_new[link] and self._uses[link] > 1:
            made = int((self._is_new * (self._uses > 0)).sum())
            if made < self._possible:
                return True
        return not self._is_mixed[at] and int(self._is_mixed.sum()) < self._wanted

    def exchange(self, at: int) -> bool:
        """Exchange partners with the pair that gains most by it; False if none does."""
        import numpy as np

        a, b = self._a, self._b
        straight, crossed = self._gains(at, a, b), self._gains(at, b, a)
        best_straight, best_crossed = int(np.argmax(straight)), int(np.argmax(crossed))
        crosses = crossed[best_crossed] > straight[best_straight]
        other = best_crossed if crosses else best_straight
        if max(crossed[other], straight[other]) <= 0:
            return False
        to_a, to_b = (b[other], a[other]) if crosses else (a[other], b[other])
        changed = np.array([at, other])
        np.subtract.at(self._uses, self._links[changed], 1)
        a[other], b[other], b[at] = b[at], to_b, to_a
        self._links[changed] = self._link(a[changed], b[changed])
        np.add.at(self._uses, self._links[changed], 1)
        self._weights[changed] = self._all_weights[a[changed], b[changed]]
        self._is_mixed[changed] = self._all_mixes[a[changed], b[changed]]
        return True

    def _gains(self, at: int, to_a: Ints, to_b: Ints) -> Ints:
        """What each other pair would add if this one's two people met `to_a` and `to_b`; -1 for no use."""
        import numpy as np

        a, b, fresh, uses, links = self._a[at], self._b[at], self._is_new, self._uses.copy(), self._links
        first, second = self._all_weights[a, to_a], self._all_weights[b, to_b]
        uses[links[at]] -= 1
        was_double = fresh[links] * (uses[links] > 1) + fresh[links[at]] * (uses[links[at]] > 0)
        link_1, link_2 = self._link(a, to_a), self._link(b, to_b)
        is_double = fresh[link_1] * (uses[link_1] - (link_1 == links) > 0)
        is_double += fresh[link_2] * (uses[link_2] - (link_2 == links) + (link_1 == link_2) > 0)
        links_more = was_double - is_double
        now = int(self._is_mixed.sum())
        then = now - self._is_mixed[at] - self._is_mixed + self._all_mixes[a, to_a] + self._all_mixes[b, to_b]
        mixed_more = np.minimum(then, self._wanted) - min(now, self._wanted)
        useful = (first >= 0) & (second >= 0) & (np.arange(links.size) != at)
        useful &= (links_more > 0) | (mixed_more > 0)
        gain = first + second - self._weights - self._weights[at]
        gain += links_more * self._affinity.of_new_link + mixed_more * self._affinity.first
        result: Ints = np.where(useful, gain, -1)
        return result

    def _link(self, a: Ints, b: Ints) -> Ints:
        """One number for the two organisations of each pair, whichever comes first."""
        import numpy as np

        at_a, at_b = self._affinity.organisation[a], self._affinity.organisation[b]
        link: Ints = np.minimum(at_a, at_b) * self._organisations + np.maximum(at_a, at_b)
        return link
