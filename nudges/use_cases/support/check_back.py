"""A step that asks to be checked a week later: as a rider on the next nudge, or alone where there is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from nudges.model import calendar
from nudges.model.message import MessageKind
from nudges.model.nudge import Nudge, NudgeState
from nudges.model.people import Leader
from nudges.model.timers import TimerKind
from nudges.unit_of_work.nudge_cards import Facts, Scene, rider
from nudges.unit_of_work.planning_context import Table
from nudges.unit_of_work.read_roster import read_roster
from nudges.unit_of_work.unit_of_work import Turn

CHOICES = ("heard", "changed", "not_yet")


def check_later(turn: Turn, leader: Leader, nudge: Nudge) -> None:
    """Where the action asks for a check, look at it some days after it was done."""
    due_on = _due_on(turn, leader, nudge)
    if due_on is None:
        return
    wall = turn.book.rules.cadence.send_time_reminder
    window = turn.window(leader, after=calendar.instant_of(due_on, wall, leader.zone))
    turn.wake(
        TimerKind.CHECK_BACK, nudge.id, window[0] if window else None, partnership_id=nudge.partnership_id
    )


def _due_on(turn: Turn, leader: Leader, nudge: Nudge) -> date | None:
    """The day of the check; None where there is nothing to check, or it was asked about."""
    action = turn.book.catalogue.find(nudge.action_id)
    days = action.check_after_days if action else None
    if days is None or nudge.state is not NudgeState.DONE or nudge.done_at is None:
        return None
    if nudge.followed_up_at is not None and nudge.followed_up_at > nudge.done_at:
        return None
    return calendar.local(nudge.done_at, leader.zone).date() + timedelta(days=days)


def is_check_due(turn: Turn, leader: Leader, nudge: Nudge) -> bool:
    """Whether the week of the check has come: then the week's nudge carries it."""
    due_on = _due_on(turn, leader, nudge)
    return due_on is not None and calendar.week_of(turn.at, leader.zone) >= calendar.monday_of(due_on)


def check_rider(turn: Turn, table: Table, nudge: Nudge) -> Facts:
    """What was heard of it?"""
    leader = table.roster.leaders[nudge.leader_id]
    title = Scene(book=turn.book, roster=table.roster, leader=leader).filled(nudge)[1]
    return rider("rider_check_back", nudge.id, _facts(title))


def _facts(title: str) -> Facts:
    return {"title": title, "buttons": [{"verb": "check_back", "value": each} for each in CHOICES]}


def was_checked(turn: Turn, nudge_id: str) -> None:
    """It was asked on the week's nudge, so it does not go out alone."""
    turn.sleep(TimerKind.CHECK_BACK, nudge_id)


async def check_back(turn: Turn, partnership_id: str, nudge_id: str) -> None:
    """Ask about the check where no nudge has carried it; a full week puts it off to the next one."""
    nudge = await turn.nudge(nudge_id)
    roster = await read_roster(turn.tx, partnership_id)
    leader = roster.leaders.get(nudge.leader_id) if nudge else None
    if nudge is None or leader is None or not roster.may_be_nudged(leader):
        return
    if _due_on(turn, leader, nudge) is None:
        return
    window = turn.window(leader)
    if window is None or window[0] > turn.at:
        turn.wake(
            TimerKind.CHECK_BACK, nudge.id, window[0] if window else None, partnership_id=partnership_id
        )
        return
    title = Scene(book=turn.book, roster=roster, leader=leader).filled(nudge)[1]
    told = await turn.tell(
        leader,
        MessageKind.SUPPORT,
        "rider_check_back",
        occurrence=f"check:{nudge.id}",
        facts=_facts(title),
        subject=nudge.id,
        action_id=nudge.action_id,
    )
    if told:
        turn.keep(replace(nudge, followed_up_at=turn.at))
        return
    monday = calendar.week_of(turn.at, leader.zone) + calendar.WEEK
    wall = turn.book.rules.cadence.send_time_reminder
    later = turn.window(leader, after=calendar.instant_of(monday, wall, leader.zone))
    turn.wake(TimerKind.CHECK_BACK, nudge.id, later[0] if later else None, partnership_id=partnership_id)
