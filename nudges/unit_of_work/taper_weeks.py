"""After a campaign: rarer and rarer, and then silence; which week is which."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from nudges.model import cadence, calendar
from nudges.model.people import CampaignRun, Leader
from nudges.unit_of_work.read_roster import Roster
from nudges.unit_of_work.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True, slots=True)
class TaperWeek:
    """One of the few weeks after a run in which something is sent; `place` is "first", "next" or "last"."""

    run: CampaignRun
    number: int
    place: str


def last_run(roster: Roster, leader: Leader) -> CampaignRun | None:
    """The run that ended last, where the leader takes part in no other."""
    if roster.live_runs(leader):
        return None
    ended = [
        (run.ended_at, run.id, run) for run in roster.runs if run.ended_at and leader.id in run.member_ids
    ]
    return max(ended, key=lambda one: one[:2])[2] if ended else None


def _weeks(work: UnitOfWork, leader: Leader, run: CampaignRun) -> tuple[date, ...]:
    """Counted from the Monday on which it ended; a run that was ended early tapers from there."""
    ended_on = calendar.week_of(run.ended_at or work.at, leader.zone)
    return calendar.taper_weeks(ended_on, work.book.rules)


def taper_week(work: UnitOfWork, roster: Roster, leader: Leader, week_on: date) -> TaperWeek | None:
    """What this week is to the leader's taper; None where nothing is sent."""
    run = last_run(roster, leader)
    weeks = _weeks(work, leader, run) if run is not None else ()
    if run is None or week_on not in weeks:
        return None
    place = "first" if week_on == weeks[0] else "last" if week_on == weeks[-1] else "next"
    length = work.book.campaign(run.campaign_id).length_weeks
    return TaperWeek(run=run, number=length + 1 + weeks.index(week_on), place=place)


def next_taper_instant(
    work: UnitOfWork, roster: Roster, leader: Leader, *, after_week: date | None = None
) -> datetime | None:
    """When the leader hears next after the end of a campaign; None where that is over.

    `after_week` leaves out that week and those before it.
    """
    run = last_run(roster, leader)
    for week_on in _weeks(work, leader, run) if run is not None else ():
        if after_week is not None and week_on <= after_week:
            continue
        due = cadence.new_action_instant(
            leader,
            week_on=week_on,
            after=work.at,
            holidays=work.holidays_of(leader),
            rules=work.book.rules,
        )
        if due is not None:
            return due
    return None
