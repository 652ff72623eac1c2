"""Two-week tests: their end and what was learnt."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from nudges.errors import InvalidInput
from nudges.model import two_week_test as trials
from nudges.model.two_week_test import Trial

AT = datetime(2027, 1, 4, 10, tzinfo=UTC)
TRIAL = Trial(
    id="t", partnership_id="p", leader_id="a", text="One list", started_at=AT, ends_on=date(2027, 1, 18)
)


@pytest.mark.parametrize("days", [0, -1, 15])
def test_a_test_ends_within_two_weeks(days: int) -> None:
    with pytest.raises(InvalidInput):
        trials.check_end(date(2027, 1, 4) + timedelta(days=days), on=date(2027, 1, 4), days_max=14)
    trials.check_end(date(2027, 1, 18), on=date(2027, 1, 4), days_max=14)


def test_what_was_learnt_is_kept_with_its_first_instant() -> None:
    learnt = trials.learn(TRIAL, line=" It helps. ", at=AT)
    again = trials.learn(learnt, line="It helps a lot.", at=AT + timedelta(days=1))
    assert (again.learned, again.learned_at) == ("It helps a lot.", AT)


def test_the_newest_untold_line_of_a_run_is_told() -> None:
    learnt = trials.learn(TRIAL, line="It helps.", at=AT)
    newer = replace(learnt, id="n", learned_at=AT + timedelta(days=1), run_id="r")
    until = AT + timedelta(days=2)
    assert trials.to_tell([TRIAL, learnt, newer], run_id="r", until_at=until) == newer
    assert trials.to_tell([learnt, newer], run_id="other", until_at=until) == learnt
    assert trials.to_tell([replace(learnt, told_on=date(2027, 1, 8))], run_id="r", until_at=until) is None
    assert trials.to_tell([learnt], run_id="r", until_at=AT - timedelta(days=1)) is None
    assert trials.to_tell([replace(learnt, learned="")], run_id="r", until_at=until) is None
