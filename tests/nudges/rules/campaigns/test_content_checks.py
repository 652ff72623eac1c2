"""Tests of nudges/rules/campaigns/content_checks.py: every fault is planted and caught, one at a time."""

from dataclasses import replace
from typing import Any

import pytest

from nudges.rules.campaigns.content_checks import Problem, banned_words_in, check_catalogue, check_rules
from tests.nudges.rules.campaigns.content_samples import an_action, catalogue_of, rules, shipped


def problems_of(**changes: Any) -> list[Problem]:
    return check_catalogue(catalogue_of(an_action(**changes)), rules())


def test_a_sound_action_has_no_problem() -> None:
    assert problems_of() == []


def test_the_catalogue_that_ships_has_59_sound_actions() -> None:
    assert len(shipped().actions) == 59
    assert check_catalogue(shipped(), rules()) == []


def test_the_rules_that_ship_hold_no_banned_word() -> None:
    assert check_rules(rules()) == []


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"title": "x" * 61}, "actions[0].title"),
        ({"title": " "}, "actions[0].title"),
        ({"nudge": "x" * 301}, "actions[0].nudge"),
        ({"smaller_step": "x" * 141}, "actions[0].smaller_step"),
        ({"done_means": "x" * 81}, "actions[0].done_means"),
        ({"done_means": ""}, "actions[0].done_means"),
        ({"minutes": 46}, "actions[0].minutes"),
        ({"minutes": 0}, "actions[0].minutes"),
        ({"rung": 4}, "actions[0].rung"),
        ({"rung": 0}, "actions[0].rung"),
        ({"category": "gossip"}, "actions[0].category"),
        ({"suits": ("astronaut",)}, "actions[0].suits"),
        ({"suits": ()}, "actions[0].suits"),
        ({"repeat_weeks": -1}, "actions[0].repeat_weeks"),
        ({"nudge": "Ring {peer}."}, "actions[0].nudge"),
        ({"smaller_step": "Send {peer} a line."}, "actions[0].nudge"),
        ({"nudge": "Ask {question}"}, "actions[0].questions"),
        ({"questions": ("why?",)}, "actions[0].questions"),
        ({"questions": ("x" * 91,), "nudge": "Ask {question}"}, "actions[0].questions[0]"),
        ({"why": "For {nobody}."}, "actions[0].why"),
        ({"cue": "When {peer.name}"}, "actions[0].cue"),
        ({"others_see": "The {score!r}"}, "actions[0].others_see"),
        ({"title": "A better score"}, "actions[0].title"),
        ({"done_means": "Nothing failed."}, "actions[0].done_means"),
        ({"why": "Good!"}, "actions[0].why"),
        ({"nudge": "Set up a standing meeting."}, "actions[0].nudge"),
        ({"cue": "I meet them every week"}, "actions[0].cue"),
    ],
)
def test_a_planted_fault_is_caught_at_its_place(changes: dict[str, Any], where: str) -> None:
    problems = problems_of(**changes)
    assert where in [problem.where for problem in problems]
    assert all(problem.what and problem.why and problem.todo for problem in problems)
    assert all(problem.severity == "error" for problem in problems)


def test_length_is_counted_with_the_longest_names() -> None:
    text = "x" * 270 + " {peer} "
    assert problems_of(nudge=text + "abcd", with_="cross_org_pair") == []
    assert len(text) < 300
    assert [problem.where for problem in problems_of(nudge=text + "abcde", with_="cross_org_pair")] == [
        "actions[0].nudge"
    ]


def test_a_limit_itself_is_allowed() -> None:
    assert check_catalogue(catalogue_of(an_action(), an_action(id="TEST-02", minutes=45)), rules()) == []
    assert problems_of(title="x" * 60, nudge="x" * 300, smaller_step="x" * 140, done_means="x" * 80) == []


def test_a_catalogue_without_enough_quick_actions_is_refused() -> None:
    long, short = an_action(minutes=30), an_action(id="TEST-02", minutes=15)
    more = [an_action(id=f"TEST-1{number}", minutes=30) for number in range(2)]
    assert check_catalogue(catalogue_of(long, short, more[0]), rules()) == []
    assert [p.where for p in check_catalogue(catalogue_of(long, short, *more), rules())] == ["actions"]


def test_the_sources_own_words_are_not_filtered() -> None:
    assert problems_of(source_quote="the worst score of the league!") == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It FAILED.", ("failed",)),
        ("the bottom line", ("bottom",)),
        ("a ragged rag", ()),
        ("RAG status", ("RAG",)),
        ("scoreboard and leagues", ()),
        ("best organisation of all", ("best organisation",)),
        ("non-compliant", ("non-compliant",)),
    ],
)
def test_banned_words_are_whole_words(text: str, words: tuple[str, ...]) -> None:
    roll = rules().rollup
    assert banned_words_in(text, (*roll.banned_everywhere, *roll.banned_in_rollup)) == words


@pytest.mark.parametrize(
    "text", ["Nobody was late", "{n} missed", "Saved £40", "A saving of time", "Well done!"]
)
def test_a_rollup_text_that_blames_or_counts_money_is_refused(text: str) -> None:
    problems = check_rules(replace(rules(), rollup=replace(rules().rollup, thread=text)))
    assert {problem.where for problem in problems} == {"rollup.thread"}


def test_a_support_ladder_that_blames_is_refused() -> None:
    ladder = rules().support_person
    steps = (replace(ladder.steps[0], do="You failed."), *ladder.steps[1:])
    problems = check_rules(replace(rules(), support_person=replace(ladder, steps=steps)))
    assert [problem.where for problem in problems] == ["support_person.steps[0].do"]


def test_a_quiet_week_names_lines_that_there_are() -> None:
    roll = rules().rollup
    quiet = replace(roll.quiet_week, send=("title", "weather"))
    problems = check_rules(replace(rules(), rollup=replace(roll, quiet_week=quiet)))
    assert [problem.where for problem in problems] == ["rollup.quiet_week.send[1]"]
