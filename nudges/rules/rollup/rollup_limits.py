"""What a Friday post may say of people: whom it thanks, which share it says, and when a week was quiet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from nudges.model.ruleset import NormRule, QuietWeek, Rules
from nudges.model.small_counts import percent
from nudges.rules.rollup.rollup_facts import RollupFacts, Thanks, folded


@dataclass(frozen=True, kw_only=True, slots=True)
class NormLine:
    """What may be said about how many take part; without `percent` only that it grows."""

    percent: int | None


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
    for thanks in facts.thanks:
        words = folded(thanks.text)
        if words in said or thanks.leader_id in by_person:
            continue
        if may_be_named(thanks.last_named_on, facts.on, rules):
            by_person[thanks.leader_id] = thanks
            said.add(words)
    return tuple(by_person.values())[: rules.privacy.thanks_per_rollup_max]
