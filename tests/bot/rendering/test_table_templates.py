"""A table beside a template shows what the template says in words."""

from pathlib import Path

import pytest
import yaml

from bot.files.content import load_rules
from bot.rendering.message_renderer import TemplateRenderer
from nudges.errors import InvalidInput
from nudges.model.message import Message
from tests.bot.slack.test_layout import MESSAGES, sent

RENDERER = TemplateRenderer(MESSAGES)
TABLES = sorted(MESSAGES.glob("*/table.yaml"))
FACTS = yaml.safe_load((MESSAGES / "rollup_thread" / "sample.yaml").read_text(encoding="utf-8"))


def thread(**changes: object) -> Message:
    return RENDERER.message(sent("rollup_thread", FACTS | changes, 0))


def test_the_thread_has_one_table_and_the_same_in_words() -> None:
    sections = [section for section in thread().sections if section.table is not None]
    assert len(sections) == 1
    [section] = sections
    assert section.table is not None
    assert section.table.columns == ("Step", "Organisation", "Owner", "By", "Status")
    assert len(section.table.rows) == len(FACTS["steps"])
    for row, step in zip(section.table.rows, FACTS["steps"], strict=True):
        assert row[:4] == (step["step"], step["organisation"], step["owner"], step["date"])
        for part in (step["status"], step["given"], step["own_words"]):
            assert part in row[4]
            assert part in section.text
    assert section.text in thread().text


def test_two_organisations_share_the_table() -> None:
    steps = [FACTS["steps"][0], FACTS["steps"][0] | {"organisation": "A care home", "owner": ""}]
    [table] = [section.table for section in thread(steps=steps).sections if section.table is not None]
    assert [row[1] for row in table.rows] == [step["organisation"] for step in steps]
    assert table.rows[1][2] == ""


def test_without_steps_there_is_no_table() -> None:
    message = thread(steps=[])
    assert not [section for section in message.sections if section.table is not None]
    assert "No organisation has a step just now." in message.text


def test_no_fact_can_begin_or_leave_a_table() -> None:
    nasty = FACTS["steps"][0] | {"step": "\n\n| Not a table\n\n# Not a heading", "status": "{{ owner }}"}
    sections = thread(steps=[nasty]).sections
    [table] = [section.table for section in sections if section.table is not None]
    assert table.rows[0][0] == "| Not a table # Not a heading"
    assert table.rows[0][4].startswith("{{ owner }}.")
    assert [section.style for section in sections].count("heading") == 1


def test_a_missing_fact_is_named() -> None:
    step = {name: value for name, value in FACTS["steps"][0].items() if name != "own_words"}
    with pytest.raises(InvalidInput, match="own_words"):
        thread(steps=[step])


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.parent.name)
def test_the_words_of_a_table_are_as_kind_as_all_others(path: Path) -> None:
    source = yaml.safe_load(path.read_text(encoding="utf-8"))
    words = " ".join([source["caption"], *(each["name"] + " " + each["cell"] for each in source["columns"])])
    rules = load_rules().rollup
    assert not [
        each for each in (*rules.banned_everywhere, *rules.banned_in_rollup) if f" {each} " in f" {words} "
    ]
    assert "!" not in words
    assert "| " in (path.parent / "1.j2").read_text(encoding="utf-8"), (
        "the template says which part it stands for"
    )
