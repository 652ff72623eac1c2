"""Logging a step from anywhere: one form for what is open, or for something else in one's own words."""

from __future__ import annotations

from nudges.answers.nudging import mark_done, own_promises
from nudges.answers.partner_steps import change_step
from nudges.model import calendar
from nudges.model import nudge as nudge_states
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.ids import make_id
from nudges.model.nudge import Promise
from nudges.model.people import Visibility
from nudges.model.screened_text import clean, screen
from nudges.rules.rollup.rollup_facts import one_line
from nudges.said import Said, said
from nudges.unit_of_work.nudge_cards import Facts
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.joining.leave_programme import open_nudges, open_promises
from nudges.use_cases.partner_steps.refresh_board import present_steps, refresh_board

OTHER = "other"
LABEL_MAX, OPEN_MAX = 75, 90
DONE = {"nudge": mark_done.done, "promise": own_promises.promise_kept, "step": change_step.step_done}


async def log_step(reply: ReplyContext) -> Outcome:
    """Ask what was done: something that is open, or something else; words that were typed are enough."""
    if reply.command.via == "message" and reply.argument("text"):
        return await _something_else(reply)
    choices = await _open(reply)
    words = clean(reply.argument("text"))[: reply.work.book.rules.privacy.free_text_max_chars]
    other = {
        "value": OTHER,
        "label": reply.in_words(said("nudging.something_else")),
        "group": reply.in_words(said("nudging.not_on_the_list")),
    }
    facts: Facts = {
        "choices": [*choices[:OPEN_MAX], other],
        # Nothing of the list is ticked beforehand: whoever writes words of their own means these.
        "what": OTHER if words or not choices else "",
        "words": words,
    }
    return Outcome(form=reply.renderer.form("log_step", facts, subject="", locale=reply.leader.locale))


async def _open(reply: ReplyContext) -> list[Facts]:
    """What is open for this person: steps of the week, promises, and partner steps that they own."""
    open_things: list[tuple[int, Said, str, str]] = []
    for leader in reply.leaders:
        own = await reply.as_leader(leader)
        for nudge in await open_nudges(own.work, leader):
            _, title, _ = own.scene(await own.pair_of(nudge)).filled(nudge)
            open_things.append((0, said("nudging.your_steps"), f"nudge:{nudge.id}", title))
        for promise in await open_promises(own.work, leader):
            open_things.append((1, said("nudging.your_promises"), f"promise:{promise.id}", promise.text))
        for step in await present_steps(own.work, leader.partnership_id):
            if step.owner_id == leader.id and step.is_open:
                open_things.append((2, said("nudging.steps_looked_after"), f"step:{step.id}", step.text))
    return [
        {"value": value, "label": _short(text), "group": reply.in_words(group)}
        for _, group, value, text in sorted(open_things, key=lambda each: each[0])
    ]


def _short(text: str) -> str:
    line = one_line(text)
    return line if len(line) <= LABEL_MAX else line[: LABEL_MAX - 1] + "…"


async def log_step_submit(reply: ReplyContext) -> Outcome:
    """The chosen one is marked done exactly as by its own button; something else is a promise kept."""
    words = reply.argument("words")
    what = reply.argument("what") or (OTHER if words else "")
    kind, _, subject = what.partition(":")
    if what != OTHER and words:
        return Outcome(errors={"what": reply.in_words(said("nudging.own_words_elsewhere"))})
    if what == OTHER:
        return await _something_else(reply)
    if kind not in DONE or not subject:
        return Outcome(errors={"what": reply.in_words(said("nudging.pick_what_is_done"))})
    outcome = await DONE[kind](reply.about(subject))
    return outcome if outcome.reply or outcome.errors else await reply.say("logged")


async def _something_else(reply: ReplyContext) -> Outcome:
    work, leader = reply.work, reply.leader
    screened = screen(reply.argument("words") or reply.argument("text"), work.book.rules)
    if not screened.text:
        return Outcome(errors={"words": reply.in_words(said("nudging.say_what_is_done"))})
    promise = Promise(
        id=make_id("promise", leader.id, reply.command.key),
        partnership_id=leader.partnership_id,
        leader_id=leader.id,
        text=screened.text,
        due_on=calendar.local(work.at, leader.zone).date(),
        made_at=work.at,
        visibility=leader.visibility,
    )
    work.keep(nudge_states.keep(promise, at=work.at))
    for kind in (EventKind.PROMISED, EventKind.PROMISE_KEPT):
        work.log(kind, partnership_id=leader.partnership_id, subject=promise.id, leader=leader)
    if promise.visibility is Visibility.NAMED:
        await refresh_board(work, reply.roster)
    facts = own_promises.kept_facts(reply, promise)
    return await reply.say("promise_kept", facts, subject=promise.id, lasts=True)
