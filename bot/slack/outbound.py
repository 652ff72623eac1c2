"""Messages to Slack: post, edit, find, forms and people, with every retry left to the ledger."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.failures import FAILURES, TAKES_NO_BLOCKS, delivery_error, error_code
from bot.slack.layout import to_content, to_view
from nudges.errors import DeliveryError
from nudges.rules.message import Form, Message, MessageRef
from nudges.rules.people import Address

METADATA = "milepost"
REPLY_HOSTS = frozenset({"hooks.slack.com", "hooks.slack-gov.com"})
CLOCK_SKEW = timedelta(minutes=2)
PAGE = 100
PAGES_MAX = 10

_log = logging.getLogger("milepost.slack")


class SlackPlatform:
    """Fills the `ChatPlatform` port for one workspace.

    A post carries its key as message metadata, so that `find` can read it back; others can read
    metadata, so keys are opaque.
    """

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._timeout = client.timeout
        self._conversations: dict[str, str] = {}

    async def post(self, address: Address, message: Message, *, key: str) -> MessageRef:
        """Post once; a person's direct message opens by itself, and the answer holds its id.

        Where Slack refuses the blocks, the words go alone: that is a definite refusal, so nothing is
        doubled. Pinning and files come after, at best effort: their failure never unsays the post.

        Raises:
            DeliveryError: refused, throttled or ambiguous.
        """
        envelope = {
            "channel": address.to,
            "metadata": {"event_type": METADATA, "event_payload": {"key": key}},
            "mrkdwn": False,
            "unfurl_links": False,
            "unfurl_media": False,
        }
        try:
            answer = await self._say("chat.postMessage", envelope, message)
        except FAILURES as error:
            raise delivery_error(error, is_repeatable=False) from error
        ref = _ref(answer)
        if ref is None:
            raise DeliveryError("Slack took the message without saying where it is.", ambiguous=True)
        self._conversations[address.to] = ref.conversation
        await self._finish(ref, message, is_new=True)
        return ref

    async def edit(self, address: Address, ref: MessageRef, message: Message, *, key: str) -> MessageRef:
        """Replace the words and buttons; the metadata of the post stays, so `key` has no use here.

        Raises:
            DeliveryError: refused (the message is gone), or to be tried again; never ambiguous.
        """
        try:
            await self._say("chat.update", {"channel": ref.conversation, "ts": ref.message}, message)
        except FAILURES as error:
            raise delivery_error(error, is_repeatable=True) from error
        await self._finish(ref, message, is_new=False)
        return ref

    async def find(self, address: Address, *, key: str, since: datetime) -> MessageRef | None:
        """Read the conversation back from a little before `since`, newest first.

        Raises:
            DeliveryError: Slack could not be asked, or the history is too long to read.
        """
        channel = await self._conversation(address)
        oldest = f"{(since - CLOCK_SKEW).timestamp():.6f}"
        cursor: str | None = None
        for _ in range(PAGES_MAX):
            answer = await self._ask(
                self._client.conversations_history(
                    channel=channel, oldest=oldest, limit=PAGE, include_all_metadata=True, cursor=cursor
                )
            )
            for found in answer.get("messages") or []:
                if _key(found) == key:
                    return MessageRef(conversation=channel, message=found["ts"])
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return None
        raise DeliveryError("The conversation is too long to read back.")

    async def open_form(self, address: Address, form: Form, *, trigger: str) -> None:
        """Open the form as a modal; a trigger lives three seconds and works once.

        Raises:
            DeliveryError: the tap is too old, or Slack refused.
        """
        await self._ask(self._client.views_open(trigger_id=trigger, view=to_view(form)))

    async def look_up(self, workspace: str, email: str) -> Address | None:
        """The address of the person with this e-mail; None for nobody, bots and people who have left.

        Raises:
            DeliveryError: Slack could not be asked.
        """
        try:
            answer = await self._client.users_lookupByEmail(email=email)
        except FAILURES as error:
            if error_code(error) == "users_not_found":
                return None
            raise delivery_error(error, is_repeatable=True) from error
        person = answer.get("user") or {}
        if person.get("deleted") or person.get("is_bot") or not person.get("id"):
            return None
        return Address(platform="slack", workspace=workspace, to=person["id"])

    async def workspace(self) -> str:
        """The id of the workspace that the token belongs to.

        Raises:
            DeliveryError: Slack could not be asked, or refuses the token.
        """
        answer = await self._ask(self._client.auth_test())
        return str(answer["team_id"])

    async def whisper(
        self, message: Message, *, to: Address, channel: str, reply_url: str = "", edits_card: bool = False
    ) -> None:
        """Say something that only this person sees, or replace the card that they tapped.

        `channel` is where they are looking; empty is their direct message.

        Raises:
            DeliveryError: it was not said.
        """
        content = to_content(message)
        if not self._may_reply_to(reply_url):
            place = channel or await self._conversation(to)
            await self._ask(self._client.chat_postEphemeral(channel=place, user=to.to, **content))
            return
        content |= {"replace_original": edits_card} | ({} if edits_card else {"response_type": "ephemeral"})
        session = self._client.session
        assert session is not None
        try:
            async with session.post(reply_url, json=content, proxy=self._client.proxy) as answer:
                if answer.status != 200:
                    raise DeliveryError(f"Slack answered {answer.status}.")
        except FAILURES as error:
            raise delivery_error(error, is_repeatable=True) from error

    def _may_reply_to(self, url: str) -> bool:
        """Only Slack's own hosts, and the emulator's where one is set."""
        if not url:
            return False
        there, api = urlsplit(url), urlsplit(self._client.base_url)
        is_slack = there.scheme == "https" and there.netloc in REPLY_HOSTS
        return is_slack or (there.scheme, there.netloc) == (api.scheme, api.netloc)

    async def _say(self, method: str, where: dict[str, Any], message: Message) -> AsyncSlackResponse:
        """One call with blocks, and a second one without them if Slack definitely refused those."""
        content = where | to_content(message)
        try:
            return await self._client.api_call(method, json=content)
        except FAILURES as error:
            if error_code(error) not in TAKES_NO_BLOCKS:
                raise
        _log.warning("Slack refused the blocks of a message; its words are sent alone.")
        return await self._client.api_call(method, json=content | {"blocks": []})

    async def _finish(self, ref: MessageRef, message: Message, *, is_new: bool) -> None:
        """Pin, and add files; within one call's time, so that the ledger's lease holds."""
        try:
            async with asyncio.timeout(self._timeout):
                if message.is_pinned:
                    await self._pin(ref)
                if is_new:
                    for attachment in message.attachments:
                        await self._client.files_upload_v2(
                            filename=attachment.name,
                            title=attachment.name,
                            content=attachment.content,
                            channel=ref.conversation,
                        )
        except FAILURES as error:
            code = error_code(error) or type(error).__name__
            _log.warning("A message was sent, but not pinned or without its file: %s.", code)

    async def _pin(self, ref: MessageRef) -> None:
        try:
            await self._client.pins_add(channel=ref.conversation, timestamp=ref.message)
        except FAILURES as error:
            if error_code(error) != "already_pinned":
                raise

    async def _conversation(self, address: Address) -> str:
        """A person's direct message has an id of its own, which history wants."""
        if address.to[:1] not in ("U", "W"):
            return address.to
        if address.to not in self._conversations:
            answer = await self._ask(self._client.conversations_open(users=address.to))
            self._conversations[address.to] = answer["channel"]["id"]
        return self._conversations[address.to]

    async def _ask(self, call: Awaitable[AsyncSlackResponse]) -> AsyncSlackResponse:
        """Await a call that is harmless twice."""
        try:
            return await call
        except FAILURES as error:
            raise delivery_error(error, is_repeatable=True) from error


def _ref(answer: AsyncSlackResponse) -> MessageRef | None:
    channel, ts = answer.get("channel"), answer.get("ts")
    if not (isinstance(channel, str) and isinstance(ts, str)):
        return None
    return MessageRef(conversation=channel, message=ts)


def _key(found: dict[str, Any]) -> str | None:
    metadata = found.get("metadata") or {}
    if metadata.get("event_type") != METADATA:
        return None
    key = (metadata.get("event_payload") or {}).get("key")
    return key if isinstance(key, str) else None
