"""The whole Friday post: its thread, its thanks, what is learned and heard, the pulse, and the last week."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from nudges.model.partner_step import StepDraft
from nudges.use_cases.partner_steps.partner_steps import add_step, finish_step
from tests.journeys.world import CHANNEL, FOUR, HETTY, World, at, days_after, files, started

SITE = "https://milepost.example"


def posts(world: World) -> list[str]:
    return [one for one in world.heard(CHANNEL) if "small steps, week" in one]


def threads(world: World) -> list[str]:
    return [one for one in world.heard(CHANNEL) if "Every partner step" in one]


async def a_step(world: World, due_on: date, text: str) -> str:
    step = await add_step(
        world.store,
        world.milepost.book,
        StepDraft(
            organisation_id="riverside-trust",
            text=text,
            owner="the carers' desk",
            done_means="Ten carers were rung",
            due_on=due_on,
            why_together="Carers cross from one of us to the other.",
        ),
        partnership_id="riverside",
        at=world.clock.now(),
    )
    return step.id


async def test_the_thread_holds_every_step_what_numbers_cannot_say_and_the_open_page() -> None:
    world = await started(say_yes="Ama Ben")
    world.milepost.book = replace(world.milepost.book, site=SITE)
    await a_step(world, date(2027, 1, 20), "Ring each new carer")
    await world.tap("Ama", "done")
    await world.run_to(at("2027-01-15", "12:00"))
    first, second = threads(world)
    assert "Ring each new carer. the carers' desk, by Wednesday 20 January. Planned." in first
    assert f"{SITE}/open/riverside" in first
    assert "It does not say how much good a step did." in first
    assert "People who met" not in first, "this post has no such line"
    assert "post by post: 1, 0." in second
    assert "post by post" not in first


async def test_the_same_thanks_are_read_once_and_those_who_stopped_are_not_named() -> None:
    world = await started(campaign="first-100-days", say_yes="Ama Ben Cleo Dev")
    lent = {"Ama": "Joe lent us a room", "Ben": "joe lent us a  room.", "Cleo": "Ann rang", "Dev": "Ann came"}
    for name, line in lent.items():
        (nudge,) = await world.nudges(name)
        assert world.milepost.book.action(nudge.action_id).visibility == "channel_line"
        await world.do(name, "done", nudge.id)
        await world.fills(name, "share_submit", nudge.id, line=line)
    await world.says("Dev", "stop")
    await world.run_to(at("2027-01-08", "12:00"))
    (first,) = posts(world)
    assert "Thanks this week: Cleo Dunn: “Ann rang”; Ben Carter: “joe lent us a room”." in first
    (nudge,) = await world.nudges("Ama")
    await world.fills("Ama", "share_submit", nudge.id, line="Joe lent us a room")
    await world.run_to(at("2027-01-15", "12:00"))
    assert "lent us a room" not in posts(world)[1], "the same words are not read again so soon"


async def test_a_reply_that_no_post_told_is_told_by_the_next_one() -> None:
    world = await started(files((*FOUR, HETTY)), say_yes="Ama Ben")
    await world.fills("Ama", "hear_submit", "", text="Three teams ask the same questions", named="yes")
    await world.run_to(at("2027-01-06", "12:00"))
    async with world.store.reading() as tx:
        (thing,) = await tx.listening.unchecked_all_heard("riverside")
    await world.fills("Hetty", "hear_reply_submit", thing.id, reply="One shared form from Monday")
    await world.run_to(at("2027-01-08", "10:59"))
    world.clock.move_to(at("2027-01-08", "11:00"))
    await world.milepost.run_due_timers()  # written, and nobody sends it before Sunday
    world.sleep_to(at("2027-01-10", "12:00"))
    await world.settle()
    await world.run_to(at("2027-01-22", "12:00"))
    told = ["We did: One shared form from Monday. (1 answered, 0 still open.)" in one for one in posts(world)]
    assert told == [True, False]


async def test_the_last_post_sums_up_the_campaign_and_says_what_comes_after_it() -> None:
    world = await started(files((*FOUR, HETTY)), say_yes="Ama Ben Cleo Dev")
    for number, text in enumerate(("Ring each new carer", "Read the letter with five carers")):
        step_id = await a_step(world, date(2027, 1, 12 + number), text)
        await world.run_to(days_after(world.clock.now(), 4))
        await finish_step(world.store, world.milepost.book, step_id=step_id, at=world.clock.now())
    await world.do("Ama", "done", (await world.nudges("Ama"))[0].id)
    await world.do("Ben", "help_me", value="yes")
    await world.run_to(at("2027-01-29", "12:00"))
    last = posts(world)[-1]
    assert "week 4 of 4" in last
    assert "Our organisations kept 2 steps in these 4 weeks: Trust, Read the letter" in last
    assert "1 personal step done in these 4 weeks" in last
    assert "Help in these 4 weeks: 1 asked for, 0 given." in last
    assert "This was the last week. From here on I write less: every 2 weeks for 4 weeks" in last
    assert last.endswith("What shall we do next?")


async def test_the_post_before_a_pulse_and_the_one_of_its_week_ask_for_answers() -> None:
    world = await started(campaign="first-100-days", say_yes="Ama Ben", until=at("2027-02-26", "12:00"))
    told = posts(world)
    assert "There is still time for this week's questions: say “pulse”." in told[0]
    assert "5 short questions instead of a step, about 2 minutes. Will you answer them?" in told[6]
    assert "There is still time for this week's questions" in told[7]
    assert "No new step was asked for this week." in told[7]


async def test_every_post_asks_for_something_and_carries_the_goal() -> None:
    world = await started(say_yes="Ama", until=at("2027-02-01"))
    assert len(posts(world)) == 4
    for post in posts(world):
        assert "Why: People get home sooner." in post
        assert "?" in post.splitlines()[-1]
