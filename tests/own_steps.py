"""What a plain run of all tests leaves to steps of their own in `.ci/run`, and says so at its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from typing import Any

import pytest

# Marker -> what it is, and how to run it. The words are those of `.ci/run`.
OWN_STEPS = {
    "chaos": ("drills that kill processes and break connections", "tests/chaos"),
    "campaign": ("whole campaigns, week by week", "-m campaign"),
    "emulator": ("tests against an independent emulator of Slack", "--emulator tests/emulator"),
}
LEAVES = pytest.StashKey[tuple[str, ...]]()
LEFT = pytest.StashKey[Counter[str]]()


def pytest_configure(config: pytest.Config) -> None:
    """Decide once what this run leaves out: nothing, where somebody has said which tests are meant."""
    config.stash[LEFT] = Counter()
    given = getattr(config, "workerinput", None)
    config.stash[LEAVES] = _leaves(config) if given is None else tuple(given["leaves"])


def _leaves(config: pytest.Config) -> tuple[str, ...]:
    if config.args_source is pytest.Config.ArgsSource.ARGS or config.option.markexpr or config.option.keyword:
        return ()
    asked = {"emulator"} if config.getoption("--emulator", default=False) else set()
    return tuple(name for name in OWN_STEPS if name not in asked)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """A worker of pytest-xdist leaves out what the whole run does."""
    node.workerinput["leaves"] = list(node.config.stash[LEAVES])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is left to others, and begin with the files that take longest."""
    left = {item: _step_of(item, config.stash[LEAVES]) for item in items}
    config.stash[LEFT].update(step for step in left.values() if step)
    if any(left.values()):
        config.hook.pytest_deselected(items=[item for item in items if left[item]])
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items[:] = sorted((item for item in items if not left[item]), key=lambda item: item.path not in slow)


def _step_of(item: pytest.Item, leaves: tuple[str, ...]) -> str:
    return next((name for name in leaves if item.get_closest_marker(name)), "")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker tells how much it has left out."""
    if hasattr(session.config, "workeroutput"):
        left: Counter[str] = session.config.stash[LEFT]
        session.config.workeroutput["left"] = dict(left)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Every worker collects everything, so that any of them knows."""
    stash: pytest.Stash = node.config.stash
    left: Counter[str] = Counter(getattr(node, "workeroutput", {}).get("left", {}))
    stash[LEFT] = stash[LEFT] | left


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> Generator[None, None, None]:
    """Nothing is left out in silence."""
    yield
    if not config.stash[LEAVES]:
        return
    terminalreporter.section("left to .ci/run", bold=True)
    for step in config.stash[LEAVES]:
        what, how = OWN_STEPS[step]
        terminalreporter.write_line(f"{config.stash[LEFT][step]:3} {what}: python3 run.py test {how}")
