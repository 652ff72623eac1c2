"""Asking for help, and what a helper says of it: in touch, taken up, closed; open requests as a list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from nudges import access
from nudges.errors import NotAllowed, NotFound
from nudges.model import calendar
from nudges.model import help_request as log
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.help_request import HelpAbout, HelpRequest, first_contacts, is_waiting
from nudges.model.people import Role
from nudges.model.plain_words import day_words
from nudges.unit_of_work.nudge_cards import Facts, buttons
from nudges.unit_of_work.reply_context import Answering
from nudges.use_cases.partner_steps.refresh_board import refresh_board
from nudges.use_cases.support import help_log as requests
from nudges.use_cases.support.help_log import NEXT, card, note, present_help

HELPERS = frozenset({Role.HELPER, Role.PROGRAMME_LEAD})
WITH_BUTTONS = 18


async def help_contacted(one: Answering) -> Outcome:
    """The helper was in touch."""
    return await _moved(one, lambda request, at: log.contacted(request, at=at))


async def help_taken_up(one: Answering) -> Outcome:
    """The help is being used."""
    return await _moved(one, lambda request, at: log.taken_up(request, at=at))


async def help_closed(one: Answering) -> Outcome:
    """Nothing more is needed."""
    return await _moved(one, lambda request, at: log.closed(request, at=at))


async def _moved(one: Answering, move: Callable[[HelpRequest, datetime], HelpRequest]) -> Outcome:
    helper, request = await access.own_help(one.turn.tx, one.leaders, one.subject)
    one = await one.as_leader(helper)
    changed = move(request, one.turn.at)
    moves = (
        (EventKind.HELP_CONTACTED, request.contacted_at, changed.contacted_at),
        (EventKind.HELP_TAKEN_UP, request.taken_up_at, changed.taken_up_at),
        (EventKind.HELP_CLOSED, request.closed_at, changed.closed_at),
    )
    kinds = [kind for kind, before, after in moves if before is None and after is not None]
    if kinds:
        await note(one.turn, one.roster, changed, *kinds)
    if changed.about is HelpAbout.STEP:
        await refresh_board(one.turn, one.roster)
    return await one.say("help_noted", {"state": str(changed.state)}, subject=request.id)


async def help_log(one: Answering) -> Outcome:
    """Open requests with their buttons. A person's request is told only to whom it was passed on."""
    partnerships = dict.fromkeys(each.partnership_id for each in one.leaders)
    every = [each for id in partnerships for each in await present_help(one.turn, id)]
    requests = [each for each in every if each.is_open]
    helping = {each.helper_id for each in requests}
    mine = next((each for each in one.leaders if each.roles & HELPERS or each.id in helping), None)
    if mine is None:
        raise NotAllowed("This is for helpers and programme leads. Say “help me” if you want help yourself.")
    one = await one.as_leader(mine)
    lines: list[Facts] = []
    for request in requests:
        for_leads = await access.is_for_leads(one.turn.tx, request)
        may_read = access.may_help(mine, request, is_for_leads=for_leads)
        is_counted = Role.PROGRAMME_LEAD in mine.roles and request.partnership_id == mine.partnership_id
        if may_read or is_counted:
            lines.append(await _line(one, request, may_read=may_read, has_row=len(lines) < WITH_BUTTONS))
    here = [each for each in every if each.partnership_id == mine.partnership_id]
    contacts = first_contacts(here, at=one.turn.at)
    return await one.say(
        "help_log",
        {"count": len(lines), "in_time": contacts.in_time, "of": contacts.of, "riders": lines},
    )


async def _line(one: Answering, request: HelpRequest, *, may_read: bool, has_row: bool) -> Facts:
    """One request; a lead who may not read it whole learns that it is there, and whether it waits."""
    _, known = await card(one.turn, one.roster, request)
    facts: Facts = {
        "leader": known["leader"] if may_read else "",
        "organisation": known["organisation"] if may_read else "",
        "title": known["title"] if may_read else "",
        "date": day_words(calendar.local(request.asked_at, one.roster.partnership.zone).date()),
        "state": str(request.state),
        "is_waiting": is_waiting(request, at=one.turn.at),
    }
    row = buttons(*NEXT[request.state]) if may_read and has_row else []
    return {"event": "help_line", "subject": request.id, "facts": facts, "buttons": row}


async def help_me(one: Answering) -> Outcome:
    """Help is offered in words first; it is passed on only after a yes."""
    helper = one.roster.partnership.helper_name
    if one.argument("value") != "yes":
        choices = [
            {"verb": "help", "value": "yes", "label": f"Yes, ask {helper}"[:70]},
            {"verb": "help", "value": "no", "label": "No, leave it"},
        ]
        if one.argument("value") == "no":
            return await one.say("help_kept", {}, subject=one.subject)
        return await one.say(
            "help_offer", {"helper": helper, "buttons": choices}, subject=one.subject, lasts=True
        )
    return await _pass_on(one, helper)


async def _pass_on(one: Answering, helper: str) -> Outcome:
    """Pass the call for help on to who helps; it is about one of the leader's own steps, or about nothing."""
    one = await _what_about(one)
    await requests.ask(
        one.turn,
        one.roster,
        about=HelpAbout.PERSON,
        subject=one.subject,
        organisation_id=one.leader.organisation_id,
        leader=one.leader,
    )
    return await one.say("help_asked", {"helper": helper}, subject=one.subject, lasts=True)


async def _what_about(one: Answering) -> Answering:
    """The same reply about one of the leader's own steps; about nothing where it was not."""
    if not one.subject:
        return one
    try:
        return (await one.nudge())[0]
    except NotFound:
        return one.about("")
