"""The help log: who asked for help with what, and whether it was offered, taken up and closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class HelpAbout(StrEnum):
    """What help is wanted with: a person's own step, or an organisation's partner step."""

    PERSON = "person"
    STEP = "step"


class HelpState(StrEnum):
    """How far a request has come; each state is later than the one before."""

    ASKED = "asked"
    OFFERED = "offered"
    TAKEN_UP = "taken_up"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True, slots=True)
class HelpRequest:
    """One line of the help log. A person's request is here only after their yes.

    `subject` is the nudge or partner step that it is about, empty where it is about neither. `contact_by`
    is when the helper should have been in touch; `contacted_at` is when they said that they were.
    `reason` is the id of what got in the way, where that was tapped.
    """

    id: str
    partnership_id: str
    about: HelpAbout
    subject: str
    organisation_id: str
    asked_at: datetime
    contact_by: datetime
    leader_id: str | None = None
    reason: str | None = None
    helper_id: str | None = None
    reminded_at: datetime | None = None
    contacted_at: datetime | None = None
    taken_up_at: datetime | None = None
    closed_at: datetime | None = None

    @property
    def state(self) -> HelpState:
        """The latest of its states."""
        if self.closed_at is not None:
            return HelpState.CLOSED
        if self.taken_up_at is not None:
            return HelpState.TAKEN_UP
        return HelpState.OFFERED if self.contacted_at is not None else HelpState.ASKED

    @property
    def is_open(self) -> bool:
        """Not closed yet."""
        return self.closed_at is None
