"""Finding a time for two: offering some, and picking one of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

from nudges import access
from nudges.answers.nudging import nudges as nudge_answers
from nudges.errors import IllegalTransition, InvalidInput
from nudges.model import calendar
from nudges.model import pair as pairs
from nudges.model.commands import Outcome
from nudges.model.ids import make_id
from nudges.model.nudge import Nudge, Plan
from nudges.model.pair import Pair
from nudges.model.people import Leader
from nudges.model.plain_words import and_words, when_words
from nudges.model.privacy import screen
from nudges.model.timers import TimerKind
from nudges.unit_of_work.nudge_cards import Facts
from nudges.unit_of_work.pair_nudge import open_nudge_of
from nudges.unit_of_work.reply_context import Answering
from nudges.use_cases.pairing.pair_cards import close_times
from nudges.use_cases.pairing.pair_news import tell_agreed, tell_slots
from nudges.use_cases.pairing.pair_words import slots_facts


async def open_pair(one: Answering) -> tuple[Answering, Pair]:
    """The pair that the tap was about, where the two may still meet."""
    leader, pair = await access.own_pair(one.turn.tx, one.leaders, one.subject)
    check_open(pair)
    return await one.as_leader(leader), pair


def check_open(pair: Pair) -> None:
    """Refuse what can only be done while the two are to meet.

    Raises:
        IllegalTransition: they are not paired any more.
    """
    if pair.ended_at is not None:
        raise IllegalTransition("The two of you are not paired any more. Say “today” to see what is open.")


async def ask_for_slots(one: Answering, nudge: Nudge, pair: Pair) -> Outcome:
    """The first to say "I'll do it" offers times; who comes second picks one of them, or offers others."""
    if pair.proposed and pair.agreed_at is None and pair.proposed_by not in (None, one.leader.id):
        return await one.say("pair_slots", slots_facts(one.roster, pair, reader=one.leader), subject=pair.id)
    slots = _common_slots(one, pair)
    facts: Facts = {}
    for number in range(1, one.turn.book.rules.coffee.slots_max + 1):
        wall = calendar.local(slots[number - 1], one.leader.zone) if number <= len(slots) else None
        facts[f"day_{number}"] = wall.date().isoformat() if wall else ""
        facts[f"time_{number}"] = wall.strftime("%H:%M") if wall else ""
    return Outcome(form=one.renderer.form("slots", facts, subject=nudge.id, locale=one.leader.locale))


def _common_slots(one: Answering, pair: Pair) -> list[datetime]:
    """Up to three instants inside everybody's own hours."""
    everybody = [one.roster.leaders[name] for name in pair.leader_ids if name in one.roster.leaders]
    found: list[datetime] = []
    horizon = one.turn.at + timedelta(days=1)
    for at in nudge_answers.suggested_slots(one, after=horizon, most=12):
        if all(_is_free(one, leader, at) for leader in everybody):
            found.append(at)
    return found[: one.turn.book.rules.coffee.slots_max]


def _is_free(one: Answering, leader: Leader, at: datetime) -> bool:
    day = calendar.local(at, leader.zone).date()
    window = calendar.sending_window(leader, day, one.turn.holidays_of(leader), one.turn.book.rules)
    return window is not None and window[0] <= at < window[1]


async def slots(one: Answering) -> Outcome:
    """Offer other times instead of those that were proposed."""
    one, pair = await open_pair(one)
    leader = one.leader
    facts: Facts = {f"{name}_{number}": "" for name in ("day", "time") for number in (1, 2, 3)}
    for number, slot in enumerate(_common_slots(one, pair), start=1):
        wall = calendar.local(slot, leader.zone)
        facts |= {f"day_{number}": wall.date().isoformat(), f"time_{number}": wall.strftime("%H:%M")}
    return Outcome(form=one.renderer.form("slots", facts, subject=pair.id, locale=leader.locale))


async def slots_submit(one: Answering) -> Outcome:
    """Times were offered: the others hear of them; the first one stands as the plan until one is picked."""
    one, nudge, pair = await nudge_and_pair(one)
    chosen = _instants(one)
    if isinstance(chosen, Outcome):
        return chosen
    place = screen(one.argument("place"), one.turn.book.rules).text[: nudge_answers.PLACE_MAX]
    proposed = pairs.propose(pair, by=one.leader.id, slots=tuple(chosen))
    proposed = replace(proposed, place=place or pair.place)
    if proposed != pair:  # the same times again are the same offer
        one.turn.keep(proposed)
        await _tell_others(one, proposed)
    if nudge is None:
        return await one.say("pair_waiting", {"peer": others_names(one, proposed)})
    planned = nudge_answers.set_plan(one, nudge, Plan(at=chosen[0], place=place))
    return await one.show_card(
        planned, proposed, note=f"I have sent your times to {others_names(one, proposed)}."
    )


