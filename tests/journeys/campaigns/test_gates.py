"""Brave steps wait for open ones, for a pulse that held up and for words; a hard gate for one person."""

from datetime import date, timedelta

import pytest

from nudges.errors import NotAllowed
from nudges.model.events import Event, EventKind
from nudges.model.people import Role
from nudges.model.pulse import PulseMoment
from nudges.rules.pulse.pulse_figures import Totals, closing_data
from nudges.use_cases.campaigns.launch_campaign import unlock_gate_by_word
from tests.journeys.pulse.test_goals import hundred
from tests.journeys.pulse.test_pulse import FIRST, REPAIR, SYSTEM, many
from tests.journeys.world import CHANNEL, HETTY, PRIVATE, World, a_partnership, at, files, somebody, started

GATE_WEEK = 15
MONDAY = date(2027, 1, 4) + timedelta(weeks=GATE_WEEK - 1)


async def with_pulses(world: World, *, start: float | None, mid: float | None) -> None:
    """Closed rounds with these mean points, as the log would hold them."""
    run = world.runs[SYSTEM]
    for moment, points in ((PulseMoment.START, start), (PulseMoment.MID, mid)):
        counted = (
            {"NET": Totals(agree=6, strongly_agree=3, disagree=2, n=12, points=points)}
            if points is not None
            else {}
        )
        async with world.store.transaction() as tx:
            await tx.records.append(
                [
                    Event(
                        partnership_id="riverside",
                        at=world.clock.now(),
                        kind=EventKind.PULSE_CLOSED,
                        subject=run.id,
                        run_id=run.id,
                        data=closing_data(moment, counted, {}),
                    )
                ]
            )


async def at_the_gate(*, opens_second: bool, start: float | None, mid: float | None) -> World:
    world = await hundred(campaign=SYSTEM)
    await with_pulses(world, start=start, mid=mid)
    await world.run_to(at("2027-02-10"))
    if opens_second:
        await opened(world, 2)
    await world.run_to(at(MONDAY.isoformat(), "12:00"))
    return world


async def opened(world: World, rung: int, campaign: str = SYSTEM) -> None:
    await unlock_gate_by_word(
        world.store,
        world.milepost.book,
        partnership_id="riverside",
        campaign_id=campaign,
        rung=rung,
        because="We are ready.",
        at=world.clock.now(),
    )


def waits(world: World, who: str = "Hetty") -> list[str]:
    return [one for one in world.heard(who) if "present kind of steps" in one and "level 3" in one]


async def rung_of(world: World, campaign: str = SYSTEM) -> int:
    async with world.store.reading() as tx:
        run = await tx.people.unchecked_run(world.runs[campaign].id)
    assert run is not None
    return run.highest_rung


async def test_with_all_else_in_place_only_the_leads_words_are_missing() -> None:
    world = await at_the_gate(opens_second=True, start=60.0, mid=50.0)
    (said,) = waits(world)
    assert "because only your own words are missing: why is the group ready." in said
    assert await rung_of(world) == 2


async def test_a_pulse_that_fell_by_more_than_ten_points_is_named_as_the_reason() -> None:
    world = await at_the_gate(opens_second=True, start=60.5, mid=50.0)
    (said,) = waits(world)
    assert "the answers to the pulse have gone down since the start and your own words" in said
    assert "level 2 is not open" not in said


async def test_every_reason_is_named_and_nobody_is() -> None:
    world = await at_the_gate(opens_second=False, start=60.0, mid=None)
    said = waits(world)[0]
    assert "step level 2 is not open yet" in said
    assert "too few people have answered the pulse" in said
    assert "your own words are still to come" in said
    assert not any(person.name in said for person in many(12))
    waited = [one for one in await world.events(EventKind.GATE_WAITED) if one.data["rung"] == 3]
    assert all(one.leader_id is None for one in waited)


async def test_the_lead_opens_it_in_chat_with_words_that_stand_with_it() -> None:
    world = await at_the_gate(opens_second=True, start=60.0, mid=60.0)
    form = (await world.tap("Hetty", "open_gate", within="level 3")).form
    assert form is not None
    await world.fills("Hetty", "open_gate_submit", form.subject, because="They asked for it.")
    assert await rung_of(world) == 3
    assert "Your words stand with it:\n\n“They asked for it”" in world.story("Hetty")
    async with world.store.reading() as tx:
        run = await tx.people.unchecked_run(world.runs[SYSTEM].id)
    assert run is not None
    assert (run.gates[-1].because, run.gates[-1].by) == ("They asked for it.", "riverside-hetty")


async def test_nobody_else_opens_it() -> None:
    world = await at_the_gate(opens_second=True, start=60.0, mid=60.0)
    with pytest.raises(NotAllowed):
        await world.do("Ama", "open_gate", f"{world.runs[SYSTEM].id}:3")
    assert await rung_of(world) == 2


async def test_a_gate_in_the_week_of_its_pulse_waits_in_silence_until_the_round_has_closed() -> None:
    world = await hundred(campaign="papers-to-action")
    await world.run_to(at("2027-02-24", "12:00"))
    assert waits(world) == []
    await world.run_to(at("2027-02-26", "12:00"))
    (said,) = waits(world)
    assert "too few people have answered the pulse" in said


async def test_no_brave_step_is_offered_before_its_gate() -> None:
    world = await at_the_gate(opens_second=True, start=60.0, mid=60.0)
    await world.run_to(at("2027-06-25"))
    for name in FIRST[:12]:
        for nudge in await world.nudges(name):
            assert world.milepost.book.action(nudge.action_id).rung <= 2


async def test_a_hard_gate_speaks_to_the_facilitator_and_opens_for_nobody_else() -> None:
    zoe = somebody("Zoe Gold", "council", roles=(Role.FACILITATOR,))
    partnership = a_partnership(helper_id="riverside-zoe", partnership=CHANNEL, private_group=PRIVATE)
    world = await started(
        files((*many(10), zoe, HETTY), partnership=partnership), campaign=REPAIR, say_yes=" ".join(FIRST[:10])
    )
    await world.run_to(at("2027-01-25", "12:00"))
    assert any("nobody else can" in one for one in world.heard("Zoe"))
    assert not any("present kind of steps" in one for one in world.heard("Hetty"))
    run = world.runs[REPAIR]
    with pytest.raises(NotAllowed):
        await world.fills("Hetty", "open_gate_submit", f"{run.id}:2", because="Please")
    await world.fills("Zoe", "open_gate_submit", f"{run.id}:2", because="Everyone has been heard.")
    assert await rung_of(world, REPAIR) == 2
