"""The pace, the language, and everything that is held."""

from __future__ import annotations

from dataclasses import replace

from nudges.errors import InvalidInput
from nudges.model import message_facts
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.people import Pace
from nudges.said import said
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.own_data.my_data import held_about

LANGUAGES = ("en", "cy")


async def pace(reply: ReplyContext) -> Outcome:
    """Slower, right, faster."""
    if not reply.argument("value"):
        choices = [{"verb": "pace", "value": str(each)} for each in Pace]
        return await reply.say("rider_pace", message_facts.RiderPace(buttons=choices))
    wanted = reply.choice(Pace)
    changed = replace(reply.leader, pace=wanted)
    reply.work.keep(changed)
    reply.work.log(
        EventKind.PACE, partnership_id=changed.partnership_id, leader=changed, data={"to": str(wanted)}
    )
    await reply.settle_rider()
    return await reply.say("pace_set", message_facts.PaceSet(choice=str(wanted)))


async def language(reply: ReplyContext) -> Outcome:
    """Ask for the language of messages, or take the one that was named."""
    if reply.argument("value"):
        return await language_submit(reply)
    facts = {"language": reply.leader.locale}
    return Outcome(form=reply.renderer.form("language", facts, subject="", locale=reply.leader.locale))


async def language_submit(reply: ReplyContext) -> Outcome:
    """The choice is kept, whether there are words in that language yet or not.

    The answer is drawn in the language that was chosen: where its words do not ship, it is the English one,
    which says so.
    """
    chosen = reply.argument("language") or reply.argument("value")
    if chosen not in LANGUAGES:
        raise InvalidInput(said("settings.known_languages"))
    changed = [replace(leader, locale=chosen) for leader in reply.leaders]
    for leader in changed:
        reply.work.keep(leader)
        reply.work.log(
            EventKind.SETTINGS, partnership_id=leader.partnership_id, leader=leader, data={"what": "locale"}
        )
    mine = next(leader for leader in changed if leader.id == reply.leader.id)
    return await replace(reply, leader=mine).say("language_set", message_facts.LanguageSet(choice=chosen))


async def my_data(reply: ReplyContext) -> Outcome:
    """Everything that is held about this person."""
    lines: list[str] = []
    for leader in reply.leaders:
        lines += [reply.in_words(line) for line in await held_about(reply.work.tx, leader)]
    return await reply.say("my_data", message_facts.MyData(lines=lines))
