"""How many people named each theme and voted for each action, as far as it was published: never live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nudges.model.events import EventKind
from nudges.ports import Transaction
from nudges.rules.listening.themes import next_published
from nudges.unit_of_work.unit_of_work import UnitOfWork

Counts = Mapping[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishedCounts:
    """The counts that may be read: of people for each theme, and of votes for each action; no zeros."""

    themes: Counts = field(default_factory=dict)
    votes: Counts = field(default_factory=dict)


async def published_counts(tx: Transaction, partnership_id: str) -> PublishedCounts:
    """What was published last; everybody who is shown a theme or a vote of others reads this."""
    published = await _all(tx, partnership_id)
    return published[-1] if published else PublishedCounts()


async def publish(work: UnitOfWork, partnership_id: str, *, themes: Counts, votes: Counts) -> None:
    """Publish these counts, where they have moved by as many people as a cell needs."""
    earlier = await _all(work.tx, partnership_id)
    rules = work.book.rules
    counts = PublishedCounts(
        themes=next_published(themes, [one.themes for one in earlier], rules),
        votes=next_published(votes, [one.votes for one in earlier], rules),
    )
    if counts != (earlier[-1] if earlier else PublishedCounts()):
        work.log(
            EventKind.COUNTS_PUBLISHED,
            partnership_id=partnership_id,
            data={"themes": dict(counts.themes), "votes": dict(counts.votes)},
        )


async def _all(tx: Transaction, partnership_id: str) -> list[PublishedCounts]:
    events = await tx.records.events(partnership_id, kinds=[EventKind.COUNTS_PUBLISHED])
    return [_from(one.data) for one in events]


def _from(data: Mapping[str, Any]) -> PublishedCounts:
    return PublishedCounts(themes=data["themes"], votes=data["votes"])
