"""What a person sees once Slack has its acknowledgement: a form, a page, a small window, private words."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from bot.slack.outbound import SlackPlatform
from bot.slack.payloads import Kind, Request
from nudges.errors import MilepostError
from nudges.model.commands import Outcome
from nudges.model.message import Message
from nudges.ports import Renderer

Later = Callable[[], Awaitable[None]]

_log = logging.getLogger("milepost.slack")


class Directory(Protocol):
    """The workspaces that the app was added to, as far as answering needs them."""

    async def platform(self, workspace: str) -> SlackPlatform | None:
        """How to talk there; None where the app is not, or not any more."""

    async def lost(self, workspace: str, because: str) -> None:
        """The app was taken away there, or its token was. Saying so twice changes nothing."""


class AfterAck:
    """Shows outcomes through the app that received the request; what cannot be shown is logged."""

    def __init__(self, workspaces: Directory, renderer: Renderer) -> None:
        self._workspaces = workspaces
        self._renderer = renderer

    def shown(self, request: Request, outcome: Outcome) -> Sequence[Later]:
        """A form, a page of one's own, a small window, or words: whatever there is a place for."""
        if outcome.form is not None:
            return (lambda: self._open_form(request, outcome),)
        if outcome.reply is None:
            return ()
        if request.kind is Kind.HOME_OPENED:
            return (lambda: self._show_page(request, outcome),)
        if request.over or (request.trigger and not request.channel and not request.reply_url):
            return (lambda: self._open_notice(request, outcome),)
        return self.also(request, outcome)

    def also(self, request: Request, outcome: Outcome) -> Sequence[Later]:
        """Words where the person is looking, beside what the acknowledgement shows."""
        return () if outcome.reply is None else (lambda: self._whisper(request, outcome),)

    async def _open_form(self, request: Request, outcome: Outcome) -> None:
        """At once: a trigger lives for three seconds."""
        assert outcome.form is not None
        try:
            platform = await self._platform(request)
            if platform is not None:
                await platform.open_form(request.command.actor, outcome.form, trigger=request.trigger)
        except MilepostError as error:
            _log.warning("A form was not opened: %s", error)
            await self._whisper(
                request, Outcome(reply=Message(text=self._renderer.text("form_not_opened", {})))
            )

    async def _open_notice(self, request: Request, outcome: Outcome) -> None:
        assert outcome.reply is not None
        try:
            platform = await self._platform(request)
            if platform is not None:
                await platform.open_notice(outcome.reply, trigger=request.trigger, over=request.over)
        except MilepostError as error:
            _log.warning("A window was not opened: %s", error)
            await self._whisper(request, outcome)

    async def _show_page(self, request: Request, outcome: Outcome) -> None:
        """Words instead of a page, for somebody who has none."""
        assert outcome.reply is not None
        try:
            platform = await self._platform(request)
            if platform is not None:
                await platform.show_home(request.command.actor, outcome.reply, mark="")
        except MilepostError as error:
            _log.warning("A page was not shown: %s", error)

    async def _whisper(self, request: Request, outcome: Outcome) -> None:
        assert outcome.reply is not None
        try:
            platform = await self._platform(request)
            if platform is not None:
                await platform.whisper(
                    outcome.reply,
                    to=request.command.actor,
                    channel=request.channel,
                    reply_url=request.reply_url,
                    edits_card=outcome.edits_card,
                )
        except MilepostError as error:
            _log.warning("A private answer was not shown: %s", error)

    async def _platform(self, request: Request) -> SlackPlatform | None:
        platform = await self._workspaces.platform(request.installation)
        if platform is None:
            _log.warning("An answer has nowhere to go: %s is not connected.", request.installation)
        return platform


async def run_all(later: Sequence[Later]) -> None:
    """What follows an acknowledgement, one after the other."""
    for call in later:
        await call()
