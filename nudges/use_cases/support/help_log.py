"""The help log: a request is written, its helper is told, reminded once, and the record is closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nudges.model import calendar, message_facts
from nudges.model import help_request as log
from nudges.model.events import EventKind
from nudges.model.help_request import HelpAbout, HelpRequest, HelpState
from nudges.model.ids import make_id
from nudges.model.message import MessageKind
from nudges.model.partner_step import PartnerStep
from nudges.model.people import Leader
from nudges.model.plain_words import day_words
from nudges.model.timers import TimerKind
from nudges.rules.partner_steps.step_dates import Mornings
from nudges.said import said
from nudges.unit_of_work.nudge_cards import Scene, buttons
from nudges.unit_of_work.read_roster import Roster
from nudges.unit_of_work.redraw import redraw_all
from nudges.unit_of_work.unit_of_work import UnitOfWork

# What the helper may still say, by how far the request has come.
NEXT: dict[HelpState, tuple[str, ...]] = {
    HelpState.ASKED: ("help_contacted", "help_taken_up", "help_closed"),
    HelpState.OFFERED: ("help_taken_up", "help_closed"),
    HelpState.TAKEN_UP: ("help_closed",),
    HelpState.CLOSED: (),
}
CARDS = frozenset({"help_for_helper", "step_passed_helper", "help_reminder"})


def place_of(work: UnitOfWork, roster: Roster) -> Mornings:
    """Whose working days count for steps and for help: the partnership's."""
    partnership = roster.partnership
    return Mornings(zone=partnership.zone, holidays=work.holidays_of(partnership), rules=work.book.rules)


async def ask(
    work: UnitOfWork,
    roster: Roster,
    *,
    about: HelpAbout,
    subject: str,
    organisation_id: str,
    leader: Leader | None,
    reason: str | None = None,
    helpers: Sequence[Leader] | None = None,
) -> HelpRequest:
    """Write a request, tell who helps, and look again when they should have been in touch.

    `leader` is who asked; without one nobody did: the date of a partner step has passed and help is offered.
    A person's request comes here only after their yes. While a request about the same thing waits for its
    first contact, or on the day it was made, asking again changes nothing. `helpers` are the named helper
    or the leads, unless others are given.
    """
    today = calendar.local(work.at, roster.partnership.zone).date()
    known = await _known(work, roster, about, subject, leader)
    if known is not None:
        if leader is None or known.leader_id is not None:
            return known
        known = replace(known, leader_id=leader.id)  # help was offered, and now it is asked for
        await note(work, roster, known, EventKind.HELP_ASKED)
        return known
    who = list(roster.helpers() if helpers is None else helpers)
    mornings = place_of(work, roster)
    request = HelpRequest(
        id=make_id("help", roster.partnership.id, about, subject, leader.id if leader else "", work.at),
        partnership_id=roster.partnership.id,
        about=about,
        subject=subject,
        organisation_id=organisation_id,
        asked_at=work.at,
        contact_by=mornings.contact_by(today),
        leader_id=leader.id if leader else None,
        reason=reason,
        helper_id=who[0].id if len(who) == 1 else None,
    )
    work.keep(request)
    work.log(
        EventKind.HELP_ASKED if leader else EventKind.SUPPORT_OFFERED,
        partnership_id=request.partnership_id,
        subject=subject,
        leader=leader,
        organisation_id=organisation_id,
        data={"request": request.id, "about": str(about)},
    )
    event, facts = await card(work, roster, request)
    for helper in who:
        await work.tell(
            helper, MessageKind.LEAD, event, occurrence=request.id, facts=facts, subject=request.id
        )
    work.set_timer(
        TimerKind.HELP_DUE, request.id, mornings.remind_at(today), partnership_id=request.partnership_id
    )
    return request


async def _known(
    work: UnitOfWork, roster: Roster, about: HelpAbout, subject: str, leader: Leader | None
) -> HelpRequest | None:
    """A request that this one would only repeat."""
    today = calendar.local(work.at, roster.partnership.zone).date()
    for request in reversed(await present_help(work, roster.partnership.id)):
        if not request.is_open or (request.about, request.subject) != (about, subject):
            continue
        if about is HelpAbout.PERSON and leader is not None and request.leader_id != leader.id:
            continue
        is_of_today = calendar.local(request.asked_at, roster.partnership.zone).date() == today
        if about is HelpAbout.STEP or request.contacted_at is None or is_of_today:
            return request
    return None


