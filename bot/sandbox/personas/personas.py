"""Who answers how: the characters of the example's leaders, and how likely each answer is."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

NUDGE_ANSWERS = ("plan", "swap", "not_now", "")
HAPPENED_ANSWERS = ("done", "partly", "not_yet", "")


@dataclass(frozen=True, kw_only=True, slots=True)
class Persona:
    """Shares are parts of 1. `nudge` follows NUDGE_ANSWERS, `happened` HAPPENED_ANSWERS; "" is no answer.

    `hours` is the longest wait before an answer. `later` is how often the welcome gets "Not now",
    `silent_at_welcome` how often nothing.
    """

    share: float
    hours: float
    nudge: tuple[float, float, float, float]
    happened: tuple[float, float, float, float]
    later: float = 0.05
    silent_at_welcome: float = 0.02
    promises: float = 0.0
    shares: float = 0.2
    stops: float = 0.0
    by_office: float = 0.05
    pace: str = "right"


CHARACTERS: Mapping[str, Persona] = {
    "keen": Persona(
        share=0.28,
        hours=5,
        nudge=(0.86, 0.07, 0.03, 0.04),
        happened=(0.88, 0.05, 0.05, 0.02),
        later=0.0,
        silent_at_welcome=0.0,
        promises=0.14,
        shares=0.45,
        pace="faster",
    ),
    "steady": Persona(
        share=0.34,
        hours=20,
        nudge=(0.72, 0.09, 0.10, 0.09),
        happened=(0.80, 0.07, 0.09, 0.04),
        promises=0.05,
        shares=0.25,
    ),
    "busy": Persona(
        share=0.18,
        hours=50,
        nudge=(0.50, 0.08, 0.24, 0.18),
        happened=(0.66, 0.10, 0.16, 0.08),
        later=0.15,
        promises=0.02,
        shares=0.1,
        by_office=0.2,
        pace="slower",
    ),
    "quiet": Persona(
        share=0.11,
        hours=60,
        nudge=(0.30, 0.02, 0.06, 0.62),
        happened=(0.62, 0.05, 0.08, 0.25),
        later=0.1,
        silent_at_welcome=0.2,
        shares=0.05,
    ),
    "office": Persona(
        share=0.06,
        hours=24,
        nudge=(0.74, 0.03, 0.13, 0.10),
        happened=(0.82, 0.04, 0.10, 0.04),
        shares=0.1,
        by_office=0.85,
    ),
    "stopper": Persona(
        share=0.03,
        hours=40,
        nudge=(0.35, 0.05, 0.25, 0.35),
        happened=(0.55, 0.05, 0.2, 0.2),
        later=0.2,
        stops=0.12,
        pace="slower",
    ),
}


def character_of(seed: int, leader_id: str) -> Persona:
    """The character of this leader in this run: the same for the same seed."""
    random_source = random.Random(f"{seed}:{leader_id}:character")
    return random_source.choices(list(CHARACTERS.values()), [each.share for each in CHARACTERS.values()])[0]
