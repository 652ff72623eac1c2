"""Checks on the Friday post, tried on the real messages and on planted faults."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from bot.files.phrases import in_words
from bot.rendering.message_renderer import TemplateRenderer
from nudges.model.partner_step import StepStatus
from nudges.rules.rollup.rollup import ComposedLine, Heard, RollupFacts, compose
from nudges.rules.rollup.rollup_lint import BLANK, blanked, lint, lint_words, own_words_of
from tests.nudges.example_leader import RULES
from tests.nudges.rules.rollup.example_post import BARE, FULL, a_step

MESSAGES = Path(__file__).parents[4] / "config" / "messages"
RENDERER = TemplateRenderer(MESSAGES)
FRIDAY_SOURCES = sorted(
    path
    for folder in ("rollup", "rollup_thread", "board", "rollup_preview", "tell_team_words", "channel_paused")
    for path in (MESSAGES / folder).rglob("*.j2")
)


def rendered(lines: Sequence[ComposedLine]) -> list[str]:
    return [RENDERER.text("rollup", {"lines": [{"id": line.id, "facts": line.facts}]}) for line in lines]


def own(lines: Sequence[ComposedLine]) -> list[str]:
    return rendered([ComposedLine(id=line.id, facts=blanked(line.facts)) for line in lines])


def told(text_lines: Sequence[str], own_words: Sequence[str], *, thanked: int = 0) -> list[str]:
    return [in_words(problem) for problem in lint(text_lines, own_words, RULES, thanked=thanked)]


def problems(facts: RollupFacts) -> list[str]:
    lines = compose(facts, RULES)
    return told(rendered(lines), own(lines))


@pytest.mark.parametrize(
    "facts",
    [
        FULL,
        BARE,
        replace(BARE, active=0),
        replace(FULL, done_this_week=1, took_a_step=1),
        replace(FULL, done_this_week=1, took_a_step=1, next_minutes=5),
        replace(FULL, next_minutes=None),
        replace(FULL, may_name=False),
        replace(FULL, kept=tuple(map(a_step, range(9))), due=tuple(map(a_step, range(9)))),
        replace(FULL, is_last=True, next_theme=None, taper=((2, 4), (4, 12))),
        replace(BARE, is_last=True, next_theme=None, done_in_total=1, weeks=4),
        replace(FULL, next_questions=5, is_asking=True, next_partner_step="each of us promises one step"),
        replace(
            FULL, heard=Heard(concern="three forms", reply="we wait", answered=1, open=2, is_not_yet=True)
        ),
        replace(FULL, heard=Heard(concern="", reply="", answered=1, open=2)),
        replace(
            BARE, active=0, not_known_said=2, not_known="how to cover Fridays", library_lines=3, help_given=2
        ),
        replace(BARE, active=0, not_known_said=12, new_links=1, pairs_total=1, pairs_met=1),
        replace(BARE, took_a_step=20),
        replace(BARE, took_a_step=9, earlier_shares=((5, 20), (6, 20), (7, 20))),
    ],
)
def test_every_form_of_the_post_passes(facts: RollupFacts) -> None:
    assert problems(facts) == []


def test_a_stranger_can_name_owner_promise_and_date_of_a_due_step() -> None:
    lines = rendered(compose(replace(FULL, due=(a_step(2), a_step(5))), RULES))
    assert lines[3] == (
        "Due by next Friday: Trust 2, share list 2 (Owner 2, by Thursday 28 January); "
        "Trust 5, share list 5 (Owner 5, by Thursday 28 January)."
    )


def test_support_only_offered_is_never_called_in_place() -> None:
    words = "\n".join(path.read_text(encoding="utf-8") for path in FRIDAY_SOURCES)
    assert "in place" not in words
    passed = (a_step(3), a_step(4, is_help_asked=True), a_step(5))
    assert rendered(compose(replace(FULL, passed=passed), RULES))[4] == (
        "Date passed Thursday 28 January, help offered by Ruth: Trust 3, share list 3 (Owner 3). "
        "Date passed Thursday 28 January, help asked for from Ruth: Trust 4, share list 4 (Owner 4). "
        "And 1 more on the board."
    )


def test_what_people_wrote_is_not_searched_for_words() -> None:
    facts = replace(FULL, learned="we missed it! The red bins were overdue, 40% of them, saving £5")
    assert problems(facts) == []


@pytest.mark.parametrize(
    ("planted", "problem"),
    [
        ("Two steps are overdue.", "'overdue' is a banned word"),
        ("Two steps are LATE.", "'late' is a banned word"),
        ("This is the best organisation.", "'best organisation' is a banned word"),
        ("Marked RAG.", "'RAG' is a banned word"),
        ("Well done!", "there is an exclamation mark"),
        ("It saved £300.", "it speaks of money"),
        ("A saving for us all.", "it speaks of money"),
        (f"{BLANK}: 80% took a step.", "80% stands beside a name"),
        ("45 per cent took a step.", "45% is a share that is not said"),
        (f"{BLANK} came 1st.", "it ranks or counts points"),
        ("A streak of four.", "it ranks or counts points"),
        (f"{BLANK} has not done a step yet.", "it says who did not act"),
    ],
)
def test_a_planted_fault_is_found(planted: str, problem: str) -> None:
    lines = own(compose(BARE, RULES))
    assert problem in told([*lines, planted], [*lines, planted])


def test_words_that_only_look_like_banned_ones_pass() -> None:
    assert lint(["a"], ["Later, a franker related talk about scored wood and a rag?"], RULES) == []


def test_a_thirteenth_line_a_fourth_name_and_a_missing_ask_are_found() -> None:
    assert told(["a\nb"] * 6 + ["c"], ["a"], thanked=4) == [
        "there are 13 lines, 12 are allowed",
        "nothing is asked",
        "4 people are named, 3 are allowed",
    ]


@pytest.mark.parametrize("path", FRIDAY_SOURCES, ids=lambda path: str(path.relative_to(MESSAGES)))
def test_the_sources_of_the_friday_messages_hold_no_banned_word(path: Path) -> None:
    words = own_words_of(path.read_text(encoding="utf-8"))
    assert lint([], [words, "?"], RULES) == []


def test_no_message_at_all_holds_a_banned_word_or_an_exclamation_mark() -> None:
    sources = sorted(MESSAGES.rglob("*.j2"))
    assert len(sources) > len(FRIDAY_SOURCES)
    result = {path: lint_words(own_words_of(path.read_text("utf-8")), RULES) for path in sources}
    assert not {path: found for path, found in result.items() if found}


def test_our_words_inside_an_expression_are_found_and_comments_are_not() -> None:
    source = "{# overdue #}A{% set a = 'late' %}b {{ 'worst' if a else \"x\" }}{{ late }} step{% if a %}s"
    assert own_words_of(source).split() == ["A", "late", "b", BLANK, "worst", "x", BLANK, "steps"]


def test_blanks_replace_texts_and_leave_numbers_and_empty_texts() -> None:
    assert blanked({"a": "x", "b": ["y", {"c": "z", "d": 1}], "e": "", "f": None, "g": True}) == {
        "a": BLANK, "b": [BLANK, {"c": BLANK, "d": 1}], "e": "", "f": None, "g": True,
    }  # fmt: skip


@pytest.mark.parametrize("event", ["rollup", "rollup_thread", "board"])
def test_the_longest_sample_renders(event: str) -> None:
    facts = yaml.safe_load((MESSAGES / event / "sample.yaml").read_text("utf-8"))
    assert "Northern Valleys" in RENDERER.text(event, facts)


def test_an_empty_board_asks_instead_of_showing_nothing() -> None:
    assert "What could your organisation promise?" in RENDERER.text("board", {"steps": [], "promises": []})
    assert "What could yours promise?" in RENDERER.text(
        "rollup_thread", {"steps": [], "notes": [], "by_week": [], "open_page": ""}
    )


def test_statuses_hold_no_banned_word() -> None:
    assert [lint_words(status.replace("_", " "), RULES) for status in StepStatus] == [[]] * len(StepStatus)
