"""Two who are reached in one workspace: what both must see is one message, and the rest stays private."""

from dataclasses import replace

import pytest

from nudges.errors import InvalidInput, NotFound
from nudges.model.delivery import DeliveryState
from nudges.model.people import Days
from nudges.model.timers import Timer, TimerKind
from nudges.said import said
from nudges.use_cases.own_data.erase import erase
from tests.journeys.pair_world import (
    FIRST,
    SECOND,
    SLOTS,
    TUESDAY,
    TWO,
    calendar_files,
    elsewhere,
    entry,
    offers,
    own,
    the_pair,
    two,
)
from tests.journeys.world import FOUR, World, a_partnership, at, files, make_world, somebody, started


def _shared(world: World) -> list[str]:
    return [one.message.text for one in world.group("Ama", "Ben")]


async def test_the_times_and_the_agreed_time_are_each_one_message_to_both() -> None:
    world = await two()
    await offers(world)
    (times,) = _shared(world)
    assert times.startswith("Ama Boateng and Ben Carter: a time to meet")
    assert "Ama Boateng from Trust can meet" in times
    assert "Ben Carter from Council, tap the one that suits you" in times
    await world.tap("Ben", "pick", FIRST)
    _, agreed = _shared(world)
    assert "Thursday 14 January, 10am" in agreed
    assert len(calendar_files(world, "Ama")) == len(calendar_files(world, "Ben")) == 1
    for name in ("Ama", "Ben"):
        assert not any("a time to meet" in one or "are meeting" in one for one in own(world, name))
        plan = (await world.nudges(name))[-1].plan
        assert plan is not None
        assert plan.at == at("2027-01-14", "10:00")


async def test_only_the_other_one_may_pick_and_nobody_who_is_not_in_the_pair() -> None:
    world = await started(files(FOUR[:3]), say_yes="Ama Ben", until=TUESDAY)
    await offers(world)
    pair = await the_pair(world)
    with pytest.raises(InvalidInput) as caught:
        await world.do("Ama", "pick", pair.id, value=FIRST)
    assert caught.value.said == said("pairing.own_times")
    with pytest.raises(NotFound):
        await world.do("Cleo", "pick", pair.id, value=FIRST)
    assert (await the_pair(world)).agreed_at is None


async def test_once_a_time_is_agreed_the_others_have_no_buttons_any_more() -> None:
    for people in (TWO, (TWO[0], elsewhere(TWO[1]))):
        world = await two(people)
        await offers(world)
        await world.tap("Ben", "pick", FIRST)
        assert not world.can_tap("Ben", "pick")
        assert "Friday 15 January, 2pm" in world.story("Ben")


async def test_both_are_counted_as_before_and_who_tapped_is_not() -> None:
    world = await two()
    await offers(world)
    await world.tap("Ben", "pick", FIRST)
    async with world.store.reading() as tx:
        monday = TUESDAY.date().replace(day=11)
        counted = await tx.deliveries.counted(["ama@example.org", "ben@example.org"], monday)
    # The nudge and one message of the pair each: the times for Ben, the agreed time for Ama.
    assert counted == {"ama@example.org": 2, "ben@example.org": 2}


async def test_nothing_private_has_a_button_or_a_word_where_both_read() -> None:
    world = await two()
    await offers(world)
    (posted,) = world.group("Ama", "Ben")
    verbs = {button.verb for section in posted.message.sections for button in section.buttons}
    assert verbs == {"pick", "slots", "office"}
    await world.do("Ben", "not_now", (await world.nudges("Ben"))[-1].id)
    assert len(_shared(world)) == 1
    assert "can't meet this time" in own(world, "Ama")[-1]


async def test_other_times_are_one_more_message_and_the_first_may_pick_now() -> None:
    world = await two()
    await offers(world)
    form = (await world.tap("Ben", "slots")).form
    assert form is not None
    await world.fills("Ben", form.verb, form.subject, day_1="2027-01-18", time_1="09:00")
    assert len(_shared(world)) == 2
    assert "Ama Boateng from Trust, tap the one that suits you" in _shared(world)[-1]
    await world.tap("Ama", "pick", "2027-01-18T09:00:00+00:00")
    assert (await the_pair(world)).agreed_at == at("2027-01-18", "09:00")


