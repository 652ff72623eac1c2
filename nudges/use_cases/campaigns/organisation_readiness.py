"""Which organisations may start: permission, assessment, and how often their sponsor was asked."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime

from nudges.errors import InvalidInput
from nudges.model import calendar
from nudges.model.events import EventKind
from nudges.model.people import Organisation
from nudges.model.playbook import Playbook
from nudges.model.privacy import screen
from nudges.ports import Store
from nudges.unit_of_work.read_roster import Roster, read_roster
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.joining.ask_permission import has_left, sponsors_of, start_if_ready


@dataclass(frozen=True, kw_only=True, slots=True)
class OrganisationReadiness:
    """One organisation, without people. `asked` counts the messages to its sponsor.

    `has_sponsor` says whether a sponsor can be reached in chat.
    """

    organisation_id: str
    name: str
    permission_on: date | None
    assessment: str | None
    is_ready: bool
    asked: int
    has_sponsor: bool
    is_left: bool

    @property
    def note(self) -> str:
        """What it waits for, in words; empty where it is ready."""
        if self.is_ready:
            return ""
        if self.is_left:
            return "it has left"
        lacks = []
        if self.permission_on is None:
            asked = {0: "", 1: " (asked once)"}.get(self.asked, " (asked twice: ring them)")
            lacks.append(
                f"its sponsor's permission{asked if self.has_sponsor else ' (nobody to ask in chat)'}"
            )
        if self.assessment is None:
            lacks.append("the reference of its impact assessment")
        return f"until it has {' and '.join(lacks)}"


async def read_readiness(store: Store, partnership_id: str) -> list[OrganisationReadiness]:
    """Every organisation of a partnership, by name.

    Raises:
        NotFound: there is no such partnership.
    """
    async with store.reading() as tx:
        roster = await read_roster(tx, partnership_id)
        events = await tx.records.events(partnership_id, kinds=[EventKind.PERMISSION_ASKED])
    asked = Counter(event.subject for event in events)
    organisation_readinesses = [_line(roster, one, asked[one.id]) for one in roster.organisations.values()]
    return sorted(organisation_readinesses, key=lambda one: one.name)


def _line(roster: Roster, organisation: Organisation, asked: int) -> OrganisationReadiness:
    at = organisation.permission_at
    return OrganisationReadiness(
        organisation_id=organisation.id,
        name=organisation.name,
        permission_on=calendar.local(at, roster.partnership.zone).date() if at else None,
        assessment=organisation.assessment,
        is_ready=organisation.is_ready,
        asked=asked,
        has_sponsor=bool(sponsors_of(roster, organisation)),
        is_left=has_left(organisation),
    )


async def record_assessment(
    store: Store, book: Playbook, *, partnership_id: str, organisation_id: str, reference: str, at: datetime
) -> Organisation:
    """The lead records the reference of an organisation's impact assessment; with permission, it starts.

    Raises:
        NotFound: no such organisation.
        InvalidInput: no reference, or one that is too long.
        RefusedText: it holds an NHS number.
    """
    words = screen(reference, book.rules).text
    most = book.rules.before_launch.assessment_reference_max
    if not words or len(words) > most:
        raise InvalidInput(f"Give the reference of the assessment, in {most} characters at most.")
    async with store.transaction() as tx:
        work = UnitOfWork(tx=tx, book=book, at=at, holidays=await tx.people.unchecked_holidays())
        roster = await read_roster(tx, partnership_id)
        organisation = roster.organisation(organisation_id)
        was_ready = organisation.is_ready
        organisation = replace(organisation, assessment=words)
        work.keep(organisation)
        if not was_ready:
            await start_if_ready(work, roster, organisation)
        await work.write()
    return organisation
