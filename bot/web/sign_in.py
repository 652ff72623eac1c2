"""Links and cookies that let somebody in: signed by the first secret key, good under any of them."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from itsdangerous import BadData, URLSafeSerializer
from starlette.requests import Request
from starlette.responses import Response

COOKIE_MAX = 4000
PLACES_MAX = 5
SIGNER = {"key_derivation": "hmac", "digest_method": hashlib.sha256}


class Signing:
    """Signs small values, each for one purpose. Without keys it makes one for this process."""

    def __init__(self, keys: Sequence[str] = ()) -> None:
        # The library signs with the last key and tries all of them.
        self._keys = list(reversed(keys)) or [secrets.token_urlsafe(32)]

    def seal(self, purpose: str, value: Any) -> str:
        """The value and its signature, for an address or a cookie; it is signed, and not secret."""
        return str(self._for(purpose).dumps(value))

    def unseal(self, purpose: str, sealed: str) -> Any:
        """The value, or None where the signature is not ours or was made for something else."""
        try:
            return self._for(purpose).loads(sealed)
        except BadData:
            return None

    def _for(self, purpose: str) -> URLSafeSerializer:
        return URLSafeSerializer(self._keys, salt=f"milepost.{purpose}", signer_kwargs=dict(SIGNER))


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedIn:
    """Who reads in this browser, where, and until when."""

    partnership_id: str
    leader_id: str
    until: datetime


class Cookies:
    """The browser's cookie: which open pages it may read. On https it is bound to this host alone."""

    def __init__(self, signing: Signing, *, is_https: bool) -> None:
        self._signing = signing
        self._is_https = is_https
        self.name = "__Host-milepost-open" if is_https else "milepost-open"
        self.form_name = "__Host-milepost-form" if is_https else "milepost-form"

    def seats(self, request: Request, *, at: datetime) -> dict[str, SignedIn]:
        """Partnership id -> the seat there; what is forged, odd or out of date is as good as nothing."""
        given = request.cookies.get(self.name, "")
        unsealed = self._signing.unseal("seats", given) if 0 < len(given) <= COOKIE_MAX else None
        seats: dict[str, SignedIn] = {}
        for partnership_id, leader_id, until in unsealed if isinstance(unsealed, list) else []:
            seat = SignedIn(
                partnership_id=partnership_id, leader_id=leader_id, until=datetime.fromisoformat(until)
            )
            if seat.until > at:
                seats[partnership_id] = seat
        return seats

    def sit(self, request: Request, answer: Response, seat: SignedIn, *, at: datetime) -> None:
        """Give the browser this seat, beside those that it has."""
        seats: Mapping[str, SignedIn] = {**self.seats(request, at=at), seat.partnership_id: seat}
        newest = sorted(seats.values(), key=lambda one: one.until)[-PLACES_MAX:]
        value = [[one.partnership_id, one.leader_id, one.until.isoformat()] for one in newest]
        self._set(answer, self.name, self._signing.seal("seats", value), seat.until - at)

    def form(self, answer: Response, *, about: str, lasts: timedelta) -> str:
        """A token for one form: half of it in the page, half in the browser."""
        half = secrets.token_urlsafe(24)
        self._set(answer, self.form_name, self._signing.seal("form-cookie", half), lasts)
        return self._signing.seal("form", [about, half])

    def is_form(self, request: Request, token: str, *, about: str) -> bool:
        """Whether this token was made for this form in this browser."""
        half = self._signing.unseal("form-cookie", request.cookies.get(self.form_name, ""))
        return half is not None and self._signing.unseal("form", token) == [about, half]

    def _set(self, answer: Response, name: str, value: str, lasts: timedelta) -> None:
        answer.set_cookie(
            name,
            value,
            max_age=max(1, int(lasts.total_seconds())),
            path="/",
            secure=self._is_https,
            httponly=True,
            samesite="lax",
        )


PLACES_WATCHED = 2000


@dataclass(kw_only=True, slots=True)
class Guesses:
    """Counts wrong links from one place; past the most, only waiting helps. Right links always work."""

    most: int
    within: timedelta
    _wrong: dict[str, list[datetime]] = field(default_factory=dict)

    def wrong(self, place: str, *, at: datetime) -> timedelta | None:
        """Note a wrong link; how long to wait where there were too many, else None."""
        if place not in self._wrong and len(self._wrong) >= PLACES_WATCHED:
            self._wrong.pop(next(iter(self._wrong)))
        times = [one for one in self._wrong.get(place, ()) if at - one < self.within][-self.most :]
        self._wrong[place] = [*times, at]
        return self.within - (at - times[0]) if len(times) >= self.most else None
