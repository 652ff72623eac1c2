"""Answers to a nudge: plan, done, partly, not yet, not now, another day, undo, share, how and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from nudges.answers.pairing.pair_times import ask_for_slots
from nudges.answers.pairing.pair_view import show_to_pair
from nudges.answers.pairing.pairs import forget_meeting, remember_meeting
from nudges.errors import IllegalTransition, InvalidInput
from nudges.model import cadence, calendar
from nudges.model import nudge as life
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.nudge import Nudge, NudgeState, Plan
from nudges.model.pair import Pair
from nudges.model.people import Leader
from nudges.model.placeholders import fill
from nudges.model.plain_words import day_words, when_words
from nudges.model.privacy import screen
from nudges.model.timers import TimerKind
from nudges.rules.listening.blame import NO_BLAME, blames_somebody
from nudges.rules.support.support_ladder import back_at_the_start
from nudges.unit_of_work.nudge_cards import Facts, buttons
from nudges.unit_of_work.reply_context import Answering
from nudges.use_cases.listening.library import ARTEFACT, put_line, take_line_back
from nudges.use_cases.listening.things_heard import names_here
from nudges.use_cases.pairing.watch_pairs import leave_pair, solo_swap
from nudges.use_cases.support.check_back import check_later

SUGGESTED_AT = (time(9, 30), time(13, 0), time(16, 0))
PLACE_MAX = 80
LATER = timedelta(days=2)


def log(one: Answering, nudge: Nudge, kind: EventKind, data: Mapping[str, Any] | None = None) -> None:
    """Remember an answer: whoever answers is not silent any more, and what was done ends every miss."""
    leader = one.leader
    one.turn.log(
        kind,
        partnership_id=leader.partnership_id,
        subject=nudge.id,
        leader=leader,
        run_id=nudge.run_id,
        data={"action": nudge.action_id, **(data or {})},
    )
    leader = one.turn.known(Leader, leader.id) or leader
    if kind in (EventKind.DONE, EventKind.PARTLY):
        one.turn.keep(back_at_the_start(leader))
    elif leader.silent or leader.backed_off_until:
        one.turn.keep(replace(leader, silent=0, backed_off_until=None))


def suggested_slots(one: Answering, *, after: datetime, most: int) -> list[datetime]:
    """Up to `most` instants in the leader's own hours, each on another own working day."""
    found: list[datetime] = []
    earliest, latest = calendar.hours_of(one.leader, one.turn.book.rules)
    walls = [wall for wall in SUGGESTED_AT if earliest <= wall < latest] or [earliest]
    holidays = one.turn.holidays_of(one.leader)
    day: date | None = calendar.local(after, one.leader.zone).date()
    while day is not None and len(found) < most:
        day = calendar.working_days_after(one.leader, day, 1, holidays)
        if day is not None:
            wall = walls[len(found) % len(walls)]
            found.append(calendar.instant_of(day, wall, one.leader.zone))
    return found


async def plan(one: Answering) -> Outcome:
    """I'll do it: ask for day, time and place; where a pair is needed, the two find a time."""
    one, nudge = await one.nudge()
    pair = await one.pair_of(nudge)
    if nudge.state in (NudgeState.DONE, NudgeState.SWAPPED, NudgeState.WITHDRAWN):
        raise IllegalTransition(f"This step is {nudge.state} already, so there is nothing to plan.")
    if pair is not None and pair.ended_at is not None:
        return await say_solo(one, nudge, pair)
    if pair is not None and pair.met_at is None:
        return await ask_for_slots(one, nudge, pair)
    rules = one.turn.book.rules.plan_prompt
    slots = [
        {"value": slot.isoformat(), "label": when_words(slot, one.leader.zone)}
        for slot in suggested_slots(one, after=one.turn.at, most=rules.offer_slots)
    ]
    return Outcome(
        form=one.renderer.form("plan", {"slots": slots}, subject=nudge.id, locale=one.leader.locale)
    )


