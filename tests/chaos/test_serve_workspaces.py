"""`milepost serve` with many workspaces: added in a browser, renewed by itself, killed in mid-renewal."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.encryption import Encryption
from bot.slack.install.tokens import decrypt_tokens, encrypt_tokens
from nudges.model.delivery import Delivery
from nudges.model.ids import make_id
from nudges.model.installation import Installation
from nudges.model.message import MessageKind
from nudges.model.people import Address
from storage.migrate import upgrade
from storage.store import SqlStore
from tests.chaos.serve_process import PATIENCE_SECONDS, a_serve, until
from tests.fakes.installing import KEY
from tests.fakes.slack_api import serving
from tests.fakes.slack_oauth import CLIENT_ID, CLIENT_SECRET, FakeApp
from tests.fakes.slack_requests import SECRET, payload
from tests.fakes.slack_socket import APP_TOKEN, FakeSocket, socket_serving
from tests.fakes.slack_workspace import FakeSlack

TEAMS = ("T0NORTH", "T0SOUTH")
PEOPLE = 10
MANY = {
    "MILEPOST_SECRET_KEYS": KEY,
    "SLACK_CLIENT_ID": CLIENT_ID,
    "SLACK_CLIENT_SECRET": CLIENT_SECRET,
    "SLACK_SIGNING_SECRET": SECRET,
}

pytestmark = [pytest.mark.slow, pytest.mark.chaos]


@dataclass
class Deadly(FakeApp):
    """Renews a token and kills whoever asked before the answer is heard."""

    victim: asyncio.subprocess.Process | None = None

    def access(self, given: dict[str, Any]) -> dict[str, Any]:
        answer = super().access(given)
        if self.victim is not None and given.get("grant_type") == "refresh_token":
            self.victim.kill()
            self.victim = None
        return answer


async def add_everywhere(site: str) -> None:
    """Somebody in each workspace adds the app, in a browser."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        for team in TEAMS:
            there = ""
            for _ in range(200):
                try:
                    async with browser.get(f"{site}/slack/install", allow_redirects=False) as begun:
                        there = begun.headers["Location"]
                    break
                except aiohttp.ClientConnectorError:
                    await asyncio.sleep(0.1)
            async with browser.get(f"{there}&team={team}") as page:
                assert page.status == 200, await page.text()


async def fill(url: str) -> None:
    """Messages to both workspaces that are due now."""
    at = datetime.now(UTC) - timedelta(minutes=1)
    rows = [
        Delivery(
            id=make_id("serve", team, number),
            partnership_id="riverside",
            recipient=f"leader-{team}-{number}",
            person=f"p{number}-{team}@example.org",
            address=Address(platform="slack", workspace=team, to=f"U{number:04d}"),
            purpose=MessageKind.ANSWER,
            occurrence=str(number),
            event="stopped",
            not_before=at,
            week_on=at.date(),
            created_at=at,
        )
        for team in TEAMS
        for number in range(PEOPLE)
    ]
    store = SqlStore.open(url)
    async with store.transaction() as tx:
        await tx.deliveries.add(rows)
    await store.close()


async def change(url: str, how: Callable[[Installation], Installation]) -> list[Installation]:
    """Change every row; they are answered as they are then."""
    store = SqlStore.open(url)
    async with store.transaction() as tx:
        rows = [how(one) for one in await tx.installations.unchecked_all()]
        for row in rows:
            await tx.installations.save(row)
    await store.close()
    return rows


def ending(row: Installation) -> Installation:
    """As it will be in eleven hours."""
    return replace(row, expires_at=datetime.now(UTC) + timedelta(hours=1))


def unclaimed(row: Installation) -> Installation:
    """As it will be in a minute."""
    encryption = Encryption([KEY])
    tokens = replace(decrypt_tokens(row, encryption), claimed_until=None)
    return replace(row, sealed=encrypt_tokens(tokens, encryption, owner=row.id))


async def test_added_in_a_browser_renewed_by_itself_and_killed_in_mid_renewal(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    upgrade(url)
    people = {f"p{number}@example.org": f"U{number:04d}" for number in range(PEOPLE)}
    slack = [FakeSlack(team=team, tokens=set(), people=people) for team in TEAMS]
    await fill(url)
    app = Deadly(rotates=True, is_patient=True)
    async with serving(*slack, oauth=app) as api_url:
        async with a_serve(url, api_url, MANY) as (_, site):
            await add_everywhere(site)
            await until(lambda: all(len(one.posts()) == PEOPLE for one in slack), "both workspaces' messages")
            async with aiohttp.ClientSession() as session, session.get(f"{site}/readyz") as answer:
                assert (await answer.json())["platforms"] == {"slack": "2 connected"}

        await change(url, ending)
        app.calls.clear()
        async with a_serve(url, api_url, MANY) as (process, _):
            app.victim = process
            await until(lambda: process.returncode is not None, "the kill in mid-renewal")

        await change(url, unclaimed)
        for one in slack:  # what it had before has ended by now
            one.expired |= {token for token in one.tokens if token.endswith(("-1", "-2"))}
        async with a_serve(url, api_url, MANY):
            late = datetime.now(UTC) + timedelta(hours=11)

            def is_renewed() -> bool:
                return all((one.expires_at or late) > late for one in rows)

            rows = await change(url, lambda row: row)
            end = time.monotonic() + PATIENCE_SECONDS
            while not is_renewed():
                assert time.monotonic() < end
                await asyncio.sleep(0.1)
                rows = await change(url, lambda row: row)
    assert [row.is_connected for row in rows] == [True, True]
    assert len([call for call in app.calls if call.get("grant_type") == "refresh_token"]) <= 4


async def test_with_socket_mode_nobody_has_to_reach_us(tmp_path: Path) -> None:
    url, slack = f"sqlite:///{tmp_path / 'ledger.db'}", FakeSocket()
    upgrade(url)
    async with socket_serving(slack) as api_url:
        given = {"SLACK_BOT_TOKEN": "xoxb-one", "SLACK_APP_TOKEN": APP_TOKEN}
        async with a_serve(url, api_url, given) as (process, site):
            await until(lambda: slack.opened, "the connection")
            assert set(await slack.asks(payload("message_im"))) == {"envelope_id"}
            async with aiohttp.ClientSession() as session, session.post(f"{site}/slack/events") as answer:
                assert answer.status == 404
            process.terminate()
            await until(lambda: process.returncode is not None, "the end")
            assert process.returncode == 0
