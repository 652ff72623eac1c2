"""“I'll do it”: a day, a time and a place; where a pair is needed, the two find a time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from nudges.errors import IllegalTransition, InvalidInput
from nudges.model import calendar
from nudges.model.commands import Outcome
from nudges.model.nudge import Nudge, NudgeState, Plan
from nudges.model.pair import Pair
from nudges.model.plain_words import when_words
from nudges.model.privacy import screen
from nudges.unit_of_work.nudge_answers import set_plan, suggested_slots
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.pairing.pair_offers import ask_for_slots
from nudges.use_cases.pairing.watch_pairs import solo_swap


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
    rules = reply.work.book.rules
    place = screen(reply.argument("place"), rules).text[: rules.plan_prompt.place_max]
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