async def test_a_moved_meeting_keeps_its_entry_and_one_that_is_off_leaves_every_calendar() -> None:
    world = await two()
    await offers(world)
    await world.tap("Ben", "pick", FIRST)
    await world.run_to(at("2027-01-12", "11:00"))
    form = (await world.tap("Ben", "move")).form
    assert form is not None
    await world.fills("Ben", form.verb, form.subject, day_1="2027-01-20", time_1="11:00")
    await world.tap("Ama", "pick", "2027-01-20T11:00:00+00:00")
    await world.run_to(at("2027-01-12", "12:00"))
    await world.do("Ama", "not_now", (await world.nudges("Ama"))[-1].id)
    for name in ("Ama", "Ben"):
        first, second, off = map(entry, calendar_files(world, name))
        assert first[1] == second[1] == off[1]
        assert first[2] < second[2] < off[2]
        assert (first[0], second[0], off[0]) == ("PUBLISH", "PUBLISH", "CANCEL")


async def test_who_is_off_hears_it_even_where_the_week_is_full_and_who_stopped_hears_nothing() -> None:
    world = await two()
    await offers(world)
    await world.tap("Ben", "pick", FIRST)
    await world.says("Ben", "stop")
    assert (
        "Your meeting with Ben Carter is off" in own(world, "Ama")[-1]
        or "take the meeting out" in (own(world, "Ama")[-1])
    )
    assert [entry(file)[0] for file in calendar_files(world, "Ama")] == ["PUBLISH", "CANCEL"]
    assert [entry(file)[0] for file in calendar_files(world, "Ben")] == ["PUBLISH"]


async def test_three_are_told_apart_so_that_each_message_counts_for_one() -> None:
    world = await started(files(FOUR[:3]), say_yes="Ama Ben Cleo", until=TUESDAY)
    await offers(world)
    assert all(not world.platform.groups_of(world.address(name).to) for name in ("Ama", "Ben", "Cleo"))
    assert "can meet you at one of these times" in own(world, "Ben")[-1]
    assert "can meet you at one of these times" in own(world, "Cleo")[-1]


async def test_two_in_one_workspace_with_two_clocks_are_told_apart_without_being_asked_for_cards() -> None:
    people = (TWO[0], replace(TWO[1], zone="Europe/Lisbon"), FOUR[2])
    world = await started(files(people[:2]), say_yes="Ama Ben", until=TUESDAY)
    await offers(world)
    assert world.platform.groups_of("ama@example.org") == []
    assert not world.can_tap("Ben", "contact_yes")


async def test_a_message_that_must_wait_for_one_does_not_reach_the_other_on_a_day_off() -> None:
    # Ben is away until Friday; on Fridays Ama does not work.
    away = Days(from_on=at("2027-01-12").date(), to_on=at("2027-01-15").date())
    people = (somebody("Ama Boateng", "trust", working_days="1234"), somebody("Ben Carter", "council"))
    world = await started(files(people), say_yes="Ama Ben", until=at("2027-01-12", "09:00"))
    await world.change("Ben", leave=(away,))
    await offers(world)
    await world.run_to(at("2027-01-15", "12:00"))
    assert world.platform.groups_of("ama@example.org") == []
    assert any("can meet you at one of these times" in one for one in own(world, "Ben"))


