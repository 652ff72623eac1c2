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

    findings = run(examine(online=online))
    problems = [one for one in findings if one.is_problem]
    if is_json:
        tell_json(
            [
                {
                    "about": finding.about,
                    "ok": not finding.is_problem,
                    "what": finding.what,
                    "todo": finding.todo or None,
                }
                for finding in findings
            ]
        )
    else:
        for finding in findings:
            sign = click.style("!!", fg="red") if finding.is_problem else click.style("ok", fg="green")
            tell(f"{sign}  {finding.about}: {finding.what}")
            if finding.todo:
                tell(f"      -> {finding.todo}")
        tell(f"{len(problems)} to look at." if problems else "All is well.")
    if problems:
        raise click.exceptions.Exit(1)
