"""Every recorded shape of Slack through the HTTP door: who it is, where they are, what they asked for."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from nudges.errors import NotFound
from nudges.model.commands import Command, Outcome
from nudges.model.message import Message, Section
from tests.bot.slack.conftest import World, until
from tests.fakes.slack_api import Fault
from tests.fakes.slack_requests import PAYLOADS, payload

pytestmark = pytest.mark.asyncio(loop_scope="module")

HERE, ELSEWHERE, COUNTY = "T0MILEPOST", "T0OTHER", "E0COUNTY"
PLANNED = {
    "day": "2027-01-12",
    "time": "09:30",
    "way": "in_person",
    "place": "The cafe & the <library>",
    "note": "",
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a payload has to become. `at` is the actor's home, `via_app` the workspace that received it."""

    by: str
    verb: str
    via: str
    at: str = HERE
    via_app: str = HERE
    subject: str = ""
    args: dict[str, str] = field(default_factory=dict)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Command) and self.parts == (
            Asked(
                by=other.actor.to,
                at=other.actor.workspace,
                via_app=other.seen_in or other.actor.workspace,
                verb=other.verb,
                via=other.via,
                subject=other.subject,
                args=dict(other.args),
            ).parts
        )

    @property
    def parts(self) -> tuple[Any, ...]:
        return (self.by, self.verb, self.via, self.at, self.via_app, self.subject, self.args)


TAP: dict[str, Any] = {"verb": "plan", "subject": "nudge-1"}
ASKED = {
    "app_home_opened": Asked(by="U0AMINA", verb="home_opened", via="home"),
    "app_home_opened_first": Asked(by="U0BEN", verb="home_opened", via="home"),
    "app_home_opened_org": Asked(by="W0AMINA", verb="home_opened", via="home", via_app=COUNTY),
    "block_actions": Asked(by="U0AMINA", via="tap", **TAP),
    "block_actions_ephemeral": Asked(by="U0AMINA", via="tap", **TAP),
    "block_actions_grid": Asked(by="W0AMINA", via="tap", **TAP),
    "block_actions_home": Asked(by="U0AMINA", via="home", **TAP),
    "block_actions_modal": Asked(by="U0AMINA", via="tap", **TAP),
    "block_actions_org": Asked(by="W0AMINA", via="tap", at="T0WARD", via_app=COUNTY, **TAP),
    "block_actions_org_without_workspace": Asked(by="W0AMINA", via="tap", at=COUNTY, via_app=COUNTY, **TAP),
    "block_actions_shared_channel": Asked(by="U0CLEO", via="tap", at=ELSEWHERE, **TAP),
    "message_action_make_heard": Asked(
        by="U0AMINA",
        verb="hear",
        via="command",
        args={"quoted": "We wait two days for a form & nobody knows why"},
    ),
    "message_file_share": Asked(
        by="U0AMINA", verb="say", via="message", args={"text": "done, see the notes"}
    ),
    "message_im": Asked(
        by="U0AMINA", verb="say", via="message", args={"text": "I spoke to <her> & to ben, see the page"}
    ),
    "message_im_connected": Asked(
        by="U0CLEO", verb="say", via="message", at=ELSEWHERE, args={"text": "done"}
    ),
    "message_im_connected_grid": Asked(
        by="W0DEV", verb="say", via="message", at="E0FAR", args={"text": "done"}
    ),
    "message_im_grid": Asked(by="W0AMINA", verb="say", via="message", args={"text": "today"}),
    "message_im_org": Asked(
        by="W0AMINA", verb="say", via="message", at="T0WARD", via_app=COUNTY, args={"text": "today"}
    ),
    "message_im_shared_elsewhere": Asked(
        by="U0CLEO", verb="say", via="message", at=ELSEWHERE, args={"text": "today"}
    ),
    "shortcut_log_step": Asked(by="U0AMINA", verb="log_step", via="command"),
    "shortcut_log_step_org": Asked(by="W0AMINA", verb="log_step", via="command", at="T0WARD", via_app=COUNTY),
    "slash_command": Asked(
        by="U0AMINA", verb="say", via="command", args={"text": 'commit "share our bed data" by Friday'}
    ),
    "slash_command_org": Asked(
        by="W0AMINA", verb="say", via="command", at="T0WARD", via_app=COUNTY, args={"text": "today"}
    ),
    "view_submission": Asked(by="U0AMINA", verb="plan_submit", via="form", subject="nudge-1", args=PLANNED),
    "view_submission_choices": Asked(
        by="U0AMINA",
        verb="my_days_submit",
        via="form",
        args={"days": "1,3", "apart": "leader-a,leader-b", "none": "", "pace": "", "earliest": "09:00"},
    ),
    "view_submission_org": Asked(
        by="W0AMINA",
        verb="plan_submit",
        via="form",
        at="T0WARD",
        via_app=COUNTY,
        subject="nudge-1",
        args=PLANNED,
    ),
    "view_submission_shared_channel": Asked(
        by="U0CLEO", verb="plan_submit", via="form", at=ELSEWHERE, subject="nudge-1", args=PLANNED
    ),
}
TOLD = {"url_verification": {"challenge": "a-challenge"}, "block_suggestion": {"options": []}}
LOST = {
    "app_uninstalled": (HERE, "app_uninstalled"),
    "app_uninstalled_org": (COUNTY, "app_uninstalled"),
    "tokens_revoked": (HERE, "tokens_revoked"),
}
NOT_OURS = {
    "app_home_opened_messages_tab",
    "app_rate_limited",
    "block_actions_menu",
    "channel_archive",
    "channel_rename",
    "message_changed",
    "message_channel",
    "message_from_bot",
    "message_group",
    "shortcut",
    "ssl_check",
    "team_access_revoked",
    "tokens_revoked_of_a_person",
    "user_change",
    "view_closed",
}
HOME_TAP = payload("block_actions_home")
EVENTS = sorted(name for name, asked in ASKED.items() if "event" in payload(name))


