"""The sandbox in a browser: one page on this machine, for the person who started it."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import secrets
import webbrowser
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.addresses import Links
from bot.files.phrases import in_words
from bot.open_page.routes import OpenPages
from bot.sandbox.page.scenario import to_scenario
from bot.sandbox.page.session import CHANNEL, Visit, begin
from bot.sandbox.page.view import page_facts, page_state
from bot.web.sign_in import Cookies, Signing
from nudges.errors import InvalidInput, MilepostError

PAGES = Path(__file__).with_name("assets")
ASSETS = {"sandbox.css": "text/css", "sandbox.js": "text/javascript", "icon.svg": "image/svg+xml"}
BODY_MAX = 64_000
GRACE_SECONDS = 2
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_log = logging.getLogger("milepost.sandbox")
Work = Callable[[Request], Awaitable[Response]]


class SandboxApp:
    """One visit and its page. Every answer needs the token that stands in the printed address."""

    def __init__(self, visit: Visit, *, port: int, token: str, signing: Signing | None = None) -> None:
        self._visit = visit
        self._signing = signing or Signing()
        self._token = token
        self._cookie = f"milepost-sandbox-{port}"
        self._hosts = frozenset({f"127.0.0.1:{port}", f"localhost:{port}"})
        self._read: dict[str, int] = {}
        self._moved = ""
        self._moving: asyncio.Task[None] | None = None
        self._pages = Environment(loader=FileSystemLoader(PAGES), autoescape=True, undefined=StrictUndefined)

    def starlette(self) -> Starlette:
        """The application."""
        posts: dict[str, Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]] = {
            "/tap": self._tap,
            "/home": self._home,
            "/form": self._form,
            "/put-away": self._put_away,
            "/say": self._say,
            "/move": self._move,
            "/stop": self._stop,
            "/fault": self._fault,
        }
        routes = [
            Route("/start/{token}", self._start, methods=["GET"]),
            Route("/", self._page, methods=["GET"]),
            Route("/state", self._state, methods=["GET"]),
            Route("/scenario", self._scenario, methods=["GET"]),
            Route("/assets/{name}", self._asset, methods=["GET"]),
            *(Route(path, self._post(work), methods=["POST"]) for path, work in posts.items()),
            *self._open_routes(),
        ]
        return Starlette(routes=routes, lifespan=self._until_the_end)

    def _open_routes(self) -> list[Route]:
        """The open page, for whoever opened the sandbox."""
        world = self._visit.world
        pages = OpenPages(
            store=world.store,
            book=lambda: world.milepost.book,
            clock=world.clock,
            signing=self._signing,
            cookies=Cookies(self._signing, is_https=False),
            origins=frozenset(f"http://{host}" for host in self._hosts),
            who=self._member,
        )
        return [
            Route(route.path, self._behind_token(route.endpoint), methods=sorted(route.methods or ()))
            for route in pages.routes()
        ]

    def _behind_token(self, work: Work) -> Work:
        async def answer(request: Request) -> Response:
            return await work(request) if self._may(request) else self._refused()

        return answer

    async def _member(self, request: Request, partnership_id: str) -> str | None:
        """Here everybody on the left may be played, so their page may be read."""
        world = self._visit.world
        me = world.people[world.personas[0]]
        return me.id if me.partnership_id == partnership_id else None

    @asynccontextmanager
    async def _until_the_end(self, _: Starlette) -> AsyncIterator[None]:
        """When the process is told to end, the clock stands still at once."""
        yield
        if self._moving is not None and not self._moving.done():
            self._moving.cancel()
            await asyncio.wait({self._moving}, timeout=GRACE_SECONDS)

    def _may(self, request: Request) -> bool:
        given = request.cookies.get(self._cookie, "")
        return self._is_here(request) and hmac.compare_digest(given.encode(), self._token.encode())

    def _is_here(self, request: Request) -> bool:
        """The name in the address is this machine's: no other site's name leads in here."""
        return request.headers.get("host", "") in self._hosts

    async def _start(self, request: Request) -> Response:
        """The printed address: the token goes into a cookie, and out of the address."""
        given = str(request.path_params["token"])
        if not self._is_here(request) or not hmac.compare_digest(given.encode(), self._token.encode()):
            return self._refused()
        answer = RedirectResponse("/", status_code=303, headers=HEADERS)
        answer.set_cookie(self._cookie, self._token, httponly=True, samesite="strict", path="/")
        return answer

    async def _page(self, request: Request) -> Response:
        if not self._may(request):
            return self._refused()
        facts = page_facts(self._visit)
        return HTMLResponse(self._pages.get_template("sandbox.html").render(facts), headers=HEADERS)

    def _refused(self) -> Response:
        return HTMLResponse(
            self._pages.get_template("refused.html").render(), status_code=403, headers=HEADERS
        )

    async def _asset(self, request: Request) -> Response:
        name = str(request.path_params["name"])
        if name not in ASSETS or not self._is_here(request):
            return JSONResponse({"error": "There is no such page."}, status_code=404, headers=HEADERS)
        return FileResponse(PAGES / name, media_type=ASSETS[name], headers=HEADERS)

    async def _state(self, request: Request) -> Response:
        if not self._may(request):
            return JSONResponse({"error": REFUSED}, status_code=403, headers=HEADERS)
        room = request.query_params.get("room", CHANNEL)
        is_slack = request.query_params.get("view") == "slack"
        try:
            state = await page_state(self._visit, room=room, is_slack=is_slack, read=self._read)
        except InvalidInput as error:
            return JSONResponse({"error": in_words(error)}, status_code=400, headers=HEADERS)
        is_busy = self._moving is not None and not self._moving.done()
        return JSONResponse(state | {"moved": "" if is_busy else self._moved}, headers=HEADERS)

    async def _scenario(self, request: Request) -> Response:
        if not self._may(request):
            return JSONResponse({"error": REFUSED}, status_code=403, headers=HEADERS)
        return JSONResponse(to_scenario(self._visit), headers=HEADERS)

    def _post(
        self, work: Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]
    ) -> Callable[[Request], Awaitable[Response]]:
        """Checks who asks and from where, then does the work; what goes wrong is said in words."""

        async def answer(request: Request) -> Response:
            origin = request.headers.get("origin", "").removeprefix("http://")
            if not self._may(request) or origin != request.headers.get("host"):
                return JSONResponse({"error": REFUSED}, status_code=403, headers=HEADERS)
            try:
                return JSONResponse(await work(await _body(request)), headers=HEADERS)
            except MilepostError as error:
                return JSONResponse({"error": in_words(error)}, status_code=400, headers=HEADERS)

        return answer

    async def _tap(self, body: dict[str, Any]) -> dict[str, Any]:
        await self._visit.tap(
            _text(body, "room"),
            message=_text(body, "message"),
            verb=_text(body, "verb"),
            subject=_text(body, "subject"),
            value=_text(body, "value"),
            key=_text(body, "key"),
        )
        return {}

    async def _home(self, body: dict[str, Any]) -> dict[str, Any]:
        await self._visit.open_home(_text(body, "room"), key=_text(body, "key"))
        return {}

    async def _form(self, body: dict[str, Any]) -> dict[str, Any]:
        fields = body.get("fields")
        if not isinstance(fields, dict) or not all(isinstance(each, str) for each in fields.values()):
            raise InvalidInput("The form's answers could not be read. Please try again.")
        errors = await self._visit.answer(_text(body, "room"), fields, key=_text(body, "key"))
        return {"errors": dict(errors)}

    async def _put_away(self, body: dict[str, Any]) -> dict[str, Any]:
        await self._visit.put_away(_text(body, "room"))
        return {}

    async def _say(self, body: dict[str, Any]) -> dict[str, Any]:
        await self._visit.say(_text(body, "room"), _text(body, "text"), key=_text(body, "key"))
        return {}

    async def _fault(self, body: dict[str, Any]) -> dict[str, Any]:
        return {"said": await self._visit.fault(_text(body, "name"), who=_text(body, "room"))}

    async def _stop(self, body: dict[str, Any]) -> dict[str, Any]:
        self._visit.stop()
        return {}

    async def _move(self, body: dict[str, Any]) -> dict[str, Any]:
        """Begin to move; the page asks for the state until it is there."""
        if self._moving is not None and not self._moving.done():
            raise InvalidInput("The clock is moving already. Wait until it stands still.")
        self._moved = ""
        self._moving = asyncio.create_task(self._moves(_text(body, "how"), _text(body, "room")))
        await asyncio.sleep(0)
        return {}

    async def _moves(self, how: str, room: str) -> None:
        try:
            self._moved = await self._visit.move(how, who=room)
        except MilepostError as error:
            self._moved = in_words(error)
        except Exception:
            _log.exception("The clock could not be moved")
            self._moved = "Something went wrong while the clock moved. The terminal says what."
            raise


REFUSED = "This page is not the one that was started. Open the address that the terminal printed."


async def _body(request: Request) -> dict[str, Any]:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_MAX:
            raise InvalidInput("That is more than the page can take. Please use fewer words.")
    try:
        data = json.loads(body)
    except ValueError as error:
        raise InvalidInput("The page sent something that cannot be read. Please load it again.") from error
    if not isinstance(data, dict):
        raise InvalidInput("The page sent something that cannot be read. Please load it again.")
    return data


def _text(body: dict[str, Any], name: str) -> str:
    result = body.get(name, "")
    if not isinstance(result, str):
        raise InvalidInput("There is something in it that cannot be read. Please type it again.")
    # Half a character cannot be stored, and a NUL ends a text early.
    return result.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")


async def make_app(
    *, port: int, seed: int = 1, campaign_id: str = "starter", token: str = ""
) -> tuple[Starlette, str]:
    """The application, and the address that opens it."""
    token = token or secrets.token_urlsafe(24)
    signing = Signing()
    links = Links(f"http://127.0.0.1:{port}", seal=lambda secret: signing.seal("entry", secret))
    visit = await begin(campaign_id=campaign_id, seed=seed, links=links)
    app = SandboxApp(visit, port=port, token=token, signing=signing)
    return app.starlette(), f"http://127.0.0.1:{port}/start/{token}"


async def serve(port: int = 8765, open_browser: bool = True, seed: int = 1) -> None:
    """Serve the page on this machine until it is stopped (Ctrl+C), and print its address."""
    import uvicorn

    app, address = await make_app(port=port, seed=seed)
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=port,
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = uvicorn.Server(config)
    print(
        f"\n  The sandbox is ready. Open this address in your browser:\n\n  {address}\n\n  Ctrl+C stops it.\n"
    )
    if open_browser:
        asyncio.get_running_loop().call_later(0.7, webbrowser.open, address)
    await server.serve()
