"""Stands between Milepost and a Web API, and loses answers when told to: the call was done, nobody heard."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

HOP_BY_HOP = frozenset({"host", "content-length", "transfer-encoding", "connection", "content-encoding"})


@dataclass
class LosingProxy:
    """Passes everything on. `losing` counts, by method, answers that are still to be lost."""

    losing: Counter[str] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)

    @asynccontextmanager
    async def before(self, peer: str) -> AsyncIterator[str]:
        """Listen on loopback in front of this address; yields the proxy's own."""
        async with aiohttp.ClientSession(auto_decompress=True) as session:

            async def passed_on(request: web.Request) -> web.StreamResponse:
                return await self._pass_on(session, peer, request)

            app = web.Application(client_max_size=1 << 22)
            app.router.add_route("*", "/{path:.*}", passed_on)
            runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
            await runner.setup()
            try:
                await web.TCPSite(runner, "127.0.0.1", 0).start()
                yield f"http://127.0.0.1:{runner.addresses[0][1]}"
            finally:
                await runner.cleanup()

    async def _pass_on(
        self, session: aiohttp.ClientSession, peer: str, request: web.Request
    ) -> web.StreamResponse:
        method = request.path.rpartition("/")[2]
        self.calls[method] += 1
        headers = {name: value for name, value in request.headers.items() if name.lower() not in HOP_BY_HOP}
        async with session.request(
            request.method,
            f"{peer}{request.path_qs}",
            data=await request.read(),
            headers=headers,
            allow_redirects=False,
        ) as answer:
            body = await answer.read()
            if self.losing[method] > 0:
                self.losing[method] -= 1
                assert request.transport is not None
                request.transport.abort()
            kept = {name: value for name, value in answer.headers.items() if name.lower() not in HOP_BY_HOP}
            return web.Response(status=answer.status, headers=kept, body=body)
