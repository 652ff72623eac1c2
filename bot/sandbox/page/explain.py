"""What just happened and what is due next, in words, from the event log and the timers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.sandbox.world import World
from nudges.model import calendar
from nudges.model.delivery import DeliveryState
from nudges.model.events import Event
from nudges.model.partner_step import PartnerStep
from nudges.model.plain_words import day_words, time_words
from nudges.model.timers import Timer

WORDS = Path(__file__).with_name("assets") / "happened.yaml"
SHOWN_MAX = 40
DUE_MAX = 4


@cache
def _words() -> Mapping[str, Mapping[str, Any]]:
    result: Mapping[str, Mapping[str, Any]] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return result


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanations:
    """The right-hand column of the page."""

    happened: list[dict[str, str]]
    due: list[dict[str, str]]
    ledger: str


async def explanations(world: World, *, after: int) -> Explanations:
    """The events from number `after` on, newest first; the next things that are due; the ledger's state."""
    async with world.store.reading() as tx:
        events = await tx.records.events(world.partnership.id)
        timers = await tx.records.timers(world.partnership.id)
        states = await tx.deliveries.states()
        flagged = len(await tx.deliveries.flagged())
        steps = {one.id: one for one in await tx.commitments.unchecked_steps(world.partnership.id)}
        fresh = _grouped(events[after:] or events[-3:])[-SHOWN_MAX:]
        actions = {}
        for event in (group[0] for group in fresh):
            nudge = None if "action" in event.data else await tx.commitments.unchecked_nudge(event.subject)
            actions[event.subject] = nudge.action_id if nudge else str(event.data.get("action", ""))
    return Explanations(
        happened=[
            _event(world, group[0], actions[group[0].subject], steps, number=len(group))
            for group in reversed(fresh)
        ],
        due=_due(world, timers),
        ledger=_ledger(states, flagged),
    )


def _grouped(events: Sequence[Event]) -> list[list[Event]]:
    """What many did at one instant is one line, where there are words for many."""
    groups: list[list[Event]] = []
    for event in events:
        last = groups[-1][0] if groups else None
        has_words = "many" in _words()["events"].get(str(event.kind), {})
        if last is not None and has_words and (last.kind, last.at) == (event.kind, event.at):
            groups[-1].append(event)
        else:
            groups.append([event])
    return groups


def _event(
    world: World, event: Event, action_id: str, steps: Mapping[str, PartnerStep], *, number: int
) -> dict[str, str]:
    source = _words()["events"].get(str(event.kind), {"words": str(event.kind), "rule": ""})
    leader = next((one for one in world.people.values() if one.id == event.leader_id), None)
    organisation = world.organisations.get(event.organisation_id or "")
    action = world.book.catalogue.find(action_id)
    step = steps.get(event.subject)
    filled = {
        "who": leader.name if leader else organisation.name if organisation else "Somebody",
        "what": action.title if action else step.text.rstrip(".") if step else "a step",
        "status": _words()["statuses"].get(str(event.data.get("status", "")), ""),
        "n": number,
    }
    return {
        "at": _short(event.at, world.partnership.zone),
        "words": source["words" if number == 1 else "many"].format_map(filled),
        "rule": source["rule"],
    }


def _due(world: World, timers: Sequence[Timer]) -> list[dict[str, str]]:
    """The next instants, with what is looked at then."""
    due: list[dict[str, str]] = []
    for at in sorted({one.due_at for one in timers})[:DUE_MAX]:
        kinds = Counter(str(one.kind) for one in timers if one.due_at == at)
        words = "; ".join(_timer(kind, number) for kind, number in sorted(kinds.items()))
        due.append({"at": _short(at, world.partnership.zone), "words": words})
    if world.next_due is not None and not any(one.due_at <= world.next_due for one in timers):
        retry = {"at": _short(world.next_due, world.partnership.zone), "words": "a message is tried again"}
        due.insert(0, retry)
    return due[:DUE_MAX]


def _timer(kind: str, number: int) -> str:
    people = "1 person" if number == 1 else f"{number} people"
    if kind == "promise":
        people = str(number)
    words: str = _words()["timers"].get(kind, kind)
    return words.format(n=people)


def _ledger(states: Mapping[DeliveryState, int], flagged: int) -> str:
    count = {str(state): number for state, number in states.items()} | {"flagged": flagged}
    sent = count.get("sent", 0)
    parts = ["1 message sent" if sent == 1 else f"{sent} messages sent"]
    parts += [words.format(n=count[name]) for name, words in _words()["sending"].items() if count.get(name)]
    return f"Ledger: {', '.join(parts)}."


def _short(at: datetime, zone: str) -> str:
    wall = calendar.local(at, zone)
    return f"{wall.strftime('%a')} {wall.day} {wall.strftime('%b')}, {time_words(at, zone)}"


def clock_words(at: datetime, zone: str) -> str:
    """What the clock shows: "Monday 4 January 2027, 8am"."""
    wall = calendar.local(at, zone)
    return f"{day_words(wall.date())} {wall.year}, {time_words(at, zone)}"
