"""What an organisation's people do with its partner steps: done, help, a new date."""

from __future__ import annotations

from datetime import date

from nudges import access
from nudges.errors import InvalidInput
from nudges.rules import calendar
from nudges.rules import partner_step as life
from nudges.rules.board import status_in_words
from nudges.rules.ids import make_id
from nudges.rules.message import MessageKind
from nudges.rules.partner_step import PartnerStep
from nudges.rules.privacy import screen
from nudges.rules.record import Outcome
from nudges.rules.rollup_facts import one_line
from nudges.rules.wording import day_words
from nudges.use_cases.answers.answering import Answering
from nudges.use_cases.cards import Facts, buttons
from nudges.use_cases.refresh_board import PARTNERSHIP_CHANNEL, present_steps, refresh_board
from nudges.use_cases.watch_steps import log_step, watch


async def _own(one: Answering) -> tuple[Answering, PartnerStep]:
    leader, step = await access.steerable_step(one.turn.tx, one.leaders, one.subject)
    return await one.as_leader(leader), step


async def _changed(one: Answering, step: PartnerStep, event: str, facts: Facts) -> Outcome:
    log_step(one.turn, step)
    watch(one.turn, one.roster, step)
    await refresh_board(one.turn, one.roster)
    await one.redraw(step.id, event, facts)
    return Outcome() if one.command.via == "tap" else await one.say(event, facts, subject=step.id)


async def step_done(one: Answering) -> Outcome:
    """The organisation kept its step."""
    one, step = await _own(one)
    kept = life.mark_done(step, at=one.turn.at)
    if kept is step:
        return await one.say("step_done", {"step": step.text})
    return await _changed(one, kept, "step_done", {"step": step.text, "buttons": buttons("step_undo")})


async def step_undo(one: Answering) -> Outcome:
    """Take "done" back; the history keeps both."""
    one, step = await _own(one)
    back = life.undo_done(step, at=one.turn.at)
    facts: Facts = {
        "step": step.text,
        "date": day_words(step.due_on),
        "helper": step.helper or one.roster.partnership.helper_name,
        "buttons": buttons("step_done", "step_date", "step_help"),
    }
    return await _changed(one, back, "step_passed", facts)


async def step_help(one: Answering) -> Outcome:
    """Ask for support: the helper hears of it at once."""
    one, step = await _own(one)
    partnership = one.roster.partnership
    asked = life.ask_for_support(step, at=one.turn.at)
    for helper in one.roster.helpers() if asked is not step else ():
        organisation = one.roster.organisations[step.organisation_id].name
        await one.turn.tell(
            helper,
            MessageKind.LEAD,
            "help_for_helper",
            occurrence=f"{step.id}:{make_id(one.command.key)}",
            facts={"leader": step.owner, "organisation": organisation, "title": step.text},
            subject=step.id,
        )
    facts: Facts = {
        "step": step.text,
        "helper": step.helper or partnership.helper_name,
        "buttons": buttons("step_done", "step_date"),
    }
    return await _changed(one, asked, "step_help", facts)


async def step_date(one: Answering) -> Outcome:
    """Ask for a new date and the reason that everybody can read."""
    one, step = await _own(one)
    return Outcome(form=one.renderer.form("step_date", {}, subject=step.id, locale=one.leader.locale))


async def step_date_submit(one: Answering) -> Outcome:
    """A new date by agreement."""
    one, step = await _own(one)
    rules = one.turn.book.rules
    reason = screen(one.argument("reason"), rules).text
    today = calendar.local(one.turn.at, one.roster.partnership.zone).date()
    try:
        due_on = date.fromisoformat(one.argument("due"))
        changed = life.change_by_agreement(
            step, due_on=due_on, reason=reason, at=one.turn.at, on=today, limits=rules.partner_step
        )
    except InvalidInput as error:
        return Outcome(errors={"due" if "date must" in str(error) else "reason": str(error)})
    except ValueError:
        return Outcome(errors={"due": "Pick a day, please."})
    facts: Facts = {
        "step": step.text,
        "date": day_words(changed.due_on),
        "reason": reason,
        "buttons": buttons("step_done", "step_help"),
    }
    return await _changed(one, changed, "step_changed", facts)


async def steps(one: Answering) -> Outcome:
    """Every open partner step: who, what, by when, and where it stands."""
    partnership = one.roster.partnership
    found = [
        step
        for step in await present_steps(one.turn, partnership.id)
        if step.is_open and step.channel == PARTNERSHIP_CHANNEL
    ]
    lines = [
        f"{one.roster.organisations[step.organisation_id].name}: {one_line(step.text)} ({step.owner}, "
        f"{day_words(step.due_on)}). {status_in_words(step, helper=partnership.helper_name)}."
        for step in sorted(found, key=lambda step: (step.due_on, step.id))
    ]
    mine: list[Facts] = []
    for step in found:
        if step.owner_id == one.leader.id:
            label = step.text if len(step.text) <= 60 else step.text[:59] + "…"
            mine.append({"verb": "step_done", "subject": step.id, "label": f"Done: {label}"})
    return await one.say("steps", {"lines": lines, "buttons": mine})
