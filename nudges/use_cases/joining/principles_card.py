"""The principles card: up to five lines that leaders may sign, shown until they have."""

from __future__ import annotations

from datetime import date

from nudges.model import calendar, message_facts
from nudges.model.people import Leader
from nudges.unit_of_work.nudge_cards import Facts, buttons
from nudges.unit_of_work.read_roster import Roster
from nudges.unit_of_work.unit_of_work import UnitOfWork


def principles_facts(work: UnitOfWork, roster: Roster, leader: Leader) -> message_facts.Principles:
    """The lines, how many have signed them, and what can be done; never who has signed."""
    everybody = [work.known(Leader, one.id) or one for one in roster.leaders.values()]
    signed = sum(one.signed_at is not None and one.left_at is None for one in everybody)
    verbs = ("sign", "amend") if leader.signed_at is None else ("amend",)
    return {
        "lines": list(roster.partnership.principles),
        "signed": signed,
        "has_signed": leader.signed_at is not None,
        "buttons": buttons(*verbs),
    }


def principles_rider(work: UnitOfWork, roster: Roster, leader: Leader, *, on: date) -> Facts | None:
    """The card as a question on a nudge: on a leader's first, and on the first of each month until signed."""
    last = leader.last_offer_on
    began_on = calendar.week_of(leader.opted_in_at, leader.zone) if leader.opted_in_at else None
    is_first = last is None or last == began_on  # what came before was the step at the welcome
    is_new_month = last is not None and (last.year, last.month) != (on.year, on.month)
    if not roster.partnership.principles or leader.signed_at is not None or not (is_first or is_new_month):
        return None
    facts = principles_facts(work, roster, leader)
    return {
        "event": "rider_principles",
        "subject": leader.id,
        "buttons": facts["buttons"],
        "facts": message_facts.RiderPrinciples(lines=facts["lines"], signed=facts["signed"]),
    }
