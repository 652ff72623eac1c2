"""Taking part: yes, not now, stop, start, and what is held about somebody who is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from nudges.answers.joining.first_step import first_step
from nudges.model import cadence, calendar
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.people import Leader
from nudges.model.timers import TimerKind
from nudges.rules.support.support_ladder import back_at_the_start
from nudges.unit_of_work.buddy import find_buddy, introduce
from nudges.unit_of_work.nudge_cards import buttons
from nudges.unit_of_work.offers import look_again
from nudges.unit_of_work.reply_context import Answering
from nudges.use_cases.joining.join_campaign import is_waiting
from nudges.use_cases.joining.leave_programme import be_quiet, open_promises
from nudges.use_cases.joining.pass_on import forget, take_part
from nudges.use_cases.joining.welcome import WELCOMES_MAX, lead_name, welcome_event, welcome_facts
from nudges.use_cases.nudging.ask_promise import asked_at
from nudges.use_cases.partner_steps.refresh_board import refresh_board
from nudges.use_cases.pulse.ask_pulse import ask_after_yes


async def yes(one: Answering) -> Outcome:
    """Yes to the welcome: recorded once, and followed at once by a five-minute first step."""
    leader = one.leader
    if leader.is_in:
        return await one.say("started", {}, subject=leader.id, lasts=True)
    if leader.opted_in_at is not None:
        return await start(one)
    if is_waiting(leader):
        return await passed_yes(one)
    joined = replace(leader, opted_in_at=one.turn.at, stopped_at=None, joined_on=_joined_on(one))
    one.turn.log(EventKind.OPTED_IN, partnership_id=leader.partnership_id, leader=joined)
    one.turn.sleep(TimerKind.WELCOME, leader.id)
    joined = await first_step(one, joined)
    one.turn.keep(joined)
    look_again(one.turn, one.roster, joined)
    ask_after_yes(one.turn, one.roster, joined)
    await _meet_buddy(one, joined)
    await one.redraw(leader.id, welcome_event(leader), welcome_facts(one.roster, leader))
    return _said_at_once(one, leader, joined)


def _joined_on(one: Answering) -> date | None:
    """Today for a joiner, and for whoever says yes weeks after a launch; they start at rung 1 from here."""
    leader, today = one.leader, calendar.local(one.turn.at, one.leader.zone).date()
    weeks = timedelta(weeks=one.turn.book.rules.cadence.joiner_first_rung_weeks)
    is_late = any(today - run.starts_on >= weeks for run in one.roster.live_runs(leader)[:1])
    return today if is_late or leader.joined_on is not None else None


async def _meet_buddy(one: Answering, joined: Leader) -> None:
    """A joiner and their buddy hear of each other; where nobody has agreed yet, another one is asked."""
    if joined.joined_on is None:
        return
    if joined.buddy_id is not None:
        await introduce(one.turn, one.roster, joined, by=joined)
        return
    for run in one.roster.live_runs(joined)[:1]:
        await find_buddy(one.turn, one.roster, joined, run)


async def passed_yes(one: Answering) -> Outcome:
    """A manager's own yes to a step that was passed on to them."""
    if not is_waiting(one.leader):
        return await one.say("started", {}, subject=one.leader.id, lasts=True)
    manager = await take_part(one.turn, one.roster, one.leader)
    await one.redraw(manager.id, "passed_on_yes" if manager.last_offer_on else "started", {})
    return Outcome()


async def passed_no(one: Answering) -> Outcome:
    """A manager's no: everything about them is deleted, and nobody hears of it."""
    if not is_waiting(one.leader):
        return await one.say("nothing_changed", {})
    answer = one.draw("passed_on_no", {})
    await forget(one.turn, one.leader)
    return Outcome(reply=answer, edits_card=one.command.via == "tap")


