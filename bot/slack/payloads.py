"""Slack's payloads as commands: pure functions from a parsed body to what somebody asked for."""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.slack.layout import ACTION_PREFIX, FIELD_PREFIX, FORM
from nudges.rules.people import Address
from nudges.rules.record import Command

_ID = re.compile(r"[A-Z0-9]{2,64}")
_LINK = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
# What no person types and no database or reader wants: control characters and turned-round writing.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_CHOSEN = {
    "radio_buttons": "selected_option",
    "static_select": "selected_option",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "plain_text_input": "value",
}


class Malformed(ValueError):
    """A payload without the parts that Slack always sends."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """A command, and where its answer can be shown.

    `channel` is the conversation of a tap, a command or a message; `reply_url` takes private answers
    for 30 minutes; `trigger` opens one form within three seconds; `fields` are the form's questions.
    """

    command: Command
    channel: str = ""
    reply_url: str = ""
    trigger: str = ""
    fields: tuple[str, ...] = ()


def read(body: Mapping[str, Any]) -> Request | None:
    """What was asked, or None for what is not ours to answer (our own messages, edits, other types).

    Raises:
        Malformed: a type that we know, without its parts.
    """
    try:
        match body.get("type"):
            case "block_actions":
                return _tap(body)
            case "view_submission":
                return _form(body)
            case "event_callback":
                return _event(body)
            case None if "command" in body:
                return _slash(body)
            case _:
                return None
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
        raise Malformed(f"a payload of Slack lacks a part ({type(error).__name__})") from error


def clean(text: str) -> str:
    """Words without what cannot be stored or seen: NUL, control characters, lone surrogates."""
    return _SURROGATE.sub("\ufffd", _UNSEEN.sub("", text))


def spoken(text: str) -> str:
    """Slack's markup as the person typed it: links and mentions become their words."""
    return html.unescape(_LINK.sub(lambda found: found[2] or found[1], clean(text))).strip()


def _tap(body: Mapping[str, Any]) -> Request | None:
    action = body["actions"][0]
    if not (action["action_id"].startswith(ACTION_PREFIX) and action["type"] == "button"):
        return None
    verb, subject, value = json.loads(action["value"])
    actor = _person(body["user"], body)
    container = body.get("container") or {}
    channel = (body.get("channel") or {}).get("id") or container.get("channel_id") or ""
    shown_at = (body.get("message") or {}).get("ts") or container.get("message_ts") or ""
    return Request(
        command=Command(
            key=_key("tap", actor, channel, shown_at, action["action_id"], action["action_ts"]),
            actor=actor,
            verb=_word(verb),
            subject=_word(subject),
            args={"value": _word(value)} if value else {},
            via="tap",
        ),
        channel=_text(channel),
        reply_url=_text(body.get("response_url") or ""),
        trigger=_text(body["trigger_id"]),
    )


def _form(body: Mapping[str, Any]) -> Request | None:
    view = body["view"]
    if view["callback_id"] != FORM:
        return None
    about = json.loads(view["private_metadata"])
    args, fields = {}, []
    for block_id, elements in view["state"]["values"].items():
        for name, element in elements.items():
            args[name] = clean(_answer(element))
            fields.append(block_id.removeprefix(FIELD_PREFIX))
    actor = _person(body["user"], body)
    # A form that was sent back with errors comes again under the same id and hash with other answers.
    said = hashlib.sha256(json.dumps(args, sort_keys=True).encode()).hexdigest()
    return Request(
        command=Command(
            key=_key("form", actor, view["id"], view.get("hash") or "", said),
            actor=actor,
            verb=_word(about["verb"]),
            subject=_word(about["subject"]),
            args=args,
            via="form",
        ),
        fields=tuple(fields),
    )


def _answer(element: Mapping[str, Any]) -> str:
    given = element.get(_CHOSEN.get(element["type"], "value"))
    return str(given["value"] if isinstance(given, Mapping) else given or "")


def _slash(body: Mapping[str, Any]) -> Request:
    actor = Address(platform="slack", workspace=_id(body["team_id"]), to=_id(body["user_id"]))
    return Request(
        command=Command(
            key=_key("command", actor, body["trigger_id"]),
            actor=actor,
            verb="say",
            args={"text": spoken(body.get("text", ""))},
            via="command",
        ),
        channel=_text(body.get("channel_id", "")),
        reply_url=_text(body.get("response_url", "")),
        trigger=_text(body["trigger_id"]),
    )


def _event(body: Mapping[str, Any]) -> Request | None:
    event = body["event"]
    if event["type"] != "message" or event.get("channel_type") != "im" or not event.get("user"):
        return None
    if event.get("subtype") or event.get("bot_id") or event.get("hidden"):
        return None
    home = event.get("user_team") or event.get("team")
    actor = Address(platform="slack", workspace=_home(home, body["team_id"]), to=_id(event["user"]))
    return Request(
        command=Command(
            key=_key("event", actor, body["event_id"]),
            actor=actor,
            verb="say",
            args={"text": spoken(event.get("text") or "")},
            via="message",
        ),
        channel=_id(event["channel"]),
    )


def _person(person: Mapping[str, Any], body: Mapping[str, Any]) -> Address:
    team = body.get("team") or {}
    return Address(
        platform="slack", workspace=_home(person.get("team_id"), team.get("id")), to=_id(person["id"])
    )


def _home(own: object, here: object) -> str:
    """The workspace that a person belongs to: visitors from connected workspaces carry their own."""
    return _id(own if isinstance(own, str) and own.startswith("T") else here)


def _id(value: object) -> str:
    if not (isinstance(value, str) and _ID.fullmatch(value)):
        raise Malformed("an id of Slack is expected")
    return value


def _word(value: object) -> str:
    return clean(_text(value))


def _key(kind: str, actor: Address, *parts: str) -> str:
    """The same for every delivery of the same act, and saying nothing of its content."""
    told = json.dumps([kind, actor.workspace, actor.to, *map(_text, parts)])
    return f"slack:{kind}:{hashlib.sha256(told.encode()).hexdigest()[:40]}"


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Malformed("a text is expected")
    return value
