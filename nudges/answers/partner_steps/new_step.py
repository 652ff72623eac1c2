"""A new partner step from chat: the form, and the step that comes of it, with advice on its words."""

from __future__ import annotations

from datetime import date

from nudges import access
from nudges.errors import NotAllowed
from nudges.model import calendar
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.partner_step import NotAStep, PartnerStep
from nudges.model.people import Leader, Role
from nudges.model.plain_words import day_words
from nudges.model.privacy import screen
from nudges.rules.partner_steps.gift import give
from nudges.rules.partner_steps.step_advice import advice
from nudges.unit_of_work.nudge_cards import Facts
from nudges.unit_of_work.read_roster import Roster
from nudges.unit_of_work.reply_context import Answering
from nudges.use_cases.partner_steps.partner_steps import made_step
from nudges.use_cases.partner_steps.watch_steps import settle


async def step_new(one: Answering) -> Outcome:
    """The form for a new step of one's own organisation; a lead may choose the organisation."""
    one = await _as_promiser(one)
    offered = _organisations(one) if Role.PROGRAMME_LEAD in one.leader.roles else []
    facts: Facts = {
        "organisations": offered,
        "own": one.leader.organisation_id if offered else "",
        "owner": one.leader.name,
        "goal": one.roster.partnership.shared_goal,
    }
    return Outcome(form=one.renderer.form("step_new", facts, subject=one.subject, locale=one.leader.locale))


def _organisations(one: Answering) -> list[Facts]:
    named = sorted(one.roster.organisations.values(), key=lambda each: each.name.casefold())
    return [{"value": each.id, "label": each.name} for each in named[:100]]


async def _as_promiser(one: Answering) -> Answering:
    """The same reply, as the roster entry that may make a step public.

    Raises:
        NotAllowed: none of them may.
    """
    for leader in (one.leader, *one.leaders):
        if access.promises_for(leader):
            return await one.as_leader(leader)
    raise NotAllowed(
        "A sponsor, an enabler or a programme lead makes an organisation's step public. "
        "You can make a promise of your own: say “commit share our bed data by Friday”."
    )


async def step_new_submit(one: Answering) -> Outcome:
    """A new step is public at once, with advice on its words where there is any."""
    one = await _as_promiser(one)
    try:
        step = _new(one)
    except NotAStep as error:
        return Outcome(errors={error.field: str(error)})
    known = await one.turn.tx.commitments.unchecked_step(step.id)
    if known is None:
        await settle(one.turn, one.roster, step, EventKind.STEP_PROMISED)
    facts: Facts = {
        "organisation": one.roster.organisations[step.organisation_id].name,
        "step": step.text,
        "owner": step.owner,
        "date": day_words(step.due_on),
        "done_means": step.done_means,
        "is_given": step.given is not None,
        "advice": advice(
            step.text,
            done_means=step.done_means,
            why_together=step.why_together,
            limits=one.turn.book.rules.partner_step,
        ),
    }
    return await one.say("step_promised", facts, subject=step.id, lasts=True)


def _new(one: Answering) -> PartnerStep:
    rules, roster = one.turn.book.rules, one.roster
    today = calendar.local(one.turn.at, roster.partnership.zone).date()
    organisation_id = one.leader.organisation_id
    if Role.PROGRAMME_LEAD in one.leader.roles:
        organisation_id = one.argument("organisation") or organisation_id
    if organisation_id not in roster.organisations:
        raise NotAStep("organisation", "Choose one of the organisations, please.")
    owner = _owner(roster, organisation_id, one.argument("owner"))
    due_on = _date(one.argument("due"))
    if due_on is None:
        raise NotAStep("due", "Pick a day, please.")
    review = one.argument("review_on")
    return made_step(
        one.turn,
        roster,
        organisation_id=organisation_id,
        text=one.argument("text"),
        owner=owner.name if owner else one.argument("owner"),
        done_means=one.argument("done_means"),
        due_on=due_on,
        owner_id=owner.id if owner else None,
        why_together=one.argument("why_together"),
        needs_why=True,
        given=give(
            limit=screen(one.argument("given_limit"), rules).text,
            review_on=_date(review),
            on=today,
            limits=rules.partner_step,
        ),
    )


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _owner(roster: Roster, organisation_id: str, name: str) -> Leader | None:
    """The leader of that organisation with this name; a team's name is nobody's."""
    wanted = name.strip().casefold()
    return next(
        (
            each
            for each in roster.leaders.values()
            if each.organisation_id == organisation_id and each.name.casefold() == wanted
        ),
        None,
    )
