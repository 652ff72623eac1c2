"""Questions that ride on the week's nudge, the most important first, and what is remembered of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from nudges.model import calendar, message_facts
from nudges.model.catalogue import Campaign, Week
from nudges.model.nudge import Nudge
from nudges.model.people import Leader, Pace, Visibility
from nudges.rules.support.support_ladder import LadderStep
from nudges.unit_of_work.nudge_cards import Facts, Scene, buttons, happened_facts, rider
from nudges.unit_of_work.planning_context import PlanningContext
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.joining.principles_card import principles_rider
from nudges.use_cases.nudging.settle_past_nudges import is_planned_and_past
from nudges.use_cases.support.check_back import check_rider, is_check_due, was_checked
from nudges.use_cases.support.support_person import STEP_OF, ladder_rider, record_climb


@dataclass(frozen=True, kw_only=True, slots=True)
class Carrier:
    """The nudge that questions ride on: its leader, its week, and the step of the ladder that is due."""

    leader: Leader
    nudge: Nudge
    week: Week
    campaign: Campaign | None
    ladder_step: LadderStep


def riders_of(work: UnitOfWork, planning: PlanningContext, on: Carrier) -> list[Facts]:
    """Two at most: did it happen, have you met, the ladder, principles, the check, who sees it, the pace."""
    riders: list[Facts] = [*did_it_happen(work, planning, on.leader), *_met(planning, on.leader)]
    offered = ladder_rider(work, planning, on.leader, on.ladder_step, on.nudge)
    # A plan that is asked about may be moved there; the same step is not brought up twice.
    if offered is not None and offered["subject"] not in {one["subject"] for one in riders}:
        riders.append(offered)
    today = calendar.local(work.at, on.leader.zone).date()
    principles = principles_rider(work, planning.roster, on.leader, on=today)
    riders += [principles] if principles is not None else []
    riders += [check_rider(work, planning, one) for one in _to_check(work, planning, on.leader)]
    if not on.leader.visibility_asked:
        choices = [{"verb": "visibility", "value": str(each)} for each in Visibility]
        riders.append(rider("rider_visibility", on.leader.id, message_facts.RiderVisibility(buttons=choices)))
    if _pace_matters(work, on):
        choices = [{"verb": "pace", "value": str(each)} for each in Pace]
        riders.append(rider("rider_pace", on.leader.id, message_facts.RiderPace(buttons=choices)))
    return riders[: work.book.rules.cadence.questions_per_message_max]


def did_it_happen(work: UnitOfWork, planning: PlanningContext, leader: Leader) -> list[Facts]:
    """The plans whose time has gone by, and about which nobody has asked."""
    questions = []
    for nudge in planning.histories[leader.id]:
        if is_planned_and_past(nudge, at=work.at):
            pair = next((one for one in planning.pairs if one.id == nudge.pair_id), None)
            scene = Scene(book=work.book, roster=planning.roster, leader=leader, pair=pair)
            questions.append(rider("rider_did_it_happen", nudge.id, happened_facts(scene, nudge)))
    return questions


def _met(planning: PlanningContext, leader: Leader) -> Iterator[Facts]:
    for pair in planning.pairs:
        other = planning.roster.leaders.get(pair.met_by or "")
        is_open = pair.confirmed_at is None and pair.denied_at is None
        if leader.id in pair.leader_ids and is_open and other is not None and other.id != leader.id:
            facts = message_facts.RiderConfirm(peer=other.name, buttons=buttons("met", "not_met"))
            yield rider("rider_confirm", pair.id, facts)


def _to_check(work: UnitOfWork, planning: PlanningContext, leader: Leader) -> list[Nudge]:
    return [one for one in planning.histories[leader.id] if is_check_due(work, leader, one)]


def _pace_matters(work: UnitOfWork, on: Carrier) -> bool:
    """Asked once when a gate is near, and again when offers become rarer for want of a reply."""
    if on.leader.silent == work.book.rules.backoff.fortnightly_after:
        return True
    weeks = on.campaign.weeks if on.campaign else ()
    gate_is_near = any(one.gate and one.number in (on.week.number + 1, on.week.number + 2) for one in weeks)
    return on.leader.pace is None and gate_is_near


def remember(
    work: UnitOfWork, planning: PlanningContext, on: Carrier, riders: Iterable[Facts], *, week_on: date
) -> Leader:
    """Keep that these were asked: each of them once."""
    leader, asked = on.leader, {one["event"]: str(one["subject"]) for one in riders}
    for at, nudge in enumerate(planning.histories[leader.id]):
        if nudge.id in (asked.get("rider_did_it_happen"), asked.get("rider_check_back")):
            was_asked = replace(nudge, followed_up_at=work.at)
            work.keep(was_asked)
            planning.histories[leader.id][at] = was_asked
    if "rider_check_back" in asked:
        was_checked(work, asked["rider_check_back"])
    for event, ladder_step in STEP_OF.items():
        if event in asked:
            leader = record_climb(work, leader, ladder_step, on=week_on)
    if "rider_visibility" in asked:
        leader = replace(leader, visibility_asked=True)
    return leader
