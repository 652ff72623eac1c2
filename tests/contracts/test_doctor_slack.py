"""What the doctor asks of Slack: every workspace, our messages and forms, the manifest."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import cli
from bot.doctor.slack_trial_calls import Shape, shapes, would_take
from bot.encryption import Encryption
from bot.slack.api.http_session import open_slack
from bot.slack.install.manifest import scopes
from bot.slack.install.tokens import Tokens, encrypt_tokens
from bot.slack.layout import words
from bot.wiring import MESSAGES
from nudges.model.installation import Installation, gone
from storage.migrate import upgrade
from storage.store import SqlStore
from tests.fakes.slack_api import CONFIG_TOKEN, TEAM, TOKEN, FakeSlack, Fault, serving
from tests.fakes.slack_limits import problem_of_blocks, problem_of_view

AT = datetime(2027, 1, 5, 10, 0, tzinfo=UTC)
KEY = "a key of thirty-two characters or more"
HOME = {"type": "home", "blocks": [words("x")]}
DATABASE = "sqlite:///milepost.db"
Doctor = Callable[[str], Awaitable[Result]]


@pytest.fixture
def doctor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Doctor:
    """`milepost doctor --online` against this address, with one token; tests set more."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MILEPOST_DATABASE_URL", DATABASE)
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "a secret")
    monkeypatch.setenv("SLACK_BOT_TOKEN", TOKEN)

    async def run(url: str) -> Result:
        monkeypatch.setenv("SLACK_API_URL", url)
        result = await asyncio.to_thread(CliRunner().invoke, cli, ["doctor", "--online"])
        assert "Traceback" not in result.output
        assert not isinstance(result.exception, Exception) or isinstance(result.exception, SystemExit)
        return result

    return run


async def installed(*installations: Installation) -> None:
    """These installations stand in the database of the present folder."""
    await asyncio.to_thread(upgrade, DATABASE)
    store = SqlStore.open(DATABASE)
    async with store.transaction() as tx:
        for installation in installations:
            await tx.installations.save(installation)
    await store.close()


def added(workspace: str, token: str, *, name: str) -> Installation:
    sealed = encrypt_tokens(Tokens(access=token), Encryption([KEY]), owner=f"slack:{workspace}")
    return Installation(platform="slack", workspace=workspace, name=name, sealed=sealed, installed_at=AT)


async def test_one_token_is_asked_before_there_is_a_database(doctor: Doctor) -> None:
    async with serving(FakeSlack()) as url:
        result = await doctor(url)
    assert f"reached, workspace {TEAM}" in result.stdout
    assert "milepost.db does not exist yet" in result.stdout
    assert not Path("milepost.db").exists()


async def test_every_workspace_is_asked_and_one_that_is_gone_is_named_with_what_to_do(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SLACK_BOT_TOKEN")
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "hush")
    monkeypatch.setenv("MILEPOST_SECRET_KEYS", KEY)
    everything = {one.name for one in scopes()}
    north = FakeSlack(team="T0NORTH", tokens={"xoxb-north"}, scopes=everything)
    south = FakeSlack(team="T0SOUTH", tokens={"xoxb-south"}, scopes=everything - {"mpim:write"})
    await installed(
        added("T0NORTH", "xoxb-north", name="North"),
        added("T0SOUTH", "xoxb-south", name="South"),
        gone(added("T0WEST", "xoxb-west", name="West"), at=AT, because="app_uninstalled"),
        replace(added("T0EAST", "xoxb-east", name="East"), workspace="T0MOVED"),
    )
    async with serving(north, south) as url:
        result = await doctor(url)
    assert "workspace North (T0NORTH): reached, workspace T0NORTH\n" in result.stdout
    assert "South (T0SOUTH): reached, workspace T0SOUTH, but it lacks mpim:write" in result.stdout
    assert "T0WEST: the app is gone" in result.stdout
    assert "/slack/install" in result.stdout
    assert "slack:T0MOVED: its tokens cannot be opened" in result.stdout
    asked = [method for one in (north, south) for method, _ in one.calls]
    assert asked.count("auth.test") == 2
    assert "blocks.validate" in {method for method, _ in north.calls}
    assert "blocks.validate" not in {method for method, _ in south.calls}
    assert "xoxb" not in result.output


async def test_a_workspace_that_is_gone_is_named_without_asking_slack(doctor: Doctor) -> None:
    await installed(gone(added("T0WEST", "xoxb-west", name="West"), at=AT, because="app_uninstalled"))
    result = await asyncio.to_thread(CliRunner().invoke, cli, ["doctor"])
    assert "workspace West (T0WEST): the app is gone since 2027-01-05 (app_uninstalled)" in result.stdout


