"""The Friday post: which lines it has, and in which order."""

from __future__ import annotations

from collections.abc import Sequence

from nudges.errors import InvalidInput
from nudges.model.ruleset import Rules
from nudges.rules.rollup.rollup_facts import ComposedLine, Heard, RollupFacts, StepInPost, Thanks
from nudges.rules.rollup.rollup_limits import NormLine, is_quiet, may_be_named, norm_line, thanks_to_show
from nudges.rules.rollup.rollup_lines import WRITERS
from nudges.said import said

__all__ = [
    "ComposedLine",
    "Heard",
    "NormLine",
    "RollupFacts",
    "StepInPost",
    "Thanks",
    "compose",
    "is_quiet",
    "may_be_named",
    "norm_line",
    "notes_for",
    "thanks_to_show",
]

# What these lines count cannot say everything; the thread tells what not.
NOTED = ("done", "links", "heard", "norm", "help")


def compose(facts: RollupFacts, rules: Rules) -> tuple[ComposedLine, ...]:
    """The lines of the post, in the order of the rules and at most `rollup.max_lines`.

    A line with nothing to say is left out, never filled. Past the most lines the highest drop number
    goes first, and of two alike the later one. A quiet week has its own, shorter list.

    Raises:
        InvalidInput: the rules name a line that nobody can write.
    """
    quiet = is_quiet(facts, rules.rollup.quiet_week)
    lines = []
    for rule in rules.rollup.lines:
        if rule.id not in WRITERS:
            raise InvalidInput(said("rollup.no_line", {"line": rule.id}))
        if quiet and rule.id not in rules.rollup.quiet_week.send:
            continue
        line_facts = WRITERS[rule.id](facts, rules)
        if line_facts is not None:
            lines.append((rule.drop, ComposedLine(id=rule.id, facts=line_facts)))
    while len(lines) > rules.rollup.max_lines:
        weakest = max(range(len(lines)), key=lambda index: (lines[index][0], index))
        del lines[weakest]
    return tuple(line for _, line in lines)


def notes_for(lines: Sequence[ComposedLine]) -> list[str]:
    """The lines of a post whose numbers have limits that its thread tells of."""
    return [line.id for line in lines if line.id in NOTED]
