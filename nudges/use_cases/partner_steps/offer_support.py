"""A partner step whose date has passed turns to “Support offered” by itself, and its helper is asked."""

from __future__ import annotations

from nudges.model import message_facts
from nudges.model import partner_step as steps
from nudges.model.partner_step import PartnerStep, StepStatus
from nudges.model.plain_words import day_words
from nudges.model.timers import TimerKind
from nudges.unit_of_work.nudge_cards import buttons
from nudges.unit_of_work.read_roster import Roster, read_roster
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.partner_steps.refresh_board import refresh_board
from nudges.use_cases.partner_steps.watch_steps import (
    call_helpers,
    caretakers,
    log_step,
    look_next_week,
    passes_at,
    tell_caretakers,
)


async def step_passed(work: UnitOfWork, partnership_id: str, step_id: str) -> None:
    """Offer support; tell whoever looks after the step, and the named helper.

    A step with a new date is looked at again then.
    """
    step = await work.tx.commitments.unchecked_step(step_id)
    if step is None or not step.is_open:
        return
    roster = await read_roster(work.tx, partnership_id)
    due_at = passes_at(work, roster, step)
    if due_at > work.at:
        work.set_timer(TimerKind.STEP_PASSED, step.id, due_at, partnership_id=partnership_id)
        return
    if step.status is not StepStatus.SUPPORT_OFFERED:
        step = steps.offer_support(step, at=work.at)
        log_step(work, step)
        await call_helpers(work, roster, step, by=None)
        await refresh_board(work, roster)
    if not await tell_passed(work, roster, step) and caretakers(roster, step)[0]:
        look_next_week(work, roster, TimerKind.STEP_PASSED, step)


async def tell_passed(work: UnitOfWork, roster: Roster, step: PartnerStep) -> bool:
    """Tell whoever looks after the step, once for each date, that help comes and what they can say."""
    facts: message_facts.StepPassed = {
        "step": step.text,
        "date": day_words(step.due_on),
        "helper": step.helper or roster.partnership.helper_name,
        "buttons": buttons("step_words", "step_date", "step_done", "step_help"),
    }
    return await tell_caretakers(
        work, roster, step, "step_passed", facts, occurrence=f"{step.id}:{step.due_on}"
    )
