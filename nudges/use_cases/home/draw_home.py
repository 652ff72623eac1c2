"""From a person's roster entries to a drawn page that has room for all of itself."""

from __future__ import annotations

from collections.abc import Sequence

from nudges.model import message_facts
from nudges.model.delivery import draft
from nudges.model.message import Message
from nudges.model.people import Address, Leader
from nudges.ports import Renderer
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.home.home import home_facts

# Slack draws at most 100 blocks on a page and 50 in a message, buttons five in a row.
PARTS_ON_PAGE = 95
PARTS_IN_MESSAGE = 45
BUTTONS_IN_ROW = 5
# How many things of a list and how many partnerships are shown, as long as there is room for them.
SHOWN = ((5, 3), (3, 3), (2, 3), (1, 3), (1, 2), (1, 1))


async def fitting_facts(
    work: UnitOfWork, renderer: Renderer, leaders: Sequence[Leader], address: Address, *, parts: int
) -> tuple[message_facts.Home, Message]:
    """The page with lists as long as there is room for, as facts and drawn."""
    for most, places in SHOWN[:-1]:
        shown = await _drawn(work, renderer, leaders, address, most=most, places=places)
        if parts_of(shown[1]) <= parts:
            return shown
    most, places = SHOWN[-1]
    return await _drawn(work, renderer, leaders, address, most=most, places=places)


async def _drawn(
    work: UnitOfWork,
    renderer: Renderer,
    leaders: Sequence[Leader],
    address: Address,
    *,
    most: int,
    places: int,
) -> tuple[message_facts.Home, Message]:
    facts = await home_facts(work, leaders, most=most, places=places)
    leader = leaders[0] if leaders else None
    return facts, renderer.message(draft("home", facts, address=address, at=work.at, leader=leader))


def parts_of(message: Message) -> int:
    """How many parts a platform draws: every paragraph, and every row of buttons."""
    rows = sum(-(-len(section.buttons) // BUTTONS_IN_ROW) for section in message.sections)
    return rows + sum(1 for section in message.sections if section.text)
