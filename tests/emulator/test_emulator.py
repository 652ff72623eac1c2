"""Milepost, as `serve` runs it, against an independent emulator of Slack that checks every scope."""

from __future__ import annotations

import asyncio
import os
import re
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urljoin

import aiohttp
import pytest
import yaml

from nudges.model.delivery import Delivery
from nudges.model.ids import make_id
from nudges.model.message import MessageKind
from nudges.model.people import Address
from storage.store import SqlStore
from tests.emulator.emulator import MissingError, free_port, running
from tests.emulator.proxy import LosingProxy
from tests.fakes.slack_requests import SECRET, Sender, payload, tap
from tests.source import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.emulator]

TEAM = "T000000001"  # the emulator's only workspace
CLIENT = {"id": "111.222", "secret": "an emulated secret"}
PEOPLE = """\
name,e-mail,organisation,roles
Tom Reed,tom@example.org,Riverside Hospitals,programme_lead
Joe Lane,joe@example.org,Brookvale Council,
"""
# What a person's own token may do here, so that a test can read and write as that person.
PERSON_MAY = [
    "chat:write",
    "im:read",
    "im:write",
    "im:history",
    "mpim:read",
    "mpim:history",
    "users:read.email",
]
PATIENCE_SECONDS = 20.0
T = TypeVar("T")


def scopes() -> list[str]:
    """What the manifest asks for, and nothing else."""
    manifest = yaml.safe_load((ROOT / "config/slack/manifest.yaml").read_text(encoding="utf-8"))
    result: list[str] = manifest["oauth_config"]["scopes"]["bot"]
    return result


@dataclass(kw_only=True, slots=True)
class Workspace:
    """An emulated workspace with `serve` at its door."""

    slack: str
    milepost: str
    database: str
    proxy: LosingProxy
    folder: Path
    environment: dict[str, str]
    http: aiohttp.ClientSession
    people: dict[str, str]

    async def ask(self, method: str, token: str, **given: object) -> dict[str, Any]:
        """One call of the emulator's Web API, past the proxy."""
        headers = {"Authorization": f"Bearer {token}"}
        async with self.http.post(f"{self.slack}/api/{method}", json=given, headers=headers) as answer:
            result: dict[str, Any] = await answer.json()
        return result

    async def milepost_says(self, *arguments: str) -> str:
        """A command beside the running server."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot.cli", *arguments),
            cwd=ROOT,
            env=self.environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        assert process.returncode == 0, said.decode()
        return said.decode()

    async def install(self) -> str:
        """Add the app as an administrator would, in a browser; the page at the end."""
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(cookie_jar=jar) as browser:
            async with browser.get(f"{self.milepost}/slack/install", allow_redirects=False) as begun:
                where = begun.headers.get("Location", "")
                page = await begun.text()
            if not where:
                match = re.search(r'href="([^"]*oauth/v2/authorize[^"]*)"', page)
                assert match, page
                where = match[1].replace("&amp;", "&")
            assert where.startswith(f"{self.slack}/"), where
            async with browser.get(where) as asked:
                form = await asked.text()
            fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form.split("</form>")[0]))
            async with browser.post(
                urljoin(self.slack, "/oauth/v2/authorize/callback"), data=fields, allow_redirects=False
            ) as agreed:
                back = agreed.headers["Location"]
            async with browser.get(back) as done:
                assert done.status == 200, await done.text()
                return await done.text()

    async def add(self, *rows: Delivery) -> None:
        """Write messages into the ledger that are due now."""
        store = SqlStore.open(self.database)
        async with store.transaction() as tx:
            await tx.deliveries.add(list(rows))
        await store.close()

    async def states(self) -> dict[str, int]:
        """How many messages are in each state."""
        store = SqlStore.open(self.database)
        async with store.reading() as tx:
            result = await tx.deliveries.states()
        await store.close()
        return {state.value: count for state, count in result.items()}

    def row(self, to: str, occurrence: str) -> Delivery:
        """A message that is due now."""
        at = datetime.now(UTC) - timedelta(minutes=1)
        return Delivery(
            id=make_id("emulator", to, occurrence),
            partnership_id="riverside",
            recipient=f"leader-{to}",
            person=f"{to}@example.org",
            address=Address(platform="slack", workspace=TEAM, to=to),
            purpose=MessageKind.ANSWER,
            occurrence=occurrence,
            event="stopped",
            not_before=at,
            week_on=at.date(),
            created_at=at,
        )

    async def history(self, person: str, *, kind: str = "im") -> list[dict[str, Any]]:
        """What a person sees in their direct conversations (of several people: "mpim"), newest first."""
        listed = await self.ask("conversations.list", f"xoxp-{person}", types=kind)
        result: list[dict[str, Any]] = []
        for each in listed["channels"]:
            told = await self.ask(
                "conversations.history",
                f"xoxp-{person}",
                channel=each["id"],
                include_all_metadata=True,
            )
            result += told["messages"]
        return result


async def until(look: Callable[[], Awaitable[T]], what: str) -> T:
    """Wait for something true."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not (result := await look()):
        assert time.monotonic() < end, f"waited too long for: {what}"
        await asyncio.sleep(0.05)
    return result


