"""The problem tree: worries added in private, worded and published by the facilitator, with no author."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from nudges.errors import InvalidInput
from nudges.said import said


class LeafState(StrEnum):
    """What the facilitator did with a leaf."""

    ADDED = "added"
    PUBLISHED = "published"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, kw_only=True, slots=True)
class Leaf:
    """One leaf of the tree. `text` is what was added, `wording` what the facilitator made of it.

    There is no author, here or anywhere. `parent_id` is the leaf that it hangs on; None at the trunk.
    """

    id: str
    partnership_id: str
    run_id: str
    text: str
    added_on: date
    state: LeafState = LeafState.ADDED
    wording: str = ""
    parent_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class OutlineLine:
    """One line of the tree read from top to bottom. `depth` is 0 at the trunk."""

    leaf_id: str
    text: str
    depth: int


def publish(leaf: Leaf, *, wording: str, parent: Leaf | None = None) -> Leaf:
    """Put a leaf on the tree in the facilitator's words; again, it moves or is reworded.

    Raises:
        InvalidInput: no words, or it would hang on itself or on a leaf that is not on the tree.
    """
    if not wording.strip():
        raise InvalidInput(said("listening.wording_needed"))
    if parent is not None and (parent.id == leaf.id or parent.state is not LeafState.PUBLISHED):
        raise InvalidInput(said("listening.hang_elsewhere"))
    if parent is not None and parent.run_id != leaf.run_id:
        raise InvalidInput(said("listening.hang_elsewhere"))
    return replace(
        leaf,
        state=LeafState.PUBLISHED,
        wording=wording.strip(),
        parent_id=parent.id if parent else None,
    )


def leave_out(leaf: Leaf) -> Leaf:
    """Take a leaf's words away: nobody reads them."""
    return replace(leaf, state=LeafState.LEFT_OUT, text="", wording="", parent_id=None)


def outline(leaves: Iterable[Leaf]) -> list[OutlineLine]:
    """The published leaves from the trunk outwards, each under the one that it hangs on.

    A leaf whose parent is not on the tree (any more), or that would close a ring, hangs at the trunk.
    Leaves that hang together are in order of day and id.
    """
    on_tree = {leaf.id: leaf for leaf in leaves if leaf.state is LeafState.PUBLISHED}
    children: dict[str | None, list[Leaf]] = {}
    for leaf in sorted(on_tree.values(), key=lambda one: (one.added_on, one.id)):
        children.setdefault(_parent(leaf, on_tree), []).append(leaf)
    lines: list[OutlineLine] = []
    to_show = [(child, 0) for child in reversed(children.get(None, []))]
    while to_show:
        leaf, depth = to_show.pop()
        lines.append(OutlineLine(leaf_id=leaf.id, text=leaf.wording, depth=depth))
        to_show += [(child, depth + 1) for child in reversed(children.get(leaf.id, []))]
    return lines


def _parent(leaf: Leaf, on_tree: dict[str, Leaf]) -> str | None:
    """What it hangs on; None at the trunk, and for the first leaf of a ring by id."""
    seen = {leaf.id}
    above = leaf.parent_id
    while above is not None and above in on_tree and above not in seen:
        seen.add(above)
        above = on_tree[above].parent_id
    is_ring = above is not None and above == leaf.id
    if is_ring and leaf.id == min(seen):
        return None
    return leaf.parent_id if leaf.parent_id in on_tree else None
