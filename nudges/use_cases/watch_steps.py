"""A partner step whose date has passed: support is offered by itself, and the helper is told."""

from __future__ import annotations

from datetime import datetime

from nudges.rules import cadence
from nudges.rules import partner_step as steps
from nudges.rules.message import MessageKind
from nudges.rules.partner_step import PartnerStep, StepStatus
from nudges.rules.record import EventKind, TimerKind
from nudges.rules.wording import day_words
from nudges.use_cases.cards import Facts, buttons
from nudges.use_cases.refresh_board import refresh_board
from nudges.use_cases.roster import Roster, read_roster
from nudges.use_cases.turn import Turn


def watch(turn: Turn, roster: Roster, step: PartnerStep) -> None:
    """Look at the step on the working day after its date."""
    if not step.is_open:
        turn.sleep(TimerKind.STEP_PASSED, step.id)
        return
    due_at = _passes_at(turn, roster, step)
    turn.wake(TimerKind.STEP_PASSED, step.id, due_at, partnership_id=step.partnership_id)


def _passes_at(turn: Turn, roster: Roster, step: PartnerStep) -> datetime:
    partnership = roster.partnership
    holidays = turn.holidays_of(partnership)
    return cadence.step_passes_at(
        step.due_on, zone=partnership.zone, holidays=holidays, rules=turn.book.rules
    )


def log_step(turn: Turn, step: PartnerStep, kind: EventKind = EventKind.STEP_CHANGED) -> None:
    """Remember a change of status."""
    turn.keep(step)
    turn.log(
        kind,
        partnership_id=step.partnership_id,
        subject=step.id,
        organisation_id=step.organisation_id,
        data={"status": str(step.status), "due_on": step.due_on.isoformat()},
    )


async def step_passed(turn: Turn, partnership_id: str, step_id: str) -> None:
    """Offer support; tell the owner and the named helper. A step with a new date is looked at again then."""
    step = await turn.tx.commitments.unchecked_step(step_id)
    if step is None or not step.is_open or step.status is StepStatus.SUPPORT_OFFERED:
        return
    roster = await read_roster(turn.tx, partnership_id)
    due_at = _passes_at(turn, roster, step)
    if due_at > turn.at:
        turn.wake(TimerKind.STEP_PASSED, step.id, due_at, partnership_id=partnership_id)
        return
    offered = steps.offer_support(step, at=turn.at)
    log_step(turn, offered)
    await _tell(turn, roster, offered)
    await refresh_board(turn, roster)


async def _tell(turn: Turn, roster: Roster, step: PartnerStep) -> None:
    partnership = roster.partnership
    organisation = roster.organisations[step.organisation_id].name
    facts: Facts = {
        "step": step.text,
        "date": day_words(step.due_on),
        "helper": step.helper or partnership.helper_name,
    }
    owner = roster.leaders.get(step.owner_id or "")
    if owner is not None and owner.is_in:
        await turn.tell(
            owner,
            MessageKind.STEP,
            "step_passed",
            occurrence=f"{step.id}:{step.due_on}",
            facts={**facts, "buttons": buttons("step_done", "step_date", "step_help")},
            subject=step.id,
        )
    for helper in roster.helpers():
        await turn.tell(
            helper,
            MessageKind.LEAD,
            "step_passed_helper",
            occurrence=f"{step.id}:{step.due_on}",
            facts={
                "step": step.text,
                "date": facts["date"],
                "owner": step.owner,
                "organisation": organisation,
            },
            subject=step.id,
        )
