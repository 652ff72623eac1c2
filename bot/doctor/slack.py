"""The doctor's questions to Slack: every connected workspace, our messages and forms, the app's manifest."""

from __future__ import annotations

from collections.abc import AsyncIterator

from bot.content.own_campaigns import book_with_own
from bot.doctor.findings import Finding
from bot.doctor.slack_trial_calls import Verdict, manifest_refused, shapes, standing, would_take
from bot.slack.api.failures import SlackError
from bot.slack.api.http_session import client, open_session
from bot.slack.install.connect import open_workspaces
from bot.slack.install.manifest import breaches, is_reachable, manifest
from bot.slack.install.workspace_directory import Workspaces
from bot.slack.outbound import SlackPlatform
from bot.wiring import MESSAGES, load_playbook
from config.settings import Settings
from nudges.errors import DeliveryError
from nudges.ports import Clock, Store

ONLINE = "slack online"
AGAIN = "then: milepost doctor --online"
SHOWN_MAX = 10


async def slack_findings(settings: Settings, *, store: Store, clock: Clock) -> AsyncIterator[Finding]:
    """Ask every connected workspace, and one of them about our messages; then Slack about the manifest.

    A workspace that turns out to be gone is marked so, as the next message would do.
    """
    if settings.slack_bot_token is None and not settings.has_slack_install:
        yield Finding(about=ONLINE, what="nothing to ask: there is no token")
    else:
        book = await book_with_own(store, load_playbook())
        async with open_workspaces(settings, store=store, clock=clock, book=lambda: book) as workspaces:
            async for finding in _workspaces(workspaces, settings):
                yield finding
    async for finding in _manifest(settings):
        yield finding


async def _workspaces(workspaces: Workspaces, settings: Settings) -> AsyncIterator[Finding]:
    try:
        await workspaces.meet()
    except DeliveryError as error:
        todo = f"check SLACK_BOT_TOKEN and the way out to slack.com, {AGAIN}"
        yield Finding(about=ONLINE, what=error.reason, todo=todo, is_problem=True)
    asked: SlackPlatform | None = None
    connected = await workspaces.connected()
    names = workspaces.names()
    for workspace in connected:
        platform = await workspaces.platform(workspace)
        if platform is None:
            continue
        finding = await _workspace(platform, workspace, name=names.get(workspace, ""), settings=settings)
        if not finding.is_problem or finding.what.startswith("reached"):
            asked = asked or platform
        yield finding
    for gone in sorted(workspaces.gone):
        link = f"{settings.base_url.rstrip('/')}/slack/install"
        how = (
            f"add the app there again: {link}" if settings.has_slack_install else "set a new SLACK_BOT_TOKEN"
        )
        yield Finding(
            about=f"workspace {gone}",
            what="the app is gone, and its messages wait",
            todo=how,
            is_problem=True,
        )
    for locked in sorted(workspaces.unreadable):
        what, todo = "its tokens cannot be opened", f"put the key back into MILEPOST_SECRET_KEYS, {AGAIN}"
        yield Finding(about=f"workspace {locked}", what=what, todo=todo, is_problem=True)
    if not connected and not workspaces.gone and not workspaces.unreadable and settings.has_slack_install:
        todo = f"open {settings.base_url.rstrip('/')}/slack/install in a browser"
        yield Finding(about=ONLINE, what="no workspace has added the app yet", todo=todo)
    if asked is not None:
        async for finding in _messages(asked):
            yield finding


async def _workspace(platform: SlackPlatform, workspace: str, *, name: str, settings: Settings) -> Finding:
    called = f"{name} ({workspace})" if name and name != workspace else workspace
    about = f"workspace {called}"
    try:
        answered = await standing(platform)
    except DeliveryError as error:
        todo = f"check its token and the way out to slack.com, {AGAIN}"
        return Finding(about=about, what=error.reason, todo=todo, is_problem=True)
    if answered.missing:
        what = f"reached, workspace {answered.workspace}, but it lacks {', '.join(answered.missing)}"
        todo = "put the manifest of `milepost pack slack` on the app's page, and add the app there again"
        return Finding(about=about, what=what, todo=todo, is_problem=True)
    return Finding(about=about, what=f"reached, workspace {answered.workspace}")


async def _messages(platform: SlackPlatform) -> AsyncIterator[Finding]:
    about, wanted = "messages", shapes(MESSAGES)
    try:
        verdict = await would_take(platform, wanted)
    except SlackError as error:
        what = f"Slack was not asked whether it would take them: {error.reason}"
        yield Finding(about=about, what=what)
        return
    yield _summary(verdict, len(wanted))
    for line in verdict.refused[:SHOWN_MAX]:
        yield Finding(about=about, what=line, todo="report this: Slack has changed", is_problem=True)
    if len(verdict.refused) > SHOWN_MAX:
        more = f"and {len(verdict.refused) - SHOWN_MAX} more like these"
        yield Finding(about=about, what=more, is_problem=True)


def _summary(verdict: Verdict, wanted: int) -> Finding:
    taken = f"Slack looked at {verdict.checked} of {wanted} messages, pages and forms at their longest"
    why = f"; the rest was not asked: {verdict.because}" if verdict.because else ""
    judgement = (
        f"and would refuse parts of them ({len(verdict.refused)})" if verdict.refused else "and takes them"
    )
    return Finding(about="messages", what=f"{taken}, {judgement}{why}")


async def _manifest(settings: Settings) -> AsyncIterator[Finding]:
    """Our own limits always, and Slack's judgement where there is a token of its kind."""
    about = "slack manifest"
    made = manifest(settings.base_url, socket_mode=not is_reachable(settings.base_url))
    for breach in breaches(made):
        yield Finding(
            about=about, what=f"{breach.where} {breach.what}", todo=breach.reference, is_problem=True
        )
    token = settings.slack_config_token
    if token is None:
        what = "not asked: Slack wants an app configuration token for it"
        todo = f"if you like: api.slack.com/apps > Generate Token, set SLACK_CONFIG_TOKEN, {AGAIN}"
        yield Finding(about=about, what=what, todo=todo)
        return
    async with open_session() as session:
        asking = client(session, token=token.get_secret_value(), api_url=settings.slack_api_url)
        try:
            refused = await manifest_refused(asking, made)
        except DeliveryError as error:
            todo = "such a token lasts twelve hours: make a new one, or unset SLACK_CONFIG_TOKEN"
            yield Finding(about=about, what=error.reason, todo=todo, is_problem=True)
            return
    if not refused:
        yield Finding(about=about, what="Slack would take it")
    for line in refused:
        yield Finding(about=about, what=line, todo="change config/slack/manifest.yaml", is_problem=True)
