"""Finding where people can be reached: their e-mail address looked up in each workspace where they may be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from nudges.errors import DeliveryError
from nudges.model.people import Address, Leader, Partnership
from nudges.ports import ChatPlatform, Store
from nudges.said import Said, said

Wait = Callable[[timedelta], Awaitable[None]]
WAIT_LONGEST = timedelta(seconds=90)
WAITS_MAX = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """Who was found, and who was not.

    `places` counts by workspace. `twice` names those who are in several workspaces, the one that was taken
    first. `unasked` says why a workspace did not answer for everybody: those who may be there are looked for
    again at the next call.
    """

    found: int
    missing: tuple[str, ...]
    places: Mapping[str, int] = field(default_factory=dict)
    twice: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unasked: Mapping[str, str | Said] = field(default_factory=dict)


async def find_people(
    store: Store,
    workspaces: Mapping[str, ChatPlatform],
    *,
    partnership_id: str,
    belongs: Mapping[str, str] | None = None,
    wait: Wait | None = None,
) -> Found:
    """Look up everybody who has no address yet. Nothing is asked of a platform inside a transaction.

    `belongs` says of an organisation in which workspace its people are: they are looked for there alone. All
    others are looked for everywhere, and the first match counts: in the workspaces of the partnership's
    channels first, then in the order of `workspaces`. A platform that asks for a short pause gets it through
    `wait`; without it, or where one cannot be asked, the rest is left for another call and what was found is
    kept.
    """
    async with store.reading() as tx:
        partnership = await tx.people.unchecked_partnership(partnership_id)
        leaders = [one for one in await tx.people.unchecked_leaders(partnership_id) if one.address is None]
    search = _Search(workspaces=workspaces, wait=wait)
    order = _order(partnership, workspaces)
    reached: list[Leader] = []
    missing: list[str] = []
    twice: dict[str, tuple[str, ...]] = {}
    for leader in leaders:
        own = (belongs or {}).get(leader.organisation_id)
        addresses = await search.everywhere([own] if own else order, leader.email)
        if not addresses:
            missing.append(leader.name)
            continue
        reached.append(replace(leader, address=addresses[0]))
        if len(addresses) > 1:
            twice[leader.name] = tuple(one.workspace for one in addresses)
    if reached:
        async with store.transaction() as tx:
            await tx.people.save_leaders(reached)
    places = Counter(one.address.workspace for one in reached if one.address is not None)
    return Found(
        found=len(reached),
        missing=tuple(missing),
        places={one: places[one] for one in dict.fromkeys([*order, *places]) if places[one]},
        twice=twice,
        unasked=search.unasked,
    )


def _order(partnership: Partnership | None, workspaces: Mapping[str, ChatPlatform]) -> list[str]:
    """The workspaces of the partnership's own channels before the others."""
    own = [one.workspace for one in partnership.channels.values()] if partnership else []
    return list(dict.fromkeys([*(one for one in own if one in workspaces), *workspaces]))


@dataclass(kw_only=True, slots=True)
class _Search:
    """Asks workspaces for addresses, and no longer those that do not answer."""

    workspaces: Mapping[str, ChatPlatform]
    wait: Wait | None
    waits: int = 0
    unasked: dict[str, str | Said] = field(default_factory=dict)

    async def everywhere(self, order: Sequence[str], email: str) -> list[Address]:
        """The addresses that belong to this e-mail address, in this order."""
        addresses = [await self._in(workspace, email) for workspace in order]
        return [one for one in addresses if one is not None]

    async def _in(self, workspace: str, email: str) -> Address | None:
        platform = self.workspaces.get(workspace)
        if platform is None:
            self.unasked[workspace] = said("joining.not_connected")
        while platform is not None and workspace not in self.unasked:
            try:
                return await platform.look_up(workspace, email)
            except DeliveryError as error:
                pause = error.retry_after
                if self.wait is None or pause is None or pause > WAIT_LONGEST or self.waits >= WAITS_MAX:
                    self.unasked[workspace] = error.reason
                else:
                    self.waits += 1
                    await self.wait(pause)
        return None
