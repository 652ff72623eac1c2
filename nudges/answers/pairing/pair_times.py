"""Finding a time for two: offering some, and picking one of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time

from nudges.errors import IllegalTransition, InvalidInput, NotFound
from nudges.model import calendar, message_facts
from nudges.model import pair as pairs
from nudges.model.commands import Outcome
from nudges.model.ids import make_id
from nudges.model.nudge import Nudge, Plan
from nudges.model.pair import Pair
from nudges.model.people import Leader
from nudges.model.plain_words import and_words, when_words
from nudges.model.screened_text import screen
from nudges.model.timers import TimerKind
from nudges.said import said
from nudges.unit_of_work.nudge_answers import set_plan
from nudges.unit_of_work.nudge_cards import Facts
from nudges.unit_of_work.offers import nudge_for_pair
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.pairing.pair_cards import close_times
from nudges.use_cases.pairing.pair_news import tell_agreed, tell_slots
from nudges.use_cases.pairing.pair_offers import check_open, common_slots, open_pair
from nudges.use_cases.pairing.pair_words import slots_facts


async def slots(reply: ReplyContext) -> Outcome:
    """Offer other times instead of those that were proposed."""
    reply, pair = await open_pair(reply)
    leader = reply.leader
    facts: Facts = {f"{name}_{number}": "" for name in ("day", "time") for number in (1, 2, 3)}
    for number, slot in enumerate(common_slots(reply, pair), start=1):
        wall = calendar.local(slot, leader.zone)
        facts |= {f"day_{number}": wall.date().isoformat(), f"time_{number}": wall.strftime("%H:%M")}
    return Outcome(form=reply.renderer.form("slots", facts, subject=pair.id, locale=leader.locale))


async def slots_submit(reply: ReplyContext) -> Outcome:
    """Times were offered: the others hear of them; the first one stands as the plan until one is picked."""
    reply, nudge, pair = await nudge_and_pair(reply)
    chosen = _instants(reply)
    if isinstance(chosen, Outcome):
        return chosen
    rules = reply.work.book.rules
    place = screen(reply.argument("place"), rules).text[: rules.plan_prompt.place_max]
    proposed = pairs.propose(pair, by=reply.leader.id, slots=tuple(chosen))
    proposed = replace(proposed, place=place or pair.place)
    if proposed != pair:  # the same times again are the same offer
        reply.work.keep(proposed)
        await _tell_others(reply, proposed)
    if nudge is None:
        return await reply.say("pair_waiting", message_facts.PairWaiting(peer=others_names(reply, proposed)))
    planned = set_plan(reply, nudge, Plan(at=chosen[0], place=place))
    note = reply.in_words(said("pairing.times_sent", {"names": others_names(reply, proposed)}))
    return await reply.show_card(planned, proposed, note=note)


async def nudge_and_pair(reply: ReplyContext) -> tuple[ReplyContext, Nudge | None, Pair]:
    """The open pair, and this leader's step for it.

    The form's subject is a nudge (from the card) or a pair (from the other's times).
    """
    try:
        reply, pair = await open_pair(reply)
    except NotFound:
        return await _nudge_and_its_pair(reply)
    return reply, await nudge_for_pair(reply.work, reply.leader.id, pair), pair


async def _nudge_and_its_pair(reply: ReplyContext) -> tuple[ReplyContext, Nudge, Pair]:
    reply, nudge = await reply.nudge()
    pair = await reply.pair_of(nudge)
    if pair is None:
        raise InvalidInput(said("pairing.no_other_person"))
    check_open(pair)
    return reply, nudge, pair


def _instants(reply: ReplyContext) -> list[datetime] | Outcome:
    instants: list[datetime] = []
    for number in range(1, reply.work.book.rules.coffee.slots_max + 1):
        day, clock = reply.argument(f"day_{number}"), reply.argument(f"time_{number}")
        if not day and not clock:
            continue
        known = reply.day(f"day_{number}")
        wall = _wall(clock)
        if known is None or wall is None:
            return Outcome(errors={f"day_{number}": reply.in_words(said("pairing.day_and_time"))})
        at = calendar.instant_of(known, wall, reply.leader.zone)
        if at <= reply.work.at:
            return Outcome(errors={f"day_{number}": reply.in_words(said("nudging.time_passed"))})
        instants.append(at)
    return instants or Outcome(errors={"day_1": reply.in_words(said("pairing.least_one_time"))})


def _wall(clock: str) -> time | None:
    try:
        return time.fromisoformat(clock)
    except ValueError:
        return None


async def _tell_others(reply: ReplyContext, pair: Pair) -> None:
    work = reply.work
    full = await tell_slots(work, reply.roster, pair, by=reply.leader, token=make_id(reply.command.key))
    for other in full:
        theirs = await nudge_for_pair(work, other.id, pair)
        if theirs is not None:
            # Their week is full: the times stand on the card that they have already.
            row = slots_facts(reply.roster, pair, reader=other)["buttons"]
            picks = [{**each, "subject": pair.id} for each in row]
            other_side = await reply.as_leader(other)
            note = other_side.in_words(said("pairing.offers_you", {"name": reply.leader.name}))
            await other_side.redraw_card(theirs, pair, note=note, first=picks[:-1])
    work.set_timer(
        TimerKind.PAIR_SILENT, pair.id, _silent_at(reply, pair), partnership_id=pair.partnership_id
    )


def _silent_at(reply: ReplyContext, pair: Pair) -> datetime | None:
    """Two of the other's own working days from now; whoever is away for long does not count."""
    rules = reply.work.book.rules
    instants: list[datetime] = []
    for name in (*pair.others(reply.leader.id), reply.leader.id):
        leader = reply.roster.leaders.get(name)
        if leader is None or (leader.id == reply.leader.id and instants):
            continue
        today = calendar.local(reply.work.at, leader.zone).date()
        holidays = reply.work.holidays_of(leader)
        day = calendar.working_days_after(leader, today, rules.coffee.silent_peer_working_days, holidays)
        if day is not None:
            instants.append(calendar.instant_of(day, rules.cadence.send_time_reminder, leader.zone))
    return max(instants, default=None)


