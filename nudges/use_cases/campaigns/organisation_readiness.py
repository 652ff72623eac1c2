"""Which organisations may start: permission, assessment, and how often their sponsor was asked."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime

from nudges.errors import InvalidInput
from nudges.model import calendar
from nudges.model.events import EventKind
from nudges.model.people import Organisation
from nudges.model.plain_words import and_words
from nudges.model.playbook import Playbook
from nudges.model.screened_text import screen
from nudges.ports import Store
from nudges.said import said
from nudges.unit_of_work.read_roster import Roster, read_roster
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.joining.ask_permission import has_left, sponsors_of, start_if_ready

# What an organisation waits for, by how often its sponsor was asked; there are two messages at most.
ASKED = (
    said("campaigns.ready.permission"),
    said("campaigns.ready.permission_asked_once"),
    said("campaigns.ready.permission_asked_twice"),
)
NOBODY_TO_ASK = said("campaigns.ready.permission_nobody_to_ask")


@dataclass(frozen=True, kw_only=True, slots=True)
class OrganisationReadiness:
    """One organisation, without people. `asked` counts the messages to its sponsor.

    `has_sponsor` says whether a sponsor can be reached in chat. `note` is what it waits for, in words; empty
    where it is ready.
    """

    organisation_id: str
    name: str
    permission_on: date | None
    assessment: str | None
    is_ready: bool
    asked: int
    has_sponsor: bool
    is_left: bool
    note: str


async def read_readiness(store: Store, book: Playbook, partnership_id: str) -> list[OrganisationReadiness]:
    """Every organisation of a partnership, by name.

    Raises:
        NotFound: there is no such partnership.
    """
    async with store.reading() as tx:
        roster = await read_roster(tx, partnership_id)
        events = await tx.records.events(partnership_id, kinds=[EventKind.PERMISSION_ASKED])
    asked = Counter(event.subject for event in events)
    organisations = sorted(roster.organisations.values(), key=lambda one: one.name)
    return [_readiness(book, roster, one, asked[one.id]) for one in organisations]


def _readiness(
    book: Playbook, roster: Roster, organisation: Organisation, asked: int
) -> OrganisationReadiness:
    at, has_sponsor = organisation.permission_at, bool(sponsors_of(roster, organisation))
    return OrganisationReadiness(
        organisation_id=organisation.id,
        name=organisation.name,
        permission_on=calendar.local(at, roster.partnership.zone).date() if at else None,
        assessment=organisation.assessment,
        is_ready=organisation.is_ready,
        asked=asked,
        has_sponsor=has_sponsor,
        is_left=has_left(organisation),
        note=_note(book, organisation, asked=asked, has_sponsor=has_sponsor),
    )


def _note(book: Playbook, organisation: Organisation, *, asked: int, has_sponsor: bool) -> str:
    if organisation.is_ready:
        return ""
    if has_left(organisation):
        return book.in_words(said("campaigns.ready.has_left"))
    lacks = []
    if organisation.permission_at is None:
        lacks.append(ASKED[min(asked, len(ASKED) - 1)] if has_sponsor else NOBODY_TO_ASK)
    if organisation.assessment is None:
        lacks.append(said("campaigns.ready.assessment"))
    listed = and_words([book.in_words(one) for one in lacks])
    return book.in_words(said("campaigns.ready.until", {"lacks": listed}))


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
        raise InvalidInput(said("campaigns.ready.reference_most", {"most": most}))
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
