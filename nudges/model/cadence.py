"""When things may happen: new actions, follow-ups, expiry, welcome, rollup, caps, back-off, restart."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from nudges.model.calendar import (
    DAY,
    HORIZON_DAYS,
    WEEK,
    hours_of,
    instant_of,
    is_weekday,
    local,
    monday_of,
    next_sending_instant,
    wall_of,
    week_of,
    weekday_after,
    working_days,
    working_days_after,
)
from nudges.model.people import Leader, Pace
from nudges.model.ruleset import Rules

# How far ahead the next new action is looked for: a campaign of half a year, a pause, and the taper.
WEEKS_AHEAD = 60


def new_action_instant(
    leader: Leader, *, week_on: date, after: datetime, holidays: frozenset[date], rules: Rules
) -> datetime | None:
    """When the leader's new action of the week of `week_on` goes out; None: this week is skipped.

    The first own working day from Tuesday to Friday, in the morning; where there is none, the Monday.
    If that has passed by `after`: at once on a day that still has hours left, else the next such
    morning of the same week.
    """
    cadence, monday = rules.cadence, monday_of(week_on)
    first = monday + timedelta(days=cadence.send_day_new - 1)
    length = cadence.send_day_new_last - cadence.send_day_new + 1
    days = list(working_days(leader, from_on=first, holidays=holidays, within=length))
    days = days or list(working_days(leader, from_on=monday, holidays=holidays, within=1))
    wall, latest = wall_of(leader, cadence.send_time_new, rules), hours_of(leader, rules)[1]
    for day in days:
        due_at = instant_of(day, wall, leader.zone)
        if due_at >= after:
            return due_at
        if after < instant_of(day, latest, leader.zone):
            return after.astimezone(UTC)
    return None


def next_new_action_instant(
    leader: Leader,
    *,
    after: datetime,
    holidays: frozenset[date],
    rules: Rules,
    after_week: date | None = None,
) -> datetime | None:
    """The first new-action instant, `after` or later; in a week after that of `after_week` where it is given.

    None if there is none in the next 60 weeks.
    """
    monday = week_of(after, leader.zone)
    if after_week is not None:
        monday = max(monday, monday_of(after_week) + WEEK)
    for number in range(WEEKS_AHEAD):
        week_on = monday + number * WEEK
        instant = new_action_instant(leader, week_on=week_on, after=after, holidays=holidays, rules=rules)
        if instant is not None:
            return instant
    return None


def reminder_instant(
    leader: Leader,
    *,
    offered_at: datetime,
    next_offer_at: datetime | None,
    holidays: frozenset[date],
    rules: Rules,
) -> datetime | None:
    """When an action with no reply is mentioned once more: the second own working day after the offer.

    None where that would be the day of the next new action or later.
    """
    offered_on = local(offered_at, leader.zone).date()
    day = working_days_after(leader, offered_on, rules.cadence.reminder_after_working_days, holidays)
    if day is None or (next_offer_at is not None and day >= local(next_offer_at, leader.zone).date()):
        return None
    return instant_of(day, wall_of(leader, rules.cadence.send_time_reminder, rules), leader.zone)


def did_it_happen_instant(
    leader: Leader, *, planned_at: datetime, holidays: frozenset[date], rules: Rules, minutes: int = 0
) -> datetime | None:
    """The first instant strictly after the planned time at which we may ask; None if away for 60 days.

    `minutes` is how long the action takes: nobody is asked in the middle of it.
    """
    over_at = planned_at + timedelta(minutes=max(minutes, 1))
    return next_sending_instant(leader, after=over_at, holidays=holidays, rules=rules)


def missed_after(
    leader: Leader, *, planned_at: datetime, holidays: frozenset[date], rules: Rules
) -> datetime:
    """When a plan with no "done" counts as missed: two own working days later, at the planned time of day.

    For somebody who is away for the next 60 days: when those are over.
    """
    planned = local(planned_at, leader.zone)
    days = rules.cadence.missed_after_plan_working_days
    day = working_days_after(leader, planned.date(), days, holidays)
    return instant_of(day or planned.date() + HORIZON_DAYS * DAY, planned.time(), leader.zone)


def expiry_instant(
    leader: Leader,
    *,
    offered_at: datetime,
    planned_at: datetime | None,
    holidays: frozenset[date],
    rules: Rules,
) -> datetime:
    """When an open action is closed in silence: two weeks after the offer, at the same local time.

    A plan makes it later, never earlier: until the plan counts as missed.
    """
    offered = local(offered_at, leader.zone)
    day = offered.date() + timedelta(days=rules.cadence.expire_after_days)
    expires_at = instant_of(day, offered.time(), leader.zone)
    if planned_at is None:
        return expires_at
    missed_at = missed_after(leader, planned_at=planned_at, holidays=holidays, rules=rules)
    return max(expires_at, missed_at)


def welcome_instant(
    leader: Leader, *, starts_on: date, after: datetime, holidays: frozenset[date], rules: Rules
) -> datetime | None:
    """When the leader is welcomed: on `starts_on` or the next own working day, in the morning.

    Where that morning has passed by `after`: at once on a day that still has hours left, else on the
    next such morning. None if away for 60 days.
    """
    wall = wall_of(leader, rules.cadence.welcome_time, rules)
    from_at = max(after.astimezone(UTC), instant_of(starts_on, wall, leader.zone))
    at_once = next_sending_instant(leader, after=from_at, holidays=holidays, rules=rules)
    if at_once == from_at and local(from_at, leader.zone).time() > wall:
        return at_once
    return next_sending_instant(leader, after=from_at, holidays=holidays, rules=rules, at_wall=wall)


def rollup_instant(
    *, week_on: date, zone: str, nation_holidays: frozenset[date], rules: Rules
) -> datetime | None:
    """When the week's rollup is posted: Friday, or the working day before where that is a holiday.

    None where the whole week is a holiday; the next rollup then covers it.
    """
    monday = monday_of(week_on)
    for number in range(rules.cadence.rollup_day, 0, -1):
        day = monday + (number - 1) * DAY
        if is_weekday(day, nation_holidays):
            return instant_of(day, rules.cadence.rollup_time, zone)
    return None


def step_passes_at(due_on: date, *, zone: str, holidays: frozenset[date], rules: Rules) -> datetime:
    """When a partner step that is still open turns to "support offered": the morning of the working day
    after its date, as the quiet hours end, so that its owner and helper can be told at once.
    """
    day = weekday_after(due_on, rules.support_partner_step.offered_working_days_after, holidays)
    return instant_of(day, rules.quiet.ends, zone)


def room_this_week(counted: int, *, is_pulse_week: bool, rules: Rules) -> int:
    """How many more messages a person may get this week, `counted` having gone out; never below 0."""
    cadence = rules.cadence
    most = cadence.messages_in_pulse_week_max if is_pulse_week else cadence.messages_per_week_max
    return max(0, most - counted)


def offer_allowed(leader: Leader, *, week_on: date, rules: Rules) -> bool:
    """Whether the leader's own answers, or silence, leave room for a new action in this week.

    After two offers with no reply: one a fortnight. After three: none for two weeks, until
    `backed_off_until` or, where that was not set, counted from the offer that found no reply.
    After four: none. A pace of "slower" is a fortnight, too.
    """
    backoff, monday = rules.backoff, monday_of(week_on)
    if leader.silent >= backoff.stop_after:
        return False
    if leader.backed_off_until is not None and monday < monday_of(leader.backed_off_until):
        return False
    if leader.last_offer_on is None:
        return True
    gap = 1
    if leader.silent >= backoff.fortnightly_after or leader.pace is Pace.SLOWER:
        gap = backoff.fortnightly_every_weeks
    if leader.silent >= backoff.pause_after and leader.backed_off_until is None:
        gap = max(gap, 1 + backoff.pause_weeks)
    return monday >= monday_of(leader.last_offer_on) + gap * WEEK


def restart_instant(
    leader: Leader, *, after: datetime, holidays: frozenset[date], rules: Rules
) -> datetime | None:
    """When somebody we stopped writing to is asked once more: the first own working day of next month.

    None where they have been asked already, or are away for 60 days.
    """
    if rules.backoff.restarts_max <= (leader.restarted_at is not None):
        return None
    today = local(after, leader.zone).date()
    first = (today.replace(day=1) + timedelta(days=31)).replace(day=1)
    wall = rules.cadence.send_time_reminder
    from_at = instant_of(first, wall, leader.zone)
    return next_sending_instant(leader, after=from_at, holidays=holidays, rules=rules, at_wall=wall)
