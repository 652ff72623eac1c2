"""Which actions go back to be made better: those that enough people found not useful."""

from __future__ import annotations

from nudges.rules.placeholders import fill
from nudges.rules.record import EventKind
from nudges.rules.roster import Roster
from nudges.rules.support import for_redesign
from nudges.use_cases.cards import words_for_anybody
from nudges.use_cases.turn import Turn


async def to_redesign(turn: Turn, roster: Roster) -> list[str]:
    """Their titles, in the catalogue's order; who said so, and how many, is not told."""
    partnership = roster.partnership
    events = await turn.tx.records.events(partnership.id, kinds=[EventKind.REASON_GIVEN])
    named = for_redesign(events, rules=turn.book.rules)
    words = words_for_anybody(turn.book, partnership)
    return [fill(one.title, words) for one in turn.book.catalogue.actions.values() if one.id in named]
