"""Passing a step on to a manager, who opts in alone; the one who passed it on only sees "sent"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from nudges.errors import DeliveryError
from nudges.model import calendar, message_facts
from nudges.model.catalogue import Action
from nudges.model.events import EventKind
from nudges.model.ids import leader_id as id_of
from nudges.model.message import MessageKind
from nudges.model.people import Address, CampaignRun, Leader, Role
from nudges.model.placeholders import fill
from nudges.model.timers import TimerKind
from nudges.ports import ChatPlatform, Store
from nudges.said import said
from nudges.unit_of_work.nudge_cards import Scene, buttons, first_step_facts
from nudges.unit_of_work.offers import new_nudge, record_offer, set_offer_timer
from nudges.unit_of_work.read_roster import Roster, read_roster
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.joining.buddy import find_buddy
from nudges.use_cases.joining.join_campaign import any_runs, is_waiting, take_in, with_run
from nudges.use_cases.own_data.erase import erase_leader

AT_ONCE = 50
A_COLLEAGUE = said("joining.a_colleague")


def may_pass_on(action: Action) -> bool:
    """A step that one person can take alone."""
    return not action.needs_peer


def ask_manager(
    work: UnitOfWork, roster: Roster, leader: Leader, action: Action, *, name: str, email: str
) -> None:
    """Have a manager of the leader's organisation asked on the next working morning.

    Somebody who is being asked already is not asked twice, and the leader hears the same either way.
    """
    if any(known.email == email for known in roster.leaders.values()):
        return
    manager_id = id_of(leader.partnership_id, email)
    today = calendar.local(work.at, leader.zone).date()
    manager = Leader(
        id=manager_id,
        partnership_id=leader.partnership_id,
        organisation_id=leader.organisation_id,
        name=name,
        email=email,
        person=email,
        zone=leader.zone,
        nation=leader.nation,
        working_days=frozenset(work.book.rules.cadence.default_working_days),
        roles=frozenset({Role.LEADER, Role.JOINER}),
        setting=leader.setting,
        locale=leader.locale,
        joined_on=today,
        passed_action=action.id,
        # Whose greeting it is. After a yes another takes this place; after a no it is gone with the rest.
        buddy_id=leader.id,
        welcomes=work.book.rules.cadence.welcomes_max,
    )
    work.keep(manager)
    day = calendar.working_days_after(manager, today, 1, work.holidays_of(manager))
    if day is not None:
        due_at = calendar.instant_of(day, work.book.rules.cadence.welcome_time, manager.zone)
        work.set_timer(TimerKind.PASSED_ON, manager.id, due_at, partnership_id=manager.partnership_id)
    work.log(
        EventKind.PASSED_ON,
        partnership_id=leader.partnership_id,
        subject=action.id,
        organisation_id=leader.organisation_id,
    )


async def check_passed_on(work: UnitOfWork, partnership_id: str, manager_id: str) -> None:
    """Ask the manager; after two weeks without a yes, forget that there was anybody to ask."""
    roster = await read_roster(work.tx, partnership_id)
    manager = roster.leaders.get(manager_id)
    if manager is None or not is_waiting(manager):
        return
    if _over_at(work, manager) <= work.at:
        await forget(work, manager)
        return
    if manager.welcomed_at is None and manager.address is not None and await _ask(work, roster, manager):
        manager = replace(manager, welcomed_at=work.at)
        work.keep(manager)
    due_at = _over_at(work, manager)
    if manager.welcomed_at is None:
        today = calendar.local(work.at, manager.zone).date()
        tomorrow = calendar.working_days_after(manager, today, 1, work.holidays_of(manager))
        if tomorrow is not None:
            wall = work.book.rules.cadence.welcome_time
            due_at = min(due_at, calendar.instant_of(tomorrow, wall, manager.zone))
    work.set_timer(TimerKind.PASSED_ON, manager.id, due_at, partnership_id=partnership_id)


def _over_at(work: UnitOfWork, manager: Leader) -> datetime:
    days = timedelta(days=work.book.rules.joining.passed_on_reply_within_days)
    if manager.welcomed_at is not None:
        return manager.welcomed_at + days
    # The day on which the step was passed on.
    assert manager.joined_on is not None
    wall = work.book.rules.cadence.welcome_time
    return calendar.instant_of(manager.joined_on + days, wall, manager.zone)


async def _ask(work: UnitOfWork, roster: Roster, manager: Leader) -> bool:
    action = work.book.action(manager.passed_action or "")
    passer = roster.leaders.get(manager.buddy_id or "")
    words = {
        **work.book.rules.content.default_words(),
        **roster.partnership.words,
        "partnership": roster.partnership.name,
    }
    return await work.tell(
        manager,
        MessageKind.WELCOME,
        "passed_on",
        occurrence="passed_on",
        facts=message_facts.PassedOn(
            leader=passer.name if passer else work.book.in_words(A_COLLEAGUE, locale=manager.locale),
            partnership=roster.partnership.name,
            title=fill(action.title, words),
            minutes=action.minutes,
            buttons=buttons("passed_yes", "passed_no", "what_is_held"),
        ),
        subject=manager.id,
    )


async def forget(work: UnitOfWork, manager: Leader) -> None:
    """Erase somebody who was asked and has not said yes."""
    work.cancel_timer(TimerKind.PASSED_ON, manager.id)
    await erase_leader(work.tx, work.book, manager, at=work.at)


async def take_part(work: UnitOfWork, roster: Roster, manager: Leader) -> Leader:
    """The manager's own yes: they start at rung 1 with the step that was passed on, beside a buddy."""
    passer_id = manager.buddy_id
    today = calendar.local(work.at, manager.zone).date()
    manager = replace(manager, opted_in_at=work.at, stopped_at=None, joined_on=today, buddy_id=None)
    work.cancel_timer(TimerKind.PASSED_ON, manager.id)
    work.log(EventKind.OPTED_IN, partnership_id=manager.partnership_id, leader=manager)
    work.keep(manager)
    runs = any_runs(work, roster)
    run = next((one for one in runs if passer_id in one.member_ids), next(iter(runs), None))
    if run is None:
        return manager
    manager, run = take_in(work, manager, run)
    roster = with_run(roster, manager, run)
    manager = replace(manager, last_offer_on=await _offer(work, roster, manager, run))
    work.keep(manager)
    set_offer_timer(work, roster, manager)
    await find_buddy(work, roster, manager, run)
    return manager


