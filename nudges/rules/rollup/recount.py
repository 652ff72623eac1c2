"""The one recount: every number that a Friday post, its preview or the open page may say, from the log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from nudges.model.events import Event, EventKind
from nudges.model.pair import Pair, is_link
from nudges.rules.pairing import links


@dataclass(frozen=True, kw_only=True, slots=True)
class _Counting:
    """What an event of one kind adds to a number of `Counts`.

    What `is_of_all` belongs to the whole partnership: it counts in whichever run it happened, and posts of
    a private group leave it out.
    """

    number: str
    adds: int = 1
    is_of_all: bool = False


_COUNTING: Mapping[EventKind, _Counting] = {
    EventKind.DONE: _Counting(number="done"),
    EventKind.DONE_UNDONE: _Counting(number="done", adds=-1),
    EventKind.PROMISE_KEPT: _Counting(number="promises_kept", is_of_all=True),
    EventKind.PROMISE_KEPT_UNDONE: _Counting(number="promises_kept", adds=-1, is_of_all=True),
    EventKind.HELP_ASKED: _Counting(number="help_asked", is_of_all=True),
    EventKind.HELP_CONTACTED: _Counting(number="help_given", is_of_all=True),
    EventKind.LINE_POSTED: _Counting(number="library_lines", is_of_all=True),
}
# Whether somebody is away from then on.
_IS_AWAY: Mapping[EventKind, bool] = {
    EventKind.STOPPED: True,
    EventKind.PAUSED: True,
    EventKind.LEFT: True,
    EventKind.OPTED_IN: False,
}

COUNTED: tuple[EventKind, ...] = (
    EventKind.OFFERED,
    *_COUNTING,
    *_IS_AWAY,
    EventKind.SHARED,
    EventKind.ROLLED_UP,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """The numbers of (after, until]; those `in_total` reach back to the beginning of the log they were given.

    None is ever below 0: an undo of an earlier week's step makes this week's number smaller, and no more.
    `took_a_step` of `active` people did something. `done_of` counts what was done of each action.
    """

    done: int = 0
    done_in_total: int = 0
    done_of: Mapping[str, int] = field(default_factory=dict)
    promises_kept: int = 0
    help_asked: int = 0
    help_given: int = 0
    library_lines: int = 0
    active: int = 0
    took_a_step: int = 0
    new_links: int = 0
    kept_links: int = 0
    pairs_met: int = 0
    pairs_total: int = 0
    shared: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class EarlierPost:
    """What the log says of one Friday post: what it covered, whom it named, whose nudges' words it `used`."""

    week: int
    after: datetime | None
    at: datetime
    share: tuple[int, int]
    named: tuple[str, ...]
    used: tuple[str, ...]


def recount(
    events: Iterable[Event],
    pairs: Iterable[Pair],
    *,
    run_id: str,
    organisation_ids: frozenset[str],
    after: datetime | None,
    until: datetime,
    is_public: bool = True,
) -> Counts:
    """Count what happened to one campaign's run in (`after`, `until`]; without `after` from the beginning.

    `events` are of the kinds in `COUNTED`, in the order they were written; later ones do not count.
    Two people are a new link where none of the partnership's `pairs` had brought them together before, in
    whichever run. `organisation_ids` are those that take part in this run. Promises, help and the library
    belong to the whole partnership: they count where the post `is_public`.
    `shared` are the ids of the nudges with a line to share, the newest first.
    """
    known = [event for event in events if event.at <= until]
    span = _span(known, after, until)
    of_run = [event for event in span if event.run_id == run_id]
    numbers = _tally(span, run_id, is_public=is_public)
    took_a_step, active = _share(span, run_id)
    met = [pair for pair in pairs if is_link(pair) and (pair.confirmed_at or until) <= until]
    new_links, kept_links = _links(met, run_id, after, until)
    organisations_met = links.organisation_pairs_met(met)
    shared = [event.subject for event in reversed(of_run) if event.kind is EventKind.SHARED]
    return Counts(
        done=numbers["done"],
        done_in_total=_tally(known, run_id)["done"],
        done_of=_by_action(of_run),
        promises_kept=numbers["promises_kept"],
        help_asked=numbers["help_asked"],
        help_given=numbers["help_given"],
        library_lines=numbers["library_lines"],
        active=active,
        took_a_step=took_a_step,
        new_links=new_links,
        kept_links=kept_links,
        pairs_met=sum(1 for couple in organisations_met if couple <= organisation_ids),
        pairs_total=len(organisation_ids) * (len(organisation_ids) - 1) // 2,
        shared=tuple(dict.fromkeys(shared)),
    )


