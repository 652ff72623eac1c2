"""The Friday post before it goes out: looked at, held and let go by whoever keeps it."""

from __future__ import annotations

from nudges import access
from nudges.answers.campaigns.led_campaign import as_lead, live
from nudges.errors import NotFound
from nudges.model.commands import Outcome
from nudges.model.message import MessageKind
from nudges.model.people import CampaignRun, Leader
from nudges.model.plain_words import time_words
from nudges.unit_of_work.nudge_cards import Facts, buttons
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.rollup.hold_rollup import hold, keepers, preview_facts, release


async def rollup(reply: ReplyContext) -> Outcome:
    """The Friday post as it stands now: of each campaign whose post this person sees before it goes out."""
    shown: list[Facts] = []
    is_keeper = False
    for leader in reply.leaders:
        near = await reply.as_leader(leader)
        for run in live(near):
            if _keeps(near, run):
                is_keeper = True
                shown.append(await preview_facts(reply.work, near.roster, run))
    if not is_keeper:
        await as_lead(reply)
    told = [facts for facts in shown if facts]
    if not told:
        return await reply.say("rollup_none")
    riders = [rider for facts in told for rider in facts["riders"]]
    return await reply.say("rollup_preview", {**told[0], "riders": riders})


def _keeps(reply: ReplyContext, run: CampaignRun) -> bool:
    """Whether this roster entry sees a run's post before it goes out, and may hold it."""
    return any(keeper.id == reply.leader.id for keeper in keepers(reply.work, reply.roster, run))


async def _run(reply: ReplyContext) -> tuple[ReplyContext, CampaignRun]:
    """The run that a button is about, for whoever sees its post before it goes out.

    Raises:
        NotFound: it is not theirs, or it is over.
    """
    for leader in reply.leaders:
        near = await reply.as_leader(leader)
        for run in live(near):
            if run.id == reply.subject and _keeps(near, run):
                return near, run
    raise NotFound(access.GONE)


async def hold_rollup(reply: ReplyContext) -> Outcome:
    """Keep today's post back for as long as that may be; the other leads hear of it."""
    reply, run = await _run(reply)
    until = time_words(hold(reply.work, reply.roster, run, by=reply.leader), reply.roster.partnership.zone)
    facts: Facts = {"until": until, "buttons": buttons("release_rollup", subject=run.id)}
    for other in keepers(reply.work, reply.roster, run):
        if other.id != reply.leader.id:
            await _tell(reply, other, run, {**facts, "by": reply.leader.name})
    return await reply.say("rollup_held", {**facts, "by": "You"}, subject=run.id, lasts=True)


async def _tell(reply: ReplyContext, other: Leader, run: CampaignRun, facts: Facts) -> None:
    await reply.work.tell(
        other,
        MessageKind.LEAD,
        "rollup_held",
        occurrence=f"held:{run.id}:{reply.work.at.isoformat()}",
        facts=facts,
        subject=run.id,
    )


async def release_rollup(reply: ReplyContext) -> Outcome:
    """Let a held post go."""
    reply, run = await _run(reply)
    out_at = release(reply.work, reply.roster, run)
    at = time_words(out_at, reply.roster.partnership.zone) if out_at > reply.work.at else ""
    return await reply.say("rollup_released", {"at": at}, subject=run.id)
