"""Every command that CONTRIBUTING.md gives runs as it is written there."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from bot.cli import cli
from bot.files.content import load_campaigns
from tests.source import ROOT, repository_files

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
CHECKLISTS = TEXT.partition("\n## Checklists\n")[2].partition("\n## ")[0]
STARTS = ("python3 run.py", ".venv/bin/")
CODE = re.compile(r"^```\n(?P<block>.*?)^```$|`(?P<inline>[^`]+)`", re.MULTILINE | re.DOTALL)
# What would start this suite again, reach another machine or never end is read and not run.
ONLY_READ = {
    "python3 run.py": "opens the sandbox and stays",
    "python3 run.py test": "is what runs this test",
    ".venv/bin/ruff": "is a step of its own in .ci/run",
    ".venv/bin/mypy": "is a step of its own in .ci/run",
    ".venv/bin/uv": "reaches a package index",
    ".venv/bin/milepost": "is named as a file, and given nothing to do",
}
NEEDED = {"bot", "config", "docs", "nudges", "storage"}


def commands(text: str) -> list[str]:
    """The commands in a text, as somebody would type them, each once."""
    result: dict[str, None] = {}
    for match in CODE.finditer(text):
        code = (match["block"] or match["inline"]).replace("\\\n", " ")
        for line in code.splitlines() if match["block"] else [" ".join(code.split())]:
            for part in re.split(r"&&|\|", line.partition(" #")[0]):
                if part.strip().startswith(STARTS):
                    result[" ".join(part.split())] = None
    return list(result)


def reason_to_read(command: str) -> str | None:
    """Why a command is only read; None where it is run."""
    if command == "python3 run.py":
        return ONLY_READ[command]
    starts = [one for one in ONLY_READ if one != "python3 run.py" and f"{command} ".startswith(f"{one} ")]
    return ONLY_READ[starts[0]] if starts else None


RUN = [one for one in commands(TEXT) if reason_to_read(one) is None]
READ = [one for one in commands(TEXT) if reason_to_read(one) is not None]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The checkout once more, so that what a command writes is not read half by another test."""
    folder = tmp_path_factory.mktemp("checkout")
    for path in repository_files():
        name = path.relative_to(ROOT)
        if name.parts[0] in NEEDED:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, folder / name)
    return folder


def words_of(command: str) -> list[str]:
    """The command for this Python, about a campaign that ships."""
    words = [next(iter(load_campaigns())) if one == "ID" else one for one in shlex.split(command)]
    if words[:2] == ["python3", "run.py"]:
        return [sys.executable, "-m", "bot.cli", *words[2:]]
    assert words[0] == ".venv/bin/python", f"say in ONLY_READ why {words[0]} is not run"
    return [sys.executable, *words[1:]]


@pytest.mark.parametrize("command", RUN)
def test_a_command_of_the_page_runs_as_it_is_written(command: str, checkout: Path) -> None:
    done = subprocess.run(words_of(command), cwd=checkout, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", READ)
def test_a_command_that_is_only_read_names_what_is_there(command: str) -> None:
    words = shlex.split(command)
    named = [one for one in words[1:] if "/" in one or one.endswith((".py", ".toml", ".txt"))]
    assert [one for one in named if not (ROOT / one).exists()] == []


def test_every_reason_is_still_needed() -> None:
    assert {reason_to_read(one) for one in READ} == set(ONLY_READ.values())


def test_the_checklists_have_commands_and_each_is_one_of_ours() -> None:
    inside = commands(CHECKLISTS)
    assert len(inside) >= 6
    assert "python3 run.py check config" in inside
    # `run.py X` is `milepost X`: a misspelt X is found here even where it would not be run.
    subcommands = {shlex.split(one)[2] for one in commands(TEXT) if one.startswith("python3 run.py ")}
    assert isinstance(cli, click.Group)
    assert subcommands - {"test", "--help", "X"} <= set(cli.commands)
