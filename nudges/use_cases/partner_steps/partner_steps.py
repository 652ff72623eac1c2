"""A lead's hands on partner steps: add, list, mark done, new date, support, hand over, own words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, datetime

from nudges.errors import NotFound
from nudges.model import calendar, message_facts
from nudges.model import partner_step as step_states
from nudges.model.events import EventKind
from nudges.model.ids import make_id
from nudges.model.partner_step import PartnerStep, StepDraft
from nudges.model.people import Leader, Role
from nudges.model.plain_words import day_words
from nudges.model.playbook import Playbook
from nudges.model.screened_text import screen
from nudges.ports import Store
from nudges.rules.partner_steps.gift import give
from nudges.said import said
from nudges.unit_of_work.nudge_cards import buttons
from nudges.unit_of_work.read_roster import Roster, read_roster
from nudges.unit_of_work.redraw import redraw_all
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.partner_steps.refresh_board import present_steps
from nudges.use_cases.partner_steps.watch_steps import (
    board_facts,
    call_helpers,
    caretakers,
    settle,
    tell_caretakers,
)


async def add_step(
    store: Store, book: Playbook, draft: StepDraft, *, partnership_id: str, at: datetime
) -> PartnerStep:
    """Make a partner step public. The same step of the same organisation and date is made once.

    Raises:
        InvalidInput: see `promise_step` and `give`.
        RefusedText: the words hold an NHS number.
        NotFound: no such partnership or organisation.
    """
    async with store.transaction() as tx:
        work = UnitOfWork(tx=tx, book=book, at=at, holidays=await tx.people.unchecked_holidays())
        roster = await read_roster(tx, partnership_id)
        step = made_step(work, roster, draft)
        known = await tx.commitments.unchecked_step(step.id)
        if known is not None:
            return known
        await settle(work, roster, step, EventKind.STEP_PROMISED)
        await work.write()
    return step


def made_step(work: UnitOfWork, roster: Roster, draft: StepDraft, *, needs_why: bool = True) -> PartnerStep:
    """A new step, checked and screened but not saved; see `add_step`. A file may leave `why_together` out."""
    rules, partnership = work.book.rules, roster.partnership
    given = give(
        limit=screen(draft.given_limit, rules).text,
        review_on=draft.review_on,
        on=calendar.local(work.at, partnership.zone).date(),
        limits=rules.partner_step,
    )
    roster.organisation(draft.organisation_id)
    screened = replace(
        draft,
        text=screen(draft.text, rules).text,
        owner=screen(draft.owner, rules).text,
        done_means=screen(draft.done_means, rules).text,
        why_together=screen(draft.why_together, rules).text,
    )
    return step_states.promise_step(
        screened,
        id=make_id("step", partnership.id, draft.organisation_id, draft.text, draft.due_on, draft.channel),
        partnership=partnership,
        given=given,
        at=work.at,
        limits=rules.partner_step,
        needs_why=needs_why,
    )


async def finish_step(store: Store, book: Playbook, *, step_id: str, at: datetime) -> PartnerStep:
    """Mark a step done; once more changes nothing."""

    async def done(work: UnitOfWork, roster: Roster, step: PartnerStep) -> PartnerStep:
        kept = step_states.mark_done(step, at=work.at)
        if kept is not step:
            await settle(work, roster, kept)
        return kept

    return await _change(store, book, step_id, done, at=at)


async def move_step(
    store: Store, book: Playbook, *, step_id: str, due_on: date, reason: str, at: datetime
) -> PartnerStep:
    """Give a step a new date by agreement, with the reason that everybody can read."""

    async def moved(work: UnitOfWork, roster: Roster, step: PartnerStep) -> PartnerStep:
        changed = step_states.change_by_agreement(
            step,
            due_on=due_on,
            reason=screen(reason, book.rules).text,
            at=work.at,
            on=calendar.local(work.at, roster.partnership.zone).date(),
            limits=book.rules.partner_step,
        )
        await settle(work, roster, changed)
        return changed

    return await _change(store, book, step_id, moved, at=at)


async def ask_support(store: Store, book: Playbook, *, step_id: str, at: datetime) -> PartnerStep:
    """Ask for support with a step, for those who look after it."""

    async def asked(work: UnitOfWork, roster: Roster, step: PartnerStep) -> PartnerStep:
        people, _ = caretakers(roster, step)
        return await support(work, roster, step, by=next(iter(people), None))

    return await _change(store, book, step_id, asked, at=at)


async def hand_over_step(
    store: Store, book: Playbook, *, step_id: str, owner: str, at: datetime
) -> PartnerStep:
    """Give a step to another owner: a leader of its organisation by name, or a team."""

    async def handed(work: UnitOfWork, roster: Roster, step: PartnerStep) -> PartnerStep:
        name = screen(owner, book.rules).text
        changed, _ = await hand_over(work, roster, step, owner=name)
        return changed

    return await _change(store, book, step_id, handed, at=at)


async def say_words(store: Store, book: Playbook, *, step_id: str, words: str, at: datetime) -> PartnerStep:
    """Keep the partner's own answer to "What would help?"."""

    async def with_words(work: UnitOfWork, roster: Roster, step: PartnerStep) -> PartnerStep:
        return await keep_words(work, roster, step, words)

    return await _change(store, book, step_id, with_words, at=at)


