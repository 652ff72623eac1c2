"""The help log: who asked for help with what, and whether it was offered, taken up and closed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from nudges.errors import IllegalTransition
from nudges.said import said


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


def contacted(request: HelpRequest, *, at: datetime) -> HelpRequest:
    """The helper was in touch; saying so twice keeps the first time.

    Raises:
        IllegalTransition: the request is closed.
    """
    _check_open(request)
    return request if request.contacted_at is not None else replace(request, contacted_at=at)


def taken_up(request: HelpRequest, *, at: datetime) -> HelpRequest:
    """The help that was offered is being used, so there was a contact, too.

    Raises:
        IllegalTransition: the request is closed.
    """
    reached = contacted(request, at=at)
    return reached if reached.taken_up_at is not None else replace(reached, taken_up_at=at)


def closed(request: HelpRequest, *, at: datetime) -> HelpRequest:
    """Nothing more is needed; closing twice keeps the first time."""
    return request if request.closed_at is not None else replace(request, closed_at=at)


def is_waiting(request: HelpRequest, *, at: datetime) -> bool:
    """Still open with no contact recorded, and the time for it is over."""
    return request.is_open and request.contacted_at is None and request.contact_by < at


@dataclass(frozen=True, kw_only=True, slots=True)
class FirstContacts:
    """Of the `of` requests about partner steps whose time for a first contact is over, `in_time` got one."""

    in_time: int
    of: int


def first_contacts(requests: Iterable[HelpRequest], *, at: datetime) -> FirstContacts:
    """How many partner steps heard from their helper in time; one that closed before that does not count."""
    counted = [
        request
        for request in requests
        if request.about is HelpAbout.STEP
        and (request.contacted_at is not None or request.contact_by < (request.closed_at or at))
    ]
    in_time = [one for one in counted if one.contacted_at is not None and one.contacted_at <= one.contact_by]
    return FirstContacts(in_time=len(in_time), of=len(counted))


def supported_steps(requests: Iterable[HelpRequest], *, until: datetime) -> frozenset[str]:
    """The ids of the partner steps whose help was taken up and not closed at `until`."""
    return frozenset(
        request.subject
        for request in requests
        if request.about is HelpAbout.STEP
        and request.taken_up_at is not None
        and request.taken_up_at <= until
        and (request.closed_at is None or request.closed_at > until)
    )


def _check_open(request: HelpRequest) -> None:
    if not request.is_open:
        raise IllegalTransition(said("partner_steps.help_closed"))
