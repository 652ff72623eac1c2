"""Made-up crowds for coffee rounds, and what happens to them round after round."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from nudges.rules.pairing.pairing import Candidate, History

UNEVEN_SIZES = (10, 9, 8, 7, 6, 5, 4, 3, 3, 2, 1, 1, 1)
FIRST_ON = date(2027, 1, 4)
SETTINGS = ("hospital", "community", "council")
LEVELS = ("board", "director", "service", "team")
TAGS = tuple(f"interest {number}" for number in range(12))

Former = Callable[[list[Candidate], History, int, date], list[tuple[str, ...]]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """One round as it went: its groups, and how many pairs of organisations had met by its end."""

    groups: list[tuple[str, ...]]
    history: History
    organisation_pairs_met: int


def crowd(sizes: tuple[int, ...], *, seed: int) -> list[Candidate]:
    """People in organisations of these sizes; levels, settings and interests are drawn by lot."""
    lot = random.Random(seed)
    return [
        Candidate(
            id=f"organisation {at} person {number}",
            organisation_id=f"organisation {at}",
            tags=frozenset(lot.sample(TAGS, 2)),
            level=lot.choice(LEVELS),
            setting=SETTINGS[at % len(SETTINGS)],
        )
        for at, size in enumerate(sizes)
        for number in range(size)
    ]


def hold(
    form: Former, people: list[Candidate], *, rounds: int, meet_share: float, every_weeks: int, seed: int
) -> Iterator[Held]:
    """Let `form` make one round after another; each group meets with the chance `meet_share`."""
    lot = random.Random(seed)
    home = {one.id: one.organisation_id for one in people}
    history = History()
    for number in range(1, rounds + 1):
        on = FIRST_ON + timedelta(weeks=every_weeks * (number - 1))
        groups = form(people, history, number, on)
        linked, met, last_on = set(history.organisations_met), set(history.people_met), dict(history.last_on)
        for group in groups:
            meets = lot.random() < meet_share
            for couple in (frozenset((a, b)) for a in group for b in group if a < b):
                last_on[couple] = on
                ends = frozenset(home[one] for one in couple)
                if meets and len(ends) == 2:
                    linked.add(ends)
                    met.add(couple)
        history = History(organisations_met=frozenset(linked), people_met=frozenset(met), last_on=last_on)
        yield Held(groups=groups, history=history, organisation_pairs_met=len(linked))
