"""The HTTP side: health, readiness, and the platforms' addresses, behind one set of safe headers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_MAX = 1 << 20
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
HTTPS_ONLY = {"strict-transport-security": "max-age=31536000"}


@dataclass(frozen=True, kw_only=True, slots=True)
class ProcessHealth:
    """Whether this process can do its work. `queue_age_seconds`: how long the oldest due thing has waited."""

    is_ready: bool
    database: str
    schema: str
    queue_age_seconds: int
    platforms: dict[str, str]


OnTimer = Callable[[], Awaitable[ProcessHealth]]


def make_app(*, readiness: OnTimer, routes: Sequence[Route] = (), is_https: bool = False) -> ASGIApp:
    """The application; `routes` are the platforms' own.

    No address is built from the Host header, and an unknown path is 404, never a redirect.
    """

    async def healthz(request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(request: Request) -> Response:
        process_health = await readiness()
        return JSONResponse(
            {
                "ready": process_health.is_ready,
                "database": process_health.database,
                "schema": process_health.schema,
                "queue_age_seconds": process_health.queue_age_seconds,
                "platforms": process_health.platforms,
            },
            status_code=200 if process_health.is_ready else 503,
        )

    app = Starlette(
        routes=[Route("/healthz", healthz), Route("/readyz", readyz), *routes],
        exception_handlers={HTTPException: _refused, Exception: _failed},
    )
    app.router.redirect_slashes = False
    # Around everything, so that even the answer to a failure has the headers.
    return Guarded(app, HEADERS | (HTTPS_ONLY if is_https else {}))


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    words = {404: "There is nothing at this address.", 405: "This address does not take that."}
    text = words.get(error.status_code, "This request cannot be answered.")
    return PlainTextResponse(f"{text}\n", status_code=error.status_code, headers=error.headers)


async def _failed(request: Request, error: Exception) -> Response:
    return PlainTextResponse("Something went wrong here. Nothing was changed. Try again.\n", status_code=500)


class Guarded:
    """Puts the safe headers on every answer that has none of its own, and refuses too large a body."""

    def __init__(self, app: ASGIApp, headers: dict[str, str]) -> None:
        self._app = app
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 413."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message.setdefault("headers", []))
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        if _size(scope) > BODY_MAX:
            closing = {"connection": "close"}
            refusal = PlainTextResponse("This is too large.\n", status_code=413, headers=closing)
            await refusal(scope, receive, send_guarded)
            return
        await self._app(scope, receive, send_guarded)


def _size(scope: Scope) -> int:
    """What the request says of its own size; a stream without a size is counted by whoever reads it."""
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() and len(value) < 20 else BODY_MAX + 1
    return 0
