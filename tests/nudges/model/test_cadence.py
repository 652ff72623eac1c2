"""When things may happen: one example for each rule."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from nudges.model.cadence import (
    did_it_happen_instant,
    expiry_instant,
    missed_after,
    new_action_instant,
    next_new_action_instant,
    offer_allowed,
    reminder_instant,
    restart_instant,
    rollup_instant,
    room_this_week,
    step_passes_at,
    welcome_instant,
)
from nudges.model.people import Leader, Pace
from tests.nudges.example_leader import LONDON, NO_HOLIDAYS, RULES, a_leader, away, on, utc

MONDAY = on("2027-01-04")
WEEK_BEGINS_AT = utc("2027-01-04")
TUESDAY_0845 = utc("2027-01-05", "08:45")


def new_action(
    leader: Leader,
    *,
    after: datetime = WEEK_BEGINS_AT,
    week_on: date = MONDAY,
    holidays: frozenset[date] = NO_HOLIDAYS,
) -> datetime | None:
    return new_action_instant(leader, week_on=week_on, after=after, holidays=holidays, rules=RULES)


def test_a_new_action_comes_on_tuesday_morning() -> None:
    assert new_action(a_leader()) == TUESDAY_0845


def test_a_new_action_keeps_local_time_in_summer() -> None:
    assert new_action(a_leader(), week_on=on("2027-07-05")) == utc("2027-07-06", "07:45")


def test_a_new_action_waits_for_the_leaders_first_own_working_day() -> None:
    assert new_action(a_leader(working_days="145")) == utc("2027-01-07", "08:45")
    assert new_action(a_leader(leave=(away("2027-01-05", "2027-01-08"),))) == utc("2027-01-08", "08:45")


def test_a_holiday_in_the_leaders_nation_moves_the_new_action() -> None:
    holidays = frozenset({on("2027-01-05")})
    assert new_action(a_leader(), holidays=holidays) == utc("2027-01-06", "08:45")


def test_somebody_who_works_on_mondays_only_is_asked_on_monday() -> None:
    assert new_action(a_leader(working_days="1")) == utc("2027-01-04", "08:45")


def test_a_week_with_no_working_day_left_is_skipped() -> None:
    assert new_action(a_leader(working_days="1"), after=utc("2027-01-05")) is None
    assert new_action(a_leader(leave=(away("2027-01-04", "2027-01-09"),))) is None
    assert new_action(a_leader(), after=utc("2027-01-08", "17:00")) is None


def test_a_new_action_that_we_missed_goes_out_on_the_same_day_before_the_quiet_hours() -> None:
    assert new_action(a_leader(), after=utc("2027-01-05", "14:10")) == utc("2027-01-05", "14:10")


def test_a_new_action_whose_day_has_passed_goes_out_on_the_next_own_morning_of_the_week() -> None:
    assert new_action(a_leader(), after=utc("2027-01-05", "17:00")) == utc("2027-01-06", "08:45")
    assert new_action(a_leader(working_days="25"), after=utc("2027-01-06")) == utc("2027-01-08", "08:45")


def next_new_action(leader: Leader, *, after: datetime, after_week: date | None = None) -> datetime | None:
    return next_new_action_instant(
        leader, after=after, after_week=after_week, holidays=NO_HOLIDAYS, rules=RULES
    )


def test_the_next_new_action_is_in_this_week_if_there_is_one_left() -> None:
    assert next_new_action(a_leader(), after=TUESDAY_0845) == TUESDAY_0845
    assert next_new_action(a_leader(), after=utc("2027-01-09")) == utc("2027-01-12", "08:45")


def test_the_next_new_action_after_a_week_is_in_a_later_one() -> None:
    leader, next_week = a_leader(), utc("2027-01-12", "08:45")
    assert next_new_action(leader, after=TUESDAY_0845, after_week=MONDAY) == next_week
    assert next_new_action(leader, after=next_week, after_week=MONDAY) == next_week


def test_weeks_away_are_passed_over_on_the_way_to_the_next_new_action() -> None:
    leader = a_leader(leave=(away("2027-01-11", "2027-01-28"),))
    instant = next_new_action(leader, after=TUESDAY_0845, after_week=MONDAY)
    assert instant == utc("2027-01-28", "08:45")


def test_somebody_away_for_years_has_no_next_new_action() -> None:
    leader = a_leader(leave=(away("2027-01-11", "2030-01-01"),))
    assert next_new_action(leader, after=TUESDAY_0845, after_week=MONDAY) is None


def reminder(leader: Leader, *, offered_at: datetime, next_offer_at: datetime | None) -> datetime | None:
    return reminder_instant(
        leader, offered_at=offered_at, next_offer_at=next_offer_at, holidays=NO_HOLIDAYS, rules=RULES
    )


def test_the_reminder_comes_on_the_second_own_working_day_at_ten() -> None:
    next_offer_at = utc("2027-01-12", "08:45")
    assert reminder(a_leader(), offered_at=TUESDAY_0845, next_offer_at=next_offer_at) == utc(
        "2027-01-07", "10:00"
    )
    assert reminder(a_leader(working_days="235"), offered_at=TUESDAY_0845, next_offer_at=None) == utc(
        "2027-01-08", "10:00"
    )


def test_there_is_no_reminder_where_it_would_reach_the_next_new_action() -> None:
    leader = a_leader(working_days="23")
    assert reminder(leader, offered_at=TUESDAY_0845, next_offer_at=utc("2027-01-12", "08:45")) is None
    assert reminder(leader, offered_at=TUESDAY_0845, next_offer_at=utc("2027-01-19", "08:45")) == utc(
        "2027-01-12", "10:00"
    )


def test_there_is_no_reminder_on_the_day_of_a_new_action_that_comes_after_it() -> None:
    leader = a_leader(working_days="23")
    assert reminder(leader, offered_at=TUESDAY_0845, next_offer_at=utc("2027-01-12", "15:00")) is None


def test_somebody_who_goes_away_gets_no_reminder() -> None:
    leader = a_leader(leave=(away("2027-01-06", "2027-06-01"),))
    assert reminder(leader, offered_at=TUESDAY_0845, next_offer_at=None) is None


def test_did_it_happen_is_asked_just_after_the_planned_time() -> None:
    leader = a_leader()

    def asked(planned_at: datetime, minutes: int = 0) -> datetime | None:
        return did_it_happen_instant(
            leader, planned_at=planned_at, holidays=NO_HOLIDAYS, rules=RULES, minutes=minutes
        )

    assert asked(utc("2027-01-06", "14:00")) == utc("2027-01-06", "14:01")
    assert asked(utc("2027-01-06", "14:00"), minutes=30) == utc("2027-01-06", "14:30")
    assert asked(utc("2027-01-06", "16:45"), minutes=30) == utc("2027-01-07", "08:30")
    assert asked(utc("2027-01-08", "19:00")) == utc("2027-01-11", "08:30")


def test_a_plan_counts_as_missed_two_own_working_days_later() -> None:
    planned_at = utc("2027-01-07", "14:00")
    assert missed_after(a_leader(), planned_at=planned_at, holidays=NO_HOLIDAYS, rules=RULES) == utc(
        "2027-01-11", "14:00"
    )


def test_a_plan_of_somebody_who_went_away_is_not_missed_for_sixty_days() -> None:
    gone = a_leader(leave=(away("2027-01-08", "2027-06-01"),))
    missed_at = missed_after(gone, planned_at=utc("2027-01-07", "14:00"), holidays=NO_HOLIDAYS, rules=RULES)
    assert missed_at == utc("2027-03-08", "14:00")


def expiry(leader: Leader, *, offered_at: datetime, planned_at: datetime | None) -> datetime:
    return expiry_instant(
        leader, offered_at=offered_at, planned_at=planned_at, holidays=NO_HOLIDAYS, rules=RULES
    )


def test_an_action_expires_after_two_weeks_at_the_same_local_time() -> None:
    assert expiry(a_leader(), offered_at=TUESDAY_0845, planned_at=None) == utc("2027-01-19", "08:45")
    # The clocks go forward on 28 March.
    assert expiry(a_leader(), offered_at=utc("2027-03-23", "08:45"), planned_at=None) == utc(
        "2027-04-06", "07:45"
    )


def test_a_plan_extends_the_expiry_and_never_shortens_it() -> None:
    leader = a_leader()
    early = expiry(leader, offered_at=TUESDAY_0845, planned_at=utc("2027-01-06", "14:00"))
    later = expiry(leader, offered_at=TUESDAY_0845, planned_at=utc("2027-01-20", "14:00"))
    assert early == utc("2027-01-19", "08:45")
    assert later == utc("2027-01-22", "14:00")


def welcome(leader: Leader, *, after: datetime, holidays: frozenset[date] = NO_HOLIDAYS) -> datetime | None:
    return welcome_instant(leader, starts_on=MONDAY, after=after, holidays=holidays, rules=RULES)


def test_the_welcome_comes_on_monday_at_ten_or_the_next_own_working_day() -> None:
    before = utc("2027-01-01")
    assert welcome(a_leader(), after=before) == utc("2027-01-04", "10:00")
    assert welcome(a_leader(working_days="345"), after=before) == utc("2027-01-06", "10:00")
    assert welcome(a_leader(), after=before, holidays=frozenset({MONDAY})) == utc("2027-01-05", "10:00")


def test_a_welcome_that_we_missed_goes_out_the_same_day_or_the_next_morning_at_ten() -> None:
    assert welcome(a_leader(), after=utc("2027-01-04", "15:00")) == utc("2027-01-04", "15:00")
    assert welcome(a_leader(), after=utc("2027-01-04", "18:00")) == utc("2027-01-05", "10:00")
    assert welcome(a_leader(), after=utc("2027-01-06", "09:00")) == utc("2027-01-06", "10:00")


def test_somebody_away_for_months_is_not_welcomed_yet() -> None:
    assert welcome(a_leader(leave=(away("2027-01-01", "2027-06-01"),)), after=utc("2027-01-01")) is None


def rollup(week_on: str, *holidays: str) -> datetime | None:
    return rollup_instant(
        week_on=on(week_on), zone=LONDON, nation_holidays=frozenset(map(on, holidays)), rules=RULES
    )


def test_the_rollup_is_on_friday_at_eleven() -> None:
    assert rollup("2027-01-04") == utc("2027-01-08", "11:00")
    assert rollup("2027-07-05") == utc("2027-07-09", "10:00")


def test_the_rollup_comes_the_working_day_before_a_holiday() -> None:
    assert rollup("2027-03-22", "2027-03-26") == utc("2027-03-25", "11:00")
    assert rollup("2026-12-28", "2027-01-01", "2026-12-31", "2026-12-28") == utc("2026-12-30", "11:00")


def test_a_week_of_holidays_has_no_rollup() -> None:
    days = ["2026-12-28", "2026-12-29", "2026-12-30", "2026-12-31", "2027-01-01"]
    assert rollup("2026-12-28", *days) is None


def test_a_step_turns_on_the_morning_of_the_working_day_after_its_date() -> None:
    def turns(due_on: str, *holidays: str) -> datetime:
        days = frozenset(map(on, holidays))
        return step_passes_at(on(due_on), zone=LONDON, holidays=days, rules=RULES)

    assert turns("2027-01-06") == utc("2027-01-07", "08:30")
    assert turns("2027-01-08") == utc("2027-01-11", "08:30")
    assert turns("2027-03-25", "2027-03-26", "2027-03-29") == utc("2027-03-30", "07:30")


@pytest.mark.parametrize(
    ("counted", "is_pulse_week", "room"),
    [(0, False, 2), (1, False, 1), (2, False, 0), (3, False, 0), (2, True, 1), (4, True, 0)],
)
def test_the_room_left_in_a_week_is_two_messages_or_three(
    counted: int, is_pulse_week: bool, room: int
) -> None:
    assert room_this_week(counted, is_pulse_week=is_pulse_week, rules=RULES) == room


def offered_weeks(leader: Leader) -> list[bool]:
    mondays = [on(f"2027-01-{day:02}") for day in (4, 11, 18, 25)]
    return [offer_allowed(leader, week_on=monday, rules=RULES) for monday in mondays]


def test_somebody_who_answers_is_asked_every_week() -> None:
    assert offered_weeks(a_leader(last_offer_on=on("2026-12-29"), silent=1)) == [True] * 4
    assert offered_weeks(a_leader()) == [True] * 4
    assert offered_weeks(a_leader(last_offer_on=on("2027-01-05")))[0] is False


def test_after_two_offers_with_no_reply_there_is_one_a_fortnight() -> None:
    leader = a_leader(last_offer_on=on("2026-12-29"), silent=2)
    assert offered_weeks(leader) == [False, True, True, True]


def test_somebody_who_asked_for_a_slower_pace_is_asked_once_a_fortnight() -> None:
    leader = a_leader(last_offer_on=on("2026-12-29"), pace=Pace.SLOWER)
    assert offered_weeks(leader) == [False, True, True, True]


def test_after_three_offers_with_no_reply_there_is_a_pause_of_two_weeks() -> None:
    leader = a_leader(last_offer_on=on("2026-12-29"), silent=3)
    assert offered_weeks(leader) == [False, False, True, True]
    until = replace(leader, backed_off_until=on("2027-01-26"))
    assert offered_weeks(until) == [False, False, False, True]


def test_after_four_offers_with_no_reply_there_are_no_more() -> None:
    assert offered_weeks(a_leader(last_offer_on=on("2026-11-03"), silent=4)) == [False] * 4


def test_a_pause_that_was_set_holds_without_an_earlier_offer() -> None:
    assert offered_weeks(a_leader(backed_off_until=on("2027-01-18"))) == [False, False, True, True]


def restart(leader: Leader, *, after: datetime) -> datetime | None:
    return restart_instant(leader, after=after, holidays=NO_HOLIDAYS, rules=RULES)


def test_the_restart_is_on_the_first_own_working_day_of_the_next_month() -> None:
    assert restart(a_leader(silent=4), after=utc("2027-01-31", "12:00")) == utc("2027-02-01", "10:00")
    assert restart(a_leader(silent=4, working_days="45"), after=utc("2027-04-20")) == utc(
        "2027-05-06", "09:00"
    )
    assert restart(a_leader(silent=4), after=utc("2026-12-01")) == utc("2027-01-01", "10:00")


def test_nobody_is_asked_to_start_again_twice() -> None:
    assert restart(a_leader(silent=4, restarted_at=utc("2027-01-04")), after=utc("2027-02-20")) is None
