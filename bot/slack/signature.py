"""Our own look at a request's raw bytes, before anything else sees them."""

from __future__ import annotations

import binascii
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from slack_sdk.signature import Clock as SignatureClock
from slack_sdk.signature import SignatureVerifier

from nudges.ports import Clock

SIZE_MAX = 1 << 20
DEPTH_MAX = 64
FIELDS_MAX = 100
_ONE_PAYLOAD = re.compile(rb"payload=([A-Za-z0-9%+._~*-]+)")


class RequestRefused(Exception):
    """The request is answered with this HTTP status; `reason` says nothing of its content."""

    def __init__(self, *, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class _Seconds(SignatureClock):
    """Our clock in the shape that slack_sdk asks for."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock.now().timestamp()


class Gate:
    """Lets in what Slack signed within the last five minutes.

    https://docs.slack.dev/authentication/verifying-requests-from-slack
    """

    def __init__(self, *, signing_secret: str, clock: Clock) -> None:
        self._verifier = SignatureVerifier(signing_secret, clock=_Seconds(clock))

    def check(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Let the request pass, or say why not. Header names are lower case.

        Raises:
            RequestRefused: 413 too large, 401 not signed by Slack or too old, 400 not text.
        """
        if len(body) > SIZE_MAX:
            raise RequestRefused(status=413, reason="too large")
        stamp = headers.get("x-slack-request-timestamp", "")
        signature = headers.get("x-slack-signature", "")
        # int() also takes spaces, signs, underscores and other scripts' digits.
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12 and signature.isascii()):
            raise RequestRefused(status=401, reason="not signed")
        try:
            is_signed = self._verifier.is_valid(body, stamp, signature)
        except UnicodeDecodeError:
            raise RequestRefused(status=400, reason="not UTF-8") from None
        if not is_signed:
            raise RequestRefused(status=401, reason="not signed, or too old")


def parse(body: bytes, content_type: str) -> dict[str, Any]:
    """The payload of a checked request, whichever of Slack's three shapes it came in.

    JSON (events), a form with a `payload` of JSON (taps, forms), or a plain form (commands).

    Raises:
        RequestRefused: 400, it is none of these.
    """
    if b"\x00" in body:
        raise RequestRefused(status=400, reason="holds a NUL")
    try:
        match = _ONE_PAYLOAD.fullmatch(body)
        if match is not None:
            return _object(_unquoted(match[1]))
        text = body.decode()
        if content_type.partition(";")[0].strip().lower() == "application/json":
            return _object(text)
        fields = parse_qs(text, keep_blank_values=True, errors="strict", max_num_fields=FIELDS_MAX)
        plain = {name: values[-1] for name, values in fields.items()}
        return _object(plain["payload"]) if "payload" in plain else plain
    except (ValueError, RecursionError):  # UnicodeDecodeError and JSONDecodeError are ValueErrors
        raise RequestRefused(status=400, reason="not a payload of Slack") from None


def _unquoted(value: bytes) -> str:
    """The text of a form's value.

    "%C3" here is "=C3" in quoted-printable, which is decoded in C: in a twentieth of the time.
    """
    result = binascii.a2b_qp(value.replace(b"+", b" ").replace(b"%", b"="))
    if len(result) != len(value) - 2 * value.count(b"%"):
        raise ValueError("a percent sign stands alone")
    return result.decode()


def _object(text: str) -> dict[str, Any]:
    result = json.loads(text)
    # What opens fewer than that many brackets cannot be deeper than that.
    is_shallow = text.count("{") + text.count("[") <= DEPTH_MAX or _is_shallow(result)
    if not isinstance(result, dict) or not is_shallow:
        raise ValueError("an object of a sensible depth is expected")
    return result


def _is_shallow(result: object) -> bool:
    level: list[object] = [result]
    for _ in range(DEPTH_MAX):
        level = [
            child
            for node in level
            if isinstance(node, dict | list)
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, dict | list)
        ]
        if not level:
            return True
    return False
