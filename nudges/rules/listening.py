"""Things heard: what people want to be heard, named or not, and the reply that each gets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class HeardKind(StrEnum):
    """What was said: something to be heard, an idea for an action, or a change to the principles."""

    CONCERN = "concern"
    IDEA = "idea"
    PRINCIPLE = "principle"


class HeardState(StrEnum):
    """Where it stands. `HELD` waits for the facilitator to reword it, as it names somebody."""

    HELD = "held"
    OPEN = "open"
    ANSWERED = "answered"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, kw_only=True, slots=True)
class ThingHeard:
    """One thing heard and its reply.

    `author_id` is None where the author did not want to be named: then nothing in it, and nothing beside
    it, says who it was; that is why it has a day and no instant. `theme` is the id of a reason, where the
    author picked one. `is_not_yet` says that the reply is "not yet, because ...". `why_together` is an
    idea's line on why no single organisation would do it alone.
    """

    id: str
    partnership_id: str
    kind: HeardKind
    text: str
    said_on: date
    reply_by: date
    state: HeardState = HeardState.OPEN
    author_id: str | None = None
    theme: str | None = None
    why_together: str = ""
    owner_id: str | None = None
    reply: str = ""
    is_not_yet: bool = False
    replied_on: date | None = None
    told_on: date | None = None

    @property
    def is_waiting(self) -> bool:
        """Nobody has answered it yet."""
        return self.state in (HeardState.OPEN, HeardState.HELD)


@dataclass(frozen=True, kw_only=True, slots=True)
class Vote:
    """A leader would like this action to be asked. One for each leader and action."""

    partnership_id: str
    leader_id: str
    action_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LibraryLine:
    """A line that may be copied, such as a sentence for a job description; nobody's name is with it."""

    id: str
    partnership_id: str
    organisation_id: str
    action_id: str
    text: str
    posted_on: date
