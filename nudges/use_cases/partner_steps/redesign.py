"""Which actions go back to be made better: those that enough people found not useful."""

from __future__ import annotations

from nudges.model.events import EventKind
from nudges.model.placeholders import fill
from nudges.model.roster import Roster
from nudges.rules.support.support_ladder import for_redesign
from nudges.unit_of_work.nudge_cards import words_for_anybody
from nudges.unit_of_work.unit_of_work import UnitOfWork


async def to_redesign(work: UnitOfWork, roster: Roster) -> list[str]:
    """Their titles, in the catalogue's order; who said so, and how many, is not told."""
    partnership = roster.partnership
    events = await work.tx.records.events(partnership.id, kinds=[EventKind.REASON_GIVEN])
    named = for_redesign(events, rules=work.book.rules)
    words = words_for_anybody(work.book, partnership)
    return [fill(one.title, words) for one in work.book.catalogue.actions.values() if one.id in named]
