"""New tokens for those that end: claimed in the row, fetched, and written if the claim still stands."""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.encryption import Encryption
from bot.slack.api.failures import FAILURES, error_code
from bot.slack.install.tokens import Tokens, decrypt_tokens, encrypt_tokens, given_tokens
from nudges.model.installation import Installation
from nudges.ports import Clock, Store

AHEAD = timedelta(hours=2)
"""Slack's tokens last twelve hours: this early there are many more attempts before one ends."""
CLAIM = timedelta(minutes=1)
AFTER_REFUSAL = timedelta(minutes=10)
CALL = timedelta(seconds=5)

# https://docs.slack.dev/reference/methods/oauth.v2.access#errors: these tokens will never be renewed.
SPENT = frozenset({"invalid_refresh_token", "invalid_grant", "token_revoked", "account_inactive"})

_log = logging.getLogger("milepost.slack")


@dataclass(frozen=True, kw_only=True, slots=True)
class SlackApp:
    """Our app, as it stands on Slack's pages."""

    client_id: str
    client_secret: str = field(repr=False)


async def ask_for_tokens(
    client: AsyncWebClient, app: SlackApp, given: Mapping[str, str]
) -> Mapping[str, Any]:
    """`oauth.v2.access` for a code or a refresh token: https://docs.slack.dev/reference/methods/oauth.v2.access

    Raises:
        FAILURES: refused, or not reached; Slack may have done it all the same.
    """
    named = base64.b64encode(f"{app.client_id}:{app.client_secret}".encode()).decode()
    headers = {"Authorization": f"Basic {named}"}
    answer = await client.api_call("oauth.v2.access", data=dict(given), headers=headers)
    return answer.data if isinstance(answer.data, dict) else {}


class Came(StrEnum):
    """What became of it. `SPENT`: Slack takes the refresh token no more."""

    NEW = "new"
    NOT_NEEDED = "not needed"
    NOT_NOW = "not now"
    SPENT = "spent"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rotation:
    """Renews the tokens of one workspace at a time; several workers may try, one of them calls.

    No transaction is open during the call. A worker that ends between call and writing leaves its claim,
    which lapses in a minute: the next one calls with the old refresh token, which Slack takes until the new
    token was used; and the old token, renewed two hours ahead, still opens the workspace meanwhile.
    """

    store: Store
    encryption: Encryption
    app: SlackApp
    clock: Clock
    client: Callable[[], AsyncWebClient]

    async def rotate(self, installation_id: str, *, refused: str = "") -> Came:
        """Renew what ends soon, or `refused`, the token that Slack says has ended."""
        claimed = await self.claim(installation_id, refused)
        if not isinstance(claimed, Installation):
            return claimed
        tokens = decrypt_tokens(claimed, self.encryption)
        before = self.clock.now()
        try:
            async with asyncio.timeout(CALL.total_seconds()):
                wanted = {"grant_type": "refresh_token", "refresh_token": tokens.refresh}
                answer = await ask_for_tokens(self.client(), self.app, wanted)
            new, expires_at = given_tokens(answer, at=before)
        except FAILURES as error:
            return await self._not_renewed(claimed, tokens, error_code(error) or type(error).__name__)
        new = replace(new, refresh=new.refresh or tokens.refresh)
        await self.write(claimed, replace(claimed, sealed=self._sealed(claimed, new), expires_at=expires_at))
        return Came.NEW

    async def claim(self, installation_id: str, refused: str) -> Installation | Came:
        """The row with our claim in it, or why there is nothing to do now."""
        async with self.store.transaction() as tx:
            row = await tx.installations.locked(installation_id)
            if row is None or not row.is_connected or not row.sealed:
                return Came.NOT_NEEDED
            tokens, at = decrypt_tokens(row, self.encryption), self.clock.now()
            is_soon = row.expires_at is not None and row.expires_at - at <= AHEAD
            if not (is_soon or tokens.access == refused):
                return Came.NOT_NEEDED  # somebody was quicker
            if not tokens.can_rotate:
                return Came.SPENT if tokens.access == refused else Came.NOT_NEEDED
            if tokens.claimed_until is not None and tokens.claimed_until > at:
                return Came.NOT_NOW
            claimed = replace(row, sealed=self._sealed(row, replace(tokens, claimed_until=at + CLAIM)))
            await tx.installations.save(claimed)
        return claimed

    async def _not_renewed(self, claimed: Installation, tokens: Tokens, code: str) -> Came:
        _log.warning(
            "The token of a workspace could not be renewed (%s).", code, extra={"installation": claimed.id}
        )
        at = self.clock.now()
        if code in SPENT and claimed.expires_at is not None and claimed.expires_at <= at:
            return Came.SPENT
        if code in SPENT:  # what we have works until it ends: no need to ask every minute
            later = self._sealed(claimed, replace(tokens, claimed_until=at + AFTER_REFUSAL))
            await self.write(claimed, replace(claimed, sealed=later))
        return Came.NOT_NOW

    async def write(self, claimed: Installation, renewed: Installation) -> None:
        """Save, unless the row is no longer as we left it: a reinstall, or a claim after ours had lapsed."""
        async with self.store.transaction() as tx:
            row = await tx.installations.locked(claimed.id)
            if row == claimed:
                await tx.installations.save(renewed)

    def _sealed(self, row: Installation, tokens: Tokens) -> str:
        return encrypt_tokens(tokens, self.encryption, owner=row.id)
