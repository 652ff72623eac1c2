"""What may be said of pulse answers: x of n with its range, three figures, and a matched change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from nudges.model.events import Event, EventKind
from nudges.model.pulse import END_MARK, PulseAnswer, PulseMoment
from nudges.model.ruleset import PulseItem, Rules
from nudges.said import Said, said

Z95 = 1.959963984540054
TOO_FEW = said("pulse.in_words.too_few")
AGREE, STRONGLY, DISAGREE = 4, 5, 2
REFERENCE_LABEL = said("pulse.reference")
# No correction is made for a small group that all answered: ranges are wider than need be, never narrower.
RANGE_NOTE = said("pulse.range_note")


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """`x` of `n`, and the range that the share may have: three shares from 0 to 1."""

    x: int
    n: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """x as a share of n."""
        return self.x / self.n

    @property
    def words(self) -> Said:
        """As it is shown: the count first."""
        share, low, high = (f"{part:.0%}" for part in (self.share, self.low, self.high))
        return said("pulse.share", {"x": self.x, "n": self.n, "share": share, "low": low, "high": high})


@dataclass(frozen=True, kw_only=True, slots=True)
class Totals:
    """The answers to one item at one moment. `points` is their mean on a scale from 0 to 100.

    `n` are those who answered with a value; "prefer not to say" is not among them.
    """

    agree: int
    strongly_agree: int
    disagree: int
    n: int
    points: float


@dataclass(frozen=True, kw_only=True, slots=True)
class MatchedChange:
    """How agreement moved among the people who answered both times; shares from -1 to 1.

    `before` and `after` are how many of the `n` agreed or strongly agreed. `n` may be a few fewer than
    answered both times: see `matched_changes`.
    """

    since: PulseMoment
    n: int
    before: int
    after: int
    low: float
    high: float

    @property
    def change(self) -> float:
        """The difference of the two shares."""
        return (self.after - self.before) / self.n

    @property
    def may_be_chance(self) -> bool:
        """Whether the range holds no change at all."""
        return self.low <= 0 <= self.high

    @property
    def words(self) -> Said:
        """As it is shown: points, range, how many people, and what may be chance.

        How many agreed is not said: two changes since the same start, less one another, could show what
        one person said.
        """
        points, low, high = (f"{round(100 * share):+d}" for share in (self.change, self.low, self.high))
        return said(
            "pulse.change_may_be_chance" if self.may_be_chance else "pulse.change",
            {"points": points, "low": low, "high": high, "n": self.n},
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class MomentShown:
    """One item at one moment, as everybody may see it."""

    moment: PulseMoment
    agree_or_strongly_agree: Share
    strongly_agree: Share
    disagree_or_strongly_disagree: Share
    change: MatchedChange | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemShown:
    """One item over the moments that were published, with the source's own result beside it."""

    id: str
    text: str
    is_end_extra: bool
    moments: tuple[MomentShown, ...]
    source_title: str
    source_quote: str
    reference: str
    reference_label: Said


def wilson(x: int, n: int, *, z: float = Z95) -> tuple[float, float]:
    """The Wilson range of a share of x in n; (0, 1) where n is 0.

    https://doi.org/10.1080/01621459.1927.10502953
    """
    if n == 0:
        return 0.0, 1.0
    share, wide = x / n, z * z / n
    middle = share + wide / 2
    reach = z * sqrt(share * (1 - share) / n + wide / (4 * n))
    low, high = (middle - reach) / (1 + wide), (middle + reach) / (1 + wide)
    # At the ends the sums are 0 and 1 but for rounding.
    return (0.0 if x == 0 else max(0.0, low)), (1.0 if x == n else min(1.0, high))


def paired_change(both: int, lost: int, gained: int, neither: int, *, z: float = Z95) -> tuple[float, float]:
    """Newcombe's range (his method 10) for the change of a share among the same people.

    Of the people, `both` agreed each time, `lost` only before, `gained` only after. Returns the lower and
    the upper end of (after - before), from -1 to 1.
    https://doi.org/10.1002/(SICI)1097-0258(19981130)17:22<2635::AID-SIM954>3.0.CO;2-C
    """
    n = both + lost + gained + neither
    if n == 0:
        return -1.0, 1.0
    after, before = (both + gained) / n, (both + lost) / n
    after_low, after_high = wilson(both + gained, n, z=z)
    before_low, before_high = wilson(both + lost, n, z=z)
    phi = _phi(both, lost, gained, neither)
    down = _reach(after - after_low, before_high - before, phi)
    up = _reach(after_high - after, before - before_low, phi)
    return max(-1.0, after - before - down), min(1.0, after - before + up)


