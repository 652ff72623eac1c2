"""Everything that the Friday post can say, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class StepInPost:
    """One organisation's step as the post names it. `helper` is who offers help once its date has passed."""

    organisation: str
    text: str
    owner: str
    due_on: date
    helper: str = ""
    is_help_asked: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """One thing that was heard and its reply, with how many are answered and open.

    `concern` is empty where no new reply is to be told of. `is_not_yet` says that the reply is "not yet,
    because ...".
    """

    concern: str
    reply: str
    answered: int
    open: int
    is_not_yet: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Thanks:
    """A line that its author agreed to share under `by`; `last_named_on` is of the author."""

    text: str
    by: str
    leader_id: str
    last_named_on: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RollupFacts:
    """Everything that the Friday post of `on` can say; what has no source yet stays empty.

    `took_a_step` of `active` people did something in this post's week. `earlier_shares` holds the same
    two numbers of the posts before it, oldest first. `may_name` is false where a campaign names nobody.
    `kept` is in the order of its dates. `thanked_before` are the words of earlier thanks, not said again.
    `not_known_said` is how often somebody said "I do not know yet" aloud. The post of the last week
    (`is_last`) sums up the whole campaign: then promises, links, help, and what was kept are those of all
    its weeks. `taper` is how often and for how long, in weeks, people hear from us after it.
    `next_questions` is how many questions next week asks instead of a step, and `is_asking` says that this
    week's questions can still be answered. Counts may be negative after an undo; the post never shows less
    than none.
    """

    partnership: str
    on: date
    week: int
    weeks: int
    shared_goal: str
    kept: tuple[StepInPost, ...] = ()
    due: tuple[StepInPost, ...] = ()
    passed: tuple[StepInPost, ...] = ()
    done_this_week: int = 0
    done_in_total: int = 0
    promises_kept: int = 0
    new_links: int = 0
    kept_links: int = 0
    pairs_met: int = 0
    pairs_total: int = 0
    active: int = 0
    took_a_step: int = 0
    earlier_shares: tuple[tuple[int, int], ...] = ()
    thanks: tuple[Thanks, ...] = ()
    artefact: str | None = None
    next_theme: str | None = None
    next_minutes: int | None = None
    help_asked: int = 0
    help_given: int = 0
    learned: str | None = None
    heard: Heard | None = None
    may_name: bool = True
    is_last: bool = False
    not_known: str | None = None
    not_known_said: int = 0
    library_lines: int = 0
    thanked_before: frozenset[str] = frozenset()
    next_questions: int = 0
    next_partner_step: str | None = None
    is_asking: bool = False
    taper: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class ComposedLine:
    """One line to be rendered from `rollup/lines/<id>.j2`; `facts` holds plain values only."""

    id: str
    facts: Mapping[str, Any]


def folded(text: str) -> str:
    """Somebody's words as they are told apart: without case, spaces and the stop at their end."""
    return one_line(text).casefold()


def one_line(text: str) -> str:
    """People's words on one line, without the full stop that the post puts there itself."""
    return " ".join(text.split()).rstrip(" .;,")
