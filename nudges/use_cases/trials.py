"""Two-week tests: asked about once at their end, and what was learnt for the Friday post."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from nudges.rules import calendar
from nudges.rules import trial as rules_of_trials
from nudges.rules.message import MessageKind
from nudges.rules.people import Leader
from nudges.rules.record import EventKind, TimerKind
from nudges.rules.rollup_facts import one_line
from nudges.rules.trial import Trial
from nudges.use_cases.cards import buttons
from nudges.use_cases.roster import read_roster
from nudges.use_cases.turn import Turn


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


async def learned_line(turn: Turn, partnership_id: str, run_id: str, *, until: datetime) -> str | None:
    """What the Friday post says was learnt, or is not known yet: the newest line that was not told.

    Without one, it says that leaders said "I do not know yet" in front of partners, where some did in the
    week before `until`. None where there is neither. Call `mark_learned_told` once it was posted.
    """
    trial = rules_of_trials.to_tell(await present_trials(turn, partnership_id), run_id=run_id, until_at=until)
    if trial is not None:
        return one_line(trial.learned)
    return await _unknown_line(turn, partnership_id, run_id, until=until)


async def _unknown_line(turn: Turn, partnership_id: str, run_id: str, *, until: datetime) -> str | None:
    found = await turn.tx.records.events(
        partnership_id,
        after=until - timedelta(weeks=1),
        until=until,
        kinds=[EventKind.DONE, EventKind.DONE_UNDONE],
        run_id=run_id,
    )
    action = turn.book.rules.listening.unknown_action
    mine = [one for one in found if one.data.get("action") == action]
    said = sum(1 if one.kind is EventKind.DONE else -1 for one in mine)
    if said < 1:
        return None
    return "some of us said “I do not know yet” in front of partners, and asked who could help"


async def mark_learned_told(turn: Turn, partnership_id: str, run_id: str, *, until: datetime) -> None:
    """Remember that the post of `until` has told the line of `learned_line`; it is not told again."""
    trials = await present_trials(turn, partnership_id)
    trial = rules_of_trials.to_tell(trials, run_id=run_id, until_at=until)
    if trial is not None:
        turn.keep(replace(trial, told_on=until.date()))