async def say_solo(one: Answering, nudge: Nudge, pair: Pair) -> Outcome:
    """The other one cannot meet any more: the week's solo swap, if there is one."""
    solo = solo_swap(one.turn, nudge)
    names = one.roster.names(pair.others(one.leader.id))
    choices: list[dict[str, str]] = [{"verb": "swap_submit", "value": solo.id}] if solo else []
    facts = {
        "peer": names[0] if names else "Your partner",
        "title": solo.title if solo else "",
        "buttons": [*choices, {"verb": "not_now"}],
    }
    return await one.say("pair_solo", facts, subject=nudge.id)


async def plan_submit(one: Answering) -> Outcome:
    """The plan form came back: a day and a time are the price of a yes."""
    one, nudge = await one.nudge()
    chosen = _chosen_instant(one)
    if isinstance(chosen, Outcome):
        return chosen
    place = screen(one.argument("place"), one.turn.book.rules).text[:PLACE_MAX]
    return await _planned(one, nudge, Plan(at=chosen, place=place))


def _chosen_instant(one: Answering) -> datetime | Outcome:
    """The slot that was picked, or the day and time that were typed; an outcome with errors otherwise."""
    slot = one.argument("slot") or one.argument("value")
    day, clock = one.argument("other_day"), one.argument("other_time")
    try:
        if day or clock:
            if not (day and clock):
                missing = "other_time" if day else "other_day"
                return Outcome(errors={missing: "A plan needs a day and a time. Please give both."})
            chosen = calendar.instant_of(date.fromisoformat(day), time.fromisoformat(clock), one.leader.zone)
        elif slot:
            chosen = datetime.fromisoformat(slot)
            chosen = chosen.astimezone(UTC) if chosen.tzinfo else chosen
        else:
            return Outcome(errors={"slot": "Pick a time, or give a day and a time of your own."})
    except (ValueError, OverflowError):
        return Outcome(errors={"other_day": "I cannot read that day or time. Use the pickers, please."})
    if chosen.tzinfo is None or chosen <= one.turn.at:
        return Outcome(errors={"other_day" if day else "slot": "That time has passed. Pick a later one."})
    if chosen - one.turn.at > timedelta(days=one.turn.book.rules.partner_step.due_within_days):
        return Outcome(errors={"other_day": "That is a long way off. Pick a day within three months."})
    return chosen


async def plan_slot(one: Answering) -> Outcome:
    """One tap on a time."""
    one, nudge = await one.nudge()
    chosen = _chosen_instant(one)
    if isinstance(chosen, Outcome):
        raise InvalidInput(" ".join(chosen.errors.values()))
    return await _planned(one, nudge, Plan(at=chosen))


async def _planned(one: Answering, nudge: Nudge, made: Plan) -> Outcome:
    planned = set_plan(one, nudge, made)
    pair = await one.pair_of(nudge)
    return await one.show_card(planned, pair)


def set_plan(one: Answering, nudge: Nudge, made: Plan, *, is_theirs: bool = True) -> Nudge:
    """Remember a plan and when to ask whether it happened.

    `is_theirs` is false where somebody else fixed the time: then this is no reply of the leader.
    """
    turn, leader = one.turn, one.leader
    planned = life.plan(nudge, plan=made, at=turn.at)
    if is_theirs:
        log(one, planned, EventKind.PLANNED)
    else:
        planned = replace(planned, replied_at=nudge.replied_at)
    turn.keep(planned)
    due_at = cadence.did_it_happen_instant(
        leader,
        planned_at=made.at,
        holidays=turn.holidays_of(leader),
        rules=turn.book.rules,
        minutes=turn.book.action(nudge.action_id).minutes,
    )
    turn.wake(TimerKind.FOLLOW_UP, nudge.id, due_at, partnership_id=leader.partnership_id)
    return planned


async def done(one: Answering) -> Outcome:
    """Done: one tap. A second tap changes nothing."""
    one, nudge = await one.nudge()
    finished = life.complete(nudge, at=one.turn.at)
    pair = await one.pair_of(nudge)
    if finished is nudge:
        return await one.show_card(nudge, pair)
    log(one, finished, EventKind.DONE)
    one.turn.sleep(TimerKind.FOLLOW_UP, nudge.id)
    check_later(one.turn, one.leader, finished)
    if pair is not None:
        pair = await remember_meeting(one, pair)
        await show_to_pair(one, pair, is_done=True)
    return await one.show_card(finished, pair)