def _span(events: Iterable[Event], after: datetime | None, until: datetime) -> list[Event]:
    return [event for event in events if (after is None or event.at > after) and event.at <= until]


def _tally(events: Iterable[Event], run_id: str, *, is_public: bool = False) -> Counter[str]:
    """Number -> how many, with what was undone taken off again, and never below 0."""
    result: Counter[str] = Counter()
    for event in events:
        counting = _COUNTING.get(event.kind)
        if counting is not None and (is_public if counting.is_of_all else event.run_id == run_id):
            result[counting.number] += counting.adds
    return +result


def _done(event: Event) -> int:
    """What this event adds to the steps that were done."""
    counting = _COUNTING.get(event.kind)
    return counting.adds if counting is not None and counting.number == "done" else 0


def _by_action(events: Iterable[Event]) -> dict[str, int]:
    result: Counter[str] = Counter()
    for event in events:
        result[str(event.data.get("action", ""))] += _done(event)
    return {action: count for action, count in sorted(result.items()) if count > 0}


def _share(events: Iterable[Event], run_id: str) -> tuple[int, int]:
    """How many took a step of those who were offered something and are still there; and how many are."""
    offered: set[str] = set()
    is_away: dict[str, bool] = {}
    done: Counter[str] = Counter()
    for event in events:
        person = event.leader_id
        if person is None:
            continue
        if event.kind in _IS_AWAY:
            is_away[person] = _IS_AWAY[event.kind]
        elif event.run_id == run_id:
            offered |= {person} if event.kind is EventKind.OFFERED else set()
            done[person] += _done(event)
    active = {person for person in offered if not is_away.get(person, False)}
    return sum(1 for person in active if done[person] > 0), len(active)


def _links(met: Sequence[Pair], run_id: str, after: datetime | None, until: datetime) -> tuple[int, int]:
    """How many links are new in this run's pairs, and how many were kept."""
    since = after or datetime.min.replace(tzinfo=until.tzinfo)
    of_run = {
        couple
        for pair in met
        if pair.run_id == run_id and (after is None or (pair.confirmed_at or until) > after)
        for couple in links.couples(pair.leader_ids)
    }
    new, kept = links.new_links(met, since, until), links.tended_links(met, since, until)
    return len(new & of_run), len(kept & of_run)


def posts(events: Iterable[Event], *, run_id: str, until: datetime) -> tuple[EarlierPost, ...]:
    """The posts of this run up to and including `until`, oldest first."""
    return tuple(
        _posted(event.data, at=event.at)
        for event in events
        if event.kind is EventKind.ROLLED_UP and event.run_id == run_id and event.at <= until
    )


def done_by_week(
    events: Iterable[Event], *, run_id: str, spans: Sequence[tuple[datetime | None, datetime]]
) -> tuple[int, ...]:
    """How many steps were done in each (after, until] of `spans`: the row of numbers under a post."""
    of_run = [event for event in events if event.run_id == run_id]
    return tuple(_tally(_span(of_run, after, until), run_id)["done"] for after, until in spans)


def _posted(data: Mapping[str, Any], *, at: datetime) -> EarlierPost:
    after = data.get("after")
    return EarlierPost(
        week=int(data["week"]),
        after=datetime.fromisoformat(after) if after else None,
        at=at,
        share=(int(data["share"][0]), int(data["share"][1])),
        named=tuple(data["named"]),
        used=tuple(data.get("used", ())),
    )
