"""A programme lead in Slack, signed and over HTTP: forms with errors at their fields, a summary, a launch."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_requests import Sender, payload, tap
from tests.journeys.slack_world import seen_in_slack
from tests.journeys.world import FOUR, HETTY, World, files, make_world

LEAD = "U0HETTY"


@dataclass(kw_only=True)
class Chat:
    """The lead's Slack."""

    world: World
    fake: FakeSlack
    slack: Sender
    done: int = 0

    async def opens(self, text: str) -> Any:
        """The modal that `/milepost <text>` opens."""
        self.done += 1
        result = payload("slash_command")
        result |= {"text": text, "user_id": LEAD, "trigger_id": f"trigger-{self.done}"}
        opened = len(self.fake.views)
        assert (await self.slack.send(result)).status == 200
        for _ in range(300):
            if len(self.fake.views) > opened:
                return self.fake.views[-1]["view"]
            await asyncio.sleep(0.01)
        raise AssertionError(f"“{text}” opened nothing")

    async def submits(self, view: Any, **changes: str) -> Any:
        """The modal as it was opened, with these answers; what Slack is told to show."""
        self.done += 1
        result = payload("view_submission")
        result["user"] |= {"id": LEAD}
        result["view"] |= {"id": f"V{self.done}", "private_metadata": view["private_metadata"]}
        values = {}
        for block in view["blocks"]:
            if block["type"] == "input":
                name = block["element"]["action_id"]
                kind = block["element"]["type"]
                value = changes.get(name, _shown_first(block["element"]))
                values[block["block_id"]] = {name: {"type": kind} | _answer(kind, value)}
        result["view"]["state"]["values"] = values
        answer = await self.slack.send(result)
        assert answer.status == 200
        await self.world.settle()
        return answer.json if answer.text else None

    async def taps(self, verb: str) -> None:
        """The newest button with this verb in the lead's conversation."""
        self.done += 1
        for shown in reversed(self.fake.posts(self.fake.direct(LEAD))):
            for block in shown.get("blocks", []):
                for element in block.get("elements", []):
                    if element["type"] == "button" and json.loads(element["value"])[0] == verb:
                        _, subject, value = json.loads(element["value"])
                        result = tap(verb, subject, value, person=LEAD, at=f"{self.done}.1")
                        assert (await self.slack.send(result)).status == 200
                        await self.world.settle()
                        return
        raise AssertionError(f"there is no button “{verb}”")

    def read(self) -> str:
        """All that the lead reads in the conversation."""
        return "\n".join(one["text"] for one in self.fake.posts(self.fake.direct(LEAD)))


def _answer(kind: str, value: str) -> dict[str, Any]:
    """A field's answer as Slack sends it."""
    if kind == "checkboxes":
        return {"selected_options": [{"value": one} for one in value.split(",") if one]}
    if kind in ("static_select", "radio_buttons"):
        return {"selected_option": {"value": value} if value else None}
    return {"selected_date" if kind == "datepicker" else "value": value or None}


def _shown_first(element: Any) -> str:
    one = element.get("initial_option")
    return str(one["value"] if one else element.get("initial_value") or element.get("initial_date") or "")


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    """Hetty, who leads the programme, and no campaign yet."""
    world = await make_world(files((*FOUR, HETTY)))
    async with seen_in_slack(world, {"Hetty": LEAD}) as (fake, slack):
        yield Chat(world=world, fake=fake, slack=slack)


async def test_a_campaign_is_filled_in_with_errors_at_their_fields_then_launched(chat: Chat) -> None:
    view = await chat.opens("new campaign")
    assert view["title"]["text"] == "Start a campaign"
    wrong = await chat.submits(view, campaign="repair-a-relationship", goal="")
    assert wrong["response_action"] == "errors"
    assert set(wrong["errors"]) == {"field.campaign", "field.goal"}
    assert "facilitator" in wrong["errors"]["field.campaign"]
    taken = await chat.submits(view, organisations="riverside-trust,riverside-council")
    assert "next message in our own chat" in str(taken["view"]), "the form says where it is"
    assert "4 people from Council and Trust." in chat.read()
    await chat.taps("campaign_launch")
    assert "Four weeks to try it starts on Monday 4 January" in chat.read()
    async with chat.world.store.reading() as tx:
        (run,) = await tx.people.unchecked_runs("riverside")
    assert len(run.member_ids) == 4


async def test_a_week_is_read_in_the_window_that_asked_for_it(chat: Chat) -> None:
    view = await chat.opens("preview")
    assert {one["element"]["type"] for one in view["blocks"] if one["type"] == "input"} == {
        "radio_buttons",
        "plain_text_input",
        "static_select",
    }
    wrong = await chat.submits(view, week="9")
    assert set(wrong["errors"]) == {"field.week"}
    shown = await chat.submits(view, week="2")
    assert shown["response_action"] == "update"
    assert "[I'll do it] [Swap] [Not now]" in json.dumps(shown["view"])
    assert chat.read() == "", "nothing was sent"


async def test_next_week_is_changed_and_everybody_paused(chat: Chat) -> None:
    run = await chat.world.launch()
    view = await chat.opens("next week")
    (field,) = [one["element"] for one in view["blocks"] if one["type"] == "input"]
    assert {one["label"]["text"] for one in field["option_groups"]} >= {"Listening", "Seeing the system"}
    assert (await chat.submits(view))["errors"] == {
        "field.action": "That is the step of next week already. Choose another one."
    }
    assert "next message in our own chat" in str((await chat.submits(view, action="COA-04"))["view"])
    assert "now asks" in chat.read()
    await chat.taps("next_offer_undo")
    assert "asks again what the campaign says" in chat.read()
    pause = await chat.opens("pause everybody")
    assert set((await chat.submits(pause, until="2026-12-01"))["errors"]) == {"field.until"}
    assert await chat.submits(pause, until="2027-01-11", why="The wards are full.") is None
    async with chat.world.store.reading() as tx:
        (paused,) = await tx.people.unchecked_runs("riverside")
    assert paused.id == run.id
    assert paused.pauses


async def test_a_partner_step_is_added_for_any_organisation_with_errors_at_their_fields(chat: Chat) -> None:
    view = await chat.opens("new step")
    wrong = await chat.submits(view, text="Open the lounge", due="2026-01-01")
    assert wrong["response_action"] == "errors"
    assert len(wrong["errors"]) == 1
    taken = await chat.submits(
        view,
        organisation="riverside-trust",
        text="Open the discharge lounge to care homes on Tuesdays",
        owner="The discharge team",
        done_means="Two care homes came on a Tuesday",
        due="2027-02-01",
        why_together="The beds are ours and the homes are theirs",
    )
    assert taken is None
    assert (
        "It is on the board: Trust, by Monday 1 February, looked after by The discharge team." in chat.read()
    )
    (step,) = await chat.world.steps()
    assert step.organisation_id == "riverside-trust"
