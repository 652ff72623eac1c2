"""Sends what Slack sends: recorded payloads, signed, over real HTTP."""

import hashlib
import hmac
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
FORM = "application/x-www-form-urlencoded"
PAYLOADS = Path(__file__).resolve().parent.parent / "payloads" / "slack"


def payload(name: str) -> dict[str, Any]:
    """A fresh copy of a recorded payload."""
    result: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))
    return result


def tap(
    verb: str, subject: str = "", value: str = "", *, person: str = "U0AMINA", at: str = "1.1"
) -> dict[str, Any]:
    """A tap on a button; `at` is Slack's own mark of the tap, the same whenever it is sent again."""
    result = payload("block_actions")
    result["user"]["id"] = person
    result["actions"][0] |= {"value": json.dumps([verb, subject, value]), "action_ts": at}
    result["trigger_id"] = f"trigger-{person}-{at}"
    return result


def signature(body: bytes, *, at: datetime, secret: str = SECRET, stamp: str | None = None) -> dict[str, str]:
    """The two headers of a signed request."""
    stamp = stamp if stamp is not None else str(int(at.timestamp()))
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


def encoded(result: Mapping[str, Any]) -> tuple[bytes, str]:
    """The body and content type in which Slack sends this payload."""
    if "command" in result or "ssl_check" in result:
        return urlencode(result).encode(), FORM
    if "event" in result or "challenge" in result or result.get("type") == "app_rate_limited":
        return json.dumps(result).encode(), "application/json"
    return urlencode({"payload": json.dumps(result)}).encode(), FORM


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What Slack would see."""

    status: int
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sender:
    """Slack's side of the line; `at` is the time at which it signs."""

    session: aiohttp.ClientSession
    url: str
    at: datetime

    async def send(self, result: Mapping[str, Any], *, headers: Mapping[str, str] | None = None) -> Answer:
        """Send a payload as Slack would, signed."""
        body, kind = encoded(result)
        return await self.raw(
            body, signature(body, at=self.at) | {"Content-Type": kind} | dict(headers or {})
        )

    async def raw(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send just these bytes and headers."""
        async with self.session.post(self.url, data=io.BytesIO(body), headers=headers) as answer:
            return Answer(status=answer.status, text=await answer.text())
