"""Metric cards: why a thing is counted, how, what it decides, and what it cannot tell. No card, no metric."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from nudges.errors import NotFound
from nudges.said import said


@dataclass(frozen=True, kw_only=True, slots=True)
class MetricCard:
    """One thing that is counted for the whole partnership.

    It is meaningful (`because`), measurable (`measure`, `source`, `cost`) and worth it (`decision`); it says
    how to read it going up, staying the same and going down, and what it cannot tell. `actions` are those
    whose doing it counts, where it counts actions.
    """

    id: str
    name: str
    because: str
    measure: str
    source: str
    cost: str
    decision: str
    if_up: str
    if_same: str
    if_down: str
    cannot_tell: str
    actions: tuple[str, ...] = ()


def card_of(cards: Mapping[str, MetricCard], metric_id: str) -> MetricCard:
    """The card of a metric, without which nothing of it may be shown.

    Raises:
        NotFound: there is no card, or a line of it is blank.
    """
    card = cards.get(metric_id)
    if card is None:
        raise NotFound(said("campaigns.no_metric_card", {"metric": metric_id}))
    blank = blank_lines(card)
    if blank:
        lines = ", ".join(blank)
        raise NotFound(said("campaigns.blank_metric_card", {"metric": metric_id, "lines": lines}))
    return card


def blank_lines(card: MetricCard) -> list[str]:
    """The names of the lines that say nothing."""
    texts = {field.name: getattr(card, field.name) for field in fields(card)}
    return [name for name, text in texts.items() if isinstance(text, str) and not text.strip()]
