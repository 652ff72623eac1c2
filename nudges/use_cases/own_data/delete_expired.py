"""Retention, by the clock: people's words go after 90 days, their records six months after the end."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from nudges.model import calendar
from nudges.model.people import CampaignRun, Leader
from nudges.model.retention import Keep, keep_until
from nudges.model.roster import Roster
from nudges.model.timers import TimerKind
from nudges.unit_of_work.read_roster import read_roster
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.own_data.erase import erase_leader

AT_NIGHT = time(3, 0)


def arm_tidy(work: UnitOfWork, partnership_id: str, zone: str) -> None:
    """Look again in the coming night."""
    tomorrow = calendar.local(work.at, zone).date() + timedelta(days=1)
    due_at = calendar.instant_of(tomorrow, AT_NIGHT, zone)
    work.set_timer(TimerKind.TIDY, partnership_id, due_at, partnership_id=partnership_id)


async def tidy(work: UnitOfWork, partnership_id: str, subject: str) -> None:
    """Delete what has been held for as long as the data notice says."""
    roster = await read_roster(work.tx, partnership_id)
    before = work.at - timedelta(days=work.book.rules.privacy.keep_free_text_days)
    await work.tx.commitments.forget_words(partnership_id, before=before)
    await work.tx.listening.forget_words(partnership_id, before=before.date())
    await work.tx.deliveries.forget_words(before=before)
    await work.tx.records.forget_inbox(before=before)
    await work.tx.records.drop_entry_links(before=work.at)
    await work.tx.installations.drop_requests(before=work.at)
    today = calendar.local(work.at, roster.partnership.zone).date()
    for run in roster.runs:
        if run.ended_at is not None and _is_kept_enough(work, roster, run.ended_at, today):
            await work.tx.listening.destroy_pulse(run.id)
    for leader in roster.leaders.values():
        if _is_over(work, roster, leader, today):
            await erase_leader(work.tx, work.book, leader, at=work.at)
    arm_tidy(work, partnership_id, roster.partnership.zone)


def _is_over(work: UnitOfWork, roster: Roster, leader: Leader, today: date) -> bool:
    """Whether this leader left, or everything that they took part in ended, long enough ago."""
    if leader.left_at is not None:
        left_on = calendar.local(leader.left_at, leader.zone).date()
        return today >= left_on + timedelta(days=work.book.rules.privacy.keep_after_leaving_days)
    runs: list[CampaignRun] = [run for run in roster.runs if leader.id in run.member_ids]
    ended: list[datetime] = [run.ended_at for run in runs if run.ended_at is not None]
    if not ended or len(ended) < len(runs):
        return False
    return _is_kept_enough(work, roster, max(ended), today)


def _is_kept_enough(work: UnitOfWork, roster: Roster, ended_at: datetime, today: date) -> bool:
    """Whether records of what ended then may no longer be held."""
    last = calendar.local(ended_at, roster.partnership.zone).date()
    until = keep_until(Keep.RECORD, work.book.rules, counted_from=last)
    return until is not None and today >= until
