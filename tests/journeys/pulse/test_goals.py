"""Goals: marked once, said only after a human yes, in the run's own channel, within its posts of the week."""

from datetime import date

import pytest

from nudges.errors import NotAllowed, NotFound
from nudges.model.events import EventKind
from nudges.model.message import MessageKind
from nudges.model.nudge import Nudge, NudgeState
from nudges.model.partner_step import StepDraft
from nudges.model.people import Role
from nudges.unit_of_work.read_roster import read_roster
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.partner_steps.partner_steps import add_step
from nudges.use_cases.pulse.check_goals import progress_of
from tests.journeys.pulse.test_pulse import FIRST, REPAIR, answers, many
from tests.journeys.world import (
    CHANNEL,
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

HUNDRED = "first-100-days"


async def hundred(count: int = 12, campaign: str = HUNDRED) -> World:
    """A campaign with so many people, and Hetty who leads it and takes no step."""
    world = await make_world(files((*many(count), HETTY)))
    world.clock.move_to(at("2027-01-03", "12:00"))
    await world.launch(campaign, names=" ".join(FIRST[:count]))
    await world.run_to(at("2027-01-04", "10:00"))
    await world.everybody_says_yes(*FIRST[:count])
    return world


async def did(world: World, name: str, steps: int, campaign: str = HUNDRED) -> None:
    """So many steps of this person are done, as taps would have done them."""
    run = world.runs[campaign]
    made = [
        Nudge(
            id=f"made-{name}-{number}",
            partnership_id="riverside",
            run_id=run.id,
            leader_id=f"riverside-{name.lower()}",
            action_id="REL-03",
            week_on=date(2027, 1, 4),
            week=1,
            offered_at=world.clock.now(),
            state=NudgeState.OFFERED,
        )
        for number in range(steps)
    ]
    async with world.store.transaction() as tx:
        await tx.commitments.save_nudges(made)
    for nudge in made:
        await world.do(name, "done", nudge.id)


def asked(world: World, who: str = "Hetty") -> list[str]:
    return [one for one in world.heard(who) if "A goal looks reached" in one or "reached this goal" in one]


def told(world: World, channel: str = CHANNEL) -> list[str]:
    return [one for one in world.heard(channel) if "We have reached a goal" in one]


async def eight_of_twelve() -> World:
    """The share that the goal asks for."""
    world = await hundred()
    for name in FIRST[:8]:
        await did(world, name, 4)
    await world.run_to(at("2027-01-08", "10:59"))
    return world


async def test_a_goal_is_marked_once_before_the_friday_post_and_the_lead_is_asked() -> None:
    world = await eight_of_twelve()
    (ask,) = asked(world)
    assert "At least 8 of 12 leaders have done four or more steps by day 100." in ask
    assert "I count 8 of 12 people." in ask
    (event,) = await world.events(EventKind.GOAL_REACHED)
    assert event.data == {"number": 0, "reached": 8, "of": 12}
    assert event.leader_id is None
    assert told(world) == [], "nothing is said of it before a human yes"
    await did(world, FIRST[9], 4)
    await world.run_to(at("2027-01-22", "12:00"))
    assert len(asked(world)) == 1
    assert len(await world.events(EventKind.GOAL_REACHED)) == 1


async def test_seven_of_twelve_are_not_enough() -> None:
    world = await hundred()
    for name in FIRST[:7]:
        await did(world, name, 4)
    await world.run_to(at("2027-01-08", "12:00"))
    assert asked(world) == []


async def test_after_the_yes_the_channel_hears_of_it_once() -> None:
    world = await eight_of_twelve()
    await world.tap("Hetty", "goal_yes")
    (post,) = told(world)
    assert "At least 8 of 12 leaders" in post
    assert not any(person.name in post for person in many(12))
    assert len(await world.events(EventKind.GOAL_AGREED)) == 1
    run = world.runs[HUNDRED]
    await world.do("Hetty", "goal_yes", f"{run.id}:0")
    await world.run_to(at("2027-01-18", "12:00"))
    assert len(told(world)) == 1
    assert len(await world.events(EventKind.GOAL_AGREED)) == 1


async def test_not_yet_is_heard_and_a_yes_stays_possible() -> None:
    world = await eight_of_twelve()
    await world.tap("Hetty", "goal_not_yet")
    await world.run_to(at("2027-01-12", "12:00"))
    assert told(world) == []
    assert "Noted: not yet." in world.story("Hetty")
    await world.tap("Hetty", "goal_yes")
    assert len(told(world)) == 1


async def test_a_full_week_lets_the_post_wait_for_the_next_one() -> None:
    world = await eight_of_twelve()
    async with world.store.transaction() as tx:
        roster = await read_roster(tx, "riverside")
        work = UnitOfWork(tx=tx, book=world.milepost.book, at=world.clock.now(), holidays={})
        work.post(
            roster.partnership,
            "partnership",
            MessageKind.CHANNEL_POST,
            "channel_resumed",
            occurrence="another",
            facts={"campaign": "x"},
        )
        await work.write()
    await world.tap("Hetty", "goal_yes")
    assert told(world) == []
    await world.run_to(at("2027-01-10", "12:00"))
    assert told(world) == []
    await world.run_to(at("2027-01-11", "12:00"))
    assert len(told(world)) == 1


async def test_only_a_lead_judges_a_goal() -> None:
    world = await eight_of_twelve()
    run = world.runs[HUNDRED]
    with pytest.raises(NotAllowed):
        await world.do("Ama", "goal_yes", f"{run.id}:0")
    with pytest.raises(NotFound):
        await world.do("Hetty", "goal_yes", f"{run.id}:1")


async def test_progress_is_a_count_and_hidden_under_ten_people() -> None:
    for count, shown in ((12, {0, 1, 2}), (9, {1, 2})):
        world = await hundred(count)
        async with world.store.reading() as tx:
            roster = await read_roster(tx, "riverside")
            progresses = await progress_of(
                tx, world.milepost.book, roster, world.runs[HUNDRED], at=world.clock.now()
            )
        assert {one.number for one in progresses} == shown


async def test_all_partners_need_a_step_that_is_done() -> None:
    world = await hundred(campaign="starter")
    made = []
    for number, organisation in enumerate(("trust", "council", "surgery", "hospice")):
        step = await add_step(
            world.store,
            world.milepost.book,
            StepDraft(
                organisation_id=f"riverside-{organisation}",
                text=f"Ring each {organisation} team once",
                owner=many(12)[number].name,
                owner_id=many(12)[number].id,
                done_means="Every team was rung.",
                due_on=date(2027, 1, 8),
                why_together="It takes two to ring.",
            ),
            partnership_id="riverside",
            at=world.clock.now(),
        )
        made.append(step.id)
    for number in range(3):
        await world.do(FIRST[number], "step_done", made[number])
    await world.run_to(at("2027-01-08", "10:30"))
    assert asked(world) == []
    await world.do(FIRST[3], "step_done", made[3])
    await world.run_to(at("2027-01-15", "10:30"))
    (ask,) = asked(world)
    assert "I count 4 of 4 organisations." in ask


async def test_hours_given_back_are_for_a_lead_to_say_in_the_last_week() -> None:
    world = await hundred(campaign="papers-to-action")
    await world.run_to(at("2027-03-26", "12:00"))
    result = asked(world)
    assert any("At least 20 joint meeting hours given back by week 12." in one for one in result)
    assert all("I can't count this one" in one for one in result)
    assert await world.events(EventKind.GOAL_REACHED) == []


async def test_a_gain_in_the_pulse_is_a_goal_once_the_last_round_has_closed() -> None:
    system = "system-leadership-6-months"
    world = await hundred(campaign=system)
    await world.run_to(at("2027-01-05", "12:00"))
    for name in FIRST[:12]:
        await answers(world, name, "2")
    await world.run_to(at("2027-06-28", "08:00"))
    for name in FIRST[:12]:
        await world.do(name, "pulse_submit", f"{world.runs[system].id}:end", via="form", args=_all("5"))
    await world.run_to(at("2027-07-08", "12:01"))
    assert any("more than chance" in one for one in asked(world))
    await world.tap("Hetty", "goal_yes", within="more than chance")
    assert len(told(world)) == 1


def _all(value: str) -> dict[str, str]:
    return dict.fromkeys(("NET", "SEE", "SEE+", "INF", "LIS", "COA"), value)


async def test_nothing_of_a_repair_reaches_the_main_channel_or_its_board() -> None:
    zoe = somebody("Zoe Gold", "council", roles=(Role.FACILITATOR,))
    partnership = a_partnership(helper_id="riverside-zoe", partnership=CHANNEL, private_group=PRIVATE)
    world = await started(
        files((*many(10), zoe, HETTY), partnership=partnership),
        campaign=REPAIR,
        say_yes=" ".join(FIRST[:10]),
    )
    await world.run_to(at("2027-01-05", "12:00"))
    for name in FIRST[:10]:
        await answers(world, name, "4")
    await world.run_to(at("2027-04-26", "12:00"))
    assert asked(world) == [], "the lead is not the one to say"
    (ask,) = asked(world, "Zoe")
    assert "Both sides say that tensions can be named and dealt with." in ask
    await world.tap("Zoe", "goal_yes")
    await world.run_to(at("2027-05-03", "12:00"))
    assert len(told(world, PRIVATE)) == 1
    for said in (*world.heard(CHANNEL), world.pinned(CHANNEL)):
        for word in ("Repairing", "tension", "goal", "agree", "facilitator"):
            assert word not in said, said
