"""The page's door: this machine, the printed token, the page's own origin; no inline script."""

import asyncio

import pytest
from starlette.types import Message, Scope

from bot.sandbox.page.app import make_app

TOKEN = "t" * 32
COOKIE = f"milepost-sandbox-8799={TOKEN}"
HOST, ORIGIN = "127.0.0.1:8799", "http://127.0.0.1:8799"
FROM_PAGE = {"host": HOST, "cookie": COOKIE, "origin": ORIGIN}


class Client:
    """Speaks to the application directly; gives status, headers and body."""

    def __init__(self, app: object) -> None:
        self._app = app

    async def ask(
        self, method: str, path: str, headers: dict[str, str], *, body: bytes = b""
    ) -> tuple[int, dict[str, str], str]:
        path, _, query = path.partition("?")
        scope: Scope = {
            "type": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "http_version": "1.1",
            "scheme": "http",
            "server": ("127.0.0.1", 8799),
            "client": ("127.0.0.1", 1),
            "root_path": "",
        }
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        await self._app(scope, receive, send)  # type: ignore[operator]
        result = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        text = b"".join(message.get("body", b"") for message in sent[1:]).decode()
        return sent[0]["status"], result, text


@pytest.fixture(scope="module")
def client() -> Client:
    """One world for all of these tests: none of them changes it."""
    app, _ = asyncio.run(make_app(port=8799, token=TOKEN))
    return Client(app)


async def test_the_printed_address_sets_the_cookie_and_leaves_the_token_behind(client: Client) -> None:
    status, headers, _ = await client.ask("GET", f"/start/{TOKEN}", {"host": HOST})
    assert (status, headers["location"]) == (303, "/")
    assert "HttpOnly" in headers["set-cookie"]
    assert "samesite=strict" in headers["set-cookie"].lower()


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/", {"host": HOST}),
        ("/", {"host": "evil.example", "cookie": COOKIE}),
        ("/", {"host": HOST, "cookie": "milepost-sandbox-8799=wrong"}),
        ("/start/wrong", {"host": HOST}),
        (f"/start/{TOKEN}", {"host": "evil.example"}),
        ("/state", {"host": HOST}),
        ("/scenario", {"host": HOST}),
    ],
)
async def test_nothing_opens_without_the_token_or_under_another_name(
    client: Client, path: str, headers: dict[str, str]
) -> None:
    status, _, _ = await client.ask("GET", path, headers)
    assert status == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"host": HOST, "cookie": COOKIE},
        {"host": HOST, "cookie": COOKIE, "origin": "http://evil.example"},
        {"host": HOST, "cookie": COOKIE, "origin": "null"},
        {"host": HOST, "origin": ORIGIN},
    ],
)
async def test_a_change_needs_the_page_s_own_origin_and_the_token(
    client: Client, headers: dict[str, str]
) -> None:
    status, _, _ = await client.ask("POST", "/fault", headers, body=b'{"name": "rate_limit"}')
    assert status == 403


@pytest.mark.parametrize("body", [b"", b"[1]", b"\xff", b'{"how": 3}', b'{"text": "' + b"x" * 70_000 + b'"}'])
async def test_what_cannot_be_read_is_said_in_words(client: Client, body: bytes) -> None:
    status, _, text = await client.ask("POST", "/say", FROM_PAGE, body=body)
    assert status == 400
    assert "error" in text


async def test_the_page_has_no_inline_script_or_style(client: Client) -> None:
    status, headers, text = await client.ask("GET", "/", FROM_PAGE)
    assert status == 200
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    assert "<style" not in text
    assert " style=" not in text
    assert " onclick" not in text


async def test_a_persona_s_state_is_data_and_an_unknown_room_is_refused(client: Client) -> None:
    status, _, text = await client.ask("GET", "/state?room=%23partnership&view=slack", FROM_PAGE)
    assert status == 200
    assert '"kind":"channel"' in text
    status, _, _ = await client.ask("GET", "/state?room=nobody", FROM_PAGE)
    assert status == 400
