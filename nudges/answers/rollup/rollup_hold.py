"""The Friday post before it goes out: looked at, held and let go by whoever keeps it."""

from __future__ import annotations

from nudges import access
from nudges.answers.campaigns.led_campaign import as_lead, live
from nudges.errors import NotFound
from nudges.model import message_facts
from nudges.model.commands import Outcome
from nudges.model.message import MessageKind
from nudges.model.people import CampaignRun
from nudges.model.plain_words import time_words
from nudges.said import said
from nudges.unit_of_work.nudge_cards import buttons
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.rollup.hold_rollup import hold, keepers, preview_facts, release


async def rollup(reply: ReplyContext) -> Outcome:
    """The Friday post as it stands now: of each campaign whose post this person sees before it goes out."""
    shown: list[message_facts.RollupPreview | None] = []
    for leader in reply.leaders:
        own = await reply.as_leader(leader)
        shown += [await preview_facts(reply.work, own.roster, run) for run in live(own) if _keeps(own, run)]
    if not shown:
        await as_lead(reply)
    previews = [facts for facts in shown if facts is not None]
    if not previews:
        return await reply.say("rollup_none")
    riders = [rider for facts in previews for rider in facts["riders"]]
    return await reply.say("rollup_preview", message_facts.RollupPreview({**previews[0], "riders": riders}))


def _keeps(reply: ReplyContext, run: CampaignRun) -> bool:
    """Whether this roster entry sees a run's post before it goes out, and may hold it."""
    return any(keeper.id == reply.leader.id for keeper in keepers(reply.work, reply.roster, run))


async def _run(reply: ReplyContext) -> tuple[ReplyContext, CampaignRun]:
    """The run that a button is about, for whoever sees its post before it goes out.

    Raises:
        NotFound: it is not theirs, or it is over.
    """
    for leader in reply.leaders:
        own = await reply.as_leader(leader)
        for run in live(own):
            if run.id == reply.subject and _keeps(own, run):
                return own, run
    raise NotFound(access.GONE)


async def hold_rollup(reply: ReplyContext) -> Outcome:
    """Keep today's post back for as long as that may be; the other leads hear of it."""
    reply, run = await _run(reply)
    until = time_words(hold(reply.work, reply.roster, run, by=reply.leader), reply.roster.partnership.zone)
    release_it = buttons("release_rollup", subject=run.id)
    for other in keepers(reply.work, reply.roster, run):
        if other.id != reply.leader.id:
            await reply.work.tell(
                other,
                MessageKind.LEAD,
                "rollup_held",
                occurrence=f"held:{run.id}:{reply.work.at.isoformat()}",
                facts=message_facts.RollupHeld(until=until, buttons=release_it, by=reply.leader.name),
                subject=run.id,
            )
    facts = message_facts.RollupHeld(until=until, buttons=release_it, by=reply.in_words(said("rollup.you")))
    return await reply.say("rollup_held", facts, subject=run.id, lasts=True)


async def release_rollup(reply: ReplyContext) -> Outcome:
    """Let a held post go."""
    reply, run = await _run(reply)
    out_at = release(reply.work, reply.roster, run)
    at = time_words(out_at, reply.roster.partnership.zone) if out_at > reply.work.at else ""
    return await reply.say("rollup_released", message_facts.RollupReleased(at=at), subject=run.id)
