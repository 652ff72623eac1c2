"""The one recount, against another one that was written in another way, over thousands of random logs."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import combinations

import pytest

from nudges.model.events import Event, EventKind
from nudges.model.pair import Pair, PairKind
from nudges.rules.rollup.recount import COUNTED, Counts, done_by_week, posts, recount
from tests.nudges.example_leader import utc

START = utc("2027-01-04")
PEOPLE = {f"l{n}": f"o{n % 4}" for n in range(7)}
RUN, OTHER = "run", "other"
LOGS = 2000


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def an_event(kind: EventKind, hours: float, **more: object) -> Event:
    values: dict[str, object] = {"partnership_id": "p", "at": at(hours), "kind": kind, "run_id": RUN, **more}
    return Event(**values)  # type: ignore[arg-type]


def a_pair(people: tuple[str, ...], hours: float | None, *, run: str = RUN, denied: bool = False) -> Pair:
    return Pair(
        id=f"{people}{hours}{run}",
        partnership_id="p",
        run_id=run,
        kind=PairKind.COFFEE,
        leader_ids=people,
        organisation_ids=tuple(PEOPLE[one] for one in people),
        formed_at=START,
        confirmed_at=None if hours is None else START + timedelta(hours=hours),
        denied_at=START if denied else None,
    )


def counted(events: list[Event], pairs: list[Pair] = [], **more: object) -> Counts:  # noqa: B006
    values: dict[str, object] = {
        "run_id": RUN,
        "organisation_ids": frozenset(PEOPLE.values()),
        "after": None,
        "until": at(1000),
        **more,
    }
    return recount(events, pairs, **values)  # type: ignore[arg-type]


def a_log(seed: int) -> tuple[list[Event], list[Pair], float, float]:
    drawn = random.Random(seed)
    hours = sorted(drawn.randint(0, 40) for _ in range(drawn.randint(0, 24)))
    events = [
        an_event(
            drawn.choice([*COUNTED, EventKind.PLANNED]),
            hour,
            leader_id=drawn.choice([*PEOPLE, None]),
            run_id=drawn.choice([RUN, RUN, OTHER, None]),
            subject=f"n{drawn.randint(0, 3)}",
            data={"action": drawn.choice(["A", "B"]), "week": 1, "share": [1, 2], "named": []},
        )
        for hour in hours
    ]
    pairs = [
        a_pair(
            tuple(drawn.sample(sorted(PEOPLE), drawn.choice([2, 2, 3]))),
            drawn.choice([None, drawn.randint(0, 40)]),
            run=drawn.choice([RUN, RUN, OTHER]),
            denied=drawn.random() < 0.1,
        )
        for _ in range(drawn.randint(0, 6))
    ]
    after, until = sorted((drawn.randint(-1, 41), drawn.randint(-1, 41)))
    return events, pairs, after, until


def naive(
    events: list[Event], pairs: list[Pair], after: float, until: float, public: bool
) -> dict[str, object]:
    """Straight from the words of the rules, one number at a time."""
    low, high = at(after), at(until)
    so_far = [e for e in events if e.at <= high]
    inside_span = [e for e in so_far if e.at > low]

    def n(kind: EventKind, run: bool, among: list[Event] = inside_span) -> int:
        return len([e for e in among if e.kind == kind and (e.run_id == RUN or not run)])

    def who_acted() -> tuple[int, int]:
        took = active = 0
        for person in PEOPLE:
            own = [e for e in inside_span if e.leader_id == person]
            moves = [e.kind for e in own if e.kind in ("stopped", "paused", "left", "opted_in")]
            is_away = bool(moves) and moves[-1] != "opted_in"
            offers = [e for e in own if e.kind == "offered" and e.run_id == RUN]
            if offers and not is_away:
                active += 1
                done = [e for e in own if e.kind == "done" and e.run_id == RUN]
                undone = [e for e in own if e.kind == "done_undone" and e.run_id == RUN]
                took += len(done) > len(undone)
        return took, active

    new = kept = 0
    met_organisations = set()
    for one, other in combinations(PEOPLE, 2):
        times = sorted(
            (pair.confirmed_at, pair.run_id == RUN)
            for pair in pairs
            if pair.confirmed_at and not pair.denied_at and {one, other} <= set(pair.leader_ids)
            if pair.confirmed_at <= high
        )
        inside = [is_ours for when, is_ours in times if when > low]
        if any(inside):
            new += times[0][0] > low
            kept += len(inside) > 1 or times[0][0] <= low
        if times and PEOPLE[one] != PEOPLE[other]:
            met_organisations.add(frozenset((PEOPLE[one], PEOPLE[other])))
    took, active = who_acted()
    return {
        "done": max(0, n(EventKind.DONE, True) - n(EventKind.DONE_UNDONE, True)),
        "done_in_total": max(0, n(EventKind.DONE, True, so_far) - n(EventKind.DONE_UNDONE, True, so_far)),
        "promises_kept": public
        * max(0, n(EventKind.PROMISE_KEPT, False) - n(EventKind.PROMISE_KEPT_UNDONE, False)),
        "help_asked": n(EventKind.HELP_ASKED, False) * public,
        "help_given": n(EventKind.HELP_CONTACTED, False) * public,
        "library_lines": n(EventKind.LINE_POSTED, False) * public,
        "active": active,
        "took_a_step": took,
        "new_links": new,
        "kept_links": kept,
        "pairs_met": len(met_organisations),
        "pairs_total": 6,
    }  # fmt: skip


def test_every_number_is_that_of_another_recount_over_thousands_of_logs() -> None:
    for seed in range(LOGS):
        events, pairs, after, until = a_log(seed)
        public = seed % 3 > 0
        counts = counted(events, pairs, after=at(after), until=at(until), is_public=public)
        wanted = naive(events, pairs, after, until, public)
        assert {name: getattr(counts, name) for name in wanted} == wanted, seed


def test_weeks_add_up_to_the_total_where_nothing_was_undone() -> None:
    for seed in range(300):
        events, pairs, _, _ = a_log(seed)
        kept = [one for one in events if one.kind is not EventKind.DONE_UNDONE]
        weeks = [counted(kept, pairs, after=at(n - 1), until=at(n + 9)) for n in range(-10, 60, 10)]
        assert sum(one.done for one in weeks) == weeks[-1].done_in_total
        assert sum(one.new_links for one in weeks) <= len(list(combinations(PEOPLE, 2)))


def test_an_undo_corrects_the_next_count_and_never_brings_one_below_none() -> None:
    events = [
        an_event(EventKind.DONE, 1, leader_id="l1"),
        an_event(EventKind.DONE_UNDONE, 30, leader_id="l1"),
    ]
    first = counted(events, until=at(20))
    second = counted(events, after=at(20), until=at(40))
    assert (first.done, first.done_in_total) == (1, 1)
    assert (second.done, second.done_in_total) == (0, 0)


@pytest.mark.parametrize("gone", [EventKind.STOPPED, EventKind.PAUSED, EventKind.LEFT])
def test_who_stopped_pauses_or_left_is_not_active(gone: EventKind) -> None:
    offered = [an_event(EventKind.OFFERED, 1, leader_id=one) for one in PEOPLE]
    away = an_event(gone, 2, leader_id="l1", run_id=None)
    back = an_event(EventKind.OPTED_IN, 3, leader_id="l1", run_id=None)
    assert counted([*offered, away]).active == 6
    assert counted([*offered, away, back]).active == 7


def test_two_who_met_in_an_earlier_campaign_are_no_new_link_in_this_one() -> None:
    pairs = [a_pair(("l0", "l1"), 1, run=OTHER), a_pair(("l0", "l1"), 30)]
    counts = counted([], pairs, after=at(20))
    assert (counts.new_links, counts.kept_links) == (0, 1)
    assert counted([], pairs[:1], after=None).new_links == 0, "the other campaign tells that"


def test_steps_are_counted_by_action_and_shared_lines_newest_first() -> None:
    events = [
        an_event(EventKind.DONE, 1, data={"action": "SYS-03"}),
        an_event(EventKind.DONE, 2, data={"action": "SYS-03"}),
        an_event(EventKind.DONE, 3, data={"action": "REL-01"}),
        an_event(EventKind.DONE_UNDONE, 4, data={"action": "REL-01"}),
        *(an_event(EventKind.SHARED, n, subject=f"n{n % 2}") for n in range(5, 8)),
    ]
    counts = counted(events)
    assert counts.done_of == {"SYS-03": 2}
    assert counts.shared == ("n1", "n0")


def test_what_a_post_covered_is_in_the_log() -> None:
    data = {"week": 2, "share": [3, 9], "named": ["l1"], "used": ["n1"], "after": START.isoformat()}
    event = an_event(EventKind.ROLLED_UP, 5, data=data)
    old = replace(event, data={"week": 1, "share": [1, 2], "named": []})
    found = posts([old, event, replace(event, run_id=OTHER)], run_id=RUN, until=START + timedelta(hours=5))
    assert [(one.week, one.after, one.share, one.named, one.used) for one in found] == [
        (1, None, (1, 2), (), ()),
        (2, START, (3, 9), ("l1",), ("n1",)),
    ]
    assert posts([event], run_id=RUN, until=START) == ()


def test_the_row_of_weeks_holds_the_same_numbers_as_each_post() -> None:
    for seed in range(200):
        events, pairs, _, _ = a_log(seed)
        spans = [(at(n), at(n + 10)) for n in range(-1, 39, 10)]
        row = done_by_week(events, run_id=RUN, spans=spans)
        assert row == tuple(counted(events, pairs, after=after, until=until).done for after, until in spans)
