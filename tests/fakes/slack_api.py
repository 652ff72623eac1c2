"""A small Slack Web API on loopback: one or many workspaces behind one address, failing when told to."""

import argparse
import asyncio
import base64
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from tests.fakes.slack_limits import problem_of_blocks
from tests.fakes.slack_manifest import problems_of_manifest
from tests.fakes.slack_oauth import FakeApp
from tests.fakes.slack_socket import FakeSocket
from tests.fakes.slack_workspace import BOT, TEAM, TOKEN, FakeSlack, Fault, Refusal

CONFIG_TOKEN = "xoxe.xoxp-fake"

__all__ = ["BOT", "CONFIG_TOKEN", "TEAM", "TOKEN", "FakeApp", "FakeSlack", "Fault", "serving"]


@dataclass
class SlackServer:
    """Finds the workspace of each call by its token, as Slack does."""

    workspaces: Sequence[FakeSlack]
    oauth: FakeApp
    uploads: dict[str, FakeSlack] = field(default_factory=dict)
    socket: FakeSocket | None = None

    def app(self) -> web.Application:
        app = web.Application(client_max_size=1 << 22)
        if self.socket is not None:
            self.socket.add_to(app)
        app.router.add_post("/api/{method}", self._api)
        app.router.add_get("/api/{method}", self._api)
        app.router.add_get("/oauth/v2/authorize", self._authorize)
        app.router.add_post("/response/{person}", self._response_url)
        app.router.add_post("/upload/{file}", self._upload)
        # For benchmarks and chaos tests, where this is a process of its own.
        app.router.add_get("/fake/messages", self._told_messages)
        app.router.add_post("/fake/rates", self._set_rates)
        app.router.add_post("/fake/remove/{team}", self._remove)
        return app

    async def _api(self, http: web.Request) -> web.StreamResponse:
        method, given = http.match_info["method"], await _given(http)
        token = http.headers.get("Authorization", "").removeprefix("Bearer ") or str(given.get("token", ""))
        if method == "oauth.v2.access":
            return self._access(http, given)
        if method == "apps.manifest.validate":
            return web.json_response(_checked(given, token))
        slack = next((one for one in self.workspaces if token in one.tokens), None)
        if slack is None:
            return web.json_response({"ok": False, "error": "invalid_auth"})
        slack.calls.append((method, given))
        if slack.latency:
            await asyncio.sleep(slack.latency)
        fault = slack.planned(method)
        if refusal := slack.refusal_of(token):
            fault = Fault(kind="refuse", code=refusal)
        if fault is None:
            if method == "auth.revoke":
                slack.tokens.discard(token)
            named = {} if slack.scopes is None else {"X-OAuth-Scopes": ",".join(sorted(slack.scopes))}
            return web.json_response(slack.answer(method, given), headers=named)
        return await self._failing(http, slack, fault, method, given)

    def _access(self, http: web.Request, given: dict[str, Any]) -> web.StreamResponse:
        kind, _, secret = http.headers.get("Authorization", "").partition(" ")
        if kind == "Basic":
            client_id, _, client_secret = base64.b64decode(secret).decode().partition(":")
            given = given | {"client_id": client_id, "client_secret": client_secret}
        try:
            answer = {"ok": True} | self.oauth.access(given)
        except Refusal as refusal:
            return web.json_response({"ok": False, "error": refusal.code})
        if self.oauth.lost_answers:
            self.oauth.lost_answers -= 1
            assert http.transport is not None
            http.transport.abort()
        return web.json_response(answer)

    async def _failing(
        self, http: web.Request, slack: FakeSlack, fault: Fault, method: str, given: dict[str, Any]
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
            return web.json_response(slack.answer(method, given))
        if fault.kind != "reset":
            slack.answer(method, given)
        if fault.kind == "garbage":
            return web.Response(body=b'{"ok": tr', content_type="application/json")
        if fault.kind == "half_open":
            await slack.held.wait()
        assert http.transport is not None
        http.transport.abort()
        return web.Response()

    async def _authorize(self, http: web.Request) -> web.StreamResponse:
        """Somebody of the first workspace (or of the one named by `team`) says yes at once."""
        asked = http.query
        team = asked.get("team", self.workspaces[0].team)
        slack = next(one for one in self.workspaces if one.team == team)
        back = urlencode({"code": self.oauth.code_for(slack), "state": asked.get("state", "")})
        raise web.HTTPFound(f"{asked['redirect_uri']}?{back}")

    async def _response_url(self, http: web.Request) -> web.StreamResponse:
        given = await http.json()
        if not given.get("text") or problem_of_blocks(given.get("blocks", [])):
            return web.Response(status=400, text="invalid_blocks")
        self.workspaces[0].whispers.append({"person": http.match_info["person"]} | given)
        return web.Response(text="ok")

    async def _upload(self, http: web.Request) -> web.StreamResponse:
        name = http.match_info["file"]
        result = next(f for one in self.workspaces for f in one.files if f["id"] == name)
        result["content"] = (await http.read()).decode()
        return web.Response(text="OK")

    async def _told_messages(self, http: web.Request) -> web.StreamResponse:
        return web.json_response(
            {where: told for one in self.workspaces for where, told in one.messages.items()}
        )

    async def _set_rates(self, http: web.Request) -> web.StreamResponse:
        """Replace the chances of each fault: {"drop": 0.1, "throttle": 0.05, ...}."""
        self.workspaces[0].rates = await http.json()
        return web.json_response({"ok": True})

    async def _remove(self, http: web.Request) -> web.StreamResponse:
        """Somebody takes the app out of this workspace; adding it again brings it back."""
        slack = next(one for one in self.workspaces if one.team == http.match_info["team"])
        slack.gone = "account_inactive"
        return web.json_response({"ok": True})


async def _given(http: web.Request) -> dict[str, Any]:
    if http.content_type == "application/json":
        result: dict[str, Any] = await http.json()
        return result
    return dict(http.query) | {k: str(v) for k, v in (await http.post()).items()}


def _checked(given: dict[str, Any], token: str) -> dict[str, Any]:
    """apps.manifest.validate, which takes a token of its own kind."""
    if token != CONFIG_TOKEN:
        return {"ok": False, "error": "invalid_auth"}
    wrong = problems_of_manifest(json.loads(given["manifest"]))
    errors = [{"message": message, "pointer": pointer} for pointer, message in wrong]
    return {"ok": False, "error": "invalid_manifest", "errors": errors} if errors else {"ok": True}


@asynccontextmanager
async def serving(
    *workspaces: FakeSlack, port: int = 0, oauth: FakeApp | None = None, socket: FakeSocket | None = None
) -> AsyncIterator[str]:
    """Serve on loopback; yields the address for `SLACK_API_URL`.

    Each workspace is told apart by its tokens, so several need tokens of their own.
    """
    server = SlackServer(workspaces=workspaces, oauth=oauth or FakeApp(), socket=socket)
    runner = web.AppRunner(server.app(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        for slack in workspaces:
            slack.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        if socket is not None:
            socket.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    finally:
        for slack in workspaces:
            slack.held.set()
        await runner.cleanup()


def _workspace(given: str) -> FakeSlack:
    """A workspace without a token, until somebody there adds the app."""
    team, _, emails = given.partition("=")
    people = {email: f"U{team}{n}" for n, email in enumerate(filter(None, emails.split(",")), 1)}
    return FakeSlack(team=team, name=team, people=people, tokens=set())


async def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--people", type=int, default=60, help="U000001 and so on, p1@example.org and so on")
    parser.add_argument(
        "--workspace",
        action="append",
        default=[],
        metavar="ID=E-MAIL,E-MAIL",
        help="a workspace with these people; the app is added by /slack/install?team=ID; may be repeated",
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before every answer")
    chosen = parser.parse_args()
    people = {f"p{n}@example.org": f"U{n:06d}" for n in range(1, chosen.people + 1)}
    fakes = [_workspace(one) for one in chosen.workspace] or [
        FakeSlack(people=people, seed=chosen.seed, latency=chosen.latency)
    ]
    async with serving(*fakes, port=chosen.port) as url:
        print(url, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main())
