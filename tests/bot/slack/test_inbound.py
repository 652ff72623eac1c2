"""Signed requests become commands, and everything else is turned away without harm."""

import asyncio
import json
import logging
from typing import Any
from urllib.parse import urlencode

import pytest

from nudges.errors import NotAllowed, RefusedText
from nudges.model.commands import Command, Outcome
from nudges.model.message import Choice, Field, FieldKind, Form, Message
from nudges.model.people import Address
from tests.bot.slack.conftest import AMINA, NOW, World, until
from tests.fakes.slack_api import Fault
from tests.fakes.slack_requests import FORM, encoded, payload, signature, tap

pytestmark = pytest.mark.asyncio(loop_scope="module")

PLAN = Form(
    title="Plan it",
    verb="plan_submit",
    subject="nudge-1",
    submit="Save",
    fields=(
        Field(name="day", label="Which day?", kind=FieldKind.DATE, initial="2027-01-13"),
        Field(
            name="way", label="How?", kind=FieldKind.CHOICE, choices=(Choice(value="call", label="A call"),)
        ),
    ),
)


def reply_here(world: World, sent_body: dict[str, Any]) -> dict[str, Any]:
    """The same payload with a response_url of the fake API."""
    return sent_body | {"response_url": f"{world.fake.url}/response/U0AMINA"}


async def settled(world: World, count: int) -> None:
    """Wait until so many private answers have arrived: they follow the acknowledgement."""
    await until(lambda: len(world.fake.whispers) >= count)


async def test_a_tap_becomes_a_command_of_the_person_who_signed(world: World) -> None:
    answer = await world.slack.send(payload("block_actions"))
    assert (answer.status, answer.text) == (200, "")
    [command] = world.handled.commands
    assert command == Command(key=command.key, actor=AMINA, verb="plan", subject="nudge-1", via="tap")


async def test_the_value_of_a_button_travels_with_the_tap(world: World) -> None:
    await world.slack.send(tap("snooze", "nudge-1", "2027-01-15"))
    assert world.handled.commands[0].args == {"value": "2027-01-15"}


async def test_a_form_becomes_a_command_with_its_answers(world: World) -> None:
    answer = await world.slack.send(payload("view_submission"))
    assert (answer.status, answer.text) == (200, "")
    [command] = world.handled.commands
    assert (command.via, command.verb, command.subject) == ("form", "plan_submit", "nudge-1")
    assert command.args == {
        "day": "2027-01-12",
        "time": "09:30",
        "way": "in_person",
        "place": "The cafe & the <library>",
        "note": "",
    }


async def test_typed_words_arrive_as_they_were_typed(world: World) -> None:
    assert (await world.slack.send(payload("message_im"))).status == 200
    [command] = world.handled.commands
    assert (command.via, command.verb, command.actor) == ("message", "say", AMINA)
    assert command.args == {"text": "I spoke to <her> & to ben, see the page"}


async def test_a_slash_command_is_answered_privately_in_the_acknowledgement(world: World) -> None:
    world.handled.outcome = Outcome(reply=Message(text="Promised."))
    answer = await world.slack.send(payload("slash_command"))
    assert answer.json["response_type"] == "ephemeral"
    assert answer.json["text"] == "Promised."
    assert world.handled.commands[0].args == {"text": 'commit "share our bed data" by Friday'}
    assert world.handled.commands[0].via == "command"


async def test_a_form_is_opened_right_after_the_acknowledgement(world: World) -> None:
    world.handled.outcome = Outcome(form=PLAN)
    assert (await world.slack.send(tap("plan", "nudge-1"))).status == 200
    await until(lambda: bool(world.fake.views))
    [opened] = world.fake.views
    assert opened["trigger_id"] == "trigger-U0AMINA-1.1"
    assert json.loads(opened["view"]["private_metadata"]) == {"verb": "plan_submit", "subject": "nudge-1"}


