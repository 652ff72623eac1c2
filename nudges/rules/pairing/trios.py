"""Seat whoever the pairs left over: a trio of three organisations where possible, else of two."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING

from nudges.rules.pairing.affinity import SAME_ORGANISATION, Affinity

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

SEARCH = 1000


def seat_the_rest(
    affinity: Affinity, pairs: list[tuple[int, int]]
) -> tuple[list[tuple[int, ...]], list[int]]:
    """Let each person left over join a pair; nobody in it may be forbidden to anyone.

    Where no pair can host the person, a pair is broken up: the person takes one seat, and whoever
    gave it up joins another pair. Returns the tables of two and three, and who has nobody to meet.
    """
    seating = _Seating(affinity, pairs)
    seated = {at for pair in pairs for at in pair}
    left = [at for at in range(affinity.size) if at not in seated]
    unseated = [at for at in left if not seating.seat(at, effort=1 + SEARCH // len(left))]
    return seating.tables(), unseated


class _Seating:
    def __init__(self, affinity: Affinity, pairs: list[tuple[int, int]]) -> None:
        import numpy as np

        self._weigh = affinity
        self._everyone = np.arange(affinity.size)
        self._seats = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        self._third: dict[int, int] = {}

    def tables(self) -> list[tuple[int, ...]]:
        """Everybody who sits, in twos and threes."""
        both = enumerate(self._seats.tolist())
        return [(*pair, self._third[at]) if at in self._third else tuple(pair) for at, pair in both]

    def seat(self, person: int, *, effort: int) -> bool:
        """Search outward, one seat given up at a time, for a host of three organisations, else of two."""
        reached: dict[int, tuple[int, int] | None] = {person: None}  # who gave a seat up: to whom, where
        waiting = deque([person])
        second_best: tuple[int, int] | None = None
        while waiting and effort:
            effort -= 1
            asker = waiting.popleft()
            weights = self._weigh(self._everyone * 0 + asker, self._everyone)
            way = self._way(reached, asker)
            closed = {at for _, at in way}
            host, has_three = self._host(weights, closed)
            if host is not None and has_three:
                return self._sit(asker, host, way)
            if host is not None and second_best is None:
                second_best = (asker, host)
            if effort:
                for leaver, at in self._seats_for(weights, closed):
                    if leaver not in reached:
                        reached[leaver] = (asker, at)
                        waiting.append(leaver)
        if second_best is None:
            return False
        asker, host = second_best
        return self._sit(asker, host, self._way(reached, asker))

    def _seats_for(self, weights: Ints, closed: set[int]) -> Iterator[tuple[int, int]]:
        """Who could give a seat to a person with these weights, at which table: whoever stays agrees."""
        home = self._weigh.organisation
        for at, table in enumerate(self.tables()):
            if at in closed:
                continue
            for leaver in table:
                stay = [other for other in table if other != leaver]
                crosses = max(weights[stay]) >= 0 or home[stay[0]] != home[stay[-1]]
                if crosses and min(weights[stay]) >= SAME_ORGANISATION:
                    yield leaver, at

    def _host(self, weights: Ints, closed: set[int]) -> tuple[int | None, bool]:
        """The best pair for a third person with these weights, and whether it makes three organisations."""
        import numpy as np

        if not self._seats.size:
            return None, False
        with_first, with_second = weights[self._seats[:, 0]], weights[self._seats[:, 1]]
        lower, upper = np.minimum(with_first, with_second), np.maximum(with_first, with_second)
        fit = np.where(lower >= 0, lower + upper + self._weigh.first, upper)
        fit[(lower < SAME_ORGANISATION) | (upper < 0)] = -1
        fit[[*closed, *self._third]] = -1
        best = int(np.argmax(fit))
        return (best, bool(lower[best] >= 0)) if fit[best] >= 0 else (None, False)

    def _way(self, reached: dict[int, tuple[int, int] | None], asker: int) -> list[tuple[int, int]]:
        """The steps that free `asker`, last first: (who takes the seat, at which pair)."""
        steps = []
        step = reached[asker]
        while step is not None:
            steps.append(step)
            step = reached[step[0]]
        return steps

    def _sit(self, asker: int, host: int, way: list[tuple[int, int]]) -> bool:
        """Carry the steps out: each newcomer takes the seat that was given up, and `asker` joins the host."""
        self._third[host] = asker
        leaver = asker
        for newcomer, at in way:
            if self._third.get(at) == leaver:
                self._third[at] = newcomer
            else:
                self._seats[at][self._seats[at] == leaver] = newcomer
            leaver = newcomer
        return True
