"""Undo: the last answer to a step is taken back, with all that came of it."""

from __future__ import annotations

from dataclasses import replace

from nudges import access
from nudges.errors import IllegalTransition
from nudges.model import cadence
from nudges.model import nudge as nudge_states
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.nudge import Nudge, NudgeState
from nudges.model.timers import TimerKind
from nudges.said import said
from nudges.unit_of_work.nudge_answers import log
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.listening.library import ARTEFACT, take_line_back
from nudges.use_cases.pairing.pair_met import forget_meeting, show_to_pair
from nudges.use_cases.pairing.watch_pairs import leave_pair


async def undo(reply: ReplyContext) -> Outcome:
    """Take the last answer back."""
    reply, nudge = await reply.nudge()
    work = reply.work
    if nudge.state is NudgeState.SWAPPED:
        await _withdraw_swap(reply, nudge)
    pair = await reply.pair_of(nudge)
    back = nudge_states.undo(nudge)
    log(reply, back, EventKind.DONE_UNDONE if nudge.state is NudgeState.DONE else EventKind.UNDONE)
    if nudge.state is NudgeState.DONE and pair is not None:
        pair = forget_meeting(reply, pair)
        await show_to_pair(reply, pair, is_done=False)
    if nudge.shared_line is not None:
        back = replace(back, shared_line=None)
        if work.book.action(nudge.action_id).visibility == ARTEFACT:
            await take_line_back(work, reply.leader, nudge)
    if back.plan is not None and back.state is NudgeState.PLANNED:
        due_at = cadence.did_it_happen_instant(
            reply.leader,
            planned_at=max(back.plan.at, work.at),
            holidays=work.holidays_of(reply.leader),
            rules=work.book.rules,
        )
        work.set_timer(TimerKind.FOLLOW_UP, back.id, due_at, partnership_id=reply.leader.partnership_id)
    return await reply.show_card(back, pair)


async def _withdraw_swap(reply: ReplyContext, nudge: Nudge) -> None:
    since = nudge.week_on
    for other in await access.own_nudges(reply.work.tx, [reply.leader], since=since):
        if other.swapped_from == nudge.id:
            if other.state is not NudgeState.OFFERED:
                raise IllegalTransition(said("nudging.answered_the_other"))
            gone = nudge_states.withdraw(other, at=reply.work.at)
            reply.work.cancel_timer(TimerKind.FOLLOW_UP, gone.id)
            await reply.redraw_card(gone, None)
            pair = await reply.pair_of(other)
            if pair is not None:
                await leave_pair(reply.work, reply.roster, pair, reply.leader)
