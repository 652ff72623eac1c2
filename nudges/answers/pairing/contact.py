"""May the others have your contact card? Each says so alone, and nobody is told of a no."""

from __future__ import annotations

from nudges import access
from nudges.errors import IllegalTransition
from nudges.model import message_facts
from nudges.model import pair as pairs
from nudges.model.commands import Outcome
from nudges.model.pair import Pair
from nudges.model.plain_words import and_words
from nudges.said import Said, said
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.pairing.contact_cards import KEPT, exchange

TAKE_IT_BACK = said("pairing.take_it_back")


async def contact_yes(reply: ReplyContext) -> Outcome:
    """Yes, they may: once all said so each gets the others' cards, and before that nothing is given."""
    reply, pair = await _asked(reply)
    if reply.leader.id in pair.shared_by:
        return await _say(reply, pair, "contact_waits", "contact_no", TAKE_IT_BACK)
    agreed = pairs.share(pair, by=reply.leader.id)
    reply.work.keep(agreed)
    await reply.settle_rider()
    if pairs.has_exchanged(agreed):
        await exchange(reply.work, reply.roster, agreed, by=reply.leader)
        return Outcome()
    return await _say(reply, agreed, "contact_waits", "contact_no", TAKE_IT_BACK)


async def contact_no(reply: ReplyContext) -> Outcome:
    """No, or not any more: nobody hears of it."""
    reply, pair = await _asked(reply)
    kept = pairs.unshare(pair, by=reply.leader.id)
    reply.work.keep(kept)
    await reply.settle_rider()
    return await _say(reply, kept, KEPT, "contact_yes", said("pairing.share_after_all"))


async def _asked(reply: ReplyContext) -> tuple[ReplyContext, Pair]:
    leader, pair = await access.own_pair(reply.work.tx, reply.leaders, reply.subject)
    if pairs.has_exchanged(pair):
        raise IllegalTransition(said("pairing.cards_given"))
    if pair.ended_at is not None:
        raise IllegalTransition(said("pairing.no_pair_no_cards"))
    return await reply.as_leader(leader), pair


async def _say(reply: ReplyContext, pair: Pair, event: str, verb: str, label: Said) -> Outcome:
    # Where the card is kept, its message says less of the same.
    facts = message_facts.ContactWaits(
        peer=and_words(reply.roster.names(pair.others(reply.leader.id))),
        buttons=[{"verb": verb, "label": reply.in_words(label)}],
    )
    return await reply.say(event, facts, subject=pair.id, lasts=True)
