"""What an organisation's people do with its partner steps: done, on course, help, a new date, hand over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from nudges import access
from nudges.errors import InvalidInput
from nudges.model import calendar, message_facts
from nudges.model import partner_step as step_states
from nudges.model.commands import Outcome
from nudges.model.partner_step import NotAStep, PartnerStep
from nudges.model.people import Leader
from nudges.model.plain_words import day_words
from nudges.model.screened_text import screen
from nudges.said import said
from nudges.unit_of_work.nudge_cards import Facts, buttons
from nudges.unit_of_work.redraw import SHOWN, redraw_all
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.partner_steps.partner_steps import hand_over, keep_words, support
from nudges.use_cases.partner_steps.watch_steps import CARDS, settle


async def _own(reply: ReplyContext) -> tuple[ReplyContext, PartnerStep]:
    leader, step = await access.steerable_step(reply.work.tx, reply.leaders, reply.subject)
    return await reply.as_leader(leader), step


async def _changed(reply: ReplyContext, step: PartnerStep, event: str, facts: Mapping[str, Any]) -> Outcome:
    """Remember the change; what was tapped says so, whoever looks after the step."""
    await settle(reply.work, reply.roster, step)
    return await _shown(reply, step, event, facts)


async def _shown(reply: ReplyContext, step: PartnerStep, event: str, facts: Mapping[str, Any]) -> Outcome:
    await reply.redraw(step.id, event, facts)
    # An enabler's or sponsor's messages came to them as such.
    await redraw_all(reply.work, reply.roster, step.id, event, facts, shown_as=CARDS, only=reply.leader.id)
    rows = await access.own_messages(reply.work.tx, reply.leader, step.id)
    has_card = any(row.state in SHOWN for row in rows)
    if reply.command.via == "tap" and has_card:
        return Outcome()
    return await reply.say(event, facts, subject=step.id)


async def step_done(reply: ReplyContext) -> Outcome:
    """The organisation kept its step."""
    reply, step = await _own(reply)
    kept = step_states.mark_done(step, at=reply.work.at)
    if kept is step:
        return await reply.say("step_done", message_facts.StepDone(step=step.text))
    facts = message_facts.StepDone(step=step.text, buttons=buttons("trial_learned", "step_undo"))
    return await _changed(reply, kept, "step_done", facts)


async def step_undo(reply: ReplyContext) -> Outcome:
    """Take "done" back; the history keeps both."""
    reply, step = await _own(reply)
    back = step_states.undo_done(step, at=reply.work.at)
    facts: message_facts.StepOpen = {
        "step": step.text,
        "date": day_words(step.due_on),
        "buttons": buttons("step_done", "step_date", "step_help"),
    }
    return await _changed(reply, back, "step_open", facts)


async def step_on_course(reply: ReplyContext) -> Outcome:
    """It goes as planned; of a gift whose step is done, that it is still right."""
    reply, step = await _own(reply)
    facts: message_facts.StepOnCourse = {
        "step": step.text,
        "date": day_words(step.due_on),
        "is_open": step.is_open,
        "is_past": step.due_on < calendar.local(reply.work.at, reply.roster.partnership.zone).date(),
        "buttons": buttons("step_done", "step_help", "step_date") if step.is_open else [],
    }
    if not step.is_open:
        return await _shown(reply, step, "step_on_course", facts)
    return await _changed(
        reply, step_states.answer_on_course(step, at=reply.work.at), "step_on_course", facts
    )


async def step_help(reply: ReplyContext) -> Outcome:
    """Ask for support: the helper hears of it at once."""
    reply, step = await _own(reply)
    asked = await support(reply.work, reply.roster, step, by=reply.leader)
    facts: message_facts.StepHelp = {
        "step": step.text,
        "helper": step.helper or reply.roster.partnership.helper_name,
        "buttons": buttons("step_done", "step_date", "step_words"),
    }
    return await _shown(reply, asked, "step_help", facts)


async def step_date(reply: ReplyContext) -> Outcome:
    """Ask for a new date and the reason that everybody can read."""
    reply, step = await _own(reply)
    return Outcome(form=reply.renderer.form("step_date", {}, subject=step.id, locale=reply.leader.locale))


async def step_date_submit(reply: ReplyContext) -> Outcome:
    """A new date by agreement."""
    reply, step = await _own(reply)
    rules = reply.work.book.rules
    reason = screen(reply.argument("reason"), rules).text
    today = calendar.local(reply.work.at, reply.roster.partnership.zone).date()
    try:
        due_on = date.fromisoformat(reply.argument("due"))
        changed = step_states.change_by_agreement(
            step, due_on=due_on, reason=reason, at=reply.work.at, on=today, limits=rules.partner_step
        )
    except NotAStep as error:
        return Outcome(errors={error.field: reply.in_words(error)})
    except ValueError:
        return Outcome(errors={"due": reply.in_words(said("partner_steps.pick_a_day"))})
    facts: message_facts.StepChanged = {
        "step": step.text,
        "date": day_words(changed.due_on),
        "reason": reason,
        "buttons": buttons("step_done", "step_help"),
    }
    return await _changed(reply, changed, "step_changed", facts)


async def step_words(reply: ReplyContext) -> Outcome:
    """Ask for the partner's own words on what would help."""
    reply, step = await _own(reply)
    facts: Facts = {"words": step.own_words}
    return Outcome(form=reply.renderer.form("step_words", facts, subject=step.id, locale=reply.leader.locale))


async def step_words_submit(reply: ReplyContext) -> Outcome:
    """The partner's own words: the board reads them, and so does everybody under the Friday post."""
    reply, step = await _own(reply)
    try:
        worded = await keep_words(reply.work, reply.roster, step, reply.argument("words"))
    except InvalidInput as error:
        return Outcome(errors={"words": reply.in_words(error)})
    facts: message_facts.StepWordsSaid = {
        "step": worded.text,
        "words": worded.own_words,
        "buttons": buttons("step_words", "step_done", "step_date"),
    }
    return await _shown(reply, worded, "step_words_said", facts)


async def step_hand_over(reply: ReplyContext) -> Outcome:
    """Ask who looks after the step from now on."""
    reply, step = await _own(reply)
    people = sorted(_colleagues(reply, step), key=lambda each: each.name.casefold())
    facts: Facts = {"people": [{"value": each.id, "label": each.name} for each in people[:100]]}
    return Outcome(
        form=reply.renderer.form("step_hand_over", facts, subject=step.id, locale=reply.leader.locale)
    )


async def step_hand_over_submit(reply: ReplyContext) -> Outcome:
    """A colleague of the same organisation, or a team, looks after the step from now on."""
    reply, step = await _own(reply)
    team = screen(reply.argument("team"), reply.work.book.rules).text
    chosen = next((each for each in _colleagues(reply, step) if each.id == reply.argument("to")), None)
    owner = team or (chosen.name if chosen else "")
    most = reply.work.book.rules.partner_step.owner_max
    if not owner or len(owner) > most:
        choose = said("partner_steps.choose_colleague", {"most": most})
        return Outcome(errors={"team": reply.in_words(choose)})
    handed, is_told = await hand_over(reply.work, reply.roster, step, owner=owner)
    facts = message_facts.StepHandedOver(step=handed.text, owner=handed.owner, is_told=is_told)
    return await _shown(reply, handed, "step_handed_over", facts)


def _colleagues(reply: ReplyContext, step: PartnerStep) -> list[Leader]:
    return [
        leader
        for leader in reply.roster.leaders.values()
        if leader.organisation_id == step.organisation_id
        and leader.left_at is None
        and leader.stopped_at is None
        and leader.id != step.owner_id
    ]
