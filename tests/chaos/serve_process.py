"""`milepost serve` as a process of its own, and what the tests that kill it wait for."""

from __future__ import annotations

import asyncio
import os
import socket
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from tests.fakes.slack_api import TOKEN
from tests.fakes.slack_requests import SECRET
from tests.source import ROOT

PATIENCE_SECONDS = 60.0
SERVE = ("-m", "bot.cli", "serve")
# One workspace whose token was set by hand; what is tested with it is not about the pace.
ONE_WORKSPACE = {
    "SLACK_BOT_TOKEN": TOKEN,
    "SLACK_SIGNING_SECRET": SECRET,
    "SLACK_MESSAGES_PER_MINUTE": "60000",
}


@asynccontextmanager
async def a_serve(
    url: str, api_url: str, given: Mapping[str, str] = ONE_WORKSPACE, *, command: Sequence[str] = SERVE
) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """The process, and the address that it answers at; killed at the end if it still lives."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        site = f"http://127.0.0.1:{door.getsockname()[1]}"
    settings = {
        "MILEPOST_DATABASE_URL": url,
        "MILEPOST_PORT": site.rpartition(":")[2],
        "MILEPOST_BASE_URL": site,
        "SLACK_API_URL": api_url,
        **given,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, cwd=ROOT, env=os.environ | settings, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        yield process, site
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def until(happened: Callable[[], object], what: str) -> None:
    """Wait until this is true."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < end, f"waited too long for: {what}"
        await asyncio.sleep(0.01)


def let_leases_end(url: str) -> None:
    """What the next minute would bring: nobody holds what a dead process had claimed."""
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        past = (datetime.now(UTC) - timedelta(seconds=1)).replace(tzinfo=None)
        ended = (past.isoformat(sep=" "),) * 2
        connection.execute("UPDATE deliveries SET lease_until = ?, due_at = ? WHERE state = 'sending'", ended)
