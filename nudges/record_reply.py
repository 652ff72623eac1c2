"""What a person tapped, filled in or typed: screened, done once, answered, all in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from nudges import access
from nudges.answers import (
    campaigns,
    home,
    joining,
    listening,
    nudging,
    open_page,
    pairing,
    partner_steps,
    pulse,
    rollup,
    settings,
    support,
    typed,
)
from nudges.answers.home.home import OPENED, home_opened
from nudges.answers.typed.typed import aimed, ask, meaning, unclear, with_args
from nudges.errors import InvalidInput, NotFound
from nudges.model import message_facts
from nudges.model.commands import Command, Outcome
from nudges.model.ids import make_id
from nudges.model.people import Address, Leader
from nudges.model.playbook import Playbook
from nudges.model.screened_text import refuse_patients, storable
from nudges.ports import Renderer, Store, Transaction
from nudges.rules.typed.typed_words import Guess
from nudges.said import said
from nudges.unit_of_work.read_roster import read_roster
from nudges.unit_of_work.reply_context import ReplyContext, Verb
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.joining.join_by_code import join_by_code
from nudges.use_cases.listening.things_heard import day_only

SUBJECTS = (
    campaigns,
    home,
    joining,
    listening,
    nudging,
    open_page,
    pairing,
    partner_steps,
    pulse,
    rollup,
    settings,
    support,
    typed,
)
# What the subjects bring; a verb belongs to one of them.
VERBS: Mapping[str, Verb] = {name: verb for subject in SUBJECTS for name, verb in subject.VERBS.items()}
TYPED: Mapping[str, Verb] = {**VERBS, **typed.TYPED}
KEY_MAX, ARGUMENT_MAX, SUBJECT_MAX = 500, 4000, 200


async def record_reply(
    store: Store, book: Playbook, renderer: Renderer, command: Command, *, at: datetime
) -> Outcome:
    """Handle a command once; the same key again gives the stored answer and changes nothing.

    Effect, answer and key are one transaction, committed before this returns. What came without a name is
    remembered without its actor, by the day, and without its answer.

    Raises:
        NotFound: the actor, or what the command is about, is not there for them.
        NotAllowed: the actor's role does not allow it.
        IllegalTransition: it does not follow from the present state.
        InvalidInput: the words or values cannot be used.
        RefusedText: the words hold an NHS number; nothing of them was stored.
    """
    _check_shape(command)
    command = replace(command, args={name: storable(value) for name, value in command.args.items()})
    key = unnamed_key(command) if is_unnamed(command) else inbox_key(command.actor, command.key)
    async with store.transaction() as tx:
        known = await tx.records.seen(key)
        if known is not None:
            return known
        work = UnitOfWork(tx=tx, book=book, at=at, holidays=await access.bank_holidays(tx))
        if command.verb == OPENED:
            return await home_opened(work, renderer, command)
        outcome = await join_by_code(work, renderer, command)
        if outcome is None:
            outcome = await _answer(work, renderer, await _begin(tx, work, renderer, command))
        await work.write()
        if is_unnamed(command) and not outcome.errors:
            await tx.records.remember(key, Outcome(), at=day_only(at.date()))
        elif not outcome.errors and not outcome.leaves_no_trace:
            await tx.records.remember(key, outcome, at=at)
    return outcome


def is_unnamed(command: Command) -> bool:
    """Whether nobody may know from whom this came: a leaf, and words to be heard without a name."""
    return command.verb == "leaf_submit" or (
        command.verb in ("hear_submit", "idea_submit") and command.args.get("named", "").strip() != "yes"
    )


def unnamed_key(command: Command) -> str:
    """The same for every delivery of the same act, and saying nothing of the person."""
    return f"unnamed:{make_id(command.actor.installation, command.verb, command.key)}"


def inbox_key(actor: Address, key: str = "") -> str:
    """What a command is remembered by: the actor's own part first, so that nobody meets another's answer."""
    return f"{make_id(actor.platform, actor.workspace, actor.to)}:{key}"


def _check_shape(command: Command) -> None:
    if (
        not command.key
        or len(command.key) > KEY_MAX
        or any(len(each) > ARGUMENT_MAX for each in command.args.values())
    ):
        raise InvalidInput(said("access.too_long"))
    if len(command.subject) > SUBJECT_MAX or not command.subject.isprintable():
        raise NotFound(access.GONE)


async def _begin(tx: Transaction, work: UnitOfWork, renderer: Renderer, command: Command) -> ReplyContext:
    leaders = await access.actors(tx, command.actor, seen_in=command.seen_in)
    leader = _meant(leaders, command)
    for text in command.args.values():
        refuse_patients(text, work.book.rules)
    return ReplyContext(
        work=work,
        renderer=renderer,
        command=command,
        leaders=leaders,
        leader=leader,
        roster=await read_roster(tx, leader.partnership_id),
    )


def _meant(leaders: list[Leader], command: Command) -> Leader:
    """As whom the person acts: the one that the button is about; a typed yes answers the open invitation."""
    about = next((one for one in leaders if one.id == command.subject), None)
    answer = command.args.get("text", "").strip().casefold() if command.verb == "say" else command.verb
    invited = [one for one in leaders if one.opted_in_at is None and one.welcomes and one.stopped_at is None]
    if about is None and answer == "yes" and invited:
        return invited[0]
    return about or leaders[0]


async def _answer(work: UnitOfWork, renderer: Renderer, reply: ReplyContext) -> Outcome:
    if reply.command.verb != "say":
        verb = VERBS.get(reply.command.verb)
        if verb is None:
            raise InvalidInput(said("access.unknown_button"))
        return await verb(reply)
    word = meaning(reply)
    if word is None:
        return await unclear(reply)
    if isinstance(word, Guess):
        return await ask(reply, word)
    aim = await aimed(with_args(reply, word), word.verb)
    if isinstance(aim, Outcome):
        return aim
    return await _typed(aim)


async def _typed(reply: ReplyContext) -> Outcome:
    """A typed command; where it needs a form that cannot be opened from a message, a button opens it."""
    outcome = await TYPED[reply.command.verb](reply)
    if outcome.form is None or reply.command.via == "command":
        return outcome
    button = {"verb": reply.command.verb, "subject": reply.subject}
    return await reply.say("open_form", message_facts.OpenForm(buttons=[button]), subject=reply.subject)
