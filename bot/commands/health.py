"""`milepost doctor`: what is configured, reachable and due."""

from __future__ import annotations

import click

from bot.commands.command_setup import run
from bot.commands.terminal import as_json, tell, tell_json


@click.command()
@click.option("--online", is_flag=True, help="Also ask the chat platforms.")
@as_json
def doctor(online: bool, is_json: bool) -> None:
    """Show what is configured, reachable and due; each problem names the next command."""
    from bot.doctor.doctor import examine

    found = run(examine(online=online))
    problems = [one for one in found if one.is_problem]
    if is_json:
        tell_json(
            [
                {"about": one.about, "ok": not one.is_problem, "what": one.what, "todo": one.todo or None}
                for one in found
            ]
        )
    else:
        for one in found:
            sign = click.style("!!", fg="red") if one.is_problem else click.style("ok", fg="green")
            tell(f"{sign}  {one.about}: {one.what}")
            if one.todo:
                tell(f"      -> {one.todo}")
        tell(f"{len(problems)} to look at." if problems else "All is well.")
    if problems:
        raise click.exceptions.Exit(1)
