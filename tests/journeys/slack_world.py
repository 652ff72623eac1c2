"""A partnership that lives in Slack: the same story, but every tap is signed and every post is over HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import aiohttp
from starlette.applications import Starlette

from bot.slack.api.http_session import client, open_session, open_slack
from bot.slack.inbound import PATH, slack_routes
from bot.slack.install.workspace_directory import Workspaces
from nudges.model.people import Address, Leader
from nudges.use_cases.joining.apply_roster import Wanted
from tests.bot.slack.conftest import Places
from tests.fakes.quick_server import listening
from tests.fakes.slack_api import TEAM, TOKEN, FakeSlack, serving
from tests.fakes.slack_requests import SECRET, Answer, Sender, payload, tap
from tests.journeys.world import FOUR, World, a_partnership, files, make_world, playbook, renderer

CHANNEL = Address(platform="slack", workspace=TEAM, to="C0PARTNERSHIP")


def slack_id(name: str) -> str:
    """ "Ama" is U0AMA."""
    return f"U0{name.upper()}"


def in_slack(people: Sequence[Leader] = FOUR, *, partnership: str = "riverside") -> Wanted:
    """The files of a partnership whose people and channel are in Slack."""
    placed = [
        replace(
            leader, address=Address(platform="slack", workspace=TEAM, to=slack_id(leader.name.split()[0]))
        )
        for leader in people
    ]
    whole = replace(a_partnership(partnership), channels={"partnership": CHANNEL})
    return files(placed, partnership=whole)


@dataclass(kw_only=True)
class Chat:
    """Slack's side of the story."""

    world: World
    fake: FakeSlack
    workspaces: Workspaces
    session: aiohttp.ClientSession
    url: str
    taps: int = 0

    async def send(self, result: dict[str, Any], *, retry: int = 0) -> Answer:
        """Sign and send this now, as Slack would."""
        headers = {"X-Slack-Retry-Num": str(retry)} if retry else {}
        sender = Sender(session=self.session, url=self.url, at=self.world.clock.now())
        return await sender.send(result, headers=headers)

    async def says(self, name: str, text: str, *, id: str, retry: int = 0) -> None:
        """Words typed to the bot; `id` is Slack's own of the event."""
        result = payload("message_im") | {"event_id": id}
        result["event"] |= {"user": slack_id(name), "text": text, "channel": self.fake.direct(slack_id(name))}
        assert (await self.send(result, retry=retry)).status == 200

    async def taps_on(self, name: str, verb: str, *, subject: str = "") -> str:
        """Tap the newest such button that this person sees; what is whispered back, if anything."""
        before = len(self.fake.whispers)
        result = self.a_tap(name, verb, subject=subject)
        assert (await self.send(result)).status == 200
        await self.world.settle()
        for _ in range(20):
            if len(self.fake.whispers) > before:
                return str(self.fake.whispers[-1]["text"])
            await asyncio.sleep(0.005)
        return ""

    def a_tap(self, name: str, verb: str, *, subject: str = "") -> dict[str, Any]:
        """A tap on the newest such button, as another one each time."""
        self.taps += 1
        message, button = self.button(name, verb, subject=subject)
        result = tap("", person=slack_id(name), at=f"{self.taps}.1")
        result["actions"][0] |= {"action_id": button["action_id"], "value": button["value"]}
        direct = self.fake.direct(slack_id(name))
        result["channel"]["id"] = result["container"]["channel_id"] = direct
        result["message"]["ts"] = result["container"]["message_ts"] = message["ts"]
        result["response_url"] = f"{self.fake.url}/response/{slack_id(name)}"
        return result

    def button(self, name: str, verb: str, *, subject: str = "") -> tuple[dict[str, Any], dict[str, Any]]:
        """The newest message with such a button, and the button."""
        for message in reversed(self.seen_by(name)):
            for element in _elements(message):
                verb_there, subject_there, _ = json.loads(element["value"])
                if verb_there == verb and subject in ("", subject_there):
                    return message, element
        raise AssertionError(f"{name} sees no button “{verb}”. There is: {self.read(name)}")

    def seen_by(self, name: str) -> list[dict[str, Any]]:
        """This person's own conversation, oldest first."""
        return self.fake.posts(self.fake.direct(slack_id(name)))

    def read(self, name: str) -> str:
        """Its words as they stand now."""
        return "\n\n".join(one["text"] for one in self.seen_by(name))


def _elements(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for block in message.get("blocks", []):
        yield from (one for one in block.get("elements", []) if one.get("type") == "button")


@asynccontextmanager
async def chatting(*wanted: Wanted) -> AsyncIterator[Chat]:
    """A world without a campaign yet, in one Slack workspace whose token was set by hand."""
    world = await make_world(*(wanted or (in_slack(),)))
    async with world.store.reading() as tx:
        leaders = [
            leader
            for each in wanted or (in_slack(),)
            for leader in await tx.people.unchecked_leaders(each.partnership.id)
        ]
    fake = FakeSlack(
        people={one.email: slack_id(one.name.split()[0]) for one in leaders},
        now=lambda: world.clock.now().timestamp(),
    )
    async with serving(fake) as api_url, open_session() as calls, aiohttp.ClientSession() as session:
        workspaces = Workspaces(
            store=world.store,
            clock=world.clock,
            book=playbook,
            make=lambda token: client(calls, token=token, api_url=api_url, timeout=timedelta(seconds=1)),
            token=TOKEN,
            per_minute=None,
        )
        await workspaces.meet()
        world.milepost.platforms = workspaces.platforms
        routes = slack_routes(
            signing_secret=SECRET,
            workspaces=workspaces,
            handle=world.milepost.handle,
            renderer=renderer(),
            clock=world.clock,
        )
        async with listening(Starlette(routes=routes)) as url:
            yield Chat(world=world, fake=fake, workspaces=workspaces, session=session, url=url + PATH)
        await workspaces.settle()


@asynccontextmanager
async def seen_in_slack(world: World, people: Mapping[str, str]) -> AsyncIterator[tuple[FakeSlack, Sender]]:
    """A world some of whose people (name -> id) are in Slack: what they see there, and what they send."""
    fake = FakeSlack(
        people={f"{name.lower()}@example.org": person for name, person in people.items()},
        now=world.clock.now().timestamp,
    )
    for name, person in people.items():
        await world.change(name, address=Address(platform="slack", workspace=TEAM, to=person))
    async with (
        serving(fake) as api_url,
        open_slack(TOKEN, api_url=api_url, timeout=timedelta(seconds=1)) as platform,
        aiohttp.ClientSession() as session,
    ):
        world.milepost.platforms = {**world.milepost.platforms, f"slack:{TEAM}": platform}
        routes = slack_routes(
            signing_secret=SECRET,
            workspaces=Places(platform),
            handle=world.milepost.handle,
            renderer=renderer(),
            clock=world.clock,
        )
        async with listening(Starlette(routes=routes)) as url:
            yield fake, Sender(session=session, url=url + PATH, at=world.clock.now())
