"""Slack's signed requests as commands; acknowledged after the use case has committed."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.background import BackgroundTask
from starlette.requests import Request as HttpRequest
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.files.phrases import in_words
from bot.slack.after_ack import AfterAck, Directory, Later, run_all
from bot.slack.identity import Malformed
from bot.slack.layout import to_content
from bot.slack.payloads import ImmediateResponse, Kind, Removal, Request, read
from bot.slack.signature import SIZE_MAX, Gate, RequestRefused, parse
from bot.slack.views import FIELD_PREFIX, to_notice, to_view
from nudges.errors import MilepostError
from nudges.model.commands import Command, Outcome
from nudges.model.message import Message
from nudges.ports import Clock, Renderer

PATH = "/slack/events"
Handle = Callable[[Command], Awaitable[Outcome]]

_log = logging.getLogger("milepost.slack")


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """An acknowledgement: a status, what Slack is told in it, and what follows once Slack has it."""

    status: int = 200
    body: Mapping[str, Any] | None = None
    later: Sequence[Later] = ()


NOT_OURS = Answer(status=400)
AGAIN = Answer(status=500)


def slack_routes(
    *, signing_secret: str, workspaces: Directory, handle: Handle, renderer: Renderer, clock: Clock
) -> list[Route]:
    """The one address for events, taps, forms, shortcuts and commands.

    Answers 401 to what Slack did not sign within five minutes, 413 to what is too large, 400 to what
    is no payload, 200 to the rest, and 500 only to an event that could not be handled: Slack sends
    that again. `handle` commits before it returns; the same act always has the same key.
    """
    inbound = SlackInbound(workspaces=workspaces, handle=handle, renderer=renderer)
    door = Door(gate=Gate(signing_secret=signing_secret, clock=clock), inbound=inbound)
    return [Route(PATH, door.receive, methods=["POST"])]


class Door:
    """Slack's HTTP requests, each checked before it is read."""

    def __init__(self, *, gate: Gate, inbound: SlackInbound) -> None:
        self._gate = gate
        self._inbound = inbound

    async def receive(self, http: HttpRequest) -> Response:
        """Answer one request of Slack; its body is never logged.

        Headers of a retry change nothing: whether something was done already, only the ledger knows.
        """
        try:
            body = await _read(http)
            self._gate.check(body, http.headers)
            payload = parse(body, http.headers.get("content-type", ""))
        except RequestRefused as refused:
            return PlainTextResponse(refused.reason, status_code=refused.status)
        answer = await self._inbound.answer(payload)
        if answer.status == 400:
            return PlainTextResponse("not a payload of Slack", status_code=400)
        background = BackgroundTask(run_all, answer.later) if answer.later else None
        if answer.body is None:
            return Response(status_code=answer.status, background=background)
        text = json.dumps(answer.body, separators=(",", ":"))
        return Response(text, answer.status, media_type="application/json", background=background)


