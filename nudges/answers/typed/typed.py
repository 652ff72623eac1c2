"""Typed words: exact commands act, likely meanings are asked about, the rest is said to be unclear."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from nudges import access
from nudges.model import calendar, message_facts
from nudges.model.commands import Outcome
from nudges.model.nudge import Nudge, NudgeState, PromiseState
from nudges.model.people import Role
from nudges.model.plain_words import day_words, when_words
from nudges.model.screened_text import screen
from nudges.rules.typed.typed_words import Guess, Word, understand
from nudges.said import said
from nudges.unit_of_work.nudge_cards import Facts, buttons
from nudges.unit_of_work.reply_context import ReplyContext

ABOUT_A_NUDGE = frozenset(
    {"plan", "done", "partly", "not_yet", "swap", "not_now", "snooze", "move", "let_go", "undo", "why", "how"}
)
DID = frozenset({"done", "partly"})
QUOTED_MAX = 200


def meaning(reply: ReplyContext) -> Word | Guess | None:
    """What the typed words mean on the leader's day; people's own words are screened first.

    The command alone, with no word after it, asks for help.
    """
    if reply.command.via == "command" and not reply.argument("text"):
        return Word(verb="help")
    text = screen(reply.command.args.get("text", ""), reply.work.book.rules).text
    today = calendar.local(reply.work.at, reply.leader.zone).date()
    return understand(text, on=today)


async def aimed(reply: ReplyContext, verb: str) -> ReplyContext | Outcome:
    """The same reply aimed at the open nudge that the words can mean; a question where there are two."""
    if verb not in ABOUT_A_NUDGE:
        return reply
    nudges = await open_nudges(reply, closed_too=verb in ("undo", "why", "how", "done"))
    if not nudges:
        facts = await today_facts(reply)
        if verb in DID:  # something that is not open: it can be noted all the same
            facts["buttons"] = [*facts["buttons"], *buttons("log_step")]
        return await reply.say("today", facts)
    if len(nudges) == 1 or verb in ("undo", "why", "how"):
        return reply.about(nudges[-1].id)
    choices: list[Facts] = []
    for nudge in nudges:
        title = await _title(reply, nudge)
        choices.append({"verb": verb, "subject": nudge.id, "label": title, "value": reply.argument("value")})
    return await reply.say("which_one", message_facts.WhichOne(buttons=choices))


async def open_nudges(reply: ReplyContext, *, closed_too: bool = False) -> list[Nudge]:
    """This person's open nudges, oldest first; with none open, the last one of all where that may do."""
    weeks = timedelta(weeks=reply.work.book.rules.cadence.looks_back_weeks)
    since = calendar.week_of(reply.work.at, reply.leader.zone) - weeks
    nudges = await access.own_nudges(reply.work.tx, reply.leaders, since=since)
    still_open = [nudge for nudge in nudges if nudge.is_open]
    if closed_too and (not still_open or reply.command.verb == "undo"):
        answered = [nudge for nudge in nudges if nudge.state is not NudgeState.WITHDRAWN]
        return sorted(answered, key=lambda nudge: nudge.replied_at or nudge.offered_at)[-1:]
    return still_open


async def ask(reply: ReplyContext, guess: Guess) -> Outcome:
    """“Shall I mark it done?”: nothing changes before a tap."""
    aim = await aimed(reply, guess.verb)
    if isinstance(aim, Outcome):
        return aim
    text = _quoted(reply)
    yes: Facts = {
        "verb": guess.verb,
        "label": reply.in_words(said("typed.yes_button")),
        "subject": aim.subject if guess.verb in ABOUT_A_NUDGE else "",
    }
    if guess.verb == "commit":
        yes = {"verb": "commit", "label": reply.in_words(said("typed.yes_promise"))}
    no: Facts = {"verb": "no", "label": reply.in_words(said("typed.no_button"))}
    facts = message_facts.AskWord(guess=guess.verb, text=text, buttons=[yes, no])
    return await reply.say("ask_word", facts, subject=aim.subject)


async def unclear(reply: ReplyContext) -> Outcome:
    """Nothing that we know: nothing was changed."""
    return await reply.say("not_understood", message_facts.NotUnderstood(text=_quoted(reply)))


def _quoted(reply: ReplyContext) -> str:
    text = screen(reply.command.args.get("text", ""), reply.work.book.rules).text
    return text if len(text) <= QUOTED_MAX else text[: QUOTED_MAX - 1] + "…"


async def no(reply: ReplyContext) -> Outcome:
    """No to a question of ours: nothing was changed, and that is said."""
    return await reply.say("nothing_changed")


async def help_words(reply: ReplyContext) -> Outcome:
    """What can be said to the bot, by what one wants to do; what others cannot do is left out."""
    roles = {role for leader in reply.leaders for role in leader.roles}
    may_promise = any(access.promises_for(leader) for leader in reply.leaders)
    facts = message_facts.Help(may_promise=may_promise, is_lead=Role.PROGRAMME_LEAD in roles)
    return await reply.say("help", facts)


async def console(reply: ReplyContext) -> Outcome:
    """There is no page in a browser for programme leads: what they can do here is said instead."""
    if not any(Role.PROGRAMME_LEAD in leader.roles for leader in reply.leaders):
        access.leads_only(reply.leader)
    return await reply.say("console")


async def today(reply: ReplyContext) -> Outcome:
    """What is open: nudges, promises, and the next of each."""
    return await reply.say("today", await today_facts(reply))


async def today_facts(reply: ReplyContext) -> message_facts.Today:
    """The leader's open things, in words."""
    items: list[str] = []
    choices: list[Facts] = []
    for nudge in await open_nudges(reply):
        title = await _title(reply, nudge)
        when = (
            f" ({when_words(nudge.plan.at, reply.leader.zone)})"
            if nudge.plan and not nudge.plan.by_office
            else ""
        )
        items.append(f"{title}{when}")
        is_planned = nudge.state is NudgeState.PLANNED
        label = said("typed.done_button" if is_planned else "typed.plan_button", {"title": title})
        verb = "done" if is_planned else "plan"
        choices.append({"verb": verb, "subject": nudge.id, "label": reply.in_words(label)})
    if len(choices) == 1:
        del choices[0]["label"]  # with one thing open, it is plain what the button is about
    for promise in await access.own_promises(reply.work.tx, reply.leaders):
        if promise.state is PromiseState.OPEN:
            words = said("typed.promise_open", {"day": day_words(promise.due_on), "promise": promise.text})
            items.append(reply.in_words(words))
    return {"items": items, "buttons": choices}


async def _title(reply: ReplyContext, nudge: Nudge) -> str:
    """What the nudge is called, in the partnership that it belongs to."""
    own = await reply.as_leader(next(leader for leader in reply.leaders if leader.id == nudge.leader_id))
    return own.scene(await own.pair_of(nudge)).filled(nudge)[1]


def with_args(reply: ReplyContext, word: Word | Guess) -> ReplyContext:
    """The same reply, as the command that the words stand for."""
    command = replace(reply.command, verb=word.verb, args={**word.args})
    return replace(reply, command=command)
