"""Links between people: which exist, which were tended, and whom to meet outside a round."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable
from datetime import date, datetime, timedelta
from itertools import combinations
from zlib import crc32

from nudges.model.pair import Pair, is_link
from nudges.model.ruleset import Rules
from nudges.rules.pairing.affinity import Pairable


def couples(ids: Iterable[str]) -> list[frozenset[str]]:
    """Each two of these ids that differ: one couple of a pair, three of a trio."""
    return [frozenset(two) for two in combinations(sorted(set(ids)), 2)]


def organisation_pairs_met(pairs: Iterable[Pair]) -> set[frozenset[str]]:
    """The pairs of organisations between which somebody met somebody."""
    return {couple for pair in pairs if is_link(pair) for couple in couples(pair.organisation_ids)}


def new_links(pairs: Iterable[Pair], after: datetime, until: datetime) -> set[frozenset[str]]:
    """Pairs of people whose first meeting was confirmed in (after, until], the span of a rollup."""
    return {couple for couple, times in _contacts(pairs).items() if after < times[0] <= until}


def tended_links(pairs: Iterable[Pair], after: datetime, until: datetime) -> set[frozenset[str]]:
    """Pairs of people who were a link already and whose next meeting was confirmed in (after, until]."""
    contacts = _contacts(pairs).items()
    return {couple for couple, times in contacts if any(after < at <= until for at in times[1:])}


def links_kept(pairs: Iterable[Pair], *, on: date, rules: Rules) -> set[frozenset[str]]:
    """Pairs of people with contact confirmed in the last `kept_within_days` days, `on` included."""
    since = on - timedelta(days=rules.pairing.kept_within_days)
    contacts = _contacts(pairs).items()
    return {couple for couple, times in contacts if any(since < at.date() <= on for at in times)}


def choose_peer(
    leader: Pairable, others: Iterable[Pairable], pairs: Iterable[Pair], *, on: date, rules: Rules
) -> str | None:
    """The id of whom a leader takes a step with outside a round; None means: do not offer that step.

    The current pair, else the person met last, else the best person not met yet. `others` are the
    people who may be asked now; nobody else, no colleague and no exclusion of either side is chosen.
    """
    able = {other.id: other for other in others if may_meet(leader, other)}
    everything = [pair for pair in pairs if pair.formed_at.date() <= on]
    mine = [pair for pair in everything if leader.id in pair.leader_ids]
    recent = [
        pair for pair in mine if on - pair.formed_at.date() < timedelta(weeks=rules.pairing.no_repeat_weeks)
    ]
    current = sorted(filter(_is_open, recent), key=lambda pair: (pair.formed_at, pair.id), reverse=True)
    met = sorted(filter(is_link, mine), key=lambda pair: (_met_at(pair), pair.id), reverse=True)
    for pair in [*current, *met]:
        for other in pair.others(leader.id):
            if other in able:
                return other
    asked = {other for pair in recent for other in pair.others(leader.id)}
    unmet = [other for other in able.values() if other.id not in asked]
    linked = organisation_pairs_met(everything)
    best = max(unmet, key=lambda other: _wanted(leader, other, linked, rules), default=None)
    return best.id if best else None


def second_cup_for(
    leader_id: str, pairs: Iterable[Pair], *, on: date, rules: Rules, able: Container[str] | None = None
) -> str | None:
    """Whom to meet again: of those last met at least `second_cup_after_weeks` ago, the one longest ago.

    Returns an id. Exempt from the weeks without a repeat; a link whose next meeting is on offer waits.
    `able` limits the choice to people who may be asked now (in, not on leave, not excluded).
    """
    mine = [pair for pair in pairs if leader_id in pair.leader_ids]
    last: dict[str, date] = {}
    for pair in filter(is_link, mine):
        for other in pair.others(leader_id):
            last[other] = max(_met_at(pair).date(), last.get(other, date.min))
    since = on - timedelta(weeks=rules.pairing.second_cup_after_weeks)
    on_offer = {
        other
        for pair in mine
        if _is_open(pair) and pair.formed_at.date() > since
        for other in pair.others(leader_id)
    }
    due = [
        (day, other)
        for other, day in last.items()
        if day <= since and other not in on_offer and (able is None or other in able)
    ]
    return min(due)[1] if due else None


def _contacts(pairs: Iterable[Pair]) -> dict[frozenset[str], list[datetime]]:
    """For each two people who met: when each meeting was confirmed, in order."""
    result: dict[frozenset[str], list[datetime]] = defaultdict(list)
    for pair in pairs:
        if is_link(pair) and pair.confirmed_at is not None:
            for couple in couples(pair.leader_ids):
                result[couple].append(pair.confirmed_at)
    return {couple: sorted(times) for couple, times in result.items()}


def _is_open(pair: Pair) -> bool:
    return pair.ended_at is None and pair.denied_at is None and not is_link(pair)


def _met_at(pair: Pair) -> datetime:
    return pair.met_at or pair.confirmed_at or pair.formed_at


def may_meet(leader: Pairable, other: Pairable) -> bool:
    """Whether the two may be brought together: of two organisations, and neither asked not to be."""
    apart = other.id in leader.exclusions or leader.id in other.exclusions
    return not apart and leader.organisation_id != other.organisation_id


def _wanted(leader: Pairable, other: Pairable, linked: set[frozenset[str]], rules: Rules) -> tuple[int, ...]:
    """The preferences of the rules in their order, then a lot that is always the same for these two."""
    values = {
        "organisations_not_yet_linked": frozenset((leader.organisation_id, other.organisation_id))
        not in linked,
        "shared_interest_tag": bool(leader.tags & other.tags),
        "similar_level": bool(leader.level) and leader.level == other.level,
    }
    lot = crc32("|".join(sorted((leader.id, other.id))).encode())
    return (*(int(values.get(name, False)) for name in rules.pairing.prefer), lot)
