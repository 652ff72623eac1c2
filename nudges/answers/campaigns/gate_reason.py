"""The human words that open a gate."""

from __future__ import annotations

from nudges import access
from nudges.errors import InvalidInput, NotAllowed, NotFound
from nudges.model import message_facts
from nudges.model.commands import Outcome
from nudges.model.people import CampaignRun
from nudges.model.screened_text import screen
from nudges.said import said
from nudges.unit_of_work.redraw import redraw_all
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.campaigns.unlock_gate import keepers_of, unlock_by_word


async def open_gate(reply: ReplyContext) -> Outcome:
    """Ask for the words, which everybody can read later."""
    reply, run, rung = await _gate(reply)
    facts = {"rung": rung, "campaign": reply.work.book.name_of(run)}
    form = reply.renderer.form("gate", facts, subject=reply.subject, locale=reply.leader.locale)
    return Outcome(form=form)


async def open_gate_submit(reply: ReplyContext) -> Outcome:
    """Open the rung, with the lead's or the facilitator's own words."""
    reply, run, rung = await _gate(reply)
    try:
        because = screen(reply.argument("because"), reply.work.book.rules).text
    except InvalidInput as error:
        return Outcome(errors={"because": reply.in_words(error)})
    unlock_by_word(reply.work, run, rung, because=because, by=reply.leader)
    facts = message_facts.GateOpened(rung=rung, campaign=reply.work.book.name_of(run), because=because)
    await redraw_all(reply.work, reply.roster, reply.subject, "gate_opened", facts, shown_as=("gate_wait",))
    return Outcome() if reply.command.via in ("tap", "form") else await reply.say("gate_opened", facts)


async def _gate(reply: ReplyContext) -> tuple[ReplyContext, CampaignRun, int]:
    """The gate that the tap was about, as somebody who may open it.

    Raises:
        NotFound: there is no such gate for anybody whom the person is here.
        NotAllowed: somebody else keeps it.
    """
    run_id, _, rung = reply.subject.partition(":")
    for leader in reply.leaders:
        here = await reply.as_leader(leader)
        run = next((each for each in here.roster.runs if each.id == run_id), None)
        if run is not None and run.ended_at is None and rung.isdecimal():
            if leader.id not in {each.id for each in keepers_of(reply.work, here.roster, run)}:
                raise NotAllowed(said("campaigns.gate.by_leads"))
            return here, run, int(rung)
    raise NotFound(access.GONE)
