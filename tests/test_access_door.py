"""Keeps what nobody checks behind one door: who may read what is stored without saying for whom."""

import ast
from pathlib import Path

import pytest

from tests.source import name, nodes, python_files

DOOR = "nudges/access.py"
# No person acts here, or the person was let in before: the door itself says more.
TRUSTED = ("nudges/use_cases/", "nudges/unit_of_work/")
TRUSTED_FILES = {DOOR, "nudges/repositories.py", "nudges/run_timers.py"}
# What a person taps, fills in or types.
BEFORE_THE_DOOR = ("nudges/answers/", "nudges/record_reply.py")
# The rim: who reads there without a door, and why.
IN_THE_RIM = {
    "bot/commands/command_setup.py": "the operator names a partnership or a person at the command line",
    "bot/commands/step.py": "the operator works on the steps of a partnership at the command line",
    "bot/content/own_campaigns.py": "reads the campaigns that leads wrote into the catalogue, for all",
    "bot/doctor/doctor.py": "the operator has everything that is set up looked over",
    "bot/sandbox/headless.py": "plays a whole partnership that is made up, and sums it up",
    "bot/sandbox/page/explain.py": "explains a partnership that is made up",
    "bot/sandbox/page/session.py": "shows a partnership that is made up",
    "bot/sandbox/personas/arrivals.py": "lets made-up people join and leave",
    "bot/sandbox/world.py": "fills a store with a partnership that is made up",
    "bot/slack/install/workspace_directory.py": "reads which workspaces the app was added to",
}


def looks(path: Path) -> list[tuple[int, str]]:
    """Each line that reads what nobody checks, with what it reads."""
    return [
        (node.lineno, node.attr)
        for node in nodes(path)
        if isinstance(node, ast.Attribute)
        and (node.attr == "unchecked" or node.attr.startswith("unchecked_"))
    ]


def test_answers_to_people_read_through_the_door() -> None:
    wrong = [
        f"{name(path)}:{line} {what}"
        for path in python_files("nudges")
        if name(path).startswith(BEFORE_THE_DOOR)
        for line, what in looks(path)
    ]
    assert not wrong, f"name it in {DOOR}, with the check that belongs to it"


def test_answers_to_people_take_nothing_by_its_id_from_the_unit_of_work() -> None:
    # `work.nudge` and `work.pair` read the ledger by an id; an answer has `reply.nudge()` and the door.
    wrong = [
        f"{name(path)}:{node.lineno} {ast.unparse(node.func)}"
        for path in python_files("nudges")
        if name(path).startswith(BEFORE_THE_DOOR)
        for node in nodes(path)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("nudge", "pair")
        and ast.unparse(node.func.value).rpartition(".")[2] == "work"
    ]
    assert not wrong


def test_elsewhere_in_the_core_only_what_the_door_names_reads_unchecked() -> None:
    wrong = [
        f"{name(path)}:{line} {what}"
        for path in python_files("nudges")
        if name(path) not in TRUSTED_FILES and not name(path).startswith(TRUSTED)
        for line, what in looks(path)
    ]
    assert not wrong


def test_the_rim_reads_unchecked_only_where_it_says_why() -> None:
    result = {name(path) for path in python_files("bot") if looks(path)}
    assert result == set(IN_THE_RIM), "say why, or take it off the list"


@pytest.mark.parametrize("line", ["tx.homes.unchecked(a)", "await tx.commitments.unchecked_pair(id)"])
def test_a_look_is_seen(line: str, tmp_path: Path) -> None:
    path = tmp_path / "answer.py"
    path.write_text(f"async def look(tx, a, id):\n    {line}\n", encoding="utf-8")
    assert [found for found, _ in looks(path)] == [2]