async def test_a_form_that_slack_refuses_is_said_so_privately(world: World) -> None:
    world.handled.outcome = Outcome(form=PLAN)
    world.fake.fail("views.open", Fault(kind="refuse", code="expired_trigger_id"))
    assert (await world.slack.send(reply_here(world, tap("plan", "nudge-1")))).status == 200
    await settled(world, 1)
    assert world.fake.whispers[0]["text"] == "words of form_not_opened"


async def test_errors_of_a_form_stand_at_their_fields(world: World) -> None:
    world.handled.outcome = Outcome(errors={"day": "Pick a day from tomorrow on.", "nowhere": "Odd."})
    answer = await world.slack.send(payload("view_submission"))
    assert answer.json["response_action"] == "errors"
    assert set(answer.json["errors"]) == {"field.day"}, "an error at no field of the form goes to the first"


async def test_a_corrected_form_is_another_command_and_the_same_form_is_not(world: World) -> None:
    first = payload("view_submission")
    await world.slack.send(first)
    await world.slack.send(first)
    first["view"]["state"]["values"]["field.day"]["day"]["selected_date"] = "2027-01-13"
    await world.slack.send(first)
    keys = [command.key for command in world.handled.commands]
    assert keys[0] == keys[1] != keys[2]


@pytest.mark.parametrize("error", [RefusedText("That holds a number I must not keep."), ValueError("secret")])
async def test_a_form_that_fails_stays_open_with_words(world: World, error: Exception) -> None:
    world.handled.error = error
    answer = await world.slack.send(payload("view_submission"))
    assert answer.status == 200
    [said] = answer.json["errors"].values()
    assert said in ("That holds a number I must not keep.", "words of not_saved")


async def test_a_form_can_be_answered_privately_and_by_another_form(world: World) -> None:
    world.handled.outcome = Outcome(reply=Message(text="Saved."), form=PLAN)
    answer = await world.slack.send(payload("view_submission"))
    assert answer.json["response_action"] == "update"
    assert answer.json["view"]["callback_id"] == "milepost.form"
    await settled(world, 1)
    assert world.fake.whispers[0]["channel"] == "D0AMINA"


async def test_typed_words_can_be_answered_beside_the_ledger(world: World) -> None:
    world.handled.outcome = Outcome(reply=Message(text="Tap here."), leaves_no_trace=True)
    assert (await world.slack.send(payload("message_im"))).status == 200
    await settled(world, 1)
    assert world.fake.whispers[0]["text"] == "Tap here."
    assert not world.fake.posts()


async def test_words_of_an_error_are_shown_only_to_the_person(world: World) -> None:
    world.handled.error = NotAllowed("Only a sponsor can say yes to this.")
    assert (await world.slack.send(reply_here(world, tap("permission")))).status == 200
    await settled(world, 1)
    said = world.fake.whispers[0]
    assert (said["text"], said["response_type"]) == ("Only a sponsor can say yes to this.", "ephemeral")
    assert not world.fake.posts()


async def test_a_reply_can_replace_the_card(world: World) -> None:
    world.handled.outcome = Outcome(reply=Message(text="Done."), edits_card=True)
    await world.slack.send(reply_here(world, tap("done")))
    await settled(world, 1)
    assert world.fake.whispers[0]["replace_original"] is True


async def test_a_private_answer_goes_to_no_host_but_slacks(world: World) -> None:
    world.handled.outcome = Outcome(reply=Message(text="Noted."))
    await world.slack.send(tap("done") | {"response_url": "http://169.254.169.254/latest"})
    await settled(world, 1)
    assert world.fake.calls[-1][0] == "chat.postEphemeral"


async def test_a_failed_tap_says_that_nothing_was_saved(world: World) -> None:
    world.handled.error = RuntimeError("no room on the disk")
    assert (await world.slack.send(reply_here(world, tap("done")))).status == 200
    await settled(world, 1)
    assert world.fake.whispers[0]["text"] == "words of not_saved"


