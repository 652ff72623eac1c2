"""How long each stored field is kept."""

from __future__ import annotations

from datetime import date

import pytest

from nudges.model.retention import Keep, StoredField, keep_until
from tests.nudges.example_leader import RULES


def test_free_text_is_kept_ninety_days_and_records_six_months_after_the_end() -> None:
    assert keep_until(Keep.FREE_TEXT, RULES, counted_from=date(2027, 1, 4)) == date(2027, 4, 4)
    assert keep_until(Keep.RECORD, RULES, counted_from=date(2027, 1, 4)) == date(2027, 7, 4)
    assert keep_until(Keep.RECORD, RULES, counted_from=date(2027, 8, 31)) == date(2028, 2, 29)
    assert keep_until(Keep.RECORD, RULES, counted_from=date(2027, 6, 30)) == date(2027, 12, 30)


@pytest.mark.parametrize("keep", [Keep.LIFE, Keep.UNTIL_CHANGED])
def test_what_is_kept_for_life_has_no_last_day(keep: Keep) -> None:
    assert keep_until(keep, RULES, counted_from=date(2027, 1, 4)) is None


def test_nothing_runs_out_before_its_time_has_begun() -> None:
    assert keep_until(Keep.RECORD, RULES, counted_from=None) is None


def test_an_entry_of_the_register_says_what_for_and_who_reads_it() -> None:
    entry = StoredField(
        table="promise", column="text", purpose="Asking once", read_by=("leader",), keep=Keep.FREE_TEXT
    )
    assert (entry.purpose, entry.read_by, entry.keep) == ("Asking once", ("leader",), Keep.FREE_TEXT)
