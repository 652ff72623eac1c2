"""At a start, a release or an apply: what this release changed in rules, words and fields is noted."""

from __future__ import annotations

from datetime import datetime

from bot.content.product_reference import parts
from bot.wiring import load_playbook
from nudges.model.open_page import Change
from nudges.model.playbook import Playbook
from nudges.ports import Store
from nudges.use_cases.open_page.note_changes import note_changes


async def note_release(store: Store, book: Playbook, *, at: datetime) -> list[Change]:
    """Compare what ships with what was published, and write the differences into the change log."""
    shipped = frozenset(load_playbook().campaigns)
    return await note_changes(store, parts(book, shipped=shipped), at=at)
