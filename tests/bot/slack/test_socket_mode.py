"""The same requests over a WebSocket: acknowledged after the commit, with what Slack should show."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from bot.slack.api.http_session import open_slack
from bot.slack.inbound import SlackInbound
from bot.slack.socket_mode import connected
from nudges.errors import NotAllowed
from nudges.model.commands import Outcome
from nudges.model.message import Field, FieldKind, Form, Message
from tests.bot.slack.conftest import NOW, Places, PlainWords, Recorder
from tests.fakes.slack_api import TOKEN, FakeSlack, serving
from tests.fakes.slack_requests import payload, tap
from tests.fakes.slack_socket import APP_TOKEN, FakeSocket, socket_serving, until

WORDS = Form(
    title="Say it",
    verb="hear_submit",
    subject="",
    submit="Send",
    fields=(Field(name="text", label="What?", kind=FieldKind.TEXT),),
)


@dataclass
class Wired:
    """An adapter that hears a fake Slack over a WebSocket."""

    slack: FakeSocket
    fake: FakeSlack
    handled: Recorder
    places: Places


@pytest_asyncio.fixture
async def wired() -> AsyncIterator[Wired]:
    fake = FakeSlack(people={"amina@example.org": "U0AMINA"}, now=NOW.timestamp)
    slack, handled = FakeSocket(), Recorder()
    async with (
        serving(fake) as api_url,
        socket_serving(slack) as socket_url,
        open_slack(TOKEN, api_url=api_url) as platform,
    ):
        places = Places(platform)
        inbound = SlackInbound(workspaces=places, handle=handled, renderer=PlainWords())
        async with connected(inbound, app_token=APP_TOKEN, api_url=socket_url, ping_seconds=0.05):
            await slack.until_connected()
            yield Wired(slack=slack, fake=fake, handled=handled, places=places)


async def test_typed_words_are_acknowledged_with_nothing(wired: Wired) -> None:
    ack = await wired.slack.asks(payload("message_im"))
    assert set(ack) == {"envelope_id"}
    assert wired.handled.commands[0].verb == "say"


async def test_a_command_is_answered_in_its_acknowledgement(wired: Wired) -> None:
    wired.handled.outcome = Outcome(reply=Message(text="Promised."))
    ack = await wired.slack.asks(payload("slash_command"))
    assert (ack["payload"]["response_type"], ack["payload"]["text"]) == ("ephemeral", "Promised.")


async def test_errors_of_a_form_stand_at_their_fields(wired: Wired) -> None:
    wired.handled.outcome = Outcome(errors={"day": "Pick a day from tomorrow on."})
    ack = await wired.slack.asks(payload("view_submission"))
    assert ack["payload"]["errors"] == {"field.day": "Pick a day from tomorrow on."}


async def test_a_tap_opens_its_form_after_the_acknowledgement(wired: Wired) -> None:
    wired.handled.outcome = Outcome(form=WORDS)
    assert "payload" not in await wired.slack.asks(tap("hear"))
    await until(lambda: len(wired.fake.views) == 1)


async def test_words_of_an_error_reach_whoever_tapped(wired: Wired) -> None:
    wired.handled.error = NotAllowed("Only a sponsor can say yes to this.")
    result = payload("block_actions") | {"response_url": f"{wired.fake.url}/response/U0AMINA"}
    await wired.slack.asks(result)
    await until(lambda: len(wired.fake.whispers) == 1)
    assert wired.fake.whispers[0]["text"] == "Only a sponsor can say yes to this."


async def test_an_event_that_could_not_be_handled_is_not_acknowledged_and_comes_again(wired: Wired) -> None:
    wired.handled.error = RuntimeError("no room on the disk")
    first = await wired.slack.send(payload("message_im"))
    await until(lambda: len(wired.handled.commands) == 1)
    wired.handled.error = None
    await wired.slack.asks(payload("message_im"), retry=1)
    assert first not in wired.slack.acks
    assert len({command.key for command in wired.handled.commands}) == 1


async def test_a_removal_is_kept_before_it_is_acknowledged(wired: Wired) -> None:
    await wired.slack.asks(payload("app_uninstalled"))
    assert wired.places.gone == [("T0MILEPOST", "app_uninstalled")]


async def test_many_at_once_are_all_answered(wired: Wired) -> None:
    acks = await asyncio.gather(*(wired.slack.asks(tap("done", at=f"1.{n}")) for n in range(40)))
    assert len({ack["envelope_id"] for ack in acks}) == 40
    assert len(wired.handled.commands) == 40


async def test_a_connection_that_slack_lets_go_is_replaced(wired: Wired) -> None:
    await wired.slack.let_go()
    await wired.slack.until_connected(times=2)
    await wired.slack.asks(tap("done"))


async def test_a_connection_that_breaks_is_replaced(wired: Wired) -> None:
    await wired.slack.break_off()
    await wired.slack.until_connected(times=2)
    await wired.slack.asks(tap("done"))


async def test_what_is_no_payload_is_acknowledged_so_that_it_does_not_come_again(wired: Wired) -> None:
    await wired.slack.asks({"type": "block_actions"})
    assert not wired.handled.commands


async def test_it_asks_until_slack_gives_an_address_and_logs_no_token_and_no_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, logger="milepost")
    slack, handled = FakeSocket(refusals=["internal_error"]), Recorder()
    async with socket_serving(slack) as url, open_slack(TOKEN, api_url=url) as platform:
        inbound = SlackInbound(workspaces=Places(platform), handle=handled, renderer=PlainWords())
        async with connected(inbound, app_token=APP_TOKEN, api_url=url, ping_seconds=0.02):
            await slack.until_connected()
            await slack.asks(payload("message_im"))
    assert APP_TOKEN not in caplog.text
    assert "I spoke to" not in caplog.text
