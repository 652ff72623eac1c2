"""`milepost serve`: web, worker and clock in one process, ended without losing anything."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import uvicorn
from pydantic import SecretStr
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.addresses import Links, origin_of
from bot.clock import SystemClock
from bot.content.own_campaigns import Watch
from bot.content.publish_changes import note_release
from bot.engine.embedded import EmbeddedEngine
from bot.rendering.message_renderer import TemplateRenderer
from bot.web.http_app import ProcessHealth, make_app
from bot.web.ledger_health import look
from bot.web.sign_in import Cookies, Signing
from bot.wiring import MESSAGES, Milepost, build
from config.settings import Settings
from nudges.errors import DeliveryError, SettingsError
from nudges.model.delivery import SendPolicy
from nudges.ports import ChatPlatform
from storage.store import SqlStore

if TYPE_CHECKING:
    from bot.slack.install.workspace_directory import Workspaces

# A call ends well before the ten seconds in which a stop must be over.
POLICY = SendPolicy(call_timeout=timedelta(seconds=7))
STOP_HTTP_WITHIN_SECONDS = 7
# What is due now has been asked for already: looking again at once would only spin.
LOOK_AGAIN = timedelta(seconds=5)
NOT_CONNECTED = timedelta(seconds=30)
SLACK_AGAIN = (1, 2, 5, 10, 30, 60)
BACKLOG = 2048
logger = logging.getLogger("milepost.serve")


async def serve(settings: Settings, door: socket.socket) -> None:
    """Serve on this socket until SIGTERM or SIGINT; the schema has been checked.

    Everything is in the ledger before it is acknowledged or sent, so an end at any moment loses nothing.
    """
    async with AsyncExitStack() as stack:
        service = await stack.enter_async_context(_service(settings))
        config = uvicorn.Config(
            cast(Any, service.app),  # the same protocol, spelt in two ways
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            proxy_headers=False,
            backlog=BACKLOG,
            timeout_graceful_shutdown=STOP_HTTP_WITHIN_SECONDS,
        )
        server = _Server(config, service)
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, server.end)
        host, port = door.getsockname()[:2]
        logger.info("Milepost serves on %s port %s.", host, port, extra={"address": settings.base_url})
        await server.serve(sockets=[door])
    logger.info("Milepost has stopped; what is left to do is in the ledger.")


def bind_socket(settings: Settings) -> socket.socket:
    """The listening socket.

    Raises:
        SettingsError: the address is taken, or is none of this machine.
    """
    host, port = settings.host, settings.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise SettingsError(
            f"Milepost cannot listen on {host} port {port}: {os.strerror(error.errno or 0)}. "
            "Stop what runs there, or choose another with MILEPOST_HOST and MILEPOST_PORT."
        ) from error


class _Server(uvicorn.Server):
    """Leaves signals to us, and lets the sender stop while open requests are answered."""

    def __init__(self, config: uvicorn.Config, service: Service) -> None:
        super().__init__(config)
        self._service = service

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        # uvicorn raises the signal anew at its end, which would kill this process before it has tidied up.
        yield

    def end(self) -> None:
        """End soon; asked a second time, without waiting for open requests."""
        self.force_exit = self.should_exit
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        stopping = asyncio.create_task(self._service.stop())
        await super().shutdown(sockets)
        await stopping


@dataclass(kw_only=True, slots=True)
class Service:
    """The parts of one process while it runs."""

    settings: Settings
    store: SqlStore
    clock: SystemClock
    engine: EmbeddedEngine
    milepost: Milepost
    platforms: dict[str, ChatPlatform]
    slack: Workspaces | None
    signing: Signing
    missed: set[str] = field(default_factory=set)
    watch: Watch = field(default_factory=Watch)
    connecting: asyncio.Task[None] | None = None

    @property
    def app(self) -> ASGIApp:
        """The web side."""
        routes = self._open_page()
        if self.slack is not None:
            routes += self._slack_routes(self.slack)
        return make_app(readiness=self.readiness, routes=routes, is_https=self._is_https)

    def _slack_routes(self, workspaces: Workspaces) -> list[Route]:
        """What Slack sends over HTTP, and the way in for workspaces, as far as they are configured."""
        from bot.slack.inbound import slack_routes
        from bot.slack.install.connect import installing

        routes: list[Route] = []
        if self.settings.slack_signing_secret is not None:
            routes += slack_routes(
                signing_secret=self.settings.slack_signing_secret.get_secret_value(),
                workspaces=workspaces,
                handle=self.milepost.handle,
                renderer=self.milepost.renderer,
                clock=self.clock,
            )
        if self.settings.has_slack_install:
            routes += installing(self.settings, workspaces, store=self.store, clock=self.clock).routes()
        return routes

    @property
    def _is_https(self) -> bool:
        return self.settings.base_url.startswith("https://")

    def _open_page(self) -> list[Route]:
        from bot.open_page.routes import OpenPages

        pages = OpenPages(
            store=self.store,
            book=lambda: self.milepost.book,
            clock=self.clock,
            signing=self.signing,
            cookies=Cookies(self.signing, is_https=self._is_https),
            origins=frozenset({origin_of(self.settings.base_url)}),
        )
        return pages.routes()

    async def readiness(self) -> ProcessHealth:
        """For `/readyz`."""
        told = "not configured" if self.slack is None else self.slack.told()
        gone = frozenset[str]() if self.slack is None else self.slack.gone
        url, at = self.settings.database_url, self.clock.now()
        return await look(self.store, url, at=at, platforms={"slack": told}, gone=gone)

    def start(self) -> None:
        """Begin the clock's and the sender's work."""
        self.engine.on_wake(self.wake)
        self.engine.on_drain(self.drain)
        self.engine.start()
        if self.slack is None:
            logger.warning("Slack is not configured: nothing is sent. Set SLACK_BOT_TOKEN and its secret.")
        else:
            self._keep_in_touch(self.slack)

    async def stop(self) -> None:
        """Let what is under way end, within ten seconds."""
        if self.connecting is not None:
            self.connecting.cancel()
        await self.engine.stop()

    async def wake(self) -> datetime | None:
        """The clock's work; what was applied or connected meanwhile is known from here on."""
        await self.watch.keep_up(self.milepost)
        if self.slack is not None:
            await self.slack.refresh()
            self.slack.renew_soon()
            self._keep_in_touch(self.slack)
        wanted = await self.milepost.run_due_timers()
        return None if wanted is None else max(wanted, self.clock.now() + LOOK_AGAIN)

    async def drain(self, installation: str) -> datetime | None:
        """The sender's work; what is for a workspace that is not connected waits, and is told once."""
        if installation not in self.platforms and self.slack is not None:
            await self.slack.platform(installation.partition(":")[2])
        if installation not in self.platforms:
            self._miss(installation)
            return self.clock.now() + NOT_CONNECTED
        self.missed.discard(installation)
        return await self.milepost.drain(installation)

    def _miss(self, installation: str) -> None:
        is_known = self.slack is None or not (self.slack.wants_to_meet or installation in self.slack.gone)
        if is_known and installation not in self.missed:
            self.missed.add(installation)
            logger.error(
                "Messages wait for a workspace that is not connected. Run: milepost doctor --online",
                extra={"installation": installation},
            )

    def _keep_in_touch(self, slack: Workspaces) -> None:
        """Ask which workspace the token that was set by hand opens, until Slack has said so."""
        if slack.wants_to_meet and (self.connecting is None or self.connecting.done()):
            self.connecting = asyncio.get_running_loop().create_task(self.connect(slack))

    async def connect(self, slack: Workspaces) -> None:
        """Learn which workspace the token belongs to; Slack may be away when this process starts."""
        for attempt in range(1_000_000):
            try:
                await slack.meet()
            except DeliveryError as error:
                logger.warning("Slack cannot be asked yet, and is asked again: %s", error.reason)
                await asyncio.sleep(SLACK_AGAIN[min(attempt, len(SLACK_AGAIN) - 1)])
                continue
            return


