"""A leader's own promise: made in their words, shown as they chose, asked about once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from nudges import access
from nudges.errors import InvalidInput
from nudges.model import calendar, message_facts
from nudges.model import nudge as nudge_states
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.ids import make_id
from nudges.model.nudge import Promise, PromiseState
from nudges.model.people import Visibility
from nudges.model.plain_words import day_words
from nudges.model.screened_text import clean, screen
from nudges.model.timers import TimerKind
from nudges.said import Said, said
from nudges.unit_of_work.nudge_cards import buttons
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.nudging.ask_promise import asked_at
from nudges.use_cases.partner_steps.refresh_board import refresh_board

SEEN_BY: Mapping[Visibility, Said] = {
    Visibility.PRIVATE: said("nudging.seen_by.only_you"),
    Visibility.PAIR: said("nudging.seen_by.pair"),
    Visibility.NAMED: said("nudging.seen_by.everybody"),
}


async def commit(reply: ReplyContext) -> Outcome:
    """`commit "…" by Friday`; without words it asks for them."""
    if not reply.argument("text"):
        return Outcome(
            form=reply.renderer.form("commit", {}, subject=reply.subject, locale=reply.leader.locale)
        )
    return await _make(reply)


async def commit_submit(reply: ReplyContext) -> Outcome:
    """The form for a promise came back."""
    today = calendar.local(reply.work.at, reply.leader.zone).date()
    due = reply.day("due")
    if due is None or due < today:
        return Outcome(errors={"due": reply.in_words(said("nudging.today_or_later"))})
    if not clean(reply.argument("text")):
        return Outcome(errors={"text": reply.in_words(said("nudging.say_what_you_will_do"))})
    return await _make(reply)


async def _make(reply: ReplyContext) -> Outcome:
    work, leader = reply.work, reply.leader
    screened = screen(reply.argument("text"), work.book.rules)
    chosen, due_on = reply.argument("seen_by"), reply.day("due")
    if due_on is None:
        raise InvalidInput(said("nudging.give_a_day"))
    promise = Promise(
        id=make_id("promise", leader.id, reply.command.key),
        partnership_id=leader.partnership_id,
        leader_id=leader.id,
        text=screened.text,
        due_on=due_on,
        made_at=work.at,
        visibility=Visibility(chosen) if chosen in set(Visibility) else leader.visibility,
    )
    work.keep(promise)
    _log(reply, promise, EventKind.PROMISED)
    _ask_later(reply, promise)
    await _on_board(reply, promise)
    return await reply.say("promise_made", _made_facts(reply, promise), subject=promise.id, lasts=True)


def _made_facts(reply: ReplyContext, promise: Promise) -> message_facts.PromiseMade:
    """What the card of an open promise says; who sees it can be changed there."""
    others = [choice for choice in Visibility if choice is not promise.visibility]
    return {
        "text": promise.text,
        "due": day_words(promise.due_on),
        "seen_by": reply.in_words(SEEN_BY[promise.visibility]),
        "buttons": [
            {"verb": "promise_kept", "label": reply.in_words(said("nudging.done_already"))},
            *({"verb": "visibility", "value": str(choice)} for choice in others),
            {"verb": "promise_let_go"},
        ],
    }


def kept_facts(reply: ReplyContext, promise: Promise) -> message_facts.PromiseKept:
    """What the card of a kept promise says; who sees it can be changed there, too."""
    others = [choice for choice in Visibility if choice is not promise.visibility]
    return {
        "text": promise.text,
        "seen_by": reply.in_words(SEEN_BY[promise.visibility]),
        "buttons": [
            *({"verb": "visibility", "value": str(choice)} for choice in others),
            {"verb": "promise_undo"},
        ],
    }


def _log(reply: ReplyContext, promise: Promise, kind: EventKind) -> None:
    reply.work.log(kind, partnership_id=promise.partnership_id, subject=promise.id, leader=reply.leader)


def _ask_later(reply: ReplyContext, promise: Promise) -> None:
    due_at = asked_at(reply.work, reply.leader, due_on=promise.due_on)
    reply.work.set_timer(TimerKind.PROMISE, promise.id, due_at, partnership_id=promise.partnership_id)


async def _on_board(reply: ReplyContext, promise: Promise) -> None:
    if promise.visibility is Visibility.NAMED:
        await refresh_board(reply.work, reply.roster)


async def _own(reply: ReplyContext) -> tuple[ReplyContext, Promise]:
    leader, promise = await access.own_promise(reply.work.tx, reply.leaders, reply.subject)
    return await reply.as_leader(leader), promise


async def _changed(reply: ReplyContext, promise: Promise, event: str, *verbs: str) -> Outcome:
    reply.work.keep(promise)
    await _on_board(reply, promise)
    facts = _changed_facts(reply, promise, event, *verbs)
    await reply.redraw(promise.id, event, facts)
    return Outcome() if reply.command.via == "tap" else await reply.say(event, facts, subject=promise.id)


def _changed_facts(
    reply: ReplyContext, promise: Promise, event: str, *verbs: str
) -> message_facts.PromiseAsked | message_facts.PromiseKept | message_facts.PromiseLetGo:
    """What each of these cards says; one that was carried or partly kept says no more than an open one."""
    row = buttons(*verbs)
    if event == "promise_kept":
        return kept_facts(reply, promise)
    if event == "promise_let_go":
        return message_facts.PromiseLetGo(text=promise.text, buttons=row)
    return message_facts.PromiseAsked(text=promise.text, due=day_words(promise.due_on), buttons=row)


async def promise_kept(reply: ReplyContext) -> Outcome:
    """It happened. A second tap changes nothing."""
    reply, promise = await _own(reply)
    kept = nudge_states.keep(promise, at=reply.work.at)
    if kept is not promise:
        _log(reply, kept, EventKind.PROMISE_KEPT)
        reply.work.cancel_timer(TimerKind.PROMISE, promise.id)
    return await _changed(reply, kept, "promise_kept", "promise_undo")


async def promise_partly(reply: ReplyContext) -> Outcome:
    """Some of it happened."""
    reply, promise = await _own(reply)
    if promise.state is PromiseState.KEPT:
        return await _changed(reply, promise, "promise_kept", "promise_undo")
    changed = nudge_states.keep_partly(promise, at=reply.work.at)
    if promise.state is not PromiseState.PARTLY:
        _log(reply, changed, EventKind.PROMISE_PARTLY)
        reply.work.cancel_timer(TimerKind.PROMISE, promise.id)
    return await _changed(reply, changed, "promise_partly", "promise_carry", "promise_undo")


async def promise_carry(reply: ReplyContext) -> Outcome:
    """Carry it forward by a week; it is asked about once more after that."""
    reply, promise = await _own(reply)
    today = calendar.local(reply.work.at, reply.leader.zone).date()
    by = timedelta(weeks=reply.work.book.rules.promise.carried_weeks)
    carried = nudge_states.carry(promise, due_on=max(promise.due_on, today) + by)
    _log(reply, carried, EventKind.PROMISE_CARRIED)
    _ask_later(reply, carried)
    return await _changed(reply, carried, "promise_carried", "promise_kept", "promise_let_go")


async def promise_let_go(reply: ReplyContext) -> Outcome:
    """Let it go: nobody is told."""
    reply, promise = await _own(reply)
    if promise.state is PromiseState.KEPT:
        return await _changed(reply, promise, "promise_kept", "promise_undo")
    gone = nudge_states.let_go(promise, at=reply.work.at)
    if gone is not promise and promise.state is not PromiseState.LET_GO:
        _log(reply, gone, EventKind.PROMISE_LET_GO)
        reply.work.cancel_timer(TimerKind.PROMISE, promise.id)
    return await _changed(reply, gone, "promise_let_go", "promise_undo")


async def promise_undo(reply: ReplyContext) -> Outcome:
    """Take the last answer back."""
    reply, promise = await _own(reply)
    if promise.state is PromiseState.KEPT:
        _log(reply, promise, EventKind.PROMISE_KEPT_UNDONE)
    back = nudge_states.reopen(promise)
    if back.asked_at is None:
        _ask_later(reply, back)
    return await _changed(
        reply, back, "promise_asked", "promise_kept", "promise_partly", "promise_carry", "promise_let_go"
    )


async def show_as(reply: ReplyContext, promise: Promise, visibility: Visibility) -> Outcome:
    """Change who sees this one promise."""
    changed = replace(promise, visibility=visibility)
    reply.work.keep(changed)
    await refresh_board(reply.work, reply.roster)
    if changed.state is PromiseState.KEPT:
        await reply.redraw(promise.id, "promise_kept", kept_facts(reply, changed))
    else:
        await reply.redraw(promise.id, "promise_made", _made_facts(reply, changed))
    return Outcome()
