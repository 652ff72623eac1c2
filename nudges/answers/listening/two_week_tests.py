"""Two-week tests, what was learnt from them, and the ten minutes each of a listening pair."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from nudges import access
from nudges.errors import IllegalTransition, InvalidInput, NotFound
from nudges.model import calendar
from nudges.model import two_week_test as life
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.ids import make_id
from nudges.model.people import CampaignRun
from nudges.model.plain_words import day_words
from nudges.model.privacy import clean, screen
from nudges.model.timers import TimerKind
from nudges.model.two_week_test import Trial
from nudges.rules.listening.blame import NO_BLAME, blames_somebody
from nudges.rules.rollup.rollup_facts import one_line
from nudges.unit_of_work.nudge_cards import buttons
from nudges.unit_of_work.reply_context import Answering
from nudges.use_cases.listening.ask_two_week_test import present_trials, watch_trial
from nudges.use_cases.listening.things_heard import names_here
from nudges.use_cases.pairing.listening_pair import has_listened_today, is_running, start

LISTED_MAX = 10


async def trial(one: Answering) -> Outcome:
    """Ask what is tried, and until when."""
    days = one.turn.book.rules.listening.trial_days_max
    ends_on = calendar.local(one.turn.at, one.leader.zone).date() + timedelta(days=days)
    facts = {"text": clean(one.argument("text")), "ends": ends_on.isoformat()}
    form = one.renderer.form("trial", facts, subject=one.subject, locale=one.leader.locale)
    # The typed words stand in the form, and are not kept before they come back.
    return Outcome(form=form, leaves_no_trace=True)


async def trial_submit(one: Answering) -> Outcome:
    """A test begins: just as an experiment, with an end."""
    turn, leader = one.turn, one.leader
    text = screen(one.argument("text"), turn.book.rules).text
    if not text:
        return Outcome(errors={"text": "Say what you try."})
    ends_on = one.day("ends")
    today = calendar.local(turn.at, leader.zone).date()
    if ends_on is None:
        return Outcome(errors={"ends": "Pick a day, please."})
    try:
        life.check_end(ends_on, on=today, days_max=turn.book.rules.listening.trial_days_max)
    except InvalidInput as error:
        return Outcome(errors={"ends": str(error)})
    runs = one.roster.live_runs(leader)
    made = Trial(
        id=make_id("trial", leader.id, one.command.key),
        partnership_id=leader.partnership_id,
        leader_id=leader.id,
        text=text,
        started_at=turn.at,
        ends_on=ends_on,
        run_id=runs[0].id if runs else None,
    )
    turn.keep(made)
    watch_trial(turn, leader, made)
    _log(one, made, EventKind.TRIAL_STARTED)
    return await one.say("trial_started", {"text": one_line(text), "day": day_words(ends_on)}, lasts=True)


def _log(one: Answering, made: Trial, kind: EventKind) -> None:
    one.turn.log(
        kind, partnership_id=made.partnership_id, subject=made.id, leader=one.leader, run_id=made.run_id
    )


async def _own(one: Answering) -> tuple[Answering, Trial]:
    """The test, or what comes of a partner step that was done: that is asked the same question."""
    found = await one.turn.tx.voices.unchecked_trial(one.subject)
    if found is None:
        return await _lesson(one)
    mine = next((leader for leader in one.leaders if leader.id == found.leader_id), None)
    if mine is None:
        raise NotFound(access.GONE)
    return await one.as_leader(mine), found


async def _lesson(one: Answering) -> tuple[Answering, Trial]:
    """A done step of the whole partnership as something that taught us a line."""
    leader, step = await access.steerable_step(one.turn.tx, one.leaders, one.subject)
    if step.is_open or step.channel != access.PARTNERSHIP_CHANNEL:
        raise NotFound(access.GONE)
    one = await one.as_leader(leader)
    lesson_id = make_id("lesson", step.id)
    known = await one.turn.tx.voices.unchecked_trial(lesson_id)
    return one, known or Trial(
        id=lesson_id,
        partnership_id=step.partnership_id,
        leader_id=leader.id,
        text=step.text,
        started_at=one.turn.at,
        ends_on=step.due_on,
    )


async def trial_learned(one: Answering) -> Outcome:
    """Ask for one line on what was learnt."""
    one, found = await _own(one)
    facts = {"text": found.text, "learned": found.learned}
    form = one.renderer.form("trial_learned", facts, subject=one.subject, locale=one.leader.locale)
    return Outcome(form=form)


async def trial_learned_submit(one: Answering) -> Outcome:
    """One line that may be shared; one that stays with its author is not kept at all."""
    one, found = await _own(one)
    turn, most = one.turn, one.turn.book.rules.listening.learned_max
    line = screen(one.argument("line"), turn.book.rules).text
    if not line or len(line) > most:
        return Outcome(errors={"line": f"Write one line of up to {most} characters."})
    is_shared = one.argument("shared") == "yes"
    names = names_here(one.roster)
    if is_shared and blames_somebody(f"{found.text}. {line}", names):
        return Outcome(errors={"line": NO_BLAME})
    if found.learned_at is None:
        _log(one, found, EventKind.TRIAL_LEARNED)
    learnt = life.learn(found, line=line if is_shared else "", at=turn.at)
    turn.keep(replace(learnt, asked_at=learnt.asked_at or turn.at))
    turn.sleep(TimerKind.TRIAL, found.id)
    facts = {"text": one_line(found.text), "line": one_line(learnt.learned)}
    if one.subject == found.id:
        await one.redraw(found.id, "trial_learned", {**facts, "buttons": buttons("trial_learned")})
    return await one.say("trial_learned", facts, subject=found.id)


async def learned(one: Answering) -> Outcome:
    """The learning log: what tests taught us, newest first, without names."""
    trials = await present_trials(one.turn, one.roster.partnership.id)
    hidden = {run.id for run in one.roster.runs if _is_hidden(one, run)}
    found = [each for each in reversed(trials) if each.learned and each.run_id not in hidden][:LISTED_MAX]
    items = [{"text": one_line(each.text), "line": one_line(each.learned)} for each in found]
    return await one.say("learned", {"items": items, "buttons": buttons("trial", subject="")})


def _is_hidden(one: Answering, run: CampaignRun) -> bool:
    """What a private group learned stays in it."""
    return one.turn.book.campaign(run.campaign_id).private_rollup and one.leader.id not in run.member_ids


async def listen_start(one: Answering) -> Outcome:
    """Start the minutes of a listening pair; while they run, a second start changes nothing."""
    one, nudge = await one.nudge()
    pair = await one.pair_of(nudge)
    if (
        pair is None
        or pair.ended_at is not None
        or not one.turn.book.action(nudge.action_id).is_listening_pair
    ):
        raise IllegalTransition(
            "There is no pair to listen with on this step. Say “today” to see what is open."
        )
    if await is_running(one.turn, pair):
        return await one.say("listen_running")
    if await has_listened_today(one.turn, pair, one.leader):
        raise IllegalTransition("You have listened to each other today. Another day is fine, too.")
    await start(one.turn, one.roster, pair, by=one.leader)
    return Outcome()
