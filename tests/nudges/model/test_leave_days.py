"""Days of leave."""

from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.files.phrases import in_words
from nudges.model.leave_days import away_value, away_words, joined, upcoming
from nudges.model.people import Days
from tests.nudges.example_leader import away, on

MAY = away("2027-05-03", "2027-05-08")
runs = st.builds(
    lambda start, length: Days(
        from_on=start, to_on=min(start.replace(day=28), start.replace(day=1 + length))
    ),
    st.dates(on("2027-01-01"), on("2027-04-30")).map(lambda day: day.replace(day=min(day.day, 28))),
    st.integers(0, 27),
)


def test_leave_that_overlaps_or_touches_is_one() -> None:
    assert joined((MAY,), away("2027-05-06", "2027-05-12")) == (away("2027-05-03", "2027-05-12"),)
    assert joined((MAY,), away("2027-05-08", "2027-05-09")) == (away("2027-05-03", "2027-05-09"),)
    assert joined((MAY,), away("2027-05-04", "2027-05-05")) == (MAY,)
    assert joined((MAY,), away("2027-04-05", "2027-04-09")) == (away("2027-04-05", "2027-04-09"), MAY)
    assert joined((MAY,), away("2027-04-05", "2027-04-05")) == (MAY,)


@given(leave=st.lists(runs, max_size=5), more=runs, day=st.dates(on("2027-01-01"), on("2027-05-01")))
def test_joining_changes_no_day(leave: list[Days], more: Days, day: date) -> None:
    after = joined(leave, more)
    assert any(day in one for one in after) == any(day in one for one in (*leave, more))
    assert all(one.to_on < two.from_on for one, two in pairwise(after))
    assert joined(after) == after


def test_leave_is_shown_until_it_is_over() -> None:
    april = away("2027-04-05", "2027-04-09")
    assert upcoming((MAY, april), on=on("2027-04-08")) == (april, MAY)
    assert upcoming((MAY, april), on=on("2027-04-09")) == (MAY,)


def test_leave_is_named_by_its_first_and_last_day() -> None:
    assert in_words(away_words(MAY)) == "Monday 3 May to Friday 7 May"
    assert in_words(away_words(away("2027-05-03", "2027-05-04"))) == "Monday 3 May"
    assert away_value(MAY) == "2027-05-03/2027-05-08"
