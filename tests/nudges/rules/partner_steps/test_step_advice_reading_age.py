"""How easy a text is to read."""

import pytest

from nudges.rules.partner_steps.step_advice import grade, syllables


@pytest.mark.parametrize(
    ("word", "count"), [("step", 1), ("promise", 2), ("organisation", 5), ("make", 1), ("paused", 1)]
)
def test_the_syllable_counter_is_about_right(word: str, count: int) -> None:
    assert abs(syllables(word) - count) <= (1 if count > 2 else 0)


def test_short_words_are_easier_than_long_ones_and_no_words_are_easiest() -> None:
    assert grade("") == 0
    assert grade("We ring the ward at nine.") < 4
    assert grade("Organisational interdependencies necessitate collaborative prioritisation.") > 12
