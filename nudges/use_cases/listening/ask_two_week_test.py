"""Two-week tests: asked about once, at their end."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from nudges.model import calendar, message_facts
from nudges.model.message import MessageKind
from nudges.model.people import Leader
from nudges.model.timers import TimerKind
from nudges.model.two_week_test import TwoWeekTest
from nudges.unit_of_work.nudge_cards import buttons
from nudges.unit_of_work.read_roster import read_roster
from nudges.unit_of_work.unit_of_work import UnitOfWork


def asked_at(
    work: UnitOfWork, leader: Leader, test: TwoWeekTest, *, after: datetime | None = None
) -> datetime | None:
    """The first own working day from the last day of the test on, at the time of follow-ups."""
    wall = work.book.rules.cadence.send_time_reminder
    ends_at = calendar.instant_of(test.ends_on, wall, leader.zone)
    return calendar.next_sending_instant(
        leader,
        after=max(ends_at, after or work.at),
        holidays=work.holidays_of(leader),
        rules=work.book.rules,
        at_wall=wall,
    )


def watch_two_week_test(work: UnitOfWork, leader: Leader, test: TwoWeekTest) -> None:
    """Ask at its end."""
    due_at = asked_at(work, leader, test)
    work.set_timer(TimerKind.TRIAL, test.id, due_at, partnership_id=test.partnership_id)


async def ask_what_was_learnt(work: UnitOfWork, partnership_id: str, test_id: str) -> None:
    """Ask "What did you learn?" once; a full week moves the question to the next one."""
    test = await work.tx.listening.unchecked_two_week_test(test_id)
    if test is None or test.asked_at is not None or test.learned_at is not None:
        return
    roster = await read_roster(work.tx, partnership_id)
    leader = roster.leaders.get(test.leader_id)
    if leader is None or not leader.is_in:
        return
    window = work.window(leader)
    is_time = window is not None and window[0] <= work.at
    is_told = is_time and await work.tell(
        leader,
        MessageKind.DID_IT_HAPPEN,
        "trial_asked",
        occurrence=test.id,
        facts=message_facts.TrialAsked(text=test.text, buttons=buttons("trial_learned")),
        subject=test.id,
    )
    if is_told:
        work.keep(replace(test, asked_at=work.at))
        return
    later = work.at
    if is_time:
        monday = calendar.week_of(work.at, leader.zone) + timedelta(weeks=1)
        later = calendar.instant_of(monday, work.book.rules.quiet.ends, leader.zone)
    again = asked_at(work, leader, test, after=later)
    work.set_timer(TimerKind.TRIAL, test.id, again, partnership_id=partnership_id)


async def present_two_week_tests(work: UnitOfWork, partnership_id: str) -> list[TwoWeekTest]:
    """All tests, with what this unit of work has changed, oldest first."""
    known = {one.id: one for one in await work.tx.listening.unchecked_two_week_tests(partnership_id)}
    return list((known | {one.id: one for one in work.kept(TwoWeekTest)}).values())
