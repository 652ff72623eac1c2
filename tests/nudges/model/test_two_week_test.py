"""Two-week tests: their end and what was learnt."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from nudges.errors import InvalidInput
from nudges.model import two_week_test
from nudges.model.two_week_test import TwoWeekTest

AT = datetime(2027, 1, 4, 10, tzinfo=UTC)
TEST = TwoWeekTest(
    id="t", partnership_id="p", leader_id="a", text="One list", started_at=AT, ends_on=date(2027, 1, 18)
)


@pytest.mark.parametrize("days", [0, -1, 15])
def test_a_test_ends_within_two_weeks(days: int) -> None:
    with pytest.raises(InvalidInput):
        two_week_test.check_end(date(2027, 1, 4) + timedelta(days=days), on=date(2027, 1, 4), days_max=14)
    two_week_test.check_end(date(2027, 1, 18), on=date(2027, 1, 4), days_max=14)


def test_what_was_learnt_is_kept_with_its_first_instant() -> None:
    learnt = two_week_test.learn(TEST, line=" It helps. ", at=AT)
    again = two_week_test.learn(learnt, line="It helps a lot.", at=AT + timedelta(days=1))
    assert (again.learned, again.learned_at) == ("It helps a lot.", AT)


def test_the_newest_untold_line_of_a_run_is_told() -> None:
    learnt = two_week_test.learn(TEST, line="It helps.", at=AT)
    newer = replace(learnt, id="n", learned_at=AT + timedelta(days=1), run_id="r")
    until = AT + timedelta(days=2)
    assert two_week_test.to_tell([TEST, learnt, newer], run_id="r", until_at=until) == newer
    assert two_week_test.to_tell([learnt, newer], run_id="other", until_at=until) == learnt
    assert (
        two_week_test.to_tell([replace(learnt, told_on=date(2027, 1, 8))], run_id="r", until_at=until) is None
    )
    assert two_week_test.to_tell([learnt], run_id="r", until_at=AT - timedelta(days=1)) is None
    assert two_week_test.to_tell([replace(learnt, learned="")], run_id="r", until_at=until) is None
