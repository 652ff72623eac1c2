"""Slack's end of a Socket Mode connection: gives out an address, sends envelopes, keeps the answers."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

APP_TOKEN = "xapp-fake"
KINDS = {"event_callback": "events_api"}


@dataclass
class FakeSocket:
    """One app's connections. `refusals` are answers of `apps.connections.open` before it works."""

    refusals: list[str] = field(default_factory=list)
    opened: int = 0
    acks: dict[str, dict[str, Any]] = field(default_factory=dict)
    lines: list[web.WebSocketResponse] = field(default_factory=list)
    url: str = ""

    def __post_init__(self) -> None:
        self._numbers = itertools.count(1)

    async def until_connected(self, *, times: int = 1) -> None:
        """Wait until the app has opened so many connections."""
        await until(lambda: self.opened >= times)

    async def send(self, payload: Mapping[str, Any], *, retry: int = 0) -> str:
        """Send a payload over the newest connection; returns the envelope's id."""
        envelope = f"envelope-{next(self._numbers)}"
        slash = "slash_commands" if "command" in payload else "interactive"
        kind = KINDS.get(str(payload.get("type")), slash)
        told: dict[str, Any] = {"envelope_id": envelope, "type": kind, "payload": payload}
        told["accepts_response_payload"] = kind != "events_api"
        if kind == "events_api":
            told |= {"retry_attempt": retry, "retry_reason": "timeout" if retry else ""}
        await self.lines[-1].send_json(told)
        return envelope

    async def asks(self, payload: Mapping[str, Any], *, retry: int = 0) -> dict[str, Any]:
        """Send a payload and wait for its acknowledgement."""
        envelope = await self.send(payload, retry=retry)
        await until(lambda: envelope in self.acks)
        return self.acks[envelope]

    async def let_go(self) -> None:
        """Tell the app that this connection ends soon, as Slack does every few hours."""
        await self.lines[-1].send_json({"type": "disconnect", "reason": "warning"})

    async def break_off(self) -> None:
        """Close the connection without a word."""
        await self.lines[-1].close()

    async def _open(self, http: web.Request) -> web.Response:
        if http.headers.get("Authorization") != f"Bearer {APP_TOKEN}":
            return web.json_response({"ok": False, "error": "invalid_auth"})
        if self.refusals:
            return web.json_response({"ok": False, "error": self.refusals.pop(0)})
        return web.json_response({"ok": True, "url": self.url.replace("http", "ws") + "/link"})

    async def _link(self, http: web.Request) -> web.WebSocketResponse:
        line = web.WebSocketResponse()
        await line.prepare(http)
        await line.send_json({"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A0"}})
        self.lines.append(line)
        self.opened += 1
        async for message in line:
            if message.type is aiohttp.WSMsgType.TEXT:
                told = message.json()
                self.acks[told["envelope_id"]] = told
        return line

    def app(self) -> web.Application:
        app = web.Application()
        self.add_to(app)
        return app

    def add_to(self, app: web.Application) -> None:
        """Answer beside everything else that this server does."""
        app.router.add_post("/api/apps.connections.open", self._open)
        app.router.add_get("/link", self._link)


async def until(happened: Any) -> None:
    """Wait, for two seconds at most."""
    for _ in range(400):
        if happened():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it did not happen")


@asynccontextmanager
async def socket_serving(fake: FakeSocket) -> AsyncIterator[str]:
    """Serve on loopback; yields the address for `SLACK_API_URL`."""
    runner = web.AppRunner(fake.app(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield f"{fake.url}/api/"
    finally:
        await runner.cleanup()
