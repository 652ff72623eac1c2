"""A pause for everybody, asked about once, and going on."""

from __future__ import annotations

from datetime import date

from nudges.answers.campaigns.led_campaign import as_lead, in_partnership, live
from nudges.errors import InvalidInput
from nudges.model import calendar, message_facts
from nudges.model.commands import Outcome
from nudges.model.plain_words import day_words
from nudges.model.screened_text import screen
from nudges.said import said
from nudges.unit_of_work.nudge_cards import Facts, buttons
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.campaigns.pause_campaign import pause_run, resume_run

A_DAY_AFTER = said("settings.a_day_after")


async def pause_everybody(reply: ReplyContext) -> Outcome:
    """Until a day that was typed: ask once, and with a yes pause all of the partnership. Else the form."""
    confirmed = reply.argument("value")
    until = reply.day("value" if confirmed else "until")
    is_asked = bool(confirmed or reply.argument("until"))
    if is_asked and (until is None or until <= _today(await as_lead(reply))):
        raise InvalidInput(said("campaigns.pause_for_example", {"wrong": A_DAY_AFTER}))
    outcome = await in_partnership(reply, value=until.isoformat() if until else "")
    if isinstance(outcome, Outcome):
        return outcome
    reply = outcome
    if not live(reply):
        return await reply.say("nobody_paused", message_facts.NobodyPaused(wanted="pause"))
    if until is None:
        form = reply.renderer.form("pause_everybody", {}, subject=reply.leader.id, locale=reply.leader.locale)
        return Outcome(form=form)
    if not confirmed:
        yes: Facts = {
            "verb": "pause_everybody",
            "value": until.isoformat(),
            "label": reply.in_words(said("campaigns.pause_yes")),
        }
        no: Facts = {"verb": "no", "label": reply.in_words(said("campaigns.pause_no"))}
        question = message_facts.PauseEverybody(until=day_words(until), buttons=[yes, no])
        return await reply.say("pause_everybody", question, subject=reply.leader.id)
    return await _pause(reply, until)


async def pause_everybody_submit(reply: ReplyContext) -> Outcome:
    """Pause all of the partnership from now until the day of the form."""
    reply = await as_lead(reply)
    until = reply.day("until")
    if until is None or until <= _today(reply):
        return Outcome(errors={"until": reply.in_words(A_DAY_AFTER)})
    why = screen(reply.argument("why"), reply.work.book.rules).text
    most = reply.work.book.rules.quiet.pause_reason_max
    if len(why) > most:
        return Outcome(errors={"why": reply.in_words(said("campaigns.pause_why_most", {"most": most}))})
    if not live(reply):
        return await reply.say("nobody_paused", message_facts.NobodyPaused(wanted="pause"))
    return await _pause(reply, until, why)


async def _pause(reply: ReplyContext, until: date, why: str = "") -> Outcome:
    channels_told: set[str] = set()
    for run in live(reply):
        is_told = run.channel in channels_told
        await pause_run(
            reply.work, reply.roster, run, until=until, reason=why, by=reply.leader, is_told=is_told
        )
        channels_told.add(run.channel)
    facts = message_facts.PausedEverybody(until=day_words(until), buttons=buttons("start_everybody"))
    return await reply.say("paused_everybody", facts, subject=reply.leader.id, lasts=True)


def _today(reply: ReplyContext) -> date:
    return calendar.local(reply.work.at, reply.roster.partnership.zone).date()


async def start_everybody(reply: ReplyContext) -> Outcome:
    """Go on with every paused campaign from today."""
    outcome = await in_partnership(reply)
    if isinstance(outcome, Outcome):
        return outcome
    reply, today = outcome, _today(outcome)
    paused = [run for run in live(reply) if any(today in days for days in run.pauses)]
    if not paused:
        return await reply.say("nobody_paused", message_facts.NobodyPaused(wanted="start"))
    channels_told: set[str] = set()
    for run in paused:
        await resume_run(reply.work, reply.roster, run, by=reply.leader, is_told=run.channel in channels_told)
        channels_told.add(run.channel)
    return await reply.say("started_everybody", lasts=True)
