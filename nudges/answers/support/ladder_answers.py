"""Answers on the support ladder: another day, the smaller step, what got in the way; and a step's check."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from nudges.answers.nudging.put_off import snooze
from nudges.errors import IllegalTransition, InvalidInput
from nudges.model import calendar, message_facts
from nudges.model import nudge as nudge_states
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.help_request import HelpAbout
from nudges.model.nudge import Nudge, NudgeState
from nudges.model.people import Leader
from nudges.model.placeholders import fill
from nudges.model.plain_words import day_words
from nudges.rules.support.helper_choice import ROLES, helper_for
from nudges.said import said
from nudges.unit_of_work.nudge_answers import log
from nudges.unit_of_work.nudge_cards import Facts
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.joining.leave_programme import open_nudges
from nudges.use_cases.listening.things_heard import watch_themes
from nudges.use_cases.support import help_log
from nudges.use_cases.support.check_back import CHOICES
from nudges.use_cases.support.support_person import LABEL_MAX, own_days

# Each says who would hear of it; the words around the name are their own.
WithYes = message_facts.ReasonPermission | message_facts.ReasonPeople | message_facts.ReasonRelationship


async def another_day(reply: ReplyContext) -> Outcome:
    """Move a step to one of one's own days with one tap; a day that has gone by shows later ones."""
    reply, nudge = await reply.nudge()
    day = reply.day("value")
    if day is not None and day > calendar.local(reply.work.at, reply.leader.zone).date():
        return await snooze(reply)
    if nudge.state in (NudgeState.DONE, NudgeState.SWAPPED, NudgeState.WITHDRAWN):
        raise IllegalTransition(said("support.closed_step"))
    return await reply.show_card(nudge, await reply.pair_of(nudge), first=own_days(reply.work, reply.leader))


async def smaller(reply: ReplyContext) -> Outcome:
    """Put the smaller step in the place of the whole one; done, it counts as much."""
    reply, nudge = await reply.nudge()
    made = nudge_states.make_smaller(nudge, at=reply.work.at)
    if made is not nudge:
        log(reply, made, EventKind.SWAPPED, {"smaller": True})
    return await reply.show_card(made, await reply.pair_of(nudge))


async def reason(reply: ReplyContext) -> Outcome:
    """What got in the way: asked with six buttons; each answer leads to an offer at once."""
    reply, nudge = await reply.nudge()
    chosen = reply.argument("value")
    offers = {each.id: each for each in reply.work.book.rules.reasons}
    if not chosen:
        row = [{"verb": "reason", "value": each.id, "label": each.label} for each in offers.values()]
        return await reply.say(
            "reason_ask", message_facts.ReasonAsk(buttons=row), subject=nudge.id, lasts=True
        )
    if chosen not in offers:
        raise InvalidInput(said("support.no_such_reason"))
    await _remember_reason(reply, nudge, chosen)
    await reply.settle_rider()
    facts = await OFFERS[chosen](reply, nudge)
    return await reply.say(f"reason_{chosen}", facts, subject=nudge.id, lasts=True)


async def _remember_reason(reply: ReplyContext, nudge: Nudge, chosen: str) -> None:
    """Count a reason once for a step, and hold no silence against somebody who said what was in the way."""
    work, leader = reply.work, reply.leader
    known = await work.tx.records.events(
        leader.partnership_id,
        after=nudge.offered_at,
        kinds=[EventKind.REASON_GIVEN],
        leader_id=leader.id,
    )
    if not any(event.subject == nudge.id and event.data.get("reason") == chosen for event in known):
        work.log(
            EventKind.REASON_GIVEN,
            partnership_id=leader.partnership_id,
            subject=nudge.id,
            leader=leader,
            run_id=nudge.run_id,
            data={"reason": chosen, "action": nudge.action_id},
        )
        watch_themes(work, reply.roster)
    for stored in (nudge, *await open_nudges(work, leader)):
        present = work.known(Nudge, stored.id) or stored
        work.keep(replace(present, replied_at=present.replied_at or work.at))
    present_leader = work.known(Leader, leader.id) or leader
    work.keep(replace(present_leader, silent=0, backed_off_until=None))


async def _open_step(reply: ReplyContext, nudge: Nudge) -> Nudge:
    """The step that the leader could do now: the newest open one, else the one that was missed."""
    nudges = await open_nudges(reply.work, reply.leader)
    return nudges[-1] if nudges else nudge


async def _time(reply: ReplyContext, nudge: Nudge) -> message_facts.ReasonTime:
    step = await _open_step(reply, nudge)
    scene = reply.scene(await reply.pair_of(step))
    smaller_step = fill(reply.work.book.action(step.action_id).smaller_step, scene.words(step))
    row: list[Facts] = [{"verb": "smaller", "subject": step.id}, *_yes_no(reply, "time")]
    return {"smaller_step": smaller_step, "helper": _name(reply, "time"), "buttons": row}


