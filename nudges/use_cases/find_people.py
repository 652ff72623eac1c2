"""Finding where people can be reached: their e-mail address looked up on a chat platform."""

from __future__ import annotations

from dataclasses import dataclass, replace

from nudges.ports import ChatPlatform, Store
from nudges.rules.people import Leader


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """Who was found, and who was not."""

    found: int
    missing: tuple[str, ...]


async def find_people(store: Store, platform: ChatPlatform, *, partnership_id: str, workspace: str) -> Found:
    """Look up everybody who has no address yet. Nothing is asked of the platform inside a transaction.

    Raises:
        DeliveryError: the platform could not be asked; those found before it are kept at the next call.
    """
    async with store.reading() as tx:
        leaders = [one for one in await tx.people.unchecked_leaders(partnership_id) if one.address is None]
    placed: list[Leader] = []
    missing: list[str] = []
    for leader in leaders:
        address = await platform.look_up(workspace, leader.email)
        if address is None:
            missing.append(leader.name)
        else:
            placed.append(replace(leader, address=address))
    if placed:
        async with store.transaction() as tx:
            await tx.people.save_leaders(placed)
    return Found(found=len(placed), missing=tuple(missing))
