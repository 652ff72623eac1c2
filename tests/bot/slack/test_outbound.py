"""What Slack alone does: one session, plain text where blocks are refused, pins, files, private answers."""

import logging
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.slack.api.http_session import open_slack
from nudges.errors import DeliveryError
from nudges.model.message import Attachment, Button, Field, FieldKind, Form, Message, Section
from nudges.model.people import Address
from tests.bot.slack.conftest import AMINA, CHANNEL, NOW, World
from tests.fakes.slack_api import TEAM, TOKEN, FakeSlack, Fault, serving

pytestmark = pytest.mark.asyncio(loop_scope="module")

WORDS = Message(
    text="Have a coffee with Ben & tell <us>",
    sections=(
        Section(text="Coffee", style="heading"),
        Section(
            text="Have a coffee with Ben", buttons=(Button(label="I'll do it", verb="plan", subject="n1"),)
        ),
    ),
)


def methods(fake: FakeSlack) -> list[str]:
    return [method for method, _ in fake.calls]


async def test_a_post_to_a_person_opens_their_direct_message_and_remembers_it(world: World) -> None:
    ref = await world.platform.post(AMINA, WORDS, key="k1")
    assert ref.conversation == "D0AMINA"
    [message] = world.fake.posts("D0AMINA")
    assert message["text"] == "Have a coffee with Ben &amp; tell &lt;us&gt;"
    assert message["metadata"] == {"event_type": "milepost", "event_payload": {"key": "k1"}}
    _, given = world.fake.calls[0]
    assert (given["unfurl_links"], given["unfurl_media"], given["mrkdwn"]) == (False, False, False)
    assert await world.platform.find(AMINA, key="k1", since=NOW) == ref
    assert "conversations.open" not in methods(world.fake)


async def test_a_direct_message_is_asked_for_once_when_it_is_not_known(world: World) -> None:
    assert await world.platform.find(AMINA, key="k1", since=NOW) is None
    assert await world.platform.find(AMINA, key="k2", since=NOW) is None
    assert methods(world.fake) == ["conversations.open", "conversations.history", "conversations.history"]


async def test_reading_back_turns_every_page(world: World) -> None:
    first = await world.platform.post(CHANNEL, WORDS, key="k0")
    for n in range(1, 230):
        world.fake.chat_postMessage({"channel": CHANNEL.to, "text": f"message {n}"})
    assert await world.platform.find(CHANNEL, key="k0", since=NOW) == first
    assert methods(world.fake).count("conversations.history") == 3


async def test_reading_back_ignores_what_is_older(world: World) -> None:
    await world.platform.post(AMINA, WORDS, key="k1")
    assert await world.platform.find(AMINA, key="k1", since=NOW + timedelta(minutes=5)) is None


