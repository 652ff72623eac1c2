"""Cold start and memory of `milepost serve` against the bare stack that it is built on."""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.table import Row, print_table
from storage.migrate import upgrade

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 5
PATIENCE_SECONDS = 60.0
AT_MOST = 1.3


@dataclass(frozen=True, kw_only=True, slots=True)
class Start:
    """Until the first answer to /healthz, what the processor did for it, and the memory a second later."""

    seconds: float
    busy_seconds: float
    megabytes: float


def rows() -> Iterator[Row]:
    """Both sides in turn; the quickest start of each counts, since everything else only slows it down."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder, "start.db")
        upgrade(f"sqlite:///{database}")
        sides: dict[str, Callable[[int], list[str]]] = {
            "ours": lambda port: [sys.executable, "-m", "bot.cli", "serve"],
            "bare": lambda port: [
                *(sys.executable, "-m", "benchmarks.bare_stack"),
                *("--port", str(port), "--database", str(Path(folder, "bare.db"))),
            ],
        }
        result: dict[str, list[Start]] = {name: [] for name in sides}
        for _ in range(ROUNDS + 1):
            for name, command in sides.items():
                result[name].append(_start(command, database))
    ours, bare = result["ours"][1:], result["bare"][1:]  # the first of each writes the bytecode
    quickest, peer = min(one.seconds for one in ours), min(one.seconds for one in bare)
    busy, peer_busy = min(one.busy_seconds for one in ours), min(one.busy_seconds for one in bare)
    memory = statistics.median(one.megabytes for one in ours)
    bare_memory = statistics.median(one.megabytes for one in bare)
    yield Row(
        figure="cold start of serve, processor time",
        ours=f"{busy:.2f} s",
        peer=f"{peer_busy:.2f} s",
        ratio=busy / peer_busy,
        at_most=AT_MOST,
        note=f"least of {ROUNDS}; it hardly depends on what else the machine does",
    )
    yield Row(
        figure="cold start of serve, wall clock",
        ours=f"{quickest:.2f} s",
        peer=f"{peer:.2f} s",
        ratio=quickest / peer,
        note=f"quickest of {ROUNDS}, to the first answer; medians {_median(ours)} and {_median(bare)}",
    )
    yield Row(
        figure="memory of serve, idle",
        ours=f"{memory:.0f} MB",
        peer=f"{bare_memory:.0f} MB",
        ratio=memory / bare_memory,
        at_most=AT_MOST,
        note="resident; bare: Bolt AsyncApp, SQLAlchemy async, APScheduler, uvicorn",
    )


def _median(starts: list[Start]) -> str:
    return f"{statistics.median(one.seconds for one in starts):.2f} s"


def _start(command: Callable[[int], list[str]], database: Path) -> Start:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    began = time.monotonic()
    with _process(command(port), port, database) as process:
        while not _answers(port):
            if process.poll() is not None or time.monotonic() - began > PATIENCE_SECONDS:
                raise RuntimeError(f"{' '.join(command(port))} did not start")
            time.sleep(0.005)
        seconds, busy = time.monotonic() - began, _busy(process.pid)
        time.sleep(1.0)
        return Start(seconds=seconds, busy_seconds=busy or seconds, megabytes=_resident(process.pid))


@contextmanager
def _process(command: list[str], port: int, database: Path) -> Iterator[subprocess.Popen[bytes]]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MILEPOST_")}
    # Both sides with their bytecode, as an installed program has it; kept out of the checkout.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment |= {
        "PYTHONPYCACHEPREFIX": str(database.parent / "bytecode"),
        "MILEPOST_DATABASE_URL": f"sqlite:///{database}",
        "MILEPOST_PORT": str(port),
        "SLACK_BOT_TOKEN": "xoxb-none",
        "SLACK_SIGNING_SECRET": "none",
        "SLACK_API_URL": "http://127.0.0.1:1/api/",
        "NO_PROXY": "127.0.0.1",
    }
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=quiet, stderr=quiet)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=20)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _busy(pid: int) -> float:
    """Seconds of processor time so far; 0 where the system does not tell."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident(pid: int) -> float:
    """Megabytes in memory now, as the system counts them."""
    told = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True)
    return int(told.stdout) / 1024


if __name__ == "__main__":
    sys.exit(0 if print_table(rows()) else 1)
