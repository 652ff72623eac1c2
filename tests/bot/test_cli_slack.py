"""Applying with Slack configured: over real HTTP against the fake one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import cli
from bot.clock import MovableClock
from bot.slack.install.install_stores import read_installation, slack_installation
from storage.store import SqlStore
from tests.fakes.installing import KEY, a_worker, settings
from tests.fakes.slack_api import TOKEN, FakeSlack, serving
from tests.fakes.slack_oauth import CLIENT_ID, CLIENT_SECRET, FakeApp

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


@pytest.fixture
def many(milepost: Milepost, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation that workspaces add by themselves."""
    for name in ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"):
        monkeypatch.delenv(name)
    wanted = {
        "SLACK_CLIENT_ID": CLIENT_ID,
        "SLACK_CLIENT_SECRET": CLIENT_SECRET,
        "SLACK_SIGNING_SECRET": "s",
        "MILEPOST_SECRET_KEYS": KEY,
    }
    for name, value in wanted.items():
        monkeypatch.setenv(name, value)


async def add_to(*workspaces: FakeSlack, app: FakeApp, url: str) -> None:
    """The app is added to each, a day apart."""
    at, secrets = datetime(2027, 1, 4, tzinfo=UTC), {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    store = SqlStore.open("sqlite:///milepost.db")
    async with a_worker(settings(url), store, MovableClock(at)) as directory:
        for number, slack in enumerate(workspaces):
            given = app.access(secrets | {"code": app.code_for(slack)})
            added = slack_installation(given, at=at + timedelta(days=number))
            await directory.add(*read_installation(added))
    await store.close()


@pytest.mark.usefixtures("many")
async def test_people_are_looked_for_in_every_workspace_that_added_the_app(
    milepost: Milepost, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = {"tom@example.org": "U0TOM"}
    north = FakeSlack(team="T0NORTH", tokens=set(), people=people)
    south = FakeSlack(team="T0SOUTH", tokens=set(), people=people | {"joe@example.org": "U0JOE"})
    app = FakeApp()
    async with serving(north, south, oauth=app) as url:
        monkeypatch.setenv("SLACK_API_URL", url)
        first = await milepost("apply", "mine")
        assert "No workspace has added the app yet: open http://127.0.0.1:8765/slack/install" in first.stderr
        await add_to(north, south, app=app, url=url)
        result = await milepost("apply", "mine")
    assert result.stdout.splitlines() == [
        "Nothing changed.",
        "found in Slack: 2",
        "  in T0NORTH: 1",
        "  in T0SOUTH: 1",
        "Tom is in several workspaces: messages go to T0NORTH, not to T0SOUTH",
    ]
    assert result.stderr == ""


@pytest.mark.usefixtures("many")
async def test_an_organisation_in_a_workspace_of_an_enterprise_is_looked_up_through_it(
    milepost: Milepost, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = Path("mine/partnership.yaml")
    named = 'name: "Riverside Hospitals"\n'
    assert named in file.read_text()
    file.write_text(file.read_text().replace(named, f"{named}    workspace: T0INSIDE\n"))
    whole = FakeSlack(team="E0WHOLE", tokens=set(), people={"tom@example.org": "U0TOM"}, covers=["T0INSIDE"])
    app = FakeApp()
    async with serving(whole, oauth=app) as url:
        monkeypatch.setenv("SLACK_API_URL", url)
        await milepost("apply", "mine")
        await add_to(whole, app=app, url=url)
        result = await milepost("apply", "mine")
    assert "found in Slack: 1" in result.stdout.splitlines()
    assert "not connected" not in result.stderr
