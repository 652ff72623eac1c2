"""When the next Friday post and the leads' Monday are due, and their timers."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from nudges.model import cadence, calendar
from nudges.model.people import CampaignRun
from nudges.model.timers import TimerKind
from nudges.rules.campaigns import monday_needs
from nudges.unit_of_work.read_roster import Roster
from nudges.unit_of_work.unit_of_work import UnitOfWork


def rollup_at(work: UnitOfWork, roster: Roster, week_on: date) -> datetime | None:
    """When this week's post goes out, if nobody holds it."""
    partnership = roster.partnership
    return cadence.rollup_instant(
        week_on=week_on,
        zone=partnership.zone,
        nation_holidays=work.holidays_of(partnership),
        rules=work.book.rules,
    )


def post_due_at(
    work: UnitOfWork, roster: Roster, run: CampaignRun, week_on: date | None = None
) -> datetime | None:
    """When the post of this or another week goes out; a lead may hold it for a while on its own day."""
    zone = roster.partnership.zone
    due_at = rollup_at(work, roster, week_on or calendar.week_of(work.at, zone))
    if due_at is None or run.held_until is None:
        return due_at
    most = due_at + timedelta(hours=work.book.rules.rollup.hold_hours_max)
    return min(run.held_until, most) if due_at < run.held_until < day_after(due_at, zone) else due_at


def set_rollup_timers(work: UnitOfWork, roster: Roster, run: CampaignRun) -> None:
    """Set the timers for the next post of a run and for the leads' look at it, up to its last week.

    While campaigns run the leads hear on Mondays what needs them, so that is set here as well.
    """
    set_monday_timer(work, roster)
    zone = roster.partnership.zone
    length = work.book.campaign(run.campaign_id).length_weeks
    week_on = max(calendar.week_of(work.at, zone), run.starts_on)
    ends_on = calendar.run_ends_on(run, length=length, rules=work.book.rules)
    work.cancel_timer(TimerKind.ROLLUP_PREVIEW, run.id)
    while week_on < ends_on:
        due_at = post_due_at(work, roster, run, week_on)
        if due_at is not None and due_at > work.at:
            work.set_timer(TimerKind.ROLLUP, run.id, due_at, partnership_id=run.partnership_id)
            preview_at = due_at - timedelta(hours=work.book.rules.rollup.preview_hours)
            if preview_at > work.at:
                work.set_timer(
                    TimerKind.ROLLUP_PREVIEW, run.id, preview_at, partnership_id=run.partnership_id
                )
            return
        week_on += timedelta(weeks=1)
    work.cancel_timer(TimerKind.ROLLUP, run.id)


def day_after(instant: datetime, zone: str) -> datetime:
    """The first instant of the next day there."""
    return calendar.instant_of(calendar.local(instant, zone).date() + calendar.DAY, time(0), zone)


def set_monday_timer(work: UnitOfWork, roster: Roster) -> None:
    """Set the next Monday's look where a campaign runs or is to start."""
    partnership = roster.partnership
    if not any(run.ended_at is None for run in roster.runs):
        work.cancel_timer(TimerKind.LEAD_MONDAY, partnership.id)
        return
    week_on = calendar.week_of(work.at, partnership.zone)
    for monday_on in (week_on, week_on + calendar.WEEK):
        due_at = monday_needs.monday_instant(
            week_on=monday_on,
            zone=partnership.zone,
            holidays=work.holidays_of(partnership),
            rules=work.book.rules.lead_monday,
        )
        if due_at > work.at:
            work.set_timer(TimerKind.LEAD_MONDAY, partnership.id, due_at, partnership_id=partnership.id)
            return
