"""What is configured, reachable and due; each problem names the next command."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime

from bot.clock import SystemClock
from bot.commands.command_setup import hidden, sqlite_file
from bot.content.own_campaigns import book_with_own
from bot.doctor.findings import Finding
from bot.files.phrases import in_words
from bot.wiring import load_playbook
from config.settings import Settings, SettingsRefused, load_settings
from nudges.errors import MilepostError
from nudges.model.delivery import DeliveryState
from nudges.model.installation import may_add
from nudges.model.people import CampaignRun, Leader, Partnership
from nudges.model.playbook import Playbook
from nudges.ports import Transaction
from nudges.use_cases.delivery.audit import audit
from storage.migrate import current, head
from storage.store import SqlStore

SHOWN_MAX = 20


async def examine(*, online: bool) -> list[Finding]:
    """Look at everything, from the settings to what is due; stops where the rest cannot be read."""
    return [finding async for finding in _examine(online=online)]


async def _examine(*, online: bool) -> AsyncIterator[Finding]:
    try:
        settings = load_settings()
    except SettingsRefused as error:
        for line in str(error).splitlines():
            yield Finding(about="settings", what=line, is_problem=True)
        return
    yield Finding(about="settings", what=f"{settings.env}, {settings.base_url}")
    for finding in _slack(settings):
        yield finding
    database = await _database(settings)
    yield database
    clock = SystemClock()
    # Before there is a database, Slack can still be asked about the one token that stands in the settings.
    store = SqlStore.open("sqlite://" if database.is_problem else settings.database_url)
    try:
        if online:
            from bot.doctor.slack import slack_findings

            async for finding in slack_findings(settings, store=store, clock=clock):
                yield finding
        elif not database.is_problem:
            async for finding in _gone(store, settings):
                yield finding
        if not database.is_problem:
            for finding in await _open_to_all(store, settings):
                yield finding
            async for finding in _ledger(store, at=clock.now(), has_slack=settings.has_slack):
                yield finding
    finally:
        await store.close()


def _slack(settings: Settings) -> list[Finding]:
    if settings.has_slack:
        parts = ["one workspace by its token"] if settings.slack_bot_token else []
        parts += ["workspaces that add the app"] if settings.has_slack_install else []
        parts += ["requests through Socket Mode"] if settings.slack_app_token else []
        what = f"configured: {', '.join(parts)}"
        return [Finding(about="slack", what=what, todo="milepost doctor --online asks Slack itself")]
    return [
        Finding(
            about="slack",
            what="not configured, so nothing is sent",
            todo="milepost pack slack writes the app; docs/guides/slack.md says which settings it gives you",
            is_problem=settings.env == "production",
        )
    ]


async def _gone(store: SqlStore, settings: Settings) -> AsyncIterator[Finding]:
    """Workspaces that the app was taken out of, as far as is known without asking."""
    async with store.reading() as tx:
        known = await tx.installations.unchecked_all()
    for installation in (one for one in known if not one.is_connected):
        since = f" since {installation.gone_at:%Y-%m-%d}" if installation.gone_at else ""
        what = f"the app is gone{since} ({installation.because}), and its messages wait"
        link = f"add the app there again: {settings.base_url.rstrip('/')}/slack/install"
        todo = link if settings.has_slack_install else "set a new SLACK_BOT_TOKEN"
        yield Finding(
            about=f"workspace {installation.name} ({installation.workspace})",
            what=what,
            todo=todo,
            is_problem=True,
        )


async def _open_to_all(store: SqlStore, settings: Settings) -> list[Finding]:
    """Where the app may be added, against where it is."""
    async with store.reading() as tx:
        known = [one for one in await tx.installations.unchecked_all() if one.is_connected]
    about, name = "workspaces", "SLACK_ALLOWED_WORKSPACES"
    if len(known) > 1 and not settings.allowed_workspaces:
        what = f"{len(known)} are connected, and whoever has the link can add one more"
        todo = f"set {name}={','.join(sorted(one.workspace for one in known))}"
        return [Finding(about=about, what=what, todo=todo)]
    what, todo = f"connected, but {name} does not name it", "name it, or have the app removed there"
    return [
        Finding(
            about=f"workspace {installation.name} ({installation.workspace})",
            what=what,
            todo=todo,
            is_problem=True,
        )
        for installation in known
        if not may_add(installation, settings.allowed_workspaces)
    ]


async def _database(settings: Settings) -> Finding:
    from sqlalchemy.exc import SQLAlchemyError

    url = settings.database_url
    name, file = hidden(url), sqlite_file(url)
    if url.startswith("sqlite") and file is None:
        todo = "set MILEPOST_DATABASE_URL to a file: sqlite:///milepost.db"
        return Finding(about="database", what="in memory: it forgets everything", todo=todo, is_problem=True)
    if file is not None and not file.exists():
        todo = "milepost apply FOLDER makes it"
        return Finding(about="database", what=f"{name} does not exist yet", todo=todo, is_problem=True)
    try:
        at = await asyncio.to_thread(current, url)
    except (SQLAlchemyError, OSError) as error:
        first = str(getattr(error, "orig", None) or error).strip().splitlines()[0][:200]
        todo = "check MILEPOST_DATABASE_URL, and that the database is there"
        return Finding(about="database", what=f"{name}: {first}", todo=todo, is_problem=True)
    if at != head():
        what = f"{name} is at {at or 'nothing'}, this release needs {head()}"
        return Finding(about="database", what=what, todo="milepost release", is_problem=True)
    return Finding(about="database", what=f"{name}, schema {at}")


async def _ledger(store: SqlStore, *, at: datetime, has_slack: bool) -> AsyncIterator[Finding]:
    try:
        book = await book_with_own(store, load_playbook())
    except MilepostError as error:
        yield Finding(about="content", what=in_words(error), todo="milepost check config", is_problem=True)
        return
    async with store.reading() as tx:
        partnerships = await tx.people.unchecked_partnerships()
        if not partnerships:
            todo = "milepost init --dir D, then milepost apply D"
            yield Finding(about="partnership", what="none yet", todo=todo, is_problem=True)
        for partnership in partnerships:
            for finding in await _partnership(tx, partnership, book, at=at, has_slack=has_slack):
                yield finding
        yield await _due(tx, at=at)
    irregularities = await audit(store, at)
    for irregularity in irregularities[:SHOWN_MAX]:
        yield Finding(
            about=f"audit, {irregularity.subject}",
            what=in_words(irregularity.what),
            todo=in_words(irregularity.todo),
            is_problem=True,
        )
    if len(irregularities) > SHOWN_MAX:
        yield Finding(
            about="audit", what=f"and {len(irregularities) - SHOWN_MAX} more like these", is_problem=True
        )
    if not irregularities:
        yield Finding(about="audit", what="nothing is late, unclear or forgotten")


async def _partnership(
    tx: Transaction, partnership: Partnership, book: Playbook, *, at: datetime, has_slack: bool
) -> list[Finding]:
    about, name = f"partnership {partnership.id}", partnership.id
    leaders = await tx.people.unchecked_leaders(name)
    organisations = await tx.people.unchecked_organisations(name)
    runs = [one for one in await tx.people.unchecked_runs(name) if one.ended_at is None]
    findings = [Finding(about=about, what=f"{len(leaders)} leaders, {len(organisations)} organisations")]
    waiting = [one.name for one in organisations if not one.is_ready]
    if waiting:
        todo = "add permission and assessment to partnership.yaml, then: milepost apply FOLDER"
        findings.append(Finding(about=about, what=f"waiting to be ready: {', '.join(waiting)}", todo=todo))
    away = sum(one.address is None and one.stopped_at is None for one in leaders)
    if away:
        what = f"{away} of {len(leaders)} leaders have no chat address, so nothing reaches them"
        todo = (
            "milepost apply FOLDER looks them up in Slack" if has_slack else "set SLACK_BOT_TOKEN, then apply"
        )
        findings.append(Finding(about=about, what=what, todo=todo, is_problem=bool(runs)))
    for run in runs:
        ready = {one.id for one in organisations if one.is_ready}
        findings += _run(run, leaders, partnership, book, ready=ready)
    if not runs:
        todo = "milepost campaign preview starter, then: milepost campaign launch starter --on MONDAY"
        findings.append(Finding(about=about, what="no campaign runs", todo=todo))
    return findings


def _run(
    run: CampaignRun,
    leaders: Sequence[Leader],
    partnership: Partnership,
    book: Playbook,
    *,
    ready: Collection[str],
) -> list[Finding]:
    about = f"campaign {run.campaign_id}"
    if run.campaign_id not in book.campaigns:
        todo = "milepost apply FILE, with the campaign's file"
        return [Finding(about=about, what="runs, but is not known here", todo=todo, is_problem=True)]
    members = [one for one in leaders if one.id in run.member_ids]
    invited = sum(one.organisation_id in ready or one.is_in for one in members)
    yes = sum(one.opted_in_at is not None for one in members)
    what = f"launched for {run.starts_on}: {invited} invited, {yes} have said yes"
    findings = [Finding(about=about, what=what)]
    if run.channel not in partnership.channels:
        what = f"there is no channel “{run.channel}”, so there is no Friday post"
        todo = "add it under `channels` in partnership.yaml, then: milepost apply FOLDER"
        findings.append(Finding(about=about, what=what, todo=todo, is_problem=True))
    return findings


async def _due(tx: Transaction, *, at: datetime) -> Finding:
    states = await tx.deliveries.states()
    counts = ", ".join(f"{states[one]} {one}" for one in DeliveryState if states.get(one))
    due = [one for one in (await tx.records.next_timer(), await tx.deliveries.next_due()) if one is not None]
    if not due:
        return Finding(about="due", what=f"nothing is planned; messages: {counts or 'none'}")
    first = min(due)
    when = "now" if first <= at else f"{first:%Y-%m-%d %H:%M} UTC"
    todo = "milepost serve has to run" if first <= at else ""
    return Finding(about="due", what=f"next: {when}; messages: {counts or 'none'}", todo=todo)