async def partly(one: Answering) -> Outcome:
    """Some of it: a reply like any other."""
    one, nudge = await one.nudge()
    changed = life.do_partly(nudge, at=one.turn.at)
    if changed is not nudge:
        log(one, changed, EventKind.PARTLY)
        one.turn.sleep(TimerKind.FOLLOW_UP, nudge.id)
    return await one.show_card(changed, await one.pair_of(nudge))


async def not_yet(one: Answering) -> Outcome:
    """It has not happened; a new day is one tap away."""
    one, nudge = await one.nudge()
    changed = life.say_not_yet(nudge, at=one.turn.at)
    if changed is not nudge:
        log(one, changed, EventKind.NOT_YET)
        one.turn.sleep(TimerKind.FOLLOW_UP, nudge.id)
    return await one.show_card(changed, await one.pair_of(nudge))


async def not_now(one: Answering) -> Outcome:
    """Not now: close it, or move it with one more tap on a day."""
    one, nudge = await one.nudge()
    changed = life.decline(nudge, at=one.turn.at)
    if changed is not nudge:
        log(one, changed, EventKind.NOT_NOW)
        one.turn.sleep(TimerKind.FOLLOW_UP, nudge.id)
        await _leave(one, nudge)
    return await one.show_card(changed, None, first=_days_to_come(one, most=2))


def _days_to_come(one: Answering, *, most: int) -> list[Facts]:
    """Buttons with own working days to which a step may be moved."""
    latest = one.turn.at + timedelta(days=one.turn.book.rules.cadence.snooze_within_days)
    return [
        {"verb": "snooze", "value": day.isoformat(), "label": day_words(day)}
        for slot in suggested_slots(one, after=one.turn.at + LATER, most=most)
        if (day := calendar.local(slot, one.leader.zone).date())
        <= calendar.local(latest, one.leader.zone).date()
    ]


async def _leave(one: Answering, nudge: Nudge) -> None:
    pair = await one.pair_of(nudge)
    if pair is not None:
        await leave_pair(one.turn, one.roster, pair, one.leader)


async def snooze(one: Answering) -> Outcome:
    """Another day, within two weeks: the nudge comes back then."""
    one, nudge = await one.nudge()
    turn, leader, rules = one.turn, one.leader, one.turn.book.rules
    day, today = one.day("value"), calendar.local(turn.at, leader.zone).date()
    if not one.argument("value"):
        return await one.say("snooze_ask", {"buttons": _days_to_come(one, most=3)}, subject=nudge.id)
    if day is None:
        raise InvalidInput("I cannot read that day. Say, for example, “snooze until Friday”.")
    latest = today + timedelta(days=rules.cadence.snooze_within_days)
    too_far = f"I can move it by up to {rules.cadence.snooze_within_days} days. Pick a nearer day."
    if not today < day <= latest:
        raise InvalidInput(too_far)
    wall = rules.cadence.send_time_reminder
    until = calendar.next_sending_instant(
        leader,
        after=calendar.instant_of(day, wall, leader.zone),
        holidays=turn.holidays_of(leader),
        rules=rules,
        at_wall=wall,
    )
    if until is None:
        raise InvalidInput("You are away then. Pick another day.")
    if calendar.local(until, leader.zone).date() > latest:
        raise InvalidInput(too_far)
    moved = life.snooze(nudge, until=until, at=turn.at)
    log(one, moved, EventKind.SNOOZED)
    turn.wake(TimerKind.FOLLOW_UP, nudge.id, until, partnership_id=leader.partnership_id)
    return await one.show_card(moved, await one.pair_of(nudge))


async def let_go(one: Answering) -> Outcome:
    """Let an earlier action go; nothing is asked about it again."""
    return await not_now(one)


