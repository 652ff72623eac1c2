"""One part of a person's own page."""

from __future__ import annotations

from collections.abc import Sequence

from nudges.unit_of_work.nudge_cards import Facts


def part(event: str, facts: Facts | None = None, *, about: str = "", row: Sequence[Facts] = ()) -> Facts:
    """One part of the page: words of its own, and a row of buttons that are `about` something."""
    return {"event": event, "subject": about, "facts": facts or {}, "buttons": list(row)}