@pytest.mark.parametrize("who", ["Ama", "Ben"])
async def test_where_one_has_left_the_workspace_the_other_is_told_alone(who: str) -> None:
    world = await two()
    world.platform.faults.left.add(world.address(who).to)
    form = (await world.do("Ama", "plan", (await world.nudges("Ama"))[-1].id, then_settle=False)).form
    assert form is not None
    await world.fills("Ama", form.verb, form.subject, **SLOTS)
    assert world.platform.groups_of("ama@example.org") == []
    assert any("can meet you at one of these times" in one for one in own(world, "Ben")) is (who == "Ama")
    async with world.store.reading() as tx:
        refused = await tx.deliveries.refused(since=TUESDAY)
    assert {one.state for one in refused} == {DeliveryState.REFUSED}
    await world.do("Ben", "pick", (await the_pair(world)).id, value=SECOND)
    told = own(world, "Ben" if who == "Ama" else "Ama")
    assert any("You are meeting" in one for one in told)


async def test_a_refused_agreed_time_is_told_one_by_one() -> None:
    world = await two()
    await offers(world)
    world.platform.faults.left.add("ama@example.org")
    await world.tap("Ben", "pick", FIRST)
    assert "You are meeting Ama Boateng" in own(world, "Ben")[-1]
    assert [entry(file)[0] for file in calendar_files(world, "Ben")] == ["PUBLISH"]


async def test_somebody_in_two_partnerships_answers_as_who_is_in_the_pair() -> None:
    near = files(TWO)
    other = files(
        (
            somebody("Ama Boateng", "trust", partnership="lakeside"),
            somebody("Cleo Dunn", "council", partnership="lakeside"),
        ),
        partnership=a_partnership("lakeside"),
    )
    world = await make_world(near, other)
    await world.launch(partnership="riverside")
    await world.run_to(at("2027-01-04", "10:00"))
    await world.everybody_says_yes("Ama", "Ben")
    await world.run_to(TUESDAY)
    await offers(world, "Ben")
    await world.tap("Ama", "pick", FIRST)
    pair = await the_pair(world)
    assert pair.agreed_at == at("2027-01-14", "10:00")
    assert set(pair.leader_ids) == {"riverside-ama", "riverside-ben"}
    with pytest.raises(NotFound):
        await world.do("Cleo", "pick", pair.id, value=FIRST)


async def test_after_a_move_to_another_workspace_each_is_told_apart_and_asked_for_cards() -> None:
    world = await two()
    await offers(world)
    moved = await world.change("Ben", address=replace(world.address("Ben"), workspace="there"))
    assert moved.address is not None
    world.workspaces["Ben"] = "there"
    await world.do("Ben", "pick", (await the_pair(world)).id, value=FIRST)
    assert len(_shared(world)) == 1
    for name in ("Ama", "Ben"):
        assert any("You are meeting" in one for one in own(world, name))
        assert world.can_tap(name, "contact_yes")


async def test_erasing_one_of_two_leaves_their_address_in_no_message_to_both() -> None:
    world = await two()
    await offers(world)
    await erase(world.store, world.milepost.book, "riverside-ama", at=world.clock.now())
    async with world.store.reading() as tx:
        rows = await tx.deliveries.unchecked_shown_to("riverside-ben", since=TUESDAY)
    assert any(one.event == "pair_slots_shared" for one in rows)
    assert not any("ama" in f"{one.address} {one.facts}".lower() for one in rows)


@pytest.mark.parametrize("how", ["nothing was offered", "they are not paired any more", "they have met"])
async def test_a_refused_conversation_is_nobodys_business_where_nothing_is_left_to_tell(how: str) -> None:
    world = await two()
    if how != "nothing was offered":
        await offers(world)
    if how == "they are not paired any more":
        await world.do("Ama", "not_now", (await world.nudges("Ama"))[-1].id)
    if how == "they have met":
        await world.do("Ama", "done", (await world.nudges("Ama"))[-1].id)
    pair, before = await the_pair(world), len(world.lines)
    async with world.store.transaction() as tx:
        kind, now = TimerKind.GROUP_REFUSED, world.clock.now()
        timers = [
            Timer(partnership_id="riverside", kind=kind, subject=one, due_at=now) for one in (pair.id, "gone")
        ]
        await tx.records.set_timers(timers)
    await world.settle()
    assert len(world.lines) == before
