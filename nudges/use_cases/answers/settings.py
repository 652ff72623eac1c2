"""Taking part and how: yes, not now, stop, start, a pause, who sees what, the pace, help, my data."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from nudges import access
from nudges.errors import InvalidInput, NotFound
from nudges.rules import cadence, calendar
from nudges.rules.help_request import HelpAbout
from nudges.rules.message import MessageKind
from nudges.rules.nudge import Nudge
from nudges.rules.people import Days, Leader, Pace, Visibility
from nudges.rules.record import EventKind, Outcome, TimerKind
from nudges.rules.support import back_at_the_start
from nudges.rules.wording import day_words
from nudges.use_cases import help_log
from nudges.use_cases.answers import promises
from nudges.use_cases.answers.answering import Answering
from nudges.use_cases.answers.first_step import first_step
from nudges.use_cases.ask_promise import asked_at
from nudges.use_cases.ask_pulse import ask_after_yes
from nudges.use_cases.buddy import find_buddy, introduce
from nudges.use_cases.cards import buttons
from nudges.use_cases.join import is_waiting
from nudges.use_cases.leave import be_quiet, open_nudges, open_promises
from nudges.use_cases.move_dates import moved_out_of, without_plan
from nudges.use_cases.my_data import held_about
from nudges.use_cases.offering import look_again
from nudges.use_cases.pass_on import forget, take_part
from nudges.use_cases.refresh_board import refresh_board
from nudges.use_cases.watch_pairs import leave_pair
from nudges.use_cases.welcome import WELCOMES_MAX, lead_name, welcome_event, welcome_facts


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
    return Outcome()


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
    """Stop everything at once, in every partnership of this person; no reason is asked."""
    staying = [leader for leader in one.leaders if not is_waiting(leader)]
    farewell = one.draw("passed_on_no", {}) if not staying else None
    for leader in one.leaders:
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
    one.turn.keep(await first_step(one, back, is_back=True))
    return Outcome()


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


async def pause_until(one: Answering) -> Outcome:
    """Be quiet until a day: leave, pressure or anything else; no question is asked."""
    name = "value" if one.argument("value") else "until"
    if not one.argument(name):
        return Outcome(form=one.renderer.form("pause", {}, subject="", locale=one.leader.locale))
    today = calendar.local(one.turn.at, one.leader.zone).date()
    until = one.day(name)
    if until is None or until <= today:
        if one.command.via == "form":
            return Outcome(errors={"until": "Pick a day after today, within a year."})
        raise InvalidInput("Pick a day after today, within a year. For example: pause until Friday.")
    for leader in one.leaders:
        await _pause(await one.as_leader(leader), Days(from_on=today, to_on=until))
    return await one.say("paused_for", {"until": day_words(until), "buttons": buttons("start")}, lasts=True)


async def _pause(one: Answering, days: Days) -> None:
    """Quiet in one partnership; whoever waits for this person is told kindly."""
    turn, paused = one.turn, replace(one.leader, paused=days)
    turn.keep(paused)
    turn.log(EventKind.PAUSED, partnership_id=paused.partnership_id, leader=paused)
    await turn.tx.deliveries.cancel(paused.id, at=turn.at, keep=[MessageKind.ANSWER, MessageKind.LEAD])
    look_again(turn, one.roster, paused, this_week=True)
    for nudge in await open_nudges(turn, paused):
        pair = await one.pair_of(nudge)
        is_met = pair is not None and pair.met_at is not None
        if pair is None or is_met:
            await _move(one, nudge, moved_out_of(turn, paused, nudge, days))
        elif pair.agreed_at is None or _falls_into(pair.agreed_at, days, paused):
            await leave_pair(turn, one.roster, pair, paused)
            turn.keep(without_plan(turn, turn.known(Nudge, nudge.id) or nudge))


async def _move(one: Answering, nudge: Nudge, moved: Nudge) -> None:
    if moved is not nudge:
        await one.redraw_card(moved, await one.pair_of(moved), note="It comes after your pause.")


def _falls_into(instant: datetime, days: Days, leader: Leader) -> bool:
    return calendar.local(instant, leader.zone).date() in days


async def visibility(one: Answering) -> Outcome:
    """Who sees one's own steps; on a promise, who sees that promise."""
    if not one.argument("value"):
        choices = [{"verb": "visibility", "value": str(each)} for each in Visibility]
        return await one.say("rider_visibility", {"buttons": choices}, subject=one.leader.id)
    chosen = one.choice(Visibility)
    if one.subject and one.subject != one.leader.id:
        leader, promise = await access.own_promise(one.turn.tx, one.leaders, one.subject)
        return await promises.show_as(await one.as_leader(leader), promise, chosen)
    changed = replace(one.leader, visibility=chosen, visibility_asked=True)
    one.turn.keep(changed)
    one.turn.log(
        EventKind.VISIBILITY, partnership_id=changed.partnership_id, leader=changed, data={"to": str(chosen)}
    )
    await one.settle_rider()
    return await one.say("visibility_set", {"choice": str(chosen)})


async def pace(one: Answering) -> Outcome:
    """Slower, right, faster."""
    if not one.argument("value"):
        choices = [{"verb": "pace", "value": str(each)} for each in Pace]
        return await one.say("rider_pace", {"buttons": choices})
    wanted = one.choice(Pace)
    changed = replace(one.leader, pace=wanted)
    one.turn.keep(changed)
    one.turn.log(
        EventKind.PACE, partnership_id=changed.partnership_id, leader=changed, data={"to": str(wanted)}
    )
    await one.settle_rider()
    return await one.say("pace_set", {"choice": str(wanted)})


async def help_me(one: Answering) -> Outcome:
    """Help is offered in words first; it is passed on only after a yes."""
    helper = one.roster.partnership.helper_name
    if one.argument("value") != "yes":
        choices = [
            {"verb": "help", "value": "yes", "label": f"Yes, ask {helper}"[:70]},
            {"verb": "help", "value": "no", "label": "No, leave it"},
        ]
        if one.argument("value") == "no":
            return await one.say("help_kept", {}, subject=one.subject)
        return await one.say(
            "help_offer", {"helper": helper, "buttons": choices}, subject=one.subject, lasts=True
        )
    return await _pass_on(one, helper)


async def _pass_on(one: Answering, helper: str) -> Outcome:
    """Pass the call for help on to who helps; it is about one of the leader's own steps, or about nothing."""
    one = await _what_about(one)
    await help_log.ask(
        one.turn,
        one.roster,
        about=HelpAbout.PERSON,
        subject=one.subject,
        organisation_id=one.leader.organisation_id,
        leader=one.leader,
    )
    return await one.say("help_asked", {"helper": helper}, subject=one.subject, lasts=True)


async def _what_about(one: Answering) -> Answering:
    """The same reply about one of the leader's own steps; about nothing where it was not."""
    if not one.subject:
        return one
    try:
        return (await one.nudge())[0]
    except NotFound:
        return one.about("")


async def my_data(one: Answering) -> Outcome:
    """Everything that is held about this person."""
    lines: list[str] = []
    for leader in one.leaders:
        lines += await held_about(one.turn.tx, leader)
    return await one.say("my_data", {"lines": lines})
