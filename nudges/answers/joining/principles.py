"""The principles: shown, signed, and changed by whoever has a better line."""

from __future__ import annotations

from dataclasses import replace

from nudges.answers.listening import hear_and_reply
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.thing_heard import HeardKind
from nudges.unit_of_work.principles_card import principles_facts
from nudges.unit_of_work.reply_context import Answering


async def principles(one: Answering) -> Outcome:
    """The principles card."""
    facts = principles_facts(one.turn, one.roster, one.leader)
    return await one.say("principles", facts, subject=one.leader.id)


async def sign(one: Answering) -> Outcome:
    """Sign; only the number of signatures is ever shown. A second tap changes nothing."""
    leader, turn = one.leader, one.turn
    if not one.roster.partnership.principles:
        return await principles(one)
    if leader.signed_at is None:
        leader = replace(leader, signed_at=turn.at)
        turn.keep(leader)
        turn.log(EventKind.PRINCIPLES_SIGNED, partnership_id=leader.partnership_id, leader=leader)
        one = replace(one, leader=leader)
        await one.settle_rider()
    facts = principles_facts(turn, one.roster, leader)
    return await one.say("signed", {"signed": facts["signed"]})


async def amend(one: Answering) -> Outcome:
    """Offer another line; it is heard and answered like anything that is said here."""
    return await hear_and_reply.hear(one.about(HeardKind.PRINCIPLE))
