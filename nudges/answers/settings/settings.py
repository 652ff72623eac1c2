"""The pace, the language, and everything that is held."""

from __future__ import annotations

from dataclasses import replace

from nudges.errors import InvalidInput
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.people import Pace
from nudges.unit_of_work.reply_context import Answering
from nudges.use_cases.own_data.my_data import held_about

LANGUAGES = ("en", "cy")


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


async def language(one: Answering) -> Outcome:
    """Ask for the language of messages, or take the one that was named."""
    if one.argument("value"):
        return await language_submit(one)
    facts = {"language": one.leader.locale}
    return Outcome(form=one.renderer.form("language", facts, subject="", locale=one.leader.locale))


async def language_submit(one: Answering) -> Outcome:
    """The choice is kept, whether there are words in that language yet or not.

    The answer is drawn in the language that was chosen: where its words do not ship, it is the English one,
    which says so.
    """
    chosen = one.argument("language") or one.argument("value")
    if chosen not in LANGUAGES:
        raise InvalidInput("I know of English and Welsh. Say “language” to choose.")
    changed = [replace(leader, locale=chosen) for leader in one.leaders]
    for leader in changed:
        one.turn.keep(leader)
        one.turn.log(
            EventKind.SETTINGS, partnership_id=leader.partnership_id, leader=leader, data={"what": "locale"}
        )
    mine = next(leader for leader in changed if leader.id == one.leader.id)
    return await replace(one, leader=mine).say("language_set", {"choice": chosen})


async def my_data(one: Answering) -> Outcome:
    """Everything that is held about this person."""
    lines: list[str] = []
    for leader in one.leaders:
        lines += await held_about(one.turn.tx, leader)
    return await one.say("my_data", {"lines": lines})
