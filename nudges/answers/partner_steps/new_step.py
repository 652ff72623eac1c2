"""A new partner step from chat: the form, and the step that comes of it, with advice on its words."""

from __future__ import annotations

from datetime import date

from nudges import access
from nudges.errors import NotAllowed
from nudges.model import message_facts
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.partner_step import NotAStep, PartnerStep, StepDraft
from nudges.model.people import Leader, Role
from nudges.model.plain_words import day_words
from nudges.rules.partner_steps.step_advice import advice
from nudges.said import said
from nudges.unit_of_work.nudge_cards import Facts
from nudges.unit_of_work.read_roster import Roster
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.partner_steps.partner_steps import made_step
from nudges.use_cases.partner_steps.watch_steps import settle


async def step_new(reply: ReplyContext) -> Outcome:
    """The form for a new step of one's own organisation; a lead may choose the organisation."""
    reply = await _as_promiser(reply)
    offered = _organisations(reply) if Role.PROGRAMME_LEAD in reply.leader.roles else []
    facts: Facts = {
        "organisations": offered,
        "own": reply.leader.organisation_id if offered else "",
        "owner": reply.leader.name,
        "goal": reply.roster.partnership.shared_goal,
    }
    return Outcome(
        form=reply.renderer.form("step_new", facts, subject=reply.subject, locale=reply.leader.locale)
    )


def _organisations(reply: ReplyContext) -> list[Facts]:
    named = sorted(reply.roster.organisations.values(), key=lambda each: each.name.casefold())
    return [{"value": each.id, "label": each.name} for each in named[:100]]


async def _as_promiser(reply: ReplyContext) -> ReplyContext:
    """The same reply, as the roster entry that may make a step public.

    Raises:
        NotAllowed: none of them may.
    """
    for leader in (reply.leader, *reply.leaders):
        if access.promises_for(leader):
            return await reply.as_leader(leader)
    raise NotAllowed(said("partner_steps.who_may_promise"))


async def step_new_submit(reply: ReplyContext) -> Outcome:
    """A new step is public at once, with advice on its words where there is any."""
    reply = await _as_promiser(reply)
    try:
        step = _new(reply)
    except NotAStep as error:
        return Outcome(errors={error.field: reply.in_words(error)})
    if not await access.is_stored(reply.work.tx, step):
        await settle(reply.work, reply.roster, step, EventKind.STEP_PROMISED)
    lines = advice(
        step.text,
        done_means=step.done_means,
        why_together=step.why_together,
        limits=reply.work.book.rules.partner_step,
    )
    facts: message_facts.StepPromised = {
        "organisation": reply.roster.organisations[step.organisation_id].name,
        "step": step.text,
        "owner": step.owner,
        "date": day_words(step.due_on),
        "done_means": step.done_means,
        "is_given": step.given is not None,
        "advice": [reply.in_words(line) for line in lines],
    }
    return await reply.say("step_promised", facts, subject=step.id, lasts=True)


def _new(reply: ReplyContext) -> PartnerStep:
    roster = reply.roster
    organisation_id = reply.leader.organisation_id
    if Role.PROGRAMME_LEAD in reply.leader.roles:
        organisation_id = reply.argument("organisation") or organisation_id
    if organisation_id not in roster.organisations:
        raise NotAStep("organisation", said("partner_steps.choose_organisation"))
    owner = _owner(roster, organisation_id, reply.argument("owner"))
    due_on = _date(reply.argument("due"))
    if due_on is None:
        raise NotAStep("due", said("partner_steps.pick_a_day"))
    return made_step(
        reply.work,
        roster,
        StepDraft(
            organisation_id=organisation_id,
            text=reply.argument("text"),
            owner=owner.name if owner else reply.argument("owner"),
            done_means=reply.argument("done_means"),
            due_on=due_on,
            why_together=reply.argument("why_together"),
            given_limit=reply.argument("given_limit"),
            review_on=_date(reply.argument("review_on")),
            owner_id=owner.id if owner else None,
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
            leader
            for leader in roster.leaders.values()
            if leader.organisation_id == organisation_id and leader.name.casefold() == wanted
        ),
        None,
    )
