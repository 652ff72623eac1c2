"""After a campaign: rarer and rarer, one small step or a second cup, and then silence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from nudges.model import cadence, calendar
from nudges.model.catalogue import Action, Week
from nudges.model.nudge import Nudge
from nudges.model.pair import Pair
from nudges.model.people import CampaignRun, Leader
from nudges.rules.nudging import action_choice
from nudges.unit_of_work.planning_context import PlanningContext
from nudges.unit_of_work.read_roster import Roster
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.pairing.peers import find_pair


@dataclass(frozen=True, kw_only=True, slots=True)
class TaperWeek:
    """One of the few weeks after a run in which something is sent; `place` is "first", "next" or "last"."""

    run: CampaignRun
    number: int
    place: str


def last_run(roster: Roster, leader: Leader) -> CampaignRun | None:
    """The run that ended last, where the leader takes part in no other."""
    if roster.live_runs(leader):
        return None
    ended = [
        (run.ended_at, run.id, run) for run in roster.runs if run.ended_at and leader.id in run.member_ids
    ]
    return max(ended, key=lambda one: one[:2])[2] if ended else None


def _weeks(work: UnitOfWork, leader: Leader, run: CampaignRun) -> tuple[date, ...]:
    """Counted from the Monday on which it ended; a run that was ended early tapers from there."""
    ended_on = calendar.week_of(run.ended_at or work.at, leader.zone)
    return calendar.taper_weeks(ended_on, work.book.rules)


def taper_week(work: UnitOfWork, roster: Roster, leader: Leader, week_on: date) -> TaperWeek | None:
    """What this week is to the leader's taper; None where nothing is sent."""
    run = last_run(roster, leader)
    weeks = _weeks(work, leader, run) if run is not None else ()
    if run is None or week_on not in weeks:
        return None
    place = "first" if week_on == weeks[0] else "last" if week_on == weeks[-1] else "next"
    length = work.book.campaign(run.campaign_id).length_weeks
    return TaperWeek(run=run, number=length + 1 + weeks.index(week_on), place=place)


def next_taper_instant(
    work: UnitOfWork, roster: Roster, leader: Leader, *, after_week: date | None = None
) -> datetime | None:
    """When the leader hears next after the end of a campaign; None where that is over.

    `after_week` leaves out that week and those before it.
    """
    run = last_run(roster, leader)
    for week_on in _weeks(work, leader, run) if run is not None else ():
        if after_week is not None and week_on <= after_week:
            continue
        due = cadence.new_action_instant(
            leader,
            week_on=week_on,
            after=work.at,
            holidays=work.holidays_of(leader),
            rules=work.book.rules,
        )
        if due is not None:
            return due
    return None


def taper_offers(
    work: UnitOfWork, table: PlanningContext, leader: Leader, found: TaperWeek, *, week_on: date
) -> tuple[list[Action], Pair | None]:
    """A second cup where a link needs one, else a small step of rung 1 that needs nobody else."""
    week = Week(number=found.number, theme="")
    history = table.histories[leader.id]
    cup = work.book.catalogue.find(work.book.rules.pairing.second_cup_action)
    pair = find_pair(work, table, leader, found.run, week, cup) if cup else None
    small = _small_steps(work, leader, history, week_on=week_on)
    is_open = any(one.is_open and cup is not None and one.action_id == cup.id for one in history)
    if cup is not None and pair is not None and not is_open:
        return [cup, *small[:1]], pair
    return small[:2], None


def _small_steps(work: UnitOfWork, leader: Leader, history: list[Nudge], *, week_on: date) -> list[Action]:
    """What this leader has not had for longest comes first, and the shorter of two."""
    had = {nudge.action_id: nudge.week_on for nudge in history}
    fitting = [
        one
        for one in work.book.catalogue.actions.values()
        if one.rung == 1
        and not action_choice.is_too_soon(one, history, week_on=week_on)
        and action_choice.can_do(one, leader, has_peer=lambda _: False)
    ]
    return sorted(
        fitting,
        key=lambda one: (had.get(one.id, date.min), not action_choice.suits(one, leader), one.minutes),
    )