@asynccontextmanager
async def _service(settings: Settings) -> AsyncIterator[Service]:
    """The parts, started; stopped and closed at the end whatever happened."""
    async with AsyncExitStack() as stack:
        clock = SystemClock()
        store = SqlStore.open(settings.database_url)
        stack.push_async_callback(store.close)
        engine = EmbeddedEngine(clock)
        slack: Workspaces | None = None
        if settings.has_slack:
            from bot.slack.install.connect import open_workspaces

            slack = await stack.enter_async_context(
                open_workspaces(
                    settings,
                    store=store,
                    clock=clock,
                    book=lambda: milepost.book,
                    timeout=POLICY.call_timeout,
                    on_connected=engine.request_drain,
                )
            )
        platforms: dict[str, ChatPlatform] = {} if slack is None else slack.platforms
        signing = Signing([one.get_secret_value() for one in settings.secret_keys])
        links = Links(settings.base_url, seal=lambda secret: signing.seal("entry", secret))
        renderer = TemplateRenderer(MESSAGES, links=links)
        milepost = await build(
            store=store,
            clock=clock,
            platforms=platforms,
            renderer=renderer,
            engine=engine,
            policy=POLICY,
            site=settings.base_url,
        )
        await note_release(store, milepost.book, at=clock.now())
        service = Service(
            settings=settings,
            store=store,
            clock=clock,
            engine=engine,
            milepost=milepost,
            platforms=platforms,
            slack=slack,
            signing=signing,
        )
        stack.push_async_callback(service.stop)
        service.start()
        if slack is not None and settings.slack_app_token is not None:
            await stack.enter_async_context(_socket(service, slack, settings.slack_app_token))
        yield service


def _socket(service: Service, slack: Workspaces, token: SecretStr) -> AbstractAsyncContextManager[object]:
    """Slack's requests over a WebSocket that we open, beside HTTP."""
    from bot.slack.inbound import SlackInbound
    from bot.slack.socket_mode import connected

    milepost = service.milepost
    inbound = SlackInbound(workspaces=slack, handle=milepost.handle, renderer=milepost.renderer)
    return connected(inbound, app_token=token.get_secret_value(), api_url=service.settings.slack_api_url)
