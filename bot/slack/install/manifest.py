"""The Slack app as its manifest: filled with our address, and checked against Slack's documented limits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

FOLDER = Path(__file__).parents[3] / "config" / "slack"
PLACEHOLDER = "https://milepost.example"
EVENTS_PATH, REDIRECT_PATH = "/slack/events", "/slack/oauth_redirect"

REFERENCE = "https://docs.slack.dev/reference/app-manifest"
EVENTS_REFERENCE = "https://docs.slack.dev/apis/events-api/using-http-request-urls"
OAUTH_REFERENCE = "https://docs.slack.dev/authentication/installing-with-oauth"
SCOPES_REFERENCE = "https://docs.slack.dev/reference/scopes"

# Where -> the longest text, in characters. `*` stands for each of a list. All from REFERENCE.
TEXTS_MAX = {
    "display_information.name": 35,
    "display_information.description": 140,
    "display_information.long_description": 4_000,
    "features.bot_user.display_name": 80,
    "features.shortcuts.*.callback_id": 255,
    "features.shortcuts.*.description": 150,
    "features.slash_commands.*.command": 32,
    "features.slash_commands.*.description": 2_000,
    "features.slash_commands.*.usage_hint": 1_000,
}
# Where -> how many there may be. All from REFERENCE.
LISTS_MAX = {
    "features.shortcuts": 10,
    "features.slash_commands": 50,
    "features.unfurl_domains": 5,
    "oauth_config.redirect_urls": 1_000,
    "oauth_config.scopes.bot": 255,
    "oauth_config.scopes.user": 255,
    "settings.allowed_ip_address_ranges": 50,
    "settings.event_subscriptions.bot_events": 100,
    "settings.event_subscriptions.user_events": 100,
}
LONG_DESCRIPTION_MIN = 174
SHAPES = {
    "display_information.background_color": (
        re.compile(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})"),
        "#003 or #003087",
    ),
    "features.bot_user.display_name": (re.compile(r"[a-z0-9._-]+"), "small letters, digits, - _ ."),
    "features.slash_commands.*.command": (re.compile(r"/\S+"), "a / and then no space"),
    "features.shortcuts.*.type": (re.compile(r"global|message"), "global or message"),
}
REQUIRED = (
    "display_information.name",
    "features.bot_user.display_name",
    "features.shortcuts.*.name",
    "features.shortcuts.*.callback_id",
    "features.shortcuts.*.description",
    "features.slash_commands.*.command",
    "features.slash_commands.*.description",
    "settings.interactivity.is_enabled",
)
# Where Slack sends requests; with Socket Mode it sends none, and these are left out.
REQUEST_URLS = (
    "features.slash_commands.*.url",
    "settings.event_subscriptions.request_url",
    "settings.interactivity.request_url",
)
REDIRECT_URLS = "oauth_config.redirect_urls.*"


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """Why a scope is asked for: methods and events that need it, and features of the app."""

    name: str
    why: str
    methods: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    features: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Breach:
    """What Slack would refuse, where in the manifest, and the page that says so."""

    where: str
    what: str
    reference: str = REFERENCE


def scopes() -> tuple[Scope, ...]:
    """Every scope with its reason, in the order of config/slack/scopes.yaml."""
    written = yaml.safe_load((FOLDER / "scopes.yaml").read_text(encoding="utf-8"))
    return tuple(
        Scope(
            name=name,
            why=scope["why"],
            methods=tuple(scope.get("methods", ())),
            events=tuple(scope.get("events", ())),
            features=tuple(scope.get("features", ())),
        )
        for name, scope in written.items()
    )


def manifest(
    base_url: str, *, socket_mode: bool = False, org: bool = False, rotation: bool = False
) -> dict[str, Any]:
    """The app's manifest for this address.

    With `socket_mode` Slack sends requests through a connection that we open, so it needs no address of ours;
    the address for installing by link stays where it is one that a browser can reach. `org` lets the app be
    installed in a whole enterprise, `rotation` makes tokens end after twelve hours.
    """
    text = (FOLDER / "manifest.yaml").read_text(encoding="utf-8")
    made: dict[str, Any] = yaml.safe_load(text.replace(PLACEHOLDER, base_url.rstrip("/")))
    made["settings"] |= {
        "socket_mode_enabled": socket_mode,
        "org_deploy_enabled": org,
        "token_rotation_enabled": rotation,
    }
    if socket_mode:
        for command in made["features"]["slash_commands"]:
            del command["url"]
        del made["settings"]["event_subscriptions"]["request_url"]
        del made["settings"]["interactivity"]["request_url"]
        if not is_reachable(base_url):
            del made["oauth_config"]["redirect_urls"]
    return made


def as_yaml(made: Mapping[str, Any]) -> str:
    """The manifest as Slack's page takes it, in our order."""
    return yaml.safe_dump(dict(made), sort_keys=False, allow_unicode=True, width=110)


