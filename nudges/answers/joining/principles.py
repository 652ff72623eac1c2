"""The principles: shown, signed, and changed by whoever has a better line."""

from __future__ import annotations

from dataclasses import replace

from nudges.answers.listening import hear_and_reply
from nudges.model import message_facts
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.thing_heard import HeardKind
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.joining.principles_card import principles_facts


async def principles(reply: ReplyContext) -> Outcome:
    """The principles card."""
    facts = principles_facts(reply.work, reply.roster, reply.leader)
    return await reply.say("principles", facts, subject=reply.leader.id)


async def sign(reply: ReplyContext) -> Outcome:
    """Sign; only the number of signatures is ever shown. A second tap changes nothing."""
    leader, work = reply.leader, reply.work
    if not reply.roster.partnership.principles:
        return await principles(reply)
    if leader.signed_at is None:
        leader = replace(leader, signed_at=work.at)
        work.keep(leader)
        work.log(EventKind.PRINCIPLES_SIGNED, partnership_id=leader.partnership_id, leader=leader)
        reply = replace(reply, leader=leader)
        await reply.settle_rider()
    facts = principles_facts(work, reply.roster, leader)
    return await reply.say("signed", message_facts.Signed(signed=facts["signed"]))


async def amend(reply: ReplyContext) -> Outcome:
    """Offer another line; it is heard and answered like anything that is said here."""
    return await hear_and_reply.hear(reply.about(HeardKind.PRINCIPLE))
