"""When things may happen: what holds for every leader and every instant."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from nudges.model.cadence import (
    did_it_happen_instant,
    expiry_instant,
    new_action_instant,
    next_new_action_instant,
    reminder_instant,
    restart_instant,
    rollup_instant,
    welcome_instant,
)
from nudges.model.calendar import hours_of, instant_of, local, next_sending_instant, sending_window, week_of
from nudges.model.people import Days, Leader
from tests.nudges.example_leader import LONDON, RULES, a_leader

# Ten weeks in which the clocks of London, Paris and St John's go forward, and those of Auckland back.
FIRST, LAST = date(2027, 2, 22), date(2027, 5, 3)
ZONES = (LONDON, "Europe/Paris", "America/St_Johns", "Pacific/Auckland", "Asia/Kolkata")

days = st.integers(0, (LAST - FIRST).days).map(lambda number: FIRST + timedelta(days=number))
instants = st.integers(0, 70 * 24 * 60).map(
    lambda minutes: datetime(2027, 2, 22, tzinfo=UTC) + timedelta(minutes=minutes)
)


@st.composite
def leaders(draw: st.DrawFn) -> Leader:
    runs = st.builds(
        lambda start, length: Days(from_on=start, to_on=start + timedelta(days=length)),
        days,
        st.integers(min_value=0, max_value=25),
    )
    own = draw(st.sampled_from(("12345", "1234567", "2", "1", "15", "345", "135", "7")))
    # Times that nobody can choose any more (the rules have changed) must do no harm either.
    hours = st.none() | st.sampled_from((time(7), time(9, 30), time(10), time(13), time(16, 30), time(22)))
    leader = a_leader(
        working_days=own,
        leave=tuple(draw(st.lists(runs, max_size=2))),
        paused=draw(st.none() | runs),
        zone=draw(st.sampled_from(ZONES)),
    )
    return replace(leader, earliest=draw(hours), latest=draw(hours))


holidays_of_nations = st.frozensets(days, max_size=6)


def is_allowed(leader: Leader, at: datetime, holidays: frozenset[date]) -> bool:
    """The rule once more, in the words of the domain."""
    there = local(at, leader.zone)
    day = there.date()
    earliest, latest = leader.earliest or time(8, 30), leader.latest or time(17, 0)
    is_left_over = max(earliest, time(8, 30)) < min(latest, time(17, 0))
    return (
        time(8, 30) <= there.time() < time(17, 0)
        and (earliest <= there.time() < latest or not is_left_over)
        and there.isoweekday() <= 5
        and there.isoweekday() in leader.working_days
        and day not in holidays
        and not any(away.from_on <= day < away.to_on for away in leader.leave)
        and not (leader.paused and leader.paused.from_on <= day < leader.paused.to_on)
    )


@settings(max_examples=100)
@given(leader=leaders(), after=instants, holidays=holidays_of_nations)
def test_nothing_is_sent_in_quiet_hours_or_on_a_day_off(
    leader: Leader, after: datetime, holidays: frozenset[date]
) -> None:
    found = [
        next_sending_instant(leader, after=after, holidays=holidays, rules=RULES),
        next_sending_instant(leader, after=after, holidays=holidays, rules=RULES, at_wall=time(10, 0)),
        new_action_instant(leader, week_on=after.date(), after=after, holidays=holidays, rules=RULES),
        next_new_action_instant(leader, after=after, holidays=holidays, rules=RULES),
        welcome_instant(leader, starts_on=after.date(), after=after, holidays=holidays, rules=RULES),
        restart_instant(leader, after=after, holidays=holidays, rules=RULES),
        did_it_happen_instant(leader, planned_at=after, holidays=holidays, rules=RULES, minutes=30),
        reminder_instant(leader, offered_at=after, next_offer_at=None, holidays=holidays, rules=RULES),
    ]
    for at in found:
        assert at is None or (at >= after and at.tzinfo is UTC and is_allowed(leader, at, holidays))


@settings(max_examples=60)
@given(leader=leaders(), after=instants, holidays=holidays_of_nations)
def test_a_new_action_is_one_a_week_and_in_its_week(
    leader: Leader, after: datetime, holidays: frozenset[date]
) -> None:
    monday = week_of(after, leader.zone)
    early = instant_of(monday, time(0), leader.zone)
    on_time = new_action_instant(leader, week_on=monday, after=early, holidays=holidays, rules=RULES)
    late = new_action_instant(leader, week_on=monday, after=after, holidays=holidays, rules=RULES)
    assert on_time is None or week_of(on_time, leader.zone) == monday
    if on_time is None or after > on_time + timedelta(days=5):
        assert late is None
    if late is not None:
        assert on_time is not None
        assert on_time <= late
        assert week_of(late, leader.zone) == monday
        # Asked again at the instant that it named, it names the same one.
        assert late == new_action_instant(leader, week_on=monday, after=late, holidays=holidays, rules=RULES)


@settings(max_examples=60)
@given(leader=leaders(), after=instants, holidays=holidays_of_nations)
def test_the_reminder_never_reaches_the_next_new_action(
    leader: Leader, after: datetime, holidays: frozenset[date]
) -> None:
    offered_at = next_new_action_instant(leader, after=after, holidays=holidays, rules=RULES)
    if offered_at is None:
        return
    next_at = next_new_action_instant(
        leader, after=offered_at, after_week=week_of(offered_at, leader.zone), holidays=holidays, rules=RULES
    )
    reminded_at = reminder_instant(
        leader, offered_at=offered_at, next_offer_at=next_at, holidays=holidays, rules=RULES
    )
    if reminded_at is not None:
        assert offered_at < reminded_at
        assert next_at is None or local(reminded_at, leader.zone).date() < local(next_at, leader.zone).date()


@settings(max_examples=30)
@given(leader=leaders(), offered_at=instants, planned_at=instants, holidays=holidays_of_nations)
def test_a_plan_never_expires_before_its_time(
    leader: Leader, offered_at: datetime, planned_at: datetime, holidays: frozenset[date]
) -> None:
    plain = expiry_instant(leader, offered_at=offered_at, planned_at=None, holidays=holidays, rules=RULES)
    planned = expiry_instant(
        leader, offered_at=offered_at, planned_at=planned_at, holidays=holidays, rules=RULES
    )
    assert offered_at < plain <= planned
    assert planned >= planned_at


@settings(max_examples=60)
@given(day=days, holidays=holidays_of_nations)
def test_the_rollup_is_on_a_working_day_of_its_own_week(day: date, holidays: frozenset[date]) -> None:
    at = rollup_instant(week_on=day, zone=LONDON, nation_holidays=holidays, rules=RULES)
    if at is None:
        return
    there = local(at, LONDON)
    assert week_of(at, LONDON) == week_of(day, LONDON)
    assert there.date() not in holidays
    assert there.isoweekday() <= 5
    assert there.time() == time(11, 0)


@settings(max_examples=40)
@given(leader=leaders(), day=days, holidays=holidays_of_nations)
def test_every_minute_of_a_sending_window_is_allowed_and_none_beside_it(
    leader: Leader, day: date, holidays: frozenset[date]
) -> None:
    window = sending_window(leader, day, holidays, RULES)
    opens_at = instant_of(day, hours_of(leader, RULES)[0], leader.zone)
    assert (window is not None) == is_allowed(leader, opens_at, holidays)
    if window is None:
        return
    start, end = window
    minute = timedelta(minutes=1)
    assert is_allowed(leader, start, holidays)
    assert is_allowed(leader, end - minute, holidays)
    assert not is_allowed(leader, start - minute, holidays)
    assert not is_allowed(leader, end, holidays)
