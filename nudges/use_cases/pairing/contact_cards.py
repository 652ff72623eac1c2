"""Two who cannot write to each other where they are get each other's contact card, if both say yes."""

from __future__ import annotations

from nudges.model import message_facts
from nudges.model import pair as pairs
from nudges.model.events import EventKind
from nudges.model.message import MessageKind
from nudges.model.pair import Pair
from nudges.model.people import Leader
from nudges.model.plain_words import and_words
from nudges.unit_of_work.nudge_cards import Facts, buttons, rider
from nudges.unit_of_work.read_roster import Roster
from nudges.unit_of_work.unit_of_work import UnitOfWork

KEPT = "contact_kept"


async def contact_riders(work: UnitOfWork, roster: Roster, pair: Pair, reader: Leader) -> list[Facts]:
    """The question whether the others may have this reader's card; none where they share a workspace.

    Whoever has answered is not asked again.
    """
    people = [roster.leaders[name] for name in pair.leader_ids if name in roster.leaders]
    if pairs.is_together(people) or reader.id in pair.shared_by:
        return []
    shown = await work.tx.deliveries.unchecked_shown_about(pair.id, reader.id)
    if any(one.event == KEPT for one in shown):
        return []
    names = and_words(roster.names(pair.others(reader.id)))
    facts = message_facts.RiderContact(peer=names, buttons=buttons("contact_yes", "contact_no"))
    return [rider("rider_contact", pair.id, facts)]


async def exchange(work: UnitOfWork, roster: Roster, pair: Pair, *, by: Leader | None = None) -> None:
    """Everybody said yes: each gets the others' cards. `by` said it last and gets theirs at once."""
    people = [roster.leaders[name] for name in pair.leader_ids if name in roster.leaders]
    for leader in people:
        others = [one for one in people if one.id != leader.id]
        await work.tell(
            leader,
            MessageKind.ANSWER,
            "contact_card",
            occurrence=f"{pair.id}:card",
            facts=message_facts.ContactCard(cards=[_card(roster, other) for other in others]),
            subject=pair.id,
            can_wait=by is None or by.id != leader.id,
        )
    work.log(
        EventKind.CONTACT_SHARED, partnership_id=pair.partnership_id, subject=pair.id, run_id=pair.run_id
    )


def _card(roster: Roster, leader: Leader) -> str:
    return f"{leader.name}, {roster.organisations[leader.organisation_id].name}: {leader.email}"