async def present_help(work: UnitOfWork, partnership_id: str) -> list[HelpRequest]:
    """The help log, oldest first, with what this unit of work has changed."""
    known = {one.id: one for one in await work.tx.listening.unchecked_help_log(partnership_id)}
    changed = {one.id: one for one in work.kept(HelpRequest) if one.partnership_id == partnership_id}
    return list((known | changed).values())


async def note(work: UnitOfWork, roster: Roster, changed: HelpRequest, *kinds: EventKind) -> None:
    """Remember what became of a request and show it on the helper's messages."""
    work.keep(changed)
    for kind in kinds:
        work.log(
            kind,
            partnership_id=changed.partnership_id,
            subject=changed.subject,
            leader=roster.leaders.get(changed.leader_id or ""),
            organisation_id=changed.organisation_id,
            data={"request": changed.id, "about": str(changed.about)},
        )
    if changed.contacted_at is not None or not changed.is_open:
        work.cancel_timer(TimerKind.HELP_DUE, changed.id)
    event, facts = await card(work, roster, changed)
    await redraw_all(work, roster, changed.id, event, facts, shown_as=CARDS)


async def close_about(work: UnitOfWork, roster: Roster, about: HelpAbout, subject: str) -> None:
    """Close the open requests about something that needs no help any more."""
    for request in await present_help(work, roster.partnership.id):
        if request.is_open and (request.about, request.subject) == (about, subject):
            await note(work, roster, log.closed(request, at=work.at), EventKind.HELP_CLOSED)


async def close_of(work: UnitOfWork, roster: Roster, leader: Leader) -> None:
    """Close the open requests of a person who leaves."""
    for request in await present_help(work, roster.partnership.id):
        if request.is_open and request.about is HelpAbout.PERSON and request.leader_id == leader.id:
            await note(work, roster, log.closed(request, at=work.at), EventKind.HELP_CLOSED)


class PassedCard(message_facts.HelpForHelper):
    """The same with the date that has passed; `step_passed_helper` does not say all of it."""

    date: str


async def card(
    work: UnitOfWork, roster: Roster, request: HelpRequest
) -> tuple[str, message_facts.HelpForHelper]:
    """The helper's message about a request as it stands: its event and facts."""
    organisation = roster.organisations.get(request.organisation_id)
    leader = roster.leaders.get(request.leader_id or "")
    step = await _step(work, request)
    somebody = work.book.in_words(said("support.somebody"))
    facts = message_facts.HelpForHelper(
        organisation=organisation.name if organisation else "",
        day=day_words(calendar.local(request.contact_by, roster.partnership.zone).date()),
        state=str(request.state),
        choice=request.reason or "",
        buttons=buttons(*NEXT[request.state]),
        leader=step.owner if step is not None else leader.name if leader else somebody,
        title=step.text if step is not None else await _title(work, roster, request, leader),
        is_private=step is None,
    )
    if step is not None and request.leader_id is None:
        return "step_passed_helper", PassedCard({**facts, "date": day_words(step.due_on)})
    return "help_for_helper", facts


async def _step(work: UnitOfWork, request: HelpRequest) -> PartnerStep | None:
    if request.about is not HelpAbout.STEP:
        return None
    known = work.known(PartnerStep, request.subject)
    return known or await work.tx.commitments.unchecked_step(request.subject)


async def _title(work: UnitOfWork, roster: Roster, request: HelpRequest, leader: Leader | None) -> str:
    """What help is wanted with: one of the leader's own steps, else something they will tell."""
    nudge = await work.nudge(request.subject) if leader is not None else None
    if nudge is None or leader is None or nudge.leader_id != leader.id:
        return work.book.in_words(said("support.they_will_tell"))
    pair = await work.pair(nudge.pair_id)
    return Scene(book=work.book, roster=roster, leader=leader, pair=pair).filled(nudge)[1]
