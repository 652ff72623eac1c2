"""Facts in words."""

from datetime import date, timedelta

from nudges.model.plain_words import and_words, day_words, month_words, time_words, when_words
from tests.nudges.example_leader import LONDON, utc


def test_days_and_months_are_said_in_full() -> None:
    assert day_words(date(2027, 1, 12)) == "Tuesday 12 January"
    assert [month_words(date(2027, number, 1))[:3] for number in (1, 6, 12)] == ["Jan", "Jun", "Dec"]
    assert {day_words(date(2027, 1, 4) + timedelta(days=n)).split()[0] for n in range(7)} >= {
        "Monday",
        "Sunday",
    }


def test_times_are_local_and_short() -> None:
    assert time_words(utc("2027-01-12", "09:30"), LONDON) == "9:30am"
    assert time_words(utc("2027-01-12", "13:00"), LONDON) == "1pm"
    assert time_words(utc("2027-07-12", "11:05"), LONDON) == "12:05pm"
    assert time_words(utc("2027-01-12", "00:00"), LONDON) == "12am"
    assert when_words(utc("2027-07-12", "23:30"), LONDON) == "Tuesday 13 July, 12:30am"


def test_names_are_joined_as_people_say_them() -> None:
    assert [and_words(names) for names in ((), ("A",), ("A", "B"), ("A", "B", "C"))] == [
        "",
        "A",
        "A and B",
        "A, B and C",
    ]
