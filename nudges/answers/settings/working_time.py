"""One's own time: a pause, leave, working days, and the hours of messages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from nudges.errors import InvalidInput
from nudges.model import calendar, message_facts
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.leave_days import away_value, away_words, joined, upcoming
from nudges.model.message import MessageKind
from nudges.model.nudge import Nudge
from nudges.model.pair import Pair
from nudges.model.people import Days, Leader
from nudges.model.plain_words import and_words, day_words, wall_words
from nudges.model.timers import TimerKind
from nudges.said import said
from nudges.unit_of_work.nudge_cards import Facts, buttons
from nudges.unit_of_work.nudge_dates import moved_out_of, without_plan
from nudges.unit_of_work.offers import set_offer_timer
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.joining.leave_programme import open_nudges, open_promises
from nudges.use_cases.nudging.ask_promise import asked_at
from nudges.use_cases.pairing.watch_pairs import leave_pair

DAY_NAMES = (
    said("words.monday"),
    said("words.tuesday"),
    said("words.wednesday"),
    said("words.thursday"),
    said("words.friday"),
)
A_DAY_AFTER = said("settings.a_day_after")


def today_of(reply: ReplyContext) -> date:
    """Today, where this person is."""
    return calendar.local(reply.work.at, reply.leader.zone).date()


async def pause_until(reply: ReplyContext) -> Outcome:
    """Be quiet until a day: pressure or anything else; no question is asked."""
    name = "value" if reply.argument("value") else "until"
    if not reply.argument(name):
        return Outcome(form=reply.renderer.form("pause", {}, subject="", locale=reply.leader.locale))
    today, until = today_of(reply), reply.day(name)
    if until is None or until <= today:
        if reply.command.via == "form":
            return Outcome(errors={"until": reply.in_words(A_DAY_AFTER)})
        raise InvalidInput(said("settings.pause_for_example", {"wrong": A_DAY_AFTER}))
    for leader in reply.leaders:
        own = await reply.as_leader(leader)
        days = Days(from_on=today, to_on=until)
        paused = replace(leader, paused=days)
        own.work.log(EventKind.PAUSED, partnership_id=leader.partnership_id, leader=paused)
        await _be_away(own, paused, days, note=own.in_words(said("settings.after_pause")))
    return await reply.say(
        "paused_for",
        message_facts.PausedFor(until=day_words(until), buttons=buttons("start")),
        lasts=True,
    )


async def away(reply: ReplyContext) -> Outcome:
    """Leave: with its first day back it is kept at once, else the days are asked for."""
    if reply.argument("until"):
        outcome = await away_submit(reply)
        if outcome.errors:
            wrong = " ".join(outcome.errors.values())
            raise InvalidInput(said("settings.away_for_example", {"wrong": wrong}))
        return outcome
    leave, most = upcoming(reply.leader.leave, on=today_of(reply)), reply.work.book.rules.quiet.leaves_max
    facts: Facts = {
        "from": reply.argument("from"),
        "kept": [
            {"value": away_value(days), "label": reply.in_words(away_words(days))} for days in leave[:most]
        ],
    }
    return Outcome(form=reply.renderer.form("leave", facts, subject="", locale=reply.leader.locale))


async def away_submit(reply: ReplyContext) -> Outcome:
    """Days of leave: kept beside others, nothing is sent or asked in them. Some may be taken back."""
    dropped = {value for value in reply.argument("drop").split(",") if value}
    if dropped and not reply.argument("from") and not reply.argument("until"):
        return await _drop(reply, dropped)
    today, first, back = today_of(reply), reply.day("from"), reply.day("until")
    if reply.argument("from") and first is None:
        return Outcome(errors={"from": reply.in_words(said("settings.a_day_within"))})
    start = max(first or today, today)
    if back is None or back <= start:
        return Outcome(errors={"until": reply.in_words(said("settings.day_back"))})
    days = Days(from_on=start, to_on=back)
    left = [known for known in reply.leader.leave if away_value(known) not in dropped]
    most = reply.work.book.rules.quiet.leaves_max
    if len(upcoming(joined(left, days), on=today)) > most:
        return Outcome(errors={"from": reply.in_words(said("settings.leave_most", {"most": most}))})
    if dropped:
        reply = await _without(reply, dropped)
    for leader in reply.leaders:
        own = await reply.as_leader(leader)
        gone = replace(leader, leave=joined(leader.leave, days))
        _log(own, gone, "leave")
        await _be_away(own, gone, days, note=own.in_words(said("settings.after_days_away")))
    drop = {"verb": "away_drop", "value": away_value(days)}
    facts = message_facts.AwaySaved(
        days=reply.in_words(away_words(days)), back=day_words(back), buttons=[drop]
    )
    return await reply.say("away_saved", facts, lasts=True)


async def away_drop(reply: ReplyContext) -> Outcome:
    """Take days of leave back."""
    return await _drop(reply, {reply.argument("value")})


async def _drop(reply: ReplyContext, values: set[str]) -> Outcome:
    reply = await _without(reply, values)
    return await reply.say("away_dropped")


async def _without(reply: ReplyContext, values: set[str]) -> ReplyContext:
    """The same reply after these days of leave were taken back; days that are not there change nothing."""
    kept: list[Leader] = []
    for leader in reply.leaders:
        own = await reply.as_leader(leader)
        here = replace(leader, leave=tuple(days for days in leader.leave if away_value(days) not in values))
        if here != leader:
            own.work.keep(here)
            _log(own, here, "leave")
            await _ask_again(own, here)
        kept.append(here)
    own_entry = next(leader for leader in kept if leader.id == reply.leader.id)
    return replace(reply, leaders=kept, leader=own_entry)


async def my_days(reply: ReplyContext) -> Outcome:
    """Ask for the working days, and between which times messages may come."""
    quiet, leader = reply.work.book.rules.quiet, reply.leader
    walls = _walls(quiet.ends, quiet.starts, step=timedelta(minutes=quiet.own_hours_step_minutes))
    least = timedelta(minutes=quiet.own_hours_min_minutes)
    earliest, latest = calendar.hours_of(leader, reply.work.book.rules)
    facts: Facts = {
        "days": [
            {"value": str(number), "label": reply.in_words(name)}
            for number, name in enumerate(DAY_NAMES, start=1)
        ],
        "own_days": [str(day) for day in sorted(leader.working_days) if day <= len(DAY_NAMES)],
        "earliest_times": [_time_choice(wall) for wall in walls if _apart(wall, quiet.starts) >= least],
        "earliest": f"{earliest:%H:%M}",
        "latest_times": [_time_choice(wall) for wall in walls if _apart(quiet.ends, wall) >= least],
        "latest": f"{latest:%H:%M}",
    }
    return Outcome(form=reply.renderer.form("my_days", facts, subject="", locale=leader.locale))


def _walls(first: time, last: time, *, step: timedelta) -> list[time]:
    """Every so often from the first to the last, both included."""
    times, wall = [], datetime.combine(date.min, first)
    while wall.time() < last:
        times.append(wall.time())
        wall += step
    return [*times, last]


def _apart(earlier: time, later: time) -> timedelta:
    return datetime.combine(date.min, later) - datetime.combine(date.min, earlier)


def _time_choice(wall: time) -> Facts:
    return {"value": f"{wall:%H:%M}", "label": wall_words(wall)}


async def my_days_submit(reply: ReplyContext) -> Outcome:
    """Working days and hours: what is to be sent next is looked at anew."""
    quiet = reply.work.book.rules.quiet
    days = {int(value) for value in reply.argument("days").split(",") if value in {"1", "2", "3", "4", "5"}}
    if not days:
        return Outcome(errors={"days": reply.in_words(said("settings.least_one_day"))})
    try:
        earliest = time.fromisoformat(reply.argument("earliest") or f"{quiet.ends:%H:%M}")
        latest = time.fromisoformat(reply.argument("latest") or f"{quiet.starts:%H:%M}")
    except ValueError:
        return Outcome(errors={"earliest": reply.in_words(said("settings.times_offered"))})
    if earliest.tzinfo or latest.tzinfo or earliest < quiet.ends or latest > quiet.starts:
        first, last = wall_words(quiet.ends), wall_words(quiet.starts)
        words = said("settings.times_between", {"first": first, "last": last})
        return Outcome(errors={"earliest": reply.in_words(words)})
    if _apart(earliest, latest) < timedelta(minutes=quiet.own_hours_min_minutes):
        return Outcome(errors={"latest": reply.in_words(said("settings.least_hours"))})
    for leader in reply.leaders:
        own = await reply.as_leader(leader)
        changed = replace(
            leader,
            working_days=frozenset(days),
            earliest=earliest if earliest > quiet.ends else None,
            latest=latest if latest < quiet.starts else None,
        )
        own.work.keep(changed)
        _log(own, changed, "working_days")
        await _ask_again(own, changed)
    names = [reply.in_words(DAY_NAMES[day - 1]) for day in sorted(days)]
    facts = message_facts.MyDaysSaved(
        days=and_words(names), earliest=wall_words(earliest), latest=wall_words(latest)
    )
    return await reply.say("my_days_saved", facts)


def _log(reply: ReplyContext, leader: Leader, what: str) -> None:
    """That somebody set this themselves: a file that comes in does not change it any more."""
    reply.work.log(
        EventKind.SETTINGS, partnership_id=leader.partnership_id, leader=leader, data={"what": what}
    )


async def _ask_again(reply: ReplyContext, leader: Leader) -> None:
    """Their days have changed: what waits, the next offer and questions about promises move with them."""
    work = reply.work
    window = work.window(leader)
    if window is not None:
        await work.tx.deliveries.reschedule(
            leader.id, not_before=window[0], not_after=window[1], keep=[MessageKind.ANSWER]
        )
    set_offer_timer(work, reply.roster, leader, this_week=True)
    for promise in await open_promises(work, leader):
        if promise.asked_at is None and leader.is_in:
            due_at = asked_at(work, leader, due_on=promise.due_on)
            work.set_timer(TimerKind.PROMISE, promise.id, due_at, partnership_id=leader.partnership_id)


async def _be_away(reply: ReplyContext, leader: Leader, days: Days, *, note: str) -> None:
    """Quiet in one partnership on these days: what is open moves out of them, who waits is told kindly.

    `leader` has these days off already.
    """
    work = reply.work
    is_soon = _begins_soon(reply, days)
    work.keep(leader)
    if is_soon:
        await work.tx.deliveries.cancel(leader.id, at=work.at, keep=[MessageKind.ANSWER, MessageKind.LEAD])
    await _ask_again(reply, leader)
    for nudge in await open_nudges(work, leader):
        pair = await reply.pair_of(nudge)
        if pair is None or pair.met_at is not None:
            moved = moved_out_of(work, leader, nudge, days)
            if moved is not nudge:
                await reply.redraw_card(moved, pair, note=note)
        elif is_soon if pair.agreed_at is None else _falls_into(pair.agreed_at, days, leader):
            await leave_pair(work, reply.roster, pair, leader)
            work.keep(without_plan(work, work.known(Nudge, nudge.id) or nudge))
        elif pair.proposed:
            _take_back_times(reply, pair, days)


def _begins_soon(reply: ReplyContext, days: Days) -> bool:
    """Whether nothing would reach the person before these days: what waits is for the next own day."""
    today, holidays = today_of(reply), reply.work.holidays_of(reply.leader)
    free = calendar.working_days(reply.leader, from_on=today, holidays=holidays)
    return today in days or next(free, today) in days


def _take_back_times(reply: ReplyContext, pair: Pair, days: Days) -> None:
    """Times on these days are not on offer any more.

    Where none of one's own is left, none were offered; where none of the other's is, they are told in time.
    """
    left = tuple(at for at in pair.proposed if not _falls_into(at, days, reply.leader))
    if left and left != pair.proposed:
        reply.work.keep(replace(pair, proposed=left))
    elif not left and pair.proposed_by == reply.leader.id:
        reply.work.keep(replace(pair, proposed=(), proposed_by=None))
        reply.work.cancel_timer(TimerKind.PAIR_SILENT, pair.id)


def _falls_into(instant: datetime, days: Days, leader: Leader) -> bool:
    return calendar.local(instant, leader.zone).date() in days
