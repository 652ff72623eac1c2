"""Kill -9 the sender again and again: nothing is lost, and nothing is doubled without a flag."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from nudges.model.delivery import DeliveryState
from storage.migrate import upgrade
from storage.store import SqlStore
from tests.contracts.ledger import AT, delivery
from tests.contracts.postgres import empty_database, postgres_server

ROOT = Path(__file__).parents[2]
MESSAGES = 400
KILLS = 6

pytestmark = [pytest.mark.chaos, pytest.mark.slow]


class Senders:
    """A process that forks senders when asked."""

    def __init__(self, url: str, taken: Path, seed: int) -> None:
        command = [sys.executable, "-m", "tests.chaos.sender", url, str(taken), str(seed)]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def start(self, worker: str) -> int:
        """Start a sender; returns its process id."""
        return int(self._ask(f"go {worker}"))

    def wait(self) -> list[int]:
        """Wait for all senders that still run; returns their exit statuses."""
        statuses = []
        answer = self._ask("wait")
        while answer != "none":
            statuses.append(int(answer.split()[2]))
            assert self._process.stdout is not None
            answer = self._process.stdout.readline().strip()
        return statuses

    def close(self) -> None:
        """End the process."""
        self._process.communicate()

    def _ask(self, line: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()


@pytest.fixture(params=["file", pytest.param("postgres", marks=pytest.mark.postgres)])
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, int, list[int]]]:
    """An address, how many senders at once, and the seeds."""
    if request.param == "file":
        yield f"sqlite:///{tmp_path}/ledger-%d.db", 1, [1, 2, 3]
        return
    with postgres_server() as server, empty_database(server) as url:
        yield url, 4, [4]


async def test_nothing_is_lost_and_nothing_doubled_without_a_flag(
    case: tuple[str, int, list[int]], tmp_path: Path
) -> None:
    address, workers, seeds = case
    for seed in seeds:
        print(f"seed {seed}")
        url = address.replace("%d", str(seed))
        upgrade(url)
        await _fill(url)
        taken = tmp_path / f"taken-{seed}"
        _kill_again_and_again(url, taken, seed, workers)
        await _check(url, Counter(taken.read_text(encoding="utf-8").split()), seed)


async def _fill(url: str) -> None:
    store = SqlStore.open(url)
    past = AT - timedelta(days=365)
    async with store.transaction() as tx:
        await tx.deliveries.add(
            [delivery(f"d{n}", not_before=past, created_at=past) for n in range(MESSAGES)]
        )
    await store.close()


def _kill_again_and_again(url: str, taken: Path, seed: int, workers: int) -> None:
    chance = random.Random(seed)
    senders = Senders(url, taken, seed)
    alive = [senders.start(f"{n}") for n in range(workers)]
    for kill in range(KILLS):
        time.sleep(chance.uniform(0.03, 0.2))
        victim = alive.pop(0)
        os.kill(victim, signal.SIGKILL)
        alive.append(senders.start(f"after-{kill}"))
    statuses = senders.wait()
    senders.close()
    # A quick machine may have sent everything before the last kill: most of them must have hit.
    assert set(statuses) == {0, signal.SIGKILL}, f"seed {seed}: {statuses}"
    assert statuses.count(signal.SIGKILL) > KILLS // 2, f"seed {seed}: {statuses}"


async def _check(url: str, taken: Counter[str], seed: int) -> None:
    store = SqlStore.open(url)
    async with store.reading() as tx:
        states = await tx.deliveries.states()
        flagged = {one.id for one in await tx.deliveries.flagged()}
    await store.close()
    doubled = {key for key, times in taken.items() if times > 1}
    assert states == {DeliveryState.SENT: MESSAGES}, f"seed {seed}"
    assert set(taken) == {f"d{n}" for n in range(MESSAGES)}, f"seed {seed}: lost"
    assert doubled <= flagged, f"seed {seed}: doubled in silence"
    print(f"seed {seed}: {MESSAGES} sent, {len(doubled)} doubled, {len(flagged)} flagged")
