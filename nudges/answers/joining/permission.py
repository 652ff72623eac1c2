"""Coming in and going: a sponsor's permission, a buddy's yes, what happens with a step, leaving."""

from __future__ import annotations

from dataclasses import replace

from nudges.access import GONE
from nudges.errors import InvalidInput, NotAllowed, NotFound
from nudges.model.commands import Outcome
from nudges.model.people import Leader, Organisation, Role
from nudges.model.privacy import screen
from nudges.unit_of_work.buddy import introduce
from nudges.unit_of_work.nudge_cards import Facts, buttons
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.joining.ask_permission import allow
from nudges.use_cases.joining.leave_programme import leave as leave_for_good


async def _sponsored(reply: ReplyContext) -> tuple[ReplyContext, Organisation]:
    """The organisation that the tap is about, for its own sponsor.

    Raises:
        NotFound: absent, or in a partnership that this person is no part of.
        NotAllowed: this person is not its sponsor.
    """
    near = False
    for leader in reply.leaders:
        own = await reply.as_leader(leader)
        organisation = own.roster.organisations.get(reply.subject)
        near = near or organisation is not None
        if organisation is None:
            continue
        if leader.organisation_id == organisation.id and Role.SPONSOR in leader.roles:
            return own, organisation
    if near:
        raise NotAllowed("Only the organisation's own sponsor can give this permission.")
    raise NotFound(GONE)


async def permission(reply: ReplyContext) -> Outcome:
    """The sponsor's tap: permission in the usual words."""
    reply, organisation = await _sponsored(reply)
    return await _allowed(reply, organisation, reply.work.book.rules.joining.permission_line)


async def permission_line(reply: ReplyContext) -> Outcome:
    """The sponsor words the permission themselves."""
    reply, organisation = await _sponsored(reply)
    facts = {"line": organisation.permission_line or reply.work.book.rules.joining.permission_line}
    form = reply.renderer.form("permission_line", facts, subject=organisation.id, locale=reply.leader.locale)
    return Outcome(form=form)


async def permission_line_submit(reply: ReplyContext) -> Outcome:
    """Permission in the sponsor's own words."""
    reply, organisation = await _sponsored(reply)
    line = screen(reply.argument("line"), reply.work.book.rules).text
    if not line:
        return Outcome(errors={"line": "Write one line, please."})
    return await _allowed(reply, organisation, line)


async def _allowed(reply: ReplyContext, organisation: Organisation, line: str) -> Outcome:
    """Given once; a second tap shows what was given, and a new line replaces the words only."""
    is_new = organisation.permission_at is None
    if is_new:
        allowed = await allow(reply.work, reply.roster, organisation, line=line, by=reply.leader)
    elif reply.command.verb == "permission":
        allowed = organisation
    else:
        allowed = replace(organisation, permission_line=line)
        reply.work.keep(allowed)
    facts = {
        "organisation": allowed.name,
        "line": allowed.permission_line or line,
        "waits": not allowed.is_ready,
        "buttons": buttons("permission_line"),
    }
    return await reply.say("permission_given", facts, subject=allowed.id, lasts=is_new)


async def buddy_yes(reply: ReplyContext) -> Outcome:
    """Yes to standing beside a joiner; they hear of each other once both have said yes."""
    for leader in reply.leaders:
        own = await reply.as_leader(leader)
        joiner = own.roster.leaders.get(reply.subject)
        if joiner is not None:
            return await _stands_beside(own, joiner)
    raise NotFound(GONE)


async def _stands_beside(reply: ReplyContext, joiner: Leader) -> Outcome:
    work = reply.work
    rows = await work.tx.deliveries.unchecked_of_subject(f"buddy:{joiner.id}")
    if not any(row.recipient == reply.leader.id for row in rows):
        raise NotFound(GONE)
    if joiner.left_at is not None or joiner.buddy_id not in (None, reply.leader.id):
        return await reply.say("buddy_taken", {})
    beside = replace(joiner, buddy_id=reply.leader.id)
    if joiner.buddy_id is None:
        work.keep(beside)
        roster = replace(reply.roster, leaders={**reply.roster.leaders, beside.id: beside})
        await introduce(work, roster, beside, by=reply.leader)
    facts = {"is_in": joiner.is_in}
    await reply.redraw(f"buddy:{joiner.id}", "buddy_thanks", facts)
    return Outcome() if reply.command.via == "tap" else await reply.say("buddy_thanks", facts)


async def what_happens(reply: ReplyContext) -> Outcome:
    """What happens when a step does not happen: the whole support ladder, agreed beforehand."""
    rules = reply.work.book.rules
    facts: Facts = {
        "steps": [{"when": each.when, "do": each.do} for each in rules.support_person.steps],
        "helper": reply.roster.partnership.helper_name,
        "buttons": [],
    }
    return await reply.say("what_happens", facts, subject=reply.leader.id)


async def leave(reply: ReplyContext) -> Outcome:
    """Leaving for good is asked about once."""
    choices: list[Facts] = [{"verb": "leave_yes"}, {"verb": "no", "label": "No, stay"}]
    days = reply.work.book.rules.privacy.keep_after_leaving_days
    facts = {"partnership": reply.roster.partnership.name, "days": days, "buttons": choices}
    return await reply.say("leave_ask", facts, subject=reply.leader.id)


async def leave_yes(reply: ReplyContext) -> Outcome:
    """Leave this partnership; others of the same person go on."""
    if reply.subject not in ("", reply.leader.id):
        raise InvalidInput(GONE)
    await leave_for_good(reply.work, reply.roster, reply.leader)
    days = reply.work.book.rules.privacy.keep_after_leaving_days
    return await reply.say("left", {"partnership": reply.roster.partnership.name, "days": days}, lasts=True)
