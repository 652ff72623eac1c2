"""What no form can be filled in with: it is said at its field or in words, and nothing of it is kept."""

import pytest
import yaml

from nudges.errors import InvalidInput, MilepostError, RefusedText
from nudges.model.commands import Command
from nudges.model.people import Role
from nudges.model.thing_heard import HeardState
from nudges.record_reply import VERBS
from nudges.use_cases.joining import join_by_code
from tests.journeys.crowded import crowded, rows, subjects_of
from tests.journeys.world import World
from tests.source import ROOT

NHS = "943 476 5919"
FORMS = ROOT / "config" / "messages" / "forms"
# Fields of all forms, and the values of buttons.
NAMES = sorted(
    {
        field["name"]
        for path in FORMS.glob("*.yaml")
        for field in yaml.safe_load(path.read_text(encoding="utf-8"))["fields"]
        if "name" in field
    }
    | {"value"}
)
BAD = {
    "nothing": "",
    "broken": "a\x00b\x00 \ud800 \udfff",
    "unknown": "no-such-choice",
    "patient": f"ring {NHS} now",
    "patient in a long text": f"{'y ' * 200}{NHS}{' z' * 200}",
    "long": "x" * 41_000,
    "rather long": "q" * 400,
    "no such day": "2027-02-31",
    "far day": "9999-12-31",
    "digits": "9" * 300,
}
FOR_TAPS = ("nothing", "broken", "unknown", "patient")


async def _send(world: World, verb: str, subject: str, args: dict[str, str], number: int) -> None:
    via = "form" if verb.endswith("_submit") else "tap"
    actor = world.address("Zoe")
    try:
        await world.milepost.handle(
            Command(key=f"bad-{number}", actor=actor, verb=verb, subject=subject, args=args, via=via)
        )
    except MilepostError:
        return


async def test_every_verb_takes_bad_words_without_keeping_them() -> None:
    world = await crowded()
    subjects = await subjects_of(world, "hillside")
    number = 0
    for verb in (*VERBS, *join_by_code.VERBS):
        if verb in ("stop", "leave_yes"):
            continue
        is_form = verb.endswith("_submit")
        for subject in ("", *subjects) if is_form else ("", *subjects[::6]):
            for name in BAD if is_form else FOR_TAPS:
                number += 1
                await _send(world, verb, subject, dict.fromkeys(NAMES, BAD[name]), number)
    kept = [one for one in rows(world) if NHS in one or "q" * 300 in one or "\\x00" in one or "\\ud8" in one]
    assert kept == []


async def test_a_long_text_with_an_nhs_number_is_not_even_kept_in_a_form() -> None:
    world = await crowded()
    before = rows(world)
    with pytest.raises(RefusedText):
        await world.do("Zoe", "trial", args={"text": BAD["patient in a long text"]}, then_settle=False)
    opened = await world.do("Zoe", "trial", args={"text": "Try one list"}, then_settle=False)
    assert opened.form is not None
    assert rows(world) == before


async def test_the_words_that_open_a_gate_have_a_length() -> None:
    world = await crowded()
    run = world.runs["starter"]
    assert run.partnership_id == "hillside"
    sent = await world.fills("Zoe", "open_gate_submit", f"{run.id}:2", because="q" * 3900)
    assert "characters" in sent.errors["because"]


async def test_only_who_may_be_asked_for_a_reply_gets_it() -> None:
    world = await crowded()
    sent = await world.fills("Hetty", "hear_reply_submit", "riverside-heard-open", owner="riverside-dev")
    assert "reply" in sent.errors
    assert (await world.leader("Dev")).roles == {Role.LEADER}
    async with world.store.reading() as tx:
        thing = await tx.listening.unchecked_heard("riverside-heard-open")
    assert thing is not None
    assert (thing.state, thing.owner_id) == (HeardState.OPEN, None)


async def test_a_leaf_cannot_hang_on_half_a_character() -> None:
    world = await crowded()
    sent = await world.fills(
        "Zoe", "leaf_word_submit", "hillside-leaf-added", wording="We wait", parent="\ud800"
    )
    assert not sent.errors or "parent" in sent.errors
    with pytest.raises(InvalidInput):
        await world.fills("Zoe", "leaf_word_submit", "hillside-leaf-added", wording="x" * 41_000)


async def test_a_leaf_on_another_tree_looks_like_one_that_never_was() -> None:
    told = set()
    for parent in ("riverside-leaf-published", "no-such-leaf"):
        world = await crowded()
        sent = await world.fills(
            "Zoe", "leaf_word_submit", "hillside-leaf-added", wording="We wait", parent=parent
        )
        told.add(str(sent.errors))
        async with world.store.reading() as tx:
            leaf = await tx.listening.unchecked_leaf("hillside-leaf-added")
        assert leaf is not None
        assert leaf.parent_id is None
    assert len(told) == 1
