"""Things heard: what people want to be heard, named or not, and the reply that each gets."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from nudges.errors import IllegalTransition, InvalidInput
from nudges.said import said

# People often write it themselves, though it is said for them.
_NOT_YET = re.compile(r"(?:Not yet, because )?(?:not yet, because )?")


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


def answer(thing: ThingHeard, *, reply: str, is_not_yet: bool, on: date) -> ThingHeard:
    """Reply to a thing heard; "not yet, because ..." is a reply. A later reply replaces the first one.

    Whoever was told of the first is not told again by the Friday post.

    Raises:
        InvalidInput: the reply is empty.
        IllegalTransition: it waits to be reworded, or was left out.
    """
    if not reply.strip():
        raise InvalidInput(said("listening.reply_words"))
    if thing.state not in (HeardState.OPEN, HeardState.ANSWERED):
        raise IllegalTransition(said("listening.reword_first"))
    return replace(
        thing, state=HeardState.ANSWERED, reply=reply.strip(), is_not_yet=is_not_yet, replied_on=on
    )


def reword(thing: ThingHeard, *, wording: str) -> ThingHeard:
    """Put a held thing in words that name nobody: from here on it is open to a reply.

    Raises:
        InvalidInput: the wording is empty.
        IllegalTransition: it is not held.
    """
    if not wording.strip():
        raise InvalidInput(said("listening.names_nobody"))
    if thing.state is not HeardState.HELD:
        raise IllegalTransition(said("listening.dealt_with"))
    return replace(thing, text=wording.strip(), state=HeardState.OPEN)


def leave_out(thing: ThingHeard) -> ThingHeard:
    """Show a held thing to nobody.

    Raises:
        IllegalTransition: it is not held.
    """
    if thing.state is not HeardState.HELD:
        raise IllegalTransition(said("listening.dealt_with"))
    return replace(thing, text="", why_together="", state=HeardState.LEFT_OUT)


def shown(things: Iterable[ThingHeard], *, on: date) -> list[ThingHeard]:
    """What everybody may read on this day, newest first: neither held nor left out.

    What has no reply yet shows from the day after: so nobody can tell who spoke a moment ago.
    """
    readable = [
        thing
        for thing in things
        if thing.state is HeardState.ANSWERED or (thing.state is HeardState.OPEN and thing.said_on < on)
    ]
    return sorted(readable, key=lambda one: (one.said_on, one.id), reverse=True)


def to_tell(things: Iterable[ThingHeard], *, until_on: date) -> ThingHeard | None:
    """The newest reply, up to this day, of which no Friday post has told yet; None where there is none."""
    fresh = [
        thing
        for thing in things
        if thing.state is HeardState.ANSWERED
        and thing.told_on is None
        and thing.replied_on is not None
        and thing.replied_on <= until_on
    ]
    return max(fresh, key=lambda one: (one.replied_on or until_on, one.id), default=None)


def reason_of(thing: ThingHeard) -> str:
    """What follows after "not yet, because": its first letter is small, unless the word is all capitals."""
    text = _NOT_YET.sub("", thing.reply, count=1)
    first = text.split(" ", 1)[0]
    if first == "I" or (first.isupper() and len(first) > 1):
        return text
    return text[:1].lower() + text[1:]


def counted(votes: Sequence[Vote]) -> dict[str, int]:
    """Action -> how many leaders voted for it; actions without a vote are left out."""
    return dict(Counter(vote.action_id for vote in votes))
