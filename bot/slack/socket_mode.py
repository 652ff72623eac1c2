"""Slack's requests over a connection that we open ourselves, for trying things out behind a firewall."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.slack.after_ack import run_all
from bot.slack.api.http_session import API_URL, client, open_session
from bot.slack.inbound import SlackInbound

STOP_SECONDS = 5
KINDS = frozenset({"events_api", "interactive", "slash_commands"})

_log = logging.getLogger("milepost.slack")
_sdk_log = logging.getLogger("milepost.slack.socket")
_sdk_log.setLevel(logging.WARNING)  # below that it writes whole messages


@asynccontextmanager
async def connected(
    inbound: SlackInbound, *, app_token: str, api_url: str = API_URL, ping_seconds: float = 5
) -> AsyncIterator[SocketModeClient]:
    """Hear Slack over a WebSocket until the end; a connection that breaks is opened again.

    Each request is answered as over HTTP: acknowledged after the commit, with what Slack should show. What
    could not be handled is not acknowledged, and Slack sends it again.
    https://docs.slack.dev/apis/events-api/using-socket-mode
    """
    async with open_session() as session:
        web = client(session, api_url=api_url)
        socket = SocketModeClient(app_token, _sdk_log, web_client=web, ping_interval=ping_seconds)
        if urlsplit(api_url).hostname in ("127.0.0.1", "localhost", "::1"):
            socket.proxy = None  # it takes HTTPS_PROXY even for a peer on this machine
        hearing = Hearing(inbound)
        socket.socket_mode_request_listeners.append(hearing.hear)
        socket.on_close_listeners.append(_note_close)
        # Slack may be away when we start: this asks until it answers.
        connecting = asyncio.ensure_future(socket.connect())  # type: ignore[no-untyped-call]
        try:
            yield socket
        finally:
            connecting.cancel()
            with suppress(asyncio.CancelledError):
                await connecting
            await hearing.finish()
            await _close(socket)


class Hearing:
    """Answers the envelopes of one connection."""

    def __init__(self, inbound: SlackInbound) -> None:
        self._inbound = inbound
        self._open: set[asyncio.Task[object]] = set()

    async def hear(self, socket: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        """Handle one envelope; called beside others that are under way."""
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            await self._answer(socket, request)
        finally:
            self._open.discard(task)

    async def _answer(self, socket: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        if request.type not in KINDS:
            return
        answer = await self._inbound.answer(request.payload)
        if answer.status >= 500:
            return  # Slack sends it again
        body = dict(answer.body) if answer.body and request.accepts_response_payload else None
        try:
            await socket.send_socket_mode_response(
                SocketModeResponse(envelope_id=request.envelope_id, payload=body)
            )
        except (aiohttp.ClientError, ConnectionError) as error:
            # It is done, and comes again: the second time it changes nothing.
            _log.warning("An acknowledgement was not taken (%s).", type(error).__name__)
        await run_all(answer.later)

    async def finish(self) -> None:
        """Let what is under way end, for a few seconds."""
        if self._open:
            await asyncio.wait(self._open, timeout=STOP_SECONDS)


async def _close(socket: SocketModeClient) -> None:
    own = (socket.message_processor, socket.message_receiver, socket.current_session_monitor)
    await socket.close()  # type: ignore[no-untyped-call]
    await asyncio.gather(*(one for one in own if one is not None), return_exceptions=True)


async def _note_close(message: aiohttp.WSMessage) -> None:
    _log.info("Slack has closed the connection; another one is opened.")