async def test_a_failed_event_is_sent_again_by_slack_and_then_heard(world: World) -> None:
    world.handled.error = RuntimeError("no room on the disk")
    assert (await world.slack.send(payload("message_im"))).status == 500
    world.handled.error = None
    again = await world.slack.send(
        payload("message_im"), headers={"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_error"}
    )
    assert again.status == 200
    assert len({command.key for command in world.handled.commands}) == 1


@pytest.mark.parametrize(
    "sent_body",
    [payload("block_actions"), payload("view_submission"), payload("slash_command"), payload("message_im")],
)
async def test_a_hundred_replays_have_one_key(world: World, sent_body: dict[str, Any]) -> None:
    answers = await asyncio.gather(*(world.slack.send(sent_body) for _ in range(100)))
    assert {answer.status for answer in answers} == {200}
    assert len(world.handled.commands) == 100
    assert len({command.key for command in world.handled.commands}) == 1


async def test_two_taps_of_the_same_button_have_two_keys(world: World) -> None:
    for sent_body in (tap("done", at="1.1"), tap("done", at="1.2"), tap("done", at="1.2", person="U0BEN")):
        await world.slack.send(sent_body)
    assert len({command.key for command in world.handled.commands}) == 3


@pytest.mark.parametrize("name", ["message_from_bot", "message_changed", "app_uninstalled", "shortcut"])
async def test_what_is_not_ours_is_taken_and_left_alone(world: World, name: str) -> None:
    assert (await world.slack.send(payload(name))).status == 200
    assert not world.handled.commands


async def test_slacks_question_about_the_address_is_answered(world: World) -> None:
    answer = await world.slack.send(payload("url_verification"))
    assert (answer.status, answer.json) == (200, {"challenge": "a-challenge"})


async def test_a_visitor_from_another_workspace_carries_their_own(world: World) -> None:
    sent_body = tap("done")
    sent_body["user"]["team_id"] = "T0OTHER"
    await world.slack.send(sent_body)
    assert world.handled.commands[0].actor == Address(platform="slack", workspace="T0OTHER", to="U0AMINA")


async def test_the_actor_never_comes_from_the_button(world: World) -> None:
    await world.slack.send(tap("done", "U0BEN", "U0BEN", person="U0AMINA"))
    assert world.handled.commands[0].actor == AMINA


BODY = json.dumps(payload("message_im")).encode()
STAMP = str(int(NOW.timestamp()))
GOOD = signature(BODY, at=NOW)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Slack-Signature": GOOD["X-Slack-Signature"]},
        {"X-Slack-Request-Timestamp": STAMP},
        GOOD | {"X-Slack-Signature": "v0=" + "0" * 64},
        GOOD | {"X-Slack-Signature": ""},
        GOOD | {"X-Slack-Signature": "v0=é" + "0" * 63},
        GOOD | {"X-Slack-Request-Timestamp": "yesterday"},
        GOOD | {"X-Slack-Request-Timestamp": "1_000"},
        GOOD | {"X-Slack-Request-Timestamp": "-1"},
        GOOD | {"X-Slack-Request-Timestamp": "9" * 400},
        GOOD | {"X-Slack-Request-Timestamp": "nan"},
        signature(BODY, at=NOW, stamp=f"{STAMP}.5"),
        signature(BODY, at=NOW, stamp=str(int(NOW.timestamp()) - 301)),
        signature(BODY, at=NOW, stamp=str(int(NOW.timestamp()) + 301)),
        signature(BODY, at=NOW, secret="another"),
        signature(BODY + b" ", at=NOW),
    ],
)
async def test_what_slack_did_not_sign_just_now_is_refused(world: World, headers: dict[str, str]) -> None:
    answer = await world.slack.raw(BODY, headers | {"Content-Type": "application/json"})
    assert answer.status == 401
    assert not world.handled.commands


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "application/json"),
        (b"\xff\xfe{}", "application/json"),
        (b'{"type": "event_callback\x00"}', "application/json"),
        (b"[]", "application/json"),
        (b"null", "application/json"),
        (b'"text"', "application/json"),
        (b'{"type": ', "application/json"),
        (b"[" * 100_000, "application/json"),
        (b'{"type":' + b'{"a":' * 500 + b"1" + b"}" * 501, "application/json"),
        (b"payload=", FORM),
        (b"payload=%ff", FORM),
        (b"payload=[1]", FORM),
        (b"&".join(b"a%d=1" % n for n in range(1000)), FORM),
        (json.dumps({"type": "event_callback"}).encode(), "application/json"),
        (json.dumps({"type": "event_callback", "event": []}).encode(), "application/json"),
        (urlencode({"payload": json.dumps({"type": "block_actions"})}).encode(), FORM),
        (urlencode({"payload": json.dumps({"type": "block_actions", "actions": [1]})}).encode(), FORM),
        (urlencode({"payload": json.dumps({"type": "view_submission", "view": 3})}).encode(), FORM),
        (urlencode({"command": "/milepost"}).encode(), FORM),
    ],
)
async def test_what_is_no_payload_is_refused_even_when_signed(world: World, body: bytes, kind: str) -> None:
    answer = await world.slack.raw(body, signature(body, at=NOW) | {"Content-Type": kind})
    assert answer.status == 400
    assert not world.handled.commands


