"""A lead's hands on partner steps: add, list, mark done, give a new date, ask for support."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from nudges.errors import NotFound
from nudges.ports import Store
from nudges.rules import calendar
from nudges.rules import partner_step as life
from nudges.rules.ids import make_id
from nudges.rules.partner_step import PartnerStep
from nudges.rules.playbook import Playbook
from nudges.rules.privacy import screen
from nudges.rules.record import EventKind
from nudges.use_cases.refresh_board import PARTNERSHIP_CHANNEL, refresh_board
from nudges.use_cases.roster import Roster, read_roster
from nudges.use_cases.turn import Turn
from nudges.use_cases.watch_steps import log_step, watch


async def add_step(
    store: Store,
    book: Playbook,
    *,
    partnership_id: str,
    organisation_id: str,
    text: str,
    owner: str,
    done_means: str,
    due_on: date,
    at: datetime,
    owner_id: str | None = None,
    channel: str = PARTNERSHIP_CHANNEL,
) -> PartnerStep:
    """Make a partner step public. The same step of the same organisation and date is made once.

    Raises:
        InvalidInput: see `promise_step`.
        RefusedText: the words hold an NHS number.
        NotFound: no such partnership or organisation.
    """
    async with store.transaction() as tx:
        turn = Turn(tx=tx, book=book, at=at, holidays=await tx.people.unchecked_holidays())
        roster = await read_roster(tx, partnership_id)
        step = made_step(
            turn,
            roster,
            organisation_id=organisation_id,
            text=text,
            owner=owner,
            done_means=done_means,
            due_on=due_on,
            owner_id=owner_id,
            channel=channel,
        )
        known = await tx.commitments.unchecked_step(step.id)
        if known is not None:
            return known
        log_step(turn, step, EventKind.STEP_PROMISED)
        watch(turn, roster, step)
        await refresh_board(turn, roster)
        await turn.write()
    return step


def made_step(
    turn: Turn,
    roster: Roster,
    *,
    organisation_id: str,
    text: str,
    owner: str,
    done_means: str,
    due_on: date,
    owner_id: str | None,
    channel: str = PARTNERSHIP_CHANNEL,
) -> PartnerStep:
    """A new step, checked and screened but not saved; see `add_step`."""
    if organisation_id not in roster.organisations:
        known = ", ".join(sorted(roster.organisations))
        raise NotFound(f"There is no organisation “{organisation_id}”. There are: {known}.")
    rules = turn.book.rules
    return life.promise_step(
        id=make_id("step", roster.partnership.id, organisation_id, text, due_on, channel),
        partnership_id=roster.partnership.id,
        organisation_id=organisation_id,
        text=screen(text, rules).text,
        owner=screen(owner, rules).text,
        done_means=screen(done_means, rules).text,
        due_on=due_on,
        at=turn.at,
        on=calendar.local(turn.at, roster.partnership.zone).date(),
        limits=rules.partner_step,
        owner_id=owner_id,
        channel=channel,
    )


async def finish_step(store: Store, book: Playbook, *, step_id: str, at: datetime) -> PartnerStep:
    """Mark a step done; once more changes nothing."""
    return await _change(store, book, step_id, lambda step, _: life.mark_done(step, at=at), at=at)


async def move_step(
    store: Store, book: Playbook, *, step_id: str, due_on: date, reason: str, at: datetime
) -> PartnerStep:
    """Give a step a new date by agreement, with the reason that everybody can read."""

    def moved(step: PartnerStep, today: date) -> PartnerStep:
        words = screen(reason, book.rules).text
        limits = book.rules.partner_step
        return life.change_by_agreement(step, due_on=due_on, reason=words, at=at, on=today, limits=limits)

    return await _change(store, book, step_id, moved, at=at)


async def ask_support(store: Store, book: Playbook, *, step_id: str, at: datetime) -> PartnerStep:
    """Ask for support with a step."""
    return await _change(store, book, step_id, lambda step, _: life.ask_for_support(step, at=at), at=at)


async def _change(
    store: Store,
    book: Playbook,
    step_id: str,
    change: Callable[[PartnerStep, date], PartnerStep],
    *,
    at: datetime,
) -> PartnerStep:
    """Apply a change to a step, given with today's date where the partnership is; remember it, show it."""
    async with store.transaction() as tx:
        turn = Turn(tx=tx, book=book, at=at, holidays=await tx.people.unchecked_holidays())
        step = await tx.commitments.unchecked_step(step_id)
        if step is None:
            raise NotFound(f"There is no partner step “{step_id}”. “milepost step list” shows them all.")
        roster = await read_roster(tx, step.partnership_id)
        changed = change(step, calendar.local(at, roster.partnership.zone).date())
        if changed is not step:
            log_step(turn, changed)
            watch(turn, roster, changed)
            await refresh_board(turn, roster)
        await turn.write()
    return changed


async def list_steps(store: Store, partnership_id: str) -> tuple[Roster, list[PartnerStep]]:
    """All partner steps of a partnership, by date, with the roster to name their organisations."""
    async with store.reading() as tx:
        roster = await read_roster(tx, partnership_id)
        steps = await tx.commitments.unchecked_steps(partnership_id)
    return roster, sorted(steps, key=lambda step: (step.due_on, step.id))
