"""Standing beside a joiner, and leaving for good."""

from __future__ import annotations

from dataclasses import replace

from nudges import access
from nudges.access import GONE
from nudges.errors import InvalidInput, NotFound
from nudges.model import message_facts
from nudges.model.commands import Outcome
from nudges.model.people import Leader
from nudges.said import said
from nudges.unit_of_work.nudge_cards import Facts
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.joining.buddy import introduce
from nudges.use_cases.joining.leave_programme import leave as leave_for_good


async def buddy_yes(reply: ReplyContext) -> Outcome:
    """Yes to standing beside a joiner; they hear of each other once both have said yes."""
    for leader in reply.leaders:
        own = await reply.as_leader(leader)
        joiner = own.roster.leaders.get(reply.subject)
        if joiner is not None:
            return await _stands_beside(own, joiner)
    raise NotFound(GONE)


async def _stands_beside(reply: ReplyContext, joiner: Leader) -> Outcome:
    work = reply.work
    if not await access.own_messages(work.tx, reply.leader, f"buddy:{joiner.id}"):
        raise NotFound(GONE)
    if joiner.left_at is not None or joiner.buddy_id not in (None, reply.leader.id):
        return await reply.say("buddy_taken")
    beside = replace(joiner, buddy_id=reply.leader.id)
    if joiner.buddy_id is None:
        work.keep(beside)
        roster = replace(reply.roster, leaders={**reply.roster.leaders, beside.id: beside})
        await introduce(work, roster, beside, by=reply.leader)
    facts = message_facts.BuddyThanks(is_in=joiner.is_in)
    await reply.redraw(f"buddy:{joiner.id}", "buddy_thanks", facts)
    return Outcome() if reply.command.via == "tap" else await reply.say("buddy_thanks", facts)


async def leave(reply: ReplyContext) -> Outcome:
    """Leaving for good is asked about once."""
    stay = reply.in_words(said("joining.stay"))
    choices: list[Facts] = [{"verb": "leave_yes"}, {"verb": "no", "label": stay}]
    days = reply.work.book.rules.privacy.keep_after_leaving_days
    facts = message_facts.LeaveAsk(partnership=reply.roster.partnership.name, days=days, buttons=choices)
    return await reply.say("leave_ask", facts, subject=reply.leader.id)


async def leave_yes(reply: ReplyContext) -> Outcome:
    """Leave this partnership; others of the same person go on."""
    if reply.subject not in ("", reply.leader.id):
        raise InvalidInput(GONE)
    await leave_for_good(reply.work, reply.roster, reply.leader)
    days = reply.work.book.rules.privacy.keep_after_leaving_days
    facts = message_facts.Left(partnership=reply.roster.partnership.name, days=days)
    return await reply.say("left", facts, lasts=True)
