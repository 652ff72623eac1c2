"""The Friday post: seen before, held and let go, posted once, two posts a week, and not after its day."""

from __future__ import annotations

from datetime import date

import pytest

from nudges.errors import IllegalTransition, InvalidInput, NotAllowed, NotFound
from nudges.model.events import EventKind
from nudges.model.message import MessageKind
from nudges.model.people import Role
from nudges.said import said
from nudges.use_cases.campaigns.pause_campaign import pause_campaign
from nudges.use_cases.rollup.show_rollup import show_rollup
from tests.journeys.world import (
    CHANNEL,
    FOUR,
    HETTY,
    PRIVATE,
    World,
    a_partnership,
    at,
    files,
    somebody,
    started,
)

PEOPLE = (*FOUR, HETTY)
TITLE = "small steps, week"


def posts(world: World, channel: str = CHANNEL) -> list[str]:
    return [one for one in world.heard(channel) if TITLE in one]


def previews(world: World, who: str = "Hetty") -> list[str]:
    return [one for one in world.heard(who) if TITLE in one]


async def a_friday(wall: str = "08:59") -> World:
    """Four take part, Hetty leads; on Monday Ama has done her first step."""
    world = await started(files(PEOPLE), say_yes="Ama Ben Cleo Dev")
    await world.tap("Ama", "done")
    await world.run_to(at("2027-01-08", wall))
    return world


async def test_two_hours_before_the_post_the_leads_see_it_as_it_stands() -> None:
    world = await a_friday()
    assert previews(world) == []
    await world.run_to(at("2027-01-08", "09:00"))
    (seen,) = previews(world)
    assert "This goes out at 11am. You may hold it until 1pm." in seen
    assert "1 personal step done this week" in seen
    assert previews(world, "Ama") == [], "only leads see it before"
    await world.run_to(at("2027-01-08", "11:00"))
    assert len(posts(world)) == 1


async def test_a_held_post_goes_out_two_hours_later_and_covers_the_time_until_then() -> None:
    world = await a_friday("09:00")
    await world.tap("Hetty", "hold_rollup")
    assert "You hold today's post" in world.last("Hetty")
    await world.run_to(at("2027-01-08", "12:59"))
    assert posts(world) == []
    await world.tap("Ben", "done")
    await world.run_to(at("2027-01-08", "13:00"))
    (post,) = posts(world)
    assert "2 personal steps done this week" in post
    (held,) = await world.events(EventKind.ROLLUP_HELD)
    assert held.leader_id == "riverside-hetty"
    await world.run_to(at("2027-01-15", "11:00"))
    assert len(posts(world)) == 2, "the next one is not held"


async def test_a_post_that_is_let_go_goes_out_at_once_or_at_its_own_time() -> None:
    world = await a_friday("09:00")
    await world.tap("Hetty", "hold_rollup")
    await world.tap("Hetty", "release_rollup")
    assert "at 11am" in world.last("Hetty")
    await world.run_to(at("2027-01-08", "10:00"))
    await world.tap("Hetty", "hold_rollup")
    await world.run_to(at("2027-01-08", "11:30"))
    assert posts(world) == []
    await world.tap("Hetty", "release_rollup")
    assert len(posts(world)) == 1
    with pytest.raises(IllegalTransition) as caught:
        await world.tap("Hetty", "hold_rollup")
    assert caught.value.said == said("rollup.none_to_hold")


async def test_other_leads_hear_of_a_hold_and_may_release_it() -> None:
    zoe = somebody("Zoe Young", "surgery", roles=(Role.PROGRAMME_LEAD,))
    world = await started(files((*PEOPLE, zoe)), say_yes="Ama", until=at("2027-01-08", "09:00"))
    await world.tap("Hetty", "hold_rollup")
    assert "Hetty Hope holds today's post" in world.last("Zoe")
    await world.tap("Zoe", "release_rollup")
    await world.run_to(at("2027-01-08", "11:00"))
    assert len(posts(world)) == 1


async def test_nobody_but_a_lead_sees_or_holds_a_post_and_not_on_another_day() -> None:
    world = await a_friday("09:00")
    run = world.runs["starter"]
    with pytest.raises(NotFound):
        await world.do("Ama", "hold_rollup", run.id)
    with pytest.raises(NotAllowed):
        await world.says("Ama", "rollup")
    await world.run_to(at("2027-01-12", "09:00"))
    with pytest.raises(IllegalTransition):
        await world.do("Hetty", "hold_rollup", run.id)


async def test_a_lead_can_look_at_the_next_post_on_any_day() -> None:
    world = await started(files(PEOPLE), say_yes="Ama", until=at("2027-01-05", "12:00"))
    await world.says("Hetty", "rollup")
    assert "This is how the post of Friday 8 January stands now" in world.last("Hetty")
    assert "Riverside: small steps, week 1 of 4" in world.last("Hetty")
    assert not world.can_tap("Hetty", "hold_rollup")
    await world.run_to(at("2027-01-08", "12:00"))
    await world.says("Hetty", "rollup")
    assert "the post of Friday 15 January" in world.last("Hetty")
    assert "week 2 of 4" in world.last("Hetty")
    await world.run_to(at("2027-03-01"))
    await world.says("Hetty", "rollup")
    assert "No campaign has a Friday post to come" in world.last("Hetty")


