"""`milepost rollup`: the Friday post, before or after its Friday."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bot.commands.command_setup import in_partnership, opened, run
from bot.commands.terminal import as_json, heading, tell, tell_json, warn

if TYPE_CHECKING:
    from datetime import datetime

    from nudges.use_cases.rollup.compose_rollup import Rollup

RECOUNTED = (
    "Recounted from the log as of {until}. Names and the words of steps are those of today, "
    "so it may differ from what was posted."
)


@click.command()
@click.argument("campaign_id", metavar="ID")
@click.option("--week", type=click.IntRange(1, 104), help="An earlier week of the campaign.")
@click.option("--post", "posts", is_flag=True, help="Post it now; two posts a week at most.")
@in_partnership
@as_json
def rollup(
    campaign_id: str, week: int | None, posts: bool, partnership_id: str | None, is_json: bool
) -> None:
    """Print the Friday post of a campaign as it would be said now; --post posts it."""
    if posts and week is not None:
        raise click.UsageError("--post is for this week: leave out --week.")
    composed, lines, thread, until = run(_rollup(campaign_id, week, posts, partnership_id))
    if is_json:
        tell_json(
            {
                "campaign": campaign_id,
                "week": composed.week,
                "as_of": (until or "now"),
                "lines": lines,
                "thread": thread,
                "posted": posts,
            }
        )
        return
    tell(*(heading(line["text"]) if line["id"] == "title" else line["text"] for line in lines))
    if thread.strip():
        tell("", "In the thread:", *(f"    {line}".rstrip() for line in thread.splitlines()))
    if until is not None:
        warn("", RECOUNTED.format(until=f"{until:%Y-%m-%d %H:%M} UTC"))
    if posts:
        warn("", "It is in the ledger, and goes out while “milepost serve” runs.")


async def _rollup(
    campaign_id: str, week: int | None, posts: bool, partnership_id: str | None
) -> tuple[Rollup, list[dict[str, str]], str, datetime | None]:
    from bot.rendering.message_renderer import TemplateRenderer
    from bot.wiring import MESSAGES
    from nudges.use_cases.rollup.show_rollup import post_rollup_now, show_rollup

    async with opened() as ledger:
        partnership = await ledger.partnership(partnership_id)
        until = None
        if posts:
            made = await post_rollup_now(
                ledger.store,
                ledger.book,
                partnership_id=partnership.id,
                campaign_id=campaign_id,
                at=ledger.at,
            )
        else:
            shown = await show_rollup(
                ledger.store,
                ledger.book,
                partnership_id=partnership.id,
                campaign_id=campaign_id,
                at=ledger.at,
                week=week,
            )
            made, until = shown.rollup, shown.until if shown.is_past else None
    renderer = TemplateRenderer(MESSAGES)
    lines = [
        {"id": str(line["id"]), "text": renderer.text("rollup", {"lines": [line]})} for line in made.lines
    ]
    return made, [line for line in lines if line["text"]], renderer.text("rollup_thread", made.thread), until
