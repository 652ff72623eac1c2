"""Characters are drawn once, by seed, and their chances are chances."""

import pytest

from bot.sandbox.personas.personas import CHARACTERS, character_of


@pytest.mark.parametrize("name", sorted(CHARACTERS))
def test_the_chances_of_each_answer_add_up(name: str) -> None:
    assert sum(CHARACTERS[name].nudge) == pytest.approx(1.0)
    assert sum(CHARACTERS[name].happened) == pytest.approx(1.0)


def test_the_shares_of_the_characters_add_up() -> None:
    assert sum(each.share for each in CHARACTERS.values()) == pytest.approx(1.0)


def test_the_same_seed_gives_the_same_character_and_another_seed_another_crowd() -> None:
    first = [character_of(1, f"leader-{number}") for number in range(60)]
    assert first == [character_of(1, f"leader-{number}") for number in range(60)]
    assert first != [character_of(2, f"leader-{number}") for number in range(60)]
