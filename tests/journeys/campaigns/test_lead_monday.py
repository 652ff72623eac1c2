"""A lead's Monday: three things that need them with their buttons, or one line, or nothing."""

from __future__ import annotations

from datetime import date

from nudges.model.partner_step import StepDraft
from nudges.model.people import Role
from nudges.model.timers import TimerKind
from nudges.use_cases.partner_steps.partner_steps import add_step
from tests.journeys.world import FOUR, HETTY, World, a_partnership, at, files, somebody, started

LENA = somebody("Lena Law", "surgery", roles=(Role.PROGRAMME_LEAD,))
PEOPLE = (*FOUR, HETTY, LENA)


def mondays(world: World, who: str) -> list[str]:
    """What this lead heard on Mondays, oldest first."""
    return [one for one in world.heard(who) if "needs you" in one or "need you" in one or "waits" in one]


async def a_step(world: World, due_on: date, text: str = "Ring each new carer") -> None:
    await add_step(
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


async def a_world(until: str = "2027-01-08", helper_id: str | None = "riverside-hetty") -> World:
    partnership = a_partnership(helper_id=helper_id)
    return await started(files(PEOPLE, partnership=partnership), say_yes="Ama Ben", until=at(until, "12:00"))


async def test_with_nothing_to_do_a_lead_hears_one_line_about_the_week() -> None:
    world = await a_world()
    assert len(mondays(world, "Lena")) == 1, "the first week has one, too"
    await world.run_to(at("2027-01-11", "08:59"))
    assert len(mondays(world, "Lena")) == 1
    await world.run_to(at("2027-01-11", "09:00"))
    assert mondays(world, "Lena")[1] == "Nothing waits for you today. This week's theme: First coffees."
    assert mondays(world, "Ama") == [], "only leads"


async def test_what_needs_a_lead_comes_with_its_buttons() -> None:
    world = await a_world()
    await a_step(world, date(2027, 1, 15))
    await world.do("Ama", "help_me", value="yes")
    await world.run_to(at("2027-01-11", "09:00"))
    told = mondays(world, "Hetty")[-1]
    assert told.startswith("Two things need you this week.")
    assert "Ama Boateng asked for help" in told, "Hetty is the helper"
    assert "Trust: Ring each new carer (the carers' desk). The date is Friday 15 January." in told
    await world.tap("Hetty", "help_contacted")
    await world.tap("Hetty", "step_ask")


async def test_another_lead_does_not_read_who_asked_for_help() -> None:
    world = await a_world()
    await world.do("Ama", "help_me", value="yes")
    await world.run_to(at("2027-01-18", "09:00"))
    told = mondays(world, "Lena")[-1]
    assert "Somebody asked for help. Somebody was to be in touch by" in told
    assert "Hetty Hope looks after it." in told
    assert "Ama" not in told
    assert not world.can_tap("Lena", "help_contacted")


async def test_a_thing_heard_is_told_five_days_before_its_reply_is_due() -> None:
    world = await a_world("2027-01-06")
    await world.fills("Ama", "hear_submit", "", text="Three teams ask the same questions", named="no")
    await world.run_to(at("2027-01-11", "09:00"))
    assert "Something was heard" not in mondays(world, "Lena")[-1]
    await world.run_to(at("2027-01-18", "09:00"))
    told = mondays(world, "Lena")[-1]
    assert "Something was heard: Three teams ask the same questions. A reply is due by" in told
    assert world.can_tap("Lena", "hear_reply")


async def test_at_most_three_things_and_nothing_in_weeks_without_a_campaign() -> None:
    world = await a_world()
    for n in range(5):
        await a_step(world, date(2027, 1, 13), text=f"Ring carer number {n}")
    await world.run_to(at("2027-01-11", "09:00"))
    told = mondays(world, "Lena")[-1]
    assert told.startswith("Three things need you this week.")
    assert told.count("Ring carer number") == 3
    await world.run_to(at("2027-02-02"))
    count = len(mondays(world, "Lena"))
    await world.run_to(at("2027-03-01"))
    assert len(mondays(world, "Lena")) == count, "the campaign is over"
    assert not [one for one in await world.timers() if one.kind is TimerKind.LEAD_MONDAY]


async def test_a_bank_holiday_moves_it_to_tuesday() -> None:
    world = await a_world("2027-01-08")
    await world.launch("first-100-days", starts_on=date(2027, 3, 15))
    await world.run_to(at("2027-03-29", "12:00"))  # Easter Monday is 29 March 2027
    before = len(mondays(world, "Lena"))
    await world.run_to(at("2027-03-30", "09:00"))
    assert len(mondays(world, "Lena")) == before + 1
