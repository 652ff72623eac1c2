"""The libraries of `serve` put together as their own guides do, without any of our code."""

from __future__ import annotations

import argparse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route


async def _authorize() -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=None, team_id="T0", bot_token="xoxb-none", bot_id="B0")


def main() -> None:
    """Serve on loopback until it is stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--database", required=True)
    chosen = parser.parse_args()
    bolt = AsyncApp(signing_secret="none", authorize=_authorize, process_before_response=True)
    handler = AsyncSlackRequestHandler(bolt)
    engine = create_async_engine(f"sqlite+aiosqlite:///{chosen.database}")
    scheduler = AsyncIOScheduler(timezone="UTC")

    async def tick() -> None:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT 1"))

    @bolt.event("message")
    async def on_message(ack: AsyncAck) -> None:
        await ack()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        scheduler.add_job(tick, "interval", seconds=60)
        scheduler.start()
        await tick()
        yield
        scheduler.shutdown()
        await engine.dispose()

    async def healthz(request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def events(request: Request) -> Response:
        answer: Response = await handler.handle(request)
        return answer

    routes = [Route("/healthz", healthz), Route("/slack/events", events, methods=["POST"])]
    app = Starlette(routes=routes, lifespan=lifespan)
    uvicorn.run(app, host="127.0.0.1", port=chosen.port, access_log=False, log_level="warning")


if __name__ == "__main__":
    main()
