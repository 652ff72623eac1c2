"""Every partner step as a list: ask how one is going, say that one helps; early signs for leads."""

from __future__ import annotations

from datetime import datetime

from nudges import access
from nudges.errors import NotAllowed
from nudges.model import calendar, message_facts
from nudges.model import partner_step as step_states
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.help_request import supported_steps
from nudges.model.partner_step import PartnerStep
from nudges.model.people import PARTNERSHIP_CHANNEL, Role
from nudges.model.placeholders import fill
from nudges.model.plain_words import day_words
from nudges.model.roster import Roster
from nudges.rules.partner_steps.board import given_in_words, status_in_words
from nudges.rules.partner_steps.early_signs import Sign, early_signs
from nudges.rules.partner_steps.gift import confirm
from nudges.rules.partner_steps.steps_kept import steps_kept
from nudges.rules.rollup.rollup_facts import one_line
from nudges.rules.support.support_ladder import for_redesign
from nudges.said import said
from nudges.unit_of_work.nudge_cards import Facts, buttons, words_for_anybody
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.listening.things_heard import themes_now
from nudges.use_cases.partner_steps.refresh_board import present_steps, refresh_board
from nudges.use_cases.partner_steps.watch_steps import caretakers, log_step, tell_caretakers
from nudges.use_cases.support.help_log import present_help

# More lines with a row of buttons each do not fit one message on every platform; the later dates go without.
WITH_BUTTONS = 18


async def steps(reply: ReplyContext) -> Outcome:
    """Every open partner step: who, what, by when, where it stands, and what one can do about it."""
    partnership = reply.roster.partnership
    open_steps = [step for step in await _public(reply) if step.is_open]
    supported = supported_steps(await present_help(reply.work, partnership.id), until=reply.work.at)
    names = {organisation.id: organisation.name for organisation in reply.roster.organisations.values()}
    riders: list[Facts] = []
    for step in sorted(open_steps, key=lambda step: (step.due_on, step.id)):
        given = given_in_words(step, names)
        facts: message_facts.StepLine = {
            "organisation": names[step.organisation_id],
            "step": one_line(step.text),
            "owner": one_line(step.owner),
            "date": day_words(step.due_on),
            "status": reply.in_words(
                status_in_words(step, helper=partnership.helper_name, is_supported=step.id in supported)
            ),
            "given": reply.in_words(given) if given is not None else "",
        }
        row = _buttons(reply, step) if len(riders) < WITH_BUTTONS else []
        riders.append({"event": "step_line", "subject": step.id, "facts": facts, "buttons": row})
    mine = buttons("step_new") if access.promises_for(reply.leader) else []
    return await reply.say("steps", message_facts.Steps(count=len(riders), riders=riders, buttons=mine))


async def _public(reply: ReplyContext) -> list[PartnerStep]:
    steps = await present_steps(reply.work, reply.roster.partnership.id)
    return [each for each in steps if each.channel == PARTNERSHIP_CHANNEL]


def _buttons(reply: ReplyContext, step: PartnerStep) -> list[Facts]:
    """What this person can do: look after a step, or ask about another partner's."""
    if any(access.may_steer(each, step) for each in reply.leaders):
        return buttons("step_done", "step_help", "step_date", "step_hand_over")
    if reply.leader.organisation_id == step.organisation_id:
        return []
    again_at = step_states.askable_at(step, limits=reply.work.book.rules.partner_step)
    verbs = ["step_ask"] if again_at is None or again_at <= reply.work.at else []
    if step.given is not None and step.given.confirmed_at is None:
        verbs.append("step_confirm")
    return buttons(*verbs)


