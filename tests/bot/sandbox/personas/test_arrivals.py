"""Somebody joins late by the files, somebody leaves by words, and both stand in what a run leaves."""

import random
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.sandbox.outbound import sandbox_address
from bot.sandbox.personas.arrivals import add_newcomer, say_goodbye
from bot.sandbox.personas.fill_form import words
from bot.sandbox.world import World, make_world


@pytest.fixture
async def world() -> AsyncIterator[World]:
    made = await make_world(campaign_id="first-100-days")
    yield made
    await made.close()


async def test_a_newcomer_is_invited_to_the_campaign_that_runs_for_everybody(world: World) -> None:
    world.clock.move_to(world.clock.now() + timedelta(weeks=3, days=1, hours=3))
    await add_newcomer(world)
    await world.settle()
    email = words()["newcomer"]["email"]
    assert world.people[email].joined_on is not None
    said = [one.message.text for one in world.platform.conversation(sandbox_address(email))]
    assert any("invite you" in text for text in said)


async def test_a_newcomer_is_added_once(world: World) -> None:
    await add_newcomer(world)
    await add_newcomer(world)
    assert len(world.people) == 61


async def test_nobody_says_goodbye_before_anybody_is_in(world: World) -> None:
    await say_goodbye(world, random.Random(1))
    said = (one for email in world.people for one in world.platform.conversation(sandbox_address(email)))
    assert not any("take you out" in one.message.text for one in said)


async def test_every_organisation_has_a_manager_to_pass_a_step_on_to(world: World) -> None:
    assert set(words()["duty_managers"]) == set(world.organisations)


async def test_a_repair_has_its_facilitator_here_who_takes_no_steps() -> None:
    world = await make_world(campaign_id="repair-a-relationship")
    facilitator = next(one for one in world.people.values() if one.id == world.partnership.facilitator_id)
    assert facilitator.id not in world.run.member_ids
    assert len(world.run.member_ids) == 16
    await world.close()
