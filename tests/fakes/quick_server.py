"""Our pages and routes on loopback, by a server that ends at once where uvicorn waits in steps of 0.1 s."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Literal, cast

import uvicorn
from starlette.types import ASGIApp


class QuickServer(uvicorn.Server):
    """Stays until it is told to go; then says goodbye to every connection without a rest in between."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_over = asyncio.Event()

    async def main_loop(self) -> None:
        """Wait to be told."""
        await self.on_tick(0)
        await self.is_over.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let what is being answered end, and close the rest."""
        for server in self.servers:
            server.close()
        for one in sockets or []:
            one.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        while self.server_state.connections or self.server_state.tasks:
            await asyncio.sleep(0.001)
        await self.lifespan.shutdown()


@asynccontextmanager
async def listening(
    app: ASGIApp,
    *,
    port: int = 0,
    lifespan: Literal["off", "on"] = "off",
    log_level: str = "error",
    server_header: bool = True,
) -> AsyncIterator[str]:
    """The address at which this is served."""
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(("127.0.0.1", port))
        config = uvicorn.Config(
            cast(Any, app),
            log_level=log_level,
            lifespan=lifespan,
            access_log=False,
            server_header=server_header,
        )
        server = QuickServer(config)
        running = asyncio.create_task(server.serve(sockets=[door]))
        while not server.started:
            await asyncio.sleep(0)
        try:
            yield f"http://127.0.0.1:{door.getsockname()[1]}"
        finally:
            server.is_over.set()
            await running
