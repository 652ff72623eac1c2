"""Whether a pair has met: said, taken back, and shown to the other side where the leader chose that."""

from __future__ import annotations

from datetime import timedelta

from nudges.model import pair as pairs
from nudges.model.pair import Pair
from nudges.model.people import Visibility
from nudges.model.timers import TimerKind
from nudges.said import said
from nudges.unit_of_work.nudge_cards import card_facts
from nudges.unit_of_work.offers import nudge_for_pair
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.pairing.watch_pairs import link


async def remember_meeting(reply: ReplyContext, pair: Pair) -> Pair:
    """One voice says they met; the second one, or seven quiet days, makes it a link."""
    met = pairs.say_met(pair, by=reply.leader.id, at=reply.work.at)
    if met is pair:
        return pair
    reply.work.keep(met)
    if pairs.is_link(met):
        link(reply.work, met)
        return met
    due_at = reply.work.at + timedelta(days=reply.work.book.rules.coffee.met_unless_denied_days)
    reply.work.set_timer(TimerKind.PAIR_LAPSES, pair.id, due_at, partnership_id=pair.partnership_id)
    return met


def forget_meeting(reply: ReplyContext, pair: Pair) -> Pair:
    """Undo of "done" on a step for two."""
    back = pairs.unsay_met(pair, by=reply.leader.id)
    if back is not pair:
        reply.work.keep(back)
        reply.work.cancel_timer(TimerKind.PAIR_LAPSES, pair.id)
    return back


async def show_to_pair(reply: ReplyContext, pair: Pair, *, is_done: bool) -> None:
    """Say it on the open cards of the others, or take it off again; no message is sent for it."""
    if reply.leader.visibility is Visibility.PRIVATE:
        return
    done = said("pairing.has_done", {"name": reply.leader.name})
    for leader_id in pair.others(reply.leader.id):
        other = reply.roster.leaders.get(leader_id)
        if other is None or not reply.roster.may_be_nudged(other):
            continue
        theirs = await nudge_for_pair(reply.work, other.id, pair)
        if theirs is not None:
            other_side = await reply.as_leader(other)
            note = other_side.in_words(done) if is_done else ""
            facts = card_facts(other_side.scene(pair), theirs, note=note)
            await other_side.redraw(theirs.id, "card", facts, action_id=theirs.action_id)
