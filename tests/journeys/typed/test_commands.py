"""Every word of `/milepost`, signed and over HTTP: a private answer or a form, while Slack still waits."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from nudges.model.nudge import NudgeState, PromiseState
from nudges.model.people import Pace, Role
from nudges.rules.typed.typed_words import EXACT, Word, understand
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_requests import Sender, payload
from tests.journeys.slack_world import seen_in_slack
from tests.journeys.world import FOUR, World, at, files, renderer, somebody, started

AMA, HETTY = "U0AMA", "U0HETTY"
LEAD = somebody("Hetty Hope", "council", roles=(Role.PROGRAMME_LEAD, Role.HELPER, Role.SPONSOR))
SECONDS_MAX = 3.0
NOON = at("2027-01-05", "12:00")
# What ends everything comes last where one person says all words in a row.
LAST = ("stop", "start", "leave the programme", "leave the program")


@dataclass(kw_only=True)
class Chat:
    """Somebody's Slack: what they type goes in, and what they are shown comes out."""

    world: World
    fake: FakeSlack
    slack: Sender
    said: int = 0
    slowest: float = 0.0

    async def types(self, text: str, *, who: str = AMA) -> Any:
        """The private answer to `/milepost <text>`, or the form that opened."""
        return await self.sends({**payload("slash_command"), "text": text, "user_id": who})

    async def sends(self, result: dict[str, Any]) -> Any:
        """Send this with a trigger of its own; Slack's answer in time is the least that is asked."""
        self.said += 1
        opened, began = len(self.fake.views), time.monotonic()
        own = {"trigger_id": f"trigger-{self.said}", "response_url": f"{self.fake.url}/response/{AMA}"}
        answer = await self.slack.send({**result, **own})
        assert answer.status == 200
        # A form opens beside the acknowledgement, which is empty then.
        while not answer.text and len(self.fake.views) == opened and time.monotonic() - began < SECONDS_MAX:
            await asyncio.sleep(0.01)
        self.slowest = max(self.slowest, time.monotonic() - began)
        if len(self.fake.views) > opened:
            return self.fake.views[-1]["view"]
        assert answer.text, f"nothing was said to {result}"
        shown = answer.json
        assert shown["response_type"] == "ephemeral"
        assert 0 < len(shown["text"]) <= 4000
        return shown["text"]

    async def submits(self, view: Any, *, who: str = AMA, **fields: str) -> Any:
        """Send an open form as Slack does: what was chosen of several has a comma between in `fields`."""
        result = payload("view_submission")
        result["user"]["id"] = who
        blocks = [block for block in view["blocks"] if block["type"] == "input"]
        values = {block["block_id"]: _filled_in(block["element"], fields) for block in blocks}
        result["view"] = {**result["view"], **view, "id": f"V{self.said}", "state": {"values": values}}
        answer = await self.slack.send(result)
        assert answer.status == 200
        return answer.json if answer.text else {}


def _filled_in(element: dict[str, Any], fields: dict[str, str]) -> dict[str, Any]:
    kind, name = element["type"], element["action_id"]
    chosen = fields.get(name, "")
    groups = element.get("option_groups", [{"options": element.get("options", [])}])
    options = [one for group in groups for one in group["options"]]
    picked = [one for one in options if one["value"] in chosen.split(",")]
    match kind:
        case "checkboxes" | "multi_static_select":
            state: dict[str, Any] = {"selected_options": picked}
        case "radio_buttons" | "static_select":
            state = {"selected_option": picked[0] if picked else None}
        case "datepicker":
            state = {"selected_date": chosen or None}
        case _:
            state = {"value": chosen or None}
    return {name: {"type": kind, **state}}


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    """Ama, a leader with an open step, and Hetty, who leads the programme, in one workspace."""
    world = await started(files((*FOUR, LEAD)), say_yes="Ama Ben Cleo Dev Hetty", until=NOON)
    async with seen_in_slack(world, {"Ama": AMA, "Hetty": HETTY}) as (fake, slack):
        chat = Chat(world=world, fake=fake, slack=slack)
        yield chat
        assert chat.slowest < SECONDS_MAX


