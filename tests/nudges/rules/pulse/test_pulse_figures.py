"""Figures of the pulse: right sums, honest ranges, and nothing that shows what a few people said."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.files.content import load_rules
from bot.files.phrases import in_words
from nudges.model.events import Event, EventKind
from nudges.model.pulse import PulseAnswer, PulseMoment
from nudges.rules.pulse import pulse_figures as figures

RULES = load_rules()
MOST = RULES.pulse.min_people
TABLES = st.tuples(*[st.integers(min_value=0, max_value=60)] * 4).filter(lambda table: sum(table) > 0)


def answers(
    values: Sequence[int | None],
    *,
    moment: PulseMoment = PulseMoment.START,
    item: str = "NET",
    first: int = 0,
) -> list[PulseAnswer]:
    """One answer of each of "p0", "p1", and so on; None is "prefer not to say"."""
    return [
        PulseAnswer(
            run_id="run",
            moment=moment,
            person_key=f"p{first + number}",
            item_id=item,
            value=value,
            answered_on=date(2027, 1, 5),
        )
        for number, value in enumerate(values)
    ]


def closed(moment: PulseMoment, now: Sequence[PulseAnswer], before: Sequence[PulseAnswer] = ()) -> Event:
    changes = figures.matched_changes(before, now, since=PulseMoment.START, rules=RULES)
    return Event(
        partnership_id="riverside",
        at=datetime(2027, 1, 14, 12, tzinfo=UTC),
        kind=EventKind.PULSE_CLOSED,
        run_id="run",
        data=figures.closing_data(moment, figures.totals(now, RULES), changes),
    )


# -- ranges ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "n", "low", "high"), [(0, 10, 0.0, 0.2775), (24, 48, 0.3639, 0.6361), (48, 48, 0.9259, 1.0)]
)
def test_a_share_has_its_wilson_range(x: int, n: int, low: float, high: float) -> None:
    assert figures.wilson(x, n) == pytest.approx((low, high), abs=0.0001)


def test_forty_eight_replies_are_known_to_about_fourteen_points() -> None:
    low, high = figures.wilson(24, 48)
    assert round(100 * (high - low) / 2) == 14


def test_the_change_has_newcombes_own_published_range() -> None:
    low, high = figures.paired_change(36, 2, 12, 0)
    assert (round(low, 4), round(high, 4)) == (0.0569, 0.3404)


def test_with_48_matched_people_a_change_under_about_22_to_28_points_may_be_chance() -> None:
    """The rule's own sums hold where the two answers of a person have little to do with each other."""
    least = []
    for before in range(15, 27):
        for gained in range(49 - before):
            lost = round(before * (48 - before - gained) / 48)
            low, _ = figures.paired_change(before - lost, lost, gained, 48 - before - gained)
            if low > 0:
                least.append(100 * (gained - lost) / 48)
                break
    assert 18 <= min(least) <= 24
    assert max(least) <= 28


@given(TABLES)
def test_the_range_of_a_change_holds_the_change_and_stays_within_bounds(
    table: tuple[int, int, int, int],
) -> None:
    both, lost, gained, neither = table
    low, high = figures.paired_change(*table)
    change = (gained - lost) / sum(table)
    assert -1 <= low <= change + 1e-12
    assert change - 1e-12 <= high <= 1
    mirrored = figures.paired_change(both, gained, lost, neither)
    assert mirrored == pytest.approx((-high, -low))


@given(TABLES, st.integers(min_value=2, max_value=20))
def test_more_people_make_the_range_no_wider(table: tuple[int, int, int, int], times: int) -> None:
    low, high = figures.paired_change(*table)
    many_low, many_high = figures.paired_change(*(each * times for each in table))
    assert many_high - many_low <= high - low + 1e-9


@pytest.mark.parametrize(
    ("weights", "change"),
    [((40, 10, 40, 10), 0.30), ((25, 25, 25, 25), 0.0), ((60, 5, 15, 20), 0.10), ((30, 20, 10, 40), -0.10)],
)
def test_the_range_holds_the_true_change_about_95_times_in_100(
    weights: tuple[int, int, int, int], change: float
) -> None:
    drawn = random.Random(20270104)
    rounds, people, held = 1500, 48, 0
    for _ in range(rounds):
        cells = drawn.choices(range(4), weights, k=people)
        low, high = figures.paired_change(*(cells.count(cell) for cell in range(4)))
        held += low <= change <= high
    assert 0.93 <= held / rounds <= 0.985


# -- totals ------------------------------------------------------------------


def test_three_figures_are_counted_and_prefer_not_to_say_is_in_none_of_them() -> None:
    totals = figures.totals(answers([1, 2, 3, 3, 4, 4, 4, 5, 5, 5, None, None]), RULES)["NET"]
    assert (totals.agree, totals.strongly_agree, totals.disagree, totals.n) == (6, 3, 2, 10)
    assert totals.points == 65.0


@pytest.mark.parametrize(("said", "is_shown"), [(9, False), (10, True)])
def test_nothing_is_counted_under_ten_who_said_something(said: int, is_shown: bool) -> None:
    assert ("NET" in figures.totals(answers([4] * said + [None] * 30), RULES)) is is_shown


def test_a_share_reads_as_a_count_first() -> None:
    assert in_words(figures.share_of(24, 48).words) == "24 of 48, 50% (36% to 64%)"


# -- the matched change --------------------------------------------------------


