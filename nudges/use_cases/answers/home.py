"""A person's own page: opened on the platform, or asked for in words."""

from __future__ import annotations

from dataclasses import replace

from nudges.rules.home import HomeTab
from nudges.rules.record import Command, Outcome
from nudges.use_cases.answers.answering import Answering
from nudges.use_cases.home_drawing import PARTS_IN_MESSAGE, fitting_facts
from nudges.use_cases.turn import Turn

OPENED = "home_opened"


async def home_opened(turn: Turn, command: Command) -> Outcome:
    """Somebody looks at their page: it is due at once, whatever it showed last. Strangers have one, too.

    Nothing is kept of the opening but the page itself: a second delivery of it draws the page again.
    """
    address = command.actor
    if command.seen_in and not await turn.tx.people.unchecked_leaders_at(address):
        address = replace(address, workspace=command.seen_in)
    known = await turn.tx.homes.unchecked(address)
    fresh = known or HomeTab(address=address, changed_at=turn.at)
    # Without a fingerprint it is drawn even where nothing has changed: days have gone by since it was drawn.
    await turn.tx.homes.save(replace(fresh, shown_at=None, fingerprint=""))
    return Outcome(leaves_no_trace=True)


async def home(one: Answering) -> Outcome:
    """The page as a message, for platforms and people that have no such page."""
    facts, _ = await fitting_facts(
        one.turn, one.renderer, one.leaders, one.command.actor, parts=PARTS_IN_MESSAGE
    )
    return await one.say("home", facts)
