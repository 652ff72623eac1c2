"""What programme leads say in chat: the Friday post, holding it, and a pause for everybody."""

from __future__ import annotations

from datetime import date

from nudges import access
from nudges.answers.campaigns.led_campaign import as_lead, in_partnership, live
from nudges.errors import InvalidInput, NotFound
from nudges.model import calendar
from nudges.model.commands import Outcome
from nudges.model.message import MessageKind
from nudges.model.people import CampaignRun, Leader
from nudges.model.plain_words import day_words, time_words
from nudges.model.privacy import screen
from nudges.unit_of_work.nudge_cards import Facts, buttons
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.campaigns.pause_campaign import pause_run, resume_run
from nudges.use_cases.rollup.hold_rollup import hold, keepers, preview_facts, release

WHY_MAX = 140
A_DAY_AFTER = "Pick a day after today, within a year. For example: pause everybody until Friday."


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


async def pause_everybody(reply: ReplyContext) -> Outcome:
    """Until a day that was typed: ask once, and with a yes pause all of the partnership. Else the form."""
    confirmed = reply.argument("value")
    until = reply.day("value" if confirmed else "until")
    is_asked = bool(confirmed or reply.argument("until"))
    if is_asked and (until is None or until <= _today(await as_lead(reply))):
        raise InvalidInput(A_DAY_AFTER)
    found = await in_partnership(reply, value=until.isoformat() if until else "")
    if isinstance(found, Outcome):
        return found
    reply = found
    if not live(reply):
        return await reply.say("nobody_paused", {"wanted": "pause"})
    if until is None:
        form = reply.renderer.form("pause_everybody", {}, subject=reply.leader.id, locale=reply.leader.locale)
        return Outcome(form=form)
    if not confirmed:
        yes: Facts = {"verb": "pause_everybody", "value": until.isoformat(), "label": "Yes, pause everybody"}
        no: Facts = {"verb": "no", "label": "No"}
        return await reply.say(
            "pause_everybody", {"until": day_words(until), "buttons": [yes, no]}, subject=reply.leader.id
        )
    return await _pause(reply, until)


async def pause_everybody_submit(reply: ReplyContext) -> Outcome:
    """Pause all of the partnership from now until the day of the form."""
    reply = await as_lead(reply)
    until = reply.day("until")
    if until is None or until <= _today(reply):
        return Outcome(errors={"until": "Pick a day after today, within a year."})
    why = screen(reply.argument("why"), reply.work.book.rules).text
    if len(why) > WHY_MAX:
        return Outcome(errors={"why": f"Say it in {WHY_MAX} characters, please."})
    if not live(reply):
        return await reply.say("nobody_paused", {"wanted": "pause"})
    return await _pause(reply, until, why)


async def _pause(reply: ReplyContext, until: date, why: str = "") -> Outcome:
    told: set[str] = set()
    for run in live(reply):
        is_told = run.channel in told
        await pause_run(
            reply.work, reply.roster, run, until=until, reason=why, by=reply.leader, is_told=is_told
        )
        told.add(run.channel)
    facts: Facts = {"until": day_words(until), "buttons": buttons("start_everybody")}
    return await reply.say("paused_everybody", facts, subject=reply.leader.id, lasts=True)


def _today(reply: ReplyContext) -> date:
    return calendar.local(reply.work.at, reply.roster.partnership.zone).date()


async def start_everybody(reply: ReplyContext) -> Outcome:
    """Go on with every paused campaign from today."""
    found = await in_partnership(reply)
    if isinstance(found, Outcome):
        return found
    reply, today = found, _today(found)
    paused = [run for run in live(reply) if any(today in days for days in run.pauses)]
    if not paused:
        return await reply.say("nobody_paused", {"wanted": "start"})
    told: set[str] = set()
    for run in paused:
        await resume_run(reply.work, reply.roster, run, by=reply.leader, is_told=run.channel in told)
        told.add(run.channel)
    return await reply.say("started_everybody", lasts=True)
