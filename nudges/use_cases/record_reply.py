"""What a person tapped, filled in or typed: screened, done once, answered, all in one transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime

from nudges import access
from nudges.errors import InvalidInput, NotFound
from nudges.ports import Renderer, Store, Transaction
from nudges.rules.ids import make_id
from nudges.rules.people import Address, Leader
from nudges.rules.playbook import Playbook
from nudges.rules.privacy import refuse_patients, storable
from nudges.rules.record import Command, Outcome
from nudges.rules.words import Guess
from nudges.use_cases.answers import (
    campaigns,
    contact,
    gates,
    goals,
    hearing,
    helping,
    home,
    joining,
    ladder,
    leading,
    log_step,
    my_time,
    next_offer,
    nudges,
    pair_office,
    pair_times,
    pairs,
    passing,
    previews,
    principles,
    promises,
    pulse,
    settings,
    step_list,
    step_new,
    steps,
    swaps,
    taking_part,
    telling_team,
    tree,
    trying,
    typed,
    voting,
    who,
)
from nudges.use_cases.answers.answering import Answering
from nudges.use_cases.answers.opening import open_page
from nudges.use_cases.hear import day_only
from nudges.use_cases.knock import knock
from nudges.use_cases.roster import read_roster
from nudges.use_cases.turn import Turn

Verb = Callable[[Answering], Awaitable[Outcome]]

VERBS: Mapping[str, Verb] = {
    "yes": taking_part.yes,
    "later": taking_part.later,
    "what_is_held": taking_part.what_is_held,
    "plan": nudges.plan,
    "move": nudges.plan,
    "plan_submit": nudges.plan_submit,
    "plan_slot": nudges.plan_slot,
    "done": nudges.done,
    "partly": nudges.partly,
    "not_yet": nudges.not_yet,
    "not_now": nudges.not_now,
    "let_go": nudges.let_go,
    "snooze": nudges.snooze,
    "undo": nudges.undo,
    "share": nudges.share,
    "share_submit": nudges.share_submit,
    "how": nudges.how,
    "why": nudges.why,
    "another_day": ladder.another_day,
    "smaller": ladder.smaller,
    "reason": ladder.reason,
    "reason_take": ladder.reason_take,
    "check_back": ladder.check_back,
    "swap": swaps.swap,
    "swap_submit": swaps.swap_submit,
    "slots": pair_times.slots,
    "slots_submit": pair_times.slots_submit,
    "pick": pair_times.pick,
    "office": pair_office.office,
    "contact_yes": contact.contact_yes,
    "contact_no": contact.contact_no,
    "cannot": pairs.cannot,
    "met": pairs.met,
    "not_met": pairs.not_met,
    "commit": promises.commit,
    "commit_submit": promises.commit_submit,
    "promise_kept": promises.promise_kept,
    "promise_partly": promises.promise_partly,
    "promise_carry": promises.promise_carry,
    "promise_let_go": promises.promise_let_go,
    "promise_undo": promises.promise_undo,
    "step_done": steps.step_done,
    "step_undo": steps.step_undo,
    "step_help": steps.step_help,
    "step_date": steps.step_date,
    "step_date_submit": steps.step_date_submit,
    "step_on_course": steps.step_on_course,
    "step_words": steps.step_words,
    "step_words_submit": steps.step_words_submit,
    "step_hand_over": steps.step_hand_over,
    "step_hand_over_submit": steps.step_hand_over_submit,
    "step_ask": step_list.step_ask,
    "step_confirm": step_list.step_confirm,
    "step_new": step_new.step_new,
    "step_new_submit": step_new.step_new_submit,
    "steps": step_list.steps,
    "signs": step_list.signs,
    "help_log": helping.help_log,
    "help_contacted": helping.help_contacted,
    "help_taken_up": helping.help_taken_up,
    "help_closed": helping.help_closed,
    "visibility": who.visibility,
    "delegate": who.delegate,
    "delegate_submit": who.delegate_submit,
    "apart": who.apart,
    "apart_submit": who.apart_submit,
    "pace": settings.pace,
    "language": settings.language,
    "language_submit": settings.language_submit,
    "help_me": helping.help_me,
    "stop": taking_part.stop,
    "start": taking_part.start,
    "pause_until": my_time.pause_until,
    "away": my_time.away,
    "away_submit": my_time.away_submit,
    "away_drop": my_time.away_drop,
    "my_days": my_time.my_days,
    "my_days_submit": my_time.my_days_submit,
    "log_step": log_step.log_step,
    "log_step_submit": log_step.log_step_submit,
    "my_data": settings.my_data,
    "open": open_page,
    "help": helping.help_me,
    "no": typed.no,
    "today": typed.today,
    "home": home.home,
    "permission": joining.permission,
    "permission_line": joining.permission_line,
    "permission_line_submit": joining.permission_line_submit,
    "buddy_yes": joining.buddy_yes,
    "what_happens": joining.what_happens,
    "leave": joining.leave,
    "leave_yes": joining.leave_yes,
    "principles": principles.principles,
    "sign": principles.sign,
    "amend": principles.amend,
    "pass_on": passing.pass_on,
    "pass_on_submit": passing.pass_on_submit,
    "passed_yes": taking_part.passed_yes,
    "passed_no": taking_part.passed_no,
    "hear": hearing.hear,
    "hear_submit": hearing.hear_submit,
    "hear_reply": hearing.hear_reply,
    "hear_reply_submit": hearing.hear_reply_submit,
    "hear_reword": hearing.hear_reword,
    "hear_reword_submit": hearing.hear_reword_submit,
    "heard": hearing.heard,
    "idea": voting.idea,
    "idea_submit": voting.idea_submit,
    "votes": voting.votes,
    "vote": voting.vote,
    "unvote": voting.unvote,
    "library": voting.library,
    "trial": trying.trial,
    "trial_submit": trying.trial_submit,
    "trial_learned": trying.trial_learned,
    "trial_learned_submit": trying.trial_learned_submit,
    "learned": trying.learned,
    "leaf": tree.leaf,
    "leaf_submit": tree.leaf_submit,
    "leaf_word": tree.leaf_word,
    "leaf_word_submit": tree.leaf_word_submit,
    "tree": tree.tree,
    "tree_post": tree.tree_post,
    "listen_start": trying.listen_start,
    "goal_yes": goals.goal_yes,
    "goal_not_yet": goals.goal_not_yet,
    "open_gate": gates.open_gate,
    "open_gate_submit": gates.open_gate_submit,
    "pulse": pulse.pulse,
    "pulse_submit": pulse.pulse_submit,
    "console": typed.console,
    "rollup": leading.rollup,
    "hold_rollup": leading.hold_rollup,
    "release_rollup": leading.release_rollup,
    "pause": my_time.pause_until,
    "pause_everybody": leading.pause_everybody,
    "pause_everybody_submit": leading.pause_everybody_submit,
    "campaign_new": campaigns.campaign_new,
    "campaign_new_submit": campaigns.campaign_new_submit,
    "campaign_launch": campaigns.campaign_launch,
    "preview_week": previews.preview_week,
    "preview_week_submit": previews.preview_week_submit,
    "next_offer": next_offer.next_offer,
    "next_offer_submit": next_offer.next_offer_submit,
    "next_offer_undo": next_offer.next_offer_undo,
    "start_everybody": leading.start_everybody,
    "tell_team": telling_team.tell_team,
}
# The same word means different things as a button ("Help me") and typed (what can I say?).
TYPED: Mapping[str, Verb] = {**VERBS, "help": typed.help_words}
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
        turn = Turn(tx=tx, book=book, at=at, holidays=await tx.people.unchecked_holidays())
        if command.verb == home.OPENED:
            return await home.home_opened(turn, renderer, command)
        outcome = await knock(turn, renderer, command)
        if outcome is None:
            outcome = await _answer(turn, renderer, await _begin(tx, turn, renderer, command))
        await turn.write()
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
        raise InvalidInput("That is longer than I can read. Please say it in fewer words.")
    if len(command.subject) > SUBJECT_MAX or not command.subject.isprintable():
        raise NotFound(access.GONE)


async def _begin(tx: Transaction, turn: Turn, renderer: Renderer, command: Command) -> Answering:
    leaders = await access.actors(tx, command.actor, seen_in=command.seen_in)
    leader = _meant(leaders, command)
    for text in command.args.values():
        refuse_patients(text, turn.book.rules)
    return Answering(
        turn=turn,
        renderer=renderer,
        command=command,
        leaders=leaders,
        leader=leader,
        roster=await read_roster(tx, leader.partnership_id),
    )


def _meant(leaders: list[Leader], command: Command) -> Leader:
    """As whom the person acts: the one that the button is about; a typed yes answers the open invitation."""
    about = next((one for one in leaders if one.id == command.subject), None)
    said = command.args.get("text", "").strip().casefold() if command.verb == "say" else command.verb
    invited = [one for one in leaders if one.opted_in_at is None and one.welcomes and one.stopped_at is None]
    if about is None and said == "yes" and invited:
        return invited[0]
    return about or leaders[0]


async def _answer(turn: Turn, renderer: Renderer, one: Answering) -> Outcome:
    if one.command.verb != "say":
        verb = VERBS.get(one.command.verb)
        if verb is None:
            raise InvalidInput("I do not know that button any more. Say “today” to see what is open for you.")
        return await verb(one)
    word = typed.meaning(one)
    if word is None:
        return await typed.unclear(one)
    if isinstance(word, Guess):
        return await typed.ask(one, word)
    aim = await typed.aimed(typed.with_args(one, word), word.verb)
    if isinstance(aim, Outcome):
        return aim
    return await _typed(aim)


async def _typed(one: Answering) -> Outcome:
    """A typed command; where it needs a form that cannot be opened from a message, a button opens it."""
    outcome = await TYPED[one.command.verb](one)
    if outcome.form is None or one.command.via == "command":
        return outcome
    button = {"verb": one.command.verb, "subject": one.subject}
    return await replace(one).say("open_form", {"buttons": [button]}, subject=one.subject)
