"""With whom a leader would do an action: the pair of the round, a link to tend, somebody new."""

from __future__ import annotations

from dataclasses import replace

from nudges.model import calendar
from nudges.model.catalogue import Action, Week
from nudges.model.ids import make_id
from nudges.model.pair import Pair, PairKind
from nudges.model.people import CampaignRun, Leader
from nudges.rules.pairing import links
from nudges.unit_of_work.planning_context import PlanningContext
from nudges.unit_of_work.unit_of_work import UnitOfWork


def find_pair(
    work: UnitOfWork, planning: PlanningContext, leader: Leader, run: CampaignRun, week: Week, action: Action
) -> Pair | None:
    """Whom this leader would do the action with: the round's pair, else a link to tend, else somebody new."""
    if week.coffee_round is not None:
        return _round_pair(planning, leader, run, week.coffee_round)
    if action.id == work.book.rules.pairing.second_cup_action:
        return _second_cup(work, planning, leader, run)
    able = _able(work, planning, run)
    rules = work.book.rules
    on = calendar.local(work.at, leader.zone).date()
    peer = links.choose_peer(leader, able.values(), planning.pairs, on=on, rules=rules)
    return _pair_with(work, planning, leader, run, PairKind.ACTION, peer) if peer is not None else None


def _able(work: UnitOfWork, planning: PlanningContext, run: CampaignRun) -> dict[str, Leader]:
    """Who may be somebody's partner now: takes part, answers, and works within the next seven days."""
    members = (planning.roster.leaders[one] for one in run.member_ids if one in planning.roster.leaders)
    return {
        leader.id: leader
        for leader in members
        if leader.backed_off_until is None
        and planning.roster.may_be_nudged(leader)
        and _is_about(work, leader)
    }


def _is_about(work: UnitOfWork, leader: Leader) -> bool:
    today = calendar.local(work.at, leader.zone).date()
    days = calendar.working_days(leader, from_on=today, holidays=work.holidays_of(leader), within=7)
    return next(days, None) is not None


def _second_cup(work: UnitOfWork, planning: PlanningContext, leader: Leader, run: CampaignRun) -> Pair | None:
    """A link to tend: the one that the other side was already given this week, else the oldest."""
    week_on = calendar.week_of(work.at, leader.zone)
    for pair in planning.pairs:
        is_fresh = (
            pair.kind is PairKind.SECOND_CUP and calendar.week_of(pair.formed_at, leader.zone) == week_on
        )
        if is_fresh and leader.id in pair.leader_ids and pair.ended_at is None:
            return pair
    able = {
        other.id
        for other in _able(work, planning, run).values()
        if other.id not in leader.exclusions
        and leader.id not in other.exclusions
        and other.organisation_id != leader.organisation_id
    }
    on = calendar.local(work.at, leader.zone).date()
    peer = links.second_cup_for(leader.id, planning.pairs, on=on, rules=work.book.rules, able=able)
    if peer is None:
        return None
    met = [one.met_at for one in planning.pairs if {leader.id, peer} <= set(one.leader_ids) and one.met_at]
    return replace(_pair_with(work, planning, leader, run, PairKind.SECOND_CUP, peer), tends_at=max(met))


def _pair_with(
    work: UnitOfWork, planning: PlanningContext, leader: Leader, run: CampaignRun, kind: PairKind, peer: str
) -> Pair:
    both = (leader.id, peer)
    return Pair(
        id=make_id("pair", kind, *both, calendar.week_of(work.at, leader.zone)),
        partnership_id=leader.partnership_id,
        run_id=run.id,
        kind=kind,
        leader_ids=both,
        organisation_ids=tuple(planning.roster.leaders[one].organisation_id for one in both),
        formed_at=work.at,
    )


def _round_pair(planning: PlanningContext, leader: Leader, run: CampaignRun, number: int) -> Pair | None:
    for pair in planning.pairs:
        is_this = pair.kind is PairKind.COFFEE and pair.run_id == run.id and pair.round == number
        if is_this and leader.id in pair.leader_ids and pair.ended_at is None:
            return pair
    return None
