"""Who sees one's own steps; on a promise, who sees that promise."""

from __future__ import annotations

from dataclasses import replace

from nudges import access
from nudges.answers.nudging import own_promises
from nudges.model import message_facts
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.people import Visibility
from nudges.unit_of_work.reply_context import ReplyContext


async def visibility(reply: ReplyContext) -> Outcome:
    """Who sees one's own steps; on a promise, who sees that promise."""
    if not reply.argument("value"):
        choices = [{"verb": "visibility", "value": str(each)} for each in Visibility]
        return await reply.say(
            "rider_visibility", message_facts.RiderVisibility(buttons=choices), subject=reply.leader.id
        )
    chosen = reply.choice(Visibility)
    if reply.subject and reply.subject != reply.leader.id:
        leader, promise = await access.own_promise(reply.work.tx, reply.leaders, reply.subject)
        return await own_promises.show_as(await reply.as_leader(leader), promise, chosen)
    changed = replace(reply.leader, visibility=chosen, visibility_asked=True)
    reply.work.keep(changed)
    reply.work.log(
        EventKind.VISIBILITY, partnership_id=changed.partnership_id, leader=changed, data={"to": str(chosen)}
    )
    await reply.settle_rider()
    return await reply.say("visibility_set", message_facts.VisibilitySet(choice=str(chosen)))
