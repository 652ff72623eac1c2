"""A whole campaign on simulated time, without a page: the same seed gives the same run."""

from __future__ import annotations

import gc
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from bot.sandbox.outbound import Posted, sandbox_address
from bot.sandbox.personas.organisations import Programme
from bot.sandbox.personas.persona_replies import PersonaReplies
from bot.sandbox.run_record import RunRecord, Sent
from bot.sandbox.simulated_time import pass_time
from bot.sandbox.world import START_ON, World, make_world
from nudges.model import calendar
from nudges.model.ids import leader_id
from nudges.model.people import Address, Leader


async def run(
    campaign_id: str,
    *,
    weeks: int,
    seed: int,
    start_on: date = START_ON,
    on_progress: Callable[[float], None] | None = None,
) -> RunRecord:
    """Run `weeks` of a campaign in the example partnership; `on_progress` hears a share of 1.

    Raises:
        NotFound: there is no such campaign; the text lists those that exist.
        InvalidInput: it cannot start on that day.
    """
    world = await make_world(campaign_id=campaign_id, start_on=start_on)
    # A run throws nothing away before its end: looking for garbage would cost a fifth of the time.
    gc.disable()
    try:
        sent = _listen(world)
        actors = (PersonaReplies(world, seed=seed), Programme(world, seed=seed))
        end_on = start_on + timedelta(weeks=weeks)
        until = calendar.instant_of(end_on, time(0, 0), world.partnership.zone) - timedelta(minutes=1)
        from_at = world.clock.now()

        async def on_step(at: datetime) -> None:
            if on_progress is not None:
                on_progress((at - from_at) / (until - from_at))

        await pass_time(world, actors, until=until, on_step=on_step)
        return await _record(world, sent, weeks=weeks, seed=seed)
    finally:
        gc.enable()
        await world.close()


def _listen(world: World) -> list[Sent]:
    sent: list[Sent] = []
    channels = {address.to: f"channel:{name}" for name, address in world.partnership.channels.items()}

    def note(address: Address, posted: Posted, what: str) -> None:
        leader = world.reader_of(address, posted)
        # Whoever is on no list when a first word reaches them has their address's own id.
        to = leader.id if leader else channels.get(address.to) or leader_id(world.partnership.id, address.to)
        text = posted.message.text
        sent.append(Sent(at=world.clock.now(), to=to, key=posted.key, what=what, text=text))
        # Whoever tapped for a message to several reads it, too: for them it is an answer to their tap.
        for other in address.members if address.is_group and what == "post" else ():
            if world.people[other].id != to:
                tapper = world.people[other].id
                sent.append(Sent(at=world.clock.now(), to=tapper, key="", what=what, text=text))

    world.watch(note)
    return sent


async def _record(world: World, sent: list[Sent], *, weeks: int, seed: int) -> RunRecord:
    async with world.store.reading() as tx:
        run_now = await tx.people.unchecked_run(world.run.id)
        organisations = await tx.people.unchecked_organisations(world.partnership.id)
        leaders = await tx.people.unchecked_leaders(world.partnership.id)
        events = await tx.records.events(world.partnership.id)
        pairs = await tx.commitments.unchecked_pairs(world.partnership.id)
        steps = await tx.commitments.unchecked_steps(world.partnership.id)
        promises = await tx.commitments.unchecked_promises(world.partnership.id)
    gone = _forgotten(world, leaders)
    return RunRecord(
        campaign=world.book.campaign(world.run.campaign_id),
        catalogue=world.book.catalogue,
        partnership=world.partnership,
        run=run_now or world.run,
        weeks=weeks,
        seed=seed,
        organisations=sorted(organisations, key=lambda one: one.id),
        leaders=sorted([*leaders, *gone], key=lambda one: one.id),
        gone=frozenset(one.id for one in gone),
        sent=sent,
        deliveries=world.renderer.rendered,
        events=events,
        pairs=pairs,
        steps=sorted(steps, key=lambda one: (one.due_on, one.id)),
        promises=len(promises),
        renderer=world.renderer,
        board=_board(world),
    )


def _forgotten(world: World, leaders: list[Leader]) -> list[Leader]:
    """Who got a message and is erased by now, such as a manager who said no: as they were met."""
    kept = {one.id for one in leaders}
    return [one for one in world.people.values() if one.id not in kept]


def _board(world: World) -> str:
    """The pinned message of the run's channel as it stands at the end."""
    channel = world.partnership.channels.get(world.run.channel)
    messages = world.platform.conversation(channel or sandbox_address("#partnership"))
    return next((one.message.text for one in messages if one.message.is_pinned), "")
