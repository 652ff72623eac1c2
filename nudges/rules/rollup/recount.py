"""The one recount: every number that a Friday post, its preview or the open page may say, from the log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from nudges.model.events import Event, EventKind
from nudges.model.pair import Pair, is_link
from nudges.rules.pairing import links

# What is counted up, and what takes one of it back.
_UNDOES = {
    EventKind.DONE_UNDONE: EventKind.DONE,
    EventKind.PROMISE_KEPT_UNDONE: EventKind.PROMISE_KEPT,
}
# Things of the whole partnership: the posts of a private group leave them out.
_OF_ALL = frozenset(
    {EventKind.PROMISE_KEPT, EventKind.HELP_ASKED, EventKind.HELP_CONTACTED, EventKind.LINE_POSTED}
)
_GONE = frozenset({EventKind.STOPPED, EventKind.PAUSED, EventKind.LEFT})
_BACK = frozenset({EventKind.OPTED_IN})

COUNTED: tuple[EventKind, ...] = (
    EventKind.OFFERED,
    EventKind.DONE,
    *_UNDOES,
    *sorted(_OF_ALL),
    *sorted(_GONE),
    *_BACK,
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
    known = [one for one in events if one.at <= until]
    mine = [one for one in known if one.run_id == run_id]
    total = _tally(mine)
    span = [one for one in mine if after is None or one.at > after]
    week = _tally(span)
    whole = _tally(one for one in known if is_public and (after is None or one.at > after))
    took, active = _share([one for one in known if after is None or one.at > after], run_id)
    so_far = [one for one in pairs if is_link(one) and (one.confirmed_at or until) <= until]
    since = after or datetime.min.replace(tzinfo=until.tzinfo)
    ours = {
        couple
        for pair in so_far
        if pair.run_id == run_id and (after is None or (pair.confirmed_at or until) > after)
        for couple in links.couples(pair.leader_ids)
    }
    shared = [one.subject for one in reversed(span) if one.kind is EventKind.SHARED]
    return Counts(
        done=max(0, week.get(EventKind.DONE, 0)),
        done_in_total=max(0, total.get(EventKind.DONE, 0)),
        done_of=_by_action(span),
        promises_kept=max(0, whole.get(EventKind.PROMISE_KEPT, 0)),
        help_asked=whole.get(EventKind.HELP_ASKED, 0),
        help_given=whole.get(EventKind.HELP_CONTACTED, 0),
        library_lines=whole.get(EventKind.LINE_POSTED, 0),
        active=active,
        took_a_step=took,
        new_links=len(links.new_links(so_far, since, until) & ours),
        kept_links=len(links.tended_links(so_far, since, until) & ours),
        pairs_met=len({one for one in links.organisation_pairs_met(so_far) if one <= organisation_ids}),
        pairs_total=len(organisation_ids) * (len(organisation_ids) - 1) // 2,
        shared=tuple(dict.fromkeys(shared)),
    )


def _tally(events: Iterable[Event]) -> dict[EventKind, int]:
    """Kind -> how many, with what was undone taken off again."""
    result: dict[EventKind, int] = {}
    for event in events:
        kind = _UNDOES.get(event.kind, event.kind)
        result[kind] = result.get(kind, 0) + (-1 if event.kind in _UNDOES else 1)
    return result


def _by_action(events: Iterable[Event]) -> dict[str, int]:
    result: dict[str, int] = {}
    for event in events:
        if event.kind in (EventKind.DONE, EventKind.DONE_UNDONE):
            action = str(event.data.get("action", ""))
            result[action] = result.get(action, 0) + (1 if event.kind is EventKind.DONE else -1)
    return {action: n for action, n in sorted(result.items()) if n > 0}


def _share(events: Sequence[Event], run_id: str) -> tuple[int, int]:
    """How many took a step of those who were offered something and are still there; and how many are."""
    offered: set[str] = set()
    away: set[str] = set()
    done: dict[str, int] = {}
    for event in events:
        who = event.leader_id
        if who is None:
            continue
        if event.kind in _GONE:
            away.add(who)
        elif event.kind in _BACK:
            away.discard(who)
        elif event.run_id == run_id and event.kind is EventKind.OFFERED:
            offered.add(who)
        elif event.run_id == run_id and event.kind in (EventKind.DONE, EventKind.DONE_UNDONE):
            done[who] = done.get(who, 0) + (1 if event.kind is EventKind.DONE else -1)
    active = offered - away
    return sum(1 for who in active if done.get(who, 0) > 0), len(active)


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
    mine = [
        one for one in events if one.run_id == run_id and one.kind in (EventKind.DONE, EventKind.DONE_UNDONE)
    ]
    return tuple(
        max(
            0,
            _tally(one for one in mine if (after is None or one.at > after) and one.at <= until).get(
                EventKind.DONE, 0
            ),
        )
        for after, until in spans
    )


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
