"""Who fixes one's times: named, changed or nobody."""

from __future__ import annotations

from dataclasses import replace

from nudges.model import message_facts
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.screened_text import screen
from nudges.rules.pairing.delegate import name_and_email
from nudges.said import said
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.joining.join_by_code import EMAIL


async def delegate(reply: ReplyContext) -> Outcome:
    """Ask who fixes this person's times."""
    name, email = name_and_email(reply.leader.delegate)
    most = reply.work.book.rules.joining.name_max
    form = reply.renderer.form(
        "delegate", {"name": name[:most], "email": email}, subject="", locale=reply.leader.locale
    )
    return Outcome(form=form)


async def delegate_submit(reply: ReplyContext) -> Outcome:
    """Somebody's name and e-mail address, or nobody."""
    name = screen(reply.argument("name"), reply.work.book.rules).text
    email = reply.argument("email").casefold()
    errors: dict[str, str] = {}
    most = reply.work.book.rules.joining.name_max
    if len(name) > most or (email and not name_and_email(name)[0]):
        errors["name"] = reply.in_words(said("settings.their_name", {"most": most}))
    if (name or email) and not EMAIL.fullmatch(email):
        errors["email"] = reply.in_words(said("settings.both_or_neither"))
    if errors:
        return Outcome(errors=errors)
    noted = f"{name} <{email}>" if name else None
    for leader in reply.leaders:
        changed = replace(leader, delegate=noted)
        reply.work.keep(changed)
        reply.work.log(
            EventKind.SETTINGS,
            partnership_id=leader.partnership_id,
            leader=changed,
            data={"what": "delegate"},
        )
    return await reply.say("delegate_saved", message_facts.DelegateSaved(delegate=name))
