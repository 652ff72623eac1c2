"""A person's own page on a chat platform: when it was opened, what it shows, and when that changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from nudges.model.people import Address


@dataclass(frozen=True, kw_only=True, slots=True)
class HomeTab:
    """The page of one person who has opened it at least once.

    `changed_at` is when something about this person last changed, `shown_at` the `changed_at` that the page
    shows. `fingerprint` tells what is shown apart from anything else; `mark` is the platform's own word for
    it, and publishing with an old mark is refused by the platform.
    """

    address: Address
    changed_at: datetime
    shown_at: datetime | None = None
    fingerprint: str = ""
    mark: str = ""
