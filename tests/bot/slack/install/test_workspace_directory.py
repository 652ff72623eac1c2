"""The directory with the one token that was set by hand: as it always was, and told when it is refused."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
import pytest_asyncio
from pydantic import SecretStr

from bot.clock import MovableClock
from bot.slack.install.connect import open_workspaces
from bot.slack.install.workspace_directory import Workspaces
from config.settings import Settings
from nudges.errors import DeliveryError
from nudges.model.installation import Installation
from nudges.model.message import Message
from nudges.model.people import Address
from storage.store import SqlStore
from tests.bot.slack.conftest import NOW
from tests.fakes.installing import book, settings
from tests.fakes.slack_api import Fault, serving
from tests.fakes.slack_workspace import TEAM, TOKEN, FakeSlack

AMINA = Address(platform="slack", workspace=TEAM, to="U0AMINA")


def by_hand(api_url: str, token: str = TOKEN) -> Settings:
    """One workspace by its token, as it was before there could be many."""
    plain = {"slack_client_id": None, "slack_client_secret": None, "slack_bot_token": SecretStr(token)}
    return settings(api_url).model_copy(update=plain)


@dataclass(kw_only=True)
class Scene:
    """One workspace, one database; `connected` is who could be written to from then on."""

    fake: FakeSlack
    store: SqlStore
    api_url: str
    clock: MovableClock = field(default_factory=lambda: MovableClock(NOW))
    connected: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def worker(self, given: Settings | None = None) -> AsyncIterator[Workspaces]:
        async with open_workspaces(
            given or by_hand(self.api_url),
            store=self.store,
            clock=self.clock,
            book=book,
            timeout=timedelta(seconds=5),
            on_connected=self.connected.append,
        ) as workspaces:
            yield workspaces

    async def rows(self) -> list[tuple[str, bool, str]]:
        async with self.store.reading() as tx:
            return [(one.id, one.is_connected, one.sealed) for one in await tx.installations.unchecked_all()]


@pytest_asyncio.fixture
async def scene() -> AsyncIterator[Scene]:
    fake, store = FakeSlack(people={"amina@example.org": "U0AMINA"}), SqlStore.open("sqlite://")
    async with serving(fake) as api_url:
        yield Scene(fake=fake, store=store, api_url=api_url)
    await store.close()


async def test_one_workspace_is_met_once_and_nothing_is_written_down(scene: Scene) -> None:
    async with scene.worker() as workspaces:
        assert (workspaces.told(), workspaces.wants_to_meet) == ("not reached yet", True)
        await workspaces.meet()
        await workspaces.meet()
        await workspaces.refresh()
        assert (workspaces.told(), workspaces.wants_to_meet) == ("connected", False)
        assert list(workspaces.platforms) == [f"slack:{TEAM}"] == scene.connected
        assert await workspaces.connected() == [TEAM]
    assert len([method for method, _ in scene.fake.calls if method == "auth.test"]) == 1
    assert await scene.rows() == []


async def test_people_are_answered_before_slack_has_said_which_workspace_it_is(scene: Scene) -> None:
    async with scene.worker() as workspaces:
        platform = await workspaces.platform("T0WHICHEVER")
        assert platform is not None
        await platform.post(AMINA, Message(text="words"), key="key")
    assert len(scene.fake.posts()) == 1


async def test_slack_that_is_away_is_met_later(scene: Scene) -> None:
    scene.fake.fail("auth.test", Fault(kind="reset"))
    async with scene.worker() as workspaces:
        with pytest.raises(DeliveryError):
            await workspaces.meet()
        assert workspaces.told() == "not reached yet"
        await workspaces.meet()
        assert workspaces.told() == "connected"


async def test_a_refused_token_waits_for_another_one_and_a_new_start_brings_it_back(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    async with scene.worker() as workspaces:
        await workspaces.meet()
        platform = await workspaces.platform(TEAM)
        assert platform is not None
        scene.fake.gone = "token_revoked"
        with caplog.at_level(logging.ERROR), pytest.raises(DeliveryError):
            await platform.post(AMINA, Message(text="words"), key="key")
        await workspaces.settle()
        assert workspaces.platforms == {}
        assert await workspaces.platform(TEAM) is None
        assert (workspaces.told(), workspaces.wants_to_meet) == ("0 connected, 1 gone", True)
        assert TOKEN not in caplog.text
        with pytest.raises(DeliveryError):
            await workspaces.meet()
    assert await scene.rows() == [(f"slack:{TEAM}", False, "")]
    scene.fake.gone, scene.fake.tokens = "", {"xoxb-another"}
    async with scene.worker(by_hand(scene.api_url, "xoxb-another")) as workspaces:
        await workspaces.meet()
        await workspaces.refresh()
        assert workspaces.told() == "connected"
        assert await workspaces.platform(TEAM) is not None
    assert await scene.rows() == [(f"slack:{TEAM}", True, "")]


async def test_the_same_token_that_is_taken_again_needs_no_new_start(scene: Scene) -> None:
    async with scene.worker() as workspaces:
        await workspaces.meet()
        scene.fake.gone = "account_inactive"
        await workspaces.lost(TEAM, "app_uninstalled")
        assert workspaces.wants_to_meet
        scene.fake.gone = ""
        await workspaces.meet()
        assert list(workspaces.platforms) == [f"slack:{TEAM}"]
        assert scene.connected == [f"slack:{TEAM}"] * 2


async def test_the_fixed_one_stands_beside_those_that_were_added(scene: Scene) -> None:
    given = settings(scene.api_url, token=TOKEN)
    async with scene.worker(given) as workspaces:
        assert await workspaces.platform("T0OTHER") is None
        await workspaces.meet()
        assert workspaces.told() == "1 connected"
        assert await workspaces.platform(TEAM) is not None
        assert await workspaces.platform("T0OTHER") is None


async def test_before_anybody_has_added_it_there_is_no_workspace(scene: Scene) -> None:
    async with scene.worker(settings(scene.api_url)) as workspaces:
        await workspaces.meet()
        await workspaces.refresh()
        assert workspaces.told() == "no workspace yet"
        assert not workspaces.wants_to_meet


async def test_rows_that_need_a_key_are_told_where_there_is_none(scene: Scene) -> None:
    row = Installation(platform="slack", workspace="T0X", name="X", sealed="1.abc", installed_at=NOW)
    async with scene.store.transaction() as tx:
        await tx.installations.save(row)
        await tx.installations.save(replace(row, platform="teams", workspace="another-world"))
    async with scene.worker() as workspaces:
        await workspaces.refresh()
        assert workspaces.told() == "0 connected, 1 unreadable"
        assert workspaces.unreadable == {"slack:T0X"}
