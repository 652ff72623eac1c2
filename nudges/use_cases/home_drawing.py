"""From a person's roster entries to a drawn page that has room for all of itself."""

from __future__ import annotations

from collections.abc import Sequence

from nudges.ports import Renderer
from nudges.rules.delivery import Delivery
from nudges.rules.message import Message, MessageKind
from nudges.rules.people import Address, Leader
from nudges.use_cases.cards import Facts
from nudges.use_cases.home import home_facts
from nudges.use_cases.turn import Turn

# Slack draws at most 100 blocks on a page and 50 in a message, buttons five in a row.
PARTS_ON_PAGE = 95
PARTS_IN_MESSAGE = 45
BUTTONS_IN_ROW = 5
LISTED = (5, 3, 2, 1)


async def fitting_facts(
    turn: Turn, renderer: Renderer, leaders: Sequence[Leader], address: Address, *, parts: int
) -> tuple[Facts, Message]:
    """The page with lists as long as there is room for, as facts and drawn."""
    for most in LISTED[:-1]:
        facts = await home_facts(turn, leaders, most=most)
        message = renderer.message(_draft(turn, leaders, address, facts))
        if parts_of(message) <= parts:
            return facts, message
    facts = await home_facts(turn, leaders, most=LISTED[-1])
    return facts, renderer.message(_draft(turn, leaders, address, facts))


def parts_of(message: Message) -> int:
    """How many parts a platform draws: every paragraph, and every row of buttons."""
    rows = sum(-(-len(section.buttons) // BUTTONS_IN_ROW) for section in message.sections)
    return rows + sum(1 for section in message.sections if section.text)


def _draft(turn: Turn, leaders: Sequence[Leader], address: Address, facts: Facts) -> Delivery:
    """A delivery that is only drawn, never stored."""
    first = leaders[0] if leaders else None
    return Delivery(
        id="",
        partnership_id=first.partnership_id if first else "",
        recipient=first.id if first else "",
        person=first.person if first else None,
        address=address,
        purpose=MessageKind.ANSWER,
        occurrence="",
        event="home",
        facts=facts,
        subject="",
        locale=first.locale if first else "en",
        not_before=turn.at,
        week_on=turn.at.date(),
    )
