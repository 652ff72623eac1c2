"""The HTTP side over real HTTP: health, readiness, safe headers, and what is refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Message

from bot.web.http_app import HEADERS, ProcessHealth, make_app
from bot.web.ledger_health import look
from nudges.model.timers import Timer, TimerKind
from storage.migrate import upgrade
from storage.store import SqlStore
from tests.fakes.quick_server import listening

pytestmark = pytest.mark.asyncio(loop_scope="module")
NOW = datetime(2027, 1, 12, 9, 0, tzinfo=UTC)


@dataclass
class Served:
    """A server that outlives the tests of this file, and what it answers."""

    session: aiohttp.ClientSession
    url: str
    is_ready: bool = True

    async def readiness(self) -> ProcessHealth:
        return ProcessHealth(
            is_ready=self.is_ready,
            database="ok",
            schema="current",
            queue_age_seconds=3,
            platforms={"slack": "connected"},
        )


async def count(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


async def fail(request: Request) -> Response:
    raise RuntimeError("words of somebody")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served() -> AsyncIterator[Served]:
    routes = [Route("/slack/events", count, methods=["POST"]), Route("/fails", fail)]
    async with aiohttp.ClientSession() as session:
        served = Served(session, "")
        app = make_app(readiness=served.readiness, routes=routes)
        async with listening(app, log_level="critical", server_header=False) as served.url:
            yield served


async def test_the_process_says_that_it_lives(served: Served) -> None:
    async with served.session.get(f"{served.url}/healthz") as answer:
        assert (answer.status, await answer.text()) == (200, "ok\n")


@pytest.mark.parametrize(("is_ready", "status"), [(True, 200), (False, 503)])
async def test_readiness_is_told_with_its_reasons(served: Served, is_ready: bool, status: int) -> None:
    served.is_ready = is_ready
    async with served.session.get(f"{served.url}/readyz") as answer:
        assert answer.status == status
        told = await answer.json()
    assert told == {
        "ready": is_ready,
        "database": "ok",
        "schema": "current",
        "queue_age_seconds": 3,
        "platforms": {"slack": "connected"},
    }


@pytest.mark.parametrize("path", ["/healthz", "/nothing", "/readyz", "/fails"])
async def test_every_answer_has_the_safe_headers(served: Served, path: str) -> None:
    async with served.session.get(served.url + path) as answer:
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
        assert not {"server", "strict-transport-security"} & {name.lower() for name in answer.headers}


async def test_https_is_asked_for_only_where_it_is_used(served: Served) -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    app = make_app(readiness=served.readiness, is_https=True)
    scope = {"type": "http", "method": "GET", "path": "/healthz", "headers": [], "query_string": b""}
    await app(scope, receive, send)
    assert b"strict-transport-security" in dict(sent[0]["headers"])


@pytest.mark.parametrize(
    "path", ["/", "/nothing", "/healthz/", "/slack/events/", "//healthz", "/%00", "/console"]
)
async def test_an_unknown_path_is_not_found_and_never_a_redirect(served: Served, path: str) -> None:
    elsewhere = {"Host": "elsewhere.example"}
    async with served.session.get(served.url + path, allow_redirects=False, headers=elsewhere) as answer:
        text = await answer.text()
    assert answer.status == 404
    assert len(text) < 80
    assert "elsewhere" not in text + str(answer.headers)


async def test_another_method_is_refused_in_words(served: Served) -> None:
    async with served.session.post(f"{served.url}/healthz") as answer:
        assert answer.status == 405
        assert "does not take" in await answer.text()


async def test_a_failure_says_nothing_of_its_inside(served: Served) -> None:
    async with served.session.get(f"{served.url}/fails") as answer:
        assert answer.status == 500
        assert "words of somebody" not in await answer.text()


@pytest.mark.parametrize("size", ["1048577", "99999999999999999999999", "1e9"])
async def test_a_body_that_says_it_is_too_large_is_refused_before_it_is_read(
    served: Served, size: str
) -> None:
    host, port = served.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n\r\n".encode())
    first = await asyncio.wait_for(reader.readline(), timeout=5)
    writer.close()
    assert first.split()[1] in (b"413", b"400")


async def test_a_body_within_the_limit_passes(served: Served) -> None:
    async with served.session.post(f"{served.url}/slack/events", data=b"x" * 1024) as answer:
        assert await answer.text() == "1024"


async def test_a_database_without_tables_is_not_ready(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    store = SqlStore.open(url)
    process_health = await look(store, url, at=NOW, platforms={})
    await store.close()
    assert (process_health.is_ready, process_health.schema) == (False, "run milepost release")


async def test_a_database_that_is_not_there_is_not_ready(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'no-folder' / 'milepost.db'}"
    store = SqlStore.open(url)
    process_health = await look(store, url, at=NOW, platforms={})
    await store.close()
    assert (process_health.is_ready, process_health.database) == (False, "not reachable")


@pytest.mark.parametrize(("minutes", "is_ready"), [(2, True), (20, False)])
async def test_what_waits_too_long_makes_it_not_ready(tmp_path: Path, minutes: int, is_ready: bool) -> None:
    url = f"sqlite:///{tmp_path / 'milepost.db'}"
    upgrade(url)
    store = SqlStore.open(url)
    async with store.transaction() as tx:
        due_at = NOW - timedelta(minutes=minutes)
        due = Timer(partnership_id="p", kind=TimerKind.WELCOME, subject="s", due_at=due_at)
        await tx.records.set_timers([due])
    process_health = await look(store, url, at=NOW, platforms={})
    await store.close()
    assert (process_health.is_ready, process_health.queue_age_seconds) == (is_ready, minutes * 60)
