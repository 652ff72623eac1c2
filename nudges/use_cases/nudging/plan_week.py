"""The weekly new-action instant of each leader: expire, then the ladder, then the offer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from nudges.model import cadence, calendar
from nudges.model.message import MessageKind
from nudges.model.people import Leader
from nudges.model.timers import Timer, TimerKind
from nudges.rules.support.support_ladder import LadderStep, ladder_step_due
from nudges.unit_of_work.nudge_cards import Facts, Offer, Scene, buttons, offer_facts
from nudges.unit_of_work.nudge_dates import ends_at
from nudges.unit_of_work.offers import next_offer_instant, record_offer, set_offer_timer
from nudges.unit_of_work.planning_context import PlanningContext, read_planning_context
from nudges.unit_of_work.taper_weeks import TaperWeek
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.nudging.riders import Carrier, did_it_happen, remember, riders_of
from nudges.use_cases.nudging.settle_past_nudges import is_planned_and_past, note_unheard, settle
from nudges.use_cases.nudging.this_weeks_offer import Chosen, ThisWeek, choose, this_week
from nudges.use_cases.pulse.ask_pulse import ask_pulse
from nudges.use_cases.support.support_person import back_off, offer_help

OUTAGE = timedelta(days=1)


class OfferOnReturn(Offer):
    """The week's nudge for somebody who is back."""

    is_small: bool


class OfferAfterCampaign(Offer):
    """One of the few nudges that come after a campaign."""

    campaign: str
    choice: str


async def plan_week(work: UnitOfWork, timers: Sequence[Timer]) -> None:
    """Look at each of the timers' leaders once, and set when to look again.

    Where the bot itself was away for over a day, silence is not held against anybody.
    """
    leader_ids = [timer.subject for timer in timers]
    planning = await read_planning_context(work, timers[0].partnership_id, leader_ids)
    was_away = work.at - timers[0].due_at > OUTAGE
    leaders = [planning.roster.leaders[one] for one in leader_ids if one in planning.roster.leaders]
    for leader in leaders:
        await _look_at(work, planning, leader, was_away=was_away)


async def _look_at(work: UnitOfWork, planning: PlanningContext, leader: Leader, *, was_away: bool) -> None:
    holidays, rules = work.holidays_of(leader), work.book.rules
    week_on = calendar.week_of(work.at, leader.zone)
    due = cadence.new_action_instant(leader, week_on=week_on, after=work.at, holidays=holidays, rules=rules)
    if due is not None and due > work.at:
        work.set_timer(TimerKind.OFFER, leader.id, due, partnership_id=leader.partnership_id)
        return
    await note_unheard(work, planning, leader)
    leader = settle(work, planning, leader, was_away=was_away)
    to_ask = did_it_happen(work, planning, leader)
    if due is not None:
        leader = await _speak(work, planning, leader, week_on=week_on)
    work.keep(leader)
    await _ask_alone(work, to_ask)
    set_offer_timer(work, planning.roster, leader)
    _close_later(work, planning, leader)


def _close_later(work: UnitOfWork, planning: PlanningContext, leader: Leader) -> None:
    """After the end of a campaign, what is still open is closed when its time is over."""
    left = [one for one in planning.histories[leader.id] if one.is_open]
    if left and leader.is_in and not planning.roster.live_runs(leader):
        closes_at = min(ends_at(work, planning.roster, leader, one) for one in left)
        heard_at = next_offer_instant(work, planning.roster, leader)
        due_at = closes_at if heard_at is None else min(closes_at, heard_at)
        work.set_timer(TimerKind.OFFER, leader.id, due_at, partnership_id=leader.partnership_id)


async def _ask_alone(work: UnitOfWork, riders: Sequence[Facts]) -> None:
    """Where no message of this week carries "Did it happen?", it goes on its own."""
    for rider in riders:
        nudge = await work.nudge(str(rider["subject"]))
        if nudge is not None and nudge.followed_up_at is None and is_planned_and_past(nudge, at=work.at):
            work.set_timer(TimerKind.FOLLOW_UP, nudge.id, work.at, partnership_id=nudge.partnership_id)


