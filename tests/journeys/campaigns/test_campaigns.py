"""A campaign's life: its Fridays, gates, pauses, outages, holidays and its end."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from nudges.errors import IllegalTransition, InvalidInput, NotAllowed
from nudges.model import calendar
from nudges.model.events import EventKind
from nudges.model.nudge import NudgeState
from nudges.model.people import Role
from nudges.model.timers import TimerKind
from nudges.use_cases.campaigns.launch_campaign import unlock_gate_by_word
from nudges.use_cases.campaigns.pause_campaign import pause_campaign, resume_campaign
from tests.journeys.world import (
    CHANNEL,
    FOUR,
    HETTY,
    PRIVATE,
    World,
    a_partnership,
    at,
    files,
    make_world,
    somebody,
    started,
)

SYSTEM = "system-leadership-6-months"


def _posts(world: World, channel: str = CHANNEL) -> list[str]:
    return [
        message.message.text
        for message in world.conversation(channel)
        if not message.message.is_pinned and message.message.thread is None
    ]


async def test_the_rollup_counts_what_the_log_holds_and_an_undo_corrects_the_next_one() -> None:
    world = await started(say_yes="Ama Ben Cleo Dev")
    for name in ("Ama", "Ben", "Cleo"):
        await world.do(name, "done", (await world.nudges(name))[0].id)
    await world.run_to(at("2027-01-08", "11:00"))
    assert "3 personal steps done this week." in _posts(world)[0]
    await world.do("Ama", "undo", (await world.nudges("Ama"))[0].id)
    assert "3 personal steps done this week" in _posts(world)[0], "what was posted stays"
    await world.do("Dev", "done", (await world.nudges("Dev"))[0].id)
    await world.do("Dev", "undo", (await world.nudges("Dev"))[0].id)
    await world.run_to(at("2027-01-15", "11:00"))
    assert "No personal step done this week, 2 since we began." in _posts(world)[1]


async def test_the_post_names_what_was_kept_what_is_due_and_with_whose_help() -> None:
    from tests.journeys.partner_steps.test_commitments import _step

    world = await started(say_yes="Ama Ben")
    kept = await _step(world, text="Share bed data", due_on=date(2027, 1, 7))
    await _step(world, text="Open the ward door", due_on=date(2027, 1, 6))
    await _step(world, text="Lend a minibus", due_on=date(2027, 1, 15))
    await world.run_to(at("2027-01-07", "07:00"))
    await world.do("Ama", "step_done", kept.id)
    await world.run_to(at("2027-01-08", "11:00"))
    post = _posts(world)[0]
    for words in (
        "Trust",
        "Share bed data",
        "Open the ward door",
        "Lend a minibus",
        "Ama Boateng",
        "Hetty Hope",
    ):
        assert words in post


async def test_the_rollup_moves_to_thursday_before_good_friday() -> None:
    world = await started(campaign=SYSTEM, say_yes="Ama Ben Cleo Dev")
    await world.run_to(at("2027-03-31"))
    days = {
        line.at.date()
        for line in world.lines
        if line.to == CHANNEL and "small steps, week" in line.posted.message.text
    }
    assert date(2027, 3, 25) in days
    assert date(2027, 3, 26) not in days


async def test_the_board_is_edited_in_place() -> None:
    world = await started(say_yes="Ama")
    await world.do("Ama", "visibility", value="name_me_when_i_keep_one")
    for number in range(3):
        await world.says("Ama", f"commit to do thing {number} by Friday")
    pinned = [one for one in world.conversation(CHANNEL) if one.message.is_pinned]
    assert len(pinned) == 1
    assert pinned[0].edits == 3


async def test_a_gate_stays_closed_until_the_numbers_or_a_word_open_it() -> None:
    people = (*FOUR, HETTY)
    world = await started(files(people), campaign=SYSTEM, say_yes="Ama Ben Cleo Dev Hetty")
    run = world.runs[SYSTEM]
    campaign = world.milepost.book.campaign(SYSTEM)
    gate = next(week for week in campaign.weeks if week.gate == 2)
    monday = date(2027, 1, 4) + timedelta(weeks=gate.number - 1)
    await world.run_to(at(monday.isoformat(), "12:00"))
    async with world.store.reading() as tx:
        now = await tx.people.unchecked_run(run.id)
    assert now is not None
    assert now.highest_rung == 1
    assert len(await world.events(EventKind.GATE_WAITED)) == 1
    with pytest.raises(InvalidInput):
        await _open(world, SYSTEM, 2, because=" ")
    await _open(world, SYSTEM, 2, because="We are ready.")
    await world.run_to(at((monday + timedelta(days=7)).isoformat(), "12:00"))
    rungs = {
        world.milepost.book.action(nudge.action_id).rung
        for name in ("Ama", "Ben")
        for nudge in await world.nudges(name)
    }
    assert max(rungs) <= 2


async def _open(world: World, campaign: str, rung: int, *, because: str, by: str | None = None) -> None:
    await unlock_gate_by_word(
        world.store,
        world.milepost.book,
        partnership_id="riverside",
        campaign_id=campaign,
        rung=rung,
        because=because,
        at=world.clock.now(),
        by=await world.leader(by) if by else None,
    )


async def test_a_hard_gate_opens_by_the_facilitator_alone() -> None:
    people = (*FOUR, somebody("Fay Gold", "council", roles=(Role.FACILITATOR,)), HETTY)
    partnership = a_partnership(helper_id="riverside-fay", partnership=CHANNEL, private_group=PRIVATE)
    world = await started(
        files(people, partnership=partnership), campaign="repair-a-relationship", say_yes="Ama Ben Cleo"
    )
    with pytest.raises(NotAllowed):
        await _open(world, "repair-a-relationship", 2, because="Please", by="Hetty")
    await world.run_to(at("2027-02-20"))
    for name in ("Ama", "Ben", "Cleo"):
        rungs = {world.milepost.book.action(one.action_id).rung for one in await world.nudges(name)}
        assert rungs <= {1}
    await _open(world, "repair-a-relationship", 3, because="They asked for it.", by="Fay")
    with pytest.raises(IllegalTransition):
        await world.launch("repair-a-relationship", starts_on=date(2027, 2, 22))


async def test_nothing_goes_out_in_a_pause_and_the_weeks_go_on_after_it() -> None:
    world = await started(say_yes="Ama Ben Cleo Dev", until=at("2027-01-06", "07:00"))
    await world.plans("Ama", at("2027-01-07", "09:30"))
    book = world.milepost.book
    await pause_campaign(
        world.store,
        book,
        partnership_id="riverside",
        campaign_id="starter",
        until=date(2027, 1, 25),
        at=world.clock.now(),
    )
    await world.settle()
    quiet_from = len(world.lines)
    await world.run_to(at("2027-01-25", "08:00"))
    assert [str(line) for line in world.lines[quiet_from:] if line.what == "post"] == []
    await world.run_to(at("2027-01-27"))
    assert any("Did it happen?" in one for one in world.heard("Ama"))
    assert any("First coffees" in one for one in world.heard("Ben"))
    for name in ("Ama", "Ben", "Cleo", "Dev"):
        assert (await world.leader(name)).silent == 0
    await world.run_to(at("2027-03-10"))
    run = world.runs["starter"]
    async with world.store.reading() as tx:
        ended = await tx.people.unchecked_run(run.id)
    assert ended is not None
    assert ended.ended_at == at("2027-02-15", "07:00"), "two of its weeks were paused"


async def test_going_on_earlier_on_a_monday_still_makes_this_weeks_pairs() -> None:
    world = await started(say_yes="Ama Ben Cleo Dev", until=at("2027-01-06", "07:00"))
    book, ids = world.milepost.book, {"partnership_id": "riverside", "campaign_id": "starter"}
    await pause_campaign(world.store, book, until=date(2027, 2, 1), at=world.clock.now(), **ids)
    await world.run_to(at("2027-01-18", "09:00"))
    await resume_campaign(world.store, book, at=world.clock.now(), **ids)
    await world.run_to(at("2027-01-19", "09:00"))
    assert any("resum" in text.casefold() or "on again" in text.casefold() or text for text in _posts(world))
    assert len(await world.pairs()) == 2
    with pytest.raises(IllegalTransition):
        await resume_campaign(world.store, book, at=world.clock.now(), **ids)


async def test_a_yes_in_a_pause_waits_for_its_end() -> None:
    world = await started(say_yes="Ben")
    await pause_campaign(
        world.store,
        world.milepost.book,
        partnership_id="riverside",
        campaign_id="starter",
        until=date(2027, 1, 18),
        at=world.clock.now(),
    )
    await world.tap("Ama", "yes")
    assert await world.nudges("Ama") == []
    await world.run_to(at("2027-01-20"))
    assert len(await world.nudges("Ama")) == 1


async def test_after_three_weeks_away_nothing_stale_goes_out_and_nothing_twice() -> None:
    world = await started(campaign=SYSTEM, say_yes="Ama Ben Cleo Dev", until=at("2027-02-02", "08:00"))
    await world.run_to(at("2027-02-02", "09:00"))
    for name in ("Ama", "Ben"):
        nudge = (await world.nudges(name))[-1]
        await world.fills(name, "plan_submit", nudge.id, other_day="2027-02-04", other_time="10:00")
    before = {name: len(await world.nudges(name)) for name in ("Ama", "Ben", "Cleo", "Dev")}
    world.sleep_to(at("2027-02-23", "21:00"))
    quiet = len(world.lines)
    await world.settle()
    assert [str(line) for line in world.lines[quiet:] if line.what == "post"] == []
    await world.run_to(at("2027-02-24", "16:59"))
    posts = [line for line in world.lines[quiet:] if line.what == "post"]
    for name, count in before.items():
        new = (await world.nudges(name))[count:]
        assert len(new) <= 1
        to = [line for line in posts if line.to == f"{name.lower()}@example.org"]
        assert len(to) <= 2
        assert len({line.posted.message.text for line in to}) == len(to)
    assert not any(
        "Thursday 4 February" in line.posted.message.text
        for line in posts
        if "Why:" not in line.posted.message.text
    )
    assert _posts(world)[-1].startswith("Riverside: small steps, week 4"), "no post of a Friday that has gone"
    for name in ("Ama", "Ben", "Cleo", "Dev"):
        assert (await world.leader(name)).silent <= 4


async def test_the_end_comes_by_itself_and_for_whoever_is_silent_the_rest_is_one_step_more() -> None:
    world = await started(say_yes="Ama Ben Cleo Dev", until=at("2027-02-01", "08:00"))
    before = {name: len(await world.nudges(name)) for name in ("Ama", "Ben")}
    await world.run_to(at("2027-06-15"))
    for name, count in before.items():
        after = (await world.nudges(name))[count:]
        assert len(after) <= 1, "four with no reply are the end, after a campaign as well"
    assert len(await world.events(EventKind.RUN_ENDED)) == 1
    assert all(not one.is_open or one.state is not NudgeState.OFFERED for one in await world.nudges("Ama"))
    assert {one.kind for one in await world.timers()} == {TimerKind.TIDY}


async def test_a_campaign_over_the_turn_of_the_year_and_both_clock_changes_keeps_local_time() -> None:
    world = await make_world(files((*FOUR[:2], somebody("Cleo Dunn", "surgery", zone="America/New_York"))))
    world.clock.move_to(at("2027-09-06", "07:00"))
    await world.launch(SYSTEM, starts_on=date(2027, 9, 6))
    await world.run_to(at("2027-09-06", "15:00"))
    await world.everybody_says_yes("Ama", "Ben", "Cleo")
    await world.run_to(at("2028-03-10"))
    zones = {"ama@example.org": "Europe/London", "cleo@example.org": "America/New_York"}
    seen = 0
    for line in world.lines:
        if (
            line.to in zones
            and line.what == "post"
            and "Why:" in line.posted.message.text
            and "Thank you" not in line.posted.message.text
        ):
            wall = calendar.local(line.at, zones[line.to])
            assert (wall.hour, wall.minute) == (8, 45), str(line)
            assert wall.isoweekday() in (2, 3, 4, 5)
            seen += 1
    assert seen >= 6


async def test_silence_backs_off_and_one_friendly_restart_comes() -> None:
    world = await started(campaign=SYSTEM, say_yes="Ama Ben Cleo Dev")
    await world.run_to(at("2027-06-20"))
    weeks = [one.week_on for one in await world.nudges("Ama")]
    assert len(weeks) == 4
    gaps = [(later - earlier).days // 7 for earlier, later in pairwise(weeks)]
    assert gaps[0] == 1
    assert gaps[1] >= 2
    assert gaps[2] >= 3
    assert (
        len(
            [
                line
                for line in world.lines
                if line.to == "ama@example.org" and line.posted.message.text and world.can_tap("Ama", "start")
            ]
        )
        > 0
    )
    assert len(await world.events(EventKind.BACKED_OFF)) == 8
    restarts = (await world.leader("Ama")).restarted_at
    assert restarts is not None
    await world.tap("Ama", "start")
    await world.run_to(at("2027-07-01"))
    assert len(await world.nudges("Ama")) > 4
    assert (await world.leader("Ama")).restarted_at == restarts
