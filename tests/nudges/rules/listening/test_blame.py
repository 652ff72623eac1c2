"""Words that name somebody as being at fault."""

import pytest

from nudges.rules.listening.blame import blames_somebody, names_somebody

NAMES = ("Ama Boateng", "Ben Carter", "Will Young", "Zoë O'Hara", "Dr Dev Evans")


@pytest.mark.parametrize(
    "text",
    [
        "Ama Boateng",
        "I asked ama  boateng twice.",
        "It is Ama's fault.",
        "Ben never rings back",
        "we were ignored by ben",
        "Dr Carter blocked it.",
        "Zoe O'Hara",
        "ZOË won’t answer",
        "Will refuses to meet us",
        "Dev didn't come",
    ],
)
def test_who_is_named_or_blamed_is_found(text: str) -> None:
    assert names_somebody(text, NAMES)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Nobody rings back.",
        "It will never work like this.",
        "The amount of forms is wrong.",
        "Ben and I had a good talk.",
        "Our young people were ignored.",
        "A bench was broken.",
    ],
)
def test_other_words_are_left_alone(text: str) -> None:
    assert not names_somebody(text, NAMES)


def test_thanks_by_name_is_no_blame() -> None:
    assert not blames_somebody("Thank you, Ama Boateng, for the desk.", NAMES)
    assert not blames_somebody("Ben never gave up, and Ama didn't mind.", NAMES)
    assert blames_somebody("Ama Boateng ignored us.", NAMES)


def test_blame_far_from_a_name_is_not_of_that_person() -> None:
    far = "Ben came. We then spoke for an hour about the old form that was wrong."
    assert not names_somebody(far, NAMES)


def test_a_name_of_one_word_is_not_looked_for_alone() -> None:
    assert not names_somebody("Cher sang.", ["Cher"])
    assert names_somebody("Cher is rude.", ["Cher"])
    assert not names_somebody("Rude.", [""])
