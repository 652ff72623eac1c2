"""How to do a step, and why it is asked."""

from __future__ import annotations

from nudges.model import message_facts
from nudges.model.commands import Outcome
from nudges.model.placeholders import fill
from nudges.unit_of_work.nudge_cards import buttons
from nudges.unit_of_work.reply_context import ReplyContext


async def how(reply: ReplyContext) -> Outcome:
    """A little help with doing it."""
    reply, nudge = await reply.nudge()
    scene = reply.scene(await reply.pair_of(nudge))
    action, title, _ = scene.filled(nudge)
    words = scene.words(nudge)
    facts = message_facts.How(
        title=title,
        cue=fill(action.cue, words),
        smaller_step=fill(action.smaller_step, words),
        buttons=[] if action.needs_peer else buttons("pass_on"),
    )
    return await reply.say("how", facts, subject=nudge.id)


async def why(reply: ReplyContext) -> Outcome:
    """Why this is asked, and where the idea comes from."""
    reply, nudge = await reply.nudge()
    scene = reply.scene(await reply.pair_of(nudge))
    action, title, _ = scene.filled(nudge)
    why_words = fill(action.why, scene.words(nudge))
    facts = message_facts.Why(title=title, why=why_words, source=action.source_title)
    return await reply.say("why", facts)
