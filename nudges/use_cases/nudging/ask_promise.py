"""A leader's own promise is asked about once, after its date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from nudges.model import calendar, message_facts
from nudges.model.message import MessageKind
from nudges.model.nudge import PromiseState
from nudges.model.people import Leader
from nudges.model.plain_words import day_words
from nudges.model.timers import TimerKind
from nudges.unit_of_work.nudge_cards import buttons
from nudges.unit_of_work.read_roster import read_roster
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.partner_steps.refresh_board import refresh_board


def asked_at(work: UnitOfWork, leader: Leader, *, due_on: date) -> datetime | None:
    """The first own working day after the date, at the time of follow-ups."""
    rules = work.book.rules
    after = calendar.instant_of(due_on + timedelta(days=1), rules.cadence.send_time_reminder, leader.zone)
    return calendar.next_sending_instant(
        leader,
        after=max(after, work.at),
        holidays=work.holidays_of(leader),
        rules=rules,
        at_wall=rules.cadence.send_time_reminder,
    )


async def ask_promise(work: UnitOfWork, partnership_id: str, promise_id: str) -> None:
    """Ask "Did it happen?" once; a full week moves the question to the next one."""
    promise = await work.tx.commitments.unchecked_promise(promise_id)
    if promise is None or promise.state is not PromiseState.OPEN or promise.asked_at is not None:
        return
    roster = await read_roster(work.tx, partnership_id)
    leader = roster.leaders.get(promise.leader_id)
    if leader is None or not leader.is_in:
        return
    await refresh_board(work, roster)
    window = work.window(leader)
    is_time = window is not None and window[0] <= work.at
    is_told = is_time and await work.tell(
        leader,
        MessageKind.DID_IT_HAPPEN,
        "promise_asked",
        occurrence=f"{promise.id}:{promise.due_on}",
        facts=message_facts.PromiseAsked(
            text=promise.text,
            due=day_words(promise.due_on),
            buttons=buttons("promise_kept", "promise_partly", "promise_carry", "promise_let_go"),
        ),
        subject=promise.id,
    )
    if is_told:
        work.keep(replace(promise, asked_at=work.at))
        return
    next_monday = calendar.week_of(work.at, leader.zone) + timedelta(weeks=1)
    again = (
        window[0]
        if window and not is_time
        else asked_at(work, leader, due_on=next_monday - timedelta(days=1))
    )
    work.set_timer(TimerKind.PROMISE, promise.id, again, partnership_id=partnership_id)
