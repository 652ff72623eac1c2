"""Taking part: yes, not now, stop, start, and what is held about somebody who is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from nudges import access
from nudges.answers.joining.first_step import first_step
from nudges.model import cadence, calendar, message_facts
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.people import Leader
from nudges.model.timers import TimerKind
from nudges.rules.support.support_ladder import back_at_the_start
from nudges.unit_of_work.nudge_cards import buttons
from nudges.unit_of_work.offers import set_offer_timer
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.joining.buddy import find_buddy, introduce
from nudges.use_cases.joining.join_campaign import is_waiting
from nudges.use_cases.joining.leave_programme import be_quiet, open_promises
from nudges.use_cases.joining.pass_on import forget, take_part
from nudges.use_cases.joining.welcome import lead_name, welcome_event, welcome_facts
from nudges.use_cases.nudging.ask_promise import asked_at
from nudges.use_cases.partner_steps.refresh_board import refresh_board
from nudges.use_cases.pulse.ask_pulse import ask_after_yes


async def yes(reply: ReplyContext) -> Outcome:
    """Yes to the welcome: recorded once, and followed at once by a five-minute first step."""
    leader = reply.leader
    if leader.is_in:
        return await reply.say("started", subject=leader.id, lasts=True)
    if leader.opted_in_at is not None:
        return await start(reply)
    if is_waiting(leader):
        return await passed_yes(reply)
    joined = replace(leader, opted_in_at=reply.work.at, stopped_at=None, joined_on=_joined_on(reply))
    reply.work.log(EventKind.OPTED_IN, partnership_id=leader.partnership_id, leader=joined)
    reply.work.cancel_timer(TimerKind.WELCOME, leader.id)
    joined = await first_step(reply, joined)
    reply.work.keep(joined)
    set_offer_timer(reply.work, reply.roster, joined)
    ask_after_yes(reply.work, reply.roster, joined)
    await _meet_buddy(reply, joined)
    await reply.redraw(leader.id, welcome_event(leader), welcome_facts(reply.work.book, reply.roster, leader))
    return _answered_at_once(reply, leader, joined)


def _joined_on(reply: ReplyContext) -> date | None:
    """Today for a joiner, and for whoever says yes weeks after a launch; they start at rung 1 from here."""
    leader, today = reply.leader, calendar.local(reply.work.at, reply.leader.zone).date()
    weeks = timedelta(weeks=reply.work.book.rules.cadence.joiner_first_rung_weeks)
    is_late = any(today - run.starts_on >= weeks for run in reply.roster.live_runs(leader)[:1])
    return today if is_late or leader.joined_on is not None else None


async def _meet_buddy(reply: ReplyContext, joined: Leader) -> None:
    """A joiner and their buddy hear of each other; where nobody has agreed yet, another one is asked."""
    if joined.joined_on is None:
        return
    if joined.buddy_id is not None:
        await introduce(reply.work, reply.roster, joined, by=joined)
        return
    for run in reply.roster.live_runs(joined)[:1]:
        await find_buddy(reply.work, reply.roster, joined, run)


async def passed_yes(reply: ReplyContext) -> Outcome:
    """A manager's own yes to a step that was passed on to them."""
    if not is_waiting(reply.leader):
        return await reply.say("started", subject=reply.leader.id, lasts=True)
    manager = await take_part(reply.work, reply.roster, reply.leader)
    if manager.last_offer_on:
        await reply.redraw(manager.id, "passed_on_yes", message_facts.PassedOnYes())
    else:
        await reply.redraw(manager.id, "started", message_facts.Started())
    return Outcome()


async def passed_no(reply: ReplyContext) -> Outcome:
    """A manager's no: everything about them is deleted, and nobody hears of it."""
    if not is_waiting(reply.leader):
        return await reply.say("nothing_changed")
    answer = reply.draw("passed_on_no", message_facts.PassedOnNo())
    await forget(reply.work, reply.leader)
    return Outcome(reply=answer, edits_card=reply.command.via == "tap")