class SlackInbound:
    """From a checked payload to a command, and from its outcome to an acknowledgement.

    Nothing is asked of Slack before the acknowledgement: it never waits for more than the commit.
    """

    def __init__(self, *, workspaces: Directory, handle: Handle, renderer: Renderer) -> None:
        self._workspaces = workspaces
        self._handle = handle
        self._renderer = renderer
        self._after_ack = AfterAck(workspaces, renderer)

    async def answer(self, payload: Mapping[str, Any]) -> Answer:
        """What to tell Slack; 400 to what is no payload, 500 where Slack should send it again."""
        try:
            asked = read(payload)
        except Malformed:
            return NOT_OURS
        match asked:
            case Request(kind=Kind.FORM):
                return await self._on_form(asked)
            case Request(kind=Kind.COMMAND):
                return await self._on_command(asked)
            case Request(is_event=True):
                return await self._on_event(asked)
            case Request():
                outcome = await self._outcome(asked)
                return Answer(later=self._after_ack.shown(asked, outcome))
            case Removal():
                return await self._on_removal(asked)
            case ImmediateResponse():
                return Answer(body=asked.body)
            case None:
                return Answer()  # not ours to answer; Slack need not send it again

    async def _outcome(self, request: Request) -> Outcome:
        """What the person sees at once; Slack sends neither taps nor commands again, so errors are words."""
        try:
            return await self._handle(request.command)
        except MilepostError as error:
            return Outcome(reply=Message(text=in_words(error)))
        except Exception as error:  # noqa: BLE001 - nothing was changed, and the person is told so
            return Outcome(reply=self._not_saved(error))

    async def _on_command(self, request: Request) -> Answer:
        outcome = await self._outcome(request)
        if outcome.form is not None:
            return Answer(later=self._after_ack.shown(request, outcome))
        if outcome.reply is None:
            return Answer()
        return Answer(body={"response_type": "ephemeral"} | to_content(outcome.reply))

    async def _on_form(self, request: Request) -> Answer:
        """Close the form, show the next one in its place, or keep it open with errors at their fields."""
        first = request.fields[0] if request.fields else ""
        try:
            outcome = await self._handle(request.command)
        except MilepostError as error:
            outcome = _wrong(first, in_words(error))
        except Exception as error:  # noqa: BLE001 - the form stays open with the words, so nothing is lost
            outcome = _wrong(first, self._not_saved(error).text)
        if outcome.errors and first:
            # Slack closes a form without a word if an error names a field that it does not have.
            named = {name if name in request.fields else first: said for name, said in outcome.errors.items()}
            errors = {f"{FIELD_PREFIX}{name}": said for name, said in named.items()}
            return Answer(
                body={"response_action": "errors", "errors": errors},
                later=self._after_ack.also(request, outcome),
            )
        if outcome.form is None and outcome.reply is None:
            return Answer()
        try:
            return self._next_view(request, outcome)
        except MilepostError as error:
            _log.warning("A form was not opened: %s", error)
            return Answer(body=_update(to_notice(self._words("form_not_opened"))))

    def _next_view(self, request: Request, outcome: Outcome) -> Answer:
        """The next form, or the words, in the place of the form that was filled in: nobody can miss them."""
        if outcome.form is None:
            assert outcome.reply is not None
            return Answer(body=_update(to_notice(outcome.reply)))
        return Answer(body=_update(to_view(outcome.form)), later=self._after_ack.also(request, outcome))

    async def _on_event(self, request: Request) -> Answer:
        """What was typed is answered through the ledger; 500 makes Slack send the event again."""
        try:
            outcome = await self._handle(request.command)
        except MilepostError as error:
            # Words for somebody who is on no roster cannot go through the ledger.
            outcome = Outcome(reply=Message(text=in_words(error)))
        except Exception as error:  # noqa: BLE001 - nothing was changed, and Slack sends it again
            _log_failure(error)
            return AGAIN
        return Answer(later=self._after_ack.shown(request, outcome))

    async def _on_removal(self, removal: Removal) -> Answer:
        _log.error(
            "Slack has removed the app or its token (%s) from %s.", removal.because, removal.installation
        )
        try:
            await self._workspaces.lost(removal.installation, removal.because)
        except Exception as error:  # noqa: BLE001 - Slack sends it again
            _log_failure(error)
            return AGAIN
        return Answer()

    def _not_saved(self, error: Exception) -> Message:
        _log_failure(error)
        return self._words("not_saved")

    def _words(self, event: str) -> Message:
        return Message(text=self._renderer.text(event, {}))


def _update(view: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"response_action": "update", "view": view}


def _wrong(field: str, words: str) -> Outcome:
    """At the form's field; beside it, where it has none."""
    return Outcome(errors={field: words}) if field else Outcome(reply=Message(text=words))


async def _read(http: HttpRequest) -> bytes:
    """The body, given up as soon as it is too large."""
    body = bytearray()
    async for chunk in http.stream():
        body += chunk
        if len(body) > SIZE_MAX:
            raise RequestRefused(status=413, reason="too large")
    return bytes(body)


def _log_failure(error: Exception) -> None:
    """Where it happened, without the error's text: that may quote what somebody wrote."""
    where = "".join(traceback.format_tb(error.__traceback__))
    _log.error("A command failed with %s:\n%s", type(error).__name__, where)
