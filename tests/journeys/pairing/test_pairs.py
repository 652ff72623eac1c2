"""Coffee rounds and pairs: times offered and picked, silence, trios, met and not met."""

from datetime import date

import pytest

from nudges.errors import IllegalTransition, InvalidInput
from nudges.model.events import EventKind
from nudges.model.nudge import NudgeState
from nudges.model.pair import Pair
from nudges.model.people import Days
from tests.journeys.world import FOUR, World, at, files, somebody, started

TUESDAY = at("2027-01-12", "09:00")
TWO = (FOUR[0], FOUR[1])
SLOTS = {
    "day_1": "2027-01-14",
    "time_1": "10:00",
    "day_2": "2027-01-15",
    "time_2": "14:00",
    "place": "Your office",
}


async def _two() -> World:
    return await started(files(TWO), say_yes="Ama Ben", until=TUESDAY)


async def _pair(world: World) -> Pair:
    return (await world.pairs())[-1]


async def _offer_times(world: World, who: str = "Ama") -> None:
    form = (await world.tap(who, "plan")).form
    assert form is not None
    assert form.verb == "slots_submit"
    await world.fills(who, form.verb, form.subject, **SLOTS)


async def test_the_first_offers_times_the_other_picks_and_both_get_the_calendar_file() -> None:
    world = await _two()
    await _offer_times(world)
    assert "Ama Boateng" in world.last("Ben")
    await world.tap("Ben", "pick", "2027-01-14T10:00:00+00:00")
    for name in ("Ama", "Ben"):
        assert "Thursday 14 January, 10am" in world.last(name)
        (file,) = world.conversation(name)[-1].message.attachments
        assert "DTSTART" in file.content
        assert "Your office" in file.content
        nudge = (await world.nudges(name))[-1]
        assert nudge.plan is not None
        assert nudge.plan.at == at("2027-01-14", "10:00")


async def test_nobody_agrees_with_themselves_and_an_agreed_time_is_not_picked_away() -> None:
    world = await _two()
    await _offer_times(world)
    pair = await _pair(world)
    with pytest.raises(InvalidInput):
        await world.do("Ama", "pick", pair.id, value="2027-01-14T10:00:00+00:00")
    with pytest.raises(InvalidInput):
        await world.do("Ben", "pick", pair.id, value="2027-01-16T10:00:00+00:00")
    await world.do("Ben", "pick", pair.id, value="2027-01-14T10:00:00+00:00")
    with pytest.raises(IllegalTransition):
        await world.do("Ben", "pick", pair.id, value="2027-01-15T14:00:00+00:00")
    assert (await _pair(world)).agreed_at == at("2027-01-14", "10:00")


async def test_the_other_may_offer_times_instead() -> None:
    world = await _two()
    await _offer_times(world)
    form = (await world.tap("Ben", "slots")).form
    assert form is not None
    await world.fills("Ben", form.verb, form.subject, day_1="2027-01-18", time_1="09:00")
    pair = await _pair(world)
    assert (pair.proposed_by, pair.proposed) == ("riverside-ben", (at("2027-01-18", "09:00"),))


async def test_the_same_times_again_are_not_sent_again() -> None:
    world = await _two()
    await _offer_times(world)
    nudge = (await world.nudges("Ama"))[-1]
    before = len(world.heard("Ben"))
    await world.fills("Ama", "slots_submit", nudge.id, **SLOTS)
    assert len(world.heard("Ben")) == before


async def test_who_says_i_will_do_it_second_sees_the_times_of_the_first() -> None:
    world = await _two()
    await _offer_times(world)
    nudge = (await world.nudges("Ben"))[-1]
    outcome = await world.do("Ben", "plan", nudge.id)
    assert outcome.form is None
    assert outcome.reply is not None
    assert "Thursday 14 January, 10am" in outcome.reply.text


async def test_an_office_that_fixes_the_time_is_a_plan_and_the_other_hears_of_it() -> None:
    people = (TWO[0], somebody("Ben Carter", "council", delegate="Pat in the office"))
    world = await started(files(people), say_yes="Ama Ben", until=TUESDAY)
    await _offer_times(world)
    await world.tap("Ben", "office")
    nudge = (await world.nudges("Ben"))[-1]
    assert nudge.plan is not None
    assert nudge.plan.by_office
    assert "Pat in the office" in world.last("Ama")
    await world.run_to(at("2027-01-15", "16:00"))
    assert not any("can't meet" in one for one in world.heard("Ama"))


async def test_a_silent_peer_is_not_waited_for_longer_than_two_of_their_working_days() -> None:
    world = await _two()
    await _offer_times(world)
    await world.run_to(at("2027-01-14", "09:59"))
    assert not any("can't meet" in one for one in world.heard("Ama"))
    await world.run_to(at("2027-01-14", "10:00"))
    assert "Ben Carter can't meet this time. It is nothing to do with you." in world.last("Ama")
    assert (await _pair(world)).ended_at is not None
    await world.tap("Ama", "swap_submit")
    assert (await world.nudges("Ama"))[-1].state in (NudgeState.OFFERED, NudgeState.SWAPPED)


