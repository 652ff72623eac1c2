"""Keeps the documents true: the register of requirements, its tests, links, and the generated pages."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from config.settings import Settings
from docs.generate import REFERENCE, SETTING_WORDS, pages
from tests.source import ROOT, definitions, name, python_files, repository_files
from tests.test_house import FLOORS, SUBJECTS

PARTS = {"A": 14, "B": 8, "C": 13, "D": 12, "E": 12, "F": 15, "G": 9, "H": 24, "I": 12, "J": 8}
IDS = [f"{letter}{number}" for letter, most in PARTS.items() for number in range(1, most + 1)]
STATES = {"done", "partly", "not yet"}
ROW = re.compile(r"^\| (?P<id>[A-J]\d+) \| (?P<cells>.*) \|$", re.MULTILINE)
LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
TESTED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
CODE_PATH = re.compile(r"`((?:nudges|bot|storage|config|tests)/[\w/.-]*)`")
# What a page for the public has no use for: how, by what and where it happened to be written.
# In pieces, so that this file passes its own test.
WORKPLACE = re.compile(
    "|".join(
        [
            r"\bla" + r"nguage mod" + r"el\b",
            r"\bA" + r"I\b[- ](?:ass" + r"istant|gen" + "erated)",
            r"\bcl" + r"aude\b",
            r"\bchat" + r"gpt\b",
            r"\bcop" + r"ilot\b",
            r"\bpro" + r"mpt engin",
            r"\bsub" + r"agents?\b",
            r"\bthis machine has\b",
        ]
    ),
    re.IGNORECASE,
)


@cache
def register() -> list[tuple[str, list[str]]]:
    """Each row of the register of requirements: its id and its other cells."""
    text = (ROOT / "docs" / "requirements.md").read_text(encoding="utf-8")
    return [(row["id"], [cell.strip() for cell in row["cells"].split(" | ")]) for row in ROW.finditer(text)]


@cache
def names_in(path: str) -> frozenset[str]:
    """The names of the tests in one file."""
    return frozenset(each.name for each in definitions(ROOT / path) if each.name.startswith("test_"))


def documents() -> tuple[Path, ...]:
    """Every page of words."""
    return tuple(path for path in repository_files() if path.suffix == ".md")


def test_the_register_holds_every_requirement_once_and_in_order() -> None:
    assert len(IDS) == 127
    assert [found for found, _ in register()] == IDS


def test_every_requirement_has_its_words_and_a_state() -> None:
    wrong = [
        result
        for result, cells in register()
        if len(cells) != 5 or not cells[0] or not cells[1] or cells[2] not in STATES
    ]
    assert not wrong, "| id | what | feature | state | shown by | what is missing |"


def test_what_is_not_done_says_what_is_missing() -> None:
    wrong = [found for found, cells in register() if (cells[2] == "done") == bool(cells[4])]
    assert not wrong


def test_every_done_requirement_names_its_test() -> None:
    wrong = [found for found, cells in register() if cells[2] == "done" and not TESTED.search(cells[3])]
    assert not wrong


def test_every_test_that_a_page_names_exists() -> None:
    wrong = [
        f"{name(page)}: {path}::{test}"
        for page in documents()
        for path, test in TESTED.findall(page.read_text(encoding="utf-8"))
        if not (ROOT / path).is_file() or test not in names_in(path)
    ]
    assert not wrong


def test_the_counts_above_the_register_are_right() -> None:
    text = (ROOT / "docs" / "requirements.md").read_text(encoding="utf-8")
    for state in STATES:
        count = sum(cells[2] == state for _, cells in register())
        assert f"**{count}** {state}" in text, f"{count} are {state}"


def test_every_link_of_a_page_leads_somewhere() -> None:
    wrong = [
        f"{name(page)}: {target}"
        for page in documents()
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if not target.startswith(("https://", "mailto:"))
        and not (page.parent / target.partition("#")[0]).resolve().exists()
    ]
    assert not wrong


def test_no_page_speaks_of_how_it_was_written() -> None:
    wrong = [
        f"{name(page)}:{number} {match.group()}"
        for page in documents()
        for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1)
        if (match := WORKPLACE.search(line))
    ]
    assert not wrong


def test_every_decision_is_numbered_and_says_why_and_what_follows() -> None:
    paths = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert [path.name[:4] for path in paths] == [f"{number:04}" for number in range(1, len(paths) + 1)]
    for path in paths:
        text = path.read_text(encoding="utf-8")
        assert all(f"\n## {part}\n" in text for part in ("Context", "Decision", "Consequences")), path.name


def test_the_architecture_explains_every_floor_and_every_subject() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = [line.split(" | ")[0] for line in text.splitlines() if line.startswith("| `")]
    doors = {"record_reply", "run_timers"}
    for floor in (set(FLOORS) - {"doors"}) | doors:
        assert any(f"`nudges/{floor}`" in row or f"`nudges/{floor}.py`" in row for row in rows), floor
    assert {row.strip("| `") for row in rows if "/" not in row} == SUBJECTS
    named = [path for path in CODE_PATH.findall(text) if not (ROOT / path).exists()]
    assert named == []


def test_every_setting_is_explained() -> None:
    assert set(SETTING_WORDS) == {field.alias for field in Settings.model_fields.values()}, (
        "say it in docs/generate.py"
    )


PAGES = pages()


@pytest.mark.parametrize("page", sorted(PAGES))
def test_the_reference_is_made_from_the_code_as_it_is(page: str) -> None:
    assert (REFERENCE / page).read_text(encoding="utf-8") == PAGES[page], "run: python -m docs.generate"


def test_every_reference_page_is_made_by_the_generator() -> None:
    assert {path.name for path in REFERENCE.iterdir()} == set(PAGES)


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) < 120


def test_tests_of_the_register_are_collected() -> None:
    """A test that pytest would not collect shows nothing."""
    named = {path for _, cells in register() for path, _ in TESTED.findall(cells[3])}
    collected = {name(path) for path in python_files("tests") if path.name.startswith("test_")}
    assert named <= collected
    assert all(ast.parse((ROOT / path).read_text(encoding="utf-8")) for path in named)
