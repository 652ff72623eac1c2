"""The clock of a partner step: before its date, after it, when the board is asked, and a gift's review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from nudges.model import cadence, calendar, message_facts
from nudges.model.events import EventKind
from nudges.model.help_request import HelpAbout
from nudges.model.message import MessageKind
from nudges.model.partner_step import PartnerStep
from nudges.model.people import PARTNERSHIP_CHANNEL, Leader, Role
from nudges.model.plain_words import day_words
from nudges.model.timers import TimerKind
from nudges.rules.support.helper_choice import is_here, step_helpers
from nudges.said import said
from nudges.unit_of_work.nudge_cards import buttons
from nudges.unit_of_work.read_roster import Roster, read_roster
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.partner_steps.refresh_board import refresh_board
from nudges.use_cases.support import help_log
from nudges.use_cases.support.help_log import place_of

# The messages through which a step is looked after: they show what became of it.
CARDS = frozenset(
    {"step_soon", "step_passed", "step_words_asked", "step_review", "step_asked_about", "step_yours"}
)


def watch(work: UnitOfWork, roster: Roster, step: PartnerStep) -> None:
    """Look at the step before its date, on the working day after it, and when the board would be asked."""
    place = place_of(work, roster)
    timers: dict[TimerKind, datetime | None] = dict.fromkeys(
        (TimerKind.STEP_SOON, TimerKind.STEP_PASSED, TimerKind.STEP_BOARD)
    )
    if step.is_open:
        soon_at = place.soon_at(step.due_on)
        # Whoever has just given this date need not be asked about it.
        timers[TimerKind.STEP_SOON] = soon_at if soon_at > work.at else None
        timers[TimerKind.STEP_PASSED] = passes_at(work, roster, step)
        timers[TimerKind.STEP_BOARD] = place.board_at(step.due_on) if _has_board(step) else None
    for kind, due_at in timers.items():
        work.set_timer(kind, step.id, due_at, partnership_id=step.partnership_id)
    review_at = place.review_at(step.given.review_on) if step.given is not None else None
    is_ahead = review_at is not None and review_at > work.at
    work.set_timer(
        TimerKind.STEP_REVIEW, step.id, review_at if is_ahead else None, partnership_id=step.partnership_id
    )


def _has_board(step: PartnerStep) -> bool:
    """The board is asked once, and never about what a private group keeps to itself."""
    return step.channel == PARTNERSHIP_CHANNEL and step.board_asked_at is None


def passes_at(work: UnitOfWork, roster: Roster, step: PartnerStep) -> datetime:
    partnership = roster.partnership
    holidays = work.holidays_of(partnership)
    return cadence.step_passes_at(
        step.due_on, zone=partnership.zone, holidays=holidays, rules=work.book.rules
    )


def log_step(work: UnitOfWork, step: PartnerStep, kind: EventKind = EventKind.STEP_CHANGED) -> None:
    """Remember a change of a step."""
    work.keep(step)
    work.log(
        kind,
        partnership_id=step.partnership_id,
        subject=step.id,
        organisation_id=step.organisation_id,
        data={"status": str(step.status), "due_on": step.due_on.isoformat()},
    )


async def settle(
    work: UnitOfWork, roster: Roster, step: PartnerStep, kind: EventKind = EventKind.STEP_CHANGED
) -> None:
    """Remember a change, look again when it is time, close help that is not needed, show it on the board."""
    log_step(work, step, kind)
    watch(work, roster, step)
    if not step.is_open:
        await help_log.close_about(work, roster, HelpAbout.STEP, step.id)
    await refresh_board(work, roster)


def caretakers(roster: Roster, step: PartnerStep) -> tuple[Sequence[Leader], MessageKind]:
    """Who is written to about a step, and as what.

    Its owner; where that is a team or somebody who cannot be reached, the organisation's enablers; and
    where it has none, its sponsors. A private group's step is for its owner alone.
    """
    owner = roster.leaders.get(step.owner_id or "")
    if owner is not None and owner.is_in and owner.address is not None:
        return [owner], MessageKind.STEP
    for role in (Role.ENABLER, Role.SPONSOR) if step.channel == PARTNERSHIP_CHANNEL else ():
        leaders = [
            leader
            for leader in roster.leaders.values()
            if leader.organisation_id == step.organisation_id and role in leader.roles and is_here(leader)
        ]
        if leaders:
            return leaders, MessageKind.LEAD
    return [], MessageKind.LEAD


async def call_helpers(work: UnitOfWork, roster: Roster, step: PartnerStep, *, by: Leader | None) -> None:
    """Write into the help log that a step needs help, and tell its helpers; `by` is who asked, if anybody."""
    await help_log.ask(
        work,
        roster,
        about=HelpAbout.STEP,
        subject=step.id,
        organisation_id=step.organisation_id,
        leader=by,
        helpers=step_helpers(roster, step),
    )


async def tell_caretakers(
    work: UnitOfWork,
    roster: Roster,
    step: PartnerStep,
    event: str,
    facts: Mapping[str, Any],
    *,
    occurrence: str,
) -> bool:
    """Write to those who look after the step; False where nobody could be told in this week."""
    people, purpose = caretakers(roster, step)
    told = [
        await work.tell(
            leader, purpose, event, occurrence=f"{event}:{occurrence}", facts=facts, subject=step.id
        )
        for leader in people
    ]
    return any(told)


async def step_soon(work: UnitOfWork, partnership_id: str, step_id: str) -> None:
    """Ask once before the date: on course, help, or a new date? A full week moves it to the next one."""
    step = await work.tx.commitments.unchecked_step(step_id)
    if step is None or not step.is_open:
        return
    roster = await read_roster(work.tx, partnership_id)
    today = calendar.local(work.at, roster.partnership.zone).date()
    if today > step.due_on or place_of(work, roster).soon_at(step.due_on) > work.at:
        return  # the date has moved, and its own timer with it
    facts: message_facts.StepSoon = {
        "step": step.text,
        "date": day_words(step.due_on),
        "done_means": step.done_means,
        "buttons": buttons("step_on_course", "step_help", "step_date", "step_done"),
    }
    told = await tell_caretakers(
        work, roster, step, "step_soon", facts, occurrence=f"{step.id}:{step.due_on}"
    )
    if not told and caretakers(roster, step)[0]:
        look_next_week(work, roster, TimerKind.STEP_SOON, step)


def look_next_week(work: UnitOfWork, roster: Roster, kind: TimerKind, step: PartnerStep) -> None:
    """Look again on the morning of the next Monday."""
    zone = roster.partnership.zone
    monday = calendar.week_of(work.at, zone) + timedelta(weeks=1)
    due_at = calendar.instant_of(monday, work.book.rules.quiet.ends, zone)
    work.set_timer(kind, step.id, due_at, partnership_id=step.partnership_id)


async def step_board(work: UnitOfWork, partnership_id: str, step_id: str) -> None:
    """Ask the sponsors what would help, once, and the partner for its own words."""
    step = await work.tx.commitments.unchecked_step(step_id)
    if step is None or not step.is_open or step.channel != PARTNERSHIP_CHANNEL:
        return
    roster = await read_roster(work.tx, partnership_id)
    if place_of(work, roster).board_at(step.due_on) > work.at:
        return  # the date has moved, and its own timer with it
    if step.board_asked_at is None:
        step = replace(step, board_asked_at=work.at)
        work.keep(step)
        await _ask_board(work, roster, step)
    asked: message_facts.StepWordsAsked = {
        "step": step.text,
        "date": day_words(step.due_on),
        "own_words": step.own_words,
        "buttons": buttons("step_words", "step_date", "step_done"),
    }
    told = await tell_caretakers(work, roster, step, "step_words_asked", asked, occurrence=f"{step.id}:words")
    if not told and caretakers(roster, step)[0]:
        look_next_week(work, roster, TimerKind.STEP_BOARD, step)


async def _ask_board(work: UnitOfWork, roster: Roster, step: PartnerStep) -> None:
    facts = board_facts(roster, step)
    for sponsor in roster.leaders.values():
        if Role.SPONSOR in sponsor.roles and is_here(sponsor):
            await work.tell(
                sponsor,
                MessageKind.LEAD,
                "step_board",
                occurrence=f"board:{step.id}",
                facts=facts,
                subject=step.id,
            )


def board_facts(roster: Roster, step: PartnerStep) -> message_facts.StepBoard:
    """What sponsors read of a step that waits for help."""
    return {
        "organisation": roster.organisations[step.organisation_id].name,
        "step": step.text,
        "owner": step.owner,
        "date": day_words(step.due_on),
        "own_words": step.own_words,
        "helper": step.helper or roster.partnership.helper_name,
    }


async def step_review(work: UnitOfWork, partnership_id: str, step_id: str) -> None:
    """The day has come to look again at what is given for the whole, even where the step is done."""
    step = await work.tx.commitments.unchecked_step(step_id)
    if step is None or step.given is None:
        return
    roster = await read_roster(work.tx, partnership_id)
    still_right = {"verb": "step_on_course", "label": work.book.in_words(said("partner_steps.still_right"))}
    facts: message_facts.StepReview = {
        "step": step.text,
        "limit": step.given.limit,
        "helper": step.helper or roster.partnership.helper_name,
        "buttons": [still_right, *(buttons("step_help", "step_date") if step.is_open else [])],
    }
    occurrence = f"{step.id}:review:{step.given.review_on}"
    told = await tell_caretakers(work, roster, step, "step_review", facts, occurrence=occurrence)
    if not told and caretakers(roster, step)[0]:
        look_next_week(work, roster, TimerKind.STEP_REVIEW, step)