async def later(reply: ReplyContext) -> Outcome:
    """Not now: asked once more after two weeks, then never."""
    leader, work = reply.leader, reply.work
    if leader.is_in:
        return await reply.say("started", subject=leader.id, lasts=True)
    work.log(EventKind.NOT_YET_IN, partnership_id=leader.partnership_id, leader=leader)
    if leader.opted_in_at is None and leader.welcomes < work.book.rules.cadence.welcomes_max:
        weeks = timedelta(weeks=work.book.rules.cadence.welcome_again_after_weeks)
        again = cadence.welcome_instant(
            leader,
            starts_on=calendar.local(work.at, leader.zone).date() + weeks,
            after=work.at,
            holidays=work.holidays_of(leader),
            rules=work.book.rules,
        )
        work.set_timer(TimerKind.WELCOME, leader.id, again, partnership_id=leader.partnership_id)
    facts = message_facts.WelcomeLater(buttons=buttons("yes", "what_is_held", "what_happens"))
    await reply.redraw(leader.id, "welcome_later", facts)
    return (
        Outcome()
        if reply.command.via == "tap"
        else await reply.say("welcome_later", facts, subject=leader.id)
    )


async def what_is_held(reply: ReplyContext) -> Outcome:
    """The data notice: what is held, who sees it, how long."""
    organisation = reply.roster.organisations[reply.leader.organisation_id].name
    facts = message_facts.DataNotice(
        name=reply.leader.name,
        organisation=organisation,
        lead=lead_name(reply.work.book, reply.roster, to=reply.leader),
    )
    return await reply.say("data_notice", facts)


async def stop(reply: ReplyContext) -> Outcome:
    """Stop everything at once, in every partnership of this person; no reason is asked.

    In other workspaces, too: nothing is shown of those, and "start" is said there.
    """
    everywhere = await access.own_entries(reply.work.tx, reply.leaders)
    known = {each.id for each in reply.leaders}
    elsewhere = [
        each for each in everywhere if each.id not in known and each.left_at is None and not is_waiting(each)
    ]
    staying = [leader for leader in reply.leaders if not is_waiting(leader)]
    farewell = reply.draw("passed_on_no", message_facts.PassedOnNo()) if not staying else None
    staying += elsewhere
    for leader in [*reply.leaders, *elsewhere]:
        if leader in staying:
            await _stop(await reply.as_leader(leader))
        else:
            await forget(reply.work, leader)
    if farewell is not None:
        return Outcome(reply=farewell)
    facts = message_facts.Stopped(buttons=buttons("start"))
    return await reply.say("stopped", facts, subject=reply.leader.id, lasts=True)


async def _stop(reply: ReplyContext) -> None:
    leader, work = reply.leader, reply.work
    if leader.stopped_at is None:
        work.log(EventKind.STOPPED, partnership_id=leader.partnership_id, leader=leader)
    work.keep(replace(leader, stopped_at=leader.stopped_at or work.at))
    await be_quiet(work, reply.roster, leader)
    await refresh_board(work, reply.roster)


async def start(reply: ReplyContext) -> Outcome:
    """Come back, or begin; what was counted before does not count any more."""
    if reply.leader.opted_in_at is None:
        return await yes(reply)
    for leader in reply.leaders:
        if leader.opted_in_at is not None:
            await _start(await reply.as_leader(leader))
    back = reply.work.known(Leader, reply.leader.id) or reply.leader
    started = await first_step(reply, back, is_back=True)
    reply.work.keep(started)
    return _answered_at_once(reply, back, started)


def _answered_at_once(reply: ReplyContext, before: Leader, after: Leader) -> Outcome:
    """A typed command and a page are answered where they were used, whatever else was sent."""
    if reply.command.via not in ("command", "home"):
        return Outcome()
    has_step = after.last_offer_on != before.last_offer_on
    return Outcome(reply=reply.draw("started", message_facts.Started(has_step=has_step)))


async def _start(reply: ReplyContext) -> None:
    """One partnership of a person who comes back. The one friendly restart is not sent twice."""
    leader, work = reply.leader, reply.work
    fresh = replace(back_at_the_start(leader), stopped_at=None, paused=None)
    if leader.left_at is not None:
        # Whoever left may come back by their own word, as a joiner.
        fresh = replace(fresh, left_at=None, joined_on=calendar.local(work.at, leader.zone).date())
    if fresh != leader:
        work.log(
            EventKind.OPTED_IN, partnership_id=leader.partnership_id, leader=leader, data={"again": True}
        )
    work.keep(fresh)
    set_offer_timer(work, reply.roster, fresh, this_week=True)
    for promise in await open_promises(work, leader):
        if promise.asked_at is None:
            due_at = asked_at(work, fresh, due_on=promise.due_on)
            work.set_timer(TimerKind.PROMISE, promise.id, due_at, partnership_id=fresh.partnership_id)
    await refresh_board(work, reply.roster)
