"""Days and hours: local time, weeks, working days, sending windows, and the calendar of a campaign."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from nudges.errors import InvalidInput
from nudges.model.people import CampaignRun, Leader
from nudges.model.ruleset import Rules
from nudges.said import said

WEEK = timedelta(weeks=1)
DAY = timedelta(days=1)
FRIDAY = 5
# How far ahead we look. Whoever is away for longer is looked at again when they are back.
HORIZON_DAYS = 60


def local(instant: datetime, zone: str) -> datetime:
    """The wall clock in `zone` at `instant`.

    Raises:
        InvalidInput: `instant` has no offset.
    """
    if instant.tzinfo is None:
        raise InvalidInput(said("nudging.no_offset", {"instant": instant.isoformat()}))
    return instant.astimezone(ZoneInfo(zone))


def instant_of(day: date, wall: time, zone: str) -> datetime:
    """The one UTC instant at which a clock in `zone` is taken to show `wall` on `day`.

    A time that the clocks skip moves forward by the gap; one that they show twice is the first of the two.
    """
    return datetime.combine(day, wall.replace(fold=0, tzinfo=None), ZoneInfo(zone)).astimezone(UTC)


def monday_of(day: date) -> date:
    """The Monday of the ISO week that holds `day`."""
    return day - timedelta(days=day.weekday())


def week_of(when: datetime | date, zone: str) -> date:
    """The Monday of the ISO week that holds `when`; an instant is read on the clock of `zone`."""
    return monday_of(local(when, zone).date() if isinstance(when, datetime) else when)


def is_weekday(day: date, holidays: frozenset[date]) -> bool:
    """Monday to Friday and not a holiday: a working day of an organisation."""
    return day.isoweekday() <= FRIDAY and day not in holidays


def is_working_day(leader: Leader, day: date, holidays: frozenset[date]) -> bool:
    """One of the leader's own days: not a weekend, a holiday of their nation, leave, or a pause."""
    return (
        day.isoweekday() in leader.working_days
        and is_weekday(day, holidays)
        and not any(day in away for away in leader.leave)
        and (leader.paused is None or day not in leader.paused)
    )


def working_days(
    leader: Leader, *, from_on: date, holidays: frozenset[date], within: int = HORIZON_DAYS
) -> Iterator[date]:
    """The leader's own working days from `from_on` (included), in order, for `within` days."""
    days = (from_on + timedelta(days=number) for number in range(within))
    return (day for day in days if is_working_day(leader, day, holidays))


def working_days_after(leader: Leader, day: date, n: int, holidays: frozenset[date]) -> date | None:
    """The `n`-th own working day after `day`; None where the leader is away for the next 60 days."""
    days = working_days(leader, from_on=day + DAY, holidays=holidays)
    return next((each for number, each in enumerate(days, start=1) if number == n), None)


def weekday_after(day: date, n: int, holidays: frozenset[date]) -> date:
    """The `n`-th working day of an organisation after `day`."""
    for _ in range(n):
        day += DAY
        while not is_weekday(day, holidays):
            day += DAY
    return day


def weekday_before(day: date, n: int, holidays: frozenset[date]) -> date:
    """The `n`-th working day of an organisation before `day`."""
    for _ in range(n):
        day -= DAY
        while not is_weekday(day, holidays):
            day -= DAY
    return day


def hours_of(leader: Leader, rules: Rules) -> tuple[time, time]:
    """The local times [earliest, latest) between which this leader is written to.

    Their own, inside the hours of everybody; where nothing would be left, the hours of everybody.
    """
    earliest = max(rules.quiet.ends, leader.earliest or rules.quiet.ends)
    latest = min(rules.quiet.starts, leader.latest or rules.quiet.starts)
    return (earliest, latest) if earliest < latest else (rules.quiet.ends, rules.quiet.starts)


def wall_of(leader: Leader, wall: time, rules: Rules) -> time:
    """A local time of day at which something is usually sent, as it is for this leader.

    Where it is outside their own hours, it comes as those begin.
    """
    earliest, latest = hours_of(leader, rules)
    return wall if earliest <= wall < latest else earliest


def sending_window(
    leader: Leader, day: date, holidays: frozenset[date], rules: Rules
) -> tuple[datetime, datetime] | None:
    """The UTC instants [start, end) of this leader's own hours on that local day; None on a day off."""
    if not is_working_day(leader, day, holidays):
        return None
    earliest, latest = hours_of(leader, rules)
    return instant_of(day, earliest, leader.zone), instant_of(day, latest, leader.zone)


def next_sending_instant(
    leader: Leader,
    *,
    after: datetime,
    holidays: frozenset[date],
    rules: Rules,
    at_wall: time | None = None,
) -> datetime | None:
    """The first instant, `after` or later, at which something may be sent; None if there is none in 60 days.

    With `at_wall` only that local time of a day will do, or where it is outside the leader's own hours, their
    beginning.

    Raises:
        InvalidInput: `at_wall` is in the quiet hours.
    """
    if at_wall is not None and not rules.quiet.ends <= at_wall < rules.quiet.starts:
        raise InvalidInput(said("nudging.in_quiet_hours", {"time": f"{at_wall:%H:%M}"}))
    earliest, latest = hours_of(leader, rules)
    wall = wall_of(leader, at_wall or earliest, rules)
    for day in working_days(leader, from_on=local(after, leader.zone).date(), holidays=holidays):
        starts_at = instant_of(day, wall, leader.zone)
        if starts_at >= after:
            return starts_at
        if at_wall is None and after < instant_of(day, latest, leader.zone):
            return after.astimezone(UTC)
    return None


def run_week(run: CampaignRun, monday: date, length: int, rules: Rules) -> int | None:
    """Which week of the campaign begins on `monday`, from 1; None before, after, and in a pause.

    A week is paused when its sending day for new actions is: the calendar moves on after it.
    """
    if monday < run.starts_on or _is_paused(run, monday, rules):
        return None
    number, week = 1, run.starts_on
    while week < monday and number <= length:
        number += not _is_paused(run, week, rules)
        week += WEEK
    return number if number <= length else None


def run_ends_on(run: CampaignRun, length: int, rules: Rules) -> date:
    """The Monday after the last of `length` weeks, paused weeks not counted."""
    left, week = length, run.starts_on
    while left:
        left -= not _is_paused(run, week, rules)
        week += WEEK
    return week


def _is_paused(run: CampaignRun, monday: date, rules: Rules) -> bool:
    day = monday + timedelta(days=rules.cadence.send_day_new - 1)
    return any(day in pause for pause in run.pauses)


def taper_weeks(ends_on: date, rules: Rules) -> tuple[date, ...]:
    """The Mondays of the weeks with a message after a campaign; `ends_on` is the Monday after its last week.

    Each step of the taper writes in the last week of each of its intervals.
    """
    weeks: list[int] = []
    before = 0
    for step in rules.taper:
        weeks += range(before + step.every_weeks, before + step.for_weeks + 1, step.every_weeks)
        before += step.for_weeks
    return tuple(monday_of(ends_on) + (number - 1) * WEEK for number in weeks)
