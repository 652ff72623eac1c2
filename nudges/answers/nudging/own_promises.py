"""A leader's own promise: made in their words, shown as they chose, asked about once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from nudges import access
from nudges.errors import InvalidInput
from nudges.model import calendar
from nudges.model import nudge as life
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.ids import make_id
from nudges.model.nudge import Promise, PromiseState
from nudges.model.people import Visibility
from nudges.model.plain_words import day_words
from nudges.model.privacy import clean, screen
from nudges.model.timers import TimerKind
from nudges.unit_of_work.nudge_cards import Facts, buttons
from nudges.unit_of_work.reply_context import Answering
from nudges.use_cases.nudging.ask_promise import asked_at
from nudges.use_cases.partner_steps.refresh_board import refresh_board

SEEN_BY = {
    Visibility.PRIVATE: "Only you",
    Visibility.PAIR: "The person you are paired with",
    Visibility.NAMED: "Everybody here, with your name",
}
CARRY = timedelta(weeks=1)


async def commit(one: Answering) -> Outcome:
    """`commit "…" by Friday`; without words it asks for them."""
    if not one.argument("text"):
        return Outcome(form=one.renderer.form("commit", {}, subject=one.subject, locale=one.leader.locale))
    return await _make(one)


async def commit_submit(one: Answering) -> Outcome:
    """The form for a promise came back."""
    today = calendar.local(one.turn.at, one.leader.zone).date()
    due = one.day("due")
    if due is None or due < today:
        return Outcome(errors={"due": "Pick today or a later day, within a year."})
    if not clean(one.argument("text")):
        return Outcome(errors={"text": "Say what you will do, in your own words."})
    return await _make(one)


async def _make(one: Answering) -> Outcome:
    turn, leader = one.turn, one.leader
    screened = screen(one.argument("text"), turn.book.rules)
    chosen, due_on = one.argument("seen_by"), one.day("due")
    if due_on is None:
        raise InvalidInput("Give a day within a year, for example: commit “share our bed data” by Friday.")
    promise = Promise(
        id=make_id("promise", leader.id, one.command.key),
        partnership_id=leader.partnership_id,
        leader_id=leader.id,
        text=screened.text,
        due_on=due_on,
        made_at=turn.at,
        visibility=Visibility(chosen) if chosen in set(Visibility) else leader.visibility,
    )
    turn.keep(promise)
    _log(one, promise, EventKind.PROMISED)
    _ask_later(one, promise)
    await _on_board(one, promise)
    return await one.say("promise_made", _made_facts(promise), subject=promise.id, lasts=True)


def _made_facts(promise: Promise) -> Facts:
    """What the card of an open promise says; who sees it can be changed there."""
    others = [choice for choice in Visibility if choice is not promise.visibility]
    return {
        "text": promise.text,
        "due": day_words(promise.due_on),
        "seen_by": SEEN_BY[promise.visibility],
        "buttons": [
            {"verb": "promise_kept", "label": "Done already"},
            *({"verb": "visibility", "value": str(choice)} for choice in others),
            {"verb": "promise_let_go"},
        ],
    }


def kept_facts(promise: Promise) -> Facts:
    """What the card of a kept promise says; who sees it can be changed there, too."""
    others = [choice for choice in Visibility if choice is not promise.visibility]
    return {
        "text": promise.text,
        "seen_by": SEEN_BY[promise.visibility],
        "buttons": [
            *({"verb": "visibility", "value": str(choice)} for choice in others),
            {"verb": "promise_undo"},
        ],
    }


def _log(one: Answering, promise: Promise, kind: EventKind) -> None:
    one.turn.log(kind, partnership_id=promise.partnership_id, subject=promise.id, leader=one.leader)


def _ask_later(one: Answering, promise: Promise) -> None:
    due_at = asked_at(one.turn, one.leader, due_on=promise.due_on)
    one.turn.wake(TimerKind.PROMISE, promise.id, due_at, partnership_id=promise.partnership_id)


async def _on_board(one: Answering, promise: Promise) -> None:
    if promise.visibility is Visibility.NAMED:
        await refresh_board(one.turn, one.roster)


async def _own(one: Answering) -> tuple[Answering, Promise]:
    leader, promise = await access.own_promise(one.turn.tx, one.leaders, one.subject)
    return await one.as_leader(leader), promise


async def _changed(one: Answering, promise: Promise, event: str, *verbs: str) -> Outcome:
    one.turn.keep(promise)
    await _on_board(one, promise)
    facts: Facts = {"text": promise.text, "due": day_words(promise.due_on), "buttons": buttons(*verbs)}
    if event == "promise_kept":
        facts = kept_facts(promise)
    elif event == "promise_let_go":
        del facts["due"]
    await one.redraw(promise.id, event, facts)
    return Outcome() if one.command.via == "tap" else await one.say(event, facts, subject=promise.id)


async def promise_kept(one: Answering) -> Outcome:
    """It happened. A second tap changes nothing."""
    one, promise = await _own(one)
    kept = life.keep(promise, at=one.turn.at)
    if kept is not promise:
        _log(one, kept, EventKind.PROMISE_KEPT)
        one.turn.sleep(TimerKind.PROMISE, promise.id)
    return await _changed(one, kept, "promise_kept", "promise_undo")


async def promise_partly(one: Answering) -> Outcome:
    """Some of it happened."""
    one, promise = await _own(one)
    if promise.state is PromiseState.KEPT:
        return await _changed(one, promise, "promise_kept", "promise_undo")
    changed = life.keep_partly(promise, at=one.turn.at)
    if promise.state is not PromiseState.PARTLY:
        _log(one, changed, EventKind.PROMISE_PARTLY)
        one.turn.sleep(TimerKind.PROMISE, promise.id)
    return await _changed(one, changed, "promise_partly", "promise_carry", "promise_undo")


async def promise_carry(one: Answering) -> Outcome:
    """Carry it forward by a week; it is asked about once more after that."""
    one, promise = await _own(one)
    today = calendar.local(one.turn.at, one.leader.zone).date()
    carried = life.carry(promise, due_on=max(promise.due_on, today) + CARRY)
    _log(one, carried, EventKind.PROMISE_CARRIED)
    _ask_later(one, carried)
    return await _changed(one, carried, "promise_carried", "promise_kept", "promise_let_go")


async def promise_let_go(one: Answering) -> Outcome:
    """Let it go: nobody is told."""
    one, promise = await _own(one)
    if promise.state is PromiseState.KEPT:
        return await _changed(one, promise, "promise_kept", "promise_undo")
    gone = life.let_go(promise, at=one.turn.at)
    if gone is not promise and promise.state is not PromiseState.LET_GO:
        _log(one, gone, EventKind.PROMISE_LET_GO)
        one.turn.sleep(TimerKind.PROMISE, promise.id)
    return await _changed(one, gone, "promise_let_go", "promise_undo")


async def promise_undo(one: Answering) -> Outcome:
    """Take the last answer back."""
    one, promise = await _own(one)
    if promise.state is PromiseState.KEPT:
        _log(one, promise, EventKind.PROMISE_KEPT_UNDONE)
    back = life.reopen(promise)
    if back.asked_at is None:
        _ask_later(one, back)
    return await _changed(
        one, back, "promise_asked", "promise_kept", "promise_partly", "promise_carry", "promise_let_go"
    )


async def show_as(one: Answering, promise: Promise, visibility: Visibility) -> Outcome:
    """Change who sees this one promise."""
    changed = replace(promise, visibility=visibility)
    one.turn.keep(changed)
    await refresh_board(one.turn, one.roster)
    if changed.state is PromiseState.KEPT:
        await one.redraw(promise.id, "promise_kept", kept_facts(changed))
    else:
        await one.redraw(promise.id, "promise_made", _made_facts(changed))
    return Outcome()
