"""Slack's signed requests as commands; acknowledged after the use case has committed."""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient
from starlette.background import BackgroundTask
from starlette.requests import Request as HttpRequest
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.slack.layout import FIELD_PREFIX, to_content, to_view
from bot.slack.outbound import SlackPlatform
from bot.slack.payloads import Malformed, Request, read
from bot.slack.signature import SIZE_MAX, Gate, Refused, parse
from nudges.errors import MilepostError
from nudges.ports import Clock, Renderer
from nudges.rules.message import Message
from nudges.rules.record import Command, Outcome

PATH = "/slack/events"
Handle = Callable[[Command], Awaitable[Outcome]]
Later = Callable[[], Awaitable[None]]

_log = logging.getLogger("milepost.slack")
_bolt_log = logging.getLogger("milepost.slack.bolt")
_bolt_log.setLevel(logging.ERROR)  # below that Bolt writes parts of bodies

_ODD = (TypeError, AttributeError, KeyError, IndexError, ValueError)
_ANYTHING = re.compile("")  # what is ours was decided by `read`


def slack_routes(
    *, signing_secret: str, platform: SlackPlatform, handle: Handle, renderer: Renderer, clock: Clock
) -> list[Route]:
    """The one address for events, taps, forms and commands.

    Answers 401 to what Slack did not sign within five minutes, 413 to what is too large, 400 to what
    is no payload, 200 to the rest, and 500 only to an event that could not be handled: Slack sends
    that again. `handle` commits before it returns; the same act always has the same key.
    """
    inbound = SlackInbound(
        gate=Gate(signing_secret=signing_secret, clock=clock),
        platform=platform,
        handle=handle,
        renderer=renderer,
    )
    return [Route(PATH, inbound.receive, methods=["POST"])]


