"""The human yes to a goal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from nudges import access
from nudges.errors import NotAllowed, NotFound
from nudges.model import message_facts
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.people import CampaignRun, GoalMark
from nudges.said import said
from nudges.unit_of_work.nudge_cards import buttons
from nudges.unit_of_work.redraw import redraw_all
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.pulse.check_goals import arm_goals, judges_of, mark_facts, post_agreed


async def goal_yes(reply: ReplyContext) -> Outcome:
    """A goal is reached: marked by a human, once, and told to the run's channel when there is room."""
    reply, run, mark = await _mark(reply)
    facts: message_facts.GoalAgreed = mark_facts(reply.work, run, mark, locale=reply.leader.locale)
    if mark.agreed_at is None:
        agreed = replace(mark, agreed_by=reply.leader.id, agreed_at=reply.work.at)
        run = replace(run, goals=tuple(agreed if each is mark else each for each in run.goals))
        reply.work.keep(run)
        reply.work.log(
            EventKind.GOAL_AGREED,
            partnership_id=run.partnership_id,
            subject=run.id,
            run_id=run.id,
            leader=reply.leader,
            data={"number": mark.number, "reached": mark.reached, "of": mark.of},
        )
        is_waiting = await post_agreed(reply.work, reply.roster, run)
        if is_waiting:
            arm_goals(reply.work, reply.roster, run, is_waiting=True)
    await _redraw(reply, "goal_agreed", facts)
    return Outcome() if reply.command.via == "tap" else await reply.say("goal_agreed", facts)


async def goal_not_yet(reply: ReplyContext) -> Outcome:
    """Not yet: nothing is said of it anywhere, and a yes stays possible."""
    reply, run, mark = await _mark(reply)
    if mark.agreed_at is not None:
        return await goal_yes(reply)
    goal = mark_facts(reply.work, run, mark, locale=reply.leader.locale)
    facts: message_facts.GoalLeftOpen = {**goal, "buttons": buttons("goal_yes")}
    await _redraw(reply, "goal_left_open", facts)
    return Outcome() if reply.command.via == "tap" else await reply.say("goal_left_open", facts)


async def _redraw(reply: ReplyContext, event: str, facts: Mapping[str, Any]) -> None:
    """Every lead who was asked sees the answer."""
    await redraw_all(reply.work, reply.roster, reply.subject, event, facts, shown_as=("goal_reached_ask",))


async def _mark(reply: ReplyContext) -> tuple[ReplyContext, CampaignRun, GoalMark]:
    """The goal that the tap was about, as the person who may judge it.

    Raises:
        NotFound: there is no such goal for anybody whom the person is here.
        NotAllowed: somebody else judges it.
    """
    run_id, _, number = reply.subject.partition(":")
    for leader in reply.leaders:
        here = await reply.as_leader(leader)
        run = next((each for each in here.roster.runs if each.id == run_id), None)
        mark = next((each for each in run.goals if str(each.number) == number), None) if run else None
        if run is not None and mark is not None:
            if leader.id not in {each.id for each in judges_of(reply.work, here.roster, run)}:
                raise NotAllowed(said("pulse.who_judges_goals"))
            return here, run, mark
    raise NotFound(access.GONE)
