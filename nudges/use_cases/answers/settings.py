"""Taking part and how: yes, not now, stop, start, a pause, who sees what, the pace, help, my data."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from nudges import access
from nudges.errors import InvalidInput, NotFound
from nudges.rules import cadence, calendar, choosing
from nudges.rules import nudge as life
from nudges.rules.message import MessageKind
from nudges.rules.nudge import Nudge, Promise, PromiseState
from nudges.rules.people import CampaignRun, Days, Leader, Pace, Visibility
from nudges.rules.record import EventKind, Outcome, TimerKind
from nudges.rules.wording import day_words
from nudges.use_cases.answers import promises
from nudges.use_cases.answers.answering import Answering
from nudges.use_cases.ask_promise import asked_at
from nudges.use_cases.ask_pulse import ask_after_yes
from nudges.use_cases.cards import buttons, first_step_facts
from nudges.use_cases.my_data import held_about
from nudges.use_cases.offering import look_again, new_nudge, record_offer
from nudges.use_cases.refresh_board import refresh_board
from nudges.use_cases.roster import week_of_run
from nudges.use_cases.table import read_table
from nudges.use_cases.watch_pairs import leave_pair
from nudges.use_cases.welcome import WELCOMES_MAX, lead_name


async def yes(one: Answering) -> Outcome:
    """Yes to the welcome: recorded once, and followed at once by a five-minute first step."""
    leader = one.leader
    if leader.is_in:
        return await one.say("started", {}, subject=leader.id, lasts=True)
    if leader.opted_in_at is not None:
        return await start(one)
    joined = replace(leader, opted_in_at=one.turn.at, stopped_at=None)
    one.turn.log(EventKind.OPTED_IN, partnership_id=leader.partnership_id, leader=joined)
    one.turn.sleep(TimerKind.WELCOME, leader.id)
    joined = await _first_step(one, joined)
    one.turn.keep(joined)
    look_again(one.turn, one.roster, joined)
    ask_after_yes(one.turn, one.roster, joined)
    facts = {
        "lead": lead_name(one.roster, to=leader),
        "partnership": one.roster.partnership.name,
        "buttons": [],
    }
    await one.redraw(leader.id, "welcome", facts)
    return Outcome()


async def _first_step(one: Answering, leader: Leader) -> Leader:
    """Offer the five-minute step; where nothing may be offered now, the first nudge comes on its day."""
    turn = one.turn
    today = calendar.local(turn.at, leader.zone).date()
    week_on = calendar.monday_of(today)
    organisation = one.roster.organisations[leader.organisation_id]
    run = next(iter(one.roster.live_runs(leader)), None)
    if run is None or not organisation.is_ready or run.starts_on > week_on or _is_paused(today, run):
        await one.say("started", {}, subject=leader.id, lasts=True)
        return leader
    table = await read_table(turn, leader.partnership_id, [leader.id])
    history = table.histories[leader.id]
    found = week_of_run(run, week_on, turn.book)
    week = found[1] if found else None
    action = choosing.first_step(
        week, leader, history, week_on=week_on, catalogue=turn.book.catalogue, rules=turn.book.rules
    )
    known = [*history, *table.elsewhere.get(leader.id, ())]
    if action is None or any(nudge.week_on == week_on for nudge in known):
        await one.say("started", {}, subject=leader.id, lasts=True)
        return leader
    others = [
        other
        for name in (week.offer if week else ())
        if (other := turn.book.catalogue.find(name)) and other != action and not other.needs_peer
    ]
    nudge = new_nudge(turn, leader, run, week, action, others, history, week_on=week_on)
    nudge = replace(nudge, is_first_step=True)
    joined = replace(one, leader=leader)
    await turn.tell(
        leader,
        MessageKind.ANSWER,
        "first_step",
        occurrence=nudge.id,
        facts=first_step_facts(joined.scene(), nudge),
        subject=nudge.id,
        action_id=nudge.action_id,
    )
    record_offer(turn, one.roster, leader, nudge, None)
    return replace(leader, last_offer_on=week_on)


def _is_paused(day: date, run: CampaignRun) -> bool:
    return any(day in pause for pause in run.pauses)


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
    facts = {"buttons": buttons("yes", "what_is_held")}
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
    for leader in one.leaders:
        await _stop(await one.as_leader(leader))
    facts = {"buttons": buttons("start")}
    return await one.say("stopped", facts, subject=one.leader.id, lasts=True)


async def _stop(one: Answering) -> None:
    leader, turn = one.leader, one.turn
    if leader.stopped_at is None:
        turn.log(EventKind.STOPPED, partnership_id=leader.partnership_id, leader=leader)
    turn.keep(replace(leader, stopped_at=leader.stopped_at or turn.at))
    for kind in (TimerKind.OFFER, TimerKind.WELCOME, TimerKind.RESTART):
        turn.sleep(kind, leader.id)
    await turn.tx.deliveries.cancel(leader.id, at=turn.at, keep=[MessageKind.ANSWER])
    for nudge in await _open_nudges(one):
        turn.keep(life.withdraw(nudge, at=turn.at))
        turn.sleep(TimerKind.FOLLOW_UP, nudge.id)
        pair = await one.pair_of(nudge)
        if pair is not None:
            await leave_pair(turn, one.roster, pair, leader)
    for promise in await _open_promises(one):
        turn.sleep(TimerKind.PROMISE, promise.id)
    await refresh_board(turn, one.roster)


async def _open_promises(one: Answering) -> list[Promise]:
    found = await one.turn.tx.commitments.unchecked_promises(one.leader.partnership_id)
    return [each for each in found if each.leader_id == one.leader.id and each.state is PromiseState.OPEN]


async def _open_nudges(one: Answering) -> list[Nudge]:
    since = calendar.week_of(one.turn.at, one.leader.zone) - timedelta(weeks=26)
    found = await one.turn.tx.commitments.unchecked_nudges([one.leader.id], since=since)
    return [nudge for nudge in found if nudge.is_open]


async def start(one: Answering) -> Outcome:
    """Come back, or begin; what was counted before does not count any more."""
    if one.leader.opted_in_at is None:
        return await yes(one)
    for leader in one.leaders:
        if leader.opted_in_at is not None:
            await _start(await one.as_leader(leader))
    return await one.say("started", {}, subject=one.leader.id, lasts=True)


async def _start(one: Answering) -> None:
    """One partnership of a person who comes back. The one friendly restart is not sent twice."""
    leader, turn = one.leader, one.turn
    fresh = replace(leader, stopped_at=None, paused=None, silent=0, missed=0, backed_off_until=None)
    if fresh != leader:
        turn.log(
            EventKind.OPTED_IN, partnership_id=leader.partnership_id, leader=leader, data={"again": True}
        )
    turn.keep(fresh)
    look_again(turn, one.roster, fresh, this_week=True)
    for promise in await _open_promises(one):
        if promise.asked_at is None:
            due_at = asked_at(turn, fresh, due_on=promise.due_on)
            turn.wake(TimerKind.PROMISE, promise.id, due_at, partnership_id=fresh.partnership_id)
    await refresh_board(turn, one.roster)


async def pause_until(one: Answering) -> Outcome:
    """Be quiet until a day: leave, pressure or anything else; no question is asked."""
    if not one.argument("until"):
        return Outcome(form=one.renderer.form("pause", {}, subject="", locale=one.leader.locale))
    today = calendar.local(one.turn.at, one.leader.zone).date()
    until = one.day("until")
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
    for nudge in await _open_nudges(one):
        pair = await one.pair_of(nudge)
        if pair is not None and (pair.agreed_at is None or _falls_into(pair.agreed_at, days, paused)):
            await leave_pair(turn, one.roster, pair, paused)


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
    """Tell the named helper, or the programme leads where nobody reaches the helper; once a day is enough."""
    turn = one.turn
    one, title = await _what_about(one)
    leader = one.leader
    day = calendar.local(turn.at, leader.zone).date()
    asked = await turn.tx.records.events(
        leader.partnership_id,
        after=calendar.instant_of(day, time(0), leader.zone),
        kinds=[EventKind.HELP_ASKED],
        leader_id=leader.id,
    )
    if not any(event.subject == one.subject for event in asked):
        turn.log(
            EventKind.HELP_ASKED, partnership_id=leader.partnership_id, subject=one.subject, leader=leader
        )
        organisation = one.roster.organisations[leader.organisation_id].name
        for found in one.roster.helpers():
            await turn.tell(
                found,
                MessageKind.LEAD,
                "help_for_helper",
                occurrence=f"{leader.id}:{one.subject}:{day.isoformat()}",
                facts={"leader": leader.name, "organisation": organisation, "title": title},
                subject=leader.id,
            )
    return await one.say("help_asked", {"helper": helper}, subject=one.subject, lasts=True)


async def _what_about(one: Answering) -> tuple[Answering, str]:
    """What help is wanted with: one of the leader's own steps, else something they will tell."""
    unsaid = "something they will tell you about"
    if not one.subject:
        return one, unsaid
    try:
        own, nudge = await one.nudge()
    except NotFound:
        return one.about(""), unsaid
    return own, own.scene(await own.pair_of(nudge)).filled(nudge)[1]


async def my_data(one: Answering) -> Outcome:
    """Everything that is held about this person."""
    lines: list[str] = []
    for leader in one.leaders:
        lines += await held_about(one.turn.tx, leader)
    return await one.say("my_data", {"lines": lines})
