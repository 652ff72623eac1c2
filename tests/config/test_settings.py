"""The environment is read once; what is missing for Slack is named, and nothing secret is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.settings import Settings, SettingsRefused, load_settings

KEY = "k" * 40
ONE = {"SLACK_BOT_TOKEN": "xoxb-one", "SLACK_SIGNING_SECRET": "signing"}
MANY = {
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "the-secret",
    "SLACK_SIGNING_SECRET": "signing",
    "MILEPOST_SECRET_KEYS": KEY,
}
SOCKET = {"SLACK_APP_TOKEN": "xapp-1-A"}
PRODUCTION = {"MILEPOST_ENV": "production", "MILEPOST_SECRET_KEYS": KEY}
ALLOWED = "SLACK_ALLOWED_WORKSPACES"
NAMES = sorted({*ONE, *MANY, *SOCKET, *PRODUCTION, "MILEPOST_BASE_URL", "SLACK_API_URL", ALLOWED})


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def read(monkeypatch: pytest.MonkeyPatch, given: dict[str, str]) -> Settings:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return load_settings()


@pytest.mark.parametrize(
    ("given", "has_slack", "has_install"),
    [
        ({}, False, False),
        (ONE, True, False),
        (MANY, True, True),
        (ONE | MANY, True, True),
        ({"SLACK_BOT_TOKEN": "xoxb-one"} | SOCKET, True, False),
        (ONE | SOCKET, True, False),
        (MANY | PRODUCTION | {"MILEPOST_BASE_URL": "https://milepost.example"}, True, True),
    ],
)
def test_ways_to_have_slack(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], has_slack: bool, has_install: bool
) -> None:
    settings = read(monkeypatch, given)
    assert (settings.has_slack, settings.has_slack_install) == (has_slack, has_install)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-one"}, "SLACK_SIGNING_SECRET"),
        ({"SLACK_SIGNING_SECRET": "signing"}, "SLACK_BOT_TOKEN"),
        (SOCKET, "SLACK_BOT_TOKEN"),
        ({"SLACK_CLIENT_ID": "1.2"}, "SLACK_CLIENT_SECRET"),
        ({"SLACK_CLIENT_SECRET": "the-secret"} | ONE, "SLACK_CLIENT_ID"),
        (
            {one: value for one, value in MANY.items() if one != "SLACK_SIGNING_SECRET"},
            "SLACK_SIGNING_SECRET",
        ),
        (
            {one: value for one, value in MANY.items() if one != "MILEPOST_SECRET_KEYS"},
            "MILEPOST_SECRET_KEYS",
        ),
        (MANY | PRODUCTION | {"MILEPOST_BASE_URL": "http://milepost.example"}, "MILEPOST_BASE_URL"),
        (ONE | {"SLACK_APP_TOKEN": "xoxb-not-that"}, "SLACK_APP_TOKEN"),
        (MANY | {ALLOWED: "T0NORTH,riverside.slack.com"}, ALLOWED),
        (MANY | {ALLOWED: "C0CHANNEL"}, ALLOWED),
    ],
)
def test_what_is_missing_is_named_and_no_secret_is_shown(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], name: str
) -> None:
    with pytest.raises(SettingsRefused) as refused:
        read(monkeypatch, given)
    assert str(refused.value).startswith(f"{name}: ")
    assert len(str(refused.value).splitlines()) == 1
    for secret in ("xoxb", "the-secret", KEY, "signing\n"):
        assert secret not in str(refused.value)


def test_secrets_do_not_show_in_a_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = repr(read(monkeypatch, ONE | MANY | SOCKET))
    for secret in ("xoxb-one", "the-secret", "xapp-1-A", KEY):
        assert secret not in shown


@pytest.mark.parametrize(
    ("given", "allowed"), [("", set()), (" , ", set()), ("T0NORTH, E0ORG,", {"T0NORTH", "E0ORG"})]
)
def test_where_the_app_may_be_added_is_a_list_of_ids(
    monkeypatch: pytest.MonkeyPatch, given: str, allowed: set[str]
) -> None:
    assert read(monkeypatch, MANY | {ALLOWED: given}).allowed_workspaces == allowed
