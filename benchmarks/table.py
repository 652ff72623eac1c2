"""One row for each figure: ours, the peer's, their ratio, and what was promised."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TextIO


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A figure as measured in this run. `ratio` and `at_least` (or `at_most`) are compared as numbers.

    `ours` and `peer` are for reading and carry their own units. A row with neither bound only informs.
    """

    figure: str
    ours: str
    peer: str = ""
    ratio: float | None = None
    at_least: float | None = None
    at_most: float | None = None
    note: str = ""

    @property
    def is_met(self) -> bool | None:
        """Whether the promise was kept; None where nothing was promised."""
        if self.ratio is None or (self.at_least is None and self.at_most is None):
            return None
        enough = self.at_least is None or self.ratio >= self.at_least
        return enough and (self.at_most is None or self.ratio <= self.at_most)

    @property
    def promised(self) -> str:
        """The bounds as text: ">= 0.995", "<= 1.3", or nothing."""
        bounds = ((">=", self.at_least), ("<=", self.at_most))
        return " ".join(f"{sign} {bound:g}" for sign, bound in bounds if bound is not None)


def print_table(rows: Iterable[Row], *, to: TextIO | None = None) -> bool:
    """Write the rows as a table; returns whether every promise in it was kept."""
    listed = list(rows)
    head = ("figure", "ours", "peer", "ratio", "promised", "", "note")
    words = {True: "yes", False: "NO", None: ""}
    cells = [head] + [
        (
            row.figure,
            row.ours,
            row.peer,
            "" if row.ratio is None else f"{row.ratio:.4g}",
            row.promised,
            words[row.is_met],
            row.note,
        )
        for row in listed
    ]
    widths = [max(len(line[column]) for line in cells) for column in range(len(head))]
    for line in cells:
        text = "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        print(text.rstrip(), file=to or sys.stdout)
    return all(row.is_met is not False for row in listed)
