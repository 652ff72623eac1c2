"""Small counts and shares: what is held back, put together or rounded before anybody reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nudges.model.ruleset import Rules


def small_count(n: int, rules: Rules) -> str:
    """A count of people, of whom too few might be known by it: "none yet", "a few", or the number."""
    if n <= 0:
        return rules.privacy.none_words
    return rules.privacy.few_words if n < rules.privacy.min_people_for_breakdown else str(n)


def published_breakdown(
    counts: Mapping[str, int], rules: Rules, *, earlier: Sequence[Mapping[str, int]] = ()
) -> dict[str, int]:
    """What may be published of these counts after the breakdowns in `earlier`, oldest first.

    A cell moves only where the new number is as far from every number that it ever showed as a cell needs;
    otherwise it stays. So no two breakdowns differ by a few people, however far apart they are. Totals of
    the whole partnership are plain numbers and are published beside it.
    """
    least = rules.privacy.min_people_for_breakdown
    held: dict[str, int] = {}
    for name, n in counts.items():
        shown = [cells[name] for cells in earlier if name in cells]
        is_far = all(n == before or abs(n - before) >= least for before in shown)
        held[name] = n if is_far else shown[-1]
    return held


def percent(k: int, n: int, rules: Rules) -> int | None:
    """`k` of `n` people in whole per cent, always rounded down; None where there are too few people."""
    if n < rules.privacy.min_people_for_percent:
        return None
    return min(max(0, k), n) * 100 // n
