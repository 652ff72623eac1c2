"""The problem tree: worries added in private, worded and published by the facilitator, with no author."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


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
