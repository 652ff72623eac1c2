"""The five-minute step that follows a yes at once, and welcomes back whoever had been away."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from nudges.model import calendar, message_facts
from nudges.model.catalogue import Action, Week
from nudges.model.message import MessageKind
from nudges.model.nudge import Nudge
from nudges.model.people import CampaignRun, Leader
from nudges.rules.nudging import action_choice
from nudges.unit_of_work.nudge_cards import Scene, first_step_facts, offer_facts
from nudges.unit_of_work.offers import new_nudge, record_offer
from nudges.unit_of_work.planning_context import read_planning_context
from nudges.unit_of_work.read_roster import week_of_run
from nudges.unit_of_work.reply_context import ReplyContext


async def first_step(reply: ReplyContext, leader: Leader, *, is_back: bool = False) -> Leader:
    """Offer the five-minute step; where nothing may be offered now, the first nudge comes on its day.

    Whoever is back gets the step that the restart named, where it named one.
    """
    work = reply.work
    today = calendar.local(work.at, leader.zone).date()
    week_on = calendar.monday_of(today)
    run = next(iter(reply.roster.live_runs(leader)), None)
    is_ready = reply.roster.organisations[leader.organisation_id].is_ready
    if run is None or not is_ready or run.starts_on > week_on or _is_paused(today, run):
        await reply.say("started", subject=leader.id, lasts=True)
        return leader
    planning = await read_planning_context(work, leader.partnership_id, [leader.id])
    history = planning.histories[leader.id]
    numbered_week = week_of_run(run, week_on, work.book)
    week = numbered_week[1] if numbered_week else None
    action = _named(reply) or action_choice.first_step(
        week, leader, history, week_on=week_on, catalogue=work.book.catalogue, rules=work.book.rules
    )
    known = [*history, *planning.elsewhere.get(leader.id, ())]
    if action is None or any(nudge.week_on == week_on for nudge in known):
        await reply.say("started", subject=leader.id, lasts=True)
        return leader
    others = _others(reply, week, action)
    nudge = new_nudge(work, leader, run, week, action, others, history, week_on=week_on)
    nudge = replace(nudge, is_first_step=True)
    await _tell(replace(reply, leader=leader), nudge, is_back=is_back)
    record_offer(work, reply.roster, leader, nudge, None)
    return replace(leader, last_offer_on=week_on)


def _named(reply: ReplyContext) -> Action | None:
    """The step that the button of a restart stands for."""
    named = reply.work.book.catalogue.find(reply.argument("value")) if reply.command.verb == "start" else None
    most = reply.work.book.rules.cadence.first_step_minutes_max
    return named if named and named.with_ == "solo" and named.rung == 1 and named.minutes <= most else None


def _others(reply: ReplyContext, week: Week | None, action: Action) -> list[Action]:
    return [
        other
        for name in (week.offer if week else ())
        if (other := reply.work.book.catalogue.find(name)) and other != action and not other.needs_peer
    ]


async def _tell(reply: ReplyContext, nudge: Nudge, *, is_back: bool) -> None:
    scene = reply.scene()
    await reply.work.tell(
        reply.leader,
        MessageKind.ANSWER,
        "welcome_back" if is_back else "first_step",
        occurrence=nudge.id,
        facts=_back_facts(scene, nudge) if is_back else first_step_facts(scene, nudge),
        subject=nudge.id,
        action_id=nudge.action_id,
    )


class _StepBack(message_facts.WelcomeBack):
    """What a step says to whoever is back, and what it is for: that is kept with it and not said."""

    why: str


def _back_facts(scene: Scene, nudge: Nudge) -> _StepBack:
    """The step as the week's nudge says it, with the buttons of a first step."""
    offer, first = offer_facts(scene, nudge, theme=""), first_step_facts(scene, nudge)
    return {**offer, "buttons": first["buttons"], "is_small": True}


def _is_paused(day: date, run: CampaignRun) -> bool:
    return any(day in pause for pause in run.pauses)
