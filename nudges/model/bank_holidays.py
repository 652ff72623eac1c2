"""Bank holidays of the four nations."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from nudges.model.people import Nation

SUBDIVISIONS = {
    Nation.ENGLAND: "ENG",
    Nation.WALES: "WLS",
    Nation.SCOTLAND: "SCT",
    Nation.NORTHERN_IRELAND: "NIR",
}


def bank_holidays(nation: Nation, years: Iterable[int]) -> frozenset[date]:
    """Every bank holiday of `nation` in `years`, substitute days included.

    Loads the holidays library at the first call (about a third of a second), so compute once and keep.
    """
    from holidays import country_holidays

    return frozenset(country_holidays("GB", subdiv=SUBDIVISIONS[nation], years=list(years)))
