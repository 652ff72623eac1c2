"""Advice on a step's words: one thing, plainly said. It never blocks."""

import pytest

from nudges.rules.partner_steps.step_advice import ONE_THING, PLAIN_WORDS, advice
from tests.nudges.model.test_partner_step import LIMITS


@pytest.mark.parametrize(
    "text",
    [
        "Share our list of free beds with the wards each morning",
        "One phone line answers care homes about people going home, from 9 to 5.",
        "Lend a desk and a chair to the home care team",
        "Ring each new carer once",
    ],
)
def test_one_plain_step_needs_no_advice(text: str) -> None:
    assert advice(text, done_means="A care home that rings gets an answer.", limits=LIMITS) == []


@pytest.mark.parametrize(
    "text",
    [
        "Share our bed list and train two nurses to read it",
        "Open the lounge, then invite the care homes",
        "Share our bed list. Ring each ward.",
        "Ring the wards & also send the list",
    ],
)
def test_two_things_in_one_step_are_advised_against(text: str) -> None:
    assert ONE_THING in advice(text, limits=LIMITS)


def test_hard_words_are_advised_against_wherever_they_stand() -> None:
    hard = "Operationalise interdisciplinary governance methodologies collaboratively"
    assert advice(hard, limits=LIMITS) == [PLAIN_WORDS]
    assert advice("Ring the wards", why_together=hard, limits=LIMITS) == [PLAIN_WORDS]
    assert advice("Ring the wards", done_means=hard, limits=LIMITS) == [PLAIN_WORDS]
