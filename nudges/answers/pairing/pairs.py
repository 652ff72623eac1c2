"""Answers about a pair besides its time: I can't meet, we met, we have not met."""

from __future__ import annotations

from datetime import timedelta

from nudges import access
from nudges.answers.nudging import nudges as nudge_answers
from nudges.answers.pairing.pair_times import open_pair
from nudges.model import pair as pairs
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.pair import Pair
from nudges.model.timers import TimerKind
from nudges.unit_of_work.pair_nudge import open_nudge_of
from nudges.unit_of_work.reply_context import Answering
from nudges.use_cases.pairing.watch_pairs import leave_pair, link


async def cannot(one: Answering) -> Outcome:
    """None of the times suit and none will: the other is told kindly."""
    one, pair = await open_pair(one)
    nudge = await open_nudge_of(one.turn, one.leader.id, pair)
    if nudge is not None:
        return await nudge_answers.not_now(one.about(nudge.id))
    await leave_pair(one.turn, one.roster, pair, one.leader)
    return Outcome()


async def met(one: Answering) -> Outcome:
    """Yes, we met: a second voice makes it a link at once."""
    leader, pair = await access.own_pair(one.turn.tx, one.leaders, one.subject)
    one = await one.as_leader(leader)
    pair = await remember_meeting(one, pair)
    await one.settle_rider()
    nudge = await open_nudge_of(one.turn, leader.id, pair)
    if nudge is not None:
        return await nudge_answers.done(one.about(nudge.id))
    return Outcome()


async def not_met(one: Answering) -> Outcome:
    """No, we have not met: no link is counted, and nobody is asked why."""
    leader, pair = await access.own_pair(one.turn.tx, one.leaders, one.subject)
    one = await one.as_leader(leader)
    denied = pairs.deny_met(pair, by=leader.id, at=one.turn.at)
    if denied is not pair:
        one.turn.keep(denied)
        one.turn.sleep(TimerKind.PAIR_LAPSES, pair.id)
        one.turn.log(
            EventKind.PAIR_NOT_MET,
            partnership_id=pair.partnership_id,
            subject=pair.id,
            leader=leader,
            run_id=pair.run_id,
        )
    await one.settle_rider()
    return Outcome()


async def remember_meeting(one: Answering, pair: Pair) -> Pair:
    """One voice says they met; the second one, or seven quiet days, makes it a link."""
    said = pairs.say_met(pair, by=one.leader.id, at=one.turn.at)
    if said is pair:
        return pair
    one.turn.keep(said)
    if pairs.is_link(said):
        link(one.turn, said)
        return said
    due_at = one.turn.at + timedelta(days=one.turn.book.rules.coffee.met_unless_denied_days)
    one.turn.wake(TimerKind.PAIR_LAPSES, pair.id, due_at, partnership_id=pair.partnership_id)
    return said


def forget_meeting(one: Answering, pair: Pair) -> Pair:
    """Undo of "done" on a step for two."""
    back = pairs.unsay_met(pair, by=one.leader.id)
    if back is not pair:
        one.turn.keep(back)
        one.turn.sleep(TimerKind.PAIR_LAPSES, pair.id)
    return back
