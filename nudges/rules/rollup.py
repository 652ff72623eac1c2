"""The Friday post: which lines it has, in which order, and what each one says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from nudges.errors import InvalidInput
from nudges.rules.privacy import percent, small_count
from nudges.rules.rollup_facts import (
    ComposedLine,
    Heard,
    RollupFacts,
    StepInPost,
    Thanks,
    folded,
    one_line,
)
from nudges.rules.ruleset import NormRule, QuietWeek, Rules
from nudges.rules.wording import day_words

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


@dataclass(frozen=True, kw_only=True, slots=True)
class NormLine:
    """What may be said about how many take part; without `percent` only that it grows."""

    percent: int | None


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
        if rule.id not in _WRITERS:
            raise InvalidInput(f"The rollup has no line '{rule.id}'. Take it out of the rules.")
        if quiet and rule.id not in rules.rollup.quiet_week.send:
            continue
        said = _WRITERS[rule.id](facts, rules)
        if said is not None:
            lines.append((rule.drop, ComposedLine(id=rule.id, facts=said)))
    while len(lines) > rules.rollup.max_lines:
        weakest = max(range(len(lines)), key=lambda index: (lines[index][0], index))
        del lines[weakest]
    return tuple(line for _, line in lines)


def is_quiet(facts: RollupFacts, quiet: QuietWeek) -> bool:
    """Whether little was done, and by few. A week without active people is not quiet but at rest.

    The last week is never quiet: its post sums up the whole campaign.
    """
    if facts.is_last:
        return False
    return facts.done_this_week < quiet.done_under and facts.took_a_step < quiet.share_under * facts.active


def norm_line(facts: RollupFacts, rules: Rules) -> NormLine | None:
    """The share of people who took a step, rounded down, or only that it grows, or nothing.

    Neither is said of fewer people than a percentage needs. Growth is as many rises in a row as the
    rules ask for; weeks in which nobody was offered anything are stepped over.
    """
    norm = rules.rollup.norm
    share = percent(facts.took_a_step, facts.active, rules)
    if share is None or facts.active < norm.min_people:
        return None
    if share >= norm.percent_at_least:
        return NormLine(percent=share)
    shares = (*facts.earlier_shares, (facts.took_a_step, facts.active))
    return NormLine(percent=None) if _is_rising(shares, norm) else None


def _is_rising(shares: Sequence[tuple[int, int]], norm: NormRule) -> bool:
    known = [(k, n) for k, n in shares if n > 0][-norm.rising_weeks - 1 :]
    if len(known) <= norm.rising_weeks:
        return False
    # Whole numbers: two shares that are the same must never look like a rise.
    return all(before_k * n < k * before_n for (before_k, before_n), (k, n) in pairwise(known))


def may_be_named(last_named_on: date | None, on: date, rules: Rules) -> bool:
    """Whether a person may be thanked by name again on this day."""
    gap = timedelta(weeks=rules.privacy.same_person_named_min_gap_weeks)
    return last_named_on is None or on - last_named_on >= gap


def thanks_to_show(facts: RollupFacts, rules: Rules) -> tuple[Thanks, ...]:
    """The thanks of this post: the first ones by different people who were not named too recently.

    The same words are said once, whoever wrote them.
    """
    if not facts.may_name:
        return ()
    by_person: dict[str, Thanks] = {}
    said = {"", *facts.thanked_before}
    for each in facts.thanks:
        words = folded(each.text)
        if words in said or each.leader_id in by_person:
            continue
        if may_be_named(each.last_named_on, facts.on, rules):
            by_person[each.leader_id] = each
            said.add(words)
    return tuple(by_person.values())[: rules.privacy.thanks_per_rollup_max]


def notes_for(lines: Sequence[ComposedLine]) -> list[str]:
    """The lines of a post whose numbers have limits that its thread tells of."""
    return [line.id for line in lines if line.id in NOTED]


def _step(step: StepInPost, *, may_name: bool) -> dict[str, Any]:
    return {
        "organisation": one_line(step.organisation),
        "step": one_line(step.text),
        "owner": one_line(step.owner) if may_name else "",
        "date": day_words(step.due_on),
        "helper": one_line(step.helper) if may_name else "",
        "is_help_asked": step.is_help_asked,
    }


def _steps(steps: Sequence[StepInPost], most: int, facts: RollupFacts) -> Mapping[str, Any] | None:
    if not steps:
        return None
    shown = [_step(step, may_name=facts.may_name) for step in steps[:most]]
    return {"steps": shown, "more": len(steps) - len(shown)}


def _title(facts: RollupFacts, rules: Rules) -> Mapping[str, Any]:
    return {"partnership": one_line(facts.partnership), "n": facts.week, "total": facts.weeks}


def _goal(facts: RollupFacts, rules: Rules) -> Mapping[str, Any]:
    return {"goal": one_line(facts.shared_goal)}


def _kept(facts: RollupFacts, rules: Rules) -> Mapping[str, Any] | None:
    # Of a whole campaign the last ones are named; the thread has them all.
    kept = facts.kept[::-1] if facts.is_last else facts.kept
    said = _steps(kept, rules.rollup.kept_max, facts)
    return None if said is None else {**said, **_span(facts)}


def _due(facts: RollupFacts, rules: Rules) -> Mapping[str, Any] | None:
    return _steps(sorted(facts.due, key=lambda step: step.due_on), rules.rollup.due_max, facts)


def _helped(facts: RollupFacts, rules: Rules) -> Mapping[str, Any] | None:
    return _steps(sorted(facts.passed, key=lambda step: step.due_on), rules.rollup.helped_max, facts)


def _done(facts: RollupFacts, rules: Rules) -> Mapping[str, Any]:
    return {
        "k": max(0, facts.done_this_week),
        "total": max(0, facts.done_in_total),
        "promises": max(0, facts.promises_kept),
        "was_asked": facts.active > 0,
        **_span(facts),
    }


def _span(facts: RollupFacts) -> Mapping[str, Any]:
    """What a line needs to say whether it speaks of this week or of all weeks."""
    return {"is_last": facts.is_last, "weeks": facts.weeks}


def _links(facts: RollupFacts, rules: Rules) -> Mapping[str, Any] | None:
    new, kept = max(0, facts.new_links), max(0, facts.kept_links)
    if not new and not kept:
        return None
    pairs = {"pairs": facts.pairs_met, "pairs_total": facts.pairs_total}
    return {"new": new, "kept": kept, **pairs, **_span(facts)}


def _heard(facts: RollupFacts, rules: Rules) -> Mapping[str, Any] | None:
    if facts.heard is None:
        return None
    return {
        "concern": one_line(facts.heard.concern),
        "reply": one_line(facts.heard.reply),
        "is_not_yet": facts.heard.is_not_yet,
        "answered": facts.heard.answered,
        "open": facts.heard.open,
    }


def _thanks(facts: RollupFacts, rules: Rules) -> Mapping[str, Any] | None:
    shown = [{"text": one_line(each.text), "by": one_line(each.by)} for each in thanks_to_show(facts, rules)]
    return {"thanks": shown} if shown else None


def _useful(facts: RollupFacts, rules: Rules) -> Mapping[str, Any] | None:
    if not facts.artefact and not facts.library_lines:
        return None
    return {"artefact": one_line(facts.artefact or ""), "lines": facts.library_lines}


def _norm(facts: RollupFacts, rules: Rules) -> Mapping[str, Any] | None:
    line = norm_line(facts, rules)
    return None if line is None else {"pct": line.percent}


def _learned(facts: RollupFacts, rules: Rules) -> Mapping[str, Any] | None:
    if not facts.learned and not facts.not_known and facts.not_known_said <= 0:
        return None
    return {
        "line": one_line(facts.learned or ""),
        "not_known": one_line(facts.not_known or ""),
        "said": small_count(facts.not_known_said, rules) if facts.not_known_said > 0 else "",
    }


def _help(facts: RollupFacts, rules: Rules) -> Mapping[str, Any] | None:
    asked, given = max(0, facts.help_asked), max(0, facts.help_given)
    return {"asked": asked, "given": given, **_span(facts)} if asked or given else None


def _next(facts: RollupFacts, rules: Rules) -> Mapping[str, Any]:
    minutes = facts.next_minutes or 0
    return {
        "theme": one_line(facts.next_theme or ""),
        "minutes": minutes,
        "is_quiet": is_quiet(facts, rules.rollup.quiet_week),
        # "Five minutes" is only promised where the next step keeps it.
        "is_small": 0 < minutes <= rules.cadence.first_step_minutes_max,
        "questions": facts.next_questions,
        "question_minutes": -(-rules.pulse.time_limit_seconds // 60),
        "partner_step": one_line(facts.next_partner_step or ""),
        "is_asking": facts.is_asking,
        "taper": [{"every": every, "weeks": weeks} for every, weeks in facts.taper],
    }


_WRITERS: Mapping[str, Callable[[RollupFacts, Rules], Mapping[str, Any] | None]] = {
    "title": _title,
    "goal": _goal,
    "kept": _kept,
    "due": _due,
    "helped": _helped,
    "done": _done,
    "links": _links,
    "heard": _heard,
    "thanks": _thanks,
    "useful": _useful,
    "norm": _norm,
    "learned": _learned,
    "help": _help,
    "next": _next,
}
