"""Words typed to the bot in its conversation, where no form can open by itself: each gets an answer."""

from nudges.errors import NotFound
from nudges.model.nudge import NudgeState
from nudges.model.people import Role
from nudges.rules.typed.typed_words import EXACT
from tests.journeys.world import FOUR, World, at, files, somebody, started

LEAD = somebody("Hetty Hope", "council", roles=(Role.PROGRAMME_LEAD, Role.HELPER, Role.SPONSOR))
# What ends everything comes last.
LAST = ("stop", "start", "leave the programme", "leave the program")


async def a_world() -> World:
    noon = at("2027-01-05", "12:00")
    return await started(files((*FOUR, LEAD)), say_yes="Ama Ben Cleo Dev Hetty", until=noon)


def came(world: World, who: str) -> int:
    """How much reached this person so far: what is new, and what changed in place."""
    return len(world.heard(who)) + len(world.heard(who, what="edit")) + len(world.heard(who, what="whisper"))


async def test_no_typed_word_is_met_with_silence() -> None:
    world = await a_world()
    for word in (*(one for one in EXACT if one not in LAST), *LAST):
        before = came(world, "Hetty")
        try:
            outcome = await world.says("Hetty", word)
        except NotFound as refused:  # whatever brought what was typed says why
            is_answered = bool(str(refused))
        else:
            is_answered = outcome.reply is not None or came(world, "Hetty") > before
        assert is_answered, word


async def test_a_word_that_needs_a_form_brings_a_button_that_opens_it() -> None:
    world = await a_world()
    words = {"pause": "pause_until", "away": "away", "my hours": "my_days", "log": "log_step"}
    for word, verb in words.items():
        await world.says("Ama", word)
        assert (await world.tap("Ama", verb, within="small form")).form is not None, word


async def test_whoever_did_something_while_nothing_is_open_can_note_it() -> None:
    world = await a_world()
    await world.says("Ama", "not now")
    assert (await world.nudges("Ama"))[-1].state is not NudgeState.OFFERED
    await world.says("Ama", "partly")
    form = (await world.tap("Ama", "log_step", within="For you, today")).form
    assert form is not None
    assert form.title == "Log a step"


async def test_who_sees_what_is_asked_and_answered_in_words_too() -> None:
    world = await a_world()
    await world.says("Ama", "who sees my steps")
    await world.tap("Ama", "visibility", "my_pair_can_see")
    assert str((await world.leader("Ama")).visibility) == "my_pair_can_see"
    await world.says("Ama", "settings")
    assert "Your settings" in world.last("Ama")
