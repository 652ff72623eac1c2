"""What holds for every test: no network beyond this machine, and no settings from outside."""

import ipaddress
import os
import sys

import pytest
from hypothesis import settings

pytest_plugins = ["tests.own_steps"]

# Settings of the person at the keyboard must not change what a test sees.
for _name in [each for each in os.environ if each.startswith(("MILEPOST_", "SLACK_", "TEAMS_", "SMTP_"))]:
    del os.environ[_name]
# Our servers are on this machine: a proxy has no business between them and the test.
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost,::1"

# Two busy cores make single examples slow; the suite as a whole is what has a time limit.
settings.register_profile("house", deadline=None)
# For a long look: pytest tests/model --hypothesis-profile=thousands
settings.register_profile("thousands", deadline=None, max_examples=3000)
settings.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`python3 run.py test --emulator` also runs the tests against an independent emulator of Slack."""
    parser.addoption("--emulator", action="store_true", help="also test against the emulator of Slack")


class ReachedOutsideError(RuntimeError):
    """A test tried to reach another machine."""


def _is_here(host: object) -> bool:
    text = host.decode() if isinstance(host, bytes) else host
    if text in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(text)).is_loopback
    except ValueError:
        return False


def _stay_here(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.connect" and isinstance(arguments[1], tuple) and not _is_here(arguments[1][0]):
        raise ReachedOutsideError(f"a test connects to {arguments[1][0]}")
    if event == "socket.getaddrinfo" and not _is_here(arguments[0]) and arguments[0] != "0.0.0.0":
        raise ReachedOutsideError(f"a test looks up {arguments[0]!r}")


sys.addaudithook(_stay_here)