@pytest.mark.parametrize(
    "change",
    [
        {"user": {"id": "u; drop"}},
        {"user": {}},
        {"user": None},
        {"trigger_id": 5},
        {"actions": []},
        {"actions": [{"action_id": "milepost.0", "type": "button", "value": "[1,2,3]", "action_ts": "1"}]},
        {"actions": [{"action_id": "milepost.0", "type": "button", "value": "no json", "action_ts": "1"}]},
        {"team": 5, "user": {"id": "U0AMINA"}},
        {"message": {"ts": [1]}},
    ],
)
async def test_a_tap_with_odd_parts_is_refused_and_never_breaks(world: World, change: dict[str, Any]) -> None:
    assert (await world.slack.send(payload("block_actions") | change)).status == 400
    assert not world.handled.commands


@pytest.mark.parametrize("name", ["block_actions", "view_submission", "message_im", "url_verification"])
@pytest.mark.parametrize(
    "change",
    [
        {"authorizations": 5},
        {"enterprise": 5},
        {"authorizations": [5]},
        {"enterprise_id": []},
        {"team": [[]]},
    ],
)
async def test_odd_parts_that_are_rarely_read_are_no_server_error(
    world: World, name: str, change: dict[str, Any]
) -> None:
    assert (await world.slack.send(payload(name) | change)).status in (200, 400)


async def test_a_request_that_is_too_large_is_refused(world: World) -> None:
    body = b'{"a": "' + b"x" * (1 << 20) + b'"}'
    headers = signature(body, at=NOW) | {"Content-Type": "application/json"}
    assert (await world.slack.raw(body, headers)).status == 413


async def test_what_cannot_be_stored_is_taken_out_of_words(world: World) -> None:
    sent_body = payload("message_im")
    sent_body["event"]["text"] = "a\x00b\ud800c\u202ed" + "x" * 41_000
    body, kind = encoded(sent_body)
    answer = await world.slack.raw(body, signature(body, at=NOW) | {"Content-Type": kind})
    assert answer.status == 200
    assert world.handled.commands[0].args["text"] == "ab\ufffdcd" + "x" * 41_000


async def test_bodies_are_never_logged(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    world.handled.error = RuntimeError("my secret words")
    sent_body = payload("message_im")
    sent_body["event"]["text"] = "my secret words"
    await world.slack.send(sent_body)
    body, kind = encoded(sent_body)
    await world.slack.raw(body, GOOD | {"Content-Type": kind})
    await world.slack.send(sent_body | {"type": "unheard_of"})
    assert "RuntimeError" in caplog.text
    assert "secret words" not in caplog.text


async def test_nothing_is_asked_of_slack_to_answer_a_request(world: World) -> None:
    for _ in range(3):
        await world.slack.send(tap("done"))
    assert not world.fake.calls
