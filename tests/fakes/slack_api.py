"""A small Slack Web API on loopback: checks what it is sent, keeps it, and fails when told to."""

import argparse
import asyncio
import json
import random
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.fakes.slack_limits import problem_of_blocks, problem_of_view

TOKEN = "xoxb-fake"
TEAM = "T0MILEPOST"
BOT = "U0BOT"
FAULTS = ("slow", "refuse", "throttle", "drop", "reset", "error", "garbage", "half_open")


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One thing that goes wrong.

    slow: answers after `seconds` · refuse: ok=false with `code` · throttle: 429 with `retry_after`
    (None: no header) · drop: does it, then breaks the connection · reset: breaks it before doing
    anything · error: `status` without doing it · garbage: does it, answers something that is not JSON ·
    half_open: does it and never answers.
    """

    kind: str
    code: str = "fatal_error"
    seconds: float = 0.0
    retry_after: str | None = "1"
    status: int = 503


class Refusal(Exception):
    """ok=false with this code."""


@dataclass
class FakeSlack:
    """The state of one workspace.

    `people` maps an e-mail address to an id; `channels` are ids; `latency` is in seconds. `rates` holds
    the chance of each fault, drawn from `seed`; `faults` those that are planned.
    """

    people: dict[str, str] = field(default_factory=dict)
    channels: set[str] = field(default_factory=lambda: {"C0PARTNERSHIP"})
    now: Callable[[], float] = time.time
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    messages: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    views: list[dict[str, Any]] = field(default_factory=list)
    whispers: list[dict[str, Any]] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)
    pins: set[tuple[str, str]] = field(default_factory=set)
    faults: dict[str, list[Fault]] = field(default_factory=lambda: defaultdict(list))
    rates: dict[str, float] = field(default_factory=dict)
    seed: int = 0
    latency: float = 0.0
    url: str = ""

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._count = 0
        self._held = asyncio.Event()

    def fail(self, method: str, fault: Fault, *, times: int = 1) -> None:
        """The next `times` calls of this method go wrong."""
        self.faults[method].extend([fault] * times)

    def posts(self, channel: str | None = None) -> list[dict[str, Any]]:
        """What stands in a conversation (in all of them), oldest first."""
        chosen = [channel] if channel else list(self.messages)
        return [message for each in chosen for message in self.messages[each]]

    def direct(self, person: str) -> str:
        """The id of the direct message with a person."""
        return "D" + person[1:]

    # Methods of the Web API: arguments in, answer out.

    def chat_postMessage(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - Slack's name
        channel = self._conversation(given.get("channel", ""))
        self._check_content(given)
        self._count += 1
        ts = f"{int(self.now())}.{self._count:06d}"
        kept = {name: given[name] for name in ("text", "blocks", "metadata") if name in given}
        self.messages[channel].append({"type": "message", "bot_id": "B0BOT", "user": BOT, "ts": ts} | kept)
        return {"channel": channel, "ts": ts}

    def chat_update(self, given: dict[str, Any]) -> dict[str, Any]:
        self._check_content(given)
        message = self._message(given["channel"], given["ts"])
        message |= {"text": given["text"], "blocks": given.get("blocks", []), "edited": True}
        return {"channel": given["channel"], "ts": given["ts"], "text": given["text"]}

    def chat_postEphemeral(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - Slack's name
        self._check_content(given)
        self.whispers.append({"channel": self._conversation(given["channel"])} | given)
        return {"message_ts": "1.000000"}

    def conversations_open(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"channel": {"id": self._conversation(given["users"])}}

    def conversations_history(self, given: dict[str, Any]) -> dict[str, Any]:
        oldest, limit = float(given.get("oldest", 0)), int(given.get("limit", 100))
        start = int(given.get("cursor") or 0)
        found = [m for m in reversed(self.messages[given["channel"]]) if float(m["ts"]) > oldest]
        page = found[start : start + limit]
        if given.get("include_all_metadata") not in ("1", "true", True):
            page = [{name: value for name, value in m.items() if name != "metadata"} for m in page]
        more = str(start + limit) if start + limit < len(found) else ""
        return {"messages": page, "has_more": bool(more), "response_metadata": {"next_cursor": more}}

    def users_lookupByEmail(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - Slack's name
        if given.get("email") not in self.people:
            raise Refusal("users_not_found")
        return {
            "user": {"id": self.people[given["email"]], "team_id": TEAM, "deleted": False, "is_bot": False}
        }

    def views_open(self, given: dict[str, Any]) -> dict[str, Any]:
        view = json.loads(given["view"]) if isinstance(given["view"], str) else given["view"]
        if not given.get("trigger_id"):
            raise Refusal("invalid_trigger_id")
        if any(each["trigger_id"] == given["trigger_id"] for each in self.views):
            raise Refusal("exchanged_trigger_id")
        if problem_of_view(view):
            raise Refusal("invalid_arguments")
        self.views.append({"trigger_id": given["trigger_id"], "view": view})
        return {"view": {"id": f"V{len(self.views)}"}}

    def pins_add(self, given: dict[str, Any]) -> dict[str, Any]:
        pin = (given["channel"], given["timestamp"])
        if pin in self.pins:
            raise Refusal("already_pinned")
        self._message(*pin)
        self.pins.add(pin)
        return {}

    def auth_test(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"team_id": TEAM, "user_id": BOT, "bot_id": "B0BOT", "url": "https://milepost.slack.com/"}

    def files_getUploadURLExternal(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - Slack's name
        self.files.append({"id": f"F{len(self.files)}", "filename": given["filename"]})
        return {"file_id": self.files[-1]["id"], "upload_url": f"{self.url}/upload/{self.files[-1]['id']}"}

    def files_completeUploadExternal(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - Slack's name
        named = json.loads(given["files"]) if isinstance(given["files"], str) else given["files"]
        for each in named:
            next(f for f in self.files if f["id"] == each["id"])["channel"] = given["channel_id"]
        return {"files": named}

    def _conversation(self, to: str) -> str:
        if to[:1] in ("U", "W") and to in self.people.values():
            return self.direct(to)
        if to in self.channels or (to[:1] == "D" and to in map(self.direct, self.people.values())):
            return to
        raise Refusal("channel_not_found")

    def _message(self, channel: str, ts: str) -> dict[str, Any]:
        for message in self.messages[channel]:
            if message["ts"] == ts:
                return message
        raise Refusal("message_not_found")

    def _check_content(self, given: dict[str, Any]) -> None:
        text = given.get("text", "")
        if not text:
            raise Refusal("no_text")
        if len(text) > 4000:
            raise Refusal("msg_too_long")
        if problem_of_blocks(given.get("blocks", [])):
            raise Refusal("invalid_blocks")

    # HTTP

    def app(self) -> web.Application:
        app = web.Application(client_max_size=1 << 22)
        app.router.add_post("/api/{method}", self._api)
        app.router.add_get("/api/{method}", self._api)
        app.router.add_post("/response/{person}", self._response_url)
        app.router.add_post("/upload/{file}", self._upload)
        # For benchmarks and chaos tests, where this is a process of its own.
        app.router.add_get("/fake/messages", self._told_messages)
        app.router.add_post("/fake/rates", self._set_rates)
        return app

    async def _api(self, http: web.Request) -> web.StreamResponse:
        method = http.match_info["method"]
        if http.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.json_response({"ok": False, "error": "invalid_auth"})
        is_json = http.content_type == "application/json"
        given = (
            await http.json()
            if is_json
            else dict(http.query) | {k: str(v) for k, v in (await http.post()).items()}
        )
        self.calls.append((method, given))
        if self.latency:
            await asyncio.sleep(self.latency)
        fault = self._fault(method)
        if fault is None:
            return web.json_response(self._answer(method, given))
        return await self._failing(http, fault, method, given)

    def _fault(self, method: str) -> Fault | None:
        for name in (method, "*"):
            if self.faults[name]:
                return self.faults[name].pop(0)
        for kind, rate in self.rates.items():
            if self._random.random() < rate:
                return Fault(kind=kind)
        return None

    def _answer(self, method: str, given: dict[str, Any]) -> dict[str, Any]:
        work: Callable[[dict[str, Any]], dict[str, Any]] | None = getattr(
            self, method.replace(".", "_"), None
        )
        if work is None:
            return {"ok": False, "error": "unknown_method"}
        try:
            return {"ok": True} | work(given)
        except Refusal as refusal:
            return {"ok": False, "error": str(refusal)}

    async def _failing(
        self, http: web.Request, fault: Fault, method: str, given: dict[str, Any]
    ) -> web.StreamResponse:
        if fault.kind == "refuse":
            return web.json_response({"ok": False, "error": fault.code})
        if fault.kind == "throttle":
            headers = {} if fault.retry_after is None else {"Retry-After": fault.retry_after}
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
        if fault.kind == "error":
            return web.Response(status=fault.status, text="<html>sorry</html>", content_type="text/html")
        if fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
            return web.json_response(self._answer(method, given))
        if fault.kind != "reset":
            self._answer(method, given)
        if fault.kind == "garbage":
            return web.Response(body=b'{"ok": tr', content_type="application/json")
        if fault.kind == "half_open":
            await self._held.wait()
        assert http.transport is not None
        http.transport.abort()
        return web.Response()

    async def _response_url(self, http: web.Request) -> web.StreamResponse:
        given = await http.json()
        if not given.get("text") or problem_of_blocks(given.get("blocks", [])):
            return web.Response(status=400, text="invalid_blocks")
        self.whispers.append({"person": http.match_info["person"]} | given)
        return web.Response(text="ok")

    async def _upload(self, http: web.Request) -> web.StreamResponse:
        found = next(f for f in self.files if f["id"] == http.match_info["file"])
        found["content"] = (await http.read()).decode()
        return web.Response(text="OK")

    async def _told_messages(self, http: web.Request) -> web.StreamResponse:
        return web.json_response(self.messages)

    async def _set_rates(self, http: web.Request) -> web.StreamResponse:
        """Replace the chances of each fault: {"drop": 0.1, "throttle": 0.05, ...}."""
        self.rates = await http.json()
        return web.json_response({"ok": True})

    def let_go(self) -> None:
        """End what `half_open` holds."""
        self._held.set()


@asynccontextmanager
async def serving(fake: FakeSlack, *, port: int = 0) -> AsyncIterator[str]:
    """Serve on loopback; yields the address for `SLACK_API_URL`."""
    runner = web.AppRunner(fake.app(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield f"{fake.url}/api/"
    finally:
        fake.let_go()
        await runner.cleanup()


async def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--people", type=int, default=60, help="U000001 and so on, p1@example.org and so on")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before every answer")
    chosen = parser.parse_args()
    people = {f"p{n}@example.org": f"U{n:06d}" for n in range(1, chosen.people + 1)}
    fake = FakeSlack(people=people, seed=chosen.seed, latency=chosen.latency)
    async with serving(fake, port=chosen.port) as url:
        print(url, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main())