def _title(view: Any) -> str:
    assert isinstance(view, dict), view
    title: str = view["title"]["text"]
    return title


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "What would you like to do?"),
        ("help", "What would you like to do?"),
        ("Help!", "What would you like to do?"),
        ("today", "Share a photo"),
        ("home", "your own page"),
        ("done", "Done. Thank you."),
        ("partly", "Partly done"),
        ("not yet", "Not yet, and that is fine"),
        ("not now", "Not now, and that is fine"),
        ("snooze", "Which day suits you better?"),
        ("snooze until Thursday", "Thursday 7 January"),
        ("snooze until March", "could not read"),
        ("snooze until 1 March", "up to 14 days"),
        ("commit “share our bed data” by Friday", "Your promise, by Friday 8 January"),
        ('commit "share our bed data" by 12/01', "Your promise, by Tuesday 12 January"),
        ("commit share our bed data", "I need a day"),
        ("help me", "Hetty Hope"),
        ("why", "Why"),
        ("how", "Short of time?"),
        ("steps", "partner step"),
        ("pace", "pace"),
        ("pace slower", "slower"),
        ("my data", "What I hold about you"),
        ("pause until Friday", "I'll be quiet until Friday 8 January"),
        ("pause Friday", "I'll be quiet until Friday 8 January"),
        ("pause until yesterday", "could not read"),
        ("away until Friday", "Tuesday 5 January to Thursday 7 January"),
        ("away from Monday until 25 January", "Monday 11 January to Sunday 24 January"),
        ("away from 25 January until Monday 11 January", "Shall I note when you are away?"),
        ("language Welsh", "no Welsh messages here yet"),
        ("stop", "stop"),
        ("start", "You are in"),
        ("open", "link"),
        ("heard", "heard"),
        ("console", "This is for programme leads"),
        ("rollup", "This is for programme leads"),
        ("pause everybody until Friday", "This is for programme leads"),
        ("make me a cup of tea", "changed nothing"),
        ("She is 943 476 5919", "NHS number"),
        ("hear she is 943 476 5919", "NHS number"),
        ("log saw 943 476 5919", "NHS number"),
    ],
)
async def test_a_word_is_answered_in_private(chat: Chat, text: str, says: str) -> None:
    shown = await chat.types(text)
    assert isinstance(shown, str), shown
    assert says.casefold() in shown.casefold()
    assert "943" not in shown
    assert not any(chat.fake.messages.values())


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("plan", "When and where?"),
        ("swap", "Swap this step"),
        ("commit", "Make a promise"),
        ("hear", "Say something"),
        ("hear the same form is asked for twice", "Say something"),
        ("pause", "Pause"),
        ("away", "When you are away"),
        ("away from Monday", "When you are away"),
        ("my days", "Your days and hours"),
        ("delegate", "Who fixes your times"),
        ("language", "Language"),
        ("apart", "Do not pair me with"),
        ("log", "Log a step"),
        ("log rang the council", "Log a step"),
    ],
)
async def test_a_word_that_needs_more_opens_a_form(chat: Chat, text: str, title: str) -> None:
    assert _title(await chat.types(text)) == title


async def test_what_was_typed_after_a_word_stands_in_its_form(chat: Chat) -> None:
    assert "the same form" in str(await chat.types("hear the same form is asked for twice"))
    assert "rang the council" in str(await chat.types("log rang the council"))
    assert "2027-01-11" in str(await chat.types("away from Monday"))


async def test_words_act_on_what_is_open(chat: Chat) -> None:
    await chat.types("done")
    assert (await chat.world.nudges("Ama"))[-1].state is NudgeState.DONE
    await chat.types("undo")
    assert (await chat.world.nudges("Ama"))[-1].state is not NudgeState.DONE
    await chat.types("commit “share our bed data” by Friday")
    assert [one.state for one in await chat.world.promises()] == [PromiseState.OPEN]
    await chat.types("pace slower")
    assert (await chat.world.leader("Ama")).pace is Pace.SLOWER
    await chat.types("stop")
    assert (await chat.world.leader("Ama")).stopped_at is not None
    await chat.types("start")
    assert (await chat.world.leader("Ama")).stopped_at is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("help", "As a programme lead"),
        ("console", "no page for programme leads in a browser yet"),
        ("rollup", ""),
        ("pause everybody until Friday", "pause"),
        ("signs", ""),
        ("help log", ""),
    ],
)
async def test_a_programme_lead_is_answered_in_private_too(chat: Chat, text: str, says: str) -> None:
    shown = await chat.types(text, who=HETTY)
    assert says in shown
    assert "This is for programme leads" not in shown


