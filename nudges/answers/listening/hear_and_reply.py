"""Saying something to be heard, named or not, the reply to it, and new words for what names somebody."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from nudges import access
from nudges.errors import InvalidInput, NotAllowed, NotFound
from nudges.model import calendar, thing_heard
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.people import Leader, Role
from nudges.model.plain_words import day_words
from nudges.model.privacy import clean, screen
from nudges.model.thing_heard import HeardKind, HeardState, ThingHeard
from nudges.model.timers import TimerKind
from nudges.rules.listening.blame import NO_BLAME, blames_somebody, names_somebody
from nudges.rules.rollup.rollup_facts import one_line
from nudges.unit_of_work.nudge_cards import Facts, buttons
from nudges.unit_of_work.reply_context import Answering
from nudges.use_cases.listening.things_heard import (
    NEW,
    names_here,
    owner,
    present_heard,
    reachable,
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
NO_WHY = "An idea needs one line on why no single organisation would do it alone."


async def hear(one: Answering) -> Outcome:
    """Ask for words to be heard; nothing is kept before the person has chosen whether to be named.

    The subject may be a kind of `HeardKind`: then the form is about that. `quoted` are the words of a message
    that somebody wants to be heard; they fill the form, as many as fit.
    """
    if one.command.via == "message":
        facts: Facts = {
            "had_words": bool(one.argument("text")),
            "buttons": buttons("hear", subject=_kind(one)),
        }
        return Outcome(reply=one.draw("hear_open", facts), leaves_no_trace=True)
    facts = {
        "text": _fitting(one, clean(one.argument("quoted") or one.argument("text"))),
        "is_quoted": bool(one.argument("quoted")),
        "themes": [{"value": each.id, "label": each.label} for each in one.turn.book.rules.reasons],
    }
    form = one.renderer.form("hear", facts, subject=_kind(one), locale=one.leader.locale)
    return Outcome(form=form, leaves_no_trace=True)


def _fitting(one: Answering, words: str) -> str:
    most = one.turn.book.rules.privacy.free_text_max_chars
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def _kind(one: Answering) -> HeardKind:
    return HeardKind.PRINCIPLE if one.subject == HeardKind.PRINCIPLE else HeardKind.CONCERN


async def hear_submit(one: Answering) -> Outcome:
    """Words to be heard came in. Without a name, nothing says whose they are."""
    text = screen(one.argument("text"), one.turn.book.rules)
    if not text.text:
        return Outcome(errors={"text": "Say what you would like to be heard."})
    themes = {each.id for each in one.turn.book.rules.reasons}
    theme = one.argument("theme")
    return await take_in(one, _kind(one), text.text, theme=theme if theme in themes else None)


def is_unnamed(one: Answering) -> bool:
    """Whether this must not be known as theirs: the default, unless they chose otherwise."""
    return one.argument("named") != "yes"


async def take_in(
    one: Answering, kind: HeardKind, text: str, *, theme: str | None = None, why_together: str = ""
) -> Outcome:
    """Keep a thing heard; hold it back where it names somebody. The answer is given at once only."""
    turn, partnership = one.turn, one.roster.partnership
    on = calendar.local(turn.at, partnership.zone).date()
    names = names_here(one.roster)
    is_held = names_somebody(f"{text} {why_together}", names)
    thing = ThingHeard(
        # Random: an id made of anything would be a trace.
        id=turn.tx.random_hex(10),
        partnership_id=partnership.id,
        kind=kind,
        text=text,
        said_on=on,
        reply_by=on + timedelta(days=turn.book.rules.listening.reply_within_days),
        state=HeardState.HELD if is_held else HeardState.OPEN,
        author_id=None if is_unnamed(one) else one.leader.id,
        theme=theme,
        why_together=why_together,
    )
    replies = owner(one.roster, thing)
    turn.keep(thing)
    wake_in_the_morning(turn, one.roster, NEW, thing.id)
    if thing.author_id and thing.theme:
        watch_themes(turn, one.roster)
    facts = {
        "held_by": _first_name(one) if is_held else "",
        "owner": replies.name if replies else partnership.helper_name,
        "due": day_words(thing.reply_by),
        "named": thing.author_id is not None,
    }
    return Outcome(reply=one.draw("hear_thanks", facts))


def _first_name(one: Answering) -> str:
    found = rewording(one.roster)
    return found[0].name if found else one.roster.partnership.helper_name


async def _thing(one: Answering) -> tuple[Answering, ThingHeard]:
    """The thing that the tap is about, in a partnership of this person."""
    thing = await one.turn.tx.voices.unchecked_heard(one.subject)
    near = [leader for leader in one.leaders if thing and leader.partnership_id == thing.partnership_id]
    if thing is None or not near:
        raise NotFound(access.GONE)
    return await one.as_leader(near[0]), thing


async def _to_answer(one: Answering) -> tuple[Answering, ThingHeard]:
    one, thing = await _thing(one)
    asked = owner(one.roster, thing)
    is_owner = asked is not None and asked.id == one.leader.id
    if not is_owner and Role.PROGRAMME_LEAD not in one.leader.roles:
        raise NotAllowed("Only whoever was asked for a reply, or a programme lead, can give it.")
    if thing.state is HeardState.LEFT_OUT:
        raise NotFound(access.GONE)
    return one, thing


async def hear_reply(one: Answering) -> Outcome:
    """Ask for the reply, or for somebody else who gives it."""
    one, thing = await _to_answer(one)
    people = [{"value": leader.id, "label": leader.name[:75]} for leader in _may_own(one)][:OWNERS_MAX]
    facts = {"text": thing.text, "reply": thing.reply, "people": people}
    return Outcome(form=one.renderer.form("hear_reply", facts, subject=thing.id, locale=one.leader.locale))


def _may_own(one: Answering) -> list[Leader]:
    """Who else may be asked for a reply: it is part of their role."""
    roles = {Role.PROGRAMME_LEAD, Role.SPONSOR, Role.ENABLER, Role.FACILITATOR, Role.HELPER}
    others = reachable(list(one.roster.leaders.values()))
    return [leader for leader in others if leader.id != one.leader.id and leader.roles & roles]


async def hear_reply_submit(one: Answering) -> Outcome:
    """A reply ("not yet, because ..." is one), or a new owner."""
    one, thing = await _to_answer(one)
    turn = one.turn
    named = next((leader for leader in _may_own(one) if leader.id == one.argument("owner")), None)
    reply = screen(one.argument("reply"), turn.book.rules).text
    if named is not None and not reply:
        thing = replace(thing, owner_id=named.id)
        turn.keep(thing)
        await tell_owner(turn, one.roster, thing)
        return await one.say("hear_passed", {"owner": named.name, "due": day_words(thing.reply_by)})
    if not reply:
        return Outcome(errors={"reply": "Write a reply, or pick somebody else to give it."})
    if blames_somebody(reply, names_here(one.roster)):
        return Outcome(errors={"reply": NO_BLAME})
    is_first = thing.state is HeardState.OPEN
    on = calendar.local(turn.at, one.roster.partnership.zone).date()
    answered = thing_heard.answer(thing, reply=reply, is_not_yet=one.argument("kind") == "not_yet", on=on)
    answered = replace(answered, owner_id=one.leader.id)
    turn.keep(answered)
    if is_first:
        turn.log(
            EventKind.HEARD_ANSWERED,
            partnership_id=thing.partnership_id,
            subject=thing.id,
            leader=one.leader,
            data={"kind": str(thing.kind)},
        )
        await tell_author(turn, one.roster, answered)
    return await one.say(
        "hear_answered", {"text": one_line(answered.text), "reply": thing_heard.in_words(answered)}
    )


async def _to_reword(one: Answering) -> tuple[Answering, ThingHeard]:
    one, thing = await _thing(one)
    if one.leader.id not in {leader.id for leader in rewording(one.roster)}:
        raise NotFound(access.GONE)
    return one, thing


async def hear_reword(one: Answering) -> Outcome:
    """Show held words to whoever puts them differently."""
    one, thing = await _to_reword(one)
    if thing.state is not HeardState.HELD:
        return await one.say("hear_reworded", {"text": thing.text})
    facts = {"text": thing.text, "why": thing.why_together}
    return Outcome(form=one.renderer.form("hear_reword", facts, subject=thing.id, locale=one.leader.locale))


async def hear_reword_submit(one: Answering) -> Outcome:
    """New words go to whoever replies, at once; words that are left out are gone."""
    one, thing = await _to_reword(one)
    turn = one.turn
    if one.argument("what") == "leave_out":
        turn.keep(thing_heard.leave_out(thing))
        return await one.say("hear_reworded", {"text": ""})
    names = names_here(one.roster)
    wording = screen(one.argument("wording"), turn.book.rules).text
    why = screen(one.argument("why"), turn.book.rules).text
    for field, words in (("wording", wording), ("why", why)):
        if names_somebody(words, names):
            return Outcome(errors={field: "These words still name somebody. Please say it without the name."})
    if thing.why_together and not why:
        return Outcome(errors={"why": NO_WHY})
    try:
        reworded = thing_heard.reword(thing, wording=wording)
    except InvalidInput as error:
        return Outcome(errors={"wording": str(error)})
    reworded = replace(reworded, why_together=why)
    turn.keep(reworded)
    turn.sleep(TimerKind.HEARD_DUE, f"{NEW}:{thing.id}")
    await tell_of_new(turn, one.roster, reworded)
    return await one.say("hear_reworded", {"text": reworded.text})


async def heard(one: Answering) -> Outcome:
    """What was heard and the replies, newest first, for everybody."""
    partnership = one.roster.partnership
    today = calendar.local(one.turn.at, partnership.zone).date()
    things = thing_heard.shown(await present_heard(one.turn, partnership.id), on=today)
    items = [
        {
            "text": one_line(thing.text),
            "by": said_by(one.roster, thing),
            "reply": one_line(thing_heard.in_words(thing)) if thing.reply else "",
            "due": day_words(thing.reply_by),
        }
        for thing in things[:LISTED_MAX]
    ]
    facts = {"items": items, "more": len(things) - len(items), "buttons": buttons("hear", "idea")}
    return await one.say("heard", facts)
