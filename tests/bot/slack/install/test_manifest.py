"""The manifest keeps to Slack's documented limits, and asks for no more than the code uses."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from bot.slack.install.manifest import FOLDER, as_yaml, breaches, is_reachable, manifest, scopes
from bot.slack.payloads import LOG_STEP, MAKE_HEARD
from tests.source import ROOT, nodes

HERE = "https://milepost.riverside.example"
METHOD = re.compile(
    r"(apps|auth|blocks|bookmarks|chat|conversations|files|oauth|pins|reactions|team|tooling|users|views)"
    r"(\.[a-zA-Z0-9]+)+"
)
# https://docs.slack.dev/reference/methods/<name>: "No scopes required", or another kind of token.
WITHOUT_SCOPE = {
    "apps.connections.open",
    "apps.manifest.validate",
    "auth.test",
    "blocks.validate",
    "oauth.v2.access",
    "views.open",
    "views.publish",
    "views.update",
}
# What slack_sdk does for us: https://docs.slack.dev/tools/python-slack-sdk/web#files_upload_v2
BY_THE_SDK = {"files_upload_v2": {"files.getUploadURLExternal", "files.completeUploadExternal"}}

Change = Callable[[dict[str, Any]], object]


def written(pattern: re.Pattern[str]) -> set[str]:
    """Every text in bot/slack, and in the doctor's calls to it, that is as a whole of this shape."""
    files = sorted([*(ROOT / "bot" / "slack").rglob("*.py"), *(ROOT / "bot" / "doctor").rglob("slack*.py")])
    every = [node for path in files for node in nodes(path)]
    texts = {node.value for node in every if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    called = {node.attr for node in every if isinstance(node, ast.Attribute)}
    texts |= {method for name, methods in BY_THE_SDK.items() if name in called for method in methods}
    return {text for text in texts if pattern.fullmatch(text)}


@pytest.mark.parametrize("rotation", [False, True])
@pytest.mark.parametrize("org", [False, True])
@pytest.mark.parametrize("socket_mode", [False, True])
def test_what_is_packed_keeps_to_every_limit(socket_mode: bool, org: bool, rotation: bool) -> None:
    made = manifest(HERE, socket_mode=socket_mode, org=org, rotation=rotation)
    assert breaches(made) == []
    assert yaml.safe_load(as_yaml(made)) == made
    settings = made["settings"]
    flags = [settings[f"{one}_enabled"] for one in ("socket_mode", "org_deploy", "token_rotation")]
    assert flags == [socket_mode, org, rotation]
    assert "milepost.example" not in as_yaml(made)


def test_our_address_stands_wherever_slack_sends_requests() -> None:
    made = manifest(f"{HERE}/")
    events = f"{HERE}/slack/events"
    assert [one["url"] for one in made["features"]["slash_commands"]] == [events]
    assert made["settings"]["event_subscriptions"]["request_url"] == events
    assert made["settings"]["interactivity"]["request_url"] == events
    assert made["oauth_config"]["redirect_urls"] == [f"{HERE}/slack/oauth_redirect"]


def test_socket_mode_needs_no_address_and_keeps_the_install_link_where_there_is_one() -> None:
    made = manifest("http://127.0.0.1:8765", socket_mode=True)
    assert "http" not in as_yaml(made)
    assert breaches(made) == []
    assert manifest(HERE, socket_mode=True)["oauth_config"]["redirect_urls"]


def into(*place: str | int, value: Any) -> Change:
    def change(made: dict[str, Any]) -> None:
        inside: Any = made
        for part in place[:-1]:
            inside = inside[part]
        inside[place[-1]] = value

    return change


COMMAND, SHORTCUT = ("features", "slash_commands", 0), ("features", "shortcuts", 0)
SCOPES = ("oauth_config", "scopes", "bot")
EVENTS = ("settings", "event_subscriptions")


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (into("display_information", "name", value="x" * 36), "display_information.name"),
        (into("display_information", "name", value=""), "display_information.name"),
        (into("display_information", "description", value="x" * 141), "display_information.description"),
        (into("display_information", "long_description", value="x" * 173), "display_information.long_desc"),
        (into("display_information", "long_description", value="x" * 4001), "display_information.long_desc"),
        (into("display_information", "background_color", value="navy"), "display_information.background"),
        (into("features", "bot_user", "display_name", value="x" * 81), "features.bot_user.display_name"),
        (into("features", "bot_user", "display_name", value="Mile Post"), "features.bot_user.display_name"),
        (into("features", "shortcuts", value=[{"type": "global"}] * 11), "features.shortcuts"),
        (into(*SHORTCUT, "callback_id", value="x" * 256), "features.shortcuts.0.callback_id"),
        (into(*SHORTCUT, "description", value="x" * 151), "features.shortcuts.0.description"),
        (into(*SHORTCUT, "type", value="local"), "features.shortcuts.0.type"),
        (into(*COMMAND, "command", value="/" + "x" * 32), "features.slash_commands.0.command"),
        (into(*COMMAND, "command", value="milepost"), "features.slash_commands.0.command"),
        (into(*COMMAND, "description", value="x" * 2001), "features.slash_commands.0.description"),
        (into(*COMMAND, "usage_hint", value="x" * 1001), "features.slash_commands.0.usage_hint"),
        (into(*COMMAND, "url", value="http://milepost.riverside.example"), "features.slash_commands.0.url"),
        (into(*COMMAND, "url", value=None), "features.slash_commands.0.url"),
        (into(*EVENTS, "request_url", value="https://127.0.0.1/slack"), "settings.event_subscriptions.requ"),
        (into(*EVENTS, "bot_events", value=["message.im"]), "settings.event_subscriptions.bot_events"),
        (into(*EVENTS, "bot_events", value=[f"e{n}" for n in range(101)]), "settings.event_subscriptions.b"),
        (into(*SCOPES, value=["chat:write"] * 2), "oauth_config.scopes.bot"),
        (into(*SCOPES, value=["chat:write", "commands"]), "oauth_config.scopes.bot"),
        (into(*SCOPES, value=[f"s{n}" for n in range(256)]), "oauth_config.scopes.bot"),
        (into("oauth_config", "redirect_urls", value=["http://a.example/x"]), "oauth_config.redirect_urls.0"),
    ],
)
def test_what_slack_would_refuse_is_named_with_the_page_that_says_so(change: Change, where: str) -> None:
    made = copy.deepcopy(manifest(HERE))
    change(made)
    named = [breach for breach in breaches(made) if breach.where.startswith(where)]
    assert named
    assert all(breach.reference.startswith("https://docs.slack.dev/") for breach in named)


