"""`milepost pack slack` writes a manifest that can be pasted as it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from bot.cli import cli

HERE = "https://milepost.riverside.example"


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MILEPOST_BASE_URL", HERE)


def pack(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["pack", "slack", *arguments])


def test_standard_output_is_the_manifest_and_nothing_else() -> None:
    result = pack()
    assert result.exit_code == 0
    made = yaml.safe_load(result.stdout)
    assert made["settings"]["interactivity"]["request_url"] == f"{HERE}/slack/events"
    assert "docs/guides/slack.md" in result.stderr


def test_it_is_written_to_a_file_in_yaml_or_json() -> None:
    assert pack("--out", "app.yaml", "--org", "--rotate-tokens").exit_code == 0
    made = yaml.safe_load(Path("app.yaml").read_text(encoding="utf-8"))
    assert made["settings"]["org_deploy_enabled"]
    assert made["settings"]["token_rotation_enabled"]
    assert pack("--out", "app.json", "--json").exit_code == 0
    assert json.loads(Path("app.json").read_text(encoding="utf-8")) == yaml.safe_load(pack().stdout)
    assert json.loads(pack("--json").stdout) == yaml.safe_load(pack().stdout)


def test_an_address_that_slack_cannot_reach_is_refused_and_socket_mode_needs_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MILEPOST_BASE_URL", "http://127.0.0.1:8765")
    refused = pack("--out", "app.yaml")
    assert refused.exit_code == 1
    assert "MILEPOST_BASE_URL" in refused.output
    assert not Path("app.yaml").exists()
    behind = pack("--socket-mode")
    assert behind.exit_code == 0
    assert "127.0.0.1" not in behind.stdout
    assert "one workspace" in behind.stderr
