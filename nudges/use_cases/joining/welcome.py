"""The invitation to take part, and the one friendly restart after a long silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from nudges.model import cadence, calendar, message_facts
from nudges.model.events import EventKind
from nudges.model.message import MessageKind
from nudges.model.people import Leader, Role
from nudges.model.playbook import Playbook
from nudges.model.timers import TimerKind
from nudges.rules.nudging import action_choice
from nudges.said import said
from nudges.unit_of_work.nudge_cards import Facts, buttons
from nudges.unit_of_work.planning_context import read_planning_context
from nudges.unit_of_work.read_roster import Roster, paused_until, read_roster
from nudges.unit_of_work.unit_of_work import UnitOfWork


def lead_name(book: Playbook, roster: Roster, *, to: Leader) -> str:
    """Who asked for the invitation: a programme lead, else the named helper; never the reader."""
    names = [*(one.name for one in roster.leads()), roster.partnership.helper_name]
    otherwise = book.in_words(said("joining.your_partnership"), locale=to.locale)
    return next((name for name in names if name != to.name), otherwise)


def invite(work: UnitOfWork, leader: Leader, *, starts_on: date) -> bool:
    """Set the welcome of somebody who has not been asked and has not said stop."""
    if leader.opted_in_at is not None or leader.stopped_at is not None or leader.welcomes:
        return False
    due = cadence.welcome_instant(
        leader, starts_on=starts_on, after=work.at, holidays=work.holidays_of(leader), rules=work.book.rules
    )
    work.set_timer(TimerKind.WELCOME, leader.id, due, partnership_id=leader.partnership_id)
    return due is not None


def welcome_facts(book: Playbook, roster: Roster, leader: Leader, *verbs: str) -> message_facts.Welcome:
    """What the invitation says; a buddy is named once they have said yes."""
    buddy = roster.leaders.get(leader.buddy_id or "")
    riders: list[Facts] = []
    if buddy is not None and leader.passed_action is None:
        organisation = roster.organisations[buddy.organisation_id].name
        facts = message_facts.RiderBuddy(name=buddy.name, organisation=organisation)
        riders.append({"event": "rider_buddy", "subject": leader.id, "facts": facts, "buttons": []})
    return {
        "lead": lead_name(book, roster, to=leader),
        "partnership": roster.partnership.name,
        "buttons": buttons(*verbs),
        "riders": riders,
    }


def welcome_event(leader: Leader) -> str:
    """Which invitation this leader got: by a lead, or after they came by themselves."""
    return "welcome_joined" if Role.JOINER in leader.roles else "welcome"


async def welcome(work: UnitOfWork, partnership_id: str, leader_id: str) -> None:
    """Invite once; after "not now" once more two weeks later, then never again."""
    roster = await read_roster(work.tx, partnership_id)
    leader = roster.leaders.get(leader_id)
    if leader is None or leader.address is None or not _may_be_asked(work, roster, leader):
        return
    window = work.window(leader, after=_after_pause(work, roster, leader))
    if window is None or window[0] > work.at:
        work.set_timer(
            TimerKind.WELCOME, leader.id, window[0] if window else None, partnership_id=partnership_id
        )
        return
    is_told = await work.tell(
        leader,
        MessageKind.WELCOME,
        welcome_event(leader) if leader.welcomes == 0 else "welcome_again",
        occurrence=str(leader.welcomes),
        facts=welcome_facts(work.book, roster, leader, "yes", "later", "what_is_held", "what_happens"),
        subject=leader.id,
    )
    if not is_told:
        again = cadence.welcome_instant(
            leader,
            starts_on=calendar.week_of(work.at, leader.zone) + timedelta(weeks=1),
            after=work.at,
            holidays=work.holidays_of(leader),
            rules=work.book.rules,
        )
        work.set_timer(TimerKind.WELCOME, leader.id, again, partnership_id=partnership_id)
        return
    work.log(EventKind.WELCOMED, partnership_id=partnership_id, leader=leader)
    work.keep(replace(leader, welcomes=leader.welcomes + 1, welcomed_at=work.at))


def _after_pause(work: UnitOfWork, roster: Roster, leader: Leader) -> datetime:
    """Now, or when the campaign goes on: in a pause nobody is asked."""
    goes_on = paused_until(roster, leader, calendar.local(work.at, leader.zone).date())
    if goes_on is None:
        return work.at
    return calendar.instant_of(goes_on, work.book.rules.cadence.welcome_time, leader.zone)


def _may_be_asked(work: UnitOfWork, roster: Roster, leader: Leader) -> bool:
    organisation = roster.organisations[leader.organisation_id]
    has_run = bool(roster.live_runs(leader))
    is_new = leader.opted_in_at is None and leader.stopped_at is None
    most = work.book.rules.cadence.welcomes_max
    return is_new and has_run and organisation.is_ready and leader.welcomes < most


async def restart(work: UnitOfWork, partnership_id: str, leader_id: str) -> None:
    """After four silent offers: one friendly message at the start of the next month, then none."""
    roster = await read_roster(work.tx, partnership_id)
    leader = roster.leaders.get(leader_id)
    if (
        leader is None
        or leader.silent < work.book.rules.backoff.stop_after
        or leader.restarted_at is not None
    ):
        return
    if not roster.may_be_nudged(leader) or not roster.live_runs(leader):
        return
    goes_on_at = _after_pause(work, roster, leader)
    if goes_on_at > work.at:
        work.set_timer(TimerKind.RESTART, leader.id, goes_on_at, partnership_id=partnership_id)
        return
    planning = await read_planning_context(work, partnership_id, [leader_id])
    step = action_choice.first_step(
        None,
        leader,
        planning.histories[leader_id],
        week_on=calendar.week_of(work.at, leader.zone),
        catalogue=work.book.catalogue,
        rules=work.book.rules,
    )
    is_told = await work.tell(
        leader,
        MessageKind.RESTART,
        "restart",
        occurrence=work.at.date().isoformat(),
        facts=message_facts.Restart(
            minutes=step.minutes if step else work.book.rules.cadence.first_step_minutes_max,
            title=step.title if step else "",
            buttons=[{"verb": "start", "value": step.id if step else ""}, {"verb": "stop"}],
        ),
        subject=leader.id,
    )
    if is_told:
        work.keep(replace(leader, restarted_at=work.at))
