"""`milepost metrics` from a shell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import cli


def milepost(*arguments: str) -> Result:
    result = CliRunner().invoke(cli, list(arguments))
    assert result.exit_code == 0, result.output
    return result


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example's files, applied."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MILEPOST_DATABASE_URL", "sqlite:///milepost.db")
    milepost("init", "--dir", "mine")
    milepost("apply", "mine")
    return tmp_path


def test_every_card_is_printed_with_what_it_cannot_tell(loaded: Path) -> None:
    told = milepost("metrics").stdout
    assert "Personal steps done" in told
    assert "0 since we began." in told
    assert told.count("What it cannot tell: ") == told.count("If it falls: ") == 9


def test_it_prints_one_json_value(loaded: Path) -> None:
    result = json.loads(milepost("metrics", "--json").stdout)
    assert {"id", "because", "decision", "if_same", "cannot_tell", "today"} <= set(result["metrics"][0])
    assert result["goals"] == []