async def step_ask(reply: ReplyContext) -> Outcome:
    """Ask another partner how a step is going: one fixed, kind message, once a fortnight whoever asks."""
    leader, step = await access.visible_step(reply.work.tx, reply.leaders, reply.subject)
    reply = await reply.as_leader(leader)
    if any(access.may_steer(each, step) for each in reply.leaders) or (
        leader.organisation_id == step.organisation_id
    ):
        raise NotAllowed(said("partner_steps.ask_others"))
    limits, work = reply.work.book.rules.partner_step, reply.work
    organisation = reply.roster.organisations[step.organisation_id].name
    again_at = step_states.askable_at(step, limits=limits)
    if step.is_open and again_at is not None and work.at < again_at:
        day = _day(reply, again_at)
        return await reply.say(
            "step_asked", message_facts.StepAsked(organisation=organisation, is_sent=False, again=day)
        )
    asked = step_states.ask_how(step, at=work.at, limits=limits)
    today = calendar.local(work.at, reply.roster.partnership.zone).date()
    first = "step_on_course" if today <= step.due_on else "step_words"
    question: message_facts.StepAskedAbout = {
        "step": step.text,
        "date": day_words(step.due_on),
        "buttons": buttons(first, "step_help", "step_date", "step_done"),
    }
    occurrence = f"{step.id}:asked:{work.at.isoformat()}"
    if not await tell_caretakers(
        work, reply.roster, step, "step_asked_about", question, occurrence=occurrence
    ):
        is_reachable = bool(caretakers(reply.roster, step)[0])
        return await reply.say(
            "step_not_asked",
            message_facts.StepNotAsked(organisation=organisation, is_reachable=is_reachable),
        )
    work.keep(asked)
    work.log(
        EventKind.STEP_ASKED_ABOUT,
        partnership_id=step.partnership_id,
        subject=step.id,
        organisation_id=step.organisation_id,
    )
    again = _day(reply, step_states.askable_at(asked, limits=limits))
    return await reply.say(
        "step_asked", message_facts.StepAsked(organisation=organisation, is_sent=True, again=again)
    )


def _day(reply: ReplyContext, instant: datetime | None) -> str:
    return day_words(calendar.local(instant, reply.leader.zone).date()) if instant is not None else ""


async def step_confirm(reply: ReplyContext) -> Outcome:
    """Somebody of another organisation says that what is given for the whole helps."""
    leader, step = await access.visible_step(reply.work.tx, reply.leaders, reply.subject)
    reply = await reply.as_leader(leader)
    changed = confirm(step, organisation_id=leader.organisation_id, at=reply.work.at)
    if changed is not step:
        log_step(reply.work, changed)
        await refresh_board(reply.work, reply.roster)
    organisation = reply.roster.organisations[step.organisation_id].name
    return await reply.say(
        "step_confirmed", message_facts.StepConfirmed(organisation=organisation, step=step.text)
    )


async def signs(reply: ReplyContext) -> Outcome:
    """Early signs, for programme leads: dates, silence and themes, and no list of people."""
    lead = next((each for each in reply.leaders if Role.PROGRAMME_LEAD in each.roles), reply.leader)
    access.leads_only(lead)
    reply = await reply.as_leader(lead)
    partnership, rules = reply.roster.partnership, reply.work.book.rules
    today = calendar.local(reply.work.at, partnership.zone).date()
    public = await _public(reply)
    named = [theme.label for theme in await themes_now(reply.work, reply.roster)]
    named += [
        reply.in_words(said("partner_steps.not_useful", {"title": title}))
        for title in await to_redesign(reply.work, reply.roster)
    ]
    early = early_signs(
        public,
        named,
        on=today,
        zone=partnership.zone,
        holidays=reply.work.holidays_of(partnership),
        rules=rules,
    )
    kept = steps_kept(public, on=today, zone=partnership.zone, limits=rules.partner_step)
    return await reply.say(
        "signs",
        message_facts.Signs(
            signs=[_sign(reply, sign) for sign in early],
            kept={"kept": kept.kept, "of": kept.of} if kept else {},
        ),
    )


def _sign(reply: ReplyContext, sign: Sign) -> message_facts.SignsSigns:
    organisation = reply.roster.organisations.get(sign.organisation_id)
    return {
        "kind": str(sign.kind),
        "organisation": organisation.name if organisation else "",
        "text": one_line(sign.text),
        "date": day_words(sign.on) if sign.on else "",
        "number": sign.number,
    }


async def to_redesign(work: UnitOfWork, roster: Roster) -> list[str]:
    """Their titles, in the catalogue's order; who said so, and how many, is not told."""
    partnership = roster.partnership
    events = await work.tx.records.events(partnership.id, kinds=[EventKind.REASON_GIVEN])
    named = for_redesign(events, rules=work.book.rules)
    words = words_for_anybody(work.book, partnership)
    return [fill(one.title, words) for one in work.book.catalogue.actions.values() if one.id in named]