async def _speak(work: UnitOfWork, planning: PlanningContext, leader: Leader, *, week_on: date) -> Leader:
    """The one thing that is said this week: the pulse, an offer of help, or the new action.

    A week in which nothing is said is not silence.
    """
    leader = back_off(work, leader, week_on=week_on)
    if not planning.roster.may_be_nudged(leader):
        return leader
    the_week = this_week(work, planning.roster, leader, week_on)
    if the_week is not None and the_week.week.kind == "pulse":
        if leader.silent < work.book.rules.backoff.pause_after:
            await ask_pulse(work, planning.roster, leader, the_week.run, the_week.week, week_on=week_on)
        return leader
    ladder_step = _ladder_step(work, planning, leader, the_week, week_on=week_on)
    if ladder_step is LadderStep.HELP:
        helped = await offer_help(work, planning, leader, on=week_on)
        if helped is not None:
            return helped
    if (
        the_week is None
        or not _has_place(work, planning, leader, week_on)
        or not cadence.offer_allowed(leader, week_on=week_on, rules=work.book.rules)
        or await work.room(leader, week_on) < 1
    ):
        return leader
    chosen = choose(work, planning, leader, the_week, week_on=week_on)
    return (
        await _offer(work, planning, leader, the_week, chosen, ladder_step, week_on=week_on)
        if chosen
        else leader
    )


def _ladder_step(
    work: UnitOfWork, planning: PlanningContext, leader: Leader, this_week: ThisWeek | None, *, week_on: date
) -> LadderStep:
    """What the ladder says; in a week of rest, in a pause, and after a campaign it says nothing."""
    if this_week is None or this_week.taper is not None:
        return LadderStep.NONE
    return ladder_step_due(leader, planning.histories[leader.id], on=week_on, rules=work.book.rules)


async def _offer(
    work: UnitOfWork,
    planning: PlanningContext,
    leader: Leader,
    this_week: ThisWeek,
    chosen: Chosen,
    ladder_step: LadderStep,
    *,
    week_on: date,
) -> Leader:
    """Send the week's nudge with the questions that ride on it, and remember both."""
    nudge, pair = chosen.nudge, chosen.pair
    carrier = Carrier(
        leader=leader, nudge=nudge, week=this_week.week, campaign=this_week.campaign, ladder_step=ladder_step
    )
    riders = riders_of(work, planning, carrier)
    scene = Scene(book=work.book, roster=planning.roster, leader=leader, pair=pair)
    facts = offer_facts(scene, nudge, theme=this_week.week.theme, riders=riders)
    event = "nudge"
    if chosen.is_back:
        event, facts = "welcome_back", OfferOnReturn({**facts, "is_small": chosen.is_small})
    if this_week.taper is not None:
        event, facts = "after_campaign", _after(work, this_week.taper, facts)
    await work.tell(
        leader,
        MessageKind.NUDGE,
        event,
        occurrence=nudge.id,
        facts=facts,
        subject=nudge.id,
        action_id=nudge.action_id,
    )
    leader = remember(work, planning, carrier, riders, week_on=week_on)
    record_offer(work, planning.roster, leader, nudge, pair)
    planning.histories[leader.id].append(nudge)
    if pair is not None and pair not in planning.pairs:
        planning.pairs.append(pair)
    return replace(leader, last_offer_on=week_on)


def _after(work: UnitOfWork, taper: TaperWeek, offer: Offer) -> OfferAfterCampaign:
    """What a message after the campaign says: which one ended, and that stopping is one tap."""
    row = [*offer["buttons"], *buttons("stop")]
    return {**offer, "campaign": work.book.name_of(taper.run), "choice": taper.place, "buttons": row}


def _has_place(work: UnitOfWork, planning: PlanningContext, leader: Leader, week_on: date) -> bool:
    """No new action yet this week, and no more open ones than two."""
    cadence_rules = work.book.rules.cadence
    history = [*planning.histories[leader.id], *planning.elsewhere.get(leader.id, ())]
    new = [one for one in history if one.week_on == week_on and one.swapped_from is None]
    still_open = [one for one in history if one.is_open]
    return (
        len(new) < cadence_rules.new_actions_per_week_max and len(still_open) < cadence_rules.open_actions_max
    )
