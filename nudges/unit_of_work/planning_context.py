"""What is on the table while offers are made: a roster, what each leader had, and the pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from nudges.model import calendar
from nudges.model.nudge import Nudge
from nudges.model.pair import Pair
from nudges.unit_of_work.read_roster import Roster, read_roster
from nudges.unit_of_work.unit_of_work import UnitOfWork

HISTORY = timedelta(weeks=60)


@dataclass(kw_only=True, slots=True)
class PlanningContext:
    """What is on the table while a week is planned; pairs that are made on the way are added.

    `elsewhere` holds the nudges that the same person got in other partnerships, by leader id; `unheard`
    the ids of nudges whose message was never taken by the platform.
    """

    roster: Roster
    histories: dict[str, list[Nudge]]
    pairs: list[Pair] = field(default_factory=list)
    elsewhere: dict[str, list[Nudge]] = field(default_factory=dict)
    unheard: set[str] = field(default_factory=set)


async def read_planning_context(
    work: UnitOfWork, partnership_id: str, leader_ids: Sequence[str]
) -> PlanningContext:
    """Read the roster, these leaders' nudges of about a year, and the partnership's pairs.

    What the unit of work has changed already stands as it was changed.
    """
    roster = await read_roster(work.tx, partnership_id)
    since = calendar.local(work.at - HISTORY, roster.partnership.zone).date()
    histories: dict[str, list[Nudge]] = {one: [] for one in leader_ids}
    for nudge in await work.tx.commitments.unchecked_nudges(leader_ids, since=since):
        histories[nudge.leader_id].append(work.known(Nudge, nudge.id) or nudge)
    stored = await work.tx.commitments.unchecked_pairs(partnership_id)
    pairs = [work.known(Pair, pair.id) or pair for pair in stored]
    elsewhere = await _elsewhere(work, roster, leader_ids)
    return PlanningContext(roster=roster, histories=histories, pairs=pairs, elsewhere=elsewhere)


async def _elsewhere(work: UnitOfWork, roster: Roster, leader_ids: Sequence[str]) -> dict[str, list[Nudge]]:
    """One person has one new action a week, in however many partnerships they take part."""
    mine = {roster.leaders[one].person: one for one in leader_ids if one in roster.leaders}
    others = await work.tx.people.unchecked_leaders_of(sorted(mine))
    owner = {one.id: mine[one.person] for one in others if one.partnership_id != roster.partnership.id}
    elsewhere: dict[str, list[Nudge]] = {}
    since = calendar.local(work.at - 2 * calendar.WEEK, roster.partnership.zone).date()
    for nudge in await work.tx.commitments.unchecked_nudges(sorted(owner), since=since):
        elsewhere.setdefault(owner[nudge.leader_id], []).append(nudge)
    return elsewhere
