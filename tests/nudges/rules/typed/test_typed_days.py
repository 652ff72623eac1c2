"""Days as people write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.files.phrases import in_words
from nudges.errors import InvalidInput
from nudges.rules.typed.typed_days import day_from
from nudges.said import said

TUESDAY = date(2027, 1, 5)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("today", date(2027, 1, 5)),
        ("Tomorrow.", date(2027, 1, 6)),
        ("Friday", date(2027, 1, 8)),
        ("by Friday", date(2027, 1, 8)),
        ("on fri", date(2027, 1, 8)),
        ("weds", date(2027, 1, 6)),
        ("Thurs", date(2027, 1, 7)),
        ("this friday", date(2027, 1, 8)),
        ("next Friday", date(2027, 1, 15)),
        ("next monday", date(2027, 1, 11)),
        ("tuesday", date(2027, 1, 12)),
        ("Monday", date(2027, 1, 11)),
        ("12 January", date(2027, 1, 12)),
        ("the 12th of January", date(2027, 1, 12)),
        ("January 12th", date(2027, 1, 12)),
        ("12 jan 2027", date(2027, 1, 12)),
        ("Tuesday 12 January", date(2027, 1, 12)),
        ("Tue 12/01", date(2027, 1, 12)),
        ("12/01", date(2027, 1, 12)),
        ("12/1", date(2027, 1, 12)),
        ("12/01/27", date(2027, 1, 12)),
        ("12.01.2027", date(2027, 1, 12)),
        ("2027-01-12", date(2027, 1, 12)),
        ("2028-02-29", date(2028, 2, 29)),
        ("end of January", date(2027, 1, 31)),
        ("the end of the month", date(2027, 1, 31)),
        ("end of February 2028", date(2028, 2, 29)),
        ("1 sept", date(2027, 9, 1)),
    ],
)
def test_a_day_is_read_as_people_write_it(words: str, day: date) -> None:
    assert day_from(words, on=TUESDAY) == day


@pytest.mark.parametrize(
    ("words", "on", "day"),
    [
        ("12 January", date(2026, 11, 22), date(2027, 1, 12)),
        ("end of January", date(2026, 11, 22), date(2027, 1, 31)),
        ("29 February", date(2027, 11, 1), date(2028, 2, 29)),
        ("friday", date(2027, 1, 8), date(2027, 1, 15)),
        ("next friday", date(2027, 1, 9), date(2027, 1, 15)),
    ],
)
def test_the_coming_day_is_meant_even_over_a_new_year(words: str, on: date, day: date) -> None:
    assert day_from(words, on=on) == day


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("30 February", "no such day"),
        ("32/01", "no such day"),
        ("29 February", "no such day"),
        ("2027-13-01", "no such day"),
        ("0000-01-01", "no such day"),
        ("2027-01-04", "past"),
        ("4 January", "past"),
        ("1 October 2026", "past"),
        ("Friday 12 January", "Tuesday"),
        ("soon", "could not read"),
        ("ringing them first", "could not read"),
        ("next year", "could not read"),
        ("", "could not read"),
        ("12 of the best", "could not read"),
        ("12 January 27", "could not read"),
    ],
)
def test_a_day_that_cannot_be_says_why_and_what_to_write(words: str, why: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        day_from(words, on=TUESDAY)
    assert why in in_words(caught.value)
    assert in_words(caught.value).endswith(in_words(said("typed.day_for_example")))


_DAYS = st.dates(min_value=date(2026, 1, 1), max_value=date(2040, 1, 1))


@given(words=st.text(max_size=40), on=_DAYS)
def test_any_words_give_a_day_not_past_or_a_clear_error(words: str, on: date) -> None:
    try:
        day = day_from(words, on=on)
    except InvalidInput:
        return
    assert day >= on


@given(on=_DAYS, ahead=st.integers(min_value=0, max_value=180))
def test_every_way_to_write_a_near_day_means_that_day(on: date, ahead: int) -> None:
    day = date.fromordinal(on.toordinal() + ahead)
    for words in (day.isoformat(), f"{day:%d/%m}", f"{day:%d/%m/%Y}", f"{day:%A} {day.day} {day:%B}"):
        assert day_from(words, on=on) == day