async def later(one: Answering) -> Outcome:
    """Not now: asked once more after two weeks, then never."""
    leader, turn = one.leader, one.turn
    if leader.is_in:
        return await one.say("started", {}, subject=leader.id, lasts=True)
    turn.log(EventKind.NOT_YET_IN, partnership_id=leader.partnership_id, leader=leader)
    if leader.opted_in_at is None and leader.welcomes < WELCOMES_MAX:
        weeks = timedelta(weeks=turn.book.rules.cadence.welcome_again_after_weeks)
        again = cadence.welcome_instant(
            leader,
            starts_on=calendar.local(turn.at, leader.zone).date() + weeks,
            after=turn.at,
            holidays=turn.holidays_of(leader),
            rules=turn.book.rules,
        )
        turn.wake(TimerKind.WELCOME, leader.id, again, partnership_id=leader.partnership_id)
    facts = {"buttons": buttons("yes", "what_is_held", "what_happens")}
    await one.redraw(leader.id, "welcome_later", facts)
    return Outcome() if one.command.via == "tap" else await one.say("welcome_later", facts, subject=leader.id)


async def what_is_held(one: Answering) -> Outcome:
    """The data notice: what is held, who sees it, how long."""
    organisation = one.roster.organisations[one.leader.organisation_id].name
    facts = {
        "name": one.leader.name,
        "organisation": organisation,
        "lead": lead_name(one.roster, to=one.leader),
    }
    return await one.say("data_notice", facts)


async def stop(one: Answering) -> Outcome:
    """Stop everything at once, in every partnership of this person; no reason is asked.

    In other workspaces, too: nothing is shown of those, and "start" is said there.
    """
    everywhere = await one.turn.tx.people.unchecked_leaders_of(sorted({each.person for each in one.leaders}))
    known = {each.id for each in one.leaders}
    elsewhere = [
        each for each in everywhere if each.id not in known and each.left_at is None and not is_waiting(each)
    ]
    staying = [leader for leader in one.leaders if not is_waiting(leader)]
    farewell = one.draw("passed_on_no", {}) if not staying else None
    staying += elsewhere
    for leader in [*one.leaders, *elsewhere]:
        if leader in staying:
            await _stop(await one.as_leader(leader))
        else:
            await forget(one.turn, leader)
    if farewell is not None:
        return Outcome(reply=farewell)
    facts = {"buttons": buttons("start")}
    return await one.say("stopped", facts, subject=one.leader.id, lasts=True)


async def _stop(one: Answering) -> None:
    leader, turn = one.leader, one.turn
    if leader.stopped_at is None:
        turn.log(EventKind.STOPPED, partnership_id=leader.partnership_id, leader=leader)
    turn.keep(replace(leader, stopped_at=leader.stopped_at or turn.at))
    await be_quiet(turn, one.roster, leader)
    await refresh_board(turn, one.roster)


async def start(one: Answering) -> Outcome:
    """Come back, or begin; what was counted before does not count any more."""
    if one.leader.opted_in_at is None:
        return await yes(one)
    for leader in one.leaders:
        if leader.opted_in_at is not None:
            await _start(await one.as_leader(leader))
    back = one.turn.known(Leader, one.leader.id) or one.leader
    started = await first_step(one, back, is_back=True)
    one.turn.keep(started)
    return _said_at_once(one, back, started)


def _said_at_once(one: Answering, before: Leader, after: Leader) -> Outcome:
    """A typed command and a page are answered where they were used, whatever else was sent."""
    if one.command.via not in ("command", "home"):
        return Outcome()
    has_step = after.last_offer_on != before.last_offer_on
    return Outcome(reply=one.draw("started", {"has_step": has_step}))


async def _start(one: Answering) -> None:
    """One partnership of a person who comes back. The one friendly restart is not sent twice."""
    leader, turn = one.leader, one.turn
    fresh = replace(back_at_the_start(leader), stopped_at=None, paused=None)
    if leader.left_at is not None:
        # Whoever left may come back by their own word, as a joiner.
        fresh = replace(fresh, left_at=None, joined_on=calendar.local(turn.at, leader.zone).date())
    if fresh != leader:
        turn.log(
            EventKind.OPTED_IN, partnership_id=leader.partnership_id, leader=leader, data={"again": True}
        )
    turn.keep(fresh)
    look_again(turn, one.roster, fresh, this_week=True)
    for promise in await open_promises(turn, leader):
        if promise.asked_at is None:
            due_at = asked_at(turn, fresh, due_on=promise.due_on)
            turn.wake(TimerKind.PROMISE, promise.id, due_at, partnership_id=fresh.partnership_id)
    await refresh_board(turn, one.roster)
