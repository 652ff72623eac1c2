"""What Milepost leaves out on purpose: scores, streaks and prizes; notes of talks; money; sensing."""

import ast
import re
from collections.abc import Iterator

import pytest

from bot.files.content import load_catalogue, load_rules
from storage.field_register import REGISTER
from tests.source import ROOT, definitions, name, nodes, python_files

CATALOGUE = load_catalogue()
PRIZES = re.compile(
    r"streak|badge|leader_?board|(?<!col)league|trust_?score|prize|reward|high_?score", re.IGNORECASE
)
NEVER_STORED = {
    "note": {"notes", "note", "transcript", "recording", "content", "body", "payload"},
    "sensing": {
        "read_at",
        "seen_at",
        "presence",
        "last_seen",
        "location",
        "latitude",
        "ip",
        "sentiment",
        "mood",
    },
    "characteristic": {
        "age",
        "birth",
        "gender",
        "sex",
        "ethnicity",
        "religion",
        "faith",
        "disability",
        "health",
    },
    "judgement": {"score", "rank", "points", "rating", "grade", "streak", "badge"},
}


def identifiers() -> Iterator[tuple[str, str]]:
    """The names of our classes, functions and files."""
    for path in python_files("nudges", "storage", "bot"):
        yield name(path), path.stem
        yield from ((name(path), node.name) for node in definitions(path))
        yield from ((name(path), node.name) for node in nodes(path) if isinstance(node, ast.ClassDef))


def test_there_is_no_score_no_streak_and_no_prize_in_the_code() -> None:
    assert not [found for found in identifiers() if PRIZES.search(found[1])]


def test_no_message_speaks_of_scores_streaks_or_prizes() -> None:
    templates = [
        path for path in (ROOT / "config" / "messages").rglob("*") if path.suffix in {".j2", ".yaml"}
    ]
    assert templates
    assert not [path.name for path in templates if PRIZES.search(path.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("kind", sorted(NEVER_STORED))
def test_nothing_of_this_kind_has_a_field(kind: str) -> None:
    words = [(each.table, each.column, set(each.column.split("_")) | {each.column}) for each in REGISTER]
    assert not [(table, column) for table, column, parts in words if parts & NEVER_STORED[kind]]


def test_no_action_needs_money() -> None:
    money = re.compile(r"£|\bbudget|\bbuy\b|\bpay for\b|\bcosts? money\b", re.IGNORECASE)
    said = {
        action.id: f"{action.title} {action.nudge} {action.cue} {action.smaller_step}"
        for action in CATALOGUE.actions.values()
    }
    assert not [action_id for action_id, text in said.items() if money.search(text)]


def test_the_friday_post_has_a_line_for_what_is_done_and_one_for_what_is_not_known() -> None:
    lines = {line.id for line in load_rules().rollup.lines}
    assert {"done", "learned"} <= lines
    for line in lines:
        assert (ROOT / "config" / "messages" / "rollup" / "lines" / f"{line}.j2").is_file()


def test_every_action_shows_the_same_fields_to_everybody() -> None:
    for action in CATALOGUE.actions.values():
        assert action.minutes > 0
        assert action.done_means
        assert action.smaller_step
        assert action.why
        assert action.source_title


def test_every_how_is_a_hundred_words_or_fewer() -> None:
    assert not [
        each.id for each in CATALOGUE.actions.values() if len(f"{each.cue} {each.smaller_step}".split()) > 100
    ]
