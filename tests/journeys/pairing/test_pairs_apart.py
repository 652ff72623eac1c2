"""Two who are reached in two workspaces: told apart, each with the file, and cards only when both agree."""

import pytest

from nudges.errors import IllegalTransition, NotFound
from nudges.model.events import EventKind
from nudges.model.message import MessageKind
from nudges.said import said
from tests.journeys.pair_world import FIRST, TWO, calendar_files, elsewhere, entry, offers, own, the_pair, two
from tests.journeys.world import FOUR, World, at

APART = (TWO[0], elsewhere(TWO[1]))
EMAILS = {"Ama": "ama@example.org", "Ben": "ben@example.org", "Cleo": "cleo@example.org"}


def _knows(world: World, who: str) -> set[str]:
    """Whose e-mail addresses stand in what this person can read."""
    return {name for name, email in EMAILS.items() if name != who and email in world.story(who)}


async def _agreed() -> World:
    world = await two(APART)
    await offers(world)
    await world.tap("Ben", "pick", FIRST)
    return world


async def test_each_is_told_alone_and_gets_the_file_of_the_same_entry() -> None:
    world = await _agreed()
    assert world.platform.groups_of(EMAILS["Ama"]) == []
    ours, theirs = (map(entry, calendar_files(world, name)) for name in ("Ama", "Ben"))
    assert list(ours) == list(theirs)
    assert "You are meeting Ben Carter" in own(world, "Ama")[-1]
    assert "You are meeting Ama Boateng" in own(world, "Ben")[-1]


async def test_no_address_crosses_before_both_said_yes_and_then_each_gets_the_others_card() -> None:
    world = await _agreed()
    asked = "May Ama Boateng have your contact card: your name, organisation and e-mail address?"
    assert asked in world.story("Ben")
    await world.tap("Ben", "contact_yes")
    assert _knows(world, "Ama") == _knows(world, "Ben") == set()
    assert "Until then you can take it back" in own(world, "Ben")[-1]
    await world.tap("Ama", "contact_yes")
    assert (_knows(world, "Ama"), _knows(world, "Ben")) == ({"Ben"}, {"Ama"})
    assert "Ben Carter, Council: ben@example.org" in own(world, "Ama")[-1]
    (event,) = await world.events(EventKind.CONTACT_SHARED)
    assert event.leader_id is None
    assert dict(event.data) == {}


async def test_whoever_said_no_is_not_asked_again_and_nothing_of_it_is_logged() -> None:
    world = await two(APART)
    await offers(world)
    await world.tap("Ben", "contact_no")
    assert "Nobody is told" in own(world, "Ben")[-1]
    await world.tap("Ben", "pick", FIRST)
    assert not world.can_tap("Ben", "contact_no")
    await world.tap("Ama", "contact_yes")
    assert _knows(world, "Ama") == _knows(world, "Ben") == set()
    assert not [one for one in await world.events() if "contact" in str(one.kind)]


async def test_a_no_and_silence_look_the_same_to_the_other() -> None:
    stories = []
    for verb in ("contact_no", ""):
        world = await _agreed()
        if verb:
            await world.tap("Ben", verb)
        await world.tap("Ama", "contact_yes")
        await world.run_to(at("2027-01-13", "12:00"))
        stories.append(world.story("Ama"))
    assert stories[0] == stories[1]


async def test_a_yes_can_be_taken_back_until_the_cards_are_exchanged() -> None:
    world = await _agreed()
    await world.tap("Ben", "contact_yes")
    await world.tap("Ben", "contact_no")
    await world.tap("Ama", "contact_yes")
    assert _knows(world, "Ama") == set()
    await world.tap("Ben", "contact_yes")
    assert _knows(world, "Ama") == {"Ben"}
    with pytest.raises(IllegalTransition) as caught:
        await world.do("Ben", "contact_no", (await the_pair(world)).id)
    assert caught.value.said == said("pairing.cards_given")


async def test_a_second_yes_gives_no_second_card_and_strangers_give_none() -> None:
    world = await _agreed()
    pair = await the_pair(world)
    await world.do("Ben", "contact_yes", pair.id)
    await world.do("Ben", "contact_yes", pair.id)
    with pytest.raises(NotFound):
        await world.do("Hetty", "contact_yes", pair.id)
    assert _knows(world, "Ama") == set()
    await world.do("Ama", "contact_yes", pair.id)
    assert sum("How to reach each other" in one for one in own(world, "Ben")) == 1


async def test_cards_cost_no_nudge_and_wait_for_the_hours_of_whoever_did_not_tap() -> None:
    world = await _agreed()
    await world.tap("Ben", "contact_yes")
    await world.run_to(at("2027-01-12", "20:00"))
    await world.tap("Ama", "contact_yes")
    assert _knows(world, "Ama") == {"Ben"}
    assert _knows(world, "Ben") == set()
    await world.run_to(at("2027-01-13", "09:00"))
    assert _knows(world, "Ben") == {"Ama"}
    pair = await the_pair(world)
    async with world.store.reading() as tx:
        rows = await tx.deliveries.unchecked_shown_about(pair.id, "riverside-ben")
    assert {one.purpose for one in rows if one.event == "contact_card"} == {MessageKind.ANSWER}


async def test_when_the_pair_is_no_more_the_question_goes_and_no_card_is_given() -> None:
    world = await _agreed()
    await world.tap("Ben", "contact_yes")
    pair = await the_pair(world)
    await world.do("Ben", "not_now", (await world.nudges("Ben"))[-1].id)
    assert not world.can_tap("Ama", "contact_yes")
    with pytest.raises(IllegalTransition) as caught:
        await world.do("Ama", "contact_yes", pair.id)
    assert caught.value.said == said("pairing.no_pair_no_cards")
    assert _knows(world, "Ama") == set()


async def test_a_new_partner_starts_without_anybodys_consent() -> None:
    world = await _agreed()
    await world.tap("Ben", "contact_yes")
    await world.do("Ben", "not_now", (await world.nudges("Ben"))[-1].id)
    for pair in await world.pairs():
        assert pair.ended_at is not None or pair.shared_by == frozenset()


async def test_three_get_the_cards_of_the_others_when_all_three_said_yes() -> None:
    world = await two((FOUR[0], elsewhere(FOUR[1]), FOUR[2]))
    await offers(world)
    await world.tap("Ben", "pick", FIRST)
    pair = await the_pair(world)
    for name in ("Ben", "Cleo"):
        await world.do(name, "contact_yes", pair.id)
    assert all(_knows(world, name) == set() for name in EMAILS)
    await world.do("Ama", "contact_yes", pair.id)
    assert all(_knows(world, name) == set(EMAILS) - {name} for name in EMAILS)


async def test_when_the_third_leaves_without_a_word_the_two_who_agreed_get_their_cards() -> None:
    world = await two((FOUR[0], elsewhere(FOUR[1]), FOUR[2]))
    await offers(world)
    pair = await the_pair(world)
    for name in ("Ama", "Ben"):
        await world.do(name, "contact_yes", pair.id)
    await world.says("Cleo", "stop")
    assert (_knows(world, "Ama"), _knows(world, "Ben"), _knows(world, "Cleo")) == ({"Ben"}, {"Ama"}, set())


async def test_an_office_that_fixes_the_time_asks_the_other_for_a_card() -> None:
    world = await two(APART)
    await offers(world)
    await world.tap("Ben", "office")
    assert world.can_tap("Ama", "contact_yes")
