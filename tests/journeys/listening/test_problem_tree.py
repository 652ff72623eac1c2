"""The problem tree of a group in repair: added in private, worded by the facilitator, seen by the group."""

import pytest
from sqlalchemy import select

from nudges.errors import InvalidInput, NotAllowed, NotFound
from nudges.model.events import EventKind
from nudges.model.people import Role
from nudges.model.problem_tree import Leaf, LeafState
from storage.tables import METADATA
from tests.journeys.world import FOUR, PRIVATE, World, a_partnership, at, files, make_world, somebody

FAY = somebody("Fay Gray", "council", roles=(Role.FACILITATOR, Role.HELPER))
SAID = "We hear of every change from the newspaper."
WORDED = "We hear of changes too late to act."


async def in_repair() -> World:
    """Ama, Ben and Cleo talk with Fay; Dev is not part of it."""
    partnership = a_partnership(helper_id=FAY.id, partnership="#partnership", private_group=PRIVATE)
    world = await make_world(files((*FOUR, FAY), partnership=partnership))
    await world.launch("repair-a-relationship", names="Ama Ben Cleo")
    await world.run_to(at("2027-01-04", "10:00"))
    await world.everybody_says_yes("Ama", "Ben", "Cleo")
    return world


async def leaves(world: World) -> list[Leaf]:
    async with world.store.reading() as tx:
        return await tx.listening.unchecked_tree(world.runs["repair-a-relationship"].id)


async def add(world: World, who: str, text: str = SAID) -> None:
    outcome = await world.fills(who, "leaf_submit", "", text=text)
    assert outcome.reply is not None
    assert "not kept who you are" in outcome.reply.text


def stored(world: World) -> set[str]:
    connection = world.store._backend._connection  # type: ignore[attr-defined]
    return {
        f"{table.name}: {tuple(row)!r}"
        for table in METADATA.sorted_tables
        for row in connection.execute(select(table))
    }


async def test_a_leaf_leaves_no_trace_of_who_added_it() -> None:
    world = await in_repair()
    before = stored(world)
    await world.says("Ama", f"leaf {SAID}")
    await world.tap("Ama", "leaf")
    assert stored(world) == before
    await add(world, "Ama")
    new = stored(world) - before
    assert sorted(line.split(":")[0] for line in new) == ["inbox", "leaves", "timers"]
    told = " ".join(new).casefold()
    assert not [trace for trace in ("ama", "boateng", "example.org", "riverside-trust") if trace in told]


async def test_the_facilitator_gets_the_leaves_in_the_morning_and_puts_them_on_the_tree() -> None:
    world = await in_repair()
    await add(world, "Ama")
    await add(world, "Ben", "Nobody says thank you.")
    assert not world.can_tap("Fay", "leaf_word")
    await world.run_to(at("2027-01-05", "12:00"))
    told = [one for one in world.heard("Fay") if SAID in one]
    assert len(told) == 1
    assert "Ama" not in told[0]
    assert "Nobody says thank you." in told[0]
    opened = await world.tap("Fay", "leaf_word")
    assert opened.form is not None
    first, second = await leaves(world)
    assert (await world.fills("Fay", "leaf_word_submit", first.id, wording=" ", parent="trunk")).errors
    await world.fills("Fay", "leaf_word_submit", first.id, wording=WORDED, parent="trunk", what="publish")
    opened = await world.do("Fay", "leaf_word", second.id)
    assert opened.form is not None
    (hangs_on,) = [one for one in opened.form.fields if one.name == "parent"]
    assert [choice.value for choice in hangs_on.choices] == ["trunk", first.id]
    await world.fills(
        "Fay", "leaf_word_submit", second.id, wording="Thanks go unsaid.", parent=first.id, what="publish"
    )
    again = await world.do("Fay", "leaf_word", second.id)
    assert again.form is not None
    offered = [choice.value for field in again.form.fields for choice in field.choices]
    assert first.id in offered
    assert second.id not in offered
    await world.says("Cleo", "tree")
    assert f"- {WORDED}\n· Thanks go unsaid." in world.last("Cleo")
    (picture,) = world.conversation("Cleo")[-1].message.attachments
    assert picture.name == "problem-tree.svg"
    assert "Thanks go unsaid." in picture.content
    assert len(await world.events(EventKind.LEAF_PUBLISHED)) == 2