async def _offer(work: UnitOfWork, roster: Roster, manager: Leader, run: CampaignRun) -> date:
    """The step that was passed on, at once: it is this week's new step."""
    week_on = calendar.week_of(work.at, manager.zone)
    action = work.book.action(manager.passed_action or "")
    nudge = new_nudge(work, manager, run, None, action, (), (), week_on=week_on)
    nudge = replace(nudge, is_first_step=True)
    scene = Scene(book=work.book, roster=roster, leader=manager)
    await work.tell(
        manager,
        MessageKind.ANSWER,
        "first_step",
        occurrence=nudge.id,
        facts=first_step_facts(scene, nudge),
        subject=nudge.id,
        action_id=nudge.action_id,
    )
    record_offer(work, roster, manager, nudge, None)
    return week_on


async def find_managers(store: Store, platforms: Mapping[str, ChatPlatform], *, at: datetime) -> None:
    """Look up where managers can be reached who are to be asked now, in the workspace of whoever asked.

    Nothing is asked of a platform inside a transaction. Who cannot be found is looked for again tomorrow.
    """
    async with store.reading() as tx:
        due = await tx.records.due_timers(at=at, limit=AT_ONCE)
        to_find: list[tuple[Leader, Address]] = []
        for timer in due:
            if timer.kind is not TimerKind.PASSED_ON:
                continue
            manager = await tx.people.unchecked_leader(timer.subject)
            passer = await tx.people.unchecked_leader(manager.buddy_id or "") if manager else None
            if manager is not None and manager.address is None and passer is not None and passer.address:
                to_find.append((manager, passer.address))
    leaders: list[Leader] = []
    for manager, beside in to_find:
        platform = platforms.get(beside.installation) or platforms.get(beside.platform)
        try:
            address = await platform.look_up(beside.workspace, manager.email) if platform else None
        except DeliveryError:
            continue
        if address is not None:
            leaders.append(replace(manager, address=address))
    if leaders:
        async with store.transaction() as tx:
            await tx.people.save_leaders(leaders)
