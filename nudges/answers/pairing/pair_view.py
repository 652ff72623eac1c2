"""What a leader's pair sees of a step that is done, where the leader chose that they may."""

from __future__ import annotations

from nudges.model.pair import Pair
from nudges.model.people import Visibility
from nudges.unit_of_work.nudge_cards import card_facts
from nudges.unit_of_work.pair_nudge import nudge_for_pair
from nudges.unit_of_work.reply_context import ReplyContext


async def show_to_pair(reply: ReplyContext, pair: Pair, *, is_done: bool) -> None:
    """Say it on the open cards of the others, or take it off again; no message is sent for it."""
    if reply.leader.visibility is Visibility.PRIVATE:
        return
    note = f"{reply.leader.name} has done this one." if is_done else ""
    for leader_id in pair.others(reply.leader.id):
        other = reply.roster.leaders.get(leader_id)
        if other is None or not reply.roster.may_be_nudged(other):
            continue
        theirs = await nudge_for_pair(reply.work, other.id, pair)
        if theirs is not None:
            side = await reply.as_leader(other)
            facts = card_facts(side.scene(pair), theirs, note=note)
            await side.redraw(theirs.id, "card", facts, action_id=theirs.action_id)