async def test_a_part_time_peer_has_two_of_their_own_days() -> None:
    people = (TWO[0], somebody("Ben Carter", "council", working_days="24"))
    world = await started(files(people), until=at("2027-01-05", "10:00"))
    await world.everybody_says_yes("Ama", "Ben")
    await world.run_to(TUESDAY)
    await _offer_times(world)
    await world.run_to(at("2027-01-18", "12:00"))
    assert not any("can't meet" in one for one in world.heard("Ama"))
    await world.run_to(at("2027-01-19", "12:00"))
    assert any("can't meet" in one for one in world.heard("Ama"))


async def test_two_who_wait_are_brought_together_and_never_with_one_who_is_silent() -> None:
    world = await started(say_yes="Ama Ben Cleo Dev", until=TUESDAY)
    pairs = await world.pairs()
    waiting = [pair.leader_ids[0].removeprefix("riverside-").title() for pair in pairs]
    for name in waiting:
        await _offer_times(world, name)
    await world.run_to(at("2027-01-14", "11:00"))
    fresh = [pair for pair in await world.pairs() if pair.ended_at is None]
    organisations = {(await world.leader(name)).organisation_id for name in waiting}
    if len(organisations) > 1:
        assert [set(pair.leader_ids) for pair in fresh] == [{f"riverside-{name.lower()}" for name in waiting}]
        for name in waiting:
            assert "I've found you a new partner" in world.last(name)
            assert (await world.nudges(name))[-1].plan is None
    else:
        assert fresh == []
        assert all("step you can take on your own" in world.last(name) for name in waiting)


@pytest.mark.parametrize("how", ["stop", "swap", "not now", "pause until 1 March"])
async def test_who_leaves_a_pair_leaves_nobody_waiting(how: str) -> None:
    world = await _two()
    await _offer_times(world)
    theirs = (await world.nudges("Ben"))[-1]
    if how == "swap":
        await world.fills("Ben", "swap_submit", theirs.id, action="LIS-05")
    elif how == "not now":
        await world.do("Ben", "not_now", theirs.id)
    else:
        await world.says("Ben", how)
    assert "Ben Carter can't meet this time" in world.last("Ama")
    nudge = (await world.nudges("Ama"))[-1]
    assert nudge.plan is None
    outcome = await world.do("Ama", "plan", nudge.id)
    assert outcome.form is None, "nobody is asked to offer times to somebody who has gone"
    await world.run_to(at("2027-01-18"))
    assert not any("Did it happen?" in one for one in world.heard("Ama"))


async def test_met_counts_at_once_when_the_other_says_so_too() -> None:
    world = await _two()
    await world.tap("Ama", "plan")
    for name in ("Ama", "Ben"):
        await world.do(name, "done", (await world.nudges(name))[-1].id)
    (event,) = await world.events(EventKind.PAIR_MET)
    assert event.at == TUESDAY


async def test_met_counts_after_seven_days_without_a_no() -> None:
    world = await _two()
    await world.do("Ama", "done", (await world.nudges("Ama"))[-1].id)
    await world.run_to(at("2027-01-19", "08:59"))
    assert await world.events(EventKind.PAIR_MET) == []
    await world.run_to(at("2027-01-19", "09:00"))
    assert len(await world.events(EventKind.PAIR_MET)) == 1


async def test_a_no_makes_no_link_and_a_later_yes_of_the_same_person_does() -> None:
    world = await _two()
    await world.do("Ama", "done", (await world.nudges("Ama"))[-1].id)
    pair = await _pair(world)
    await world.do("Ben", "not_met", pair.id)
    await world.run_to(at("2027-01-25"))
    assert await world.events(EventKind.PAIR_MET) == []
    await world.do("Ben", "met", pair.id)
    assert len(await world.events(EventKind.PAIR_MET)) == 1


async def test_the_question_whether_two_met_rides_on_the_next_nudge_and_goes_when_answered() -> None:
    world = await _two()
    await world.do("Ben", "done", (await world.nudges("Ben"))[0].id)
    await world.run_to(at("2027-01-14", "15:00"))
    await world.do("Ama", "done", (await world.nudges("Ama"))[-1].id)
    await world.run_to(at("2027-01-19", "09:00"))
    assert world.can_tap("Ben", "met")
    await world.tap("Ben", "met")
    assert not world.can_tap("Ben", "met")
    assert len(await world.events(EventKind.PAIR_MET)) == 1


async def test_undo_takes_a_single_voice_back() -> None:
    world = await _two()
    nudge = (await world.nudges("Ama"))[-1]
    await world.do("Ama", "done", nudge.id)
    await world.do("Ama", "undo", nudge.id)
    await world.run_to(at("2027-02-01"))
    assert await world.events(EventKind.PAIR_MET) == []


