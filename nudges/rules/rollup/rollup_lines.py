"""What each line of a Friday post is filled with; the words are in `config/messages/rollup/lines`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nudges.model.plain_words import day_words
from nudges.model.ruleset import Rules
from nudges.model.small_counts import small_count
from nudges.rules.rollup.rollup_facts import RollupFacts, StepInPost, one_line
from nudges.rules.rollup.rollup_limits import is_quiet, norm_line, thanks_to_show


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
    steps = _steps(kept, rules.rollup.kept_max, facts)
    return None if steps is None else {**steps, **_span(facts)}


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


WRITERS: Mapping[str, Callable[[RollupFacts, Rules], Mapping[str, Any] | None]] = {
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
