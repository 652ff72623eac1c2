"""One call to Slack: room for it, its token, its failure; every retry is left to the ledger."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.api.failures import EXPIRED, FAILURES, GONE, THROTTLED, SlackError, delivery_error
from bot.slack.api.rate_limits import POST, Limits

Token = Callable[[], Awaitable[str]]
OnLost = Callable[[str], Awaitable[None]]
OnExpired = Callable[[], Awaitable[None]]


class SlackCalls:
    """The calls of one workspace.

    `token` is asked before each call; without it the client's own is used. `on_lost` hears Slack's word when
    the app was taken away. `on_expired` brings a new token, so that the next `token()` is another one: the
    refused call is then made once more, since Slack did nothing with it. Neither hook may raise.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        *,
        limits: Limits | None = None,
        token: Token | None = None,
        on_lost: OnLost | None = None,
        on_expired: OnExpired | None = None,
    ) -> None:
        self.client = client
        self._limits = limits or Limits()
        self._token = token
        self._on_lost = on_lost
        self._on_expired = on_expired

    async def call(
        self,
        method: str,
        *,
        json: Mapping[str, Any] | None = None,
        params: Mapping[str, Any] | None = None,
        channel: str = "",
        is_repeatable: bool = True,
    ) -> AsyncSlackResponse:
        """Call a method, with arguments as JSON or, where it takes none, as `params`.

        `channel` is what a post counts against; `is_repeatable`: doing it twice is harmless.

        Raises:
            SlackError: refused, throttled or ambiguous; at once where there is no room for the call.
        """
        if (full := self._limits.take(method, channel=channel)) is not None:
            reason = f"There is no room for {method} just now."
            raise SlackError(
                reason, code="ratelimited", retry_after=full.wait, is_everywhere=full.is_everywhere
            )
        token = await self.refresh()
        try:
            return await self._once(method, json, params)
        except FAILURES as error:
            failed = delivery_error(error, is_repeatable=is_repeatable)
            if failed.code != EXPIRED or not await self._is_renewed(token):
                raise await self.heard(method, failed) from error
        try:
            return await self._once(method, json, params)
        except FAILURES as error:
            raise await self.heard(method, delivery_error(error, is_repeatable=is_repeatable)) from error

    async def heard(self, method: str, failed: SlackError) -> SlackError:
        """Act on a failure: keep what Slack asked for, and tell that the app is gone. Returns it."""
        if failed.code in THROTTLED and failed.retry_after is not None:
            self._limits.hold(method, failed.retry_after)
            failed.is_everywhere = method == POST
        if failed.code in GONE and self._on_lost is not None:
            await self._on_lost(failed.code)
        return failed

    async def refresh(self) -> str | None:
        """Give the client the present token, and return it."""
        if self._token is not None:
            self.client.token = await self._token()
        return self.client.token

    async def _once(
        self, method: str, json: Mapping[str, Any] | None, params: Mapping[str, Any] | None
    ) -> AsyncSlackResponse:
        if params is not None:
            given = {name: _plain(value) for name, value in params.items() if value is not None}
            # As a form and not in the address, where an e-mail address would stand in every log on the way.
            return await self.client.api_call(method, data=given)
        return await self.client.api_call(method, json=dict(json or {}))

    async def _is_renewed(self, refused: str | None) -> bool:
        """Whether the client has another token now than the one that was refused."""
        if self._on_expired is None:
            return False
        await self._on_expired()
        return await self.refresh() != refused


def _plain(value: object) -> str:
    """A form holds text alone."""
    return str(value).lower() if isinstance(value, bool) else str(value)
