"""The Friday post from a shell: what it says now, what it said then, and posting it."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import cli

CHANNEL = "channels: {partnership: {platform: slack, workspace: T0, to: C0}}"


def milepost(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(cli, list(arguments))
    assert result.exit_code == code, result.output
    return result


@pytest.fixture
def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A campaign whose first week has begun, as if it had been launched before."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MILEPOST_DATABASE_URL", "sqlite:///milepost.db")
    milepost("init", "--dir", "mine")
    path = Path("mine/partnership.yaml")
    path.write_text(path.read_text().replace("channels: {}", CHANNEL))
    milepost("apply", "mine")
    today = datetime.now(UTC).date()
    monday = today + timedelta(days=7 - today.weekday())
    milepost("campaign", "launch", "starter", "--on", str(monday))
    with sqlite3.connect("milepost.db") as connection:
        connection.execute("UPDATE campaign_runs SET starts_on = ?", (str(monday - timedelta(weeks=1)),))
    return tmp_path


def test_the_post_names_owner_promise_and_date(running: Path) -> None:
    due = datetime.now(UTC).date() + timedelta(days=3)
    milepost(
        *("step", "add", "willow-carers", "Ring each new carer once", "--owner", "the carers' desk"),
        *("--done-means", "Ten carers were rung", "--by", str(due)),
        *("--why", "Carers cross from one of us to the other"),
    )
    told = milepost("rollup", "starter").stdout
    assert "Ring each new carer once" in told
    assert "the carers' desk" in told
    result = json.loads(milepost("rollup", "starter", "--json").stdout)
    assert result["week"] == 1
    assert [line["id"] for line in result["lines"]][:2] == ["title", "goal"]


def test_it_is_posted_once_a_day_through_the_ledger(running: Path) -> None:
    milepost("rollup", "starter", "--post")
    assert "out already" in milepost("rollup", "starter", "--post", code=1).stderr
    with sqlite3.connect("milepost.db") as connection:
        posts = connection.execute("SELECT count(*) FROM deliveries WHERE event = 'rollup'").fetchone()
    assert posts == (1,)


def test_without_a_channel_nothing_is_posted(running: Path) -> None:
    with sqlite3.connect("milepost.db") as connection:
        connection.execute("UPDATE partnerships SET channels = '{}'")
    assert "no channel" in milepost("rollup", "starter", "--post", code=1).stderr


def test_a_week_that_has_not_begun_has_no_post(running: Path) -> None:
    assert "is in week 1" in milepost("rollup", "starter", "--week", "3", code=1).stderr
