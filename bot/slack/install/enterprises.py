"""Which workspaces an app covers that was added to a whole enterprise: Slack is asked, nothing is kept."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.api.failures import FAILURES, error_code
from nudges.ports import Clock

ASK_AGAIN = timedelta(minutes=10)
PAGE, PAGES_MAX = 1000, 20

_log = logging.getLogger("milepost.slack")


def is_enterprise(workspace: str) -> bool:
    """Whether this id is that of an enterprise: https://docs.slack.dev/enterprise"""
    return workspace.startswith("E")


class Enterprises:
    """Finds the enterprise whose app covers a workspace. `client` makes one for a token."""

    def __init__(self, *, clock: Clock, client: Callable[[str], AsyncWebClient]) -> None:
        self._clock, self._client = clock, client
        self._covered: dict[str, frozenset[str]] = {}
        self._asked_at: dict[str, datetime] = {}

    async def covering(self, workspace: str, tokens: Mapping[str, str]) -> str | None:
        """The enterprise of this workspace among these (enterprise -> token), or None.

        Each is asked at most every ten minutes; one that cannot be asked covers what it did before.
        """
        for enterprise, token in tokens.items():
            if workspace not in self._covered.get(enterprise, ()):
                await self._ask(enterprise, token)
            if workspace in self._covered.get(enterprise, ()):
                return enterprise
        return None

    async def _ask(self, enterprise: str, token: str) -> None:
        at, asked_at = self._clock.now(), self._asked_at.get(enterprise)
        if asked_at is not None and at - asked_at < ASK_AGAIN:
            return
        self._asked_at[enterprise] = at
        try:
            self._covered[enterprise] = await _workspaces_within(self._client(token))
        except FAILURES as error:
            _log.warning(
                "An enterprise could not be asked for its workspaces (%s).",
                error_code(error) or type(error).__name__,
                extra={"installation": f"slack:{enterprise}"},
            )


async def _workspaces_within(client: AsyncWebClient) -> frozenset[str]:
    """https://docs.slack.dev/reference/methods/auth.teams.list, which needs no scope.

    Raises:
        FAILURES: Slack could not be asked.
    """
    result: set[str] = set()
    cursor = ""
    for _ in range(PAGES_MAX):
        answer = await client.auth_teams_list(limit=PAGE, cursor=cursor or None)
        result |= {each["id"] for each in answer.get("teams") or () if isinstance(each.get("id"), str)}
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            break
    return frozenset(result)
