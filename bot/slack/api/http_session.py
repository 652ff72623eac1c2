"""One shared session for all workspaces, and a client for each; opened and closed in one place."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from types import SimpleNamespace
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.api.rate_limits import Limits
from bot.slack.outbound import SlackPlatform

# Below that slack_sdk writes whole requests and answers, with the tokens in them.
_log = logging.getLogger("milepost.slack.client")
_log.setLevel(logging.WARNING)

API_URL = "https://slack.com/api/"
TIMEOUT = timedelta(seconds=10)


@asynccontextmanager
async def open_session(*, timeout: timedelta = TIMEOUT) -> AsyncIterator[aiohttp.ClientSession]:
    """A session for every call to Slack, closed at the end.

    `timeout` is for a whole call. Redirects are refused: Slack sends none, and a token must not follow one.
    """
    trace = aiohttp.TraceConfig()
    trace.on_request_redirect.append(_refuse_redirect)
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=timeout.total_seconds()),
        cookie_jar=aiohttp.DummyCookieJar(),
        trace_configs=[trace],
    ) as session:
        yield session


def client(
    session: aiohttp.ClientSession,
    *,
    token: str | None = None,
    api_url: str = API_URL,
    timeout: timedelta = TIMEOUT,
) -> AsyncWebClient:
    """A client on the shared session. slack_sdk's own retries are off: its default posts twice when an
    answer is lost."""
    made = AsyncWebClient(
        token=token,
        base_url=api_url if api_url.endswith("/") else f"{api_url}/",
        timeout=max(round(timeout.total_seconds()), 1),
        session=session,
        retry_handlers=[],
        logger=_log,
    )
    if urlsplit(api_url).hostname in ("127.0.0.1", "localhost", "::1"):
        made.proxy = None  # slack_sdk takes HTTPS_PROXY even for a peer on this machine
    return made


@asynccontextmanager
async def open_slack(
    token: str,
    *,
    api_url: str = API_URL,
    timeout: timedelta = TIMEOUT,
    limits: Limits | None = None,
) -> AsyncIterator[SlackPlatform]:
    """A platform for one workspace on a session of its own, closed at the end."""
    async with open_session(timeout=timeout) as session:
        made = client(session, token=token, api_url=api_url, timeout=timeout)
        yield SlackPlatform(made, limits=limits)


async def _refuse_redirect(
    session: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceRequestRedirectParams
) -> None:
    raise aiohttp.ClientError("Slack answered with a redirect, which is never followed.")