async def nudge_and_pair(one: Answering) -> tuple[Answering, Nudge | None, Pair]:
    """The open pair, and this leader's step for it.

    The form's subject is a nudge (from the card) or a pair (from the other's times).
    """
    pair = await one.turn.pair(one.subject)
    if pair is None:
        one, nudge = await one.nudge()
        pair = await one.pair_of(nudge)
        if pair is None:
            raise InvalidInput("This step needs no other person. Say “plan” to pick a time of your own.")
        check_open(pair)
        return one, nudge, pair
    one, pair = await open_pair(one)
    return one, await open_nudge_of(one.turn, one.leader.id, pair), pair


def _instants(one: Answering) -> list[datetime] | Outcome:
    found: list[datetime] = []
    for number in range(1, one.turn.book.rules.coffee.slots_max + 1):
        day, clock = one.argument(f"day_{number}"), one.argument(f"time_{number}")
        if not day and not clock:
            continue
        known = one.day(f"day_{number}")
        wall = _wall(clock)
        if known is None or wall is None:
            return Outcome(errors={f"day_{number}": "Give a day and a time, please."})
        at = calendar.instant_of(known, wall, one.leader.zone)
        if at <= one.turn.at:
            return Outcome(errors={f"day_{number}": "That time has passed. Pick a later one."})
        found.append(at)
    return found or Outcome(errors={"day_1": "Offer at least one time."})


def _wall(clock: str) -> time | None:
    try:
        return time.fromisoformat(clock)
    except ValueError:
        return None


async def _tell_others(one: Answering, pair: Pair) -> None:
    turn = one.turn
    full = await tell_slots(turn, one.roster, pair, by=one.leader, token=make_id(one.command.key))
    for other in full:
        theirs = await open_nudge_of(turn, other.id, pair)
        if theirs is not None:
            # Their week is full: the times stand on the card that they have already.
            row = slots_facts(one.roster, pair, reader=other)["buttons"]
            picks = [{**each, "subject": pair.id} for each in row]
            note = f"{one.leader.name} offers you times to meet."
            await (await one.as_leader(other)).redraw_card(theirs, pair, note=note, first=picks[:-1])
    turn.wake(TimerKind.PAIR_SILENT, pair.id, _silent_at(one, pair), partnership_id=pair.partnership_id)


def _silent_at(one: Answering, pair: Pair) -> datetime | None:
    """Two of the other's own working days from now; whoever is away for long does not count."""
    rules = one.turn.book.rules
    found: list[datetime] = []
    for name in (*pair.others(one.leader.id), one.leader.id):
        leader = one.roster.leaders.get(name)
        if leader is None or (leader.id == one.leader.id and found):
            continue
        today = calendar.local(one.turn.at, leader.zone).date()
        holidays = one.turn.holidays_of(leader)
        day = calendar.working_days_after(leader, today, rules.coffee.silent_peer_working_days, holidays)
        if day is not None:
            found.append(calendar.instant_of(day, rules.cadence.send_time_reminder, leader.zone))
    return max(found, default=None)


def others_names(one: Answering, pair: Pair) -> str:
    """Everybody else of the pair, by name."""
    return and_words(one.roster.names(pair.others(one.leader.id)))


async def pick(one: Answering) -> Outcome:
    """One of the offered times suits: both have it as their plan, with a calendar entry."""
    one, pair = await open_pair(one)
    if pair.proposed_by == one.leader.id:
        raise InvalidInput("These are your own times: the other person picks one of them.")
    wanted = one.argument("value")
    slot = next((one_slot for one_slot in pair.proposed if one_slot.isoformat() == wanted), None)
    if slot is None:
        raise InvalidInput(
            "That time is not on offer any more. Look at the newest message for the times there are."
        )
    if pair.agreed_at is not None:
        agreed_on = when_words(pair.agreed_at, one.leader.zone)
        raise IllegalTransition(f"You have agreed on {agreed_on}. To change it, tap Move it on the card.")
    if slot <= one.turn.at:
        raise InvalidInput("That time has passed. Pick another, or offer times of your own.")
    agreed = pairs.agree(pair, at=slot)
    one.turn.keep(agreed)
    one.turn.sleep(TimerKind.PAIR_SILENT, pair.id)
    await close_times(one.turn, one.roster, agreed)
    for name in pair.leader_ids:
        await _plan_of(one, one.roster.leaders.get(name), agreed)
    await tell_agreed(one.turn, one.roster, agreed, by=one.leader, token=make_id(one.command.key))
    return Outcome()


async def _plan_of(one: Answering, leader: Leader | None, pair: Pair) -> None:
    """The agreed time becomes the plan of one of the pair."""
    nudge = await open_nudge_of(one.turn, leader.id, pair) if leader is not None else None
    if leader is None or nudge is None or pair.agreed_at is None:
        return
    theirs = await one.as_leader(leader)
    is_theirs = leader.id in (one.leader.id, pair.proposed_by)
    planned = nudge_answers.set_plan(
        theirs, nudge, Plan(at=pair.agreed_at, place=pair.place), is_theirs=is_theirs
    )
    await theirs.redraw_card(planned, pair)
