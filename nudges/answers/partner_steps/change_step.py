"""What an organisation's people do with its partner steps: done, on course, help, a new date, hand over."""

from __future__ import annotations

from datetime import date

from nudges import access
from nudges.errors import InvalidInput
from nudges.model import calendar
from nudges.model import partner_step as life
from nudges.model.commands import Outcome
from nudges.model.partner_step import NotAStep, PartnerStep
from nudges.model.people import Leader
from nudges.model.plain_words import day_words
from nudges.model.privacy import screen
from nudges.unit_of_work.nudge_cards import Facts, buttons
from nudges.unit_of_work.redraw import SHOWN, redraw_all
from nudges.unit_of_work.reply_context import Answering
from nudges.use_cases.partner_steps.partner_steps import hand_over, keep_words, support
from nudges.use_cases.partner_steps.watch_steps import CARDS, settle


async def _own(one: Answering) -> tuple[Answering, PartnerStep]:
    leader, step = await access.steerable_step(one.turn.tx, one.leaders, one.subject)
    return await one.as_leader(leader), step


async def _changed(one: Answering, step: PartnerStep, event: str, facts: Facts) -> Outcome:
    """Remember the change; what was tapped says so, whoever looks after the step."""
    await settle(one.turn, one.roster, step)
    return await _shown(one, step, event, facts)


async def _shown(one: Answering, step: PartnerStep, event: str, facts: Facts) -> Outcome:
    await one.redraw(step.id, event, facts)
    # An enabler's or sponsor's messages came to them as such.
    await redraw_all(one.turn, one.roster, step.id, event, facts, shown_as=CARDS, only=one.leader.id)
    rows = await one.turn.tx.deliveries.unchecked_of_subject(step.id)
    has_card = any(row.recipient == one.leader.id and row.state in SHOWN for row in rows)
    if one.command.via == "tap" and has_card:
        return Outcome()
    return await one.say(event, facts, subject=step.id)


async def step_done(one: Answering) -> Outcome:
    """The organisation kept its step."""
    one, step = await _own(one)
    kept = life.mark_done(step, at=one.turn.at)
    if kept is step:
        return await one.say("step_done", {"step": step.text})
    return await _changed(
        one, kept, "step_done", {"step": step.text, "buttons": buttons("trial_learned", "step_undo")}
    )


async def step_undo(one: Answering) -> Outcome:
    """Take "done" back; the history keeps both."""
    one, step = await _own(one)
    back = life.undo_done(step, at=one.turn.at)
    facts: Facts = {
        "step": step.text,
        "date": day_words(step.due_on),
        "buttons": buttons("step_done", "step_date", "step_help"),
    }
    return await _changed(one, back, "step_open", facts)


async def step_on_course(one: Answering) -> Outcome:
    """It goes as planned; of a gift whose step is done, that it is still right."""
    one, step = await _own(one)
    facts: Facts = {
        "step": step.text,
        "date": day_words(step.due_on),
        "is_open": step.is_open,
        "is_past": step.due_on < calendar.local(one.turn.at, one.roster.partnership.zone).date(),
        "buttons": buttons("step_done", "step_help", "step_date") if step.is_open else [],
    }
    if not step.is_open:
        return await _shown(one, step, "step_on_course", facts)
    return await _changed(one, life.answer_on_course(step, at=one.turn.at), "step_on_course", facts)


async def step_help(one: Answering) -> Outcome:
    """Ask for support: the helper hears of it at once."""
    one, step = await _own(one)
    asked = await support(one.turn, one.roster, step, by=one.leader)
    facts: Facts = {
        "step": step.text,
        "helper": step.helper or one.roster.partnership.helper_name,
        "buttons": buttons("step_done", "step_date", "step_words"),
    }
    return await _shown(one, asked, "step_help", facts)


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
    except NotAStep as error:
        return Outcome(errors={error.field: str(error)})
    except ValueError:
        return Outcome(errors={"due": "Pick a day, please."})
    facts: Facts = {
        "step": step.text,
        "date": day_words(changed.due_on),
        "reason": reason,
        "buttons": buttons("step_done", "step_help"),
    }
    return await _changed(one, changed, "step_changed", facts)


async def step_words(one: Answering) -> Outcome:
    """Ask for the partner's own words on what would help."""
    one, step = await _own(one)
    facts: Facts = {"words": step.own_words}
    return Outcome(form=one.renderer.form("step_words", facts, subject=step.id, locale=one.leader.locale))


async def step_words_submit(one: Answering) -> Outcome:
    """The partner's own words: the board reads them, and so does everybody under the Friday post."""
    one, step = await _own(one)
    try:
        said = await keep_words(one.turn, one.roster, step, one.argument("words"))
    except InvalidInput as error:
        return Outcome(errors={"words": str(error)})
    facts: Facts = {
        "step": said.text,
        "words": said.own_words,
        "buttons": buttons("step_words", "step_done", "step_date"),
    }
    return await _shown(one, said, "step_words_said", facts)


async def step_hand_over(one: Answering) -> Outcome:
    """Ask who looks after the step from now on."""
    one, step = await _own(one)
    people = sorted(_colleagues(one, step), key=lambda each: each.name.casefold())
    facts: Facts = {"people": [{"value": each.id, "label": each.name} for each in people[:100]]}
    return Outcome(form=one.renderer.form("step_hand_over", facts, subject=step.id, locale=one.leader.locale))


async def step_hand_over_submit(one: Answering) -> Outcome:
    """A colleague of the same organisation, or a team, looks after the step from now on."""
    one, step = await _own(one)
    team = screen(one.argument("team"), one.turn.book.rules).text
    chosen = next((each for each in _colleagues(one, step) if each.id == one.argument("to")), None)
    owner = team or (chosen.name if chosen else "")
    limit = one.turn.book.rules.partner_step.owner_max
    if not owner or len(owner) > limit:
        return Outcome(errors={"team": f"Choose a colleague, or name a team in at most {limit} characters."})
    handed, is_told = await hand_over(one.turn, one.roster, step, owner=owner)
    facts: Facts = {"step": handed.text, "owner": handed.owner, "is_told": is_told}
    return await _shown(one, handed, "step_handed_over", facts)


def _colleagues(one: Answering, step: PartnerStep) -> list[Leader]:
    return [
        each
        for each in one.roster.leaders.values()
        if each.organisation_id == step.organisation_id
        and each.left_at is None
        and each.stopped_at is None
        and each.id != step.owner_id
    ]
