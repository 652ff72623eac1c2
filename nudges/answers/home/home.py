"""A person's own page: opened on the platform, or asked for in words."""

from __future__ import annotations

from dataclasses import replace

from nudges import access
from nudges.model.commands import Command, Outcome
from nudges.model.home import HomeTab
from nudges.ports import Renderer
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.home.draw_home import PARTS_IN_MESSAGE, PARTS_ON_PAGE, fitting_facts

OPENED = "home_opened"


async def home_opened(work: UnitOfWork, renderer: Renderer, command: Command) -> Outcome:
    """Somebody looks at their page: it is due at once, whatever it showed last.

    Nothing is kept of the opening but the page itself: a second delivery of it draws the page again. Of a
    stranger nothing is kept at all; the answer is their page.
    """
    address = command.actor
    leaders = await access.reached_exactly_at(work.tx, address)
    if command.seen_in and not leaders:
        address = replace(address, workspace=command.seen_in)
        leaders = await access.reached_exactly_at(work.tx, address)
    if not leaders:
        _, page = await fitting_facts(work, renderer, [], address, parts=PARTS_ON_PAGE)
        return Outcome(reply=page, leaves_no_trace=True)
    known = await access.own_home(work.tx, address)
    fresh = known or HomeTab(address=address, changed_at=work.at)
    # Without a fingerprint it is drawn even where nothing has changed: the platform may show it no more.
    await work.tx.homes.save(replace(fresh, shown_at=None, fingerprint=""))
    return Outcome(leaves_no_trace=True)


async def home(reply: ReplyContext) -> Outcome:
    """The page as a message, for platforms and people that have no such page."""
    facts, _ = await fitting_facts(
        reply.work, reply.renderer, reply.leaders, reply.command.actor, parts=PARTS_IN_MESSAGE
    )
    return await reply.say("home", facts)
