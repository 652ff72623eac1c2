"""Coffee rounds close the gaps between organisations: thirty seeds of an uneven partnership."""

from datetime import date
from statistics import mean

import pytest

from benchmarks.crowds import UNEVEN_SIZES, Held, crowd, hold
from nudges.rules.pairing.pairing import Candidate, History, form_round
from tests.nudges.example_leader import RULES

SEEDS = range(30)


def the_rounds(seed: int, *, rounds: int, meet_share: float) -> list[Held]:
    def form(people: list[Candidate], history: History, number: int, on: date) -> list[tuple[str, ...]]:
        return list(
            form_round(
                people, history, round_number=number, on=on, rules=RULES, seed=seed * 100 + number
            ).groups
        )

    people = crowd(UNEVEN_SIZES, seed=seed)
    return list(hold(form, people, rounds=rounds, meet_share=meet_share, every_weeks=2, seed=seed))


@pytest.mark.slow
def test_six_rounds_with_four_in_five_meeting_link_58_of_78_pairs_of_organisations() -> None:
    assert sum(UNEVEN_SIZES) == 60
    assert len(UNEVEN_SIZES) == 13
    assert min(UNEVEN_SIZES) == 1
    met = [
        [one.organisation_pairs_met for one in the_rounds(seed, rounds=6, meet_share=0.8)] for seed in SEEDS
    ]
    assert mean(each[5] for each in met) >= 58
    assert mean(each[2] for each in met) >= 44


@pytest.mark.slow
def test_twenty_rounds_spend_hardly_a_slot_on_people_who_know_each_other() -> None:
    for seed in range(3):
        ties = [group for one in the_rounds(seed, rounds=20, meet_share=1.0) for group in one.groups]
        assert len(ties) == 20 * 30
        assert len(set(ties)) >= 0.995 * len(ties)


@pytest.mark.slow
def test_three_pairs_in_ten_mix_settings() -> None:
    people = {one.id: one for one in crowd(UNEVEN_SIZES, seed=1)}
    for held in the_rounds(1, rounds=12, meet_share=0.8):
        mixed = [group for group in held.groups if len({people[one].setting for one in group}) > 1]
        assert len(mixed) >= 0.3 * len(held.groups)
