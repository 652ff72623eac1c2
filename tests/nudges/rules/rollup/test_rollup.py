"""The lines of the Friday post."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nudges.errors import InvalidInput
from nudges.rules.rollup.rollup import (
    RollupFacts,
    compose,
    is_quiet,
    may_be_named,
    norm_line,
    notes_for,
    thanks_to_show,
)
from nudges.said import said
from tests.nudges.example_leader import RULES
from tests.nudges.rules.rollup.example_post import BARE, FRIDAY, FULL, a_step, thanks


def ids(facts: RollupFacts) -> list[str]:
    return [line.id for line in compose(facts, RULES)]


def facts_of(facts: RollupFacts, line_id: str) -> dict[str, object]:
    return next(dict(line.facts) for line in compose(facts, RULES) if line.id == line_id)


def shared(k: int, n: int, *earlier: tuple[int, int]) -> RollupFacts:
    return replace(BARE, took_a_step=k, active=n, done_this_week=k, earlier_shares=earlier)


def test_a_post_has_at_most_twelve_lines_and_the_least_needed_go_first() -> None:
    assert ids(FULL) == [
        *("title", "goal", "kept", "due", "helped", "done"),
        *("links", "heard", "thanks", "learned", "help", "next"),
    ]


def test_of_two_lines_with_the_same_drop_number_the_later_goes_first() -> None:
    short = replace(RULES, rollup=replace(RULES.rollup, max_lines=11))
    left = [line.id for line in compose(FULL, short)]
    assert "learned" in left
    assert "help" not in left


def test_a_line_with_nothing_to_say_is_left_out() -> None:
    assert ids(replace(BARE, active=0)) == ["title", "goal", "done", "next"]


def test_a_line_that_nobody_can_write_is_refused() -> None:
    odd = replace(RULES.rollup.lines[0], id="weather")
    with pytest.raises(InvalidInput) as caught:
        compose(BARE, replace(RULES, rollup=replace(RULES.rollup, lines=(odd,))))
    assert caught.value.said == said("rollup.no_line", {"line": "weather"})


@pytest.mark.parametrize(
    ("k", "n", "share"),
    [
        (9, 9, None),  # too few people
        (5, 10, None),
        (6, 10, 60),
        (59, 100, None),
        (596, 1000, None),  # 59.6% is not 60%
        (599, 1000, None),
        (60, 100, 60),
        (629, 1000, 62),
        (38, 60, 63),
        (10, 10, 100),
    ],
)
def test_a_share_is_said_from_sixty_per_cent_of_ten_people_on(k: int, n: int, share: int | None) -> None:
    line = norm_line(shared(k, n), RULES)
    assert (line.percent if line else None) == share
    assert ("norm" in ids(shared(k, n))) == (share is not None)


@given(st.integers(0, 500), st.integers(0, 500))
def test_the_share_said_is_never_more_than_the_truth(k: int, n: int) -> None:
    line = norm_line(shared(min(k, n), n), RULES)
    if line is not None and line.percent is not None:
        assert n >= 10
        assert 60 * n <= line.percent * n <= min(k, n) * 100


def test_three_rises_in_a_row_are_said_without_a_number() -> None:
    assert facts_of(shared(11, 20, (8, 20), (9, 20), (10, 20)), "norm") == {"pct": None}


@pytest.mark.parametrize(
    "earlier",
    [
        (),
        ((9, 20), (10, 20)),  # two rises
        ((8, 20), (10, 20), (10, 20)),  # no rise in between
        ((5, 10), (50, 100), (10, 20)),  # the same share three times
        ((12, 20), (9, 20), (10, 20)),
    ],
)
def test_less_than_three_rises_are_not_said(earlier: tuple[tuple[int, int], ...]) -> None:
    assert norm_line(shared(11, 20, *earlier), RULES) is None


def test_rest_weeks_neither_make_nor_break_a_rise() -> None:
    assert norm_line(shared(11, 20, (8, 20), (9, 20), (0, 0), (10, 20)), RULES) is not None


def test_a_rise_is_not_said_of_few_people() -> None:
    assert norm_line(shared(4, 9, (1, 9), (2, 9), (3, 9)), RULES) is None


def test_a_quiet_week_is_told_briefly_without_a_share_or_a_comparison() -> None:
    quiet = replace(FULL, done_this_week=4, took_a_step=4)
    assert ids(quiet) == ["title", "goal", "kept", "due", "helped", "done", "heard", "next"]
    assert facts_of(quiet, "next")["is_quiet"] is True


@pytest.mark.parametrize(
    ("done", "took", "active", "quiet"),
    [
        (4, 4, 20, True),
        (5, 4, 20, False),
        (4, 5, 20, False),
        (4, 4, 16, False),
        (4, 4, 17, True),
        (0, 0, 0, False),
    ],
)
def test_a_week_is_quiet_when_few_did_little(done: int, took: int, active: int, quiet: bool) -> None:
    facts = replace(BARE, done_this_week=done, took_a_step=took, active=active)
    assert is_quiet(facts, RULES.rollup.quiet_week) is quiet


def test_an_undo_never_brings_a_count_below_none() -> None:
    facts = replace(FULL, done_this_week=-2, done_in_total=-1, promises_kept=-1, new_links=-1, kept_links=0)
    assert [facts_of(facts, "done")[name] for name in ("k", "total", "promises")] == [0, 0, 0]
    assert "links" not in ids(facts)


def test_a_due_step_is_said_with_its_owner_and_date_and_nothing_is_hidden() -> None:
    due = tuple(a_step(n, due_on=FRIDAY + timedelta(days=6 - n)) for n in range(5))
    facts = facts_of(replace(FULL, due=due), "due")
    assert facts["more"] == 2
    steps = facts["steps"]
    assert isinstance(steps, list)
    assert [step["owner"] for step in steps] == ["Owner 4", "Owner 3", "Owner 2"], "the nearest date first"
    assert steps[0] == {
        "organisation": "Trust 4",
        "step": "share list 4",
        "owner": "Owner 4",
        "date": "Sunday 24 January",
        "helper": "Ruth",
        "is_help_asked": False,
    }


def test_up_to_three_kept_and_two_helped_steps_are_said() -> None:
    facts = replace(FULL, kept=tuple(map(a_step, range(4))), passed=tuple(map(a_step, range(4))))
    said_of = [facts_of(facts, line) for line in ("kept", "helped")]
    assert [(len(line["steps"]), line["more"]) for line in said_of] == [  # type: ignore[arg-type]
        (3, 1),
        (2, 2),
    ]


def test_at_most_three_people_are_thanked_and_each_once() -> None:
    facts = replace(FULL, thanks=(thanks(1), thanks(2, leader_id="l1"), *(thanks(n) for n in range(3, 7))))
    assert [each.by for each in thanks_to_show(facts, RULES)] == ["Leader 1", "Leader 3", "Leader 4"]


def test_a_person_is_not_thanked_again_within_four_weeks() -> None:
    assert may_be_named(None, FRIDAY, RULES)
    assert may_be_named(FRIDAY - timedelta(weeks=4), FRIDAY, RULES)
    assert not may_be_named(FRIDAY - timedelta(days=27), FRIDAY, RULES)
    assert "thanks" not in ids(replace(FULL, thanks=(thanks(1, last_named_on=date(2027, 1, 15)),)))


def test_a_campaign_that_names_nobody_names_nobody() -> None:
    lines = str(compose(replace(FULL, may_name=False), RULES))
    assert "thanks" not in lines
    assert not any(name in lines for name in ("Owner", "Ruth", "Leader"))


def test_peoples_line_breaks_do_not_make_lines() -> None:
    assert facts_of(replace(FULL, learned=" a\n\nb. "), "learned")["line"] == "a b"


@pytest.mark.parametrize(("minutes", "small"), [(None, False), (0, False), (5, True), (6, False)])
def test_five_minutes_are_promised_only_where_they_are_enough(minutes: int | None, small: bool) -> None:
    assert facts_of(replace(FULL, next_minutes=minutes), "next")["is_small"] is small


def test_the_same_words_are_thanked_once_and_not_again_within_weeks() -> None:
    alike = (thanks(1), replace(thanks(2), text=" Thanks 1! "), thanks(3))
    assert [each.by for each in thanks_to_show(replace(FULL, thanks=alike), RULES)] == [
        "Leader 1",
        "Leader 3",
    ]
    before = replace(FULL, thanks=alike, thanked_before=frozenset({"thanks 3!"}))
    assert [each.by for each in thanks_to_show(before, RULES)] == ["Leader 1"]


def test_every_post_has_a_slot_for_what_was_done_and_one_for_what_was_learned_or_is_not_known() -> None:
    assert {"done", "learned"} <= {line.id for line in RULES.rollup.lines}
    assert "done" in ids(BARE)
    at_rest = replace(BARE, active=0)
    said_aloud = replace(at_rest, not_known_said=3)
    assert facts_of(said_aloud, "learned") == {"line": "", "not_known": "", "said": "a few"}
    assert (
        facts_of(replace(at_rest, not_known="how to cover Fridays."), "learned")["not_known"]
        == "how to cover Fridays"
    )
    assert "learned" not in ids(replace(BARE, not_known_said=-1))


def test_the_last_week_sums_up_all_weeks_is_never_quiet_and_says_what_comes() -> None:
    last = replace(
        FULL, is_last=True, done_this_week=1, took_a_step=1, next_theme=None, taper=((2, 4), (4, 12))
    )
    assert not is_quiet(last, RULES.rollup.quiet_week)
    for line in ("done", "links", "help", "kept"):
        assert facts_of(last, line)["is_last"] is True
    assert facts_of(last, "next")["taper"] == [{"every": 2, "weeks": 4}, {"every": 4, "weeks": 12}]
    kept = facts_of(replace(last, kept=tuple(map(a_step, range(5)))), "kept")["steps"]
    assert isinstance(kept, list)
    assert [step["owner"] for step in kept] == ["Owner 4", "Owner 3", "Owner 2"], "the last ones are named"


def test_the_post_says_how_many_questions_come_and_how_long_they_take() -> None:
    line = facts_of(replace(FULL, next_questions=5, next_minutes=None), "next")
    assert (line["questions"], line["question_minutes"]) == (5, 2)


def test_the_thread_tells_the_limits_of_the_lines_that_are_there_and_of_no_other() -> None:
    assert notes_for(compose(FULL, RULES)) == ["done", "links", "heard", "help"]
    assert notes_for(compose(replace(BARE, active=0), RULES)) == ["done"]


def test_a_new_line_in_the_library_is_something_to_use() -> None:
    assert facts_of(replace(BARE, active=0, library_lines=2), "useful") == {"artefact": "", "lines": 2}
