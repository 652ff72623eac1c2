"""Simulated time: from one thing that is due to the next, without waiting."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol

from bot.sandbox.world import World


class Actor(Protocol):
    """Somebody who does things of their own accord: leaders by habit, organisations, a programme lead."""

    def next_at(self) -> datetime | None:
        """When they do something next."""

    async def act(self) -> int:
        """Do what is due now; how many things that were."""


async def pass_time(
    world: World,
    actors: Sequence[Actor],
    *,
    until: datetime,
    is_enough: Callable[[], bool] = lambda: False,
    on_step: Callable[[datetime], Awaitable[None]] | None = None,
) -> None:
    """Move the clock to `until`, stopping at each instant at which something happens.

    `is_enough` is asked after each instant and ends it early, with the clock where it is.
    """
    await world.settle()
    while not is_enough():
        instants = [world.next_due, *(actor.next_at() for actor in actors)]
        at = min((instant for instant in instants if instant is not None), default=until)
        if at > until:
            break
        world.clock.move_to(max(at, world.clock.now()))
        if world.next_due is not None and world.next_due <= at:
            await world.settle()
        if sum([await actor.act() for actor in actors]):
            await world.settle()
        if on_step is not None:
            await on_step(world.clock.now())
    else:
        return
    world.clock.move_to(max(until, world.clock.now()))
    await world.settle()
