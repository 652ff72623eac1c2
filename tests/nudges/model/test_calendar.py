"""Days and hours."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from nudges.errors import InvalidInput
from nudges.model.calendar import (
    hours_of,
    instant_of,
    is_weekday,
    is_working_day,
    local,
    next_sending_instant,
    run_ends_on,
    run_week,
    sending_window,
    taper_weeks,
    wall_of,
    week_of,
    weekday_after,
    working_days_after,
)
from nudges.model.people import CampaignRun, Days
from tests.nudges.example_leader import LONDON, NO_HOLIDAYS, RULES, a_leader, away, on, utc

MIDNIGHTS = (time(0, 0), time(23, 59))


def clock_changes(zone: str, years: range) -> list[date]:
    """Every local date on which the offset at its end is not the offset at its start."""
    days = (date(years[0], 1, 1) + timedelta(days=n) for n in range(366 * len(years)))
    info = ZoneInfo(zone)
    return [
        day
        for day in days
        if len({datetime.combine(day, wall, info).utcoffset() for wall in MIDNIGHTS}) == 2
        and day.year in years
    ]


def test_every_minute_of_every_clock_change_happens_once_on_its_date() -> None:
    changes = clock_changes(LONDON, range(2024, 2038))
    assert len(changes) == 28
    info = ZoneInfo(LONDON)
    walls = [time(hour, minute) for hour in range(24) for minute in range(60)]
    for day in changes:
        midnight_at = datetime.combine(day, time(0), info).astimezone(UTC)
        minutes_in_day = 23 * 60 if day.month == 3 else 25 * 60
        shown = [midnight_at + timedelta(minutes=n) for n in range(minutes_in_day)]
        due = [instant_of(day, wall, LONDON) for wall in walls]
        # Going through the day minute by minute, each wall time comes up exactly once.
        assert set(due) <= set(shown)
        exists = {at.astimezone(info).time() for at in shown}
        for wall, at in zip(walls, due, strict=True):
            seen = at.astimezone(info)
            assert seen.date() == day
            if wall in exists:
                assert (seen.time(), seen.fold) == (wall, 0)
            else:
                assert seen.time() == (datetime.combine(day, wall) + timedelta(hours=1)).time()
        ahead = [at for wall, at in zip(walls, due, strict=True) if wall in exists]
        assert all(one < two for one, two in pairwise(ahead))


def test_the_same_wall_time_on_days_around_a_clock_change_is_one_instant_a_day() -> None:
    for day in clock_changes(LONDON, range(2024, 2038)):
        for wall in (time(0, 30), time(1, 0), time(1, 30), time(1, 59), time(2, 0), time(8, 45)):
            three = [instant_of(day + timedelta(days=n), wall, LONDON) for n in (-1, 0, 1)]
            gaps = {two - one for one, two in pairwise(three)}
            assert all(timedelta(hours=22) <= gap <= timedelta(hours=26) for gap in gaps)


def test_a_time_that_the_clocks_skip_moves_forward_by_the_gap() -> None:
    at = instant_of(on("2027-03-28"), time(1, 30), LONDON)
    assert at == utc("2027-03-28", "01:30")
    assert local(at, LONDON).time() == time(2, 30)


def test_a_time_that_the_clocks_show_twice_is_the_first_of_the_two() -> None:
    assert instant_of(on("2026-10-25"), time(1, 30), LONDON) == utc("2026-10-25", "00:30")
    assert instant_of(on("2026-10-25"), time(1, 30, fold=1), LONDON) == utc("2026-10-25", "00:30")


def test_an_instant_without_an_offset_is_refused() -> None:
    with pytest.raises(InvalidInput):
        local(datetime(2027, 1, 5, 8, 45), LONDON)  # noqa: DTZ001 - this is what must be refused


def test_a_week_is_the_week_of_the_leaders_own_zone() -> None:
    sunday_night = utc("2027-01-10", "23:30")
    assert week_of(sunday_night, LONDON) == on("2027-01-04")
    assert week_of(sunday_night, "Europe/Paris") == on("2027-01-11")
    assert week_of(on("2027-01-10"), "Europe/Paris") == on("2027-01-04")
    assert week_of(utc("2027-01-01"), LONDON) == on("2026-12-28")


def test_weekends_holidays_leave_and_pauses_are_not_working_days() -> None:
    holidays = frozenset({on("2027-03-26")})
    leader = a_leader(working_days="1234567", leave=(away("2027-03-22", "2027-03-24"),))
    days = [on("2027-03-22") + timedelta(days=n) for n in range(8)]
    assert [day.day for day in days if is_working_day(leader, day, holidays)] == [24, 25, 29]
    paused = replace(leader, paused=away("2027-03-25", "2027-03-29"))
    assert [day.day for day in days if is_working_day(paused, day, holidays)] == [24, 29]


def test_a_part_time_day_off_is_not_a_working_day() -> None:
    assert not is_working_day(a_leader(working_days="245"), on("2027-01-06"), NO_HOLIDAYS)


def test_the_sending_window_ends_before_the_quiet_hours() -> None:
    leader = a_leader()
    winter = sending_window(leader, on("2027-01-05"), NO_HOLIDAYS, RULES)
    summer = sending_window(leader, on("2027-07-06"), NO_HOLIDAYS, RULES)
    assert winter == (utc("2027-01-05", "08:30"), utc("2027-01-05", "17:00"))
    assert summer == (utc("2027-07-06", "07:30"), utc("2027-07-06", "16:00"))
    assert sending_window(leader, on("2027-01-09"), NO_HOLIDAYS, RULES) is None


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (utc("2027-01-05", "03:00"), utc("2027-01-05", "08:30")),
        (utc("2027-01-05", "12:00"), utc("2027-01-05", "12:00")),
        (utc("2027-01-05", "17:00"), utc("2027-01-06", "08:30")),
        (utc("2027-01-08", "16:59"), utc("2027-01-08", "16:59")),
        (utc("2027-01-08", "17:00"), utc("2027-01-11", "08:30")),
    ],
)
def test_the_next_sending_instant_keeps_the_quiet_hours(after: datetime, expected: datetime) -> None:
    assert next_sending_instant(a_leader(), after=after, holidays=NO_HOLIDAYS, rules=RULES) == expected


def test_the_next_sending_instant_can_be_held_to_a_time_of_day() -> None:
    leader = a_leader()
    for after, expected in [
        (utc("2027-01-05", "10:00"), utc("2027-01-05", "10:00")),
        (utc("2027-01-05", "10:01"), utc("2027-01-06", "10:00")),
    ]:
        instant = next_sending_instant(
            leader, after=after, holidays=NO_HOLIDAYS, rules=RULES, at_wall=time(10, 0)
        )
        assert instant == expected


def test_a_time_in_the_quiet_hours_is_refused() -> None:
    for wall in (time(17, 0), time(8, 29)):
        with pytest.raises(InvalidInput):
            next_sending_instant(
                a_leader(), after=utc("2027-01-05"), holidays=NO_HOLIDAYS, rules=RULES, at_wall=wall
            )


def test_somebody_away_for_months_has_no_sending_instant() -> None:
    leader = a_leader(leave=(away("2027-01-01", "2027-12-01"),))
    assert next_sending_instant(leader, after=utc("2027-01-05"), holidays=NO_HOLIDAYS, rules=RULES) is None
    assert working_days_after(leader, on("2027-01-05"), 2, NO_HOLIDAYS) is None


def test_working_days_after_a_day_are_the_leaders_own() -> None:
    leader = a_leader(working_days="24", leave=(away("2027-01-07", "2027-01-08"),))
    assert working_days_after(leader, on("2027-01-05"), 2, NO_HOLIDAYS) == on("2027-01-14")


def test_working_days_of_an_organisation_skip_weekends_and_holidays() -> None:
    good_friday, easter_monday = on("2027-03-26"), on("2027-03-29")
    holidays = frozenset({good_friday, easter_monday})
    assert weekday_after(on("2027-03-25"), 1, holidays) == on("2027-03-30")
    assert weekday_after(on("2027-03-25"), 2, holidays) == on("2027-03-31")
    assert not is_weekday(good_friday, holidays)


def a_run(*pauses: Days) -> CampaignRun:
    return CampaignRun(
        id="run",
        partnership_id="riverside",
        campaign_id="starter",
        starts_on=on("2027-01-04"),
        member_ids=("ama",),
        pauses=pauses,
    )


def weeks_of(run: CampaignRun, length: int) -> list[int | None]:
    first = run.starts_on - timedelta(weeks=1)
    return [run_week(run, first + timedelta(weeks=n), length, RULES) for n in range(length + 4)]


def test_the_weeks_of_a_campaign_count_from_its_monday() -> None:
    assert weeks_of(a_run(), 3) == [None, 1, 2, 3, None, None, None]
    assert run_ends_on(a_run(), 3, RULES) == on("2027-01-25")


def test_a_paused_week_does_not_count_and_the_calendar_moves_on_after_it() -> None:
    run = a_run(away("2027-01-12", "2027-01-13"))
    assert weeks_of(run, 3) == [None, 1, None, 2, 3, None, None]
    assert run_ends_on(run, 3, RULES) == on("2027-02-01")


def test_a_pause_that_spares_the_tuesday_moves_nothing() -> None:
    run = a_run(away("2027-01-13", "2027-01-19"))
    assert weeks_of(run, 3) == [None, 1, 2, 3, None, None, None]


def test_pauses_that_overlap_count_once() -> None:
    run = a_run(away("2027-01-04", "2027-01-13"), away("2027-01-11", "2027-01-20"))
    assert weeks_of(run, 2) == [None, None, None, None, 1, 2]


def test_the_taper_is_fortnightly_for_a_month_then_monthly_for_three() -> None:
    ends_on = on("2027-07-05")
    weeks_after = [((week - ends_on).days // 7) + 1 for week in taper_weeks(ends_on, RULES)]
    assert weeks_after == [2, 4, 8, 12, 16]


def hours(earliest: str | None, latest: str | None) -> tuple[time, time]:
    """The hours of a leader who chose these."""
    chosen = [time.fromisoformat(one) if one else None for one in (earliest, latest)]
    return hours_of(replace(a_leader(), earliest=chosen[0], latest=chosen[1]), RULES)


def test_own_hours_are_inside_the_hours_of_everybody() -> None:
    quiet = RULES.quiet
    assert hours(None, None) == (quiet.ends, quiet.starts)
    assert hours("10:00", None) == (time(10), quiet.starts)
    assert hours(None, "12:30") == (quiet.ends, time(12, 30))
    assert hours("06:00", "23:00") == (quiet.ends, quiet.starts)
    assert hours("20:00", "23:00") == (quiet.ends, quiet.starts)
    assert hours("14:00", "13:00") == (quiet.ends, quiet.starts)


def test_a_usual_time_outside_own_hours_comes_as_those_begin() -> None:
    afternoons = replace(a_leader(), earliest=time(13), latest=time(16))
    assert wall_of(afternoons, time(10), RULES) == time(13)
    assert wall_of(afternoons, time(16), RULES) == time(13)
    assert wall_of(afternoons, time(14), RULES) == time(14)
    at = next_sending_instant(
        afternoons, after=utc("2027-01-05"), holidays=NO_HOLIDAYS, rules=RULES, at_wall=time(10)
    )
    assert at == utc("2027-01-05", "13:00")


def test_own_hours_hold_on_every_day_on_which_the_clocks_change_in_them() -> None:
    # Nobody's clocks change on a working morning today; a whole week around each change is looked at.
    for zone in (LONDON, "America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca"):
        for changed_on in clock_changes(zone, range(2024, 2030)):
            for wall in (time(9), time(12, 15), time(15, 30)):
                leader = replace(a_leader(zone=zone), earliest=wall, latest=time(16, 30))
                for hour in range(-24, 7 * 24, 5):
                    after = instant_of(changed_on, time(0), zone) + timedelta(hours=hour)
                    at = next_sending_instant(leader, after=after, holidays=NO_HOLIDAYS, rules=RULES)
                    assert at is not None
                    assert wall <= local(at, zone).time() < time(16, 30)
                    window = sending_window(leader, local(at, zone).date(), NO_HOLIDAYS, RULES)
                    assert window is not None
                    assert window[0] <= at < window[1]