async def test_every_recorded_shape_has_its_place_in_this_suite() -> None:
    recorded = sorted(path.stem for path in PAYLOADS.glob("*.json"))
    assert recorded == sorted([*ASKED, *TOLD, *LOST, *NOT_OURS])


@pytest.mark.parametrize("name", ASKED)
async def test_a_shape_becomes_the_command_of_whoever_acted(world: World, name: str) -> None:
    assert (await world.slack.send(payload(name))).status == 200
    [command] = world.handled.commands
    assert ASKED[name] == command


@pytest.mark.parametrize("name", sorted(set(ASKED) - {"view_submission"}))
async def test_an_answer_goes_through_the_app_that_received_the_shape(world: World, name: str) -> None:
    world.handled.outcome = Outcome(reply=Message(text="Noted."))
    result = payload(name)
    if "response_url" in result:
        result["response_url"] = f"{world.fake.url}/response/U0AMINA"
    answer = await world.slack.send(result)
    if answer.text:
        assert "Noted." in answer.text, "commands and forms are answered in the acknowledgement"
    else:
        await until(lambda: bool(world.fake.calls or world.fake.whispers))
        assert world.places.asked[:1] == [ASKED[name].via_app]


@pytest.mark.parametrize("name", TOLD)
async def test_what_slack_wants_to_hear_is_said_at_once(world: World, name: str) -> None:
    answer = await world.slack.send(payload(name))
    assert (answer.status, answer.json) == (200, TOLD[name])
    assert not world.handled.commands


@pytest.mark.parametrize("name", sorted(NOT_OURS))
async def test_what_is_not_ours_changes_nothing(world: World, name: str) -> None:
    answer = await world.slack.send(payload(name))
    assert (answer.status, answer.text) == (200, "")
    assert not world.handled.commands
    assert not world.places.gone


@pytest.mark.parametrize("name", LOST)
async def test_a_removal_is_told_to_the_directory_before_the_acknowledgement(world: World, name: str) -> None:
    assert (await world.slack.send(payload(name))).status == 200
    assert world.places.gone == [LOST[name]]
    assert not world.handled.commands