async def _change(
    store: Store,
    book: Playbook,
    step_id: str,
    change: Callable[[UnitOfWork, Roster, PartnerStep], Awaitable[PartnerStep]],
    *,
    at: datetime,
) -> PartnerStep:
    """Change a step in one transaction."""
    async with store.transaction() as tx:
        work = UnitOfWork(tx=tx, book=book, at=at, holidays=await tx.people.unchecked_holidays())
        step = await tx.commitments.unchecked_step(step_id)
        if step is None:
            raise NotFound(said("partner_steps.no_such_step", {"id": step_id}))
        changed = await change(work, await read_roster(tx, step.partnership_id), step)
        await work.write()
    return changed


async def support(work: UnitOfWork, roster: Roster, step: PartnerStep, *, by: Leader | None) -> PartnerStep:
    """Ask for support: everybody can see it, and the helper hears of it at once."""
    asked = step_states.ask_for_support(step, at=work.at)
    if asked is not step:
        await call_helpers(work, roster, step, by=by)
        await settle(work, roster, asked)
    return asked


async def keep_words(work: UnitOfWork, roster: Roster, step: PartnerStep, words: str) -> PartnerStep:
    """Keep the partner's own words and show them to the sponsors who were asked what would help."""
    worded = step_states.say_own_words(step, screen(words, work.book.rules).text, at=work.at)
    await settle(work, roster, worded)
    await redraw_all(
        work, roster, step.id, "step_board", board_facts(roster, worded), shown_as=frozenset({"step_board"})
    )
    return worded


async def hand_over(
    work: UnitOfWork, roster: Roster, step: PartnerStep, *, owner: str
) -> tuple[PartnerStep, bool]:
    """Give a step to a leader of its organisation, by name, or to a team; the new owner is told.

    The second value says whether somebody could be told.
    """
    person = next(
        (
            leader
            for leader in roster.leaders.values()
            if leader.organisation_id == step.organisation_id
            and leader.left_at is None
            and leader.name.casefold() == owner.strip().casefold()
        ),
        None,
    )
    name = person.name if person else owner
    changed = step_states.hand_over(step, owner=name, owner_id=person.id if person else None, at=work.at)
    if changed is step:
        return step, True
    await settle(work, roster, changed, EventKind.STEP_HANDED_OVER)
    facts: message_facts.StepYours = {
        "step": changed.text,
        "owner": changed.owner,
        "date": day_words(changed.due_on),
        "done_means": changed.done_means,
        "buttons": buttons("step_on_course", "step_help", "step_date", "step_hand_over"),
    }
    occurrence = f"{changed.id}:owner:{len(changed.history)}"
    return changed, await tell_caretakers(work, roster, changed, "step_yours", facts, occurrence=occurrence)


async def hand_over_all(work: UnitOfWork, roster: Roster, leader: Leader) -> list[PartnerStep]:
    """Give the open steps of somebody who leaves to their enabler, else their sponsor or organisation."""
    others = [
        other
        for role in (Role.ENABLER, Role.SPONSOR)
        for other in roster.leaders.values()
        if role in other.roles
        and other.organisation_id == leader.organisation_id
        and other.id != leader.id
        and other.left_at is None
    ]
    owner = others[0].name if others else roster.organisations[leader.organisation_id].name
    steps = [one for one in await present_steps(work, leader.partnership_id) if one.owner_id == leader.id]
    handed = []
    for step in steps:
        if step.is_open:
            changed, _ = await hand_over(work, roster, step, owner=owner)
            handed.append(changed)
    return handed


async def list_steps(store: Store, partnership_id: str) -> tuple[Roster, list[PartnerStep]]:
    """All partner steps of a partnership, by date, with the roster to name their organisations."""
    async with store.reading() as tx:
        roster = await read_roster(tx, partnership_id)
        steps = await tx.commitments.unchecked_steps(partnership_id)
    return roster, sorted(steps, key=lambda step: (step.due_on, step.id))
