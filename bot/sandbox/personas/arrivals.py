"""Who comes late and who leaves: a newcomer by the partnership's files, a leaver by their own words."""

from __future__ import annotations

import random
from collections.abc import Mapping

from bot.sandbox.inbound import typed
from bot.sandbox.outbound import sandbox_address
from bot.sandbox.personas.fill_form import words
from bot.sandbox.world import World
from nudges.model.ids import leader_id
from nudges.model.people import Leader, Role
from nudges.use_cases.joining.apply_roster import Wanted, apply_roster

LEAVES_FROM_WEEKS = 8
LEAVES = 5


async def add_newcomer(world: World) -> None:
    """One more person stands in the file, and it is applied; they join the campaign that runs for all."""
    async with world.store.reading() as tx:
        partnership = await tx.people.unchecked_partnership(world.partnership.id)
        organisations = await tx.people.unchecked_organisations(world.partnership.id)
        leaders = await tx.people.unchecked_leaders(world.partnership.id)
        run = await tx.people.unchecked_run(world.run.id)
    if partnership is None or run is None or not run.is_open:
        return
    files = Wanted(
        partnership=partnership,
        organisations=organisations,
        leaders=[*leaders, _newcomer(words()["newcomer"], leaders)],
        steps=[],
        holidays=world.holidays,
    )
    world.platform.join(words()["newcomer"]["email"])
    await apply_roster(world.store, world.book, files, at=world.clock.now())
    await world.meet_newcomers()


def _newcomer(entry: Mapping[str, str], leaders: list[Leader]) -> Leader:
    """A new colleague, with the days and the zone of their organisation."""
    colleague = next(one for one in leaders if one.organisation_id == entry["organisation"])
    return Leader(
        id=leader_id(colleague.partnership_id, entry["email"]),
        partnership_id=colleague.partnership_id,
        organisation_id=colleague.organisation_id,
        name=entry["name"],
        email=entry["email"],
        person=entry["email"],
        zone=colleague.zone,
        nation=colleague.nation,
        setting=colleague.setting,
        level=colleague.level,
        has_team=False,
        address=sandbox_address(entry["email"]),
    )


async def add_leaves(world: World, random_source: random.Random) -> None:
    """In the week of the problem tree some of the group ask to add a leaf."""
    members = [one for one in world.people.values() if one.id in world.run.member_ids]
    for leader in random_source.sample(sorted(members, key=lambda one: one.id), min(LEAVES, len(members))):
        await world.do(typed(world.address_of(leader), "leaf", key=f"programme:leaf:{leader.id}"))


async def say_goodbye(world: World, random_source: random.Random) -> None:
    """Somebody who takes part and has no other role here asks to leave for good."""
    async with world.store.reading() as tx:
        leaders = await tx.people.unchecked_leaders(world.partnership.id)
    needed = {world.partnership.helper_id, world.partnership.facilitator_id}
    leavers = [
        leader
        for leader in sorted(leaders, key=lambda one: one.id)
        if leader.is_in
        and leader.id in world.run.member_ids
        and leader.id not in needed
        and leader.email not in world.personas
        and leader.roles == frozenset({Role.LEADER})
    ]
    if leavers:
        leaver = random_source.choice(leavers)
        await world.do(
            typed(world.address_of(leaver), "leave the programme", key=f"programme:leave:{leaver.id}")
        )
