"""`milepost metrics`: what is counted of the whole partnership, and why."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from bot.commands.command_setup import in_partnership, opened, run
from bot.commands.terminal import as_json, heading, tell, tell_json

if TYPE_CHECKING:
    from nudges.use_cases.campaigns.show_metrics import ShownMetric

LINES = (
    ("because", "Why"),
    ("measure", "Measured by"),
    ("source", "Source"),
    ("cost", "Costs"),
    ("decision", "Decides"),
    ("if_up", "If it rises"),
    ("if_same", "If it stays"),
    ("if_down", "If it falls"),
    ("cannot_tell", "What it cannot tell"),
)


@click.command()
@in_partnership
@as_json
def metrics(partnership_id: str | None, is_json: bool) -> None:
    """Print each thing that is counted, with today's value where there is one, and its card.

    All numbers are of the whole partnership: no person, and no organisation on its own.
    """
    shown, goals = run(_metrics(partnership_id))
    if is_json:
        tell_json(
            {
                "metrics": [{**asdict(metric.card), "today": list(metric.lines)} for metric in shown],
                "goals": goals,
            }
        )
        return
    for metric in shown:
        tell(heading(metric.card.name), *(f"  {line}" for line in metric.lines or ("Nothing to show yet.",)))
        tell(*(f"    {label}: {getattr(metric.card, name)}" for name, label in LINES), "")
    if goals:
        tell(heading("Goals of the running campaigns"), *(f"  {line}" for line in goals))


async def _metrics(partnership_id: str | None) -> tuple[list[ShownMetric], list[str]]:
    from nudges.use_cases.campaigns.show_metrics import show_metrics

    async with opened() as ledger:
        partnership = await ledger.partnership(partnership_id)
        return await show_metrics(ledger.store, ledger.book, partnership_id=partnership.id, at=ledger.at)
