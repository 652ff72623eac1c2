"""`milepost …`: the door to every command."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from bot.commands.campaign import campaign
from bot.commands.export import export
from bot.commands.files import apply, check, init
from bot.commands.health import doctor
from bot.commands.hello import hello
from bot.commands.metrics import metrics
from bot.commands.pack import pack
from bot.commands.person import erase, leave, my_data, organisation
from bot.commands.rollup import rollup
from bot.commands.server import release, sandbox, serve
from bot.commands.step import step
from bot.commands.terminal import Plain


@click.group(cls=Plain, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--trace", is_flag=True, help="Where something unforeseen happens, show where in the code.")
@click.pass_context
def cli(ctx: click.Context, trace: bool) -> None:
    """Small, friendly nudges that help a partnership of leaders do what they promised.

    Start with `milepost sandbox`. For a partnership of your own: `init`, `check`, `apply`, then
    `campaign launch` and `serve`. Settings are environment variables; `doctor` shows what is set.
    """


for command in (
    sandbox,
    init,
    check,
    apply,
    campaign,
    step,
    rollup,
    metrics,
    export,
    pack,
    hello,
    doctor,
    my_data,
    leave,
    organisation,
    erase,
    serve,
    release,
):
    cli.add_command(command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns its exit code: 0 done, 1 refused or problems found, 2 wrong usage."""
    try:
        cli.main(args=list(arguments) if arguments is not None else None, prog_name="milepost")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)


if __name__ == "__main__":
    sys.exit(main())
