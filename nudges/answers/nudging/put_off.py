"""Not now, another day, let it go: a step is closed, or comes back within two weeks."""

from __future__ import annotations

from datetime import timedelta

from nudges.errors import InvalidInput
from nudges.model import calendar, message_facts
from nudges.model import nudge as nudge_states
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.nudge import Nudge
from nudges.model.plain_words import day_words
from nudges.model.timers import TimerKind
from nudges.said import said
from nudges.unit_of_work.nudge_answers import log, suggested_slots
from nudges.unit_of_work.nudge_cards import Facts
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.pairing.watch_pairs import leave_pair


async def not_now(reply: ReplyContext) -> Outcome:
    """Not now: close it, or move it with one more tap on a day."""
    reply, nudge = await reply.nudge()
    changed = nudge_states.decline(nudge, at=reply.work.at)
    if changed is not nudge:
        log(reply, changed, EventKind.NOT_NOW)
        reply.work.cancel_timer(TimerKind.FOLLOW_UP, nudge.id)
        await _leave(reply, nudge)
    most = reply.work.book.rules.choice.later_days_offered
    return await reply.show_card(changed, None, first=_days_to_come(reply, most=most))


def _days_to_come(reply: ReplyContext, *, most: int) -> list[Facts]:
    """Buttons with own working days to which a step may be moved."""
    rules = reply.work.book.rules
    latest = reply.work.at + timedelta(days=rules.cadence.snooze_within_days)
    after = reply.work.at + timedelta(days=rules.choice.later_after_days)
    return [
        {"verb": "snooze", "value": day.isoformat(), "label": day_words(day)}
        for slot in suggested_slots(reply, after=after, most=most)
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
        row = _days_to_come(reply, most=rules.choice.snooze_days_offered)
        return await reply.say("snooze_ask", message_facts.SnoozeAsk(buttons=row), subject=nudge.id)
    if day is None:
        raise InvalidInput(said("nudging.unread_day"))
    latest = today + timedelta(days=rules.cadence.snooze_within_days)
    too_far = said("nudging.most_days_off", {"most": rules.cadence.snooze_within_days})
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
        raise InvalidInput(said("nudging.you_are_away"))
    if calendar.local(until, leader.zone).date() > latest:
        raise InvalidInput(too_far)
    moved = nudge_states.snooze(nudge, until=until, at=work.at)
    log(reply, moved, EventKind.SNOOZED)
    work.set_timer(TimerKind.FOLLOW_UP, nudge.id, until, partnership_id=leader.partnership_id)
    return await reply.show_card(moved, await reply.pair_of(nudge))


async def let_go(reply: ReplyContext) -> Outcome:
    """Let an earlier action go; nothing is asked about it again."""
    return await not_now(reply)
