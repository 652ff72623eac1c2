"""A step that asks to be checked a week later: as a rider on the next nudge, or alone where there is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from nudges.model import calendar, message_facts
from nudges.model.message import MessageKind
from nudges.model.nudge import Nudge, NudgeState
from nudges.model.people import Leader
from nudges.model.timers import TimerKind
from nudges.unit_of_work.nudge_cards import Facts, Scene, rider
from nudges.unit_of_work.planning_context import PlanningContext
from nudges.unit_of_work.read_roster import read_roster
from nudges.unit_of_work.unit_of_work import UnitOfWork

CHOICES = ("heard", "changed", "not_yet")


def check_later(work: UnitOfWork, leader: Leader, nudge: Nudge) -> None:
    """Where the action asks for a check, look at it some days after it was done."""
    due_on = _due_on(work, leader, nudge)
    if due_on is None:
        return
    wall = work.book.rules.cadence.send_time_reminder
    window = work.window(leader, after=calendar.instant_of(due_on, wall, leader.zone))
    work.set_timer(
        TimerKind.CHECK_BACK, nudge.id, window[0] if window else None, partnership_id=nudge.partnership_id
    )


def _due_on(work: UnitOfWork, leader: Leader, nudge: Nudge) -> date | None:
    """The day of the check; None where there is nothing to check, or it was asked about."""
    action = work.book.catalogue.find(nudge.action_id)
    days = action.check_after_days if action else None
    if days is None or nudge.state is not NudgeState.DONE or nudge.done_at is None:
        return None
    if nudge.followed_up_at is not None and nudge.followed_up_at > nudge.done_at:
        return None
    return calendar.local(nudge.done_at, leader.zone).date() + timedelta(days=days)


def is_check_due(work: UnitOfWork, leader: Leader, nudge: Nudge) -> bool:
    """Whether the week of the check has come: then the week's nudge carries it."""
    due_on = _due_on(work, leader, nudge)
    return due_on is not None and calendar.week_of(work.at, leader.zone) >= calendar.monday_of(due_on)


def check_rider(work: UnitOfWork, planning: PlanningContext, nudge: Nudge) -> Facts:
    """What was heard of it?"""
    leader = planning.roster.leaders[nudge.leader_id]
    title = Scene(book=work.book, roster=planning.roster, leader=leader).filled(nudge)[1]
    return rider("rider_check_back", nudge.id, _facts(title))


def _facts(title: str) -> message_facts.RiderCheckBack:
    return {"title": title, "buttons": [{"verb": "check_back", "value": each} for each in CHOICES]}


def was_checked(work: UnitOfWork, nudge_id: str) -> None:
    """It was asked on the week's nudge, so it does not go out alone."""
    work.cancel_timer(TimerKind.CHECK_BACK, nudge_id)


async def check_back(work: UnitOfWork, partnership_id: str, nudge_id: str) -> None:
    """Ask about the check where no nudge has carried it; a full week puts it off to the next one."""
    nudge = await work.nudge(nudge_id)
    roster = await read_roster(work.tx, partnership_id)
    leader = roster.leaders.get(nudge.leader_id) if nudge else None
    if nudge is None or leader is None or not roster.may_be_nudged(leader):
        return
    if _due_on(work, leader, nudge) is None:
        return
    window = work.window(leader)
    if window is None or window[0] > work.at:
        work.set_timer(
            TimerKind.CHECK_BACK, nudge.id, window[0] if window else None, partnership_id=partnership_id
        )
        return
    title = Scene(book=work.book, roster=roster, leader=leader).filled(nudge)[1]
    is_told = await work.tell(
        leader,
        MessageKind.SUPPORT,
        "rider_check_back",
        occurrence=f"check:{nudge.id}",
        facts=_facts(title),
        subject=nudge.id,
        action_id=nudge.action_id,
    )
    if is_told:
        work.keep(replace(nudge, followed_up_at=work.at))
        return
    monday = calendar.week_of(work.at, leader.zone) + calendar.WEEK
    wall = work.book.rules.cadence.send_time_reminder
    later = work.window(leader, after=calendar.instant_of(monday, wall, leader.zone))
    work.set_timer(TimerKind.CHECK_BACK, nudge.id, later[0] if later else None, partnership_id=partnership_id)