def breaches(made: Mapping[str, Any]) -> list[Breach]:
    """Everything in a manifest that is outside Slack's documented limits; empty for a good one."""
    return [*_missing(made), *_texts(made), *_lists(made), *_shapes(made), *_urls(made), *_together(made)]


def _missing(made: Mapping[str, Any]) -> Iterator[Breach]:
    for place in REQUIRED:
        for where, value in _at(made, place):
            if value is None or value == "":
                yield Breach(where=where, what="is missing")


def _texts(made: Mapping[str, Any]) -> Iterator[Breach]:
    for place, most in TEXTS_MAX.items():
        for where, value in _at(made, place):
            if value is not None and len(value) > most:
                yield Breach(where=where, what=f"has {len(value)} characters, and Slack takes {most}")
    long = made.get("display_information", {}).get("long_description")
    if long is not None and len(long) < LONG_DESCRIPTION_MIN:
        what = f"has {len(long)} characters, and Slack wants at least {LONG_DESCRIPTION_MIN}"
        yield Breach(where="display_information.long_description", what=what)


def _lists(made: Mapping[str, Any]) -> Iterator[Breach]:
    for place, most in LISTS_MAX.items():
        for where, value in _at(made, place):
            count = len(value or ())
            if count > most:
                yield Breach(where=where, what=f"has {count}, and Slack takes {most}")
            if len(set(map(str, value or ()))) < count:
                yield Breach(where=where, what="names something twice")


def _shapes(made: Mapping[str, Any]) -> Iterator[Breach]:
    for place, (shape, wanted) in SHAPES.items():
        for where, value in _at(made, place):
            if value and not shape.fullmatch(value):
                yield Breach(where=where, what=f"“{value}” is not {wanted}")


def _urls(made: Mapping[str, Any]) -> Iterator[Breach]:
    is_socket = bool(made.get("settings", {}).get("socket_mode_enabled"))
    for place in (*REQUEST_URLS, REDIRECT_URLS):
        reference = OAUTH_REFERENCE if place == REDIRECT_URLS else EVENTS_REFERENCE
        for where, value in _at(made, place):
            if value is None and not is_socket:
                yield Breach(where=where, what="is missing, and Socket Mode is off", reference=reference)
            elif value is not None and not is_reachable(value):
                yield Breach(
                    where=where,
                    what=f"“{value}” is not an https address on the internet",
                    reference=reference,
                )


def _together(made: Mapping[str, Any]) -> Iterator[Breach]:
    """What must agree: an event and its scope, the home page and its event, commands and their scope."""
    asked = set(made.get("oauth_config", {}).get("scopes", {}).get("bot", ()))
    events = set(made.get("settings", {}).get("event_subscriptions", {}).get("bot_events", ()))
    features = made.get("features", {})
    for scope in scopes():
        if scope.name not in asked and (events & set(scope.events) or any(map(features.get, scope.features))):
            what = f"leaves out {scope.name}, which an event or a command here needs"
            yield Breach(where="oauth_config.scopes.bot", what=what, reference=SCOPES_REFERENCE)
    if features.get("app_home", {}).get("home_tab_enabled") and "app_home_opened" not in events:
        what = "leaves out app_home_opened, though the Home tab is on"
        yield Breach(
            where="settings.event_subscriptions.bot_events",
            what=what,
            reference="https://docs.slack.dev/surfaces/app-home",
        )


def is_reachable(url: str) -> bool:
    """Whether Slack can send requests to this address: https, and a name on the internet."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return parts.scheme == "https" and "." in host.strip(".") and not host.startswith(("127.", "0."))


def _at(made: Mapping[str, Any], place: str) -> list[tuple[str, Any]]:
    """The values at a place, each with its own; None where its parent is there and it is not."""
    result: list[tuple[str, Any]] = [("", made)]
    for part in place.split("."):
        result = list(_inside(result, part))
    return result


def _inside(values: Sequence[tuple[str, Any]], part: str) -> Iterator[tuple[str, Any]]:
    for where, value in values:
        if part == "*":
            yield from ((f"{where}.{number}", one) for number, one in enumerate(value or ()))
        elif isinstance(value, Mapping):
            yield (f"{where}.{part}".lstrip("."), value.get(part))
