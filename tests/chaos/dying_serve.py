"""`milepost serve` that dies by SIGKILL right after the n-th command is committed, before it answers."""

from __future__ import annotations

import itertools
import os
import signal
import sys

from bot.cli import main
from bot.wiring import Milepost
from nudges.model.commands import Command, Outcome

_handle = Milepost.handle
_count = itertools.count(1)


async def _handle_and_die(self: Milepost, command: Command) -> Outcome:
    outcome = await _handle(self, command)
    if next(_count) == int(sys.argv[1]):
        os.kill(os.getpid(), signal.SIGKILL)
    return outcome


if __name__ == "__main__":
    Milepost.handle = _handle_and_die  # type: ignore[method-assign]
    sys.exit(main(["serve"]))
