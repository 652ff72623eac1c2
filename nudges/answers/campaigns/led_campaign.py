"""As whom a programme lead acts: in which partnership, and about which campaign that runs."""

from __future__ import annotations

from dataclasses import replace

from nudges import access
from nudges.model import message_facts
from nudges.model.commands import Outcome
from nudges.model.people import CampaignRun
from nudges.unit_of_work.nudge_cards import Facts
from nudges.unit_of_work.reply_context import ReplyContext


async def as_lead(reply: ReplyContext) -> ReplyContext:
    """The same reply, as the roster entry that leads a programme: the one that was meant, else the first.

    Raises:
        NotAllowed: the person leads none.
        NotFound: what the tap was about is somebody else.
    """
    leading = access.leading(reply.leaders)
    meant = next((each for each in leading if each.id in (reply.subject, reply.leader.id)), leading[0])
    return await reply.as_leader(meant)


async def in_partnership(reply: ReplyContext, *, value: str = "") -> ReplyContext | Outcome:
    """As the lead of the partnership that is meant; a question where somebody leads several and named none.

    Raises:
        NotAllowed: the person leads none.
    """
    leading = access.leading(reply.leaders)
    if len(leading) == 1 or any(each.id == reply.subject for each in leading):
        return await as_lead(reply)
    row: list[Facts] = []
    for leader in leading:
        here = await reply.as_leader(leader)
        row.append(
            {
                "verb": reply.command.verb,
                "subject": leader.id,
                "label": here.roster.partnership.name,
                "value": value,
            }
        )
    return await reply.say("which_one", message_facts.WhichOne(buttons=row))


def seen_in_chat(reply: ReplyContext, outcome: Outcome) -> Outcome:
    """A form closes over whatever page it was opened from: it says where what came of it is."""
    if reply.command.via != "form" or outcome.reply is not None:
        return outcome
    return replace(outcome, reply=reply.draw("in_our_chat", message_facts.InOurChat()))


def live(reply: ReplyContext) -> list[CampaignRun]:
    """The campaigns of this partnership that have not ended, oldest first."""
    running = (run for run in reply.roster.runs if run.ended_at is None)
    return sorted(running, key=lambda run: (run.starts_on, run.id))
