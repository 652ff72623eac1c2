"""A post that is recounted from the log weeks later says what was posted on its Friday."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest

from bot.sandbox.personas.organisations import Programme
from bot.sandbox.personas.persona_replies import PersonaReplies
from bot.sandbox.simulated_time import pass_time
from bot.sandbox.world import START_ON, World, make_world
from nudges.model import calendar
from nudges.model.message import MessageKind
from nudges.use_cases.rollup.show_rollup import show_rollup

WEEKS = 4
# Lines that are made of what is counted and of statuses; names and shared words are those of today.
EXACT = {"title", "goal", "kept", "due", "helped", "done", "links", "norm", "next"}


async def posted(world: World) -> list[list[dict[str, Any]]]:
    async with world.store.reading() as tx:
        sent = await tx.deliveries.unchecked_of_recipient(f"channel:{world.run.channel}")
    posts = [one for one in sent if one.purpose is MessageKind.ROLLUP and one.event == "rollup"]
    return [list(one.facts["lines"]) for one in sorted(posts, key=lambda one: one.not_before)]


@pytest.mark.parametrize("seed", [3, 8])
async def test_each_week_is_recounted_as_it_was_posted(seed: int) -> None:
    world = await make_world(campaign_id="starter")
    until = calendar.instant_of(START_ON + timedelta(weeks=WEEKS), time(0), world.partnership.zone)
    await pass_time(world, (PersonaReplies(world, seed=seed), Programme(world, seed=seed)), until=until)
    said = await posted(world)
    assert len(said) == WEEKS
    for number, lines in enumerate(said, 1):
        shown = await show_rollup(
            world.store,
            world.book,
            partnership_id=world.partnership.id,
            campaign_id="starter",
            at=world.clock.now(),
            week=number,
        )
        again = {one["id"]: one["facts"] for one in shown.rollup.lines if one["id"] in EXACT}
        assert again == {one["id"]: dict(one["facts"]) for one in lines if one["id"] in EXACT}, number
    await world.close()
