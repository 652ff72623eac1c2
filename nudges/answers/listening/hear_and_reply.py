"""Saying something to be heard, named or not, the reply to it, and new words for what names somebody."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from nudges import access
from nudges.errors import InvalidInput, NotAllowed, NotFound
from nudges.model import calendar, message_facts, thing_heard
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.people import Leader, Role
from nudges.model.plain_words import day_words
from nudges.model.screened_text import clean, screen
from nudges.model.thing_heard import HeardKind, HeardState, ThingHeard
from nudges.model.timers import TimerKind
from nudges.rules.listening.blame import NO_BLAME, blames_somebody, names_somebody
from nudges.rules.rollup.rollup_facts import one_line
from nudges.said import said
from nudges.unit_of_work.nudge_cards import buttons
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.listening.things_heard import (
    NEW,
    names_here,
    owner,
    present_heard,
    reachable,
    reply_in_words,
    rewording,
    said_by,
    tell_author,
    tell_of_new,
    tell_owner,
    wake_in_the_morning,
    watch_themes,
)

LISTED_MAX = 10
OWNERS_MAX = 50
NO_WHY = said("listening.idea_why")


async def hear(reply: ReplyContext) -> Outcome:
    """Ask for words to be heard; nothing is kept before the person has chosen whether to be named.

    The subject may be a kind of `HeardKind`: then the form is about that. `quoted` are the words of a message
    that somebody wants to be heard; they fill the form, as many as fit.
    """
    if reply.command.via == "message":
        facts = message_facts.HearOpen(
            had_words=bool(reply.argument("text")), buttons=buttons("hear", subject=_kind(reply))
        )
        return Outcome(reply=reply.draw("hear_open", facts), leaves_no_trace=True)
    fields = {
        "text": _fitting(reply, clean(reply.argument("quoted") or reply.argument("text"))),
        "is_quoted": bool(reply.argument("quoted")),
        "themes": [{"value": each.id, "label": each.label} for each in reply.work.book.rules.reasons],
    }
    form = reply.renderer.form("hear", fields, subject=_kind(reply), locale=reply.leader.locale)
    return Outcome(form=form, leaves_no_trace=True)


def _fitting(reply: ReplyContext, words: str) -> str:
    most = reply.work.book.rules.privacy.free_text_max_chars
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def _kind(reply: ReplyContext) -> HeardKind:
    return HeardKind.PRINCIPLE if reply.subject == HeardKind.PRINCIPLE else HeardKind.CONCERN


async def hear_submit(reply: ReplyContext) -> Outcome:
    """Words to be heard came in. Without a name, nothing says whose they are."""
    text = screen(reply.argument("text"), reply.work.book.rules)
    if not text.text:
        return Outcome(errors={"text": reply.in_words(said("listening.say_something"))})
    themes = {each.id for each in reply.work.book.rules.reasons}
    theme = reply.argument("theme")
    return await take_in(reply, _kind(reply), text.text, theme=theme if theme in themes else None)


def is_unnamed(reply: ReplyContext) -> bool:
    """Whether this must not be known as theirs: the default, unless they chose otherwise."""
    return reply.argument("named") != "yes"


async def take_in(
    reply: ReplyContext, kind: HeardKind, text: str, *, theme: str | None = None, why_together: str = ""
) -> Outcome:
    """Keep a thing heard; hold it back where it names somebody. The answer is given at once only."""
    work, partnership = reply.work, reply.roster.partnership
    on = calendar.local(work.at, partnership.zone).date()
    names = names_here(reply.roster)
    is_held = names_somebody(f"{text} {why_together}", names)
    thing = ThingHeard(
        # Random: an id made of anything would be a trace.
        id=work.tx.random_hex(10),
        partnership_id=partnership.id,
        kind=kind,
        text=text,
        said_on=on,
        reply_by=on + timedelta(days=work.book.rules.listening.reply_within_days),
        state=HeardState.HELD if is_held else HeardState.OPEN,
        author_id=None if is_unnamed(reply) else reply.leader.id,
        theme=theme,
        why_together=why_together,
    )
    replies = owner(reply.roster, thing)
    work.keep(thing)
    wake_in_the_morning(work, reply.roster, NEW, thing.id)
    if thing.author_id and thing.theme:
        watch_themes(work, reply.roster)
    facts: message_facts.HearThanks = {
        "held_by": _first_name(reply) if is_held else "",
        "owner": replies.name if replies else partnership.helper_name,
        "due": day_words(thing.reply_by),
        "named": thing.author_id is not None,
    }
    return Outcome(reply=reply.draw("hear_thanks", facts))


def _first_name(reply: ReplyContext) -> str:
    leaders = rewording(reply.roster)
    return leaders[0].name if leaders else reply.roster.partnership.helper_name


async def _thing(reply: ReplyContext) -> tuple[ReplyContext, ThingHeard]:
    """The thing that the tap is about, in a partnership of this person."""
    leader, thing = await access.heard_here(reply.work.tx, reply.leaders, reply.subject)
    return await reply.as_leader(leader), thing


async def _to_answer(reply: ReplyContext) -> tuple[ReplyContext, ThingHeard]:
    reply, thing = await _thing(reply)
    asked = owner(reply.roster, thing)
    is_owner = asked is not None and asked.id == reply.leader.id
    if not is_owner and Role.PROGRAMME_LEAD not in reply.leader.roles:
        raise NotAllowed(said("listening.owner_replies"))
    if thing.state is HeardState.LEFT_OUT:
        raise NotFound(access.GONE)
    return reply, thing


async def hear_reply(reply: ReplyContext) -> Outcome:
    """Ask for the reply, or for somebody else who gives it."""
    reply, thing = await _to_answer(reply)
    people = [{"value": leader.id, "label": leader.name[:75]} for leader in _may_own(reply)][:OWNERS_MAX]
    fields = {"text": thing.text, "reply": thing.reply, "people": people}
    return Outcome(
        form=reply.renderer.form("hear_reply", fields, subject=thing.id, locale=reply.leader.locale)
    )


def _may_own(reply: ReplyContext) -> list[Leader]:
    """Who else may be asked for a reply: it is part of their role."""
    roles = {Role.PROGRAMME_LEAD, Role.SPONSOR, Role.ENABLER, Role.FACILITATOR, Role.HELPER}
    others = reachable(list(reply.roster.leaders.values()))
    return [leader for leader in others if leader.id != reply.leader.id and leader.roles & roles]


async def hear_reply_submit(reply: ReplyContext) -> Outcome:
    """A reply ("not yet, because ..." is one), or a new owner."""
    reply, thing = await _to_answer(reply)
    work = reply.work
    named = next((leader for leader in _may_own(reply) if leader.id == reply.argument("owner")), None)
    answer = screen(reply.argument("reply"), work.book.rules).text
    if named is not None and not answer:
        thing = replace(thing, owner_id=named.id)
        work.keep(thing)
        await tell_owner(work, reply.roster, thing)
        facts = message_facts.HearPassed(owner=named.name, due=day_words(thing.reply_by))
        return await reply.say("hear_passed", facts)
    if not answer:
        return Outcome(errors={"reply": reply.in_words(said("listening.reply_or_pass_on"))})
    if blames_somebody(answer, names_here(reply.roster)):
        return Outcome(errors={"reply": reply.in_words(NO_BLAME)})
    is_first = thing.state is HeardState.OPEN
    on = calendar.local(work.at, reply.roster.partnership.zone).date()
    answered = thing_heard.answer(thing, reply=answer, is_not_yet=reply.argument("kind") == "not_yet", on=on)
    answered = replace(answered, owner_id=reply.leader.id)
    work.keep(answered)
    if is_first:
        work.log(
            EventKind.HEARD_ANSWERED,
            partnership_id=thing.partnership_id,
            subject=thing.id,
            leader=reply.leader,
            data={"kind": str(thing.kind)},
        )
        await tell_author(work, reply.roster, answered)
    return await reply.say(
        "hear_answered",
        message_facts.HearAnswered(
            text=one_line(answered.text),
            reply=reply_in_words(work.book, answered, locale=reply.leader.locale),
        ),
    )


async def _to_reword(reply: ReplyContext) -> tuple[ReplyContext, ThingHeard]:
    reply, thing = await _thing(reply)
    if reply.leader.id not in {leader.id for leader in rewording(reply.roster)}:
        raise NotFound(access.GONE)
    return reply, thing


async def hear_reword(reply: ReplyContext) -> Outcome:
    """Show held words to whoever puts them differently."""
    reply, thing = await _to_reword(reply)
    if thing.state is not HeardState.HELD:
        return await reply.say("hear_reworded", message_facts.HearReworded(text=thing.text))
    fields = {"text": thing.text, "why": thing.why_together}
    return Outcome(
        form=reply.renderer.form("hear_reword", fields, subject=thing.id, locale=reply.leader.locale)
    )


async def hear_reword_submit(reply: ReplyContext) -> Outcome:
    """New words go to whoever replies, at once; words that are left out are gone."""
    reply, thing = await _to_reword(reply)
    work = reply.work
    if reply.argument("what") == "leave_out":
        work.keep(thing_heard.leave_out(thing))
        return await reply.say("hear_reworded", message_facts.HearReworded(text=""))
    names = names_here(reply.roster)
    wording = screen(reply.argument("wording"), work.book.rules).text
    why = screen(reply.argument("why"), work.book.rules).text
    for field, words in (("wording", wording), ("why", why)):
        if names_somebody(words, names):
            return Outcome(errors={field: reply.in_words(said("listening.still_names"))})
    if thing.why_together and not why:
        return Outcome(errors={"why": reply.in_words(NO_WHY)})
    try:
        reworded = thing_heard.reword(thing, wording=wording)
    except InvalidInput as error:
        return Outcome(errors={"wording": reply.in_words(error)})
    reworded = replace(reworded, why_together=why)
    work.keep(reworded)
    work.cancel_timer(TimerKind.HEARD_DUE, f"{NEW}:{thing.id}")
    await tell_of_new(work, reply.roster, reworded)
    return await reply.say("hear_reworded", message_facts.HearReworded(text=reworded.text))


async def heard(reply: ReplyContext) -> Outcome:
    """What was heard and the replies, newest first, for everybody."""
    partnership = reply.roster.partnership
    today = calendar.local(reply.work.at, partnership.zone).date()
    things = thing_heard.shown(await present_heard(reply.work, partnership.id), on=today)
    book, locale = reply.work.book, reply.leader.locale
    items = [
        message_facts.HeardItems(
            text=one_line(thing.text),
            by=said_by(reply.roster, thing),
            reply=one_line(reply_in_words(book, thing, locale=locale)) if thing.reply else "",
            due=day_words(thing.reply_by),
        )
        for thing in things[:LISTED_MAX]
    ]
    facts = message_facts.Heard(items=items, more=len(things) - len(items), buttons=buttons("hear", "idea"))
    return await reply.say("heard", facts)
