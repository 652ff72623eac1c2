"""`milepost serve`, `release` and `sandbox`: what keeps running, and what prepares it."""

from __future__ import annotations

import asyncio
from datetime import date

import click

from bot.commands.command_setup import Day, hidden, make_ready, run, sqlite_file
from bot.commands.terminal import CommandRefused, progress, tell, tell_json


@click.command()
def serve() -> None:
    """Run everything in one process: web, clock and sender.

    Stops on SIGTERM or Ctrl+C within ten seconds; nothing is lost. Run exactly one of it.
    """
    from config.settings import load_settings

    settings = load_settings()
    make_ready(settings, makes=True)
    from bot.logs import log_as_json
    from bot.serve import bind_socket
    from bot.serve import serve as serve_on

    with bind_socket(settings) as door:
        log_as_json()
        asyncio.run(serve_on(settings, door))


@click.command()
def release() -> None:
    """Bring the database up to date; doing it twice is harmless."""
    from config.settings import load_settings
    from storage.migrate import current, head, upgrade

    settings = load_settings()
    file = sqlite_file(settings.database_url)
    if file is not None and not file.absolute().parent.is_dir():
        raise CommandRefused(
            f"There is no folder {file.absolute().parent}. Make it, or change MILEPOST_DATABASE_URL."
        )
    if settings.database_url.startswith("sqlite") and file is None:
        raise CommandRefused(
            "A database in memory has nothing to bring up to date. Name a file: sqlite:///milepost.db"
        )
    before = None if file is not None and not file.exists() else current(settings.database_url)
    upgrade(settings.database_url)
    run(_note(settings.database_url))
    name = hidden(settings.database_url)
    if before == head():
        tell(f"{name} is up to date ({head()}). Nothing to do.")
    else:
        tell(f"{name} is now at {head()} (before: {before or 'empty'}).")


async def _note(url: str) -> None:
    """What this release changes in rules, words and fields goes into the change log."""
    from bot.clock import SystemClock
    from bot.content.publish_changes import note_release
    from bot.wiring import load_playbook
    from storage.store import SqlStore

    store = SqlStore.open(url)
    try:
        await note_release(store, load_playbook(), at=SystemClock().now())
    finally:
        await store.close()


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8765, show_default=True)
@click.option("--no-open", is_flag=True, help="Do not open a browser.")
@click.option("--headless", is_flag=True, help="Run a campaign without a page and print every rollup.")
@click.option("--campaign", "campaign_id", metavar="ID", help="With --headless: which campaign.")
@click.option("--weeks", type=click.IntRange(1, 104), help="With --headless: how many weeks.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same run.")
@click.option("--start-on", type=Day(), help="With --headless: the Monday on which it starts.")
@click.option("--json", "is_json", is_flag=True, help="With --headless: print one JSON object.")
def sandbox(
    port: int,
    no_open: bool,
    headless: bool,
    campaign_id: str | None,
    weeks: int | None,
    seed: int,
    start_on: date | None,
    is_json: bool,
) -> None:
    """Try everything on a page on this machine; nothing is sent, no account is needed."""
    if headless:
        if campaign_id is None or weeks is None:
            raise click.UsageError("--headless needs --campaign ID and --weeks N.")
        _headless(campaign_id, weeks, seed, start_on, is_json)
        return
    for name, given in (("--campaign", campaign_id), ("--weeks", weeks), ("--start-on", start_on)):
        if given is not None:
            raise click.UsageError(f"{name} belongs to --headless.")
    if is_json:
        raise click.UsageError("--json belongs to --headless.")
    from bot.sandbox.page.app import serve as serve_page

    run(serve_page(port=port, open_browser=not no_open, seed=seed))


def _headless(campaign_id: str, weeks: int, seed: int, start_on: date | None, is_json: bool) -> None:
    from bot.sandbox.headless import run as run_headless
    from bot.sandbox.run_record import to_json, to_text
    from bot.sandbox.world import START_ON

    with progress(f"{weeks} weeks of {campaign_id}") as move:
        record = run(
            run_headless(campaign_id, weeks=weeks, seed=seed, start_on=start_on or START_ON, on_progress=move)
        )
        result = to_json(record)
    if is_json:
        tell_json(result)
    else:
        tell(to_text(result).rstrip("\n"))
    if result["violations"]:
        raise click.exceptions.Exit(1)
