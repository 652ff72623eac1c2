"""The open page's addresses: who may read, the member's way in, and headers that let no script run."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.open_page import sections
from bot.open_page.page_templates import page
from bot.web.sign_in import Cookies, Guesses, SignedIn, Signing
from nudges.errors import NotFound
from nudges.model.playbook import Playbook
from nudges.ports import Clock, Store
from nudges.rules.open_page.page_record import OpenRecord
from nudges.use_cases.open_page.member_entry import enter, look_at_entry
from nudges.use_cases.open_page.open_page import read_open_month, read_open_page, words_of

ASSETS = Path(__file__).with_name("assets")
TYPES = {
    "nhsuk-frontend-10.6.1.css": "text/css",
    "open.css": "text/css",
    "icon.svg": "image/svg+xml",
}
FORM_MAX, SEALED_MAX, WANTED_MAX = 4000, 400, 80
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # With "no-referrer" a browser hides the origin of its own forms, too.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
Answer = Callable[[Request], Awaitable[Response]]
WhoReads = Callable[[Request, str], Awaitable[str | None]]


@dataclass(kw_only=True, slots=True)
class OpenPages:
    """Every page of it. `book` gives what decides just now; `origins` are our own addresses.

    `who` says as whom a request reads a partnership's page, by leader id, where that is not told by the
    cookie: in the sandbox whoever opened it may read all.
    """

    store: Store
    book: Callable[[], Playbook]
    clock: Clock
    signing: Signing
    cookies: Cookies
    origins: frozenset[str]
    who: WhoReads | None = None
    _guesses: Guesses | None = field(default=None)

    def routes(self) -> list[Route]:
        """All addresses; none ends in a slash."""
        here = "/open/{partnership}"
        return [
            Route("/open-assets/{name}", self._asset, methods=["GET"]),
            Route(f"{here}/enter/{{sealed}}", self._kind(self._look_in), methods=["GET"]),
            Route(f"{here}/enter/{{sealed}}", self._kind(self._step_in), methods=["POST"]),
            Route(f"{here}/month/{{month}}", self._kind(self._month), methods=["GET"]),
            Route(f"{here}/campaigns/{{campaign}}", self._kind(self._campaign), methods=["GET"]),
            Route(f"{here}/{{section}}", self._kind(self._section), methods=["GET"]),
            Route(here, self._kind(self._section), methods=["GET"]),
        ]

    def _kind(self, work: Answer) -> Answer:
        """Whatever is not to be seen looks the same, whether it is there or not."""

        async def answer(request: Request) -> Response:
            try:
                return await work(request)
            except NotFound:
                return nowhere()

        return answer

    async def _asset(self, request: Request) -> Response:
        name = str(request.path_params["name"])
        if name not in TYPES:
            return nowhere()
        lasting = {**HEADERS, "Cache-Control": "public, max-age=3600"}
        return Response(_asset(name), media_type=TYPES[name], headers=lasting)

    async def _section(self, request: Request) -> Response:
        name = str(request.path_params.get("section", ""))
        if name not in sections.SECTIONS or request.url.path.endswith("/"):
            raise NotFound("There is no such section.")
        record = await self._record(request)
        return self._show(name or "overview", name, record, self._facts(name, record, request))

    def _facts(self, name: str, record: OpenRecord, request: Request) -> Mapping[str, Any]:
        book = self.book()
        if name == "":
            return sections.overview(record, book)
        if name == "steps":
            return sections.steps(record)
        if name == "numbers":
            return {"rules": book.rules, "metrics": sections.metrics(book)}
        if name == "library":
            return sections.found_lines(record, request.query_params.get("q", "")[:WANTED_MAX])
        if name == "campaigns":
            return sections.campaigns(record, book)
        if name == "rules":
            return {"rule_sections": sections.rules(), "ladders": sections.LADDERS}
        if name == "messages":
            return {"shown": sections.messages(), "buttons": sections.buttons()}
        if name == "fields":
            return {**sections.fields(), "notice": sections.notice()}
        return {}

    async def _campaign(self, request: Request) -> Response:
        record = await self._record(request)
        words = await words_of(self.store, record.id)
        facts = sections.campaign(record, self.book(), str(request.path_params["campaign"]), words)
        return self._show("campaign", "campaigns", record, facts, title=facts["campaign"].name)

    async def _month(self, request: Request) -> Response:
        match = _MONTH.fullmatch(str(request.path_params["month"]))
        if match is None:
            raise NotFound("There is no such month.")
        partnership_id = _partnership(request)
        month = await read_open_month(
            self.store,
            self.book(),
            partnership_id=partnership_id,
            month_on=date(int(match[1]), int(match[2]), 1),
            reader_id=await self._reader(request, partnership_id),
            at=self.clock.now(),
        )
        return _html("month", {"month": month})

    async def _record(self, request: Request) -> OpenRecord:
        partnership_id = _partnership(request)
        return await read_open_page(
            self.store,
            self.book(),
            partnership_id=partnership_id,
            reader_id=await self._reader(request, partnership_id),
            at=self.clock.now(),
        )

    async def _reader(self, request: Request, partnership_id: str) -> str | None:
        seat = self.cookies.seats(request, at=self.clock.now()).get(partnership_id)
        if seat is not None:
            return seat.leader_id
        return None if self.who is None else await self.who(request, partnership_id)

    def _show(
        self, name: str, here: str, record: OpenRecord, facts: Mapping[str, Any], *, title: str = ""
    ) -> Response:
        common = {
            "record": record,
            "sections": sections.SECTIONS,
            "here": here,
            "title": title or sections.SECTIONS[here],
        }
        return _html(name, {**common, **facts})

    async def _look_in(self, request: Request) -> Response:
        """Say whom the link is for; only the button uses it up."""
        at = self.clock.now()
        partnership_id, sealed = _partnership_or_nothing(request), str(request.path_params["sealed"])
        try:
            entry = await look_at_entry(
                self.store, self._secret(sealed), partnership_id=partnership_id, at=at
            )
        except NotFound:
            return self._wrong(request, at=at)
        rules = self.book().rules.open_page
        answer = HTMLResponse(headers=HEADERS)
        token = self.cookies.form(answer, about=sealed, lasts=timedelta(minutes=rules.link_minutes))
        facts = {"entry": entry, "sealed": sealed, "form_token": token, "hours": rules.stay_hours}
        answer.body = page("enter", facts).encode()
        answer.headers["content-length"] = str(len(answer.body))
        return answer

    async def _step_in(self, request: Request) -> Response:
        """Use the link up and let this browser read for some hours."""
        at = self.clock.now()
        partnership_id, sealed = _partnership_or_nothing(request), str(request.path_params["sealed"])
        form = parse_qs((await _body(request)).decode("utf-8", "replace"))
        if not self._is_from_us(request) or not self.cookies.is_form(
            request, form.get("form", [""])[0], about=sealed
        ):
            return nowhere()
        try:
            entry = await enter(self.store, self._secret(sealed), partnership_id=partnership_id, at=at)
        except NotFound:
            return self._wrong(request, at=at)
        hours = timedelta(hours=self.book().rules.open_page.stay_hours)
        answer = RedirectResponse(f"/open/{entry.partnership_id}", status_code=303, headers=HEADERS)
        seat = SignedIn(partnership_id=entry.partnership_id, leader_id=entry.leader_id, until=at + hours)
        self.cookies.sit(request, answer, seat, at=at)
        return answer

    def _secret(self, sealed: str) -> str:
        result = self.signing.unseal("entry", sealed) if len(sealed) <= SEALED_MAX else None
        if not isinstance(result, str):
            raise NotFound("This link is none of ours.")
        return result

    def _is_from_us(self, request: Request) -> bool:
        """The form was sent by a page of ours. A browser that hides the origin says so in another header."""
        origin = request.headers.get("origin", "null")
        if origin == "null":
            return request.headers.get("sec-fetch-site") == "same-origin"
        return origin in self.origins

    def _wrong(self, request: Request, *, at: datetime) -> Response:
        """A link that leads nowhere; too many of them from one place, and only waiting helps."""
        rules = self.book().rules.open_page
        if self._guesses is None:
            self._guesses = Guesses(most=rules.guesses_max, within=timedelta(minutes=rules.guess_minutes))
        place = request.client.host if request.client is not None else ""
        wait = self._guesses.wrong(place, at=at)
        return nowhere() if wait is None else nowhere(wait=wait)


def nowhere(*, wait: timedelta | None = None) -> Response:
    """The one page for whatever cannot be seen: it says what to do, and not what is there."""
    if wait is None:
        return _html("nowhere", {}, status=404)
    seconds = max(1, int(wait.total_seconds()))
    answer = _html("nowhere", {"wait_minutes": -(-seconds // 60)}, status=429)
    answer.headers["Retry-After"] = str(seconds)
    return answer


@cache
def _asset(name: str) -> bytes:
    return (ASSETS / name).read_bytes()


def _html(name: str, facts: Mapping[str, Any], *, status: int = 200) -> Response:
    return HTMLResponse(page(name, facts), status_code=status, headers=HEADERS)


def _partnership(request: Request) -> str:
    result = _partnership_or_nothing(request)
    if not result:
        raise NotFound("There is no such partnership.")
    return result


def _partnership_or_nothing(request: Request) -> str:
    """The id in the address; empty where it cannot be one, so that nothing odd reaches the database."""
    result = str(request.path_params["partnership"])
    return result if _ID.fullmatch(result) else ""


async def _body(request: Request) -> bytes:
    """At most so much of the body as a form of ours can have."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > FORM_MAX:
            return b""
    return bytes(body)
