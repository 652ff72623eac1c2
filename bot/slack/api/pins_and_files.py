"""What comes after a post, at best effort: pins and files."""

from __future__ import annotations

import asyncio
import logging

from bot.slack.api.api_call import SlackCalls
from bot.slack.api.failures import FAILURES, SlackError, error_code
from nudges.model.message import Attachment, Message, MessageRef

_log = logging.getLogger("milepost.slack")


async def finish(slack: SlackCalls, ref: MessageRef, message: Message, *, is_new: bool) -> None:
    """Pin, and add files to what is new; within one call's time, so that the ledger's lease holds.

    Never raises for Slack's sake: a failure here never unsays the post.
    """
    try:
        async with asyncio.timeout(slack.client.timeout):
            if message.is_pinned:
                await _pin(slack, ref)
            if is_new:
                for attachment in message.attachments:
                    await _upload(slack, ref, attachment, message.thread)
    except (SlackError, *FAILURES) as error:
        code = error.code if isinstance(error, SlackError) else error_code(error)
        reason = code or type(error).__name__
        _log.warning("A message was sent, but not pinned or without its file: %s.", reason)


async def _pin(slack: SlackCalls, ref: MessageRef) -> None:
    try:
        await slack.call("pins.add", json={"channel": ref.conversation, "timestamp": ref.message})
    except SlackError as error:
        if error.code != "already_pinned":
            raise


async def _upload(
    slack: SlackCalls, ref: MessageRef, attachment: Attachment, thread: MessageRef | None
) -> None:
    await slack.refresh()
    await slack.client.files_upload_v2(
        filename=attachment.name,
        title=attachment.name,
        content=attachment.content,
        channel=ref.conversation,
        thread_ts=thread.message if thread is not None else None,
    )
