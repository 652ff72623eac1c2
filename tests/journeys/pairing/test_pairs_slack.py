"""Pairs in Slack, over real HTTP: one message to two in a workspace, two messages across workspaces."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from starlette.applications import Starlette

from bot.slack.api.http_session import open_slack
from bot.slack.inbound import slack_routes
from bot.slack.outbound import SlackPlatform
from nudges.model.people import Address
from tests.fakes.quick_server import listening
from tests.fakes.slack_api import FakeSlack, Fault, serving
from tests.fakes.slack_requests import SECRET, Sender, payload, tap
from tests.journeys.pair_world import FIRST, SLOTS, TUESDAY, TWO, the_pair, two
from tests.journeys.world import World, renderer

AMA, BEN, CLEO = "U0AMA", "U0BEN", "U0CLEO"
ONE, OTHER = "T0ONE", "T0OTHER"
TOKENS = {ONE: "xoxb-one", OTHER: "xoxb-other"}


@dataclass(kw_only=True)
class Directory:
    """The connected workspaces by their ids."""

    platforms: dict[str, SlackPlatform]

    async def platform(self, workspace: str) -> SlackPlatform | None:
        return self.platforms.get(workspace)

    async def lost(self, workspace: str, because: str) -> None:
        raise AssertionError("nobody takes the app away here")


@dataclass(kw_only=True)
class Chat:
    """Two workspaces, and the partnership across them."""

    world: World
    fakes: dict[str, FakeSlack]
    slack: Sender
    homes: dict[str, str]
    taps: int = 0

    async def is_told(self, person: str, verb: str, subject: str, value: str = "", *, where: str = "") -> str:
        """A signed tap, and what is said to this person alone; Slack has its answer before that."""
        fake = self.fakes[self.homes[person]]
        before = len(fake.whispers)
        await self.taps_on(person, verb, subject, value, where=where)
        for _ in range(200):
            if len(fake.whispers) > before:
                return str(fake.whispers[-1]["text"])
            await asyncio.sleep(0.01)
        return ""

    async def taps_on(
        self, person: str, verb: str, subject: str, value: str = "", *, where: str = ""
    ) -> None:
        """A signed tap, and all that comes of it in the ledger."""
        self.taps += 1
        result = tap(verb, subject, value, person=person, at=f"{self.taps}.1")
        home = self.homes[person]
        result["user"]["team_id"] = result["team"]["id"] = home
        fake = self.fakes[home]
        result["response_url"] = f"{fake.url}/response/{person}"
        if where:
            result["channel"]["id"] = result["container"]["channel_id"] = where
        assert (await self.slack.send(result)).status == 200
        await self.world.settle()

    async def offers(self) -> None:
        """Ama offers her times in the form."""
        nudge = (await self.world.nudges("Ama"))[-1]
        result = payload("view_submission")
        home = self.homes[AMA]
        result["user"] |= {"id": AMA, "team_id": home}
        result["team"]["id"] = result["view"]["team_id"] = home
        result["view"]["private_metadata"] = f'{{"verb": "slots_submit", "subject": "{nudge.id}"}}'
        result["view"]["state"]["values"] = {
            f"field.{name}": {name: {"type": "plain_text_input", "value": value}}
            for name, value in SLOTS.items()
        }
        answer = await self.slack.send(result)
        assert (answer.status, answer.text) == (200, "")
        await self.world.settle()

    def read(self, person: str) -> str:
        """All that this person reads in their own conversation."""
        fake = self.fakes[self.homes[person]]
        return "\n".join(one["text"] for one in fake.posts(fake.direct(person)))

    def shared(self, workspace: str = ONE) -> list[dict[str, Any]]:
        """What stands in the group conversations of a workspace."""
        fake = self.fakes[workspace]
        return [one for channel in fake.groups.values() for one in fake.posts(channel)]


@asynccontextmanager
async def chatting(*, ben_in: str) -> AsyncIterator[Chat]:
    """Ama in one workspace, Ben in the same or in another one, on the Tuesday of their coffee."""
    world = await two(TWO)
    homes = {AMA: ONE, BEN: ben_in, CLEO: ONE}
    fakes = {
        ONE: FakeSlack(
            people={"ama@example.org": AMA, "cleo@example.org": CLEO, "pat@example.org": "U0PAT"},
            team=ONE,
            tokens={TOKENS[ONE]},
        ),
        OTHER: FakeSlack(people={"pat@council.example": "U0PAT2"}, team=OTHER, tokens={TOKENS[OTHER]}),
    }
    fakes[ben_in].people["ben@example.org"] = BEN
    for name, person in (("Ama", AMA), ("Ben", BEN)):
        place = Address(platform="slack", workspace=homes[person], to=person)
        await world.change(name, address=place)
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(serving(*fakes.values()))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        platforms = {
            team: await stack.enter_async_context(
                open_slack(token, api_url=url, timeout=timedelta(seconds=2))
            )
            for team, token in TOKENS.items()
        }
        world.milepost.platforms = {f"slack:{team}": one for team, one in platforms.items()}
        for fake in fakes.values():
            fake.now = TUESDAY.timestamp
        routes = slack_routes(
            signing_secret=SECRET,
            workspaces=Directory(platforms=platforms),
            handle=world.milepost.handle,
            renderer=renderer(),
            clock=world.clock,
        )
        door = await stack.enter_async_context(listening(Starlette(routes=routes)))
        slack = Sender(session=session, url=door + routes[0].path, at=world.clock.now())
        yield Chat(world=world, fakes=fakes, slack=slack, homes=homes)


@pytest.fixture
async def together() -> AsyncIterator[Chat]:
    async with chatting(ben_in=ONE) as chat:
        yield chat


@pytest.fixture
async def apart() -> AsyncIterator[Chat]:
    async with chatting(ben_in=OTHER) as chat:
        yield chat


async def test_two_in_one_workspace_read_one_message_and_the_actor_is_who_signed(together: Chat) -> None:
    await together.offers()
    assert set(together.fakes[ONE].groups) == {frozenset({AMA, BEN})}
    (times,) = together.shared()
    assert "Ama Boateng and Ben Carter: a time to meet" in times["text"]
    pair = await the_pair(together.world)
    (place,) = together.fakes[ONE].groups.values()
    assert "your own times" in await together.is_told(AMA, "pick", pair.id, FIRST, where=place)
    assert "not know you" in await together.is_told(CLEO, "pick", pair.id, FIRST, where=place)
    assert (await the_pair(together.world)).agreed_at is None
    await together.taps_on(BEN, "pick", pair.id, FIRST, where=place)
    _, agreed = together.shared()
    assert "are meeting" in agreed["text"]
    assert "a time to meet" not in together.read(AMA) + together.read(BEN)
    assert [file["channel"] for file in together.fakes[ONE].files] == [place]


@pytest.mark.parametrize("code", ["user_not_found", "missing_scope", "not_enabled"])
async def test_where_slack_opens_no_conversation_of_both_each_is_told_alone(
    together: Chat, code: str
) -> None:
    together.fakes[ONE].fail("conversations.open", Fault(kind="refuse", code=code), times=9)
    await together.offers()
    assert together.shared() == []
    assert "Ama Boateng from Trust can meet you" in together.read(BEN)
    await together.taps_on(BEN, "pick", (await the_pair(together.world)).id, FIRST)
    assert "You are meeting" in together.read(AMA)
    assert "You are meeting" in together.read(BEN)


async def test_a_deactivated_partner_stops_nothing_for_the_other(together: Chat) -> None:
    await together.offers()
    together.fakes[ONE].deactivated.add(AMA)
    world = together.world
    world.milepost.platforms["slack:T0ONE"]._conversations.clear()  # type: ignore[attr-defined]
    await together.taps_on(BEN, "pick", (await the_pair(world)).id, FIRST)
    assert "You are meeting Ama Boateng" in together.read(BEN)


async def test_across_workspaces_each_reads_their_own_and_no_address_crosses_before_both_agree(
    apart: Chat,
) -> None:
    await apart.offers()
    assert "Ama Boateng from Trust can meet you" in apart.read(BEN)
    pair = await the_pair(apart.world)
    await apart.taps_on(BEN, "pick", pair.id, FIRST)
    assert apart.shared(ONE) == apart.shared(OTHER) == []
    assert len(apart.fakes[ONE].files) == len(apart.fakes[OTHER].files) == 1
    await apart.taps_on(BEN, "contact_yes", pair.id)
    assert "example.org" not in apart.read(AMA) + apart.read(BEN)
    await apart.taps_on(AMA, "contact_yes", pair.id)
    assert "Ben Carter, Council: ben@example.org" in apart.read(AMA)
    assert "Ama Boateng, Trust: ama@example.org" in apart.read(BEN)


async def test_a_throttled_workspace_keeps_the_other_sides_message_from_nobody(apart: Chat) -> None:
    await apart.offers()
    apart.fakes[ONE].fail("chat.postMessage", Fault(kind="throttle"), times=50)
    pair = await the_pair(apart.world)
    await apart.taps_on(BEN, "pick", pair.id, FIRST)
    assert "You are meeting Ama Boateng" in apart.read(BEN)
    assert "You are meeting" not in apart.read(AMA)
    apart.fakes[ONE].faults.clear()
    await asyncio.sleep(1.1)  # what Slack asked for, by its own clock
    await apart.world.run_to(TUESDAY + timedelta(minutes=2))
    assert "You are meeting Ben Carter" in apart.read(AMA)


async def test_the_delegate_is_looked_up_in_the_leaders_own_workspace(apart: Chat) -> None:
    await apart.world.change("Ben", delegate="Pat Ellis <pat@council.example>")
    await apart.offers()
    await apart.taps_on(BEN, "office", (await the_pair(apart.world)).id)
    fake = apart.fakes[OTHER]
    assert "Ben Carter asks you to fix a time" in fake.posts(fake.direct("U0PAT2"))[0]["text"]
    assert "pat@council.example" not in apart.read(AMA)


async def test_a_tap_that_slack_brings_twice_is_one_answer(together: Chat) -> None:
    await together.offers()
    pair = await the_pair(together.world)
    result = tap("pick", pair.id, FIRST, person=BEN, at="7.7")
    result["user"]["team_id"] = result["team"]["id"] = ONE
    result["response_url"] = f"{together.fakes[ONE].url}/response/{BEN}"
    for _ in range(2):
        assert (await together.slack.send(result)).status == 200
    await together.world.settle()
    assert len(together.shared()) == 2


async def test_an_unsigned_tap_changes_nothing(together: Chat) -> None:
    await together.offers()
    pair = await the_pair(together.world)
    body = io.BytesIO(str(tap("pick", pair.id, FIRST, person=BEN)).encode()).getvalue()
    answer = await together.slack.raw(body, {"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status == 401
    assert (await the_pair(together.world)).agreed_at is None
