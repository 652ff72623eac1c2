"""Answers on the support ladder: another day, the smaller step, what got in the way; and a step's check."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from nudges.answers.nudging.nudges import log, snooze
from nudges.errors import IllegalTransition, InvalidInput
from nudges.model import calendar
from nudges.model import nudge as life
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.help_request import HelpAbout
from nudges.model.nudge import Nudge, NudgeState
from nudges.model.people import Leader, Role
from nudges.model.placeholders import fill
from nudges.model.plain_words import day_words
from nudges.unit_of_work.nudge_cards import Facts
from nudges.unit_of_work.reply_context import Answering
from nudges.use_cases.joining.leave_programme import open_nudges
from nudges.use_cases.listening.things_heard import watch_themes
from nudges.use_cases.support import help_log
from nudges.use_cases.support.check_back import CHOICES
from nudges.use_cases.support.support_person import own_days

QUIET_FOR = (timedelta(weeks=1), timedelta(weeks=2))
NO: Facts = {"verb": "help", "value": "no", "label": "No, leave it"}


async def another_day(one: Answering) -> Outcome:
    """Move a step to one of one's own days with one tap; a day that has gone by shows later ones."""
    one, nudge = await one.nudge()
    day = one.day("value")
    if day is not None and day > calendar.local(one.turn.at, one.leader.zone).date():
        return await snooze(one)
    if nudge.state in (NudgeState.DONE, NudgeState.SWAPPED, NudgeState.WITHDRAWN):
        raise IllegalTransition("This step is closed, so it cannot be moved. Nothing has changed.")
    return await one.show_card(nudge, await one.pair_of(nudge), first=own_days(one.turn, one.leader))


async def smaller(one: Answering) -> Outcome:
    """Put the smaller step in the place of the whole one; done, it counts as much."""
    one, nudge = await one.nudge()
    made = life.make_smaller(nudge, at=one.turn.at)
    if made is not nudge:
        log(one, made, EventKind.SWAPPED, {"smaller": True})
    return await one.show_card(made, await one.pair_of(nudge))


async def reason(one: Answering) -> Outcome:
    """What got in the way: asked with six buttons; each answer leads to an offer at once."""
    one, nudge = await one.nudge()
    chosen = one.argument("value")
    offers = {each.id: each for each in one.turn.book.rules.reasons}
    if not chosen:
        row = [{"verb": "reason", "value": each.id, "label": each.label} for each in offers.values()]
        return await one.say("reason_ask", {"buttons": row}, subject=nudge.id, lasts=True)
    if chosen not in offers:
        raise InvalidInput("I do not know that reason. Tap one of the buttons, please.")
    await _remember_reason(one, nudge, chosen)
    await one.settle_rider()
    facts = await OFFERS[chosen](one, nudge)
    return await one.say(f"reason_{chosen}", facts, subject=nudge.id, lasts=True)


async def _remember_reason(one: Answering, nudge: Nudge, chosen: str) -> None:
    """Count a reason once for a step, and hold no silence against somebody who said what was in the way."""
    turn, leader = one.turn, one.leader
    known = await turn.tx.records.events(
        leader.partnership_id,
        after=nudge.offered_at,
        kinds=[EventKind.REASON_GIVEN],
        leader_id=leader.id,
    )
    if not any(event.subject == nudge.id and event.data.get("reason") == chosen for event in known):
        turn.log(
            EventKind.REASON_GIVEN,
            partnership_id=leader.partnership_id,
            subject=nudge.id,
            leader=leader,
            run_id=nudge.run_id,
            data={"reason": chosen, "action": nudge.action_id},
        )
        watch_themes(turn, one.roster)
    for each in (nudge, *await open_nudges(turn, leader)):
        present = turn.known(Nudge, each.id) or each
        turn.keep(replace(present, replied_at=present.replied_at or turn.at))
    present_leader = turn.known(Leader, leader.id) or leader
    turn.keep(replace(present_leader, silent=0, backed_off_until=None))


async def _open_step(one: Answering, nudge: Nudge) -> Nudge:
    """The step that the leader could do now: the newest open one, else the one that was missed."""
    found = await open_nudges(one.turn, one.leader)
    return found[-1] if found else nudge


async def _time(one: Answering, nudge: Nudge) -> Facts:
    step = await _open_step(one, nudge)
    scene = one.scene(await one.pair_of(step))
    smaller_step = fill(one.turn.book.action(step.action_id).smaller_step, scene.words(step))
    row: list[Facts] = [{"verb": "smaller", "subject": step.id}, *_yes_no(one, "time")]
    return {"smaller_step": smaller_step, "helper": _name(one, "time"), "buttons": row}


