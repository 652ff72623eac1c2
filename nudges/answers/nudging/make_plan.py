"""“I'll do it”: a day, a time and a place; where a pair is needed, the two find a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from nudges.errors import IllegalTransition, InvalidInput
from nudges.model import calendar, message_facts
from nudges.model.commands import Outcome
from nudges.model.nudge import Nudge, NudgeState, Plan
from nudges.model.pair import Pair
from nudges.model.plain_words import when_words
from nudges.model.screened_text import screen
from nudges.said import Said, said
from nudges.unit_of_work.nudge_answers import set_plan, suggested_slots
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.pairing.pair_offers import ask_for_slots
from nudges.use_cases.pairing.watch_pairs import solo_swap

# What can no longer be planned, in words.
PLANLESS: Mapping[NudgeState, Said] = {
    NudgeState.DONE: said("nudging.is_already.done"),
    NudgeState.SWAPPED: said("nudging.is_already.swapped"),
    NudgeState.WITHDRAWN: said("nudging.is_already.withdrawn"),
}


async def plan(reply: ReplyContext) -> Outcome:
    """I'll do it: ask for day, time and place; where a pair is needed, the two find a time."""
    reply, nudge = await reply.nudge()
    pair = await reply.pair_of(nudge)
    if nudge.state in PLANLESS:
        raise IllegalTransition(said("nudging.already_planless", {"state": PLANLESS[nudge.state]}))
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
    facts = message_facts.PairSolo(
        peer=names[0] if names else reply.in_words(said("pairing.your_partner")),
        title=solo.title if solo else "",
        buttons=[*choices, {"verb": "not_now"}],
    )
    return await reply.say("pair_solo", facts, subject=nudge.id)


async def plan_submit(reply: ReplyContext) -> Outcome:
    """The plan form came back: a day and a time are the price of a yes."""
    reply, nudge = await reply.nudge()
    chosen = _chosen_instant(reply)
    if isinstance(chosen, _Unusable):
        return Outcome(errors={chosen.name: reply.in_words(chosen.words)})
    rules = reply.work.book.rules
    place = screen(reply.argument("place"), rules).text[: rules.plan_prompt.place_max]
    return await _planned(reply, nudge, Plan(at=chosen, place=place))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Unusable:
    """The field of the form that cannot be used, and what is wrong with it."""

    name: str
    words: Said


def _chosen_instant(reply: ReplyContext) -> datetime | _Unusable:
    """The slot that was picked, or the day and time that were typed; what is wrong with them otherwise."""
    slot = reply.argument("slot") or reply.argument("value")
    day, clock = reply.argument("other_day"), reply.argument("other_time")
    try:
        if day or clock:
            if not (day and clock):
                missing = "other_time" if day else "other_day"
                return _Unusable(name=missing, words=said("nudging.day_and_time"))
            chosen = calendar.instant_of(
                date.fromisoformat(day), time.fromisoformat(clock), reply.leader.zone
            )
        elif slot:
            chosen = datetime.fromisoformat(slot)
            chosen = chosen.astimezone(UTC) if chosen.tzinfo else chosen
        else:
            return _Unusable(name="slot", words=said("nudging.pick_a_time"))
    except (ValueError, OverflowError):
        return _Unusable(name="other_day", words=said("nudging.unread_day_or_time"))
    if chosen.tzinfo is None or chosen <= reply.work.at:
        return _Unusable(name="other_day" if day else "slot", words=said("nudging.time_passed"))
    if chosen - reply.work.at > timedelta(days=reply.work.book.rules.partner_step.due_within_days):
        return _Unusable(name="other_day", words=said("nudging.far_off"))
    return chosen


async def plan_slot(reply: ReplyContext) -> Outcome:
    """One tap on a time."""
    reply, nudge = await reply.nudge()
    chosen = _chosen_instant(reply)
    if isinstance(chosen, _Unusable):
        raise InvalidInput(chosen.words)
    return await _planned(reply, nudge, Plan(at=chosen))


async def _planned(reply: ReplyContext, nudge: Nudge, made: Plan) -> Outcome:
    planned = set_plan(reply, nudge, made)
    pair = await reply.pair_of(nudge)
    return await reply.show_card(planned, pair)
