"""Bank holidays of the four nations."""

from datetime import date

from nudges.model.bank_holidays import bank_holidays
from nudges.model.people import Nation


def test_each_nation_has_its_own_days() -> None:
    result = {nation: bank_holidays(nation, [2027]) for nation in Nation}
    assert date(2027, 1, 4) in result[Nation.SCOTLAND]
    assert date(2027, 1, 4) not in result[Nation.ENGLAND]
    assert date(2027, 3, 29) in result[Nation.WALES]
    assert date(2027, 3, 29) not in result[Nation.SCOTLAND]
    assert date(2027, 3, 17) in result[Nation.NORTHERN_IRELAND]
    assert result[Nation.ENGLAND] == result[Nation.WALES]


def test_substitute_days_are_holidays_too() -> None:
    # Christmas Day 2027 is a Saturday.
    assert {date(2027, 12, 27), date(2027, 12, 28)} <= bank_holidays(Nation.ENGLAND, [2027])


def test_only_the_years_asked_for_are_given() -> None:
    assert {day.year for day in bank_holidays(Nation.ENGLAND, [2026, 2027])} == {2026, 2027}
