"""A sponsor's permission: by one tap in the usual words, or in words of their own."""

from __future__ import annotations

from dataclasses import replace

from nudges.access import GONE
from nudges.errors import NotAllowed, NotFound
from nudges.model import message_facts
from nudges.model.commands import Outcome
from nudges.model.people import Organisation, Role
from nudges.model.screened_text import screen
from nudges.said import said
from nudges.unit_of_work.nudge_cards import buttons
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.joining.ask_permission import allow


async def _sponsored(reply: ReplyContext) -> tuple[ReplyContext, Organisation]:
    """The organisation that the tap is about, for its own sponsor.

    Raises:
        NotFound: absent, or in a partnership that this person is no part of.
        NotAllowed: this person is not its sponsor.
    """
    is_known = False
    for leader in reply.leaders:
        own = await reply.as_leader(leader)
        organisation = own.roster.organisations.get(reply.subject)
        is_known = is_known or organisation is not None
        if organisation is None:
            continue
        if leader.organisation_id == organisation.id and Role.SPONSOR in leader.roles:
            return own, organisation
    if is_known:
        raise NotAllowed(said("joining.sponsors_only"))
    raise NotFound(GONE)


async def permission(reply: ReplyContext) -> Outcome:
    """The sponsor's tap: permission in the usual words."""
    reply, organisation = await _sponsored(reply)
    return await _allowed(reply, organisation, reply.work.book.rules.joining.permission_line)


async def permission_line(reply: ReplyContext) -> Outcome:
    """The sponsor words the permission themselves."""
    reply, organisation = await _sponsored(reply)
    fields = {"line": organisation.permission_line or reply.work.book.rules.joining.permission_line}
    form = reply.renderer.form("permission_line", fields, subject=organisation.id, locale=reply.leader.locale)
    return Outcome(form=form)


async def permission_line_submit(reply: ReplyContext) -> Outcome:
    """Permission in the sponsor's own words."""
    reply, organisation = await _sponsored(reply)
    line = screen(reply.argument("line"), reply.work.book.rules).text
    if not line:
        return Outcome(errors={"line": reply.in_words(said("joining.write_a_line"))})
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
    facts = message_facts.PermissionGiven(
        organisation=allowed.name,
        line=allowed.permission_line or line,
        waits=not allowed.is_ready,
        buttons=buttons("permission_line"),
    )
    return await reply.say("permission_given", facts, subject=allowed.id, lasts=is_new)
