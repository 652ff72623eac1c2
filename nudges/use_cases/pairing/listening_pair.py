"""A listening pair's ten minutes each: turns swap by prompt, and nothing of what is said is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from nudges.model import calendar, message_facts
from nudges.model.events import EventKind
from nudges.model.message import MessageKind
from nudges.model.pair import Pair
from nudges.model.people import Leader
from nudges.model.roster import Roster
from nudges.model.timers import TimerKind
from nudges.unit_of_work.read_roster import read_roster
from nudges.unit_of_work.unit_of_work import UnitOfWork


async def is_running(work: UnitOfWork, pair: Pair) -> bool:
    """Whether the minutes of this pair are running now."""
    timers = await work.tx.records.timers(pair.partnership_id)
    return any(
        timer.kind is TimerKind.LISTENING
        and timer.subject.startswith(f"{pair.id}:")
        and timer.due_at > work.at
        for timer in timers
    )


async def has_listened_today(work: UnitOfWork, pair: Pair, leader: Leader) -> bool:
    """Whether this pair came to the end of its minutes today: nobody calls another again and again."""
    today = calendar.local(work.at, leader.zone).date()
    events = await work.tx.records.events(
        pair.partnership_id, after=work.at - timedelta(days=1), kinds=[EventKind.LISTENED]
    )
    return any(
        one.subject == pair.id and calendar.local(one.at, leader.zone).date() == today for one in events
    )


async def start(work: UnitOfWork, roster: Roster, pair: Pair, *, by: Leader) -> None:
    """Tell both that the first of them speaks now; whoever started it listens first."""
    first = (pair.leader_ids.index(by.id) + 1) % len(pair.leader_ids)
    await _say_turn(work, roster, pair, first=first, number=0, started_at=work.at)


async def listening(work: UnitOfWork, partnership_id: str, subject: str) -> None:
    """The next turn, or the end. After an outage nobody is told of a turn that is long over."""
    pair_id, first, number, started = subject.split(":", 3)
    started_at = datetime.fromisoformat(started)
    pair = await work.tx.commitments.unchecked_pair(pair_id)
    if pair is None or pair.ended_at is not None:
        return
    if work.at >= started_at + _turn(work) * (int(number) + 1):
        return
    roster = await read_roster(work.tx, partnership_id)
    if int(number) < len(pair.leader_ids):
        await _say_turn(work, roster, pair, first=int(first), number=int(number), started_at=started_at)
    else:
        await _tell_all(work, roster, pair, "listen_end", f"{started}:end", message_facts.ListenEnd())
        work.log(EventKind.LISTENED, partnership_id=partnership_id, subject=pair.id)


def _turn(work: UnitOfWork) -> timedelta:
    return timedelta(minutes=work.book.rules.listening.turn_minutes)


async def _say_turn(
    work: UnitOfWork, roster: Roster, pair: Pair, *, first: int, number: int, started_at: datetime
) -> None:
    speaker_id = pair.leader_ids[(first + number) % len(pair.leader_ids)]
    for name in pair.leader_ids:
        leader = roster.leaders.get(name)
        if leader is None:
            continue
        other = roster.leaders.get(speaker_id) if name != speaker_id else None
        await _tell(
            work,
            leader,
            pair,
            "listen_turn",
            f"{started_at}:{number}",
            message_facts.ListenTurn(
                minutes=work.book.rules.listening.turn_minutes,
                is_first=number == 0,
                speaker=other.first_name if other else "",
            ),
        )
    work.set_timer(
        TimerKind.LISTENING,
        f"{pair.id}:{first}:{number + 1}:{started_at.isoformat()}",
        started_at + _turn(work) * (number + 1),
        partnership_id=pair.partnership_id,
    )


async def _tell_all(
    work: UnitOfWork, roster: Roster, pair: Pair, event: str, part: str, facts: Mapping[str, Any]
) -> None:
    for name in pair.leader_ids:
        leader = roster.leaders.get(name)
        if leader is not None:
            await _tell(work, leader, pair, event, part, facts)


async def _tell(
    work: UnitOfWork, leader: Leader, pair: Pair, event: str, part: str, facts: Mapping[str, Any]
) -> None:
    if leader.stopped_at is not None:
        return
    await work.tell(
        leader,
        MessageKind.ANSWER,
        event,
        occurrence=f"{event}:{pair.id}:{part}",
        facts=facts,
        subject=pair.id,
    )