async def test_a_removal_that_could_not_be_kept_is_sent_again(world: World) -> None:
    world.places.error = RuntimeError("no room on the disk")
    assert (await world.slack.send(payload("app_uninstalled"))).status == 500
    world.places.error = None
    retry = {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_error"}
    assert (await world.slack.send(payload("app_uninstalled"), headers=retry)).status == 200
    assert len(world.places.gone) == 1


@pytest.mark.parametrize("name", EVENTS)
async def test_an_event_that_was_not_seen_is_heard_whatever_its_retry_headers_say(
    world: World, name: str
) -> None:
    retry = {"X-Slack-Retry-Num": "3", "X-Slack-Retry-Reason": "http_timeout"}
    assert (await world.slack.send(payload(name), headers=retry)).status == 200
    assert len(world.handled.commands) == 1


async def test_the_same_act_has_the_same_key_and_no_other_has(world: World) -> None:
    for name in (*ASKED, *ASKED):
        await world.slack.send(payload(name))
    keys = [command.key for command in world.handled.commands]
    assert keys[: len(ASKED)] == keys[len(ASKED) :]
    assert len(set(keys)) == len(ASKED)


async def test_words_for_a_tap_on_home_open_in_a_small_window(world: World) -> None:
    world.handled.outcome = Outcome(reply=Message(text="Noted.", sections=(Section(text="Noted."),)))
    await world.slack.send(HOME_TAP)
    await until(lambda: bool(world.fake.views))
    assert world.fake.views[0]["trigger_id"] == HOME_TAP["trigger_id"]
    assert "Noted." in str(world.fake.views[0]["view"])
    assert not world.fake.whispers


async def test_words_for_a_tap_on_home_are_whispered_where_no_window_opens(world: World) -> None:
    world.handled.outcome = Outcome(reply=Message(text="Noted."))
    world.fake.fail("views.open", Fault(kind="refuse", code="expired_trigger_id"))
    await world.slack.send(HOME_TAP)
    await until(lambda: bool(world.fake.whispers))
    assert world.fake.whispers[0]["text"] == "Noted."


async def test_words_for_the_shortcut_open_in_a_small_window(world: World) -> None:
    world.handled.error = NotFound("I do not know you here.")
    await world.slack.send(payload("shortcut_log_step"))
    await until(lambda: bool(world.fake.views))
    assert "I do not know you here." in str(world.fake.views[0]["view"])


async def test_a_stranger_who_opens_the_home_page_reads_there_that_they_are_not_known(world: World) -> None:
    world.handled.error = NotFound("I do not know you here.")
    await world.slack.send(payload("app_home_opened_first"))
    await until(lambda: "views.publish" in [name for name, _ in world.fake.calls])
    [given] = [given for name, given in world.fake.calls if name == "views.publish"]
    assert given["user_id"] == "U0BEN"
    assert "I do not know you here." in str(given["view"])
    assert not world.fake.whispers, "nobody is written to for looking"


async def test_words_after_a_form_take_its_place(world: World) -> None:
    world.handled.outcome = Outcome(reply=Message(text="Saved."))
    answer = await world.slack.send(payload("view_submission"))
    assert answer.json["response_action"] == "update"
    assert "Saved." in str(answer.json["view"])
    assert "submit" not in answer.json["view"]


async def test_a_form_without_questions_that_fails_says_why(world: World) -> None:
    result = payload("view_submission")
    result["view"]["state"]["values"] = {}
    world.handled.error = NotFound("That is not here any more.")
    answer = await world.slack.send(result)
    assert "That is not here any more." in str(answer.json["view"])


async def test_an_answer_for_a_workspace_that_is_gone_is_left_out_and_breaks_nothing(world: World) -> None:
    await world.slack.send(payload("app_uninstalled"))
    world.handled.outcome = Outcome(reply=Message(text="Noted."))
    assert (await world.slack.send(payload("block_actions"))).status == 200
    assert (await world.slack.send(payload("slash_command"))).json["text"] == "Noted."
    assert not world.fake.whispers


async def test_a_message_that_is_quoted_is_cut_before_it_is_too_long(world: World) -> None:
    result = payload("message_action_make_heard")
    result["message"]["text"] = "word " * 8000
    await world.slack.send(result)
    quoted = world.handled.commands[0].args["quoted"]
    assert len(quoted) == 3000
    assert quoted.endswith("…")