async def undo(one: Answering) -> Outcome:
    """Take the last answer back."""
    one, nudge = await one.nudge()
    turn = one.turn
    if nudge.state is NudgeState.SWAPPED:
        await _withdraw_swap(one, nudge)
    pair = await one.pair_of(nudge)
    back = life.undo(nudge)
    log(one, back, EventKind.DONE_UNDONE if nudge.state is NudgeState.DONE else EventKind.UNDONE)
    if nudge.state is NudgeState.DONE and pair is not None:
        pair = forget_meeting(one, pair)
        await show_to_pair(one, pair, is_done=False)
    if nudge.shared_line is not None:
        back = replace(back, shared_line=None)
        if turn.book.action(nudge.action_id).visibility == ARTEFACT:
            await take_line_back(turn, one.leader, nudge)
    if back.plan is not None and back.state is NudgeState.PLANNED:
        due_at = cadence.did_it_happen_instant(
            one.leader,
            planned_at=max(back.plan.at, turn.at),
            holidays=turn.holidays_of(one.leader),
            rules=turn.book.rules,
        )
        turn.wake(TimerKind.FOLLOW_UP, back.id, due_at, partnership_id=one.leader.partnership_id)
    return await one.show_card(back, pair)


async def _withdraw_swap(one: Answering, nudge: Nudge) -> None:
    since = nudge.week_on
    for other in await one.turn.tx.commitments.unchecked_nudges([one.leader.id], since=since):
        if other.swapped_from == nudge.id:
            if other.state is not NudgeState.OFFERED:
                raise IllegalTransition(
                    "You have already answered the step you swapped to, so both stay as they are."
                )
            gone = life.withdraw(other, at=one.turn.at)
            one.turn.sleep(TimerKind.FOLLOW_UP, gone.id)
            await one.redraw_card(gone, None)
            pair = await one.pair_of(other)
            if pair is not None:
                await leave_pair(one.turn, one.roster, pair, one.leader)


async def share(one: Answering) -> Outcome:
    """Ask for one line that may be shown in the channel."""
    one, nudge = await one.nudge()
    return Outcome(form=one.renderer.form("share", {}, subject=nudge.id, locale=one.leader.locale))


async def share_submit(one: Answering) -> Outcome:
    """A line to share: screened, then kept with the nudge until it is withdrawn."""
    one, nudge = await one.nudge()
    screened = screen(one.argument("line"), one.turn.book.rules)
    if not screened.text:
        return Outcome(errors={"line": "Write one line, or close this."})
    if nudge.state is not NudgeState.DONE:
        raise IllegalTransition("A line can be shared once the step is done.")
    if blames_somebody(screened.text, names_here(one.roster)):
        return Outcome(errors={"line": NO_BLAME})
    shared = replace(nudge, shared_line=screened.text)
    log(one, shared, EventKind.SHARED)
    is_artefact = one.turn.book.action(nudge.action_id).visibility == ARTEFACT
    how = "without your name" if is_artefact else "with your name"
    notes = [f"I'll offer your line for a Friday post, {how}."]
    if is_artefact:
        await put_line(one.turn, one.roster, one.leader, nudge, screened.text)
        notes.append("It is in the library too, where everybody here can copy it: say “library”.")
    note = " ".join([*notes, *screened.warnings])
    return await one.show_card(shared, await one.pair_of(nudge), note=note)


async def how(one: Answering) -> Outcome:
    """A little help with doing it."""
    one, nudge = await one.nudge()
    scene = one.scene(await one.pair_of(nudge))
    action, title, _ = scene.filled(nudge)
    words = scene.words(nudge)
    facts = {
        "title": title,
        "cue": fill(action.cue, words),
        "smaller_step": fill(action.smaller_step, words),
        "buttons": [] if action.needs_peer else buttons("pass_on"),
    }
    return await one.say("how", facts, subject=nudge.id)


async def why(one: Answering) -> Outcome:
    """Why this is asked, and where the idea comes from."""
    one, nudge = await one.nudge()
    scene = one.scene(await one.pair_of(nudge))
    action, title, _ = scene.filled(nudge)
    facts = {"title": title, "why": fill(action.why, scene.words(nudge)), "source": action.source_title}
    return await one.say("why", facts)