async def test_blocks_that_slack_refuses_go_again_as_words_alone(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.fake.fail("chat.postMessage", Fault(kind="refuse", code="invalid_blocks"))
    await world.platform.post(AMINA, WORDS, key="k1")
    [message] = world.fake.posts()
    assert message["blocks"] == []
    assert message["text"]
    assert "words are sent alone" in caplog.text


async def test_the_second_try_without_blocks_can_be_ambiguous_too(world: World) -> None:
    world.fake.fail("chat.postMessage", Fault(kind="refuse", code="invalid_blocks"))
    world.fake.fail("chat.postMessage", Fault(kind="drop"))
    with pytest.raises(DeliveryError) as caught:
        await world.platform.post(AMINA, WORDS, key="k1")
    assert caught.value.ambiguous
    assert len(world.fake.posts()) == 1


async def test_a_pinned_message_is_pinned_and_stays_so_when_edited(world: World) -> None:
    board = Message(text="The board", is_pinned=True)
    ref = await world.platform.post(CHANNEL, board, key="k1")
    assert world.fake.pins == {(ref.conversation, ref.message)}
    assert await world.platform.edit(CHANNEL, ref, board, key="k2") == ref


@pytest.mark.parametrize("fault", [Fault(kind="refuse", code="missing_scope"), Fault(kind="reset")])
async def test_a_pin_that_fails_does_not_unsay_the_post(
    world: World, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    world.fake.fail("pins.add", fault)
    ref = await world.platform.post(CHANNEL, Message(text="The board", is_pinned=True), key="k1")
    assert len(world.fake.posts()) == 1
    assert "not pinned" in caplog.text
    await world.platform.edit(CHANNEL, ref, Message(text="The board", is_pinned=True), key="k2")
    assert world.fake.pins, "the next edit pins it"


async def test_a_calendar_file_goes_to_the_same_conversation(world: World) -> None:
    invitation = Attachment(name="coffee.ics", media_type="text/calendar", content="BEGIN:VCALENDAR")
    await world.platform.post(AMINA, Message(text="Agreed", attachments=(invitation,)), key="k1")
    [file] = world.fake.files
    assert (file["filename"], file["channel"], file["content"]) == (
        "coffee.ics",
        "D0AMINA",
        "BEGIN:VCALENDAR",
    )


async def test_a_form_opens_once_for_each_trigger(world: World) -> None:
    form = Form(
        title="Plan",
        verb="plan_submit",
        subject="n1",
        submit="Save",
        fields=(Field(name="day", label="Day", kind=FieldKind.DATE),),
    )
    await world.platform.open_form(AMINA, form, trigger="t1")
    with pytest.raises(DeliveryError) as caught:
        await world.platform.open_form(AMINA, form, trigger="t1")
    assert caught.value.permanent
    assert len(world.fake.views) == 1


async def test_the_workspace_is_told_by_its_token(world: World) -> None:
    assert await world.platform.workspace() == TEAM


async def test_a_wrong_token_waits_for_its_repair(world: World) -> None:
    async with open_slack("xoxb-wrong", api_url=world.api_url) as platform:
        with pytest.raises(DeliveryError) as caught:
            await platform.post(AMINA, WORDS, key="k1")
    assert not caught.value.permanent
    assert not caught.value.ambiguous
    assert caught.value.retry_after == timedelta(minutes=15)
    assert "xoxb" not in str(caught.value)


async def test_nobody_listening_means_that_nothing_was_sent(world: World) -> None:
    async with open_slack(TOKEN, api_url="http://127.0.0.1:1/api/") as platform:
        with pytest.raises(DeliveryError) as caught:
            await platform.post(AMINA, WORDS, key="k1")
    assert not caught.value.ambiguous


async def test_all_calls_share_one_session_that_is_closed_at_the_end(fake: FakeSlack) -> None:
    async with serving(fake) as api_url:
        async with open_slack(TOKEN, api_url=api_url) as platform:
            for n in range(5):
                await platform.post(AMINA, WORDS, key=f"k{n}")
            session = platform._client.session
            assert isinstance(session, aiohttp.ClientSession)
            assert not session.closed
        assert session.closed


async def test_a_redirect_is_never_followed() -> None:
    seen = []

    async def elsewhere(http: web.Request) -> web.StreamResponse:
        seen.append(http.path)
        raise web.HTTPTemporaryRedirect("/stolen")

    app = web.Application()
    app.router.add_post("/{tail:.*}", elsewhere)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        async with open_slack(TOKEN, api_url=f"http://127.0.0.1:{runner.addresses[0][1]}/api/") as platform:
            with pytest.raises(DeliveryError):
                await platform.post(AMINA, WORDS, key="k1")
    finally:
        await runner.cleanup()
    assert seen == ["/api/chat.postMessage"]


@pytest.mark.parametrize("change", [{"deleted": True}, {"is_bot": True}, {"id": ""}])
async def test_people_who_cannot_be_written_to_are_nobody(
    world: World, change: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world.fake, "users_lookupByEmail", lambda given: {"user": {"id": "U0AMINA"} | change})
    assert await world.platform.look_up(TEAM, "amina@example.org") is None


async def test_people_are_found_by_email(world: World) -> None:
    address = await world.platform.look_up(TEAM, "amina@example.org")
    assert address == Address(platform="slack", workspace=TEAM, to="U0AMINA")
