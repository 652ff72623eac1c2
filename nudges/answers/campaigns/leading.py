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
from nudges.unit_of_work.reply_context import Answering
from nudges.use_cases.campaigns.pause_campaign import pause_run, resume_run
from nudges.use_cases.rollup.hold_rollup import hold, keepers, preview_facts, release

WHY_MAX = 140
A_DAY_AFTER = "Pick a day after today, within a year. For example: pause everybody until Friday."


async def rollup(one: Answering) -> Outcome:
    """The Friday post as it stands now: of each campaign whose post this person sees before it goes out."""
    shown: list[Facts] = []
    is_keeper = False
    for leader in one.leaders:
        near = await one.as_leader(leader)
        for run in live(near):
            if _keeps(near, run):
                is_keeper = True
                shown.append(await preview_facts(one.turn, near.roster, run))
    if not is_keeper:
        await as_lead(one)
    told = [facts for facts in shown if facts]
    if not told:
        return await one.say("rollup_none")
    riders = [rider for facts in told for rider in facts["riders"]]
    return await one.say("rollup_preview", {**told[0], "riders": riders})


def _keeps(one: Answering, run: CampaignRun) -> bool:
    """Whether this roster entry sees a run's post before it goes out, and may hold it."""
    return any(keeper.id == one.leader.id for keeper in keepers(one.turn, one.roster, run))


async def _run(one: Answering) -> tuple[Answering, CampaignRun]:
    """The run that a button is about, for whoever sees its post before it goes out.

    Raises:
        NotFound: it is not theirs, or it is over.
    """
    for leader in one.leaders:
        near = await one.as_leader(leader)
        for run in live(near):
            if run.id == one.subject and _keeps(near, run):
                return near, run
    raise NotFound(access.GONE)


async def hold_rollup(one: Answering) -> Outcome:
    """Keep today's post back for as long as that may be; the other leads hear of it."""
    one, run = await _run(one)
    until = time_words(hold(one.turn, one.roster, run, by=one.leader), one.roster.partnership.zone)
    facts: Facts = {"until": until, "buttons": buttons("release_rollup", subject=run.id)}
    for other in keepers(one.turn, one.roster, run):
        if other.id != one.leader.id:
            await _tell(one, other, run, {**facts, "by": one.leader.name})
    return await one.say("rollup_held", {**facts, "by": "You"}, subject=run.id, lasts=True)


async def _tell(one: Answering, other: Leader, run: CampaignRun, facts: Facts) -> None:
    await one.turn.tell(
        other,
        MessageKind.LEAD,
        "rollup_held",
        occurrence=f"held:{run.id}:{one.turn.at.isoformat()}",
        facts=facts,
        subject=run.id,
    )


async def release_rollup(one: Answering) -> Outcome:
    """Let a held post go."""
    one, run = await _run(one)
    out_at = release(one.turn, one.roster, run)
    at = time_words(out_at, one.roster.partnership.zone) if out_at > one.turn.at else ""
    return await one.say("rollup_released", {"at": at}, subject=run.id)


async def pause_everybody(one: Answering) -> Outcome:
    """Until a day that was typed: ask once, and with a yes pause all of the partnership. Else the form."""
    confirmed = one.argument("value")
    until = one.day("value" if confirmed else "until")
    is_asked = bool(confirmed or one.argument("until"))
    if is_asked and (until is None or until <= _today(await as_lead(one))):
        raise InvalidInput(A_DAY_AFTER)
    found = await in_partnership(one, value=until.isoformat() if until else "")
    if isinstance(found, Outcome):
        return found
    one = found
    if not live(one):
        return await one.say("nobody_paused", {"wanted": "pause"})
    if until is None:
        form = one.renderer.form("pause_everybody", {}, subject=one.leader.id, locale=one.leader.locale)
        return Outcome(form=form)
    if not confirmed:
        yes: Facts = {"verb": "pause_everybody", "value": until.isoformat(), "label": "Yes, pause everybody"}
        no: Facts = {"verb": "no", "label": "No"}
        return await one.say(
            "pause_everybody", {"until": day_words(until), "buttons": [yes, no]}, subject=one.leader.id
        )
    return await _pause(one, until)


async def pause_everybody_submit(one: Answering) -> Outcome:
    """Pause all of the partnership from now until the day of the form."""
    one = await as_lead(one)
    until = one.day("until")
    if until is None or until <= _today(one):
        return Outcome(errors={"until": "Pick a day after today, within a year."})
    why = screen(one.argument("why"), one.turn.book.rules).text
    if len(why) > WHY_MAX:
        return Outcome(errors={"why": f"Say it in {WHY_MAX} characters, please."})
    if not live(one):
        return await one.say("nobody_paused", {"wanted": "pause"})
    return await _pause(one, until, why)


async def _pause(one: Answering, until: date, why: str = "") -> Outcome:
    told: set[str] = set()
    for run in live(one):
        is_told = run.channel in told
        await pause_run(one.turn, one.roster, run, until=until, reason=why, by=one.leader, is_told=is_told)
        told.add(run.channel)
    facts: Facts = {"until": day_words(until), "buttons": buttons("start_everybody")}
    return await one.say("paused_everybody", facts, subject=one.leader.id, lasts=True)


def _today(one: Answering) -> date:
    return calendar.local(one.turn.at, one.roster.partnership.zone).date()


async def start_everybody(one: Answering) -> Outcome:
    """Go on with every paused campaign from today."""
    found = await in_partnership(one)
    if isinstance(found, Outcome):
        return found
    one, today = found, _today(found)
    paused = [run for run in live(one) if any(today in days for days in run.pauses)]
    if not paused:
        return await one.say("nobody_paused", {"wanted": "start"})
    told: set[str] = set()
    for run in paused:
        await resume_run(one.turn, one.roster, run, by=one.leader, is_told=run.channel in told)
        told.add(run.channel)
    return await one.say("started_everybody", lasts=True)
