""" "My office will fix a time": whoever fixes a leader's times gets those on offer, and nobody else."""

from dataclasses import replace

import pytest
from icalendar import Calendar

from nudges.model.people import Leader
from tests.journeys.pair_world import FIRST, TWO, calendar_files, offers, own, the_pair, two
from tests.journeys.world import World, at, somebody

PAT = "pat@council.example"


def _with(delegate: str | None) -> tuple[Leader, Leader]:
    return TWO[0], somebody("Ben Carter", "council", delegate=delegate)


async def _office(delegate: str | None, *, is_here: bool) -> World:
    world = await two(_with(delegate))
    if is_here:
        world.platform.join(PAT)
    await offers(world)
    await world.tap("Ben", "office")
    return world


async def test_a_delegate_who_is_in_the_same_chat_gets_the_times_there() -> None:
    world = await _office(f"Pat Ellis <{PAT}>", is_here=True)
    (told,) = own(world, PAT)
    assert "Ben Carter asks you to fix a time with Ama Boateng from Trust" in told
    assert "- Thursday 14 January, 10am" in told
    assert not any(section.buttons for section in world.conversation(PAT)[0].message.sections)
    assert "Pat Ellis gets these times here in chat" in own(world, "Ben")[-1]
    assert "Pat Ellis will see to it" in own(world, "Ama")[-1]


async def test_a_delegate_who_said_stop_hears_nothing_and_the_leader_gets_the_note() -> None:
    world = await two(_with(f"Pat Ellis <{PAT}>"))
    world.platform.join(PAT)
    stopped = replace(
        somebody("Pat Ellis", "trust"), email=PAT, address=world.address(PAT), stopped_at=world.clock.now()
    )
    async with world.store.transaction() as tx:
        await tx.people.save_leaders([stopped])
    await offers(world)
    await world.tap("Ben", "office")
    assert own(world, PAT) == []
    assert "Please find a time for Ben Carter" in own(world, "Ben")[-1]


async def test_one_tap_on_the_time_that_the_delegate_chose_sends_both_the_file() -> None:
    world = await _office(f"Pat Ellis <{PAT}>", is_here=True)
    await world.tap("Ben", "pick", FIRST)
    assert (await the_pair(world)).agreed_at == at("2027-01-14", "10:00")
    assert len(calendar_files(world, "Ama")) == 1


@pytest.mark.parametrize("delegate", [f"Pat Ellis <{PAT}>", "Pat Ellis", PAT])
async def test_a_delegate_who_is_not_in_the_chat_gets_a_note_that_the_leader_forwards(delegate: str) -> None:
    world = await _office(delegate, is_here=False)
    note = own(world, "Ben")[-1]
    assert "Please find a time for Ben Carter to meet Ama Boateng from Trust" in note
    assert "Thursday 14 January, 10am; Friday 15 January, 2pm" in note
    file = calendar_files(world, "Ben")[-1]
    assert file.name == "times.ics"
    assert len(Calendar.from_ical(file.content).walk("VEVENT")) == 2


async def test_the_other_side_never_sees_the_delegates_address() -> None:
    for noted in (f"Pat Ellis <{PAT}>", PAT):
        world = await _office(noted, is_here=True)
        assert PAT not in world.story("Ama")


async def test_who_names_nobody_gets_no_note() -> None:
    world = await _office(None, is_here=False)
    assert not any("forward" in one for one in own(world, "Ben"))


async def test_a_platform_that_cannot_be_asked_leaves_a_note_and_nobody_waiting() -> None:
    world = await two(_with(f"Pat Ellis <{PAT}>"))
    world.platform.join(PAT)
    await offers(world)
    pair = await the_pair(world)
    await world.do("Ben", "office", pair.id, then_settle=False)
    world.platform.faults.is_down = True
    await world.settle()
    world.platform.faults.is_down = False
    await world.run_to(at("2027-01-12", "12:00"))
    assert any("A note to forward" in one for one in own(world, "Ben"))
    assert own(world, PAT) == []


async def test_a_time_that_was_agreed_meanwhile_needs_no_delegate() -> None:
    world = await two(_with(f"Pat Ellis <{PAT}>"))
    world.platform.join(PAT)
    await offers(world)
    pair = await the_pair(world)
    await world.do("Ben", "office", pair.id, then_settle=False)
    await world.do("Ben", "pick", pair.id, value=FIRST, then_settle=False)
    await world.settle()
    assert own(world, PAT) == []
    assert not any("forward" in one for one in own(world, "Ben"))


async def test_the_message_to_a_delegate_counts_for_nobody_and_goes_out_once() -> None:
    world = await _office(f"Pat Ellis <{PAT}>", is_here=True)
    await world.do("Ben", "office", (await the_pair(world)).id)
    assert len(own(world, PAT)) == 1
    async with world.store.reading() as tx:
        counted = await tx.deliveries.counted([PAT, "ben@example.org"], at("2027-01-11").date())
    assert counted == {PAT: 0, "ben@example.org": 2}


async def test_a_leader_who_is_their_own_delegate_gets_the_note() -> None:
    people = _with("Ben Carter <ben@example.org>")
    world = await two((people[0], replace(people[1])))
    await offers(world)
    await world.tap("Ben", "office")
    assert "A note to forward" in own(world, "Ben")[-1]


async def test_a_delegate_who_is_taken_off_meanwhile_hears_nothing() -> None:
    world = await two(_with(f"Pat Ellis <{PAT}>"))
    world.platform.join(PAT)
    await offers(world)
    pair = await the_pair(world)
    await world.do("Ben", "office", pair.id, then_settle=False)
    await world.change("Ben", delegate=None)
    await world.settle()
    assert own(world, PAT) == []
    assert not any("forward" in one for one in own(world, "Ben"))
