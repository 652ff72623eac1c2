"""Coffee rounds: who meets whom, led by the gaps between organisations, not by chance alone."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from nudges.model.pair import Pair, is_link
from nudges.model.ruleset import Rules
from nudges.rules.pairing.affinity import Affinity, Candidate, History, Pairable
from nudges.rules.pairing.links import (
    choose_peer,
    couples,
    links_kept,
    new_links,
    organisation_pairs_met,
    second_cup_for,
    tended_links,
)
from nudges.rules.pairing.solver import solve
from nudges.rules.pairing.trios import seat_the_rest
from nudges.rules.pairing.variety import count_mixed, spread

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

__all__ = [
    "Candidate",
    "History",
    "Pairable",
    "Round",
    "choose_peer",
    "form_round",
    "history_of",
    "links_kept",
    "new_links",
    "organisation_pairs_met",
    "second_cup_for",
    "tended_links",
]

SPREAD_UP_TO = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Round:
    """Groups of two (or three) leader ids; `unpaired` have nobody to meet and get the week's solo swap."""

    groups: tuple[tuple[str, ...], ...]
    unpaired: tuple[str, ...]


def history_of(pairs: Iterable[Pair]) -> History:
    """What these pairs leave behind: coverage counts what was met, an offer is enough against a repeat."""
    organisations: set[frozenset[str]] = set()
    people: set[frozenset[str]] = set()
    last_on: dict[frozenset[str], date] = {}
    for pair in pairs:
        day = max(at for at in (pair.formed_at, pair.met_at) if at is not None).date()
        for couple in couples(pair.leader_ids):
            last_on[couple] = max(day, last_on.get(couple, day))
            if is_link(pair):
                people.add(couple)
        if is_link(pair):
            organisations.update(couples(pair.organisation_ids))
    return History(organisations_met=frozenset(organisations), people_met=frozenset(people), last_on=last_on)


def form_round(
    candidates: Sequence[Pairable], history: History, *, round_number: int, on: date, rules: Rules, seed: int
) -> Round:
    """Put these people in twos across organisations, and whoever is left over in threes.

    Never: two of one organisation in a pair, an exclusion of either side, a repeat within
    `rules.pairing.no_repeat_weeks`. Then, in this order: as many people as possible, the wanted share
    of pairs that mix settings, the preferences of the rules; and two pairs of a round do not make the
    same new link of organisations while another could be made. A trio holds three organisations where
    that is possible, else two. The order of `candidates` does not matter; the same seed gives the same
    round. `round_number` counts from 1. 10,000 people take seconds and hold the interpreter lock.
    """
    people = sorted(candidates, key=lambda one: one.id)
    random.Random(seed).shuffle(people)
    affinity = Affinity(people, history, round_number=round_number, on=on, rules=rules.pairing)
    pairs = _pairs(affinity, share=rules.pairing.mixed_setting_share_min, seed=seed)
    tables, left = seat_the_rest(affinity, pairs)
    groups = sorted(tuple(sorted(people[at].id for at in table)) for table in tables)
    return Round(groups=tuple(groups), unpaired=tuple(sorted(people[at].id for at in left)))


def _pairs(affinity: Affinity, *, share: float, seed: int) -> list[tuple[int, int]]:
    """Solve, then spread; where settings still mix too little, solve again with mixing put first."""

    def mixing_first(a: Ints, b: Ints) -> Ints:
        weights = affinity(a, b)
        weights[affinity.mixes(a, b) & (weights >= 0)] += affinity.first
        return weights

    pairs: list[tuple[int, int]] = []
    for weigh in (affinity, mixing_first):
        pairs = solve(weigh, affinity.size, seed=seed)
        wanted = math.ceil(share * len(pairs))
        if len(pairs) > 1 and affinity.size <= SPREAD_UP_TO:
            pairs = spread(affinity, pairs, mixed_at_least=wanted, seed=seed)
        if count_mixed(affinity, pairs) >= wanted or not affinity.can_mix:
            break
    return pairs
