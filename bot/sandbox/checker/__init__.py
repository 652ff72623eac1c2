"""A second opinion on a headless run: it knows only what the run printed, and the rules by heart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.sandbox.checker.message_checks import check_messages
from bot.sandbox.checker.programme_checks import check_programme
from bot.sandbox.checker.run_reader import RecordedRun


def violations(run: Mapping[str, Any]) -> list[dict[str, str]]:
    """Everything in a run that breaks a rule, in order of time; [] for a clean run.

    `run` is the JSON object of `milepost sandbox --headless --json`; its `violations` are not read.
    Two more keys are read where they are there: `rungs` (action -> rung) and `gates` [{`rung`, `at`}];
    with `rungs` alone a rung is open from the week that holds its gate in the calendar.

    This shares no code with the core and takes no number from the rules file: the numbers are written
    here again on purpose, so that a mistake there cannot hide itself here.

    Returns:
        [{`rule`, `at`, `to`, `detail`}], all of them text; `to` is a leader, a channel or an organisation.
    """
    world = RecordedRun(run)
    broken = [*check_messages(world), *check_programme(world)]
    return [violation.as_json() for violation in sorted(broken, key=lambda one: (one.at, one.rule, one.to))]
