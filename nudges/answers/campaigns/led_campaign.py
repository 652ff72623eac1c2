"""As whom a programme lead acts: in which partnership, and about which campaign that runs."""

from __future__ import annotations

from dataclasses import replace

from nudges import access
from nudges.model.commands import Outcome
from nudges.model.people import CampaignRun
from nudges.unit_of_work.nudge_cards import Facts
from nudges.unit_of_work.reply_context import Answering


async def as_lead(one: Answering) -> Answering:
    """The same reply, as the roster entry that leads a programme: the one that was meant, else the first.

    Raises:
        NotAllowed: the person leads none.
        NotFound: what the tap was about is somebody else.
    """
    leading = access.leading(one.leaders)
    meant = next((each for each in leading if each.id in (one.subject, one.leader.id)), leading[0])
    return await one.as_leader(meant)


async def in_partnership(one: Answering, *, value: str = "") -> Answering | Outcome:
    """As the lead of the partnership that is meant; a question where somebody leads several and named none.

    Raises:
        NotAllowed: the person leads none.
    """
    leading = access.leading(one.leaders)
    if len(leading) == 1 or any(each.id == one.subject for each in leading):
        return await as_lead(one)
    row: list[Facts] = []
    for each in leading:
        near = await one.as_leader(each)
        row.append(
            {
                "verb": one.command.verb,
                "subject": each.id,
                "label": near.roster.partnership.name,
                "value": value,
            }
        )
    return await one.say("which_one", {"buttons": row})


def seen_in_chat(one: Answering, outcome: Outcome) -> Outcome:
    """A form closes over whatever page it was opened from: it says where what came of it is."""
    is_sent = one.command.via == "form" and outcome.reply is None
    return replace(outcome, reply=one.draw("in_our_chat", {})) if is_sent else outcome


def live(one: Answering) -> list[CampaignRun]:
    """The campaigns of this partnership that have not ended, oldest first."""
    running = (run for run in one.roster.runs if run.ended_at is None)
    return sorted(running, key=lambda run: (run.starts_on, run.id))