async def test_several_workspaces_and_no_list_of_those_that_may_is_said_with_the_list(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    north, south = added("T0NORTH", "xoxb-1", name="North"), added("T0SOUTH", "xoxb-2", name="South")
    await installed(south, north)
    offline = await asyncio.to_thread(CliRunner().invoke, cli, ["doctor"])
    assert "workspaces: 2 are connected, and whoever has the link can add one more" in offline.stdout
    assert "SLACK_ALLOWED_WORKSPACES=T0NORTH,T0SOUTH" in offline.stdout
    monkeypatch.setenv("SLACK_ALLOWED_WORKSPACES", "T0NORTH")
    async with serving(FakeSlack()) as url:
        online = await doctor(url)
    assert "workspace South (T0SOUTH): connected, but SLACK_ALLOWED_WORKSPACES does not" in online.stdout
    assert "one more" not in online.stdout
    assert "North (T0NORTH): connected, but" not in online.stdout


async def test_one_workspace_needs_no_list_of_those_that_may(doctor: Doctor) -> None:
    await installed(added("T0NORTH", "xoxb-1", name="North"))
    offline = await asyncio.to_thread(CliRunner().invoke, cli, ["doctor"])
    assert "SLACK_ALLOWED_WORKSPACES" not in offline.stdout


async def test_slack_is_asked_about_every_message_page_and_form_in_few_calls(doctor: Doctor) -> None:
    fake = FakeSlack()
    async with serving(fake) as url:
        result = await doctor(url)
    assert "at their longest, and takes them" in result.stdout
    calls = [given for method, given in fake.calls if method == "blocks.validate"]
    views = sum(shape.view is not None for shape in shapes(MESSAGES))
    assert views < len(calls) < views + len(shapes(MESSAGES)) / 4


async def test_what_slack_would_refuse_is_named_by_its_message() -> None:
    good = Shape(name="good/1", blocks=[words("one"), words("two")])
    bad = Shape(name="bad/1", blocks=[words("three"), {"type": "nothing"}])
    async with serving(FakeSlack()) as url, open_slack(TOKEN, api_url=url) as slack:
        verdict = await would_take(slack, [good, bad, Shape(name="form", view={"type": "modal"})])
    assert verdict.checked == 3
    assert sorted(line.split(":")[0] for line in verdict.refused) == ["bad/1", "form"]


async def test_slack_is_given_time_when_it_asks_for_it_and_not_when_it_takes_long() -> None:
    fake, wanted = FakeSlack(), [Shape(name="one", view=HOME), Shape(name="two", view=HOME)]
    async with serving(fake) as url, open_slack(TOKEN, api_url=url) as slack:
        fake.fail("blocks.validate", Fault(kind="throttle", retry_after="1"))
        assert (await would_take(slack, wanted)).checked == 2
        fake.faults["blocks.validate"] = [Fault(kind="slow"), Fault(kind="throttle", retry_after="600")]
        verdict = await would_take(slack, wanted)
    assert (verdict.checked, verdict.refused) == (1, ())
    assert "ratelimited" in verdict.because


async def test_the_manifest_is_shown_to_slack_where_there_is_a_token_for_it(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(FakeSlack()) as url:
        assert "slack manifest: not asked" in (await doctor(url)).stdout
        monkeypatch.setenv("SLACK_CONFIG_TOKEN", CONFIG_TOKEN)
        assert "slack manifest: Slack would take it" in (await doctor(url)).stdout
        monkeypatch.setenv("SLACK_CONFIG_TOKEN", "xoxe.xoxp-old")
        old = await doctor(url)
    assert "twelve hours" in old.stdout
    assert "xoxe" not in old.output


async def test_a_token_that_is_refused_is_a_problem_and_is_not_shown(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-wrong")
    async with serving(FakeSlack()) as url:
        result = await doctor(url)
    assert result.exit_code == 1
    assert "invalid_auth" in result.stdout
    assert "SLACK_BOT_TOKEN" in result.stdout
    assert "xoxb-wrong" not in result.output


def test_every_shape_that_slack_is_asked_about_keeps_to_its_documented_limits() -> None:
    found = shapes(MESSAGES)
    assert {one.name.split("/")[0] for one in found} >= {"forms", "nudge", "rollup", "home"}
    wrong = [
        shape.name
        for shape in found
        if (problem_of_view(shape.view) if shape.view is not None else problem_of_blocks(list(shape.blocks)))
    ]
    assert wrong == []