def _reach(after: float, before: float, phi: float) -> float:
    return sqrt(max(0.0, after * after - 2 * phi * after * before + before * before))


def _phi(both: int, lost: int, gained: int, neither: int) -> float:
    """How alike the two answers of one person are, corrected for continuity as in method 10."""
    n = both + lost + gained + neither
    below = (both + lost) * (gained + neither) * (both + gained) * (lost + neither)
    if below == 0:
        return 0.0
    above = both * neither - lost * gained
    corrected = max(0.0, above - n / 2) if above >= 0 else float(above)
    return corrected / sqrt(below)


def totals(answers: Iterable[PulseAnswer], rules: Rules) -> dict[str, Totals]:
    """Item id -> its totals in one round, only where enough people answered it with a value."""
    values: dict[str, list[int]] = defaultdict(list)
    for answer in answers:
        if answer.value is not None:
            values[answer.item_id].append(answer.value)
    return {
        item_id: _counted(given, rules)
        for item_id, given in sorted(values.items())
        if len(given) >= rules.pulse.min_people
    }


def _counted(given: Sequence[int], rules: Rules) -> Totals:
    steps = len(rules.pulse.scale) - 1
    return Totals(
        agree=sum(value >= AGREE for value in given),
        strongly_agree=sum(value >= STRONGLY for value in given),
        disagree=sum(value <= DISAGREE for value in given),
        n=len(given),
        points=round(100 * sum(value - 1 for value in given) / (steps * len(given)), 1),
    )


def matched_changes(
    earlier: Iterable[PulseAnswer], later: Iterable[PulseAnswer], *, since: PulseMoment, rules: Rules
) -> dict[str, MatchedChange]:
    """Item id -> the change among people who answered it both times, where it may be shown.

    The published totals less the matched ones must never show what a few people said. Where one to four
    stand outside the matched group in either round, some matched people are left out by the order of their
    pseudonyms, which is the same as by lot, until nobody or enough people stand outside. Hidden where too
    few are left.
    """
    before, after = _values_by_item(earlier), _values_by_item(later)
    result: dict[str, MatchedChange] = {}
    for item_id in sorted(before.keys() & after.keys()):
        first, second = before[item_id], after[item_id]
        matched = sorted(first.keys() & second.keys())
        outside = (len(first) - len(matched), len(second) - len(matched))
        shown = matched[_left_out(outside, rules.privacy.min_people_for_breakdown) :]
        if len(shown) >= rules.pulse.min_people:
            agreed = [(first[key] >= AGREE, second[key] >= AGREE) for key in shown]
            result[item_id] = _change(agreed, since)
    return result


def _left_out(outside: tuple[int, int], least: int) -> int:
    """How many matched people to leave out, until outside stands nobody or at least `least` each time."""
    return next(
        more for more in range(least + 1) if all(each + more == 0 or each + more >= least for each in outside)
    )


def _change(agreed: Sequence[tuple[bool, bool]], since: PulseMoment) -> MatchedChange:
    both, lost = agreed.count((True, True)), agreed.count((True, False))
    gained, neither = agreed.count((False, True)), agreed.count((False, False))
    low, high = paired_change(both, lost, gained, neither)
    return MatchedChange(
        since=since, n=len(agreed), before=both + lost, after=both + gained, low=low, high=high
    )


def _values_by_item(answers: Iterable[PulseAnswer]) -> dict[str, dict[str, int]]:
    result: dict[str, dict[str, int]] = defaultdict(dict)
    for answer in answers:
        if answer.value is not None:
            result[answer.item_id][answer.person_key] = answer.value
    return result


def in_words(answers: Iterable[PulseAnswer], rules: Rules) -> dict[str, Said]:
    """Item id -> "Most agree.", "Few agree." or "Mixed.", without a number; for a small group.

    Where fewer answered than any breakdown needs, it is "Too few to say."
    """
    result: dict[str, Said] = {}
    for item_id, values in sorted(_values_by_item(answers).items()):
        share = sum(value >= AGREE for value in values.values()) / len(values)
        if len(values) < rules.privacy.min_people_for_breakdown:
            result[item_id] = TOO_FEW
        elif share > 2 / 3:
            result[item_id] = said("pulse.in_words.most_agree")
        else:
            result[item_id] = said("pulse.in_words.few_agree" if share < 1 / 3 else "pulse.in_words.mixed")
    return result


