"""Opens the directory of workspaces as the settings say, and closes what it needs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.slack.api.http_session import TIMEOUT, client, open_session
from bot.slack.install.token_rotation import SlackApp
from bot.slack.install.workspace_directory import INSTALL, Workspaces
from nudges.model.playbook import Playbook
from nudges.ports import Clock, Store

if TYPE_CHECKING:
    from bot.slack.install.oauth import Installing
    from config.settings import Settings


@asynccontextmanager
async def open_workspaces(
    settings: Settings,
    *,
    store: Store,
    clock: Clock,
    book: Callable[[], Playbook],
    timeout: timedelta = TIMEOUT,
    on_connected: Callable[[str], None] | None = None,
) -> AsyncIterator[Workspaces]:
    """Every connected workspace, on one shared session; nothing has been asked of Slack yet.

    `timeout` is for a whole call.
    """
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else None
    app, encryption = an_app(settings), None
    if app is not None:
        from bot.encryption import Encryption

        encryption = Encryption([one.get_secret_value() for one in settings.secret_keys])
    async with open_session(timeout=timeout) as session:
        workspaces = Workspaces(
            store=store,
            clock=clock,
            book=book,
            make=lambda token: client(session, token=token, api_url=settings.slack_api_url, timeout=timeout),
            encryption=encryption,
            app=app,
            token=token,
            link=f"{settings.base_url.rstrip('/')}{INSTALL}" if app else "",
            per_minute=settings.slack_messages_per_minute,
            on_connected=on_connected,
        )
        try:
            yield workspaces
        finally:
            await workspaces.settle()


def installing(settings: Settings, workspaces: Workspaces, *, store: Store, clock: Clock) -> Installing:
    """The way in for workspaces; there is a client id."""
    from bot.slack.install.manifest import scopes
    from bot.slack.install.oauth import Installing

    app = an_app(settings)
    assert app is not None
    return Installing(
        store=store,
        clock=clock,
        app=app,
        site=settings.base_url,
        api_url=settings.slack_api_url,
        scopes=[one.name for one in scopes()],
        workspaces=workspaces,
        allowed=settings.allowed_workspaces,
    )


def an_app(settings: Settings) -> SlackApp | None:
    """Our app, where workspaces can add it by themselves."""
    if settings.slack_client_id is None or settings.slack_client_secret is None:
        return None
    secret = settings.slack_client_secret.get_secret_value()
    return SlackApp(client_id=settings.slack_client_id, client_secret=secret)
