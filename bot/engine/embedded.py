"""One process: APScheduler brings the ticks, tasks of this loop do the sending."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from nudges.ports import Clock

LONGEST = timedelta(seconds=60)
SHORTEST = timedelta(milliseconds=50)
AFTER_FAILURE = timedelta(seconds=5)
STOP_WITHIN = timedelta(seconds=10)
TICK = "tick"
logger = logging.getLogger("milepost.engine")

Work = Callable[[], Awaitable[datetime | None]]
Drain = Callable[[str], Awaitable[datetime | None]]


class EmbeddedEngine:
    """Fills `Engine` in one process.

    There is one in-memory job, armed anew to the next due instant and at most a minute away: the
    database is the schedule, so nothing is lost with this process.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True}
        )
        self._work: Work | None = None
        self._drain: Drain | None = None
        self._next_at: datetime | None = None
        self._drains: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._is_stopping = False
        self._is_awake: asyncio.Task[None] | None = None

    def on_wake(self, work: Work) -> None:
        """Register the clock's work; it answers when it wants to be woken next."""
        self._work = work

    def on_drain(self, work: Drain) -> None:
        """Register the sender's work for one installation; it answers when to drain it next."""
        self._drain = work

    def start(self) -> None:
        """Begin: the first tick comes at once."""
        self._scheduler.start()
        self.wake_at(self._clock.now())

    def wake_at(self, instant: datetime) -> None:
        """Tick at `instant`, or at the earlier one that is armed already; never more than a minute away."""
        now = self._clock.now()
        wanted = min(max(instant, now + SHORTEST), now + LONGEST)
        if self._is_stopping or (self._next_at is not None and now < self._next_at <= wanted):
            return
        self._arm(wanted)

    def _arm(self, at: datetime) -> None:
        self._next_at = at
        self._scheduler.add_job(self._tick, "date", run_date=at, id=TICK, replace_existing=True)

    async def _tick(self) -> None:
        self._next_at = None
        if self._is_awake is not None and not self._is_awake.done():
            return
        self._is_awake = asyncio.current_task()
        wanted: datetime | None = self._clock.now() + AFTER_FAILURE
        try:
            wanted = await self._work() if self._work is not None else None
        except Exception:
            # The clock must outlive a database that is away for a moment: log, and try again soon.
            logger.exception("The clock's work failed and is tried again in a few seconds.")
        finally:
            self._is_awake = None
            self.wake_at(wanted if wanted is not None else self._clock.now() + LONGEST)

    def request_drain(self, installation: str) -> None:
        """Send what is due for this installation soon; a drain under way looks once more at its end."""
        if self._is_stopping:
            return
        running = self._drains.get(installation)
        if running is not None and not running.done():
            self._again.add(installation)
            return
        self._drains[installation] = asyncio.get_running_loop().create_task(self._drain_one(installation))

    async def _drain_one(self, installation: str) -> None:
        wanted: datetime | None = None
        try:
            while self._drain is not None:
                self._again.discard(installation)
                wanted = await self._drain(installation)
                if installation not in self._again or self._is_stopping:
                    break
        except Exception:
            # One installation that cannot send must not stop the others: its rows wait in the ledger.
            logger.exception("Sending failed and is tried again in a few seconds.")
            wanted = self._clock.now() + AFTER_FAILURE
        if wanted is not None:
            self.wake_at(wanted)

    async def stop(self) -> None:
        """Finish what is under way, at most ten seconds, and end; what is left is in the ledger.

        A drain that is cancelled sends nothing new, and ends when its calls in flight are written down.
        """
        self._is_stopping = True
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        under_way = [
            task for task in (*self._drains.values(), self._is_awake) if task is not None and not task.done()
        ]
        if not under_way:
            return
        for drain in self._drains.values():
            drain.cancel()
        _, late = await asyncio.wait(under_way, timeout=STOP_WITHIN.total_seconds())
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