async def test_a_private_groups_post_is_seen_by_its_facilitator_alone() -> None:
    fay = somebody("Fay Gold", "charity", roles=(Role.FACILITATOR,))
    partnership = a_partnership(helper_id="riverside-fay", partnership=CHANNEL, private_group=PRIVATE)
    world = await started(
        files((*PEOPLE, fay), partnership=partnership),
        campaign="repair-a-relationship",
        say_yes="Ama Ben",
        until=at("2027-01-08", "12:00"),
    )
    assert len(previews(world, "Fay")) == 1
    assert previews(world) == []
    assert posts(world) == []
    assert len(posts(world, PRIVATE)) == 1
    await world.says("Fay", "rollup")
    assert "the post of Friday 15 January" in world.last("Fay")
    await world.says("Hetty", "rollup")
    assert "No campaign has a Friday post to come" in world.last("Hetty")


async def test_a_lead_who_is_away_is_not_shown_a_post_that_is_out_when_they_come_back() -> None:
    hetty = somebody("Hetty Hope", "council", working_days="123", roles=(Role.PROGRAMME_LEAD,))
    world = await started(files((*FOUR, hetty)), say_yes="Ama", until=at("2027-01-13", "12:00"))
    assert previews(world) == []


async def test_a_post_of_a_day_that_is_over_is_not_sent_and_the_next_one_covers_its_time() -> None:
    world = await a_friday("10:59")
    world.clock.move_to(at("2027-01-08", "11:00"))
    await world.milepost.run_due_timers()  # written, and the sender is away until Sunday
    world.sleep_to(at("2027-01-10", "12:00"))
    await world.settle()
    assert posts(world) == []
    await world.run_to(at("2027-01-15", "11:00"))
    (post,) = posts(world)
    assert "1 personal step done this week" in post, "what was done in the first week is told in the second"


async def test_a_channel_has_two_posts_a_week_and_the_board_says_what_finds_no_room() -> None:
    world = await a_friday("09:00")
    ids = {"partnership_id": "riverside", "campaign_id": "starter"}
    book = world.milepost.book
    await world.run_to(at("2027-01-11", "09:00"))
    weeks = (("09:10", date(2027, 1, 12)), ("09:20", date(2027, 1, 18)), ("09:30", date(2027, 1, 19)))
    for wall, until in weeks:
        await world.run_to(at("2027-01-11", wall))
        await pause_campaign(world.store, book, until=until, at=world.clock.now(), **ids)
        await world.settle()
    told = [one for one in world.heard(CHANNEL) if "We are pausing" in one and "promised" in one]
    channel = world.address(CHANNEL)
    async with world.store.reading() as tx:
        assert await tx.deliveries.channel_posts(channel, date(2027, 1, 11)) == 2
    assert len(told) == 2
    assert "We are pausing until Tuesday 19 January" in world.pinned()
    await world.says("Hetty", "start everybody")
    assert "We are pausing" not in world.pinned()


async def test_a_lead_pauses_everybody_from_chat_after_one_question() -> None:
    world = await a_friday("09:00")
    await world.says("Hetty", "pause everybody until 25 January")
    assert "Shall I pause everybody until Monday 25 January?" in world.last("Hetty")
    assert await world.events(EventKind.RUN_PAUSED) == []
    await world.tap("Hetty", "pause_everybody")
    assert len(await world.events(EventKind.RUN_PAUSED)) == 1
    await world.run_to(at("2027-01-20"))
    assert posts(world) == []
    await world.says("Hetty", "start everybody")
    await world.run_to(at("2027-01-29", "12:00"))
    assert len(posts(world)) == 1, "the week that was paused on its Tuesday has no post"
    await world.says("Hetty", "start everybody")
    assert "Nothing has changed" in world.last("Hetty")


async def test_only_a_lead_pauses_everybody_and_a_day_is_needed() -> None:
    world = await a_friday("09:00")
    with pytest.raises(NotAllowed):
        await world.says("Ama", "pause everybody until 25 January")
    await world.says("Hetty", "pause everybody")
    assert world.can_tap("Hetty", "pause_everybody"), "a form asks for the day"
    with pytest.raises(InvalidInput):
        await world.do("Hetty", "pause_everybody", value="2027-01-08")
    outcome = await world.do("Ama", "pause")
    assert outcome.form is not None, "everybody may pause themselves"


async def test_what_was_posted_is_recounted_alike_a_week_later_a_held_one_too() -> None:
    world = await a_friday("09:00")
    await world.tap("Hetty", "hold_rollup")
    await world.run_to(at("2027-01-08", "12:30"))
    await world.tap("Ben", "done")
    await world.run_to(at("2027-01-20"))
    async with world.store.reading() as tx:
        sent = await tx.deliveries.unchecked_of_recipient("channel:partnership")
    first = next(one for one in sent if one.purpose is MessageKind.ROLLUP and one.event == "rollup")
    shown = await show_rollup(
        world.store,
        world.milepost.book,
        partnership_id="riverside",
        campaign_id="starter",
        at=world.clock.now(),
        week=1,
    )
    assert shown.until == at("2027-01-08", "13:00")
    assert [dict(one) for one in first.facts["lines"]] == list(shown.rollup.lines)
