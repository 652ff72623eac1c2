"""One client and one shared session for a workspace, opened and closed in one place."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from types import SimpleNamespace
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.outbound import SlackPlatform

API_URL = "https://slack.com/api/"


@asynccontextmanager
async def open_slack(
    token: str, *, api_url: str = API_URL, timeout: timedelta = timedelta(seconds=10)
) -> AsyncIterator[SlackPlatform]:
    """A platform with one shared session, closed at the end.

    slack_sdk's own retries are off: its default posts twice when an answer is lost. `timeout` is for a
    whole call. Redirects are refused: Slack sends none, and a token must not follow one.
    """
    seconds = timeout.total_seconds()
    trace = aiohttp.TraceConfig()
    trace.on_request_redirect.append(_refuse_redirect)
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=seconds),
        cookie_jar=aiohttp.DummyCookieJar(),
        trace_configs=[trace],
    ) as session:
        client = AsyncWebClient(
            token=token,
            base_url=api_url if api_url.endswith("/") else f"{api_url}/",
            timeout=max(round(seconds), 1),
            session=session,
            retry_handlers=[],
            logger=logging.getLogger("milepost.slack.client"),
        )
        if urlsplit(api_url).hostname in ("127.0.0.1", "localhost", "::1"):
            client.proxy = None  # slack_sdk takes HTTPS_PROXY even for a peer on this machine
        yield SlackPlatform(client)


async def _refuse_redirect(
    session: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceRequestRedirectParams
) -> None:
    raise aiohttp.ClientError("Slack answered with a redirect, which is never followed.")
