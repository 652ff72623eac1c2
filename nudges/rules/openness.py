"""What the open page needs to remember: what was changed, and links that let a member in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Published:
    """A part of what decides or is said (a rule, a message, a campaign, a field) as it stands now.

    `digest` changes when its content does; `changed_at` is when that was first seen.
    """

    kind: str
    name: str
    digest: str
    changed_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One line of the change log: what was added, changed or taken out, and when it was first seen.

    `partnership_id` is None where it holds for every partnership of this installation.
    """

    partnership_id: str | None
    at: datetime
    kind: str
    name: str
    what: str


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryLink:
    """A link that lets one member in once; only the hash of its token is kept."""

    token_hash: str
    partnership_id: str
    leader_id: str
    expires_at: datetime
    used_at: datetime | None = None
