"""The problem tree: published leaves in order, whatever hangs where."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nudges.errors import InvalidInput
from nudges.model import problem_tree as trees
from nudges.model.problem_tree import Leaf, LeafState

DAY = date(2027, 1, 20)


def leaf(name: str, parent: str | None = None, state: LeafState = LeafState.PUBLISHED) -> Leaf:
    return Leaf(
        id=name,
        partnership_id="p",
        run_id="r",
        text=f"raw {name}",
        added_on=DAY,
        state=state,
        wording=f"worded {name}",
        parent_id=parent,
    )


def read(*leaves: Leaf) -> list[tuple[str, int]]:
    return [(one.leaf_id, one.depth) for one in trees.outline(leaves)]


def test_a_leaf_stands_under_the_one_that_it_hangs_on() -> None:
    assert read(leaf("a"), leaf("b"), leaf("c", "a"), leaf("d", "c")) == [
        ("a", 0),
        ("c", 1),
        ("d", 2),
        ("b", 0),
    ]


def test_only_what_was_published_is_there_in_its_wording() -> None:
    outline_lines = trees.outline(
        [leaf("a"), leaf("b", state=LeafState.ADDED), leaf("c", state=LeafState.LEFT_OUT)]
    )
    assert [one.text for one in outline_lines] == ["worded a"]


def test_a_leaf_whose_parent_is_gone_hangs_at_the_trunk() -> None:
    assert read(leaf("a", "x"), leaf("b", "y"), leaf("y", state=LeafState.LEFT_OUT)) == [("a", 0), ("b", 0)]


def test_a_ring_is_opened() -> None:
    assert read(leaf("a", "b"), leaf("b", "a")) == [("a", 0), ("b", 1)]


@given(st.lists(st.one_of(st.none(), st.integers(0, 9)), min_size=10, max_size=10))
def test_every_published_leaf_is_there_once(parents: list[int | None]) -> None:
    leaves = [leaf(str(at), None if above is None else str(above)) for at, above in enumerate(parents)]
    assert sorted(name for name, _ in read(*leaves)) == [str(at) for at in range(10)]


def test_publishing_wants_words_and_another_leaf_to_hang_on() -> None:
    raw = leaf("a", state=LeafState.ADDED)
    on_it = trees.publish(raw, wording=" We wait. ", parent=leaf("b"))
    assert (on_it.state, on_it.wording, on_it.parent_id) == (LeafState.PUBLISHED, "We wait.", "b")
    assert trees.publish(on_it, wording="We wait.").parent_id is None
    for wording, parent in [
        (" ", None),
        ("x", raw),
        ("x", leaf("c", state=LeafState.ADDED)),
        ("x", replace(leaf("d"), run_id="other")),
    ]:
        with pytest.raises(InvalidInput):
            trees.publish(raw, wording=wording, parent=parent)


def test_what_is_left_out_keeps_no_words() -> None:
    gone = trees.leave_out(leaf("a", "b"))
    assert (gone.state, gone.text, gone.wording, gone.parent_id) == (LeafState.LEFT_OUT, "", "", None)
