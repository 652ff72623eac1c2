"""Applying with Slack configured: over real HTTP against the fake one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import cli
from tests.fakes.slack_api import TOKEN, FakeSlack, serving

PEOPLE = """\
name,e-mail,organisation
Tom,tom@example.org,Riverside Hospitals
Joe,joe@example.org,Brookvale Council
"""
Milepost = Callable[..., Awaitable[Result]]


@pytest.fixture
def milepost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Milepost:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MILEPOST_DATABASE_URL", "sqlite:///milepost.db")
    monkeypatch.setenv("SLACK_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "a secret")
    assert CliRunner().invoke(cli, ["init", "--dir", "mine"]).exit_code == 0
    Path("mine/people.csv").write_text(PEOPLE)

    async def run(*arguments: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, cli, list(arguments))

    return run


async def test_people_are_found_by_e_mail_and_the_others_are_named(
    milepost: Milepost, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = FakeSlack(people={"tom@example.org": "U0TOM"})
    async with serving(fake) as url:
        monkeypatch.setenv("SLACK_API_URL", url)
        result = await milepost("apply", "mine")
        assert result.exit_code == 0, result.output
        assert "found in Slack: 1" in result.stdout
        assert "not found in Slack: Joe" in result.stderr
        fake.people["joe@example.org"] = "U0JOE"
        again = await milepost("apply", "mine")
        assert again.stdout == "Nothing changed.\nfound in Slack: 1\n"


async def test_files_are_kept_while_slack_is_away(
    milepost: Milepost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:1/api/")
    result = await milepost("apply", "mine")
    assert result.exit_code == 0
    assert "new leader: Tom" in result.stdout
    assert "people were not looked up" in result.stderr
