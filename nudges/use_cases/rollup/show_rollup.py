"""A lead looks at the Friday post before it goes out, at an earlier one, or posts it now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from nudges.errors import IllegalTransition, InvalidInput, NotFound
from nudges.model import calendar
from nudges.model.catalogue import Campaign, Week
from nudges.model.events import EventKind
from nudges.model.people import CampaignRun
from nudges.model.playbook import Playbook
from nudges.ports import Store
from nudges.rules.rollup.recount import posts
from nudges.said import said
from nudges.unit_of_work.read_roster import Roster, read_roster
from nudges.unit_of_work.rollup_timer import rollup_at, set_rollup_timers
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.partner_steps.refresh_board import refresh_board
from nudges.use_cases.rollup.compose_rollup import Rollup, compose_rollup
from nudges.use_cases.rollup.post_rollup import put_rollup


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownRollup:
    """A post as it would be said. `until` is the instant that it counts to."""

    rollup: Rollup
    until: datetime
    is_past: bool


async def show_rollup(
    store: Store,
    book: Playbook,
    *,
    partnership_id: str,
    campaign_id: str,
    at: datetime,
    week: int | None = None,
) -> ShownRollup:
    """The post as of now, or as of the Friday of an earlier week, recounted from the log.

    What the log does not hold is as it is today: names, and the words of steps and shared lines.

    Raises:
        NotFound: the campaign has never run here.
        InvalidInput: it has no such week, or that week has not begun.
    """
    async with store.reading() as tx:
        work = UnitOfWork(tx=tx, book=book, at=at, holidays=await tx.people.unchecked_holidays())
        roster = await read_roster(tx, partnership_id)
        run = _last_run(roster, book, campaign_id)
        campaign = book.campaign(campaign_id)
        meant, monday = _week_meant(run, campaign, week, at=at, zone=roster.partnership.zone, book=book)
        due_at = rollup_at(work, roster, monday)
        until = at if due_at is None else min(at, due_at)
        if week is None:
            until = at
        events = await tx.records.events(partnership_id, kinds=[EventKind.ROLLED_UP], run_id=run.id)
        earlier = posts(events, run_id=run.id, until=at)
        post = next((post for post in reversed(earlier) if post.week == week), None)
        if post is not None:
            until, after = post.at, post.after
        else:
            after = max((post.at for post in earlier if post.at < until), default=None)
        as_of = replace(run, rolled_up_at=after)
        made = await compose_rollup(work, roster, as_of, campaign, meant, until=until)
    return ShownRollup(rollup=made, until=until, is_past=until < at)


async def post_rollup_now(
    store: Store, book: Playbook, *, partnership_id: str, campaign_id: str, at: datetime
) -> Rollup:
    """Put the post of this week into the channel now; it is sent like any other message.

    Raises:
        NotFound: the campaign does not run, or this week is none of its weeks.
        IllegalTransition: it was posted today, the channel has had its posts of the week, or is not known.
    """
    async with store.transaction() as tx:
        work = UnitOfWork(tx=tx, book=book, at=at, holidays=await tx.people.unchecked_holidays())
        roster = await read_roster(tx, partnership_id)
        run, zone = _last_run(roster, book, campaign_id), roster.partnership.zone
        if run.ended_at is not None:
            raise NotFound(said("rollup.is_over", {"campaign": campaign_id}))
        campaign = book.campaign(campaign_id)
        week, _ = _week_meant(run, campaign, None, at=at, zone=zone, book=book)
        if run.channel not in roster.partnership.channels:
            raise IllegalTransition(said("rollup.no_channel", {"channel": run.channel}))
        last = run.rolled_up_at
        if last is not None and calendar.local(last, zone).date() == calendar.local(at, zone).date():
            raise IllegalTransition(said("rollup.out_already"))
        made, posted = await put_rollup(work, roster, run, campaign, week)
        if posted is run:
            most = book.rules.cadence.channel_posts_per_week_max
            raise IllegalTransition(said("rollup.channel_full", {"most": most}))
        await refresh_board(work, roster)
        set_rollup_timers(work, roster, posted)
        await work.write()
    return made


def _last_run(roster: Roster, book: Playbook, campaign_id: str) -> CampaignRun:
    book.campaign(campaign_id)
    runs = [run for run in roster.runs if run.campaign_id == campaign_id]
    if not runs:
        raise NotFound(said("rollup.not_running", {"campaign": campaign_id}))
    return max(runs, key=lambda run: (run.ended_at is None, run.starts_on))


def _week_meant(
    run: CampaignRun, campaign: Campaign, number: int | None, *, at: datetime, zone: str, book: Playbook
) -> tuple[Week, date]:
    """The campaign's week and its Monday: the one that `at` is in, or the one with this number."""
    this_monday = calendar.week_of(at, zone)
    mondays: dict[int, date] = {}
    monday = run.starts_on
    ends_on = calendar.run_ends_on(run, length=campaign.length_weeks, rules=book.rules)
    while monday <= min(this_monday, ends_on - timedelta(weeks=1)):
        result = calendar.run_week(run, monday, length=campaign.length_weeks, rules=book.rules)
        if result is not None:
            mondays[result] = monday
        monday += timedelta(weeks=1)
    if not mondays:
        raise InvalidInput(said("rollup.not_begun", {"day": run.starts_on.isoformat()}))
    wanted = max(mondays) if number is None else number
    week = campaign.week(wanted)
    if week is None or wanted not in mondays:
        raise InvalidInput(
            said(
                "rollup.no_post_for_week",
                {
                    "wanted": wanted,
                    "campaign": campaign.name,
                    "week": max(mondays),
                    "weeks": campaign.length_weeks,
                },
            )
        )
    return week, mondays[wanted]
