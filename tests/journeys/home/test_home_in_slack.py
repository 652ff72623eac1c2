"""A person's own page in Slack, signed and over HTTP: opened, tapped, drawn over, throttled."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from tests.fakes.slack_api import TEAM, FakeSlack, Fault
from tests.fakes.slack_limits import problem_of_view
from tests.fakes.slack_requests import Sender, payload
from tests.journeys.slack_world import seen_in_slack
from tests.journeys.world import FOUR, HETTY, World, at, files, started

AMA, HETTY_ID = "U0AMA", "U0HETTY"


@dataclass(kw_only=True)
class Chat:
    """Slack as Ama and Hetty see it."""

    world: World
    fake: FakeSlack
    slack: Sender
    sent: int = 0

    async def opens(self, who: str = AMA) -> dict[str, Any]:
        """The event of an opened Home tab; the page as it stands after that."""
        self.sent += 1
        result = payload("app_home_opened")
        result["event"]["user"] = who
        result["team_id"] = TEAM
        result["event_id"] = f"Ev{self.sent}"
        assert (await self.slack.send(result)).status == 200
        await self.world.settle()
        return self.page(who)

    async def taps(self, verb: str, who: str = AMA) -> None:
        """The first button with this verb on the page."""
        self.sent += 1
        value = next(
            element["value"]
            for block in self.page(who)["blocks"]
            for element in block.get("elements", ())
            if element.get("value", "").startswith(f'["{verb}"')
        )
        result = payload("block_actions_home")
        result["user"] |= {"id": who, "team_id": TEAM}
        result["team"]["id"] = TEAM
        result["trigger_id"] = f"trigger-{self.sent}"
        result["actions"][0] |= {"value": value, "action_ts": f"{self.sent}.1"}
        assert (await self.slack.send(result)).status == 200
        await self.world.settle()

    def page(self, who: str = AMA) -> dict[str, Any]:
        view: dict[str, Any] = self.fake.homes[who]["view"]
        return view

    @property
    def published(self) -> list[dict[str, Any]]:
        """Every call to draw a page."""
        return [given for method, given in self.fake.calls if method == "views.publish"]


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    world = await started(files((*FOUR, HETTY)), say_yes="Ama Ben Hetty", until=at("2027-01-05", "12:00"))
    async with seen_in_slack(world, {"Ama": AMA, "Hetty": HETTY_ID}) as (fake, slack):
        yield Chat(world=world, fake=fake, slack=slack)


async def test_an_opening_and_each_tap_are_one_call_each_and_carry_the_last_hash(chat: Chat) -> None:
    page = await chat.opens()
    assert problem_of_view(page) is None
    assert "Your week" in str(page)
    assert len(chat.published) == 1
    await chat.taps("done")
    assert "Done. Thank you." in str(chat.page())
    assert len(chat.published) == 2
    assert chat.published[-1]["hash"]
    await chat.taps("pace")
    assert len(chat.published) == 3
    await chat.world.settle()
    assert len(chat.published) == 3


async def test_a_leads_page_fits_slack_and_its_totals_follow(chat: Chat) -> None:
    page = await chat.opens(HETTY_ID)
    assert problem_of_view(page) is None
    assert len(page["blocks"]) <= 100
    assert "Steps done: 0" in str(page)
    await chat.world.tap("Ben", "done")
    assert "Steps done: 1" in str(chat.page(HETTY_ID))
    assert len(chat.published) == 2


async def test_a_page_that_was_drawn_by_somebody_else_is_drawn_once_more_without_a_hash(chat: Chat) -> None:
    await chat.opens()
    chat.fake.homes[AMA]["hash"] = "another"
    await chat.taps("done")
    assert [bool(one.get("hash")) for one in chat.published] == [False, True, False]
    assert "Done. Thank you." in str(chat.page())


async def test_a_throttled_page_waits_as_long_as_slack_says(chat: Chat) -> None:
    chat.fake.faults["views.publish"] = [Fault(kind="throttle", retry_after="3600")]
    result = payload("app_home_opened")
    result["event"]["user"], result["team_id"] = AMA, TEAM
    assert (await chat.slack.send(result)).status == 200
    again_at = await chat.world.milepost.show_homes()
    assert again_at is not None
    assert again_at - chat.world.clock.now() >= timedelta(minutes=59)
    assert AMA not in chat.fake.homes


async def test_a_stranger_sees_how_to_join(chat: Chat) -> None:
    chat.fake.people["stranger@example.org"] = "U0STRANGER"
    result = payload("app_home_opened")
    result["event"]["user"], result["team_id"] = "U0STRANGER", TEAM
    assert (await chat.slack.send(result)).status == 200
    for _ in range(200):
        if "U0STRANGER" in chat.fake.homes:
            break
        await asyncio.sleep(0.01)
    assert "ask your programme lead" in str(chat.page("U0STRANGER"))