def _with_yes(reason_id: str) -> Callable[[ReplyContext, Nudge], Awaitable[WithYes]]:
    async def facts(reply: ReplyContext, nudge: Nudge) -> WithYes:
        return {"helper": _name(reply, reason_id), "buttons": _yes_no(reply, reason_id)}

    return facts


async def _service_pressure(reply: ReplyContext, nudge: Nudge) -> message_facts.ReasonServicePressure:
    today = calendar.local(reply.work.at, reply.leader.zone).date()
    holidays = reply.work.holidays_of(reply.leader)
    row: list[Facts] = []
    for weeks in reply.work.book.rules.support_person.quiet_weeks_offered:
        from_on = today + timedelta(weeks=weeks)
        back_on = next(calendar.working_days(reply.leader, from_on=from_on, holidays=holidays), None)
        if back_on is not None:
            row.append({"verb": "pause_until", "value": back_on.isoformat(), "label": day_words(back_on)})
    another_day = reply.in_words(said("support.another_day"))
    return {"buttons": [*row, {"verb": "reason_take", "value": "service_pressure", "label": another_day}]}


async def _not_useful(reply: ReplyContext, nudge: Nudge) -> message_facts.ReasonNotUseful:
    step = await _open_step(reply, nudge)
    has_swap = step.is_open and step.offers and step.swaps < reply.work.book.rules.choice.swaps_max
    swap: list[Facts] = [{"verb": "swap", "subject": step.id}] if has_swap else []
    let_go: list[Facts] = [{"verb": "let_go", "subject": step.id}] if step.is_open else []
    return {"buttons": [*swap, *let_go]}


OFFERS: Mapping[str, Callable[[ReplyContext, Nudge], Awaitable[Mapping[str, Any]]]] = {
    "time": _time,
    "permission": _with_yes("permission"),
    "people": _with_yes("people"),
    "relationship": _with_yes("relationship"),
    "service_pressure": _service_pressure,
    "not_useful": _not_useful,
}


def _yes_no(reply: ReplyContext, reason_id: str) -> list[Facts]:
    yes = reply.in_words(said("support.ask_helper", {"helper": _name(reply, reason_id)}))
    no = reply.in_words(said("support.leave_it"))
    return [
        {"verb": "reason_take", "value": reason_id, "label": yes[:LABEL_MAX]},
        {"verb": "help", "value": "no", "label": no},
    ]


def _name(reply: ReplyContext, reason_id: str) -> str:
    """The one person who would hear of it."""
    helper = helper_for(reply.leader, reason_id, reply.roster)
    return helper.name if helper else reply.roster.partnership.helper_name


async def reason_take(reply: ReplyContext) -> Outcome:
    """Take the offer that belongs to a reason: only now does one other person hear of it."""
    reply, nudge = await reply.nudge()
    chosen = reply.argument("value")
    if chosen == "service_pressure":
        return Outcome(form=reply.renderer.form("pause", {}, subject="", locale=reply.leader.locale))
    if chosen not in ROLES:
        raise InvalidInput(said("words.unknown_choice"))
    helper = helper_for(reply.leader, chosen, reply.roster)
    await help_log.ask(
        reply.work,
        reply.roster,
        about=HelpAbout.PERSON,
        subject=nudge.id,
        organisation_id=reply.leader.organisation_id,
        leader=reply.leader,
        reason=chosen,
        helpers=[helper] if helper else None,
    )
    facts = message_facts.ReasonTaken(choice=chosen, helper=_name(reply, chosen))
    return await reply.say("reason_taken", facts, subject=nudge.id, lasts=True)


async def check_back(reply: ReplyContext) -> Outcome:
    """What came of a step a week later; the count of checks is kept, and not what was heard."""
    reply, nudge = await reply.nudge()
    chosen = reply.argument("value")
    if chosen not in CHOICES:
        raise InvalidInput(said("words.unknown_choice"))
    if chosen != "not_yet":
        reply.work.log(
            EventKind.CHECKED_BACK,
            partnership_id=reply.leader.partnership_id,
            subject=nudge.id,
            leader=reply.leader,
            run_id=nudge.run_id,
            data={"action": nudge.action_id},
        )
    await reply.settle_rider()
    return await reply.say("check_noted", message_facts.CheckNoted(choice=chosen), subject=nudge.id)


async def what_happens(reply: ReplyContext) -> Outcome:
    """What happens when a step does not happen: the whole support ladder, agreed beforehand."""
    rules = reply.work.book.rules
    facts = message_facts.WhatHappens(
        steps=[{"when": step.when, "do": step.do} for step in rules.support_person.steps],
        helper=reply.roster.partnership.helper_name,
        buttons=[],
    )
    return await reply.say("what_happens", facts, subject=reply.leader.id)