@asynccontextmanager
async def a_workspace(tmp_path: Path) -> AsyncIterator[Workspace]:
    port = free_port()
    milepost = f"http://127.0.0.1:{port}"
    seed = {
        "slack": {
            "signing_secret": SECRET,
            "strict_scopes": True,
            "team": {"name": "Riverside", "domain": "riverside"},
            "users": [
                {"name": "tom", "real_name": "Tom Reed", "email": "tom@example.org"},
                {"name": "joe", "real_name": "Joe Lane", "email": "joe@example.org"},
            ],
            "channels": [{"name": "partnership"}],
            "oauth_apps": [
                {
                    "client_id": CLIENT["id"],
                    "client_secret": CLIENT["secret"],
                    "app_id": "A000000001",
                    "name": "Milepost",
                    "redirect_uris": [f"{milepost}/slack/oauth_redirect"],
                    "scopes": scopes(),
                }
            ],
            "tokens": [
                {"token": f"xoxp-{name}", "user": name, "type": "user", "scopes": PERSON_MAY}
                for name in ("tom", "joe")
            ],
        }
    }
    folder = tmp_path / "mine"
    proxy = LosingProxy()
    with running(seed, tmp_path, events_url=f"{milepost}/slack/events") as slack:
        async with proxy.before(slack) as api, aiohttp.ClientSession() as http:
            environment = os.environ | {
                "MILEPOST_DATABASE_URL": f"sqlite:///{tmp_path}/milepost.db",
                "MILEPOST_BASE_URL": milepost,
                "MILEPOST_PORT": str(port),
                "MILEPOST_SECRET_KEYS": "0123456789abcdef0123456789abcdef",
                "SLACK_SIGNING_SECRET": SECRET,
                "SLACK_CLIENT_ID": CLIENT["id"],
                "SLACK_CLIENT_SECRET": CLIENT["secret"],
                "SLACK_API_URL": f"{api}/api/",
            }
            here = Workspace(
                slack=api,
                milepost=milepost,
                database=environment["MILEPOST_DATABASE_URL"],
                proxy=proxy,
                folder=folder,
                environment=environment,
                http=http,
                people={},
            )
            await here.milepost_says("init", "--dir", str(folder))
            (folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
            await here.milepost_says("apply", str(folder))
            async with a_serve(here):
                yield here


@asynccontextmanager
async def a_serve(here: Workspace) -> AsyncIterator[None]:
    log = (here.folder.parent / "serve.log").open("w")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.cli", "serve"), cwd=ROOT, env=here.environment, stderr=log
    )

    async def answers() -> bool:
        try:
            async with here.http.get(f"{here.milepost}/healthz") as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    try:
        await until(answers, "serve")
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
        log.close()


@pytest.fixture
async def here(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Workspace]:
    if not request.config.getoption("--emulator"):
        pytest.skip("not asked for: python3 run.py test --emulator")
    try:
        async with a_workspace(tmp_path) as workspace:
            yield workspace
    except MissingError as missing:
        pytest.skip(f"!! SLACK'S EMULATOR CANNOT RUN HERE, AND NOTHING WAS TESTED AGAINST IT: {missing}")


async def test_added_by_an_administrator_it_writes_types_back_and_finds_what_it_wrote(
    here: Workspace,
) -> None:
    """One long story, since starting everything is most of the time it takes."""
    await here.install()
    tom = (await here.ask("users.lookupByEmail", "xoxp-tom", email="tom@example.org"))["user"]["id"]
    joe = (await here.ask("users.lookupByEmail", "xoxp-joe", email="joe@example.org"))["user"]["id"]

    # People are found by their addresses with the token that the install brought.
    assert "found in Slack: 2" in await here.milepost_says("apply", str(here.folder))

    # Three messages, one of them to two people at once, and one answer that is lost: each stands once.
    here.proxy.losing["chat.postMessage"] = 1
    await here.add(here.row(tom, "1"), here.row(joe, "1"), here.row(",".join(sorted((tom, joe))), "1"))
    async with aiohttp.ClientSession() as session:
        # Whatever is asked makes `serve` look at once for what is due.
        sender = Sender(session=session, url=f"{here.milepost}/slack/events", at=datetime.now(UTC))
        asked = payload("slash_command") | {"team_id": TEAM, "user_id": tom, "text": "today"}
        assert (await sender.send(asked)).status == 200

    async def all_sent() -> bool:
        return set(await here.states()) == {"sent"}

    await until(all_sent, "all messages")
    assert here.proxy.calls["conversations.history"] >= 1  # the lost one was read back
    for person in ("tom", "joe"):
        (message,) = await here.history(person)
        assert message["metadata"]["event_type"] == "milepost"
        assert len(await here.history(person, kind="mpim")) == 1

    # What a person types arrives as a signed event and is answered.
    direct = (await here.ask("conversations.list", "xoxp-tom", types="im"))["channels"][0]["id"]
    await here.ask("chat.postMessage", "xoxp-tom", channel=direct, text="today")

    async def answered() -> bool:
        return len(await here.history("tom")) == 3

    await until(answered, "an answer to what was typed")

    # A tap opens a form with the emulator's own trigger, and the home page is published.
    async with aiohttp.ClientSession() as session:
        sender = Sender(session=session, url=f"{here.milepost}/slack/events", at=datetime.now(UTC))
        trigger = await here.ask("views.generateTriggerId", "xoxp-tom")
        pressed = tap("commit", person=tom, at="1.7")
        pressed["team"]["id"] = pressed["user"]["team_id"] = TEAM
        pressed["trigger_id"] = trigger["trigger_id"]
        assert (await sender.send(pressed)).status == 200
        opened = payload("app_home_opened")
        opened["team_id"] = TEAM
        opened["event"] |= {"user": tom}
        assert (await sender.send(opened)).status == 200

    async def drawn() -> bool:
        return here.proxy.calls["views.publish"] == 1 and here.proxy.calls["views.open"] == 1

    await until(drawn, "the form and the home page")
    # The emulator checks scopes: a call without its scope would have been refused and said so.
    log = (here.folder.parent / "serve.log").read_text(encoding="utf-8")
    assert "missing_scope" not in log
    assert "xox" not in log