async def test_three_are_a_trio_and_two_of_them_are_enough() -> None:
    world = await started(files(FOUR[:3]), say_yes="Ama Ben Cleo", until=TUESDAY)
    (pair,) = await world.pairs()
    assert len(pair.leader_ids) == 3
    assert "Ben Carter and Cleo Dunn" in world.last("Ama")
    assert "You are three this time" in world.last("Ama")
    await _offer_times(world)
    await world.tap("Ben", "pick")
    cleo = (await world.nudges("Cleo"))[-1]
    assert cleo.plan is not None
    assert cleo.replied_at is None, "a time that others fixed is no reply"
    for name in ("Ama", "Ben"):
        await world.do(name, "done", (await world.nudges(name))[-1].id)
    assert len(await world.events(EventKind.PAIR_MET)) == 1


async def test_when_one_of_three_leaves_the_other_two_go_on() -> None:
    world = await started(files(FOUR[:3]), say_yes="Ama Ben Cleo", until=TUESDAY)
    await world.says("Cleo", "stop")
    (pair,) = await world.pairs()
    assert set(pair.leader_ids) == {"riverside-ama", "riverside-ben"}
    assert pair.ended_at is None


async def test_whoever_is_away_all_week_is_not_in_the_round() -> None:
    away = Days(from_on=date(2027, 1, 11), to_on=date(2027, 1, 18))
    people = (*FOUR[:2], somebody("Cleo Dunn", "surgery", leave=(away,)))
    world = await started(files(people), say_yes="Ama Ben Cleo", until=TUESDAY)
    assert [set(pair.leader_ids) for pair in await world.pairs()] == [{"riverside-ama", "riverside-ben"}]


async def test_somebody_who_works_on_mondays_alone_is_in_the_round() -> None:
    people = (TWO[0], somebody("Ben Carter", "council", working_days="1"))
    world = await started(files(people), say_yes="Ama Ben", until=TUESDAY)
    assert len(await world.pairs()) == 1
    (_, nudge) = await world.nudges("Ben")
    assert nudge.offered_at == at("2027-01-11", "08:45")


async def test_times_stand_on_the_card_where_the_week_is_full() -> None:
    world = await _two()
    await world.run_to(at("2027-01-14", "12:00"))
    await _offer_times_on(world, "Ama", "2027-01-20")
    shown = next(one for one in world.conversation("Ben") if "offers you times" in one.message.text)
    assert any(button.verb == "pick" for each in shown.message.sections for button in each.buttons)
    await world.tap("Ben", "pick")
    assert (await _pair(world)).agreed_at == at("2027-01-20", "10:00")


async def _offer_times_on(world: World, who: str, day: str) -> None:
    form = (await world.tap(who, "plan")).form
    assert form is not None
    await world.fills(who, form.verb, form.subject, day_1=day, time_1="10:00")


async def test_moving_an_agreed_meeting_asks_the_other_again() -> None:
    world = await _two()
    await _offer_times(world)
    await world.tap("Ben", "pick")
    form = (await world.tap("Ama", "move")).form
    assert form is not None
    assert form.verb == "slots_submit"
    await world.fills("Ama", form.verb, form.subject, day_1="2027-01-15", time_1="11:00")
    pair = await _pair(world)
    assert pair.agreed_at is None
    assert pair.proposed == (at("2027-01-15", "11:00"),)


@pytest.mark.parametrize(("visibility", "is_shown"), [("private", False), ("my_pair_can_see", True)])
async def test_my_pair_sees_a_step_that_is_done_only_where_i_chose_that_and_gets_no_message(
    visibility: str, is_shown: bool
) -> None:
    world = await _two()
    await world.do("Ama", "visibility", value=visibility)
    theirs, mine = (await world.nudges("Ben"))[-1], (await world.nudges("Ama"))[-1]
    before = len(world.heard("Ben"))
    await world.do("Ama", "done", mine.id)
    assert ("Ama Boateng has done this one." in world.story("Ben")) is is_shown
    assert len(world.heard("Ben")) == before
    assert "has done this one" not in world.story("Ama")
    await world.do("Ama", "undo", mine.id)
    assert "has done this one" not in world.story("Ben")
    await world.do("Ben", "done", theirs.id)
    assert (await world.nudges("Ben"))[-1].state is NudgeState.DONE


async def test_when_a_pair_is_no_more_its_old_buttons_go_and_its_words_stay() -> None:
    world = await _two()
    await _offer_times(world)
    assert world.can_tap("Ben", "pick")
    await world.do("Ama", "not_now", (await world.nudges("Ama"))[-1].id)
    assert not world.can_tap("Ben", "pick")
    assert not world.can_tap("Ben", "office")
    assert "can meet at one of these times" in world.story("Ben")
