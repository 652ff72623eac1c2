"""Asking for help, and what a helper says of it: in touch, taken up, closed; open requests as a list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from nudges import access
from nudges.errors import NotAllowed, NotFound
from nudges.model import calendar, message_facts
from nudges.model import help_request as log
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.help_request import HelpAbout, HelpRequest, first_contacts, is_waiting
from nudges.model.people import Role
from nudges.model.plain_words import day_words
from nudges.said import said
from nudges.unit_of_work.nudge_cards import Facts, buttons
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.partner_steps.refresh_board import refresh_board
from nudges.use_cases.support import help_log as requests
from nudges.use_cases.support.help_log import NEXT, card, note, present_help
from nudges.use_cases.support.support_person import LABEL_MAX

HELPERS = frozenset({Role.HELPER, Role.PROGRAMME_LEAD})
WITH_BUTTONS = 18


async def help_contacted(reply: ReplyContext) -> Outcome:
    """The helper was in touch."""
    return await _moved(reply, lambda request, at: log.contacted(request, at=at))


async def help_taken_up(reply: ReplyContext) -> Outcome:
    """The help is being used."""
    return await _moved(reply, lambda request, at: log.taken_up(request, at=at))


async def help_closed(reply: ReplyContext) -> Outcome:
    """Nothing more is needed."""
    return await _moved(reply, lambda request, at: log.closed(request, at=at))


async def _moved(reply: ReplyContext, move: Callable[[HelpRequest, datetime], HelpRequest]) -> Outcome:
    helper, request = await access.own_help(reply.work.tx, reply.leaders, reply.subject)
    reply = await reply.as_leader(helper)
    changed = move(request, reply.work.at)
    moves = (
        (EventKind.HELP_CONTACTED, request.contacted_at, changed.contacted_at),
        (EventKind.HELP_TAKEN_UP, request.taken_up_at, changed.taken_up_at),
        (EventKind.HELP_CLOSED, request.closed_at, changed.closed_at),
    )
    kinds = [kind for kind, before, after in moves if before is None and after is not None]
    if kinds:
        await note(reply.work, reply.roster, changed, *kinds)
    if changed.about is HelpAbout.STEP:
        await refresh_board(reply.work, reply.roster)
    return await reply.say(
        "help_noted", message_facts.HelpNoted(state=str(changed.state)), subject=request.id
    )


async def help_log(reply: ReplyContext) -> Outcome:
    """Open requests with their buttons. A person's request is told only to whom it was passed on."""
    partnerships = dict.fromkeys(each.partnership_id for each in reply.leaders)
    every = [each for id in partnerships for each in await present_help(reply.work, id)]
    requests = [each for each in every if each.is_open]
    helping = {each.helper_id for each in requests}
    mine = next((each for each in reply.leaders if each.roles & HELPERS or each.id in helping), None)
    if mine is None:
        raise NotAllowed(said("support.for_helpers"))
    reply = await reply.as_leader(mine)
    lines: list[Facts] = []
    for request in requests:
        for_leads = await access.is_for_leads(reply.work.tx, request)
        may_read = access.may_help(mine, request, is_for_leads=for_leads)
        is_counted = Role.PROGRAMME_LEAD in mine.roles and request.partnership_id == mine.partnership_id
        if may_read or is_counted:
            lines.append(await _line(reply, request, may_read=may_read, has_row=len(lines) < WITH_BUTTONS))
    here = [each for each in every if each.partnership_id == mine.partnership_id]
    contacts = first_contacts(here, at=reply.work.at)
    return await reply.say(
        "help_log",
        message_facts.HelpLog(count=len(lines), in_time=contacts.in_time, of=contacts.of, riders=lines),
    )


async def _line(reply: ReplyContext, request: HelpRequest, *, may_read: bool, has_row: bool) -> Facts:
    """One request; a lead who may not read it whole learns that it is there, and whether it waits."""
    _, known = await card(reply.work, reply.roster, request)
    facts: message_facts.HelpLine = {
        "leader": known["leader"] if may_read else "",
        "organisation": known["organisation"] if may_read else "",
        "title": known["title"] if may_read else "",
        "date": day_words(calendar.local(request.asked_at, reply.roster.partnership.zone).date()),
        "state": str(request.state),
        "is_waiting": is_waiting(request, at=reply.work.at),
    }
    row = buttons(*NEXT[request.state]) if may_read and has_row else []
    return {"event": "help_line", "subject": request.id, "facts": facts, "buttons": row}


async def help_me(reply: ReplyContext) -> Outcome:
    """Help is offered in words first; it is passed on only after a yes."""
    helper = reply.roster.partnership.helper_name
    if reply.argument("value") != "yes":
        yes = reply.in_words(said("support.ask_helper", {"helper": helper}))
        choices = [
            {"verb": "help", "value": "yes", "label": yes[:LABEL_MAX]},
            {"verb": "help", "value": "no", "label": reply.in_words(said("support.leave_it"))},
        ]
        if reply.argument("value") == "no":
            return await reply.say("help_kept", subject=reply.subject)
        return await reply.say(
            "help_offer",
            message_facts.HelpOffer(helper=helper, buttons=choices),
            subject=reply.subject,
            lasts=True,
        )
    return await _pass_on(reply, helper)


async def _pass_on(reply: ReplyContext, helper: str) -> Outcome:
    """Pass the call for help on to who helps; it is about one of the leader's own steps, or about nothing."""
    reply = await _what_about(reply)
    await requests.ask(
        reply.work,
        reply.roster,
        about=HelpAbout.PERSON,
        subject=reply.subject,
        organisation_id=reply.leader.organisation_id,
        leader=reply.leader,
    )
    return await reply.say(
        "help_asked", message_facts.HelpAsked(helper=helper), subject=reply.subject, lasts=True
    )


async def _what_about(reply: ReplyContext) -> ReplyContext:
    """The same reply about one of the leader's own steps; about nothing where it was not."""
    if not reply.subject:
        return reply
    try:
        return (await reply.nudge())[0]
    except NotFound:
        return reply.about("")
