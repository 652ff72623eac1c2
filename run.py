"""Starts Milepost on a bare machine: makes .venv, installs the hash-pinned lock, then runs the command."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this file is the one an older Python may be given
    sys.exit(
        "Milepost cannot start: this is Python %d.%d and it needs 3.11 or newer.\n"  # noqa: UP031
        "What to do: install a newer Python and start again with it, for example: python3.11 run.py"
        % sys.version_info[:2]
    )

import ast
import contextlib
import hashlib
import os
import shutil
import subprocess
import venv
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
UV = BIN / ("uv.exe" if os.name == "nt" else "uv")
LAUNCHER = BIN / "milepost"
STAMP = VENV / "milepost-installed"
RUN_LOCK = ROOT / "requirements.txt"
TEST_LOCK = ROOT / "requirements-test.txt"
UV_LOCK = ROOT / "requirements-uv.txt"
# `test --emulator` also runs the tests against an independent emulator of Slack, which wants a Node.
EMULATOR_LOCK = ROOT / "requirements-emulator.txt"
WITH_EMULATOR = "--emulator"
# "logical", since "auto" counts two threads of one core as one. A file stays on one worker, since its tests
# may share a server; files begin in the order of tests/own_steps.py, the slow ones first.
WHOLE_SUITE = ["--numprocesses=logical", "--maxprocesses=4", "--dist=loadfile", "--no-loadscope-reorder"]
SAYS_HOW = ("-n", "--numprocesses", "--dist", "-p", "-s", "--capture", "--pdb", "--trace")

# The middle lines let a shell find the interpreter even when the checkout's path has a space in it.
LAUNCHER_TEXT = """\
#!/bin/sh
'''exec' "{python}" "$0" "$@"
' '''
import sys

from bot.cli import main

if __name__ == "__main__":
    sys.exit(main())