async def test_only_programme_leads_are_shown_their_words(chat: Chat) -> None:
    assert "new campaign" not in await chat.types("help")
    assert "new campaign" in await chat.types("help", who=HETTY)
    assert "new step" in await chat.types("help", who=HETTY)


def test_help_names_no_word_that_is_not_understood() -> None:
    shown = renderer().text("help", {"may_promise": True, "is_lead": True}) + renderer().text("console", {})
    for word in re.findall("“([^”]+)”", shown):
        assert isinstance(understand(word, on=NOON.date()), Word), word


async def test_every_word_that_there_is_gets_an_answer(chat: Chat) -> None:
    words = [word for word in EXACT if word not in LAST]
    for word in (*words, *LAST):
        shown = await chat.types(word, who=HETTY)
        text = shown if isinstance(shown, str) else ""
        assert "I'm not sure what you would like" not in text, word
        assert "could not save" not in text, word


async def test_somebody_on_no_roster_is_told_so_and_changes_nothing(chat: Chat) -> None:
    before = await chat.world.events()
    for word in ("today", "stop", "apart", "log", "away until Friday"):
        assert "I do not know you here" in await chat.types(word, who="U0NOBODY")
    assert await chat.world.events() == before


async def test_the_shortcut_logs_a_step_and_a_message_is_made_heard(chat: Chat) -> None:
    log = payload("shortcut_log_step")
    log["user"]["id"] = AMA
    assert _title(await chat.sends(log)) == "Log a step"
    heard = payload("message_action_make_heard")
    heard["user"]["id"] = AMA
    heard["message"]["text"] = "The same form is asked for twice."
    form = await chat.sends(heard)
    assert _title(form) == "Say something"
    assert "The same form is asked for twice." in str(form)
    heard["message"]["text"] = "She is 943 476 5919."
    heard |= {"trigger_id": "another", "response_url": f"{chat.fake.url}/response/{AMA}"}
    assert (await chat.slack.send(heard)).status == 200
    for _ in range(100):
        if chat.fake.whispers:
            break
        await asyncio.sleep(0.01)
    assert "NHS number" in chat.fake.whispers[-1]["text"]
    assert "943" not in str([chat.fake.views, chat.fake.whispers])
    async with chat.world.store.reading() as tx:
        assert await tx.listening.unchecked_all_heard("riverside") == []


async def test_what_is_chosen_in_a_form_is_what_is_kept(chat: Chat) -> None:
    view = await chat.types("my days")
    assert "errors" not in await chat.submits(view, days="2,4", earliest="10:00", latest="15:30")
    view = await chat.types("away")
    assert "errors" not in await chat.submits(view, **{"from": "2027-02-01", "until": "2027-02-08"})
    view = await chat.types("delegate")
    assert "errors" not in await chat.submits(view, name="Pat Ellis", email="pat@example.org")
    view = await chat.types("language")
    assert "errors" not in await chat.submits(view, language="cy")
    view = await chat.types("apart")
    assert "errors" not in await chat.submits(view, people="riverside-ben,riverside-dev")
    view = await chat.types("log")
    assert "errors" not in await chat.submits(view, what="other", words="Rang the council")
    ama = await chat.world.leader("Ama")
    assert ama.working_days == {2, 4}
    assert (str(ama.earliest), str(ama.latest)) == ("10:00:00", "15:30:00")
    assert [str(days.from_on) for days in ama.leave] == ["2027-02-01"]
    assert (ama.delegate, ama.locale) == ("Pat Ellis <pat@example.org>", "cy")
    assert ama.exclusions == {"riverside-ben", "riverside-dev"}
    assert [one.text for one in await chat.world.promises()] == ["Rang the council"]
    assert "Monday 1 February to Sunday 7 February" in str(await chat.types("away"))


async def test_what_is_wrong_in_a_form_is_said_at_its_field(chat: Chat) -> None:
    view = await chat.types("my days")
    for fields, wrong in (
        ({"days": ""}, "days"),
        ({"days": "1", "earliest": "12:00", "latest": "12:30"}, "latest"),
    ):
        answer = await chat.submits(view, **fields)
        assert answer["response_action"] == "errors"
        assert list(answer["errors"]) == [f"field.{wrong}"]
    answer = await chat.submits(await chat.types("away"), until="2027-01-01")
    assert list(answer["errors"]) == ["field.until"]
    answer = await chat.submits(await chat.types("log"), what="other", words="Saw 943 476 5919")
    assert "NHS number" in str(answer["errors"])
    assert "943" not in str(answer)
