"""A sponsor's permission: asked for in one message, given by one tap, and what starts with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from nudges.model import calendar, message_facts
from nudges.model.events import EventKind
from nudges.model.message import MessageKind
from nudges.model.people import Leader, Organisation, Role
from nudges.model.timers import TimerKind
from nudges.unit_of_work.nudge_cards import buttons
from nudges.unit_of_work.read_roster import Roster, read_roster
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.joining.join_campaign import join_and_invite, may_take_part

FROM_A_DAY = "from"
# In the place of a permission's line: the organisation left, and a file does not bring it back.
LEFT = ""


def has_left(organisation: Organisation) -> bool:
    """Whether the organisation left the partnership."""
    return organisation.permission_at is None and organisation.permission_line == LEFT


def ask_where_missing(work: UnitOfWork, roster: Roster) -> None:
    """Have the sponsor asked of every organisation in a running campaign that has no permission yet."""
    for organisation in roster.organisations.values():
        is_missing = organisation.permission_at is None and organisation.permission_line is None
        if is_missing and _takes_part(roster, organisation):
            work.set_timer(
                TimerKind.PERMISSION, organisation.id, work.at, partnership_id=organisation.partnership_id
            )


def _takes_part(roster: Roster, organisation: Organisation) -> bool:
    return any(
        roster.live_runs(one) for one in roster.leaders.values() if one.organisation_id == organisation.id
    )


def sponsors_of(roster: Roster, organisation: Organisation) -> list[Leader]:
    """The organisation's sponsors who can be reached."""
    return [
        leader
        for leader in roster.leaders.values()
        if leader.organisation_id == organisation.id
        and Role.SPONSOR in leader.roles
        and leader.address is not None
        and leader.stopped_at is None
    ]


async def _asked(work: UnitOfWork, roster: Roster, organisation: Organisation) -> list[datetime]:
    """When this organisation's sponsor was asked, oldest first."""
    events = await work.tx.records.events(roster.partnership.id, kinds=[EventKind.PERMISSION_ASKED])
    return [event.at for event in events if event.subject == organisation.id]


async def check_permission(work: UnitOfWork, partnership_id: str, subject: str) -> None:
    """Ask the sponsor, once more after five working days, or let a permission begin on its day."""
    roster = await read_roster(work.tx, partnership_id)
    organisation_id, _, is_dated = subject.partition(":")
    organisation = roster.organisations.get(organisation_id)
    if organisation is None or organisation.permission_at is not None:
        return
    if is_dated:
        if organisation.permission_line is not None and not has_left(organisation):
            await allow(work, roster, organisation, line=organisation.permission_line)
        return
    asked, most = await _asked(work, roster, organisation), work.book.rules.joining.permission_asked_max
    if organisation.permission_line is not None or len(asked) >= most:
        return
    if not _takes_part(roster, organisation):
        return
    patience = work.book.rules.joining.permission_again_after_working_days
    again_at = _working_morning(work, roster, asked[-1], patience) if asked else work.at
    if again_at > work.at:  # files came again, or another campaign was launched
        work.set_timer(TimerKind.PERMISSION, organisation.id, again_at, partnership_id=partnership_id)
        return
    sponsors = sponsors_of(roster, organisation)
    is_told = any([await _ask(work, roster, organisation, one, len(asked)) for one in sponsors])
    if is_told:
        work.log(
            EventKind.PERMISSION_ASKED,
            partnership_id=partnership_id,
            subject=organisation.id,
            organisation_id=organisation.id,
        )
    # A sponsor who cannot be reached yet may be found tomorrow.
    if len(asked) + is_told < most:
        due_at = _working_morning(work, roster, work.at, patience if is_told else 1)
        work.set_timer(TimerKind.PERMISSION, organisation.id, due_at, partnership_id=partnership_id)


async def _ask(
    work: UnitOfWork, roster: Roster, organisation: Organisation, sponsor: Leader, asked: int
) -> bool:
    return await work.tell(
        sponsor,
        MessageKind.LEAD,
        "permission_ask",
        occurrence=f"{organisation.id}:{asked}",
        facts=message_facts.PermissionAsk(
            organisation=organisation.name,
            partnership=roster.partnership.name,
            goal=roster.partnership.shared_goal,
            line=work.book.rules.joining.permission_line,
            again=asked > 0,
            buttons=buttons("permission", "permission_line"),
        ),
        subject=organisation.id,
    )


def _working_morning(work: UnitOfWork, roster: Roster, after: datetime, days: int) -> datetime:
    partnership = roster.partnership
    holidays = work.holidays_of(partnership)
    day = calendar.local(after, partnership.zone).date()
    if not calendar.is_weekday(day, holidays):
        # What is written on a day off is read on the next working day.
        day = calendar.weekday_after(day, 1, holidays)
    day = calendar.weekday_after(day, days, holidays)
    return calendar.instant_of(day, work.book.rules.cadence.welcome_time, partnership.zone)


async def allow(
    work: UnitOfWork, roster: Roster, organisation: Organisation, *, line: str, by: Leader | None = None
) -> Organisation:
    """Permission is given from now; where the assessment is recorded, too, the organisation starts."""
    allowed = replace(organisation, permission_at=work.at, permission_line=line)
    work.keep(allowed)
    work.cancel_timer(TimerKind.PERMISSION, organisation.id)
    work.cancel_timer(TimerKind.PERMISSION, f"{organisation.id}:{FROM_A_DAY}")
    note_permission(work, allowed, by=by)
    await start_if_ready(work, roster, allowed)
    return allowed


def note_permission(work: UnitOfWork, organisation: Organisation, *, by: Leader | None = None) -> None:
    """Remember that an organisation has its permission."""
    work.log(
        EventKind.PERMISSION_GIVEN,
        partnership_id=organisation.partnership_id,
        subject=organisation.id,
        organisation_id=organisation.id,
        leader=by,
    )


async def start_if_ready(work: UnitOfWork, roster: Roster, organisation: Organisation) -> None:
    """An organisation that became ready joins the campaigns that run; late, its people are joiners."""
    if not organisation.is_ready:
        return
    roster = replace(roster, organisations={**roster.organisations, organisation.id: organisation})
    for leader in roster.leaders.values():
        if leader.organisation_id == organisation.id and may_take_part(leader):
            for run in roster.live_runs(leader)[:1] if leader.opted_in_at is None else ():
                # Nothing has been sent before: whoever is late joins from today.
                await join_and_invite(work, roster, replace(leader, joined_on=None), run)
