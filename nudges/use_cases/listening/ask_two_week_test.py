"""Two-week tests: asked about once, at their end."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from nudges.model import calendar
from nudges.model.message import MessageKind
from nudges.model.people import Leader
from nudges.model.timers import TimerKind
from nudges.model.two_week_test import Trial
from nudges.unit_of_work.nudge_cards import buttons
from nudges.unit_of_work.read_roster import read_roster
from nudges.unit_of_work.unit_of_work import Turn


def asked_at(turn: Turn, leader: Leader, trial: Trial, *, after: datetime | None = None) -> datetime | None:
    """The first own working day from the last day of the test on, at the time of follow-ups."""
    wall = turn.book.rules.cadence.send_time_reminder
    ends_at = calendar.instant_of(trial.ends_on, wall, leader.zone)
    return calendar.next_sending_instant(
        leader,
        after=max(ends_at, after or turn.at),
        holidays=turn.holidays_of(leader),
        rules=turn.book.rules,
        at_wall=wall,
    )


def watch_trial(turn: Turn, leader: Leader, trial: Trial) -> None:
    """Ask at its end."""
    due_at = asked_at(turn, leader, trial)
    turn.wake(TimerKind.TRIAL, trial.id, due_at, partnership_id=trial.partnership_id)


async def ask_trial(turn: Turn, partnership_id: str, trial_id: str) -> None:
    """Ask "What did you learn?" once; a full week moves the question to the next one."""
    trial = await turn.tx.voices.unchecked_trial(trial_id)
    if trial is None or trial.asked_at is not None or trial.learned_at is not None:
        return
    roster = await read_roster(turn.tx, partnership_id)
    leader = roster.leaders.get(trial.leader_id)
    if leader is None or not leader.is_in:
        return
    window = turn.window(leader)
    is_time = window is not None and window[0] <= turn.at
    told = is_time and await turn.tell(
        leader,
        MessageKind.DID_IT_HAPPEN,
        "trial_asked",
        occurrence=trial.id,
        facts={"text": trial.text, "buttons": buttons("trial_learned")},
        subject=trial.id,
    )
    if told:
        turn.keep(replace(trial, asked_at=turn.at))
        return
    later = turn.at
    if is_time:
        monday = calendar.week_of(turn.at, leader.zone) + timedelta(weeks=1)
        later = calendar.instant_of(monday, turn.book.rules.quiet.ends, leader.zone)
    again = asked_at(turn, leader, trial, after=later)
    turn.wake(TimerKind.TRIAL, trial.id, again, partnership_id=partnership_id)


async def present_trials(turn: Turn, partnership_id: str) -> list[Trial]:
    """All tests, with what this turn has changed, oldest first."""
    known = {one.id: one for one in await turn.tx.voices.unchecked_trials(partnership_id)}
    return list((known | {one.id: one for one in turn.kept(Trial)}).values())
