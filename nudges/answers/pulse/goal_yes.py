"""The human yes to a goal."""

from __future__ import annotations

from dataclasses import replace

from nudges import access
from nudges.errors import NotAllowed, NotFound
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.people import CampaignRun, GoalMark
from nudges.unit_of_work.nudge_cards import Facts, buttons
from nudges.unit_of_work.redraw import redraw_all
from nudges.unit_of_work.reply_context import Answering
from nudges.use_cases.pulse.check_goals import arm_goals, judges_of, mark_facts, post_agreed


async def goal_yes(one: Answering) -> Outcome:
    """A goal is reached: marked by a human, once, and told to the run's channel when there is room."""
    one, run, mark = await _mark(one)
    facts = mark_facts(one.turn, run, mark)
    if mark.agreed_at is None:
        agreed = replace(mark, agreed_by=one.leader.id, agreed_at=one.turn.at)
        run = replace(run, goals=tuple(agreed if each is mark else each for each in run.goals))
        one.turn.keep(run)
        one.turn.log(
            EventKind.GOAL_AGREED,
            partnership_id=run.partnership_id,
            subject=run.id,
            run_id=run.id,
            leader=one.leader,
            data={"number": mark.number, "reached": mark.reached, "of": mark.of},
        )
        is_waiting = await post_agreed(one.turn, one.roster, run)
        if is_waiting:
            arm_goals(one.turn, one.roster, run, is_waiting=True)
    await _redraw(one, "goal_agreed", facts)
    return Outcome() if one.command.via == "tap" else await one.say("goal_agreed", facts)


async def goal_not_yet(one: Answering) -> Outcome:
    """Not yet: nothing is said of it anywhere, and a yes stays possible."""
    one, run, mark = await _mark(one)
    if mark.agreed_at is not None:
        return await goal_yes(one)
    facts = {**mark_facts(one.turn, run, mark), "buttons": buttons("goal_yes")}
    await _redraw(one, "goal_left_open", facts)
    return Outcome() if one.command.via == "tap" else await one.say("goal_left_open", facts)


async def _redraw(one: Answering, event: str, facts: Facts) -> None:
    """Every lead who was asked sees the answer."""
    await redraw_all(one.turn, one.roster, one.subject, event, facts, shown_as=("goal_reached_ask",))


async def _mark(one: Answering) -> tuple[Answering, CampaignRun, GoalMark]:
    """The goal that the tap was about, as the person who may judge it.

    Raises:
        NotFound: there is no such goal for anybody whom the person is here.
        NotAllowed: somebody else judges it.
    """
    run_id, _, number = one.subject.partition(":")
    for leader in one.leaders:
        here = await one.as_leader(leader)
        run = next((each for each in here.roster.runs if each.id == run_id), None)
        mark = next((each for each in run.goals if str(each.number) == number), None) if run else None
        if run is not None and mark is not None:
            if leader.id not in {each.id for each in judges_of(one.turn, here.roster, run)}:
                raise NotAllowed("Whether a goal is reached is for the programme lead to say.")
            return here, run, mark
    raise NotFound(access.GONE)
