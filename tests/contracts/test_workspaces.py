"""Tokens that end and workspaces that go: several workers at one database, and a Slack over real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from bot.clock import MovableClock
from bot.slack.install.enterprises import ASK_AGAIN
from bot.slack.install.install_stores import read_installation, slack_installation
from bot.slack.install.token_rotation import AHEAD, CLAIM, Came
from bot.slack.install.tokens import decrypt_tokens
from bot.slack.install.workspace_directory import Workspaces
from nudges.errors import DeliveryError
from nudges.model.installation import Installation
from nudges.model.message import Message
from nudges.model.people import Address
from storage.store import SqlStore
from tests.fakes.installing import KEY, Browser, a_door, a_site, a_worker, settings
from tests.fakes.slack_api import Fault, serving
from tests.fakes.slack_oauth import LASTS_SECONDS, FakeApp
from tests.fakes.slack_workspace import FakeSlack

NOW = datetime(2027, 1, 12, 9, 0, tzinfo=UTC)
LASTS = timedelta(seconds=LASTS_SECONDS)
NORTH, SOUTH, ORG = "T0NORTH", "T0SOUTH", "E0EVERYBODY"
AMINA = Address(platform="slack", workspace=NORTH, to="U0AMINA")


@dataclass(kw_only=True)
class Scene:
    """One database, a Slack of two workspaces, and as many workers as a test wants."""

    store: SqlStore
    url: str
    api_url: str
    app: FakeApp
    north: FakeSlack
    south: FakeSlack
    stack: AsyncExitStack
    clock: MovableClock = field(default_factory=lambda: MovableClock(NOW))

    async def worker(self, *, keys: str = KEY) -> Workspaces:
        """A worker as another process would be: its own directory; its own door to a database on disk."""
        store = self.store
        if self.url != "sqlite://":
            store = SqlStore.open(self.url)
            self.stack.push_async_callback(store.close)
        given = settings(self.api_url, keys=keys)
        return await self.stack.enter_async_context(a_worker(given, store, self.clock))

    async def add(self, worker: Workspaces, slack: FakeSlack) -> None:
        """The app is added there."""
        given = self.app.access(
            {
                "client_id": self.app.client_id,
                "client_secret": self.app.client_secret,
                "code": self.app.code_for(slack),
            }
        )
        self.app.calls.clear()
        await worker.add(*read_installation(slack_installation(given, at=self.clock.now())))

    async def row(self, workspace: str = NORTH) -> Installation:
        """What is kept."""
        async with self.store.reading() as tx:
            installation = await tx.installations.unchecked(f"slack:{workspace}")
        assert installation is not None
        return installation

    def expire(self, slack: FakeSlack) -> None:
        """The tokens that it has now have ended."""
        slack.expired |= slack.tokens


@pytest.fixture
async def scene(url: str, store: SqlStore) -> AsyncIterator[Scene]:
    app = FakeApp(rotates=True)
    people = {"amina@example.org": "U0AMINA"}
    north = FakeSlack(team=NORTH, name="North", tokens=set(), people=people)
    south = FakeSlack(team=SOUTH, name="South", tokens=set(), people=people)
    async with serving(north, south, oauth=app) as api_url, AsyncExitStack() as stack:
        yield Scene(store=store, url=url, api_url=api_url, app=app, north=north, south=south, stack=stack)


async def test_fifty_callbacks_at_once_with_one_secret_add_the_app_once(scene: Scene) -> None:
    async with (
        a_door() as door,
        a_site(door, scene.api_url, scene.store, at=NOW) as site,
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
    ):
        browser = Browser(session, site)
        path = await browser.say_yes(await browser.begin(), team=NORTH)
        pages = await asyncio.gather(*(browser.get(path) for _ in range(50)))
    assert sorted(page.status for page in pages) == [200] + [400] * 49
    assert len(scene.app.calls) == 1


async def test_of_several_workers_at_once_one_renews(scene: Scene) -> None:
    workers = [await scene.worker() for _ in range(4)]
    await scene.add(workers[0], scene.north)
    for worker in workers:
        await worker.refresh()
    scene.clock.move_to(NOW + LASTS - AHEAD)
    for worker in workers:
        worker.renew_soon()
    await asyncio.gather(*(worker.settle() for worker in workers))
    assert len(scene.app.calls) == 1
    assert (await scene.row()).expires_at == scene.clock.now() + LASTS
    scene.expire(scene.north)
    scene.north.expired.discard(f"xoxb-{NORTH}-{scene.app.given}")
    for worker in workers:
        await worker.refresh()
        platform = await worker.platform(NORTH)
        assert platform is not None
        assert await platform.workspace() == NORTH


async def test_nothing_is_renewed_long_before_its_end(scene: Scene) -> None:
    worker = await scene.worker()
    await scene.add(worker, scene.north)
    scene.clock.move_to(NOW + LASTS - AHEAD - timedelta(seconds=1))
    worker.renew_soon()
    await worker.settle()
    assert scene.app.calls == []


async def test_a_call_whose_token_has_ended_is_made_once_more_with_the_next(scene: Scene) -> None:
    workers = [await scene.worker() for _ in range(3)]
    await scene.add(workers[0], scene.north)
    scene.expire(scene.north)
    for number, worker in enumerate(workers):
        platform = await worker.platform(NORTH)
        assert platform is not None
        await platform.post(AMINA, Message(text=f"words {number}"), key=f"key-{number}")
    assert len(scene.north.posts()) == 3
    assert len(scene.app.calls) == 1


async def test_many_calls_at_once_whose_token_has_ended_renew_it_once(scene: Scene) -> None:
    workers = [await scene.worker() for _ in range(3)]
    await scene.add(workers[0], scene.north)
    platforms = [await worker.platform(NORTH) for worker in workers]
    scene.expire(scene.north)
    await asyncio.gather(
        *(platform.workspace() for platform in platforms if platform is not None for _ in range(5))
    )
    assert len(scene.app.calls) == 1


async def test_a_worker_that_ends_before_it_has_written_is_followed_by_the_next(scene: Scene) -> None:
    scene.app.is_patient = True
    first, second = await scene.worker(), await scene.worker()
    await scene.add(first, scene.north)
    await second.refresh()
    scene.clock.move_to(NOW + LASTS - AHEAD)
    scene.app.lost_answers = 1  # Slack has done it, and nobody has heard of it
    first.renew_soon()
    await first.settle()
    before = await scene.row()
    second.renew_soon()
    await second.settle()
    assert len(scene.app.calls) == 1, "the claim stands"
    scene.clock.move_to(scene.clock.now() + CLAIM)
    second.renew_soon()
    await second.settle()
    after = await scene.row()
    assert len(scene.app.calls) == 2
    assert before.expires_at is not None
    assert after.expires_at == scene.clock.now() + LASTS
    platform = await second.platform(NORTH)
    assert platform is not None
    assert await platform.workspace() == NORTH


async def test_a_spent_refresh_token_goes_on_with_what_it_has_until_that_ends(scene: Scene) -> None:
    worker = await scene.worker()
    await scene.add(worker, scene.north)
    scene.clock.move_to(NOW + LASTS - AHEAD)
    scene.app.refreshes.clear()
    for _ in range(30):  # half an hour of looks
        worker.renew_soon()
        await worker.settle()
        scene.clock.move_to(scene.clock.now() + timedelta(minutes=1))
    assert len(scene.app.calls) == 3
    platform = await worker.platform(NORTH)
    assert platform is not None
    assert await platform.workspace() == NORTH
    scene.expire(scene.north)
    scene.clock.move_to(NOW + LASTS)
    worker.renew_soon()
    await worker.settle()
    installation = await scene.row()
    assert (installation.is_connected, installation.because, installation.sealed) == (
        False,
        "token_expired",
        "",
    )
    assert await worker.platform(NORTH) is None


async def test_slack_that_is_away_spends_no_token(scene: Scene) -> None:
    worker = await scene.worker()
    await scene.add(worker, scene.north)
    scene.clock.move_to(NOW + LASTS - AHEAD)
    scene.app.client_secret = "changed at Slack"
    worker.renew_soon()
    await worker.settle()
    assert (await scene.row()).is_connected
    scene.app.client_secret = "fake-client-secret"
    scene.clock.move_to(scene.clock.now() + CLAIM)
    worker.renew_soon()
    await worker.settle()
    assert (await scene.row()).expires_at == scene.clock.now() + LASTS


async def test_a_reinstall_during_a_renewal_is_not_overwritten(scene: Scene) -> None:
    worker, other = await scene.worker(), await scene.worker()
    await scene.add(worker, scene.north)
    scene.clock.move_to(NOW + LASTS - AHEAD)
    rotation = worker.rotation
    assert rotation is not None
    claimed = await rotation.claim(f"slack:{NORTH}", "")
    assert isinstance(claimed, Installation)
    await scene.add(other, scene.north)
    reinstalled = await scene.row()
    await rotation.write(claimed, claimed)
    assert await scene.row() == reinstalled
    assert await rotation.rotate(f"slack:{NORTH}") is Came.NOT_NEEDED


async def test_no_transaction_is_open_while_slack_is_asked(scene: Scene) -> None:
    worker, other = await scene.worker(), await scene.worker()
    await scene.add(worker, scene.north)
    await scene.add(worker, scene.south)
    scene.clock.move_to(NOW + LASTS - AHEAD)
    scene.app.lost_answers = 2  # each takes its time to fail
    worker.renew_soon()
    await asyncio.sleep(0)
    await asyncio.wait_for(scene.add(other, scene.south), timeout=5)
    await worker.settle()


async def test_a_row_that_was_copied_to_another_workspace_opens_nothing(scene: Scene) -> None:
    worker = await scene.worker()
    await scene.add(worker, scene.north)
    copied = replace(await scene.row(), workspace=SOUTH, name="South")
    async with scene.store.transaction() as tx:
        await tx.installations.save(copied)
    other = await scene.worker()
    assert await other.connected() == [NORTH]
    assert other.unreadable == {f"slack:{SOUTH}"}
    assert other.told() == "1 connected, 1 unreadable"


async def test_a_new_secret_key_seals_anew_so_that_the_old_one_can_go(scene: Scene) -> None:
    worker = await scene.worker()
    await scene.add(worker, scene.north)
    new = "another-key-for-the-tests-of-thirty-two"
    during = await scene.worker(keys=f"{new},{KEY}")
    await during.refresh()
    await during.settle()
    after = await scene.worker(keys=new)
    assert await after.connected() == [NORTH]
    platform = await after.platform(NORTH)
    assert platform is not None
    assert await platform.workspace() == NORTH


async def test_word_of_a_removal_that_comes_after_a_reinstall_changes_nothing(scene: Scene) -> None:
    worker = await scene.worker()
    await scene.add(worker, scene.north)
    await worker.lost(NORTH, "app_uninstalled")
    assert (await scene.row()).is_connected
    scene.north.fail("auth.test", Fault(kind="reset"))
    await worker.lost(NORTH, "app_uninstalled")
    assert (await scene.row()).is_connected, "Slack could not be asked"
    scene.north.gone = "account_inactive"
    await worker.lost(NORTH, "app_uninstalled")
    installation = await scene.row()
    assert (installation.is_connected, installation.because, installation.gone_at) == (
        False,
        "app_uninstalled",
        scene.clock.now(),
    )
    await worker.lost(NORTH, "app_uninstalled")
    await worker.lost("T0NOBODY", "app_uninstalled")


async def test_a_workspace_of_an_enterprise_that_has_the_app_is_reached_through_it(scene: Scene) -> None:
    scene.north.team, scene.north.covers = ORG, ["T0A", "T0B", "T0C"]
    worker = await scene.worker()
    await scene.add(worker, scene.north)
    whole, inside = await worker.platform(ORG), await worker.platform("T0C")
    assert inside is not None
    assert inside is whole
    assert await worker.reached_through("T0A") == ORG
    assert await worker.reached_through(SOUTH) == SOUTH
    assert await worker.platform(SOUTH) is None
    assert await worker.connected() == [ORG]
    assert sorted(worker.platforms) == [f"slack:{ORG}", "slack:T0C"]
    asked = [method for method, _ in scene.north.calls if method == "auth.teams.list"]
    assert len(asked) == 2, "two pages, once in ten minutes"
    scene.north.gone = "account_inactive"
    await worker.lost(ORG, "app_uninstalled")
    assert worker.platforms == {}
    assert await worker.platform("T0C") is None


async def test_a_workspace_that_joins_its_enterprise_later_is_found_within_ten_minutes(scene: Scene) -> None:
    scene.north.team = ORG
    worker = await scene.worker()
    await scene.add(worker, scene.north)
    scene.north.fail("auth.teams.list", Fault(kind="refuse", code="internal_error"))
    assert await worker.platform("T0C") is None
    scene.north.covers = ["T0C"]
    assert await worker.platform("T0C") is None
    scene.clock.move_to(scene.clock.now() + ASK_AGAIN)
    assert await worker.platform("T0C") is not None


async def test_a_workspace_that_added_the_app_itself_stands_for_itself(scene: Scene) -> None:
    scene.north.team, scene.north.covers = ORG, [SOUTH]
    worker = await scene.worker()
    await scene.add(worker, scene.north)
    await scene.add(worker, scene.south)
    platform = await worker.platform(SOUTH)
    assert platform is not None
    assert await platform.workspace() == SOUTH
    assert await worker.reached_through(SOUTH) == SOUTH


async def test_another_worker_sees_a_removal_and_a_reinstall(scene: Scene) -> None:
    worker, other = await scene.worker(), await scene.worker()
    await scene.add(worker, scene.north)
    await scene.add(worker, scene.south)
    assert await other.connected() == [NORTH, SOUTH]
    platform = await other.platform(NORTH)
    assert platform is not None
    scene.north.gone = "token_revoked"
    with pytest.raises(DeliveryError, match="token_revoked"):
        await platform.workspace()
    await other.settle()
    await worker.refresh()
    for workspaces in (worker, other):
        assert list(workspaces.platforms) == [f"slack:{SOUTH}"]
        assert workspaces.gone == {f"slack:{NORTH}"}
        assert workspaces.told() == "1 connected, 1 gone"
    await scene.add(worker, scene.north)
    await other.refresh()
    assert sorted(other.platforms) == [f"slack:{NORTH}", f"slack:{SOUTH}"]
    assert decrypt_tokens(await scene.row(), worker.encryption or pytest.fail("sealed")).access
