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
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.listening.library import ARTEFACT, put_line, take_line_back
from nudges.use_cases.listening.things_heard import names_here
from nudges.use_cases.pairing.watch_pairs import leave_pair, solo_swap
from nudges.use_cases.support.check_back import check_later

SUGGESTED_AT = (time(9, 30), time(13, 0), time(16, 0))
PLACE_MAX = 80
LATER = timedelta(days=2)


def log(reply: ReplyContext, nudge: Nudge, kind: EventKind, data: Mapping[str, Any] | None = None) -> None:
    """Remember an answer: whoever answers is not silent any more, and what was done ends every miss."""
    leader = reply.leader
    reply.work.log(
        kind,
        partnership_id=leader.partnership_id,
        subject=nudge.id,
        leader=leader,
        run_id=nudge.run_id,
        data={"action": nudge.action_id, **(data or {})},
    )
    leader = reply.work.known(Leader, leader.id) or leader
    if kind in (EventKind.DONE, EventKind.PARTLY):
        reply.work.keep(back_at_the_start(leader))
    elif leader.silent or leader.backed_off_until:
        reply.work.keep(replace(leader, silent=0, backed_off_until=None))


def suggested_slots(reply: ReplyContext, *, after: datetime, most: int) -> list[datetime]:
    """Up to `most` instants in the leader's own hours, each on another own working day."""
    found: list[datetime] = []
    earliest, latest = calendar.hours_of(reply.leader, reply.work.book.rules)
    walls = [wall for wall in SUGGESTED_AT if earliest <= wall < latest] or [earliest]
    holidays = reply.work.holidays_of(reply.leader)
    day: date | None = calendar.local(after, reply.leader.zone).date()
    while day is not None and len(found) < most:
        day = calendar.working_days_after(reply.leader, day, 1, holidays)
        if day is not None:
            wall = walls[len(found) % len(walls)]
            found.append(calendar.instant_of(day, wall, reply.leader.zone))
    return found


async def plan(reply: ReplyContext) -> Outcome:
    """I'll do it: ask for day, time and place; where a pair is needed, the two find a time."""
    reply, nudge = await reply.nudge()
    pair = await reply.pair_of(nudge)
    if nudge.state in (NudgeState.DONE, NudgeState.SWAPPED, NudgeState.WITHDRAWN):
        raise IllegalTransition(f"This step is {nudge.state} already, so there is nothing to plan.")
    if pair is not None and pair.ended_at is not None:
        return await say_solo(reply, nudge, pair)
    if pair is not None and pair.met_at is None:
        return await ask_for_slots(reply, nudge, pair)
    rules = reply.work.book.rules.plan_prompt
    slots = [
        {"value": slot.isoformat(), "label": when_words(slot, reply.leader.zone)}
        for slot in suggested_slots(reply, after=reply.work.at, most=rules.offer_slots)
    ]
    return Outcome(
        form=reply.renderer.form("plan", {"slots": slots}, subject=nudge.id, locale=reply.leader.locale)
    )


async def say_solo(reply: ReplyContext, nudge: Nudge, pair: Pair) -> Outcome:
    """The other one cannot meet any more: the week's solo swap, if there is one."""
    solo = solo_swap(reply.work, nudge)
    names = reply.roster.names(pair.others(reply.leader.id))
    choices: list[dict[str, str]] = [{"verb": "swap_submit", "value": solo.id}] if solo else []
    facts = {
        "peer": names[0] if names else "Your partner",
        "title": solo.title if solo else "",
        "buttons": [*choices, {"verb": "not_now"}],
    }
    return await reply.say("pair_solo", facts, subject=nudge.id)


async def plan_submit(reply: ReplyContext) -> Outcome:
    """The plan form came back: a day and a time are the price of a yes."""
    reply, nudge = await reply.nudge()
    chosen = _chosen_instant(reply)
    if isinstance(chosen, Outcome):
        return chosen
    place = screen(reply.argument("place"), reply.work.book.rules).text[:PLACE_MAX]
    return await _planned(reply, nudge, Plan(at=chosen, place=place))


def _chosen_instant(reply: ReplyContext) -> datetime | Outcome:
    """The slot that was picked, or the day and time that were typed; an outcome with errors otherwise."""
    slot = reply.argument("slot") or reply.argument("value")
    day, clock = reply.argument("other_day"), reply.argument("other_time")
    try:
        if day or clock:
            if not (day and clock):
                missing = "other_time" if day else "other_day"
                return Outcome(errors={missing: "A plan needs a day and a time. Please give both."})
            chosen = calendar.instant_of(
                date.fromisoformat(day), time.fromisoformat(clock), reply.leader.zone
            )
        elif slot:
            chosen = datetime.fromisoformat(slot)
            chosen = chosen.astimezone(UTC) if chosen.tzinfo else chosen
        else:
            return Outcome(errors={"slot": "Pick a time, or give a day and a time of your own."})
    except (ValueError, OverflowError):
        return Outcome(errors={"other_day": "I cannot read that day or time. Use the pickers, please."})
    if chosen.tzinfo is None or chosen <= reply.work.at:
        return Outcome(errors={"other_day" if day else "slot": "That time has passed. Pick a later one."})
    if chosen - reply.work.at > timedelta(days=reply.work.book.rules.partner_step.due_within_days):
        return Outcome(errors={"other_day": "That is a long way off. Pick a day within three months."})
    return chosen


