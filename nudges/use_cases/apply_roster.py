"""Bringing a partnership's files in: what is new is added, what people chose themselves is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from nudges.ports import Store, Transaction
from nudges.rules.partner_step import PartnerStep
from nudges.rules.people import Leader, Organisation, Partnership
from nudges.rules.playbook import Playbook
from nudges.rules.record import EventKind
from nudges.use_cases.launch_campaign import invite
from nudges.use_cases.partner_steps import made_step
from nudges.use_cases.refresh_board import refresh_board
from nudges.use_cases.roster import Roster, read_roster
from nudges.use_cases.tidy import arm_tidy
from nudges.use_cases.turn import Turn
from nudges.use_cases.watch_steps import log_step, watch

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
class WantedStep:
    """A partner step as a file says it."""

    organisation_id: str
    text: str
    owner: str
    done_means: str
    due_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """A partnership as its files say it."""

    partnership: Partnership
    organisations: Sequence[Organisation]
    leaders: Sequence[Leader]
    steps: Sequence[WantedStep]
    holidays: Mapping[str, frozenset[date]]


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
    changes: list[str] = []
    try:
        async with store.transaction() as tx:
            changes = await _apply(tx, book, wanted, at=at)
            if dry_run:
                raise _OnlyLooking
    except _OnlyLooking:
        pass
    return changes


async def _apply(tx: Transaction, book: Playbook, wanted: Wanted, *, at: datetime) -> list[str]:
    changes: list[str] = []
    for nation, days in wanted.holidays.items():
        await tx.people.save_holidays(nation, days)
    partnership = await _partnership(tx, wanted.partnership, changes)
    before = {one.id: one for one in await tx.people.unchecked_organisations(partnership.id)}
    known = {one.id: one for one in await tx.people.unchecked_leaders(partnership.id)}
    await tx.people.save_organisations(_organisations(wanted.organisations, before, changes))
    await tx.people.save_leaders(_leaders(wanted.leaders, known, changes))
    turn = Turn(tx=tx, book=book, at=at, holidays=await tx.people.unchecked_holidays())
    roster = await read_roster(tx, partnership.id)
    _welcome_ready_ones(turn, roster, before)
    await _steps(turn, roster, wanted.steps, changes)
    if changes:
        turn.log(EventKind.FILE_APPLIED, partnership_id=partnership.id, data={"changes": len(changes)})
    await refresh_board(turn, roster)
    arm_tidy(turn, partnership.id, partnership.zone)
    await turn.write()
    return changes


async def _partnership(tx: Transaction, wanted: Partnership, changes: list[str]) -> Partnership:
    known = await tx.people.unchecked_partnership(wanted.id)
    if known is None:
        changes.append(f"new partnership: {wanted.name}")
        await tx.people.save_partnership(wanted)
        return wanted
    # A channel that was learnt from a platform stays, unless the file names another.
    merged = replace(wanted, channels={**known.channels, **wanted.channels}, paused=known.paused)
    if merged != known:
        changes += [f"partnership: {name} changed" for name in _different(known, merged)]
        await tx.people.save_partnership(merged)
    return merged


def _organisations(
    wanted: Sequence[Organisation], known: Mapping[str, Organisation], changes: list[str]
) -> list[Organisation]:
    found: list[Organisation] = []
    for one in wanted:
        before = known.get(one.id)
        if before is None:
            changes.append(f"new organisation: {one.name}")
        else:
            # A permission that was tapped is not taken back by a file that does not know of it.
            if one.permission_at is None:
                one = replace(one, permission_at=before.permission_at, permission_line=before.permission_line)
            changes += [f"{one.name}: {name} changed" for name in _different(before, one)]
        found.append(one)
    return found


def _leaders(wanted: Sequence[Leader], known: Mapping[str, Leader], changes: list[str]) -> list[Leader]:
    found: list[Leader] = []
    for one in wanted:
        before = known.get(one.id)
        if before is None:
            changes.append(f"new leader: {one.name}")
            found.append(one)
            continue
        merged = replace(before, **{name: getattr(one, name) for name in FROM_FILE})
        if one.address is not None:
            merged = replace(merged, address=one.address)
        changes += [f"{one.name}: {name} changed" for name in _different(before, merged)]
        found.append(merged)
    listed = {one.id for one in wanted}
    changes += [
        f"not in the file any more, and kept: {one.name}" for one in known.values() if one.id not in listed
    ]
    return found


def _different(before: Any, after: Any) -> list[str]:
    return [each.name for each in fields(before) if getattr(before, each.name) != getattr(after, each.name)]


def _welcome_ready_ones(turn: Turn, roster: Roster, before: Mapping[str, Organisation]) -> None:
    """An organisation that became ready joins the campaigns that run."""
    for organisation in roster.organisations.values():
        earlier = before.get(organisation.id)
        if not organisation.is_ready or (earlier is not None and earlier.is_ready):
            continue
        turn.log(
            EventKind.PERMISSION_GIVEN,
            partnership_id=roster.partnership.id,
            subject=organisation.id,
            organisation_id=organisation.id,
        )
        for leader in roster.leaders.values():
            for run in roster.live_runs(leader)[:1] if leader.organisation_id == organisation.id else ():
                invite(turn, leader, starts_on=run.starts_on)


async def _steps(turn: Turn, roster: Roster, wanted: Sequence[WantedStep], changes: list[str]) -> None:
    known: dict[str, PartnerStep] = {
        one.id: one for one in await turn.tx.commitments.unchecked_steps(roster.partnership.id)
    }
    first_due = {(one.organisation_id, one.text, one.history[0].due_on) for one in known.values()}
    for one in wanted:
        if (one.organisation_id, one.text, one.due_on) in first_due:
            continue
        step = made_step(
            turn,
            roster,
            organisation_id=one.organisation_id,
            text=one.text,
            owner=one.owner,
            done_means=one.done_means,
            due_on=one.due_on,
            owner_id=_owner_id(roster, one.owner),
        )
        changes.append(f"new partner step: {roster.organisations[one.organisation_id].name}, {step.text}")
        log_step(turn, step, EventKind.STEP_PROMISED)
        watch(turn, roster, step)


def _owner_id(roster: Roster, owner: str) -> str | None:
    """The leader of that name, if it is one; a team's name is nobody's id."""
    return next((one.id for one in roster.leaders.values() if one.name.casefold() == owner.casefold()), None)