def test_a_change_counts_only_those_who_answered_both_times() -> None:
    start = answers([2] * 20)
    end = answers([5] * 20, moment=PulseMoment.END, first=8)  # p8 to p27: 12 matched
    matched_change = figures.matched_changes(start, end, since=PulseMoment.START, rules=RULES)["NET"]
    assert (matched_change.n, matched_change.before, matched_change.after) == (12, 0, 12)
    assert not matched_change.may_be_chance


@pytest.mark.parametrize(
    ("matched", "only_start", "only_end", "shown"),
    [
        (9, 20, 20, None),
        (10, 0, 0, 10),
        (10, 5, 5, 10),
        (40, 4, 0, 35),
        (40, 0, 1, 35),
        (40, 5, 4, 39),
        (40, 0, 7, 40),
        (12, 3, 3, 10),
        (11, 3, 3, None),
    ],
)
def test_people_are_left_out_of_a_change_where_one_to_four_stand_outside_and_it_is_hidden_under_ten(
    matched: int, only_start: int, only_end: int, shown: int | None
) -> None:
    start = answers([3] * (matched + only_start))
    end = [
        *answers([4] * matched, moment=PulseMoment.END),
        *answers([4] * only_end, moment=PulseMoment.END, first=1000),
    ]
    result = figures.matched_changes(start, end, since=PulseMoment.START, rules=RULES)
    assert (result["NET"].n if "NET" in result else None) == shown


@given(
    st.lists(st.sampled_from([None, 1, 2, 3, 4, 5]), max_size=40),
    st.lists(st.sampled_from([None, 1, 2, 3, 4, 5]), max_size=40),
    st.integers(min_value=0, max_value=40),
)
def test_no_published_totals_less_the_matched_ones_show_fewer_than_five_people(
    start: list[int | None], end: list[int | None], first: int
) -> None:
    before, after = answers(start), answers(end, moment=PulseMoment.END, first=first)
    event = closed(PulseMoment.END, after, before)
    counted = figures.closed_totals([closed(PulseMoment.START, before), event])
    for item, change in figures.closed_changes([event])[PulseMoment.END].items():
        for moment in (PulseMoment.START, PulseMoment.END):
            assert counted[moment][item].n - change.n not in range(1, 5)
            assert counted[moment][item].n >= MOST


def test_a_change_that_may_be_chance_says_so() -> None:
    start = answers([4] * 20 + [2] * 20)
    end = answers([4] * 22 + [2] * 18, moment=PulseMoment.END)
    matched_change = figures.matched_changes(start, end, since=PulseMoment.START, rules=RULES)["NET"]
    assert matched_change.may_be_chance
    words = in_words(matched_change.words)
    assert words.endswith("This may be chance.")
    assert words.startswith("+5 points (")
    assert "among 40 people" in words
    assert "20" not in words


# -- what is published ---------------------------------------------------------


def test_what_is_shown_is_made_of_the_closed_rounds_alone() -> None:
    start, end = answers([2] * 30 + [4] * 18), answers([5] * 40 + [3] * 8, moment=PulseMoment.END)
    events = [closed(PulseMoment.START, start), closed(PulseMoment.END, end, start)]
    (shown,) = figures.published(events, texts={"NET": "I have a strong network."}, rules=RULES)
    assert [one.moment for one in shown.moments] == [PulseMoment.START, PulseMoment.END]
    first, last = shown.moments
    assert in_words(first.agree_or_strongly_agree.words).startswith("18 of 48")
    assert last.strongly_agree.x == 40
    assert last.disagree_or_strongly_disagree.x == 0
    assert first.change is None
    assert last.change is not None
    assert last.change.since is PulseMoment.START
    assert shown.reference == "44% at start, 82% at end (agreed)"
    assert shown.reference_label == figures.REFERENCE_LABEL


def test_a_statement_that_nobody_may_see_is_not_there() -> None:
    events = [closed(PulseMoment.START, answers([4] * 9))]
    assert figures.published(events, texts={"NET": "x", "NOPE": "y"}, rules=RULES) == ()


def test_an_event_of_a_closed_round_holds_totals_and_no_answer() -> None:
    data = closed(PulseMoment.START, answers([4] * 12)).data
    assert data["items"] == {"NET": [12, 0, 0, 12, 75.0]}
    assert "p1" not in str(data)


def test_the_fall_from_start_to_mid_is_the_mean_over_what_was_published_both_times() -> None:
    start = [*answers([5] * 12), *answers([5] * 12, item="SEE"), *answers([5] * 9, item="LIS")]
    mid = [
        *answers([4] * 12, moment=PulseMoment.MID),
        *answers([5] * 12, item="SEE", moment=PulseMoment.MID),
        *answers([1] * 12, item="LIS", moment=PulseMoment.MID),
    ]
    events = [closed(PulseMoment.START, start), closed(PulseMoment.MID, mid, start)]
    assert figures.fall_in_points(events) == pytest.approx(12.5)
    assert figures.fall_in_points(events[:1]) is None


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([4, 5, 4, 4, 1], "Most agree."),
        ([1, 2, 3, 1, 5], "Few agree."),
        ([4, 4, 4, 1, 1, 1], "Mixed."),
        ([5, 5, 5, 5], "Too few to say."),
    ],
)
def test_a_small_group_is_told_in_words_without_a_number(values: list[int], words: str) -> None:
    (answered,) = figures.in_words(answers(values), RULES).values()
    assert in_words(answered) == words
