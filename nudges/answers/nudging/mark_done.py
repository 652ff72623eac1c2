"""Done, partly, not yet: what became of a step, in one tap."""

from __future__ import annotations

from nudges.model import nudge as nudge_states
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.timers import TimerKind
from nudges.unit_of_work.nudge_answers import log
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.pairing.pair_met import remember_meeting, show_to_pair
from nudges.use_cases.support.check_back import check_later


async def done(reply: ReplyContext) -> Outcome:
    """Done: one tap. A second tap changes nothing."""
    reply, nudge = await reply.nudge()
    finished = nudge_states.complete(nudge, at=reply.work.at)
    pair = await reply.pair_of(nudge)
    if finished is nudge:
        return await reply.show_card(nudge, pair)
    log(reply, finished, EventKind.DONE)
    reply.work.cancel_timer(TimerKind.FOLLOW_UP, nudge.id)
    check_later(reply.work, reply.leader, finished)
    if pair is not None:
        pair = await remember_meeting(reply, pair)
        await show_to_pair(reply, pair, is_done=True)
    return await reply.show_card(finished, pair)


async def partly(reply: ReplyContext) -> Outcome:
    """Some of it: a reply like any other."""
    reply, nudge = await reply.nudge()
    changed = nudge_states.do_partly(nudge, at=reply.work.at)
    if changed is not nudge:
        log(reply, changed, EventKind.PARTLY)
        reply.work.cancel_timer(TimerKind.FOLLOW_UP, nudge.id)
    return await reply.show_card(changed, await reply.pair_of(nudge))


async def not_yet(reply: ReplyContext) -> Outcome:
    """It has not happened; a new day is one tap away."""
    reply, nudge = await reply.nudge()
    changed = nudge_states.say_not_yet(nudge, at=reply.work.at)
    if changed is not nudge:
        log(reply, changed, EventKind.NOT_YET)
        reply.work.cancel_timer(TimerKind.FOLLOW_UP, nudge.id)
    return await reply.show_card(changed, await reply.pair_of(nudge))
