"""Answers about a pair besides its time: I can't meet, we met, we have not met."""

from __future__ import annotations

from nudges import access
from nudges.answers.nudging.mark_done import done
from nudges.answers.nudging.put_off import not_now
from nudges.model import pair as pairs
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.timers import TimerKind
from nudges.unit_of_work.offers import nudge_for_pair
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.pairing.pair_met import remember_meeting
from nudges.use_cases.pairing.pair_offers import open_pair
from nudges.use_cases.pairing.watch_pairs import leave_pair


async def cannot(reply: ReplyContext) -> Outcome:
    """None of the times suit and none will: the other is told kindly."""
    reply, pair = await open_pair(reply)
    nudge = await nudge_for_pair(reply.work, reply.leader.id, pair)
    if nudge is not None:
        return await not_now(reply.about(nudge.id))
    await leave_pair(reply.work, reply.roster, pair, reply.leader)
    return Outcome()


async def met(reply: ReplyContext) -> Outcome:
    """Yes, we met: a second voice makes it a link at once."""
    leader, pair = await access.own_pair(reply.work.tx, reply.leaders, reply.subject)
    reply = await reply.as_leader(leader)
    pair = await remember_meeting(reply, pair)
    await reply.settle_rider()
    nudge = await nudge_for_pair(reply.work, leader.id, pair)
    if nudge is not None:
        return await done(reply.about(nudge.id))
    return Outcome()


async def not_met(reply: ReplyContext) -> Outcome:
    """No, we have not met: no link is counted, and nobody is asked why."""
    leader, pair = await access.own_pair(reply.work.tx, reply.leaders, reply.subject)
    reply = await reply.as_leader(leader)
    denied = pairs.deny_met(pair, by=leader.id, at=reply.work.at)
    if denied is not pair:
        reply.work.keep(denied)
        reply.work.cancel_timer(TimerKind.PAIR_LAPSES, pair.id)
        reply.work.log(
            EventKind.PAIR_NOT_MET,
            partnership_id=pair.partnership_id,
            subject=pair.id,
            leader=leader,
            run_id=pair.run_id,
        )
    await reply.settle_rider()
    return Outcome()