def _with_yes(reason_id: str) -> Callable[[Answering, Nudge], Awaitable[Facts]]:
    async def facts(one: Answering, nudge: Nudge) -> Facts:
        return {"helper": _name(one, reason_id), "buttons": _yes_no(one, reason_id)}

    return facts


async def _service_pressure(one: Answering, nudge: Nudge) -> Facts:
    today = calendar.local(one.turn.at, one.leader.zone).date()
    holidays = one.turn.holidays_of(one.leader)
    row: list[Facts] = []
    for length in QUIET_FOR:
        back_on = next(calendar.working_days(one.leader, from_on=today + length, holidays=holidays), None)
        if back_on is not None:
            row.append({"verb": "pause_until", "value": back_on.isoformat(), "label": day_words(back_on)})
    return {"buttons": [*row, {"verb": "reason_take", "value": "service_pressure", "label": "Another day"}]}


async def _not_useful(one: Answering, nudge: Nudge) -> Facts:
    step = await _open_step(one, nudge)
    has_swap = step.is_open and step.offers and step.swaps < one.turn.book.rules.choice.swaps_max
    swap: list[Facts] = [{"verb": "swap", "subject": step.id}] if has_swap else []
    let_go: list[Facts] = [{"verb": "let_go", "subject": step.id}] if step.is_open else []
    return {"buttons": [*swap, *let_go]}


OFFERS: Mapping[str, Callable[[Answering, Nudge], Awaitable[Facts]]] = {
    "time": _time,
    "permission": _with_yes("permission"),
    "people": _with_yes("people"),
    "relationship": _with_yes("relationship"),
    "service_pressure": _service_pressure,
    "not_useful": _not_useful,
}
ROLES: Mapping[str, tuple[Role, ...]] = {
    "time": (Role.SPONSOR,),
    "permission": (Role.SPONSOR,),
    "people": (Role.PROGRAMME_LEAD,),
    "relationship": (Role.COACH, Role.FACILITATOR),
}


def _yes_no(one: Answering, reason_id: str) -> list[Facts]:
    yes = f"Yes, ask {_name(one, reason_id)}"[:70]
    return [{"verb": "reason_take", "value": reason_id, "label": yes}, NO]


def _name(one: Answering, reason_id: str) -> str:
    """The one person who would hear of it."""
    found = _helpers(one, reason_id)
    return found[0].name if found else one.roster.partnership.helper_name


def _helpers(one: Answering, reason_id: str) -> Sequence[Leader]:
    """Who can help with this: their own sponsor, a lead, a coach or facilitator; else the named helper."""
    wanted = ROLES[reason_id]
    fitting = [
        each
        for role in wanted
        for each in sorted(one.roster.leaders.values(), key=lambda leader: leader.id)
        if role in each.roles
        and (role is not Role.SPONSOR or each.organisation_id == one.leader.organisation_id)
    ]
    for each in (*fitting, *one.roster.helpers()):
        can_be_asked = each.address is not None and each.stopped_at is None and each.left_at is None
        if can_be_asked and each.id != one.leader.id:
            return [each]
    return []


async def reason_take(one: Answering) -> Outcome:
    """Take the offer that belongs to a reason: only now does one other person hear of it."""
    one, nudge = await one.nudge()
    chosen = one.argument("value")
    if chosen == "service_pressure":
        return Outcome(form=one.renderer.form("pause", {}, subject="", locale=one.leader.locale))
    if chosen not in ROLES:
        raise InvalidInput("I do not know that choice. Tap one of the buttons, please.")
    helpers = _helpers(one, chosen)
    await help_log.ask(
        one.turn,
        one.roster,
        about=HelpAbout.PERSON,
        subject=nudge.id,
        organisation_id=one.leader.organisation_id,
        leader=one.leader,
        reason=chosen,
        helpers=helpers or None,
    )
    facts = {"choice": chosen, "helper": _name(one, chosen)}
    return await one.say("reason_taken", facts, subject=nudge.id, lasts=True)


async def check_back(one: Answering) -> Outcome:
    """What came of a step a week later; the count of checks is kept, and not what was heard."""
    one, nudge = await one.nudge()
    chosen = one.argument("value")
    if chosen not in CHOICES:
        raise InvalidInput("I do not know that choice. Tap one of the buttons, please.")
    if chosen != "not_yet":
        one.turn.log(
            EventKind.CHECKED_BACK,
            partnership_id=one.leader.partnership_id,
            subject=nudge.id,
            leader=one.leader,
            run_id=nudge.run_id,
            data={"action": nudge.action_id},
        )
    await one.settle_rider()
    return await one.say("check_noted", {"choice": chosen}, subject=nudge.id)
