"""What a leader may be offered this week: the campaign's step, a small one on return, one of the taper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from nudges.model import calendar
from nudges.model.catalogue import Action, Campaign, Week
from nudges.model.nudge import Nudge
from nudges.model.pair import Pair
from nudges.model.people import CampaignRun, Leader
from nudges.rules.nudging import action_choice
from nudges.rules.support.support_ladder import has_come_back
from nudges.unit_of_work.offers import new_nudge
from nudges.unit_of_work.planning_context import PlanningContext
from nudges.unit_of_work.read_roster import Roster, week_of_run
from nudges.unit_of_work.taper_weeks import TaperWeek, taper_week
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.joining.buddy import is_joining
from nudges.use_cases.nudging.taper_offers import taper_offers
from nudges.use_cases.pairing.peers import find_pair

FIRST_RUNG = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class ThisWeek:
    """The one campaign that speaks to a leader this week, or the taper of the last one."""

    run: CampaignRun
    week: Week
    campaign: Campaign | None = None
    taper: TaperWeek | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Chosen:
    """The nudge of the week, the pair it needs, and whether it is a small one for somebody who is back."""

    nudge: Nudge
    pair: Pair | None = None
    is_back: bool = False
    is_small: bool = False


def this_week(work: UnitOfWork, roster: Roster, leader: Leader, week_on: date) -> ThisWeek | None:
    """The oldest run that has an offer or a pulse, else a week of the taper; None where there is neither."""
    today = calendar.local(work.at, leader.zone).date()
    for run in roster.live_runs(leader):
        campaign_and_week = week_of_run(run, week_on, work.book)
        if any(today in pause for pause in run.pauses):
            continue
        if campaign_and_week is not None and campaign_and_week[1].kind != "rest":
            return ThisWeek(run=run, campaign=campaign_and_week[0], week=campaign_and_week[1])
    taper = taper_week(work, roster, leader, week_on)
    if taper is None:
        return None
    return ThisWeek(run=taper.run, week=Week(number=taper.number, theme=""), taper=taper)


def choose(
    work: UnitOfWork, planning: PlanningContext, leader: Leader, this_week: ThisWeek, *, week_on: date
) -> Chosen | None:
    """The nudge for this leader; None where nothing fits."""
    history = planning.histories[leader.id]
    if this_week.taper is not None:
        actions, pair = taper_offers(work, planning, leader, this_week.taper, week_on=week_on)
        is_back = is_small = False
    else:
        actions = list(_offers(work, planning, leader, this_week, week_on=week_on))
        pair = _pair_for(work, planning, leader, this_week, actions[0]) if actions else None
        is_back = has_come_back(leader, history, week_on=week_on, rules=work.book.rules)
        # Somebody who waits for this leader's coffee is not let down for a smaller step.
        small = (
            _small(work, leader, this_week.week, history, week_on=week_on) if is_back and not pair else None
        )
        is_small = small is not None
        if small is not None:
            actions = [small, *(one for one in actions if one.id != small.id)]
    if not actions:
        return None
    nudge = new_nudge(
        work,
        leader,
        this_week.run,
        this_week.week,
        actions[0],
        actions[1:],
        history,
        week_on=week_on,
        pair=pair,
    )
    return Chosen(nudge=nudge, pair=pair, is_back=is_back, is_small=is_small)


def _offers(
    work: UnitOfWork, planning: PlanningContext, leader: Leader, this_week: ThisWeek, *, week_on: date
) -> tuple[Action, ...]:
    today = calendar.local(work.at, leader.zone).date()
    weeks = work.book.rules.cadence.joiner_first_rung_weeks
    is_new = is_joining(leader, on=today, weeks=weeks)
    return action_choice.offers(
        this_week.week,
        leader,
        planning.histories[leader.id],
        week_on=week_on,
        rung=FIRST_RUNG if is_new else this_week.run.highest_rung,
        catalogue=work.book.catalogue,
        has_peer=lambda action: _pair_for(work, planning, leader, this_week, action) is not None,
    )


def _pair_for(
    work: UnitOfWork, planning: PlanningContext, leader: Leader, this_week: ThisWeek, action: Action
) -> Pair | None:
    return (
        find_pair(work, planning, leader, this_week.run, this_week.week, action)
        if action.needs_peer
        else None
    )


def _small(
    work: UnitOfWork, leader: Leader, week: Week, history: list[Nudge], *, week_on: date
) -> Action | None:
    return action_choice.first_step(
        week, leader, history, week_on=week_on, catalogue=work.book.catalogue, rules=work.book.rules
    )
