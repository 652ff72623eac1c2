"""Passing a step on to a manager, whose answer is theirs alone."""

from __future__ import annotations

from nudges.errors import NotFound
from nudges.model import message_facts
from nudges.model.commands import Outcome
from nudges.model.screened_text import screen
from nudges.said import said
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.joining.join_by_code import EMAIL
from nudges.use_cases.joining.join_campaign import is_waiting
from nudges.use_cases.joining.pass_on import ask_manager, may_pass_on


async def pass_on(reply: ReplyContext) -> Outcome:
    """Ask for the manager whom this step would suit."""
    reply, nudge = await reply.nudge()
    action, title, _ = reply.scene().filled(nudge)
    if not may_pass_on(action):
        what = reply.in_words(said("joining.passing_on_a_pair_step"))
        return await reply.say("not_available", message_facts.NotAvailable(what=what))
    form = reply.renderer.form("pass_on", {"title": title}, subject=nudge.id, locale=reply.leader.locale)
    return Outcome(form=form)


async def pass_on_submit(reply: ReplyContext) -> Outcome:
    """Have the manager asked; what they answer is theirs alone."""
    reply, nudge = await reply.nudge()
    action, title, _ = reply.scene().filled(nudge)
    if not may_pass_on(action):
        raise NotFound(said("joining.not_passed_on"))
    name = screen(reply.argument("name"), reply.work.book.rules).text
    email = reply.argument("email").casefold()
    errors: dict[str, str] = {}
    most = reply.work.book.rules.joining.name_max
    if not name or len(name) > most:
        errors["name"] = reply.in_words(said("joining.manager_name", {"most": most}))
    if not EMAIL.fullmatch(email):
        errors["email"] = reply.in_words(said("joining.manager_address"))
    if any(known.email == email and not is_waiting(known) for known in reply.roster.leaders.values()):
        errors["email"] = reply.in_words(said("joining.manager_known"))
    if errors:
        return Outcome(errors=errors)
    ask_manager(reply.work, reply.roster, reply.leader, action, name=name, email=email)
    return await reply.say("passed_on_sent", message_facts.PassedOnSent(title=title), subject=nudge.id)
