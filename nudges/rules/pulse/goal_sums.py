"""Goals of a campaign as sums: what is needed of those who take part, and what a human decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nudges.model.catalogue import Goal
from nudges.model.placeholders import fill
from nudges.model.ruleset import Rules
from nudges.rules.pulse.pulse_figures import MatchedChange
from nudges.said import Said, said

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
PEOPLE = frozenset({"steps_done", "live_links"})
# Hours are given back in people's own diaries: no action brings their number, so a human says it.
BY_HAND = frozenset({"hours_given_back"})
PLACEHOLDERS = ("at_least", "of", "each", "by_week")


@dataclass(frozen=True, kw_only=True, slots=True)
class GoalCounts:
    """What one run has come to so far.

    `people` are the ids of those who said yes and have not left; `steps` and `links` are by person.
    `organisations_kept` are ready organisations with a public step that is done or has support in place.
    """

    people: frozenset[str] = frozenset()
    steps: Mapping[str, int] = field(default_factory=dict)
    links: Mapping[str, int] = field(default_factory=dict)
    pairs_met: int = 0
    pairs_total: int = 0
    organisations_kept: int = 0
    organisations: int = 0
    changes: Mapping[str, MatchedChange] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class GoalProgress:
    """How far one goal is: a count of a whole, and what is needed; never a name.

    `unit` says what is counted. `needed` is None where the range of a change decides.
    """

    number: int
    text: str
    unit: Said
    reached: int
    of: int
    needed: int | None
    is_reached: bool


def needed(goal: Goal, of: int) -> int:
    """The same share of `of` as `at_least` is of the goal's own number, rounded up."""
    if goal.at_least is None or not goal.of:
        return of
    return -(-goal.at_least * of // goal.of)


def goal_text(goal: Goal, of: int | None = None) -> str:
    """The goal in words, with the numbers for `of` people or organisation pairs; by default its own."""
    whole = goal.of if of is None else of
    least = goal.at_least if of is None or not goal.of else needed(goal, of)
    return fill(
        goal.text,
        {
            "at_least": str(least),
            "of": str(whole),
            "each": _in_words(goal.each),
            "by_week": str(goal.by_week),
        },
    )


def _in_words(number: int | None) -> str:
    return NUMBERS[number] if number is not None and 0 <= number < len(NUMBERS) else str(number)


def is_by_word(goal: Goal) -> bool:
    """Whether nothing can be counted, so that a human alone says whether it is reached."""
    if goal.type in ("in_words", "list"):
        return True
    if goal.type in ("group_count", "coverage"):
        return goal.measure is None or goal.at_least is None or goal.measure in BY_HAND
    return False


def unit_of(goal: Goal) -> Said:
    """What is counted, in words."""
    if goal.type == "all_partners":
        return said("pulse.counted.organisations")
    if goal.type == "pulse_change":
        return said("pulse.counted.people_who_agree")
    return said("pulse.counted.organisation_pairs" if goal.measure == "pairs_met" else "pulse.counted.people")


def progress(number: int, goal: Goal, counts: GoalCounts, rules: Rules) -> GoalProgress | None:
    """How far a counted goal is; None where it is not counted, or where too few people take part."""
    if not goal.enabled or goal.type == "comparison" or is_by_word(goal):
        return None
    if goal.type == "pulse_change":
        return _of_change(number, goal, counts)
    if goal.type == "all_partners":
        reached, of = counts.organisations_kept, counts.organisations
    elif goal.measure == "pairs_met":
        reached, of = counts.pairs_met, counts.pairs_total
    elif len(counts.people) >= rules.privacy.min_people_for_percent:
        reached, of = _people(goal, counts), len(counts.people)
    else:
        return None
    least = of if goal.type == "all_partners" else needed(goal, of)
    return GoalProgress(
        number=number,
        text=goal_text(goal, of),
        unit=unit_of(goal),
        reached=reached,
        of=of,
        needed=least,
        is_reached=of > 0 and reached >= least,
    )


def _people(goal: Goal, counts: GoalCounts) -> int:
    by_person = counts.links if goal.measure == "live_links" else counts.steps
    return sum(1 for person in counts.people if by_person.get(person, 0) >= (goal.each or 1))


def _of_change(number: int, goal: Goal, counts: GoalCounts) -> GoalProgress | None:
    change = counts.changes.get(goal.item or "")
    if change is None:
        return None
    return GoalProgress(
        number=number,
        text=goal_text(goal),
        unit=unit_of(goal),
        reached=change.after,
        of=change.n,
        needed=None,
        is_reached=change.low > 0,
    )