"""


class SetupError(Exception):
    """Setting up failed; the text says what happened, why, and what to do."""

    def __init__(self, what: str, why: str, todo: str) -> None:
        super().__init__(f"{what}\nWhy: {why}\nWhat to do: {todo}")


def main(arguments: list[str]) -> int:
    """Set up what the command needs, then become that command.

    Returns an exit code only where setting up failed or the system cannot replace a process.
    """
    is_test = arguments[:1] == ["test"]
    try:
        prepare(*locks_for(arguments))
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(
            SetupError(
                "Milepost could not set itself up.",
                str(error),
                "check that there is free disk space and that you may write in the folder, then start again.",
            ),
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print("Stopped. Start again when you like: it goes on from here.", file=sys.stderr)
        return 130
    if is_test:
        os.chdir(ROOT)
        chosen = arguments[1:]
        return become([str(PYTHON), "-m", "pytest", *chosen, *workers_for(chosen)])
    return become([str(PYTHON), str(LAUNCHER), *(arguments or ["sandbox"])])


def workers_for(chosen: list[str]) -> list[str]:
    """How pytest spreads all tests; nothing where some of them are named, or how to run them is said."""
    if any(not each.startswith("-") or each.startswith(SAYS_HOW) for each in chosen):
        return []
    return WHOLE_SUITE


def become(command: list[str]) -> int:
    """Replace this process, so that signals reach the command itself; on Windows wait for it instead."""
    sys.stdout.flush()
    if os.name == "nt":
        return subprocess.call(command)
    os.execv(command[0], command)


def locks_for(arguments: list[str]) -> list[Path]:
    """The locks that a command needs, to be installed in this order."""
    if arguments[:1] != ["test"]:
        return [RUN_LOCK]
    return [TEST_LOCK, EMULATOR_LOCK] if WITH_EMULATOR in arguments else [TEST_LOCK]


def prepare(*locks: Path) -> None:
    """Make `.venv` hold what these locks pin. Does nothing, quickly, where it already does."""
    if is_ready(*locks):
        return
    VENV.mkdir(exist_ok=True)
    with only_one_at_a_time():
        if is_ready(*locks):  # another start did it while this one waited
            return
        missing = [lock for lock in locks if not is_ready(lock)]
        kept = marks(*(lock for lock in locks if lock not in missing))
        STAMP.unlink(missing_ok=True)
        make_environment()
        for lock in missing:
            print(f"Installing from {lock.name} (the first time takes a minute) ...", file=sys.stderr)
            install(lock)
        link_checkout()
        STAMP.write_text("\n".join([*kept, *marks(*missing)]) + "\n", encoding="utf-8")


def marks(*locks: Path) -> list[str]:
    """The lines that prove these locks are installed for a checkout in this place."""
    # The test lock contains the run lock.
    held = [each for lock in locks for each in ([RUN_LOCK, lock] if lock == TEST_LOCK else [lock])]
    return [f"{ROOT} {hashlib.sha256(each.read_bytes()).hexdigest()}" for each in held]


def is_ready(*locks: Path) -> bool:
    """Whether the stamp in `.venv` says that these very locks are installed."""
    if not (STAMP.exists() and PYTHON.exists()):
        return False
    return set(marks(*locks)) <= set(STAMP.read_text(encoding="utf-8").splitlines())


@contextlib.contextmanager
def only_one_at_a_time() -> Iterator[None]:
    """Hold the installation lock: two starts at once must not write the same files."""
    if os.name == "nt":
        yield
        return
    import fcntl

    with (VENV / ".installing").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def make_environment() -> None:
    """Make `.venv` unless a working one is there.

    It is made without pip: that is quicker, and it works where Debian has left out `ensurepip`.
    """
    if PYTHON.exists() and answers([str(PYTHON), "-c", "import sys; assert sys.version_info >= (3, 11)"]):
        return
    for old in (each for each in VENV.iterdir() if each.name != ".installing"):
        shutil.rmtree(old) if old.is_dir() and not old.is_symlink() else old.unlink()
    venv.EnvBuilder(with_pip=False, symlinks=os.name != "nt").create(VENV)


def install(lock: Path) -> None:
    """Install `lock` with uv, or with pip where uv is not to be had. Both check every hash."""
    pip = find_pip()
    options = ["install", "--require-hashes", "--requirement"]
    if run([*pip, *options, str(UV_LOCK), "--quiet"]) == 0 and UV.exists():
        config = pip_config(pip)
        target = ["--python", str(PYTHON)]
        if config.get("no-index", "").lower() in ("1", "true", "yes", "on"):
            target.append("--no-index")
        if not sys.stderr.isatty():
            target.append("--quiet")  # progress is for people; a log needs only what went wrong
        if run([str(UV), "pip", *options, str(lock), *target], uv_environment(config)) == 0:
            return
        print("uv could not install the lock; trying again with pip ...", file=sys.stderr)
    if run([*pip, *options, str(lock)]) != 0:
        raise SetupError(
            "Milepost could not install its libraries.",
            "pip says it just above: often there is no connection to a package index; where it speaks of "
            "hashes, a file is not the one that this checkout pins.",
            "check the connection. If your organisation has its own index, name it with "
            "`python3 -m pip config set global.index-url ADDRESS`. Then start again.",
        )


def find_pip() -> list[str]:
    """The start of a pip command that installs into `.venv`.

    Raises:
        SetupError: this machine has no pip at all.
    """
    own = [str(PYTHON), "-m", "pip"]
    for outside in ([sys.executable, "-m", "pip"], ["pip3"], ["pip"]):
        command = [*outside, "--python", str(PYTHON)]
        if shutil.which(outside[0]) and answers([*command, "--version"]):
            return command
    if answers([*own, "--version"]) or answers([str(PYTHON), "-m", "ensurepip"]):
        return own
    raise SetupError(
        "Milepost could not install its libraries.",
        f"{sys.executable} has neither pip nor ensurepip.",
        "install pip (on Debian or Ubuntu: apt install python3-pip), then start again.",
    )


def uv_environment(config: dict[str, str]) -> dict[str, str]:
    """The environment in which uv sees the same index, certificates and proxy as pip does by `config`.

    uv does not read pip's configuration. Variables of uv's own that are already set are kept.
    """
    links = [each for each in config.get("find-links", "").split() if ":" in each or Path(each).exists()]
    proxy = config.get("proxy", "")
    wanted = {
        "UV_DEFAULT_INDEX": config.get("index-url", ""),
        "UV_INDEX": config.get("extra-index-url", ""),
        # pip looks in every index for the best version; the hashes say which file is the right one.
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_FIND_LINKS": ",".join(links),
        "UV_INSECURE_HOST": config.get("trusted-host", ""),
        "UV_HTTP_TIMEOUT": config.get("timeout") or config.get("default-timeout", ""),
        "SSL_CERT_FILE": config.get("cert", ""),
        "SSL_CLIENT_CERT": config.get("client-cert", ""),
        "HTTP_PROXY": proxy,
        "HTTPS_PROXY": proxy,
    }
    return {**{name: value for name, value in wanted.items() if value}, **os.environ}


def pip_config(pip: list[str]) -> dict[str, str]:
    """What pip is told by its files and its environment, by option name; the environment wins."""
    listing = subprocess.run([*pip, "config", "list"], capture_output=True, text=True, check=False).stdout
    found: dict[str, str] = {}
    for section in ("global", "install", ":env:"):
        for line in listing.splitlines():
            key, _, value = line.partition("=")
            if key.startswith(section + "."):
                words = str(ast.literal_eval(value)).split()  # a list may stand on several lines
                found[key.removeprefix(section + ".")] = " ".join(words)
    return found


def link_checkout() -> None:
    """Put the checkout on the environment's path and write the launcher.

    The project itself is never pip-installed: hash mode refuses that.
    """
    asks = "import sysconfig; print(sysconfig.get_paths()['purelib'])"
    answer = subprocess.run([str(PYTHON), "-c", asks], capture_output=True, text=True, check=True)
    Path(answer.stdout.strip(), "milepost.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    LAUNCHER.write_text(LAUNCHER_TEXT.format(python=PYTHON), encoding="utf-8")
    LAUNCHER.chmod(0o755)


def run(command: list[str], environment: dict[str, str] | None = None) -> int:
    """Run one installation step and give its exit code."""
    # pip refuses `--user` inside an environment, and some machines have it switched on for everything.
    clean = {**(environment or os.environ), "PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    return subprocess.call(command, env=clean)


def answers(command: list[str]) -> bool:
    """Whether a command runs and ends well."""
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
