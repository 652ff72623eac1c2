"""Asks Slack itself: whether a workspace answers, and whether it takes our messages and manifest."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.rendering.message_renderer import TemplateRenderer
from bot.slack.api.failures import FAILURES, THROTTLED, SlackError, delivery_error, error_code
from bot.slack.install.manifest import scopes
from bot.slack.layout import BLOCKS_MAX, to_content
from bot.slack.outbound import SlackPlatform
from bot.slack.views import to_home, to_view
from nudges.model.delivery import draft
from nudges.model.people import Address

PAGES = frozenset({"home", "home_lead"})
SUBJECT = "n" * 64
ANYBODY = Address(platform="slack", workspace="T", to="U")
# https://docs.slack.dev/reference/methods/blocks.validate says only that "special rate limits apply".
WAITS_MAX, WAIT_LONGEST = 3, timedelta(seconds=30)
_POINTER = re.compile(r"/(\d+)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """What Slack would be sent for one message or form: blocks of a message, or a whole view."""

    name: str
    blocks: Sequence[Mapping[str, Any]] = ()
    view: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """A workspace that answered: its id, and scopes that its token lacks."""

    workspace: str
    missing: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What Slack would refuse, a line for each; `checked` of the shapes were looked at, and why not more."""

    checked: int
    refused: tuple[str, ...] = ()
    because: str = ""


async def standing(platform: SlackPlatform) -> Standing:
    """Ask a workspace who we are there, and what we may do.

    Raises:
        DeliveryError: Slack could not be asked, or refuses the token.
    """
    answer = await platform.ask("auth.test")
    headers = {str(name).lower(): str(value) for name, value in dict(answer.headers or {}).items()}
    granted = {scope.strip() for scope in headers.get("x-oauth-scopes", "").split(",") if scope.strip()}
    wanted = [scope.name for scope in scopes()]
    missing = tuple(scope for scope in wanted if scope not in granted) if granted else ()
    return Standing(workspace=str(answer["team_id"]), missing=missing)


@cache
def shapes(messages: Path, *, at: datetime = datetime(2027, 1, 12, tzinfo=UTC)) -> tuple[Shape, ...]:
    """Every message in each of its wordings, every page and every form, filled with its longest sample."""
    renderer = TemplateRenderer(messages)
    every_shape: list[Shape] = []
    for path in sorted(messages.glob("*/sample.yaml")):
        facts = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        every_shape += _wordings(renderer, path.parent.name, facts, at)
    for path in sorted((messages / "forms").glob("*.yaml")):
        facts = yaml.safe_load(path.read_text(encoding="utf-8")).get("sample", {})
        form = renderer.form(path.stem, facts, subject=SUBJECT)
        every_shape.append(Shape(name=f"forms/{path.stem}", view=to_view(form)))
    return tuple(every_shape)


def _wordings(
    renderer: TemplateRenderer, event: str, facts: Mapping[str, Any], at: datetime
) -> Iterator[Shape]:
    for variant in range(renderer.variants(event)):
        message = renderer.message(
            draft(event, facts, address=ANYBODY, at=at, subject=SUBJECT, variant=variant)
        )
        name = f"{event}/{variant + 1}"
        if event in PAGES:
            yield Shape(name=name, view=to_home(message))
        elif blocks := to_content(message)["blocks"]:
            yield Shape(name=name, blocks=blocks)


async def would_take(platform: SlackPlatform, wanted: Sequence[Shape]) -> Verdict:
    """Ask `blocks.validate` about all of these; blocks of several messages go in one call.

    Where Slack asks to wait, it is waited for a few times; then the rest is left unasked.

    Raises:
        DeliveryError: Slack could not be asked at all.
    """
    checked, refused = 0, []
    for given, owners in _calls(wanted):
        try:
            refused += await _refused(platform, given, owners)
        except SlackError as error:
            if not checked:
                raise
            return Verdict(checked=checked, refused=tuple(refused), because=error.reason)
        checked += len(set(owners))
    return Verdict(checked=checked, refused=tuple(refused))


def _calls(wanted: Sequence[Shape]) -> Iterator[tuple[dict[str, str], list[str]]]:
    """The arguments of each call, with the name that each of its blocks belongs to."""
    blocks: list[Mapping[str, Any]] = []
    owners: list[str] = []
    for shape in wanted:
        if shape.view is not None:
            yield {"view": json.dumps(shape.view)}, [shape.name]
            continue
        if len(blocks) + len(shape.blocks) > BLOCKS_MAX:
            yield {"blocks": json.dumps(blocks)}, owners
            blocks, owners = [], []
        blocks = [*blocks, *shape.blocks]
        owners = [*owners, *[shape.name] * len(shape.blocks)]
    if blocks:
        yield {"blocks": json.dumps(blocks)}, owners


async def _refused(platform: SlackPlatform, given: Mapping[str, str], owners: Sequence[str]) -> list[str]:
    for turn in range(WAITS_MAX + 1):
        try:
            await platform.ask("blocks.validate", given)
        except SlackError as error:
            refusals = _errors(error)
            if refusals:
                return [_line(refusal, owners, is_view="view" in given) for refusal in refusals]
            wait = error.retry_after
            if error.code not in THROTTLED or wait is None or wait > WAIT_LONGEST or turn == WAITS_MAX:
                raise
            await asyncio.sleep(wait.total_seconds())
        else:
            return []
    raise AssertionError("the last turn raises")


def _errors(error: SlackError) -> list[Mapping[str, Any]]:
    """What Slack says of each part that it refuses."""
    cause = error.__cause__
    data = getattr(cause.response, "data", None) if isinstance(cause, SlackApiError) else None
    errors = data.get("errors") if isinstance(data, dict) else None
    return [one for one in errors if isinstance(one, dict)] if isinstance(errors, list) else []


def _line(refusal: Mapping[str, Any], owners: Sequence[str], *, is_view: bool) -> str:
    pointer = str(refusal.get("pointer", ""))
    block = _POINTER.match(pointer)
    owner = owners[int(block[1])] if block and not is_view and int(block[1]) < len(owners) else owners[0]
    name = owner if is_view or block else ", ".join(dict.fromkeys(owners))
    return f"{name}: {refusal.get('message') or refusal.get('code')} ({pointer or 'no place named'})"


async def manifest_refused(client: AsyncWebClient, made: Mapping[str, Any]) -> list[str]:
    """What `apps.manifest.validate` says against a manifest; the client holds an app configuration token.

    https://docs.slack.dev/reference/methods/apps.manifest.validate

    Raises:
        DeliveryError: Slack could not be asked, or refuses the token.
    """
    try:
        await client.api_call("apps.manifest.validate", json={"manifest": json.dumps(made)})
    except FAILURES as error:
        failed = delivery_error(error, is_repeatable=True)
        failed.__cause__ = error
        if error_code(error) != "invalid_manifest":
            raise failed from error
        refusals = _errors(failed)
        return [f"{refusal.get('pointer', '')}: {refusal.get('message', '')}" for refusal in refusals] or [
            failed.reason
        ]
    return []