def others_names(reply: ReplyContext, pair: Pair) -> str:
    """Everybody else of the pair, by name."""
    return and_words(reply.roster.names(pair.others(reply.leader.id)))


async def pick(reply: ReplyContext) -> Outcome:
    """One of the offered times suits: both have it as their plan, with a calendar entry."""
    reply, pair = await open_pair(reply)
    if pair.proposed_by == reply.leader.id:
        raise InvalidInput(said("pairing.own_times"))
    wanted = reply.argument("value")
    slot = next((at for at in pair.proposed if at.isoformat() == wanted), None)
    if slot is None:
        raise InvalidInput(said("pairing.not_on_offer"))
    if pair.agreed_at is not None:
        agreed_on = when_words(pair.agreed_at, reply.leader.zone)
        raise IllegalTransition(said("pairing.agreed_on", {"when": agreed_on}))
    if slot <= reply.work.at:
        raise InvalidInput(said("pairing.time_passed"))
    agreed = pairs.agree(pair, at=slot)
    reply.work.keep(agreed)
    reply.work.cancel_timer(TimerKind.PAIR_SILENT, pair.id)
    await close_times(reply.work, reply.roster, agreed)
    for name in pair.leader_ids:
        await _plan_of(reply, reply.roster.leaders.get(name), agreed)
    await tell_agreed(reply.work, reply.roster, agreed, by=reply.leader, token=make_id(reply.command.key))
    return Outcome()


async def _plan_of(reply: ReplyContext, leader: Leader | None, pair: Pair) -> None:
    """The agreed time becomes the plan of one of the pair."""
    nudge = await nudge_for_pair(reply.work, leader.id, pair) if leader is not None else None
    if leader is None or nudge is None or pair.agreed_at is None:
        return
    theirs = await reply.as_leader(leader)
    is_theirs = leader.id in (reply.leader.id, pair.proposed_by)
    planned = set_plan(theirs, nudge, Plan(at=pair.agreed_at, place=pair.place), is_theirs=is_theirs)
    await theirs.redraw_card(planned, pair)
