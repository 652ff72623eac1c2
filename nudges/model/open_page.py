"""What the open page needs to remember: what was changed, and links that let a member in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

FIRST = "first published"
ADDED, CHANGED, TAKEN_OUT = "added", "changed", "taken out"


@dataclass(frozen=True, kw_only=True, slots=True)
class Published:
    """A part of what decides or is said (a rule, a message, a campaign, a field) as it stands now.

    `fingerprint` changes when its content does; `changed_at` is when that was first seen.
    """

    kind: str
    name: str
    fingerprint: str
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


def first_published(*, at: datetime) -> list[Change]:
    """The one line of the day on which everything was seen for the first time."""
    return [Change(partnership_id=None, at=at, kind="", name="", what=FIRST)]


def changes_since(
    known: Mapping[tuple[str, str], Published], parts: Mapping[tuple[str, str], str], *, at: datetime
) -> list[Change]:
    """A change for each part that is new, gone or different, in the order of kind and name."""
    changes = []
    for key in sorted(known.keys() | parts.keys()):
        if key not in parts:
            what = TAKEN_OUT
        elif key not in known:
            what = ADDED
        elif known[key].fingerprint != parts[key]:
            what = CHANGED
        else:
            continue
        changes.append(Change(partnership_id=None, at=at, kind=key[0], name=key[1], what=what))
    return changes
