"""How fast one workspace may be written to, so that Slack hardly ever has to say so itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

POST = "chat.postMessage"
CHANNELS_MAX = 1000
# Whoever finds the budget used up comes back when there is room for several, and not for each one.
GATHER = 10
SHORTEST = timedelta(milliseconds=50)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate:
    """So many a minute in the long run, and up to `burst` at once."""

    per_minute: float
    burst: int


# https://docs.slack.dev/apis/web-api/rate-limits: about one message a second in a channel, where short bursts
# are allowed, and "several hundred messages per minute" in a workspace.
CHANNEL = Rate(per_minute=60, burst=5)
PER_MINUTE = 300
BURST_SHARE = 5  # a fifth of a minute's messages may go at once


def workspace_rate(per_minute: int) -> Rate:
    """What one workspace is sent a minute, and how much of it at once."""
    return Rate(per_minute=per_minute, burst=max(per_minute // BURST_SHARE, 1))


WORKSPACE = workspace_rate(PER_MINUTE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wait:
    """No room now. `is_everywhere`: there is none for any message of this workspace."""

    wait: timedelta
    is_everywhere: bool


@dataclass(kw_only=True, slots=True)
class _Bucket:
    """Holds up to `burst`, and fills by `per_minute`."""

    rate: Rate
    level: float
    at: float

    def missing(self, now: float, *, gather: int = 1) -> float:
        """Seconds until there are so many; 0.0 where there is one now."""
        self.level, self.at = self.level_at(now), now
        # A thousandth, since adding up many small parts falls a hair short of one.
        return 0.0 if self.level >= 0.999 else (gather - self.level) * 60 / self.rate.per_minute

    def level_at(self, now: float) -> float:
        """How much is in it."""
        return min(self.level + (now - self.at) * self.rate.per_minute / 60, self.rate.burst)


class Limits:
    """What one workspace takes: each channel's pace, the workspace's, and what Slack itself has asked for.

    Several processes each have their own; Slack's word, kept for its method, holds them together. Nothing
    here waits: whoever asks is told how long. With `workspace` None only Slack's own word counts.
    """

    def __init__(
        self,
        *,
        channel: Rate = CHANNEL,
        workspace: Rate | None = WORKSPACE,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._timer = timer
        self._channel = channel
        now = timer()
        self._budget = _Bucket(rate=workspace, level=workspace.burst, at=now) if workspace else None
        self._channels: dict[str, _Bucket] = {}
        self._held: dict[str, float] = {}

    def take(self, method: str, *, channel: str = "") -> Wait | None:
        """Take room for one call, or say how long to wait; then none was taken.

        Only posts count against a channel and the budget: what a person waits for is never held back by us.
        """
        now = self._timer()
        held = self._held.get(method, now) - now
        if held > 0:
            return _wait(held, is_everywhere=method == POST)
        self._held.pop(method, None)
        if method != POST:
            return None
        here = self._bucket(channel, now)
        missing = here.missing(now) if here is not None else 0.0
        lacking = self._budget.missing(now, gather=GATHER) if self._budget is not None else 0.0
        if lacking:
            return _wait(lacking, is_everywhere=True)
        if missing:
            return _wait(missing, is_everywhere=False)
        for bucket in (here, self._budget):
            if bucket is not None:
                bucket.level -= 1
        return None

    def hold(self, method: str, wait: timedelta) -> None:
        """Slack said so: this method has to rest in this workspace."""
        until = self._timer() + wait.total_seconds()
        self._held[method] = max(until, self._held.get(method, until))

    def _bucket(self, channel: str, now: float) -> _Bucket | None:
        if not channel or self._budget is None:
            return None
        if len(self._channels) >= CHANNELS_MAX and channel not in self._channels:
            # Whoever was written to a while ago has a full bucket, which is the same as none.
            full = [
                name for name, each in self._channels.items() if each.level_at(now) >= self._channel.burst
            ]
            for name in full or list(self._channels):
                del self._channels[name]
        return self._channels.setdefault(
            channel, _Bucket(rate=self._channel, level=self._channel.burst, at=now)
        )


def _wait(seconds: float, *, is_everywhere: bool) -> Wait:
    return Wait(wait=max(timedelta(seconds=seconds), SHORTEST), is_everywhere=is_everywhere)