def closing_data(
    moment: PulseMoment, counted: Mapping[str, Totals], changes: Mapping[str, MatchedChange]
) -> dict[str, Any]:
    """What the event of a closed round holds: totals, and no answer of anybody."""
    return {
        "moment": str(moment),
        "items": {
            item_id: [totals.agree, totals.strongly_agree, totals.disagree, totals.n, totals.points]
            for item_id, totals in counted.items()
        },
        "changes": {
            item_id: [
                str(matched_change.since),
                matched_change.n,
                matched_change.before,
                matched_change.after,
                round(matched_change.low, 4),
                round(matched_change.high, 4),
            ]
            for item_id, matched_change in changes.items()
            if item_id in counted
        },
    }


def closed_totals(events: Iterable[Event]) -> dict[PulseMoment, dict[str, Totals]]:
    """Moment -> item id -> totals, as the closed rounds of one run published them."""
    result: dict[PulseMoment, dict[str, Totals]] = {}
    for event in _closed(events):
        items: Mapping[str, Sequence[Any]] = event.data["items"]
        result[PulseMoment(event.data["moment"])] = {
            item_id: Totals(
                agree=int(figures[0]),
                strongly_agree=int(figures[1]),
                disagree=int(figures[2]),
                n=int(figures[3]),
                points=float(figures[4]),
            )
            for item_id, figures in items.items()
        }
    return result


def closed_changes(events: Iterable[Event]) -> dict[PulseMoment, dict[str, MatchedChange]]:
    """Moment -> item id -> the matched change since the start, as the closed rounds published it."""
    result: dict[PulseMoment, dict[str, MatchedChange]] = {}
    for event in _closed(events):
        changes: Mapping[str, Sequence[Any]] = event.data["changes"]
        result[PulseMoment(event.data["moment"])] = {
            item_id: MatchedChange(
                since=PulseMoment(figures[0]),
                n=int(figures[1]),
                before=int(figures[2]),
                after=int(figures[3]),
                low=float(figures[4]),
                high=float(figures[5]),
            )
            for item_id, figures in changes.items()
        }
    return result


def _closed(events: Iterable[Event]) -> list[Event]:
    return [one for one in events if one.kind is EventKind.PULSE_CLOSED]


def fall_in_points(events: Iterable[Event]) -> float | None:
    """How far the mean of the items fell from start to mid, in points of 100; below 0 where it rose.

    Only items that were published both times count; None where there are none.
    """
    closed = closed_totals(events)
    start, mid = closed.get(PulseMoment.START, {}), closed.get(PulseMoment.MID, {})
    items = sorted(start.keys() & mid.keys())
    if not items:
        return None
    return sum(start[item].points - mid[item].points for item in items) / len(items)


def published(events: Iterable[Event], *, texts: Mapping[str, str], rules: Rules) -> tuple[ItemShown, ...]:
    """What everybody may see of one run's pulses, made of the events of its closed rounds alone.

    `texts` holds the statements by question id as they were asked, in their order (see `pulse.questions`
    for the end). A statement that was never published is left out.
    """
    rows = list(events)
    counted, changes = closed_totals(rows), closed_changes(rows)
    shown: list[ItemShown] = []
    for item_id, text in texts.items():
        item = rules.pulse.item(item_id.removesuffix(END_MARK))
        moments = tuple(
            _moment(moment, counted[moment][item_id], changes.get(moment, {}).get(item_id))
            for moment in PulseMoment
            if item_id in counted.get(moment, {})
        )
        if item is not None and moments:
            shown.append(_item(item, item_id, text, moments))
    return tuple(shown)


def _item(item: PulseItem, item_id: str, text: str, moments: tuple[MomentShown, ...]) -> ItemShown:
    return ItemShown(
        id=item_id,
        text=text,
        is_end_extra=item_id.endswith(END_MARK),
        moments=moments,
        source_title=item.source_title,
        source_quote=item.source_quote,
        reference=item.reference,
        reference_label=REFERENCE_LABEL,
    )


def _moment(moment: PulseMoment, counted: Totals, change: MatchedChange | None) -> MomentShown:
    return MomentShown(
        moment=moment,
        agree_or_strongly_agree=share_of(counted.agree, counted.n),
        strongly_agree=share_of(counted.strongly_agree, counted.n),
        disagree_or_strongly_disagree=share_of(counted.disagree, counted.n),
        change=change,
    )


def share_of(x: int, n: int) -> Share:
    """A count with its range; n is above 0."""
    low, high = wilson(x, n)
    return Share(x=x, n=n, low=low, high=high)
