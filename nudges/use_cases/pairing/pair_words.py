"""What the messages of a pair say: times on offer, the agreed time, and its calendar entry."""

from __future__ import annotations

from nudges.model import message_facts
from nudges.model import pair as pairs
from nudges.model.pair import Pair
from nudges.model.people import Leader
from nudges.model.plain_words import and_words, when_words
from nudges.unit_of_work.nudge_cards import Facts
from nudges.unit_of_work.read_roster import Roster
from nudges.unit_of_work.unit_of_work import UnitOfWork


def slots_facts(roster: Roster, pair: Pair, *, reader: Leader) -> message_facts.PairSlots:
    """What the other side is shown in their own conversation; times in their own zone."""
    proposer = roster.leaders[pair.proposed_by or pair.leader_ids[0]]
    return {
        "peer": proposer.name,
        "peer_org": _organisation(roster, proposer),
        "slots": [when_words(slot, reader.zone) for slot in pair.proposed],
        "place": pair.place,
        "buttons": [*_picks(pair, reader), {"verb": "slots"}, {"verb": "office"}, {"verb": "cannot"}],
    }


def shared_slots_facts(roster: Roster, pair: Pair, *, reader: Leader) -> message_facts.PairSlotsShared:
    """The same for both at once: who they are, and nothing that is private to one of them."""
    facts = slots_facts(roster, pair, reader=reader)
    return {
        **facts,
        "reader": reader.name,
        "reader_org": _organisation(roster, reader),
        "buttons": [one for one in facts["buttons"] if one["verb"] != "cannot"],
    }


def _picks(pair: Pair, reader: Leader) -> list[Facts]:
    return [
        {"verb": "pick", "value": slot.isoformat(), "label": when_words(slot, reader.zone)}
        for slot in pair.proposed
    ]


def _organisation(roster: Roster, leader: Leader) -> str:
    return roster.organisations[leader.organisation_id].name


def agreed_facts(
    work: UnitOfWork, roster: Roster, pair: Pair, *, reader: Leader, minutes: int
) -> message_facts.PairAgreed:
    """What one of them is told of the agreed time, in their own zone, with the calendar entry."""
    assert pair.agreed_at is not None  # there is nothing to tell before
    others = pair.others(reader.id)
    return {
        "peer": and_words(roster.names(others)),
        "peer_org": and_words(roster.organisation_names(others)),
        "when": when_words(pair.agreed_at, reader.zone),
        "place": pair.place,
        "invite": invite(work, roster, pair, zone=reader.zone, minutes=minutes),
    }


def shared_agreed_facts(
    work: UnitOfWork, roster: Roster, pair: Pair, *, reader: Leader, minutes: int
) -> message_facts.PairAgreedShared:
    """The same for both at once."""
    facts = agreed_facts(work, roster, pair, reader=reader, minutes=minutes)
    return {**facts, "reader": reader.name, "reader_org": _organisation(roster, reader)}


def invite(
    work: UnitOfWork,
    roster: Roster,
    pair: Pair,
    *,
    zone: str,
    minutes: int,
    is_off: bool = False,
) -> Facts:
    """The entry of the agreed time: the same one whenever it moves, and taken out where it `is_off`."""
    assert pair.agreed_at is not None  # there is no entry before
    return {
        "uid": pair.id,
        "sequence": pairs.calendar_sequence(pair, at=work.at),
        "is_off": is_off,
        "summary": _summary(roster, pair),
        "place": pair.place,
        "zone": zone,
        "minutes": minutes,
        "starts_at": pair.agreed_at.isoformat(),
        "stamped_at": work.at.isoformat(),
    }


def choices_invite(work: UnitOfWork, roster: Roster, pair: Pair, *, zone: str) -> Facts:
    """The times on offer, each as an entry that nobody has agreed to."""
    return {
        "uid": f"{pair.id}-choice",
        "sequence": pairs.calendar_sequence(pair, at=work.at),
        "summary": _summary(roster, pair),
        "place": pair.place,
        "zone": zone,
        "minutes": work.book.rules.coffee.usual_minutes,
        "choices": [slot.isoformat() for slot in pair.proposed],
        "stamped_at": work.at.isoformat(),
    }


def _summary(roster: Roster, pair: Pair) -> str:
    return f"{and_words(roster.names(pair.leader_ids))}: {roster.partnership.name}"
