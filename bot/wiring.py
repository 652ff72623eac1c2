"""The composition root: the one file that knows all the parts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from bot.content.playbook_cache import remembered
from bot.rendering.message_renderer import TemplateRenderer
from nudges.model.commands import Command, Outcome
from nudges.model.delivery import SendPolicy
from nudges.model.playbook import Playbook
from nudges.ports import ChatPlatform, Clock, Engine, Renderer, Store, Transaction
from nudges.record_reply import record_reply
from nudges.run_timers import run_due_timers
from nudges.use_cases.delivery.send_due import drain
from nudges.use_cases.home.redraw_homes import show_homes
from nudges.use_cases.joining.pass_on import find_managers
from nudges.use_cases.pairing.tell_delegate import find_delegates

CONFIG = Path(__file__).parents[1] / "config"
MESSAGES = CONFIG / "messages"
ROUNDS_MAX = 50


@dataclass(kw_only=True, slots=True)
class Milepost:
    """Everything put together: replies come in by `handle`, the clock's and the sender's work goes on."""

    store: Store
    book: Playbook
    renderer: Renderer
    clock: Clock
    platforms: Mapping[str, ChatPlatform]
    policy: SendPolicy
    worker: str
    engine: Engine | None = None

    async def handle(self, command: Command) -> Outcome:
        """Handle what a person tapped or typed; what it says goes out soon after.

        Raises:
            MilepostError: in words for the person; nothing was changed.
        """
        outcome = await record_reply(self.store, self.book, self.renderer, command, at=self.clock.now())
        if self.engine is not None:
            # The drain sends what this wrote, and draws the pages that it changed.
            self.engine.request_drain(command.actor.installation)
            if command.seen_in:
                self.engine.request_drain(f"{command.actor.platform}:{command.seen_in}")
            # New timers may be due before the tick that is armed.
            self.engine.wake_at(self.clock.now() + timedelta(seconds=1))
        return outcome

    async def run_due_timers(self) -> datetime | None:
        """The clock's work: look at what is due, then ask for it to be sent; answers when to come again."""
        await find_managers(self.store, self.platforms, at=self.clock.now())
        await find_delegates(self.store, self.book, self.platforms, at=self.clock.now())
        next_timer = await run_due_timers(self.store, self.book, at=self.clock.now())
        async with self.store.reading() as tx:
            due = {*await tx.deliveries.installations_due(at=self.clock.now())}
            next_delivery = await self._next_delivery(tx, due)
            due |= {*await tx.homes.installations_due()}
        if self.engine is not None:
            for installation in sorted(due):
                self.engine.request_drain(installation)
        return _earliest(next_timer, next_delivery)

    async def drain(self, installation: str) -> datetime | None:
        """The sender's work for one installation: messages first, and then people's own pages."""
        next_message = await self._send(installation)
        return _earliest(next_message, await self._show(installation))

    async def _send(self, installation: str) -> datetime | None:
        return await drain(
            self.store,
            self.platforms,
            self.renderer,
            self.clock,
            installation,
            policy=self.policy,
            worker=self.worker,
        )

    async def _show(self, installation: str) -> datetime | None:
        return await show_homes(
            self.store, self.book, self.renderer, self.platforms, installation, at=self.clock.now()
        )

    async def settle(self) -> datetime | None:
        """Do all that is due now, in this task; answers when there is something next."""
        await find_managers(self.store, self.platforms, at=self.clock.now())
        await find_delegates(self.store, self.book, self.platforms, at=self.clock.now())
        next_timer = await run_due_timers(self.store, self.book, at=self.clock.now())
        next_delivery: datetime | None = None
        for _ in range(ROUNDS_MAX):
            async with self.store.reading() as tx:
                waiting = await tx.deliveries.installations_due(at=self.clock.now())
                due = [one for one in waiting if self._reaches(one)]
                if not due:  # what was sent may have brought something to look at
                    next_delivery = await self._next_delivery(tx, waiting)
                    next_timer = await tx.records.next_timer()
            if not due:
                break
            for installation in due:
                await self._send(installation)
        return _earliest(next_timer, next_delivery, await self.show_homes())

    def _reaches(self, installation: str) -> bool:
        return installation in self.platforms or installation.partition(":")[0] in self.platforms

    async def _next_delivery(self, tx: Transaction, due: Collection[str]) -> datetime | None:
        """When there is something to send; what waits for a workspace that is gone wakes nobody."""
        if all(self._reaches(one) for one in due):
            return await tx.deliveries.next_due()
        return _earliest(*[await tx.deliveries.next_due(one) for one in self.platforms])

    async def show_homes(self) -> datetime | None:
        """Draw every page that is due; answers when to come again where there is no room for one now."""
        async with self.store.reading() as tx:
            due = await tx.homes.installations_due()
        return _earliest(*[await self._show(installation) for installation in due])


def _earliest(*instants: datetime | None) -> datetime | None:
    return min((one for one in instants if one is not None), default=None)


def load_playbook() -> Playbook:
    """The catalogue, the campaigns and the rules that ship.

    Raises:
        FilesRefused: a file of `config/` was changed and does not hold together.
    """
    return remembered(_read_playbook)


def _read_playbook() -> Playbook:
    from bot.files.content import load_campaigns, load_catalogue, load_metrics, load_rules
    from bot.files.phrases import load_phrases

    return Playbook(
        catalogue=load_catalogue(),
        campaigns=load_campaigns(),
        rules=load_rules(),
        phrases=load_phrases(),
        metrics=load_metrics(),
    )


async def build(
    *,
    store: Store,
    clock: Clock,
    platforms: Mapping[str, ChatPlatform],
    book: Playbook | None = None,
    renderer: Renderer | None = None,
    engine: Engine | None = None,
    policy: SendPolicy | None = None,
    worker: str = "one",
    site: str = "",
) -> Milepost:
    """Put the parts together; with an engine, its ticks and drains are connected but not started.

    `site` is the address that people reach this installation at.
    """
    book = book or load_playbook()
    milepost = Milepost(
        store=store,
        book=replace(book, site=site.rstrip("/")) if site else book,
        renderer=renderer or TemplateRenderer(MESSAGES),
        clock=clock,
        platforms=platforms,
        policy=policy or SendPolicy(),
        worker=worker,
        engine=engine,
    )
    if engine is not None:
        engine.on_wake(milepost.run_due_timers)
        engine.on_drain(milepost.drain)
    return milepost
