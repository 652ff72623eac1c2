"""Visits to the sandbox that were copied as tests: the same taps lead to the same words."""

import json
from pathlib import Path

import pytest

from bot.sandbox.scenario import replay

SCENARIOS = sorted(Path(__file__).with_name("scenarios").glob("*.json"))


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
async def test_a_recorded_visit_replays_word_for_word(path: Path) -> None:
    scenario = json.loads(path.read_text(encoding="utf-8"))
    assert await replay(scenario) == scenario["expect"]
