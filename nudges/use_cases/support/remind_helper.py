"""A helper who has not been in touch two working days after a yes is reminded once."""

from __future__ import annotations

from dataclasses import replace

from nudges.model import help_request as log
from nudges.model import message_facts
from nudges.model.message import MessageKind
from nudges.rules.support.helper_choice import asked_again
from nudges.unit_of_work.read_roster import read_roster
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.support.help_log import card


async def help_due(work: UnitOfWork, partnership_id: str, request_id: str) -> None:
    """Remind the helper once, where no contact was recorded in time."""
    request = await work.tx.listening.unchecked_help(request_id)
    if request is None or not log.is_waiting(request, at=work.at) or request.reminded_at is not None:
        return
    roster = await read_roster(work.tx, partnership_id)
    _, asked = await card(work, roster, request)
    facts: message_facts.HelpReminder = asked  # it says less of the same
    for helper in asked_again(roster, request):
        await work.tell(
            helper,
            MessageKind.LEAD,
            "help_reminder",
            occurrence=f"{request.id}:reminder",
            facts=facts,
            subject=request.id,
        )
    work.keep(replace(request, reminded_at=work.at))
