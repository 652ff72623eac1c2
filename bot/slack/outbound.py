"""Messages to Slack: post, edit, find, forms, home pages and people; every retry is left to the ledger."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.api.api_call import OnExpired, OnLost, SlackCalls, Token
from bot.slack.api.failures import TAKES_NO_BLOCKS, SlackError
from bot.slack.api.pins_and_files import finish
from bot.slack.api.rate_limits import POST, Limits
from bot.slack.api.response_url import may_reply_to, reply
from bot.slack.layout import has_native, to_content, without_native, words_alone
from bot.slack.views import to_home, to_notice, to_view
from nudges.errors import DeliveryError, StaleHome
from nudges.model.message import Form, Message, MessageRef
from nudges.model.people import Address

METADATA = "milepost"
CLOCK_SKEW = timedelta(minutes=2)
PAGE = 100
PAGES_MAX = 10
# https://docs.slack.dev/reference/methods/chat.postMessage and chat.update: the second reads names and
# links out of the words unless it is told not to, and has no word of its own about unfurling.
UNREAD = {"parse": "none", "link_names": False}
QUIET = {"mrkdwn": False, "unfurl_links": False, "unfurl_media": False}

_log = logging.getLogger("milepost.slack")


class SlackPlatform:
    """Fills the `ChatPlatform` port for one workspace.

    A post carries its key as message metadata, so that `find` can read it back; others can read
    metadata, so keys are opaque. An address of several people ("U01,U02") is the conversation that they and
    we have together. `limits`, `token` and the hooks are as in `SlackCalls`.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        *,
        limits: Limits | None = None,
        token: Token | None = None,
        on_lost: OnLost | None = None,
        on_expired: OnExpired | None = None,
    ) -> None:
        self._client = client
        self._slack = SlackCalls(client, limits=limits, token=token, on_lost=on_lost, on_expired=on_expired)
        self._conversations: dict[str, str] = {}

    async def post(self, address: Address, message: Message, *, key: str) -> MessageRef:
        """Post once; a person's direct message opens by itself, and the answer holds its id.

        Where Slack refuses the blocks, simpler ones or the words go alone: that is a definite refusal, so
        nothing is doubled. Pinning and files come after, at best effort: their failure never unsays the post.

        Raises:
            DeliveryError: refused, throttled or ambiguous.
        """
        several = "," in address.to
        envelope = {
            "channel": await self._conversation(address) if several else address.to,
            "metadata": {"event_type": METADATA, "event_payload": {"key": key}},
        } | QUIET
        if message.thread is not None:
            envelope["thread_ts"] = message.thread.message
        answer = await self._say(POST, envelope, message, channel=address.to)
        ref = _ref(answer)
        if ref is None:
            raise DeliveryError("Slack took the message without saying where it is.", ambiguous=True)
        self._conversations[address.to] = ref.conversation
        await finish(self._slack, ref, message, is_new=True)
        return ref

    async def edit(self, address: Address, ref: MessageRef, message: Message, *, key: str) -> MessageRef:
        """Replace the words and buttons; the metadata of the post stays, so `key` has no use here.

        Raises:
            DeliveryError: refused (the message is gone), or to be tried again; never ambiguous.
        """
        envelope = {"channel": ref.conversation, "ts": ref.message} | UNREAD
        await self._say("chat.update", envelope, message)
        await finish(self._slack, ref, message, is_new=False)
        return ref

    async def find(
        self, address: Address, *, key: str, since: datetime, thread: MessageRef | None = None
    ) -> MessageRef | None:
        """Read the conversation, or the thread, back from a little before `since`, newest first.

        Raises:
            DeliveryError: Slack could not be asked, or the history is too long to read.
        """
        channel = await self._conversation(address)
        where: dict[str, Any] = {
            "channel": channel,
            "oldest": f"{(since - CLOCK_SKEW).timestamp():.6f}",
            "limit": PAGE,
            "include_all_metadata": True,
        }
        if thread is not None:
            where |= {"channel": thread.conversation, "ts": thread.message}
        method = "conversations.replies" if thread is not None else "conversations.history"
        cursor: str | None = None
        for _ in range(PAGES_MAX):
            answer = await self._slack.call(method, params=where | {"cursor": cursor})
            for message in answer.get("messages") or []:
                if _key(message) == key:
                    return MessageRef(conversation=where["channel"], message=message["ts"])
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return None
        raise DeliveryError("The conversation is too long to read back.")

    async def open_form(self, address: Address, form: Form, *, trigger: str) -> None:
        """Open the form as a modal; a trigger lives three seconds and works once.

        Raises:
            DeliveryError: the tap is too old, or Slack refused.
        """
        await self._slack.call("views.open", json={"trigger_id": trigger, "view": to_view(form)})

    async def open_notice(self, message: Message, *, trigger: str, over: str = "") -> None:
        """Show a message as a small modal that can only be closed, where there is no room for an answer.

        `over` is the id of a modal that is open already and gives way to this one.

        Raises:
            DeliveryError: the tap is too old, or Slack refused.
        """
        where = {"view_id": over} if over else {"trigger_id": trigger}
        method = "views.update" if over else "views.open"
        await self._slack.call(method, json=where | {"view": to_notice(message)})

    async def show_home(self, address: Address, page: Message, *, mark: str) -> str:
        """Publish this person's home page over the one that has this mark; returns the new mark.

        Raises:
            StaleHome: another page was published since.
            DeliveryError: refused, throttled, or Slack could not be reached; publishing twice is harmless.
        """
        given = {"user_id": address.to, "view": to_home(page)} | ({"hash": mark} if mark else {})
        try:
            answer = await self._slack.call("views.publish", json=given)
        except SlackError as error:
            if error.code == "hash_conflict":
                raise StaleHome("The page shows something newer.") from error
            raise
        return str((answer.get("view") or {}).get("hash") or "")

    async def look_up(self, workspace: str, email: str) -> Address | None:
        """The address of the person with this e-mail; None for nobody, bots and people who have left.

        Raises:
            DeliveryError: Slack could not be asked.
        """
        try:
            answer = await self._slack.call("users.lookupByEmail", params={"email": email})
        except SlackError as error:
            if error.code == "users_not_found":
                return None
            raise
        person = answer.get("user") or {}
        if person.get("deleted") or person.get("is_bot") or not person.get("id"):
            return None
        return Address(platform="slack", workspace=workspace, to=person["id"])

    async def workspace(self) -> str:
        """The id of the workspace that the token belongs to.

        Raises:
            DeliveryError: Slack could not be asked, or refuses the token.
        """
        answer = await self._slack.call("auth.test")
        return str(answer["team_id"])

    async def ask(self, method: str, given: Mapping[str, Any] | None = None) -> AsyncSlackResponse:
        """Ask Slack something that changes nothing, such as whether it would take some blocks.

        Raises:
            SlackError: Slack could not be asked, or its answer is no.
        """
        return await self._slack.call(method, json=given)

    async def whisper(
        self, message: Message, *, to: Address, channel: str, reply_url: str = "", edits_card: bool = False
    ) -> None:
        """Say something that only this person sees, or replace the card that they tapped.

        `channel` is where they are looking; empty is their direct message.

        Raises:
            DeliveryError: it was not said.
        """
        content = to_content(message)
        if not may_reply_to(self._client, reply_url):
            place = channel or await self._conversation(to)
            await self._slack.call(
                "chat.postEphemeral", json={"channel": place, "user": to.to} | UNREAD | content
            )
            return
        content |= {"replace_original": edits_card} | ({} if edits_card else {"response_type": "ephemeral"})
        await reply(self._client, reply_url, QUIET | content)

    async def _say(
        self, method: str, where: dict[str, Any], message: Message, *, channel: str = ""
    ) -> AsyncSlackResponse:
        """One call with blocks; if Slack definitely refused those, plainer ones; then the words alone."""
        content = to_content(message)
        tries = [content["blocks"], *([without_native(message)] if has_native(message) else [])]
        for blocks in tries:
            try:
                return await self._call_with(method, where | content | {"blocks": blocks}, channel)
            except SlackError as error:
                if error.code not in TAKES_NO_BLOCKS:
                    raise
            channel = ""  # it is the same message, and has its place already
        _log.warning("Slack refused the blocks of a message; its words are sent alone.")
        return await self._call_with(method, where | words_alone(message), channel)

    async def _call_with(self, method: str, given: dict[str, Any], channel: str) -> AsyncSlackResponse:
        return await self._slack.call(method, json=given, channel=channel, is_repeatable=method != POST)

    async def _conversation(self, address: Address) -> str:
        """The direct message with a person, or with several, has an id of its own, which history wants."""
        if address.to[:1] not in ("U", "W"):
            return address.to
        if address.to not in self._conversations:
            try:
                answer = await self._slack.call("conversations.open", json={"users": address.to})
            except SlackError as error:
                # An app that was added before it asked for mpim:write: its people are told one by one.
                error.permanent = error.permanent or (address.is_group and error.code == "missing_scope")
                raise
            self._conversations[address.to] = answer["channel"]["id"]
        return self._conversations[address.to]


def _ref(answer: AsyncSlackResponse) -> MessageRef | None:
    channel, ts = answer.get("channel"), answer.get("ts")
    if not (isinstance(channel, str) and isinstance(ts, str)):
        return None
    return MessageRef(conversation=channel, message=ts)


def _key(message: dict[str, Any]) -> str | None:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != METADATA:
        return None
    key = (metadata.get("event_payload") or {}).get("key")
    return key if isinstance(key, str) else None
