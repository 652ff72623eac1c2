"""What is offered after a campaign: a second cup where a link needs one, else a small step."""

from __future__ import annotations

from datetime import date

from nudges.model.catalogue import Action, Week
from nudges.model.nudge import Nudge
from nudges.model.pair import Pair
from nudges.model.people import Leader
from nudges.rules.nudging import action_choice
from nudges.unit_of_work.planning_context import PlanningContext
from nudges.unit_of_work.taper_weeks import TaperWeek
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.pairing.peers import find_pair


def taper_offers(
    work: UnitOfWork, planning: PlanningContext, leader: Leader, taper_week: TaperWeek, *, week_on: date
) -> tuple[list[Action], Pair | None]:
    """A second cup where a link needs one, else a small step of rung 1 that needs nobody else."""
    week = Week(number=taper_week.number, theme="")
    history = planning.histories[leader.id]
    cup = work.book.catalogue.find(work.book.rules.pairing.second_cup_action)
    pair = find_pair(work, planning, leader, taper_week.run, week, cup) if cup else None
    small = _small_steps(work, leader, history, week_on=week_on)
    is_open = any(one.is_open and cup is not None and one.action_id == cup.id for one in history)
    if cup is not None and pair is not None and not is_open:
        return [cup, *small[:1]], pair
    return small[:2], None


def _small_steps(work: UnitOfWork, leader: Leader, history: list[Nudge], *, week_on: date) -> list[Action]:
    """What this leader has not had for longest comes first, and the shorter of two."""
    had = {nudge.action_id: nudge.week_on for nudge in history}
    fitting = [
        action
        for action in work.book.catalogue.actions.values()
        if action.rung == 1
        and not action_choice.is_too_soon(action, history, week_on=week_on)
        and action_choice.can_do(action, leader, has_peer=lambda _: False)
    ]
    return sorted(
        fitting,
        key=lambda one: (had.get(one.id, date.min), not action_choice.suits(one, leader), one.minutes),
    )
