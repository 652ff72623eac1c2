"""Two workspaces; the app is taken out of one in the middle of sending, and it comes back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.slack.install.install_stores import read_installation, slack_installation
from bot.slack.install.workspace_directory import Workspaces
from bot.web.ledger_health import look
from nudges.model.delivery import DeliveryState
from nudges.model.events import EventKind
from nudges.model.people import Address, Leader, Partnership, Role
from storage.migrate import head, upgrade
from storage.store import SqlStore
from tests.fakes.installing import a_worker, settings
from tests.fakes.slack_api import serving
from tests.fakes.slack_oauth import FakeApp
from tests.fakes.slack_workspace import FakeSlack
from tests.journeys.world import World, a_partnership, at, files, make_world, somebody

NORTH, SOUTH = "T0NORTH", "T0SOUTH"
NORTHERN = ("ama", "ben", "cleo", "dev", "eve", "fay")


@dataclass
class Fleeting(FakeSlack):
    """A workspace out of which the app is taken after so many more posts."""

    posts_left: int | None = None

    def chat_postMessage(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - Slack's name
        done = super().chat_postMessage(given)
        if self.posts_left is not None:
            self.posts_left -= 1
            if self.posts_left <= 0:
                self.gone, self.posts_left = "account_inactive", None
        return done


@dataclass(kw_only=True)
class Scene:
    """Riverside in two workspaces, and Lakeside, whose lead is in the one that goes."""

    world: World
    north: Fleeting
    south: Fleeting
    app: FakeApp
    workspaces: Workspaces
    url: str
    told: list[str] = field(default_factory=list)

    async def add(self, slack: FakeSlack) -> None:
        """The app is added there (again)."""
        given = self.app.access(
            {
                "client_id": self.app.client_id,
                "client_secret": self.app.client_secret,
                "code": self.app.code_for(slack),
            }
        )
        added = slack_installation(given, at=self.world.clock.now())
        await self.workspaces.add(*read_installation(added))

    async def live_to(self, until: datetime) -> None:
        """Live on; what is looked after beside the sending is done between the steps."""
        due: datetime | None = self.world.clock.now()
        while due is not None and due <= until:
            self.world.clock.move_to(max(due, self.world.clock.now()))
            due = await self.world.milepost.settle()
            await self.workspaces.settle()
            if due is not None and due <= self.world.clock.now():
                due = self.world.clock.now() + timedelta(seconds=1)
        self.world.clock.move_to(until)
        await self.world.milepost.settle()
        await self.workspaces.settle()

    async def states(self, workspace: str) -> list[DeliveryState]:
        """Where every message to this workspace stands."""
        async with self.world.store.reading() as tx:
            deliveries = [
                delivery
                for partnership in ("riverside", "lakeside")
                for leader in await tx.people.unchecked_leaders(partnership)
                for delivery in await tx.deliveries.unchecked_of_recipient(leader.id)
            ]
        return [one.state for one in deliveries if one.address.workspace == workspace]

    async def ready(self) -> tuple[bool, str]:
        """What `/readyz` says."""
        process_health = await look(
            self.world.store,
            self.url,
            at=self.world.clock.now(),
            platforms={"slack": self.workspaces.told()},
            gone=self.workspaces.gone,
        )
        return process_health.is_ready, process_health.platforms["slack"]

    def texts(self, slack: FakeSlack, who: str) -> list[str]:
        """What somebody has read there."""
        return [one["text"] for one in slack.posts(slack.direct(an_id(who)))]


def an_id(who: str) -> str:
    return f"U0{who.upper()}"


def in_slack(leader: Leader, workspace: str) -> Leader:
    address = Address(platform="slack", workspace=workspace, to=an_id(leader.name.split()[0]))
    return replace(leader, address=address)


def posting(name: str, workspace: str) -> Partnership:
    channel = Address(platform="slack", workspace=workspace, to="C0PARTNERSHIP")
    return replace(a_partnership(name), channels={"partnership": channel})


def people(names: Mapping[str, str], workspace: str) -> list[Leader]:
    return [in_slack(somebody(f"{who} Surname", where), workspace) for who, where in names.items()]


@asynccontextmanager
async def a_scene(url: str) -> AsyncIterator[Scene]:
    upgrade(url)
    northern = dict.fromkeys(("Ama", "Ben", "Cleo", "Dev", "Eve", "Fay"), "trust")
    southern = dict.fromkeys(("Gil", "Hal", "Ivy", "Jan"), "council")
    lead = replace(
        somebody("Hetty Hope", "council", roles=(Role.PROGRAMME_LEAD, Role.HELPER)), email="hetty@example.org"
    )
    rows = [*people(northern, NORTH), *people(southern, SOUTH), in_slack(lead, SOUTH)]
    lou = in_slack(somebody("Lou Lake", "trust", partnership="lakeside", roles=(Role.PROGRAMME_LEAD,)), NORTH)
    known = {f"{one}@example.org": an_id(one) for one in ("hetty", "lou", *northern, *southern)}
    north = Fleeting(team=NORTH, name="North & Co", tokens=set(), people=known)
    south = Fleeting(team=SOUTH, name="South", tokens=set(), people=known)
    app, store = FakeApp(), SqlStore.open(url)
    async with serving(north, south, oauth=app) as api_url:
        world = await make_world(
            files(rows, partnership=posting("riverside", SOUTH)),
            files([lou], partnership=replace(a_partnership("lakeside"), channels={})),
            store=store,
        )
        async with a_worker(settings(api_url), store, world.clock) as workspaces:
            world.milepost.platforms = workspaces.platforms
            scene = Scene(world=world, north=north, south=south, app=app, workspaces=workspaces, url=url)
            await scene.add(north)
            await scene.add(south)
            yield scene
    await store.close()


@pytest.fixture
async def scene(tmp_path: Any) -> AsyncIterator[Scene]:
    async with a_scene(f"sqlite:///{tmp_path / 'ledger.db'}") as found:
        assert head()
        yield found


async def test_the_one_that_is_left_goes_on_and_the_one_that_is_gone_comes_back_whole(scene: Scene) -> None:
    await scene.world.launch()
    scene.north.posts_left = 3
    await scene.live_to(at("2027-01-04", "12:00"))

    # In the middle of the first Monday's welcome: three of six were sent, nothing is lost or doubled.
    assert len(scene.north.posts()) == 3
    waiting = await scene.states(NORTH)
    assert waiting.count(DeliveryState.SENT) == 3
    assert waiting.count(DeliveryState.WAITING) >= 3
    assert set(await scene.states(SOUTH)) == {DeliveryState.SENT}
    assert len(scene.texts(scene.south, "gil")) == 1

    # The lead of the partnership hears of it once, in the workspace that works, and the log of both knows.
    told = [text for text in scene.texts(scene.south, "hetty") if "taken out" in text]
    assert len(told) == 1
    assert "North & Co" in told[0].replace("&amp;", "&")
    assert "6 people" in told[0]
    for partnership in ("riverside", "lakeside"):
        events = await scene.world.events(EventKind.WORKSPACE_GONE, partnership=partnership)
        assert [event.data for event in events] == [{"because": "account_inactive"}]
    assert await scene.ready() == (True, "1 connected, 1 gone")

    # It is added again by somebody: what waited goes out by itself, and leads hear that it is back.
    await scene.add(scene.north)
    await scene.live_to(at("2027-01-04", "14:00"))
    assert set(await scene.states(NORTH)) == {DeliveryState.SENT}
    for who in NORTHERN:
        assert len(scene.texts(scene.north, who)) == 1
    assert len([text for text in scene.texts(scene.south, "hetty") if "I am back" in text]) == 1
    assert len([text for text in scene.texts(scene.north, "lou") if "I am back" in text]) == 1
    assert await scene.ready() == (True, "2 connected")


async def test_what_is_too_old_when_it_comes_back_is_not_sent_any_more(scene: Scene) -> None:
    await scene.world.launch()
    scene.north.posts_left = 3
    await scene.live_to(at("2027-01-06", "12:00"))
    assert len(scene.north.posts()) == 3
    assert await scene.ready() == (True, "1 connected, 1 gone")
    await scene.add(scene.north)
    await scene.live_to(at("2027-01-06", "23:00"))
    # Two days late, at midday: nothing of Monday's and Tuesday's is sent in a heap.
    assert max(len(scene.texts(scene.north, who)) for who in NORTHERN) == 1
    assert DeliveryState.REFUSED not in await scene.states(NORTH)
    # Those who were not welcomed are, on another morning: what lapsed is decided about anew.
    await scene.live_to(at("2027-01-07", "12:00"))
    assert [len(scene.texts(scene.north, who)) for who in NORTHERN] == [1] * 6


async def test_a_lead_with_a_second_place_hears_there(scene: Scene) -> None:
    # Lou leads Lakeside from the workspace that goes, and takes part in Riverside from the other one.
    lou = await scene.world.leader("lou", "lakeside")
    address = Address(platform="slack", workspace=SOUTH, to=an_id("lou"))
    second = replace(await scene.world.leader("gil"), id="riverside-lou", person=lou.person, email=lou.email)
    async with scene.world.store.transaction() as tx:
        await tx.people.save_leaders([replace(second, address=address)])
    scene.north.gone = "token_revoked"
    await scene.workspaces.lost(NORTH, "tokens_revoked")
    await scene.workspaces.lost(NORTH, "tokens_revoked")
    await scene.live_to(at("2027-01-04", "12:00"))
    assert len([text for text in scene.texts(scene.south, "lou") if "taken out" in text]) == 1
    assert len([text for text in scene.texts(scene.south, "hetty") if "taken out" in text]) == 1


async def test_a_partnership_with_nobody_there_hears_nothing(scene: Scene) -> None:
    scene.south.gone = "account_inactive"
    await scene.workspaces.lost(SOUTH, "app_uninstalled")
    await scene.live_to(at("2027-01-04", "12:00"))
    assert await scene.world.events(EventKind.WORKSPACE_GONE, partnership="lakeside") == []
    assert len(await scene.world.events(EventKind.WORKSPACE_GONE)) == 1
    assert scene.north.posts() == []
