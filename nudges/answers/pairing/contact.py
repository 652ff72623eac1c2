"""May the others have your contact card? Each says so alone, and nobody is told of a no."""

from __future__ import annotations

from nudges import access
from nudges.errors import IllegalTransition
from nudges.model import pair as pairs
from nudges.model.commands import Outcome
from nudges.model.pair import Pair
from nudges.model.plain_words import and_words
from nudges.unit_of_work.reply_context import Answering
from nudges.use_cases.pairing.contact_cards import KEPT, exchange

GIVEN = "You have each other's cards already, so I cannot take yours back."
OVER = "The two of you are not paired any more, so no cards are given."


async def contact_yes(one: Answering) -> Outcome:
    """Yes, they may: once all said so each gets the others' cards, and before that nothing is given."""
    one, pair = await _asked(one)
    if one.leader.id in pair.shared_by:
        return await _say(one, pair, "contact_waits", "contact_no", "Take it back")
    agreed = pairs.share(pair, by=one.leader.id)
    one.turn.keep(agreed)
    await one.settle_rider()
    if pairs.has_exchanged(agreed):
        await exchange(one.turn, one.roster, agreed, by=one.leader)
        return Outcome()
    return await _say(one, agreed, "contact_waits", "contact_no", "Take it back")


async def contact_no(one: Answering) -> Outcome:
    """No, or not any more: nobody hears of it."""
    one, pair = await _asked(one)
    kept = pairs.unshare(pair, by=one.leader.id)
    one.turn.keep(kept)
    await one.settle_rider()
    return await _say(one, kept, KEPT, "contact_yes", "Share it after all")


async def _asked(one: Answering) -> tuple[Answering, Pair]:
    leader, pair = await access.own_pair(one.turn.tx, one.leaders, one.subject)
    if pairs.has_exchanged(pair):
        raise IllegalTransition(GIVEN)
    if pair.ended_at is not None:
        raise IllegalTransition(OVER)
    return await one.as_leader(leader), pair


async def _say(one: Answering, pair: Pair, event: str, verb: str, label: str) -> Outcome:
    facts = {
        "peer": and_words(one.roster.names(pair.others(one.leader.id))),
        "buttons": [{"verb": verb, "label": label}],
    }
    return await one.say(event, facts, subject=pair.id, lasts=True)
