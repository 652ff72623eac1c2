"""Two-week tests, what was learnt from them, and the ten minutes each of a listening pair."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from nudges import access
from nudges.errors import IllegalTransition, InvalidInput, NotFound
from nudges.model import calendar, message_facts, two_week_test
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.ids import make_id
from nudges.model.people import PARTNERSHIP_CHANNEL, CampaignRun
from nudges.model.plain_words import day_words
from nudges.model.screened_text import clean, screen
from nudges.model.timers import TimerKind
from nudges.model.two_week_test import TwoWeekTest
from nudges.rules.listening.blame import NO_BLAME, blames_somebody
from nudges.rules.rollup.rollup_facts import one_line
from nudges.said import said
from nudges.unit_of_work.nudge_cards import buttons
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.listening.ask_two_week_test import present_two_week_tests, watch_two_week_test
from nudges.use_cases.listening.things_heard import names_here
from nudges.use_cases.pairing.listening_pair import has_listened_today, is_running, start

LISTED_MAX = 10


async def trial(reply: ReplyContext) -> Outcome:
    """Ask what is tried, and until when."""
    days = reply.work.book.rules.listening.trial_days_max
    ends_on = calendar.local(reply.work.at, reply.leader.zone).date() + timedelta(days=days)
    fields = {"text": clean(reply.argument("text")), "ends": ends_on.isoformat()}
    form = reply.renderer.form("trial", fields, subject=reply.subject, locale=reply.leader.locale)
    # The typed words stand in the form, and are not kept before they come back.
    return Outcome(form=form, leaves_no_trace=True)


async def trial_submit(reply: ReplyContext) -> Outcome:
    """A test begins: just as an experiment, with an end."""
    work, leader = reply.work, reply.leader
    text = screen(reply.argument("text"), work.book.rules).text
    if not text:
        return Outcome(errors={"text": reply.in_words(said("listening.say_what_you_try"))})
    ends_on = reply.day("ends")
    today = calendar.local(work.at, leader.zone).date()
    if ends_on is None:
        return Outcome(errors={"ends": reply.in_words(said("listening.pick_a_day"))})
    try:
        two_week_test.check_end(ends_on, on=today, days_max=work.book.rules.listening.trial_days_max)
    except InvalidInput as error:
        return Outcome(errors={"ends": reply.in_words(error)})
    runs = reply.roster.live_runs(leader)
    test = TwoWeekTest(
        id=make_id("trial", leader.id, reply.command.key),
        partnership_id=leader.partnership_id,
        leader_id=leader.id,
        text=text,
        started_at=work.at,
        ends_on=ends_on,
        run_id=runs[0].id if runs else None,
    )
    work.keep(test)
    watch_two_week_test(work, leader, test)
    _log(reply, test, EventKind.TRIAL_STARTED)
    facts = message_facts.TrialStarted(text=one_line(text), day=day_words(ends_on))
    return await reply.say("trial_started", facts, lasts=True)


def _log(reply: ReplyContext, test: TwoWeekTest, kind: EventKind) -> None:
    reply.work.log(
        kind, partnership_id=test.partnership_id, subject=test.id, leader=reply.leader, run_id=test.run_id
    )


async def _own(reply: ReplyContext) -> tuple[ReplyContext, TwoWeekTest]:
    """The test, or what comes of a partner step that was done: that is asked the same question."""
    try:
        leader, test = await access.own_two_week_test(reply.work.tx, reply.leaders, reply.subject)
    except NotFound:
        return await _lesson(reply)
    return await reply.as_leader(leader), test


async def _lesson(reply: ReplyContext) -> tuple[ReplyContext, TwoWeekTest]:
    """A done step of the whole partnership as something that taught us a line."""
    leader, step = await access.steerable_step(reply.work.tx, reply.leaders, reply.subject)
    if step.is_open or step.channel != PARTNERSHIP_CHANNEL:
        raise NotFound(access.GONE)
    reply = await reply.as_leader(leader)
    lesson_id, known = await access.lesson_of(reply.work.tx, step)
    return reply, known or TwoWeekTest(
        id=lesson_id,
        partnership_id=step.partnership_id,
        leader_id=leader.id,
        text=step.text,
        started_at=reply.work.at,
        ends_on=step.due_on,
    )


async def trial_learned(reply: ReplyContext) -> Outcome:
    """Ask for one line on what was learnt."""
    reply, test = await _own(reply)
    fields = {"text": test.text, "learned": test.learned}
    form = reply.renderer.form("trial_learned", fields, subject=reply.subject, locale=reply.leader.locale)
    return Outcome(form=form)


async def trial_learned_submit(reply: ReplyContext) -> Outcome:
    """One line that may be shared; one that stays with its author is not kept at all."""
    reply, test = await _own(reply)
    work, most = reply.work, reply.work.book.rules.listening.learned_max
    line = screen(reply.argument("line"), work.book.rules).text
    if not line or len(line) > most:
        return Outcome(errors={"line": reply.in_words(said("listening.learned_line", {"most": most}))})
    is_shared = reply.argument("shared") == "yes"
    names = names_here(reply.roster)
    if is_shared and blames_somebody(f"{test.text}. {line}", names):
        return Outcome(errors={"line": reply.in_words(NO_BLAME)})
    if test.learned_at is None:
        _log(reply, test, EventKind.TRIAL_LEARNED)
    learnt = two_week_test.learn(test, line=line if is_shared else "", at=work.at)
    work.keep(replace(learnt, asked_at=learnt.asked_at or work.at))
    work.cancel_timer(TimerKind.TRIAL, test.id)
    facts = message_facts.TrialLearned(text=one_line(test.text), line=one_line(learnt.learned))
    if reply.subject == test.id:
        shown = message_facts.TrialLearned({**facts, "buttons": buttons("trial_learned")})
        await reply.redraw(test.id, "trial_learned", shown)
    return await reply.say("trial_learned", facts, subject=test.id)


async def learned(reply: ReplyContext) -> Outcome:
    """The learning log: what tests taught us, newest first, without names."""
    tests = await present_two_week_tests(reply.work, reply.roster.partnership.id)
    hidden = {run.id for run in reply.roster.runs if _is_hidden(reply, run)}
    shown = [each for each in reversed(tests) if each.learned and each.run_id not in hidden][:LISTED_MAX]
    items = [
        message_facts.LearnedItems(text=one_line(each.text), line=one_line(each.learned)) for each in shown
    ]
    return await reply.say(
        "learned", message_facts.Learned(items=items, buttons=buttons("trial", subject=""))
    )


def _is_hidden(reply: ReplyContext, run: CampaignRun) -> bool:
    """What a private group learned stays in it."""
    return reply.work.book.campaign(run.campaign_id).private_rollup and reply.leader.id not in run.member_ids


async def listen_start(reply: ReplyContext) -> Outcome:
    """Start the minutes of a listening pair; while they run, a second start changes nothing."""
    reply, nudge = await reply.nudge()
    pair = await reply.pair_of(nudge)
    if (
        pair is None
        or pair.ended_at is not None
        or not reply.work.book.action(nudge.action_id).is_listening_pair
    ):
        raise IllegalTransition(said("listening.no_listening_pair"))
    if await is_running(reply.work, pair):
        return await reply.say("listen_running")
    if await has_listened_today(reply.work, pair, reply.leader):
        raise IllegalTransition(said("listening.listened_today"))
    await start(reply.work, reply.roster, pair, by=reply.leader)
    return Outcome()
