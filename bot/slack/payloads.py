"""Slack's payloads as commands: pure functions from a parsed body to what somebody asked for."""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.slack.identity import Malformed, an_id, home_of, installation_of, person, writer_home
from bot.slack.layout import ACTION_PREFIX
from bot.slack.views import FIELD_PREFIX, FORM
from nudges.model.commands import Command
from nudges.model.people import Address

LOG_STEP, MAKE_HEARD = "log_step", "make_heard"
QUOTED_MAX = 3000
# What people write themselves has no subtype, or one of these; edits, joins and the like are not words to us.
OWN_WORDS = frozenset({"file_share", "me_message", "thread_broadcast"})

_LINK = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
# What no person types and no database or reader wants: control characters and turned-round writing.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_CHOSEN = {
    "radio_buttons": "selected_option",
    "static_select": "selected_option",
    "checkboxes": "selected_options",
    "multi_static_select": "selected_options",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "plain_text_input": "value",
}


class Kind(StrEnum):
    """What a person did, which says in what shape Slack wants the answer."""

    TAP = "tap"
    FORM = "form"
    COMMAND = "command"
    SHORTCUT = "shortcut"
    MESSAGE = "message"
    HOME_OPENED = "home_opened"


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """A command, and where its answer can be shown.

    `installation` is the workspace (or enterprise) whose app received it, not always the actor's own.
    `channel` is the conversation of a tap, a command or a message; `reply_url` takes private answers
    for 30 minutes; `trigger` opens one form within three seconds; `over` is the small window that holds the
    button; `fields` are the form's questions.
    """

    kind: Kind
    command: Command
    installation: str
    channel: str = ""
    reply_url: str = ""
    trigger: str = ""
    over: str = ""
    fields: tuple[str, ...] = ()

    @property
    def is_event(self) -> bool:
        """Whether Slack sends it again until it is answered with 200."""
        return self.kind in (Kind.MESSAGE, Kind.HOME_OPENED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Removal:
    """The app was taken out of a workspace (or enterprise), or its token was; `because` is Slack's word."""

    installation: str
    because: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ImmediateResponse:
    """What Slack wants to hear at once, whoever asks."""

    body: Mapping[str, Any]


def read(body: Mapping[str, Any]) -> Request | Removal | ImmediateResponse | None:
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
            case "shortcut" | "message_action":
                return _shortcut(body)
            case "event_callback":
                return _event(body)
            case "url_verification":
                return ImmediateResponse(body={"challenge": _text(body["challenge"])})
            case "block_suggestion":
                return ImmediateResponse(body={"options": []})  # every list that we show is whole
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
    here = installation_of(body)
    actor = person(body["user"], home=home_of(body), here=here)
    container, view = body.get("container") or {}, body.get("view") or {}
    channel = (body.get("channel") or {}).get("id") or container.get("channel_id") or ""
    place = channel or view.get("id") or container.get("view_id") or ""
    shown_at = (body.get("message") or {}).get("ts") or container.get("message_ts") or ""
    return Request(
        kind=Kind.TAP,
        command=Command(
            key=_key("tap", actor, place, shown_at, action["action_id"], action["action_ts"]),
            actor=actor,
            verb=_word(verb),
            subject=_word(subject),
            args={"value": _word(value)} if value else {},
            via="home" if view.get("type") == "home" else "tap",
            seen_in=_elsewhere(here, actor),
        ),
        installation=here,
        channel=_text(channel),
        reply_url=_text(body.get("response_url") or ""),
        trigger=_text(body["trigger_id"]),
        over=_text(view["id"]) if view.get("type") == "modal" else "",
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
    here = installation_of(body)
    actor = person(body["user"], home=home_of(body), here=here)
    # A form that was sent back with errors comes again under the same id and hash with other answers.
    answers = hashlib.sha256(json.dumps(args, sort_keys=True).encode()).hexdigest()
    return Request(
        kind=Kind.FORM,
        command=Command(
            key=_key("form", actor, view["id"], view.get("hash") or "", answers),
            actor=actor,
            verb=_word(about["verb"]),
            subject=_word(about["subject"]),
            args=args,
            via="form",
            seen_in=_elsewhere(here, actor),
        ),
        installation=here,
        fields=tuple(fields),
    )


def _answer(element: Mapping[str, Any]) -> str:
    """One field's answer; of several choices the values with a comma between."""
    given = element.get(_CHOSEN.get(element["type"], "value"))
    if isinstance(given, list):
        return ",".join(_text(each["value"]) for each in given)
    return str(given["value"] if isinstance(given, Mapping) else given or "")


def _slash(body: Mapping[str, Any]) -> Request:
    here = installation_of(body)
    actor = person({"id": body["user_id"]}, home=body.get("team_id"), here=here)
    return Request(
        kind=Kind.COMMAND,
        command=Command(
            key=_key("command", actor, body["trigger_id"]),
            actor=actor,
            verb="say",
            args={"text": spoken(body.get("text", ""))},
            via="command",
            seen_in=_elsewhere(here, actor),
        ),
        installation=here,
        channel=_text(body.get("channel_id", "")),
        reply_url=_text(body.get("response_url", "")),
        trigger=_text(body["trigger_id"]),
    )


def _shortcut(body: Mapping[str, Any]) -> Request | None:
    """Something chosen from Slack's own menus: for anywhere, or beside a message."""
    wanted = body["callback_id"]
    if (body["type"], wanted) not in (("shortcut", LOG_STEP), ("message_action", MAKE_HEARD)):
        return None
    here = installation_of(body)
    actor = person(body["user"], home=home_of(body), here=here)
    key = _key("shortcut", actor, wanted, body["action_ts"], body["trigger_id"])
    verb, args = LOG_STEP, {}
    if wanted == MAKE_HEARD:
        words = spoken(_text(body["message"].get("text") or ""))
        verb, args = "hear", {"quoted": words if len(words) <= QUOTED_MAX else words[: QUOTED_MAX - 1] + "…"}
    return Request(
        kind=Kind.SHORTCUT,
        command=Command(
            key=key, actor=actor, verb=verb, args=args, via="command", seen_in=_elsewhere(here, actor)
        ),
        installation=here,
        channel=_text((body.get("channel") or {}).get("id") or ""),
        reply_url=_text(body.get("response_url") or ""),
        trigger=_text(body["trigger_id"]),
    )


def _event(body: Mapping[str, Any]) -> Request | Removal | None:
    event = body["event"]
    match event["type"]:
        case "message":
            return _message(body, event)
        case "app_home_opened" if event.get("tab") == "home":
            return _caused(body, event, kind=Kind.HOME_OPENED, verb="home_opened", args={}, via="home")
        case "tokens_revoked" if not (event.get("tokens") or {}).get("bot"):
            return None  # somebody's own token: we have none
        case "tokens_revoked" | "app_uninstalled":
            return Removal(installation=installation_of(body), because=event["type"])
        case _:
            return None


def _is_direct(event: Mapping[str, Any]) -> bool:
    """Whether it stands in somebody's own conversation with the bot, whose id starts with D."""
    return str(event.get("channel_type") or str(event.get("channel"))[:1]) in ("im", "D")


def _message(body: Mapping[str, Any], event: Mapping[str, Any]) -> Request | None:
    if not _is_direct(event) or not event.get("user") or event.get("bot_id"):
        return None
    if event.get("hidden") or event.get("subtype", "") not in ("", *OWN_WORDS):
        return None
    args = {"text": spoken(event.get("text") or "")}
    return _caused(body, event, kind=Kind.MESSAGE, verb="say", args=args, via="message")


def _caused(
    body: Mapping[str, Any],
    event: Mapping[str, Any],
    *,
    kind: Kind,
    verb: str,
    args: Mapping[str, str],
    via: str,
) -> Request:
    here = installation_of(body)
    actor = person({"id": event["user"]}, home=writer_home(body), here=here)
    return Request(
        kind=kind,
        command=Command(
            key=_key("event", actor, body["event_id"]),
            actor=actor,
            verb=verb,
            args=args,
            via=via,
            seen_in=_elsewhere(here, actor),
        ),
        installation=here,
        channel=an_id(event["channel"]) if kind is Kind.MESSAGE else "",
    )


def _elsewhere(here: str, actor: Address) -> str:
    """The workspace that vouches for somebody who is not at home there."""
    return "" if here == actor.workspace else here


def _word(value: object) -> str:
    return clean(_text(value))


def _key(kind: str, actor: Address, *parts: str) -> str:
    """The same for every delivery of the same act, and saying nothing of its content."""
    act = json.dumps([kind, actor.workspace, actor.to, *map(_text, parts)])
    return f"slack:{kind}:{hashlib.sha256(act.encode()).hexdigest()[:40]}"


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Malformed("a text is expected")
    return value