async def test_the_raw_words_are_for_the_facilitator_alone() -> None:
    world = await in_repair()
    await add(world, "Ama")
    await world.says("Ben", "tree")
    assert SAID not in world.last("Ben")
    (leaf,) = await leaves(world)
    for who in ("Ben", "Dev"):
        with pytest.raises(NotFound):
            await world.do(who, "leaf_word", leaf.id)
        with pytest.raises(NotFound):
            await world.fills(who, "leaf_word_submit", leaf.id, wording="x", parent="trunk")


async def test_who_is_not_in_the_group_sees_no_tree_and_adds_no_leaf() -> None:
    world = await in_repair()
    for text in ("tree", "leaf", f"leaf {SAID}"):
        with pytest.raises(NotFound):
            await world.says("Dev", text)
    with pytest.raises(NotFound):
        await world.fills("Dev", "leaf_submit", "", text=SAID)
    with pytest.raises(NotFound):
        await world.do("Dev", "tree_post")


async def test_the_tree_is_posted_once_to_the_private_group_and_edited_in_place() -> None:
    world = await in_repair()
    await add(world, "Ama")
    await add(world, "Ben", "Nobody says thank you.")
    first, second = await leaves(world)
    with pytest.raises(NotAllowed):
        await world.do("Ben", "tree_post")
    await world.fills("Fay", "leaf_word_submit", first.id, wording=WORDED, parent="trunk", what="publish")
    assert not [one for one in world.heard(PRIVATE) if "problem tree" in one]
    await world.says("Fay", "tree")
    await world.tap("Fay", "tree_post")
    await world.fills(
        "Fay", "leaf_word_submit", second.id, wording="Thanks go unsaid.", parent="trunk", what="publish"
    )
    await world.do("Fay", "tree_post")
    assert len([one for one in world.heard(PRIVATE) if "problem tree" in one]) == 1
    assert [one for one in world.heard(PRIVATE, what="edit") if "Thanks go unsaid." in one]
    assert not [one for one in world.heard("#partnership") if WORDED in one]
    await world.fills("Fay", "leaf_word_submit", first.id, wording="", parent="trunk", what="leave_out")
    shown = [one.message.text for one in world.conversation(world.address(PRIVATE).to)]
    assert not [one for one in shown if WORDED in one]


async def test_a_leaf_that_is_left_out_is_deleted() -> None:
    world = await in_repair()
    await add(world, "Ama")
    (leaf,) = await leaves(world)
    await world.fills("Fay", "leaf_word_submit", leaf.id, wording="", parent="trunk", what="leave_out")
    (gone,) = await leaves(world)
    assert (gone.state, gone.text, gone.wording) == (LeafState.LEFT_OUT, "", "")
    await world.run_to(at("2027-01-06"))
    assert not [one for one in world.heard("Fay") if SAID in one]
    with pytest.raises(NotFound):
        await world.do("Fay", "leaf_word", leaf.id)


async def test_an_empty_leaf_and_an_unknown_one_are_refused() -> None:
    world = await in_repair()
    assert (await world.fills("Ama", "leaf_submit", "", text=" ")).errors
    with pytest.raises(NotFound):
        await world.do("Fay", "leaf_word", "unknown")


async def test_a_leaf_cannot_hang_on_itself_and_the_same_wording_again_changes_nothing() -> None:
    world = await in_repair()
    await add(world, "Ama")
    (leaf,) = await leaves(world)
    fields = {"wording": WORDED, "what": "publish"}
    assert (
        "parent" in (await world.fills("Fay", "leaf_word_submit", leaf.id, **fields, parent=leaf.id)).errors
    )
    for _ in range(2):
        await world.fills("Fay", "leaf_word_submit", leaf.id, **fields, parent="trunk")
    assert len(await world.events(EventKind.LEAF_PUBLISHED)) == 1
    opened = await world.do("Fay", "leaf_word", leaf.id)
    assert opened.form is not None
    assert opened.form.fields[0].initial == WORDED


async def test_without_a_channel_of_its_own_the_group_gets_no_post() -> None:
    partnership = a_partnership(helper_id=FAY.id, partnership="#partnership")
    world = await make_world(files((*FOUR, FAY), partnership=partnership))
    await world.launch("repair-a-relationship", names="Ama Ben Cleo")
    with pytest.raises(InvalidInput):
        await world.do("Fay", "tree_post")