@pytest.mark.parametrize(
    ("url", "is_good"),
    [
        ("https://milepost.example", True),
        ("https://milepost.example:8443/sub", True),
        ("http://milepost.example", False),
        ("https://localhost", False),
        ("https://127.0.0.1", False),
        ("https://", False),
        ("milepost.example", False),
    ],
)
def test_slack_reaches_https_addresses_on_the_internet_only(url: str, is_good: bool) -> None:
    assert is_reachable(url) is is_good


def test_every_scope_that_is_asked_for_has_its_reason_and_no_other_has() -> None:
    assert manifest(HERE)["oauth_config"]["scopes"] == {"bot": [one.name for one in scopes()]}
    assert all(one.why and (one.methods or one.events or one.features) for one in scopes())


def test_every_scope_is_needed_by_what_the_code_calls() -> None:
    called = written(METHOD)
    for scope in scopes():
        assert set(scope.methods) <= called, f"{scope.name} is for a method that nothing calls"


def test_every_method_that_the_code_calls_has_its_scope() -> None:
    covered = {method for scope in scopes() for method in scope.methods}
    assert written(METHOD) - covered - WITHOUT_SCOPE == set(), "add it to config/slack/scopes.yaml"


def test_every_event_and_feature_that_a_scope_is_for_is_asked_for() -> None:
    made = manifest(HERE)
    for scope in scopes():
        assert set(scope.events) <= set(made["settings"]["event_subscriptions"]["bot_events"])
        assert all(made["features"].get(one) for one in scope.features)


def test_every_event_and_shortcut_that_is_asked_for_is_heard() -> None:
    made = manifest(HERE)
    heard = {
        node.value for node in nodes(ROOT / "bot" / "slack" / "payloads.py") if isinstance(node, ast.Constant)
    }
    assert {
        event.partition(".")[0] for event in made["settings"]["event_subscriptions"]["bot_events"]
    } <= heard
    shortcuts = {(one["type"], one["callback_id"]) for one in made["features"]["shortcuts"]}
    assert shortcuts == {("global", LOG_STEP), ("message", MAKE_HEARD)}


def test_the_reference_page_says_why_each_scope_is_asked_for() -> None:
    page = (ROOT / "docs" / "reference" / "slack-scopes.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert [row.split("`")[1] for row in rows] == [one.name for one in scopes()]
    assert all(one.why in row for one, row in zip(scopes(), rows, strict=True))


def test_the_files_of_the_app_are_where_the_guide_says() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {"manifest.yaml", "scopes.yaml"}
