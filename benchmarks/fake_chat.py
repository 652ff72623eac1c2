"""A chat API that takes everything, in a process of its own: `python -m benchmarks.fake_chat <seconds>`."""

from __future__ import annotations

import asyncio
import itertools
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web


async def _serve(latency: float) -> None:
    count = itertools.count(1)

    async def take(http: web.Request) -> web.Response:
        await http.read()
        if latency:
            await asyncio.sleep(latency)
        return web.json_response({"ok": True, "channel": "D1", "ts": f"1.{next(count):06d}"})

    async def told(http: web.Request) -> web.Response:
        return web.json_response({"taken": next(count) - 1})

    app = web.Application()
    app.router.add_post("/api/chat.postMessage", take)
    app.router.add_get("/taken", told)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


@contextmanager
def fake_chat(latency: float) -> Iterator[str]:
    """The address of a fresh fake, ended with the block; `latency` is in seconds for each post."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.fake_chat", str(latency)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/"
    finally:
        process.communicate()


if __name__ == "__main__":
    asyncio.run(_serve(float(sys.argv[1])))
