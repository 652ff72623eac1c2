"""A listening pair's ten minutes each: turns swap by prompt, and nothing of what is said is asked for."""

from __future__ import annotations

from datetime import datetime, timedelta

from nudges.model import calendar
from nudges.model.events import EventKind
from nudges.model.message import MessageKind
from nudges.model.pair import Pair
from nudges.model.people import Leader
from nudges.model.roster import Roster
from nudges.model.timers import TimerKind
from nudges.unit_of_work.nudge_cards import Facts
from nudges.unit_of_work.read_roster import read_roster
from nudges.unit_of_work.unit_of_work import Turn


async def is_running(turn: Turn, pair: Pair) -> bool:
    """Whether the minutes of this pair are running now."""
    timers = await turn.tx.records.timers(pair.partnership_id)
    return any(
        one.kind is TimerKind.LISTENING and one.subject.startswith(f"{pair.id}:") and one.due_at > turn.at
        for one in timers
    )


async def has_listened_today(turn: Turn, pair: Pair, leader: Leader) -> bool:
    """Whether this pair came to the end of its minutes today: nobody calls another again and again."""
    today = calendar.local(turn.at, leader.zone).date()
    events = await turn.tx.records.events(
        pair.partnership_id, after=turn.at - timedelta(days=1), kinds=[EventKind.LISTENED]
    )
    return any(
        one.subject == pair.id and calendar.local(one.at, leader.zone).date() == today for one in events
    )


async def start(turn: Turn, roster: Roster, pair: Pair, *, by: Leader) -> None:
    """Tell both that the first of them speaks now; whoever started it listens first."""
    first = (pair.leader_ids.index(by.id) + 1) % len(pair.leader_ids)
    await _say_turn(turn, roster, pair, first=first, number=0, started_at=turn.at)


async def listening(turn: Turn, partnership_id: str, subject: str) -> None:
    """The next turn, or the end. After an outage nobody is told of a turn that is long over."""
    pair_id, first, number, started = subject.split(":", 3)
    started_at = datetime.fromisoformat(started)
    pair = await turn.tx.commitments.unchecked_pair(pair_id)
    if pair is None or pair.ended_at is not None:
        return
    each = _each(turn)
    if turn.at >= started_at + each * (int(number) + 1):
        return
    roster = await read_roster(turn.tx, partnership_id)
    if int(number) < len(pair.leader_ids):
        await _say_turn(turn, roster, pair, first=int(first), number=int(number), started_at=started_at)
    else:
        await _tell_all(turn, roster, pair, "listen_end", f"{started}:end", {})
        turn.log(EventKind.LISTENED, partnership_id=partnership_id, subject=pair.id)


def _each(turn: Turn) -> timedelta:
    return timedelta(minutes=turn.book.rules.listening.turn_minutes)


async def _say_turn(
    turn: Turn, roster: Roster, pair: Pair, *, first: int, number: int, started_at: datetime
) -> None:
    speaker_id = pair.leader_ids[(first + number) % len(pair.leader_ids)]
    facts: Facts = {"minutes": turn.book.rules.listening.turn_minutes, "is_first": number == 0}
    for name in pair.leader_ids:
        leader = roster.leaders.get(name)
        if leader is None:
            continue
        other = roster.leaders.get(speaker_id) if name != speaker_id else None
        await _tell(
            turn,
            leader,
            pair,
            "listen_turn",
            f"{started_at}:{number}",
            {**facts, "speaker": other.first_name if other else ""},
        )
    turn.wake(
        TimerKind.LISTENING,
        f"{pair.id}:{first}:{number + 1}:{started_at.isoformat()}",
        started_at + _each(turn) * (number + 1),
        partnership_id=pair.partnership_id,
    )


async def _tell_all(turn: Turn, roster: Roster, pair: Pair, event: str, part: str, facts: Facts) -> None:
    for name in pair.leader_ids:
        leader = roster.leaders.get(name)
        if leader is not None:
            await _tell(turn, leader, pair, event, part, facts)


async def _tell(turn: Turn, leader: Leader, pair: Pair, event: str, part: str, facts: Facts) -> None:
    if leader.stopped_at is not None:
        return
    await turn.tell(
        leader,
        MessageKind.ANSWER,
        event,
        occurrence=f"{event}:{pair.id}:{part}",
        facts=facts,
        subject=pair.id,
    )
