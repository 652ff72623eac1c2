"""Bringing a partnership's files in: what is new is added, what people chose themselves is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from typing import Any

from nudges.model.events import EventKind
from nudges.model.leave_days import joined
from nudges.model.partner_step import PartnerStep, StepDraft
from nudges.model.people import Leader, Organisation, Partnership, Role
from nudges.model.playbook import Playbook
from nudges.model.timers import TimerKind
from nudges.ports import Store, Transaction
from nudges.said import Said, said
from nudges.unit_of_work.read_roster import Roster, read_roster
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.joining.ask_permission import (
    FROM_A_DAY,
    ask_where_missing,
    has_left,
    note_permission,
    start_if_ready,
)
from nudges.use_cases.joining.join_campaign import join_and_invite, may_take_part, open_runs
from nudges.use_cases.own_data.delete_expired import arm_tidy
from nudges.use_cases.partner_steps.partner_steps import made_step
from nudges.use_cases.partner_steps.refresh_board import refresh_board
from nudges.use_cases.partner_steps.watch_steps import log_step, watch
from nudges.use_cases.pulse.shared_goal import with_history

# What a file may change about a person; everything else is the person's own or was counted here.
FROM_FILE = (
    "organisation_id",
    "name",
    "email",
    "person",
    "zone",
    "nation",
    "working_days",
    "leave",
    "delegate",
    "roles",
    "suits",
    "has_team",
    "level",
    "setting",
    "tags",
    "locale",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """A partnership as its files say it.

    `permitted_from` holds the organisations whose permission begins on a day that is still ahead.
    """

    partnership: Partnership
    organisations: Sequence[Organisation]
    leaders: Sequence[Leader]
    steps: Sequence[StepDraft]
    holidays: Mapping[str, frozenset[date]]
    permitted_from: Mapping[str, datetime] = field(default_factory=dict)


class _OnlyLooking(Exception):
    """Ends a dry run: the transaction is rolled back."""


async def apply_roster(
    store: Store, book: Playbook, wanted: Wanted, *, at: datetime, dry_run: bool = False
) -> list[str]:
    """Bring files in, all of them or nothing; returns one line for each thing that changed.

    Doing it again changes nothing. A "stop" survives, and so does all that people chose themselves.

    Raises:
        InvalidInput: a partner step that breaks a rule, such as a date too far away.
    """
    changes: list[Said] = []
    try:
        async with store.transaction() as tx:
            changes = await _apply(tx, book, wanted, at=at)
            if dry_run:
                raise _OnlyLooking
    except _OnlyLooking:
        pass
    return [book.in_words(change) for change in changes]


async def _apply(tx: Transaction, book: Playbook, wanted: Wanted, *, at: datetime) -> list[Said]:
    changes: list[Said] = []
    for nation, days in wanted.holidays.items():
        await tx.people.save_holidays(nation, days)
    work = UnitOfWork(tx=tx, book=book, at=at, holidays=await tx.people.unchecked_holidays())
    known = {one.id: one for one in await tx.people.unchecked_leaders(wanted.partnership.id)}
    partnership = await _partnership(work, wanted.partnership, changes)
    before = {one.id: one for one in await tx.people.unchecked_organisations(partnership.id)}
    await tx.people.save_organisations(_organisations(wanted.organisations, before, changes))
    gone = {one.id for one in before.values() if has_left(one)}
    staying = [one for one in wanted.leaders if one.organisation_id not in gone]
    leaders = _leaders(staying, known, await _own_choices(work, partnership.id), changes)
    if _partnership_changed("principles") in changes:
        # Whoever signed has signed other words.
        leaders = [replace(one, signed_at=None) for one in leaders]
    await tx.people.save_leaders(leaders)
    roster = await read_roster(tx, partnership.id)
    await _permissions(work, roster, before, wanted.permitted_from)
    await _newcomers(work, roster, known)
    ask_where_missing(work, roster)
    await _steps(work, roster, wanted.steps, changes)
    if changes:
        work.log(EventKind.FILE_APPLIED, partnership_id=partnership.id, data={"changes": len(changes)})
    await refresh_board(work, roster)
    arm_tidy(work, partnership.id, partnership.zone)
    await work.write()
    return changes


async def _partnership(work: UnitOfWork, wanted: Partnership, changes: list[Said]) -> Partnership:
    known = await work.tx.people.unchecked_partnership(wanted.id)
    if known is None:
        changes.append(said("joining.from_files.partnership_new", {"name": wanted.name}))
        await work.tx.people.save_partnership(wanted)
        return wanted
    # A channel that was learnt from a platform stays, unless the file names another.
    merged = replace(
        wanted,
        channels={**known.channels, **wanted.channels},
        paused=known.paused,
        earlier_goals=known.earlier_goals,
    )
    changes += [_partnership_changed(field) for field in _different(known, merged)]
    merged = with_history(work, known, merged)
    if merged != known:
        await work.tx.people.save_partnership(merged)
    return merged


def _partnership_changed(field: str) -> Said:
    return said("joining.from_files.partnership_changed", {"field": field})


def _organisations(
    wanted: Sequence[Organisation], known: Mapping[str, Organisation], changes: list[Said]
) -> list[Organisation]:
    organisations: list[Organisation] = []
    for organisation in wanted:
        before = known.get(organisation.id)
        if before is None:
            changes.append(said("joining.from_files.organisation_new", {"name": organisation.name}))
        else:
            if has_left(before):
                organisation = replace(
                    organisation, permission_at=None, permission_line=before.permission_line
                )
            # A permission that was tapped is not taken back by a file that does not know of it.
            if organisation.permission_at is None and before.permission_at is not None:
                organisation = replace(
                    organisation, permission_at=before.permission_at, permission_line=before.permission_line
                )
            # Nor is an assessment that the lead recorded by a command.
            organisation = replace(organisation, assessment=organisation.assessment or before.assessment)
            changes += _changed(organisation.name, before, organisation)
        organisations.append(organisation)
    return organisations


async def _own_choices(work: UnitOfWork, partnership_id: str) -> Mapping[str, set[str]]:
    """What people set themselves in chat: a file that does not know of it takes nothing of it back."""
    choices: dict[str, set[str]] = {}
    for event in await work.tx.records.events(partnership_id, kinds=[EventKind.SETTINGS]):
        choices.setdefault(event.leader_id or "", set()).add(str(event.data.get("what", "")))
    return choices


def _leaders(
    wanted: Sequence[Leader],
    known: Mapping[str, Leader],
    own: Mapping[str, set[str]],
    changes: list[Said],
) -> list[Leader]:
    leaders: list[Leader] = []
    for leader in wanted:
        before = known.get(leader.id)
        if before is None:
            changes.append(said("joining.from_files.leader_new", {"name": leader.name}))
            leaders.append(leader)
            continue
        chosen = own.get(leader.id, set())
        merged = replace(before, **{name: getattr(leader, name) for name in FROM_FILE if name not in chosen})
        if "leave" in chosen:
            merged = replace(merged, leave=joined(before.leave, *leader.leave))
        if leader.address is not None or _is_unproven(before):
            merged = replace(merged, address=leader.address)
        changes += _changed(leader.name, before, merged)
        leaders.append(merged)
    listed = {one.id for one in wanted}
    # Whoever came by the join link, or had a step passed on to them, never stood in the file.
    changes += [
        said("joining.from_files.leader_kept", {"name": leader.name})
        for leader in known.values()
        if leader.id not in listed and Role.JOINER not in leader.roles and leader.left_at is None
    ]
    return leaders


def _is_unproven(leader: Leader) -> bool:
    """Whether somebody joined by a code and typed this e-mail address: a platform has yet to find its owner.

    Else whoever has the code could take the place, and the roles, of somebody who is listed later.
    """
    return Role.JOINER in leader.roles and leader.person != leader.email


def _changed(name: str, before: Any, after: Any) -> list[Said]:
    return [
        said("joining.from_files.changed", {"name": name, "field": field})
        for field in _different(before, after)
    ]


def _different(before: Any, after: Any) -> list[str]:
    return [each.name for each in fields(before) if getattr(before, each.name) != getattr(after, each.name)]


async def _permissions(
    work: UnitOfWork,
    roster: Roster,
    before: Mapping[str, Organisation],
    permitted_from: Mapping[str, datetime],
) -> None:
    """What the file says of permissions: given, still to begin, or taken back before their day."""
    for organisation in roster.organisations.values():
        earlier = before.get(organisation.id)
        if organisation.permission_at is not None and (earlier is None or earlier.permission_at is None):
            note_permission(work, organisation)
        if organisation.is_ready and (earlier is None or not earlier.is_ready):
            await start_if_ready(work, roster, organisation)
        is_ahead = organisation.permission_at is None and not has_left(organisation)
        due_at = permitted_from.get(organisation.id) if is_ahead else None
        subject = f"{organisation.id}:{FROM_A_DAY}"
        work.set_timer(TimerKind.PERMISSION, subject, due_at, partnership_id=roster.partnership.id)


async def _newcomers(work: UnitOfWork, roster: Roster, known: Mapping[str, Leader]) -> None:
    """People who are new join the campaigns that run for everybody."""
    for leader in roster.leaders.values():
        if leader.id in known or not may_take_part(leader):
            continue
        for run in open_runs(work, roster)[:1]:
            await join_and_invite(work, roster, leader, run)


async def _steps(work: UnitOfWork, roster: Roster, wanted: Sequence[StepDraft], changes: list[Said]) -> None:
    known: dict[str, PartnerStep] = {
        one.id: one for one in await work.tx.commitments.unchecked_steps(roster.partnership.id)
    }
    first_due = {(one.organisation_id, one.text, one.history[0].due_on) for one in known.values()}
    for draft in wanted:
        if (draft.organisation_id, draft.text, draft.due_on) in first_due:
            continue
        owned = replace(draft, owner_id=_owner_id(roster, draft.owner))
        step = made_step(work, roster, owned, needs_why=False)
        organisation = roster.organisations[draft.organisation_id].name
        changes.append(said("joining.from_files.step_new", {"organisation": organisation, "step": step.text}))
        log_step(work, step, EventKind.STEP_PROMISED)
        watch(work, roster, step)


def _owner_id(roster: Roster, owner: str) -> str | None:
    """The leader of that name, if it is one; a team's name is nobody's id."""
    return next((one.id for one in roster.leaders.values() if one.name.casefold() == owner.casefold()), None)
