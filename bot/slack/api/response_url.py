"""Answers to the address that came with a tap or a command: five times, within half an hour."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.api.failures import FAILURES, delivery_error
from nudges.errors import DeliveryError

REPLY_HOSTS = frozenset({"hooks.slack.com", "hooks.slack-gov.com"})


def may_reply_to(client: AsyncWebClient, url: str) -> bool:
    """Only Slack's own hosts, and the emulator's where one is set."""
    if not url:
        return False
    there, api = urlsplit(url), urlsplit(client.base_url)
    is_slack = there.scheme == "https" and there.netloc in REPLY_HOSTS
    return is_slack or (there.scheme, there.netloc) == (api.scheme, api.netloc)


async def reply(client: AsyncWebClient, url: str, content: Mapping[str, Any]) -> None:
    """Send the content there.

    Raises:
        DeliveryError: Slack did not take it.
    """
    session = client.session
    assert session is not None
    try:
        async with session.post(url, json=content, proxy=client.proxy) as answer:
            if answer.status != 200:
                raise DeliveryError(f"Slack answered {answer.status}.")
    except FAILURES as error:
        raise delivery_error(error, is_repeatable=True) from error