class SlackInbound:
    """From a checked payload to a command, and from its outcome to an acknowledgement."""

    def __init__(self, *, gate: Gate, platform: SlackPlatform, handle: Handle, renderer: Renderer) -> None:
        self._gate = gate
        self._platform = platform
        self._handle = handle
        self._renderer = renderer
        self._app = _bolt_app()
        self._app.action({"type": "block_actions", "action_id": _ANYTHING})(self._on_tap)
        self._app.view(_ANYTHING)(self._on_form)
        self._app.command(_ANYTHING)(self._on_command)
        self._app.event("message")(self._on_message)

    async def receive(self, http: HttpRequest) -> Response:
        """Answer one request of Slack; its body is never logged."""
        try:
            body = await _read(http)
            self._gate.check(body, http.headers)
            payload = parse(body, http.headers.get("content-type", ""))
            request = read(payload)
        except Refused as refused:
            return PlainTextResponse(refused.reason, status_code=refused.status)
        except Malformed:
            return PlainTextResponse("not a payload of Slack", status_code=400)
        if request is None and payload.get("type") != "url_verification":
            _note_removal(payload)
            return Response()  # not ours to answer; Slack need not send it again
        return await self._dispatch(payload, request)

    async def _dispatch(self, payload: dict[str, Any], request: Request | None) -> Response:
        """Through Bolt to the listeners below.

        The signature is checked and the body parsed: Bolt's name for such a request is "socket mode". So
        there is one parser and one check, and a bad signature never reaches Bolt, which would log the body.
        """
        later: list[Later] = []
        given = {"milepost_request": request, "milepost_later": later}
        try:
            bolt_request = AsyncBoltRequest(body=payload, mode="socket_mode", context=given)
            answer = await self._app.async_dispatch(bolt_request)
        except _ODD:
            return PlainTextResponse("not a payload of Slack", status_code=400)
        if answer.status >= 500 and "milepost_failed" not in bolt_request.context:
            # Bolt stumbled over a part that we do not read; sending it again would not help.
            return PlainTextResponse("not a payload of Slack", status_code=400)
        response = to_starlette_response(answer)
        if later:
            response.background = BackgroundTask(_run, later)
        return response

    async def _on_tap(self, ack: AsyncAck, context: AsyncBoltContext) -> None:
        request: Request = context["milepost_request"]
        self._whisper_later(context, request, await self._answer(request))
        await ack()

    async def _on_command(self, ack: AsyncAck, context: AsyncBoltContext) -> None:
        reply = (await self._answer(context["milepost_request"])).reply
        if reply is None:
            await ack()
        else:
            await ack({"response_type": "ephemeral"} | to_content(reply))

    async def _answer(self, request: Request) -> Outcome:
        """What the person sees at once; Slack sends neither taps nor commands again, so errors are words."""
        try:
            outcome = await self._handle(request.command)
        except MilepostError as error:
            return Outcome(reply=Message(text=str(error)))
        except Exception as error:  # noqa: BLE001 - nothing was changed, and the person is told so
            return Outcome(reply=self._not_saved(error))
        if outcome.form is None:
            return outcome
        try:
            # Before the acknowledgement: a trigger lives for three seconds.
            await self._platform.open_form(request.command.actor, outcome.form, trigger=request.trigger)
        except MilepostError as error:
            _log.warning("A form was not opened: %s", error)
            return Outcome(reply=self._words("form_not_opened"))
        return outcome

    async def _on_form(self, ack: AsyncAck, context: AsyncBoltContext) -> None:
        """Close the form, show the next one in its place, or keep it open with errors at their fields."""
        request: Request = context["milepost_request"]
        first = request.fields[0] if request.fields else ""
        try:
            outcome = await self._handle(request.command)
        except MilepostError as error:
            outcome = Outcome(errors={first: str(error)})
        except Exception as error:  # noqa: BLE001 - the form stays open with the words, so nothing is lost
            outcome = Outcome(errors={first: self._not_saved(error).text})
        self._whisper_later(context, request, outcome)
        if outcome.errors and first:
            # Slack closes a form without a word if an error names a field that it does not have.
            named = {name if name in request.fields else first: said for name, said in outcome.errors.items()}
            errors = {f"{FIELD_PREFIX}{name}": said for name, said in named.items()}
            await ack(response_action="errors", errors=errors)
        elif outcome.form is not None:
            await ack(response_action="update", view=to_view(outcome.form))
        else:
            await ack()

    async def _on_message(self, ack: AsyncAck, context: AsyncBoltContext) -> BoltResponse | None:
        """What was typed is answered through the ledger; 500 makes Slack send the event again."""
        request: Request = context["milepost_request"]
        try:
            # Words for somebody who is on no roster cannot go through the ledger.
            self._whisper_later(context, request, await self._handle(request.command))
        except MilepostError as error:
            self._whisper_later(context, request, Outcome(reply=Message(text=str(error))))
        except Exception as error:  # noqa: BLE001 - nothing was changed, and Slack sends it again
            _log_failure(error)
            context["milepost_failed"] = True
            return BoltResponse(status=500, body="")
        await ack()
        return None

    def _whisper_later(self, context: AsyncBoltContext, request: Request, outcome: Outcome) -> None:
        """After the acknowledgement, which must not wait for another call."""
        reply = outcome.reply
        if reply is None:
            return

        async def whisper() -> None:
            try:
                await self._platform.whisper(
                    reply,
                    to=request.command.actor,
                    channel=request.channel,
                    reply_url=request.reply_url,
                    edits_card=outcome.edits_card,
                )
            except MilepostError as error:
                _log.warning("A private answer was not shown: %s", error)

        context["milepost_later"].append(whisper)

    def _not_saved(self, error: Exception) -> Message:
        _log_failure(error)
        return self._words("not_saved")

    def _words(self, event: str) -> Message:
        return Message(text=self._renderer.text(event, {}))


def _bolt_app() -> AsyncApp:
    """Bolt without a token: one workspace needs no call to ask who is asking."""
    app = AsyncApp(
        name=_bolt_log.name,  # Bolt sets the level of the logger of this name at every request
        logger=_bolt_log,
        client=AsyncWebClient(token=None, retry_handlers=[]),
        authorize=_authorize,
        process_before_response=True,
        request_verification_enabled=False,  # `Gate` has done it, on the raw bytes
        ignoring_self_events_enabled=False,  # `read` has done it
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    return app


async def _authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
    """Everybody may knock: the roster, not the workspace, decides who is let in."""
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id)


async def _read(http: HttpRequest) -> bytes:
    """The body, given up as soon as it is too large."""
    body = bytearray()
    async for chunk in http.stream():
        body += chunk
        if len(body) > SIZE_MAX:
            raise Refused(status=413, reason="too large")
    return bytes(body)


async def _run(later: list[Later]) -> None:
    for call in later:
        await call()


def _note_removal(payload: Mapping[str, Any]) -> None:
    event = payload.get("event")
    kind = event.get("type") if isinstance(event, Mapping) else None
    if kind in ("tokens_revoked", "app_uninstalled"):
        _log.error("Slack has removed the app or its token (%s): nothing can be sent now.", kind)


def _log_failure(error: Exception) -> None:
    """Where it happened, without the error's text: that may quote what somebody wrote."""
    where = "".join(traceback.format_tb(error.__traceback__))
    _log.error("A command failed with %s:\n%s", type(error).__name__, where)