async def plan_slot(reply: ReplyContext) -> Outcome:
    """One tap on a time."""
    reply, nudge = await reply.nudge()
    chosen = _chosen_instant(reply)
    if isinstance(chosen, Outcome):
        raise InvalidInput(" ".join(chosen.errors.values()))
    return await _planned(reply, nudge, Plan(at=chosen))


async def _planned(reply: ReplyContext, nudge: Nudge, made: Plan) -> Outcome:
    planned = set_plan(reply, nudge, made)
    pair = await reply.pair_of(nudge)
    return await reply.show_card(planned, pair)


def set_plan(reply: ReplyContext, nudge: Nudge, made: Plan, *, is_theirs: bool = True) -> Nudge:
    """Remember a plan and when to ask whether it happened.

    `is_theirs` is false where somebody else fixed the time: then this is no reply of the leader.
    """
    work, leader = reply.work, reply.leader
    planned = life.plan(nudge, plan=made, at=work.at)
    if is_theirs:
        log(reply, planned, EventKind.PLANNED)
    else:
        planned = replace(planned, replied_at=nudge.replied_at)
    work.keep(planned)
    due_at = cadence.did_it_happen_instant(
        leader,
        planned_at=made.at,
        holidays=work.holidays_of(leader),
        rules=work.book.rules,
        minutes=work.book.action(nudge.action_id).minutes,
    )
    work.set_timer(TimerKind.FOLLOW_UP, nudge.id, due_at, partnership_id=leader.partnership_id)
    return planned


async def done(reply: ReplyContext) -> Outcome:
    """Done: one tap. A second tap changes nothing."""
    reply, nudge = await reply.nudge()
    finished = life.complete(nudge, at=reply.work.at)
    pair = await reply.pair_of(nudge)
    if finished is nudge:
        return await reply.show_card(nudge, pair)
    log(reply, finished, EventKind.DONE)
    reply.work.cancel_timer(TimerKind.FOLLOW_UP, nudge.id)
    check_later(reply.work, reply.leader, finished)
    if pair is not None:
        pair = await remember_meeting(reply, pair)
        await show_to_pair(reply, pair, is_done=True)
    return await reply.show_card(finished, pair)


async def partly(reply: ReplyContext) -> Outcome:
    """Some of it: a reply like any other."""
    reply, nudge = await reply.nudge()
    changed = life.do_partly(nudge, at=reply.work.at)
    if changed is not nudge:
        log(reply, changed, EventKind.PARTLY)
        reply.work.cancel_timer(TimerKind.FOLLOW_UP, nudge.id)
    return await reply.show_card(changed, await reply.pair_of(nudge))


async def not_yet(reply: ReplyContext) -> Outcome:
    """It has not happened; a new day is one tap away."""
    reply, nudge = await reply.nudge()
    changed = life.say_not_yet(nudge, at=reply.work.at)
    if changed is not nudge:
        log(reply, changed, EventKind.NOT_YET)
        reply.work.cancel_timer(TimerKind.FOLLOW_UP, nudge.id)
    return await reply.show_card(changed, await reply.pair_of(nudge))


async def not_now(reply: ReplyContext) -> Outcome:
    """Not now: close it, or move it with one more tap on a day."""
    reply, nudge = await reply.nudge()
    changed = life.decline(nudge, at=reply.work.at)
    if changed is not nudge:
        log(reply, changed, EventKind.NOT_NOW)
        reply.work.cancel_timer(TimerKind.FOLLOW_UP, nudge.id)
        await _leave(reply, nudge)
    return await reply.show_card(changed, None, first=_days_to_come(reply, most=2))


def _days_to_come(reply: ReplyContext, *, most: int) -> list[Facts]:
    """Buttons with own working days to which a step may be moved."""
    latest = reply.work.at + timedelta(days=reply.work.book.rules.cadence.snooze_within_days)
    return [
        {"verb": "snooze", "value": day.isoformat(), "label": day_words(day)}
        for slot in suggested_slots(reply, after=reply.work.at + LATER, most=most)
        if (day := calendar.local(slot, reply.leader.zone).date())
        <= calendar.local(latest, reply.leader.zone).date()
    ]


async def _leave(reply: ReplyContext, nudge: Nudge) -> None:
    pair = await reply.pair_of(nudge)
    if pair is not None:
        await leave_pair(reply.work, reply.roster, pair, reply.leader)


