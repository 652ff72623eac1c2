"""“Tell my team”: at most 300 characters, ready to forward, with nobody's name in them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nudges.model.events import EventKind
from tests.journeys.world import FOUR, World, a_partnership, at, files, started

NAMES = [one.name for one in FOUR] + [one.first_name for one in FOUR] + ["Hetty", "Hope"]


def words_of(world: World, who: str) -> str:
    """What is to be sent on: the second paragraph."""
    intro, _, words = world.last(who).partition("\n\n")
    assert intro.endswith("team:")
    return words


async def test_one_tap_after_done_brings_words_to_send_on() -> None:
    world = await started(say_yes="Ama Ben")
    await world.tap("Ama", "done")
    await world.tap("Ama", "tell_team")
    words = words_of(world, "Ama")
    assert len(words) <= 300
    assert "People get home sooner." in words
    assert "1 small step done together so far." in words
    assert words.endswith("?") or words.endswith("change.")
    assert not [name for name in NAMES if name in words]
    (told,) = await world.events(EventKind.TEAM_TOLD)
    assert told.leader_id == "riverside-ama"


async def test_who_was_met_is_not_named() -> None:
    world = await started(say_yes="Ama Ben Cleo Dev", until=at("2027-01-12", "12:00"))
    for name in ("Ama", "Ben"):
        await world.tap(name, "met" if world.can_tap(name, "met") else "done")
    await world.says("Ama", "tell my team")
    words = words_of(world, "Ama")
    assert not [name for name in NAMES if name in words]


async def test_it_can_be_typed_before_anything_was_done() -> None:
    world = await started(say_yes="Ama")
    await world.says("Ama", "tell my team")
    assert "Our small step" not in words_of(world, "Ama")


@pytest.mark.parametrize("length", [60, 180, 240])
async def test_a_long_goal_still_leaves_whole_words_of_at_most_300_characters(length: int) -> None:
    goal = ("People get home sooner and stay there. " * 9)[:length].strip()
    world = await started(files(partnership=replace(a_partnership(), shared_goal=goal)), say_yes="Ama")
    await world.tap("Ama", "done")
    await world.tap("Ama", "tell_team")
    words = words_of(world, "Ama")
    assert len(words) <= 300
    assert words.startswith("Riverside")
    assert ": ." not in words


async def test_somebody_elses_step_says_nothing_of_it() -> None:
    world = await started(say_yes="Ama Ben")
    await world.tap("Ben", "done")
    (nudge,) = await world.nudges("Ben")
    await world.do("Ama", "tell_team", nudge.id, via="message")
    assert "Our small step" not in words_of(world, "Ama")
