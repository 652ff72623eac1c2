"""Times on offer to a pair: who may still meet, and when everybody has room."""

from __future__ import annotations

from datetime import datetime, timedelta

from nudges import access
from nudges.errors import IllegalTransition
from nudges.model import calendar
from nudges.model.commands import Outcome
from nudges.model.nudge import Nudge
from nudges.model.pair import Pair
from nudges.model.people import Leader
from nudges.said import said
from nudges.unit_of_work.nudge_answers import suggested_slots
from nudges.unit_of_work.nudge_cards import Facts
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.pairing.pair_words import slots_facts


async def open_pair(reply: ReplyContext) -> tuple[ReplyContext, Pair]:
    """The pair that the tap was about, where the two may still meet."""
    leader, pair = await access.own_pair(reply.work.tx, reply.leaders, reply.subject)
    check_open(pair)
    return await reply.as_leader(leader), pair


def check_open(pair: Pair) -> None:
    """Refuse what can only be done while the two are to meet.

    Raises:
        IllegalTransition: they are not paired any more.
    """
    if pair.ended_at is not None:
        raise IllegalTransition(said("pairing.not_paired"))


async def ask_for_slots(reply: ReplyContext, nudge: Nudge, pair: Pair) -> Outcome:
    """The first to say "I'll do it" offers times; who comes second picks one of them, or offers others."""
    if pair.proposed and pair.agreed_at is None and pair.proposed_by not in (None, reply.leader.id):
        return await reply.say(
            "pair_slots", slots_facts(reply.roster, pair, reader=reply.leader), subject=pair.id
        )
    slots = common_slots(reply, pair)
    facts: Facts = {}
    for number in range(1, reply.work.book.rules.coffee.slots_max + 1):
        wall = calendar.local(slots[number - 1], reply.leader.zone) if number <= len(slots) else None
        facts[f"day_{number}"] = wall.date().isoformat() if wall else ""
        facts[f"time_{number}"] = wall.strftime("%H:%M") if wall else ""
    return Outcome(form=reply.renderer.form("slots", facts, subject=nudge.id, locale=reply.leader.locale))


def common_slots(reply: ReplyContext, pair: Pair) -> list[datetime]:
    """Up to three instants inside everybody's own hours."""
    everybody = [reply.roster.leaders[name] for name in pair.leader_ids if name in reply.roster.leaders]
    instants: list[datetime] = []
    horizon = reply.work.at + timedelta(days=reply.work.book.rules.coffee.slots_after_days)
    for at in suggested_slots(reply, after=horizon, most=12):
        if all(_is_free(reply, leader, at) for leader in everybody):
            instants.append(at)
    return instants[: reply.work.book.rules.coffee.slots_max]


def _is_free(reply: ReplyContext, leader: Leader, at: datetime) -> bool:
    day = calendar.local(at, leader.zone).date()
    window = calendar.sending_window(leader, day, reply.work.holidays_of(leader), reply.work.book.rules)
    return window is not None and window[0] <= at < window[1]
