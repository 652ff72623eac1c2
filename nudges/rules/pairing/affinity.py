"""How much two candidates would gain from meeting: integer weights, for all pairs at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Protocol

from nudges.model.ruleset import Pairing

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

FORBIDDEN = -2
SAME_ORGANISATION = -1


class Pairable(Protocol):
    """What must be known of a person to pair them: a `Candidate` has it, and so has a `Leader`."""

    @property
    def id(self) -> str: ...
    @property
    def organisation_id(self) -> str: ...
    @property
    def tags(self) -> frozenset[str]: ...
    @property
    def level(self) -> str: ...
    @property
    def setting(self) -> str: ...
    @property
    def exclusions(self) -> frozenset[str]: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A leader who takes part in this coffee round. `exclusions` are the ids of leaders to keep apart."""

    id: str
    organisation_id: str
    tags: frozenset[str] = frozenset()
    level: str = ""
    setting: str = ""
    exclusions: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class History:
    """What happened before this round.

    `organisations_met` holds pairs of organisations with a link, `people_met` pairs of people with one;
    `last_on` says when two people were last paired or met, whether or not they met.
    """

    organisations_met: frozenset[frozenset[str]] = frozenset()
    people_met: frozenset[frozenset[str]] = frozenset()
    last_on: Mapping[frozenset[str], date] = field(default_factory=dict)


class Affinity:
    """The weights of one round. Every method takes positions in `candidates`, as arrays that broadcast.

    A weight of zero or more says how much a pair is wanted; each preference of the rules outweighs
    all that come after it. `SAME_ORGANISATION` marks two colleagues, `FORBIDDEN` two people who must
    not share a table: an exclusion of either side, or a pairing too short a time ago.
    """

    def __init__(
        self, candidates: Sequence[Pairable], history: History, *, round_number: int, on: date, rules: Pairing
    ) -> None:
        import numpy as np

        self.size = len(candidates)
        self.organisation, self.organisations = _codes(one.organisation_id for one in candidates)
        self.level, _ = _codes(one.level for one in candidates)
        self.setting, _ = _codes(one.setting for one in candidates)
        self._tags = _bits([one.tags for one in candidates])
        self.new_organisations = np.ones((self.organisations.size, self.organisations.size), dtype=np.bool_)
        organisation_at = {name: at for at, name in enumerate(self.organisations.tolist())}
        for a, b in _positions(history.organisations_met, organisation_at):
            self.new_organisations[a, b] = self.new_organisations[b, a] = False
        np.fill_diagonal(self.new_organisations, False)
        position = {one.id: at for at, one in enumerate(candidates)}
        self._met = _keys(_positions(history.people_met, position), self.size)
        gap = timedelta(weeks=rules.no_repeat_weeks)
        recent = (pair for pair, day in history.last_on.items() if on - day < gap)
        excluded = (frozenset((one.id, other)) for one in candidates for other in one.exclusions)
        self._apart = _keys(_positions([*recent, *excluded], position), self.size)
        self.worth = {name: 10 ** (len(rules.prefer) - rank) for rank, name in enumerate(rules.prefer, 1)}
        self.of_new_link = self.worth.get("organisations_not_yet_linked", 0)
        self.first = 10 ** (len(rules.prefer) + 1)  # outweighs all preferences of two pairs together
        self.can_mix = np.unique(self.setting[self.setting > 0]).size > 1
        self._early = round_number <= rules.similar_level_rounds

    def __call__(self, a: Ints, b: Ints) -> Ints:
        """Weights of the pairs (a, b): 0 or more, or one of the two refusals."""
        import numpy as np

        worth = self.worth.get
        total = self.is_new(a, b) * np.int64(self.of_new_link)
        total += ~self._holds(self._met, a, b) * np.int64(worth("never_met", 0))
        shared = np.zeros(total.shape, dtype=np.bool_)
        for word in self._tags:
            shared |= (word[a] & word[b]) != 0
        total += shared * np.int64(worth("shared_interest_tag", 0))
        last = (self.level[a] == self.level[b]) & (self.level[a] > 0) if self._early else self.mixes(a, b)
        total += last * np.int64(worth("similar_level", 0))
        total[np.broadcast_to(self.organisation[a] == self.organisation[b], total.shape)] = SAME_ORGANISATION
        total[self._holds(self._apart, a, b) | np.broadcast_to(a == b, total.shape)] = FORBIDDEN
        return total

    def is_new(self, a: Ints, b: Ints) -> NDArray[np.bool_]:
        """Whether their organisations have no link yet."""
        fresh: NDArray[np.bool_] = self.new_organisations[self.organisation[a], self.organisation[b]]
        return fresh

    def mixes(self, a: Ints, b: Ints) -> NDArray[np.bool_]:
        """Whether they work in two different settings; a setting that nobody stated mixes with none."""
        setting_a, setting_b = self.setting[a], self.setting[b]
        mixed: NDArray[np.bool_] = (setting_a != setting_b) & (setting_a > 0) & (setting_b > 0)
        return mixed

    def _holds(self, keys: Ints, a: Ints, b: Ints) -> NDArray[np.bool_]:
        import numpy as np

        shape = np.broadcast_shapes(a.shape, b.shape)
        if keys.size == 0:
            return np.zeros(shape, dtype=np.bool_)
        if len(shape) == 2:  # a block of whole rows: far cheaper to set the few than to look up the many
            result = np.zeros(shape, dtype=np.bool_)
            rows = a[:, 0]
            bounds = np.searchsorted(keys, np.stack((rows, rows + 1)) * self.size)
            for at, (low, high) in enumerate(bounds.T.tolist()):
                result[at, keys[low:high] % self.size] = True
            return result
        wanted = a * self.size + b
        nearest = np.minimum(np.searchsorted(keys, wanted), keys.size - 1)
        hit: NDArray[np.bool_] = keys[nearest] == wanted
        return hit


def _codes(names: Iterable[str]) -> tuple[Ints, NDArray[np.str_]]:
    """A number for each name, in the order of the alphabet; "" is always 0."""
    import numpy as np

    listed = list(names)
    known = np.array(sorted({"", *listed}))
    return np.searchsorted(known, np.array(listed, dtype=known.dtype)), known


def _bits(tags: Sequence[frozenset[str]]) -> list[Ints]:
    """Words of 62 bits, one bit for each tag that any two could share."""
    import numpy as np

    known = sorted({tag for some in tags for tag in some})
    words = []
    for start in range(0, len(known), 62):
        bit = {tag: 1 << at for at, tag in enumerate(known[start : start + 62])}
        words.append(np.array([sum(bit.get(tag, 0) for tag in some) for some in tags], dtype=np.int64))
    return words


def _positions(pairs: Iterable[frozenset[str]], position: Mapping[str, int]) -> list[tuple[int, int]]:
    """Where the two of each pair stand; a pair of which one does not take part is left out."""
    both = ([position[name] for name in pair if name in position] for pair in pairs)
    return [(at[0], at[1]) for at in both if len(at) == 2]


def _keys(pairs: Iterable[tuple[int, int]], size: int) -> Ints:
    """Both directions of each pair as one sorted row of numbers."""
    import numpy as np

    both = {a * size + b for a, b in pairs} | {b * size + a for a, b in pairs}
    return np.array(sorted(both), dtype=np.int64)