async def snooze(reply: ReplyContext) -> Outcome:
    """Another day, within two weeks: the nudge comes back then."""
    reply, nudge = await reply.nudge()
    work, leader, rules = reply.work, reply.leader, reply.work.book.rules
    day, today = reply.day("value"), calendar.local(work.at, leader.zone).date()
    if not reply.argument("value"):
        return await reply.say("snooze_ask", {"buttons": _days_to_come(reply, most=3)}, subject=nudge.id)
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
        holidays=work.holidays_of(leader),
        rules=rules,
        at_wall=wall,
    )
    if until is None:
        raise InvalidInput("You are away then. Pick another day.")
    if calendar.local(until, leader.zone).date() > latest:
        raise InvalidInput(too_far)
    moved = life.snooze(nudge, until=until, at=work.at)
    log(reply, moved, EventKind.SNOOZED)
    work.set_timer(TimerKind.FOLLOW_UP, nudge.id, until, partnership_id=leader.partnership_id)
    return await reply.show_card(moved, await reply.pair_of(nudge))


async def let_go(reply: ReplyContext) -> Outcome:
    """Let an earlier action go; nothing is asked about it again."""
    return await not_now(reply)


async def undo(reply: ReplyContext) -> Outcome:
    """Take the last answer back."""
    reply, nudge = await reply.nudge()
    work = reply.work
    if nudge.state is NudgeState.SWAPPED:
        await _withdraw_swap(reply, nudge)
    pair = await reply.pair_of(nudge)
    back = life.undo(nudge)
    log(reply, back, EventKind.DONE_UNDONE if nudge.state is NudgeState.DONE else EventKind.UNDONE)
    if nudge.state is NudgeState.DONE and pair is not None:
        pair = forget_meeting(reply, pair)
        await show_to_pair(reply, pair, is_done=False)
    if nudge.shared_line is not None:
        back = replace(back, shared_line=None)
        if work.book.action(nudge.action_id).visibility == ARTEFACT:
            await take_line_back(work, reply.leader, nudge)
    if back.plan is not None and back.state is NudgeState.PLANNED:
        due_at = cadence.did_it_happen_instant(
            reply.leader,
            planned_at=max(back.plan.at, work.at),
            holidays=work.holidays_of(reply.leader),
            rules=work.book.rules,
        )
        work.set_timer(TimerKind.FOLLOW_UP, back.id, due_at, partnership_id=reply.leader.partnership_id)
    return await reply.show_card(back, pair)


async def _withdraw_swap(reply: ReplyContext, nudge: Nudge) -> None:
    since = nudge.week_on
    for other in await reply.work.tx.commitments.unchecked_nudges([reply.leader.id], since=since):
        if other.swapped_from == nudge.id:
            if other.state is not NudgeState.OFFERED:
                raise IllegalTransition(
                    "You have already answered the step you swapped to, so both stay as they are."
                )
            gone = life.withdraw(other, at=reply.work.at)
            reply.work.cancel_timer(TimerKind.FOLLOW_UP, gone.id)
            await reply.redraw_card(gone, None)
            pair = await reply.pair_of(other)
            if pair is not None:
                await leave_pair(reply.work, reply.roster, pair, reply.leader)


async def share(reply: ReplyContext) -> Outcome:
    """Ask for one line that may be shown in the channel."""
    reply, nudge = await reply.nudge()
    return Outcome(form=reply.renderer.form("share", {}, subject=nudge.id, locale=reply.leader.locale))


async def share_submit(reply: ReplyContext) -> Outcome:
    """A line to share: screened, then kept with the nudge until it is withdrawn."""
    reply, nudge = await reply.nudge()
    screened = screen(reply.argument("line"), reply.work.book.rules)
    if not screened.text:
        return Outcome(errors={"line": "Write one line, or close this."})
    if nudge.state is not NudgeState.DONE:
        raise IllegalTransition("A line can be shared once the step is done.")
    if blames_somebody(screened.text, names_here(reply.roster)):
        return Outcome(errors={"line": NO_BLAME})
    shared = replace(nudge, shared_line=screened.text)
    log(reply, shared, EventKind.SHARED)
    is_artefact = reply.work.book.action(nudge.action_id).visibility == ARTEFACT
    how = "without your name" if is_artefact else "with your name"
    notes = [f"I'll offer your line for a Friday post, {how}."]
    if is_artefact:
        await put_line(reply.work, reply.roster, reply.leader, nudge, screened.text)
        notes.append("It is in the library too, where everybody here can copy it: say “library”.")
    note = " ".join([*notes, *screened.warnings])
    return await reply.show_card(shared, await reply.pair_of(nudge), note=note)


async def how(reply: ReplyContext) -> Outcome:
    """A little help with doing it."""
    reply, nudge = await reply.nudge()
    scene = reply.scene(await reply.pair_of(nudge))
    action, title, _ = scene.filled(nudge)
    words = scene.words(nudge)
    facts = {
        "title": title,
        "cue": fill(action.cue, words),
        "smaller_step": fill(action.smaller_step, words),
        "buttons": [] if action.needs_peer else buttons("pass_on"),
    }
    return await reply.say("how", facts, subject=nudge.id)


async def why(reply: ReplyContext) -> Outcome:
    """Why this is asked, and where the idea comes from."""
    reply, nudge = await reply.nudge()
    scene = reply.scene(await reply.pair_of(nudge))
    action, title, _ = scene.filled(nudge)
    facts = {"title": title, "why": fill(action.why, scene.words(nudge)), "source": action.source_title}
    return await reply.say("why", facts)
