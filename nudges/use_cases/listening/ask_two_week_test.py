"""Two-week tests: asked about once, at their end."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from nudges.model import calendar, message_facts
from nudges.model.message import MessageKind
from nudges.model.people import Leader
from nudges.model.timers import TimerKind
from nudges.model.two_week_test import Trial
from nudges.unit_of_work.nudge_cards import buttons
from nudges.unit_of_work.read_roster import read_roster
from nudges.unit_of_work.unit_of_work import UnitOfWork


def asked_at(
    work: UnitOfWork, leader: Leader, trial: Trial, *, after: datetime | None = None
) -> datetime | None:
    """The first own working day from the last day of the test on, at the time of follow-ups."""
    wall = work.book.rules.cadence.send_time_reminder
    ends_at = calendar.instant_of(trial.ends_on, wall, leader.zone)
    return calendar.next_sending_instant(
        leader,
        after=max(ends_at, after or work.at),
        holidays=work.holidays_of(leader),
        rules=work.book.rules,
        at_wall=wall,
    )


def watch_trial(work: UnitOfWork, leader: Leader, trial: Trial) -> None:
    """Ask at its end."""
    due_at = asked_at(work, leader, trial)
    work.set_timer(TimerKind.TRIAL, trial.id, due_at, partnership_id=trial.partnership_id)


async def ask_trial(work: UnitOfWork, partnership_id: str, trial_id: str) -> None:
    """Ask "What did you learn?" once; a full week moves the question to the next one."""
    trial = await work.tx.listening.unchecked_trial(trial_id)
    if trial is None or trial.asked_at is not None or trial.learned_at is not None:
        return
    roster = await read_roster(work.tx, partnership_id)
    leader = roster.leaders.get(trial.leader_id)
    if leader is None or not leader.is_in:
        return
    window = work.window(leader)
    is_time = window is not None and window[0] <= work.at
    is_told = is_time and await work.tell(
        leader,
        MessageKind.DID_IT_HAPPEN,
        "trial_asked",
        occurrence=trial.id,
        facts=message_facts.TrialAsked(text=trial.text, buttons=buttons("trial_learned")),
        subject=trial.id,
    )
    if is_told:
        work.keep(replace(trial, asked_at=work.at))
        return
    later = work.at
    if is_time:
        monday = calendar.week_of(work.at, leader.zone) + timedelta(weeks=1)
        later = calendar.instant_of(monday, work.book.rules.quiet.ends, leader.zone)
    again = asked_at(work, leader, trial, after=later)
    work.set_timer(TimerKind.TRIAL, trial.id, again, partnership_id=partnership_id)


async def present_trials(work: UnitOfWork, partnership_id: str) -> list[Trial]:
    """All tests, with what this unit of work has changed, oldest first."""
    known = {one.id: one for one in await work.tx.listening.unchecked_trials(partnership_id)}
    return list((known | {one.id: one for one in work.kept(Trial)}).values())
