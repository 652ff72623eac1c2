"""What a person tapped, filled in or typed: screened, done once, answered, all in one transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime

from nudges import access
from nudges.answers.campaigns import gate_reason, leading, next_weeks_step, start_campaign, week_preview
from nudges.answers.home import home
from nudges.answers.joining import opt_in, pass_on_form, permission, principles
from nudges.answers.listening import hear_and_reply, ideas_and_votes, tree_leaves, two_week_tests
from nudges.answers.nudging import log_step, nudges, own_promises, swap, tell_team
from nudges.answers.open_page.open_link import open_page
from nudges.answers.pairing import contact, pair_office, pair_times, pairs
from nudges.answers.partner_steps import change_step, list_steps, new_step
from nudges.answers.pulse import goal_yes, pulse
from nudges.answers.settings import settings, visibility, working_time
from nudges.answers.support import ask_for_help, ladder_answers
from nudges.answers.typed import typed
from nudges.errors import InvalidInput, NotFound
from nudges.model.commands import Command, Outcome
from nudges.model.ids import make_id
from nudges.model.people import Address, Leader
from nudges.model.playbook import Playbook
from nudges.model.privacy import refuse_patients, storable
from nudges.ports import Renderer, Store, Transaction
from nudges.rules.typed.typed_words import Guess
from nudges.unit_of_work.read_roster import read_roster
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.joining.join_by_code import join_by_code
from nudges.use_cases.listening.things_heard import day_only

Verb = Callable[[ReplyContext], Awaitable[Outcome]]

VERBS: Mapping[str, Verb] = {
    "yes": opt_in.yes,
    "later": opt_in.later,
    "what_is_held": opt_in.what_is_held,
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
    "another_day": ladder_answers.another_day,
    "smaller": ladder_answers.smaller,
    "reason": ladder_answers.reason,
    "reason_take": ladder_answers.reason_take,
    "check_back": ladder_answers.check_back,
    "swap": swap.swap,
    "swap_submit": swap.swap_submit,
    "slots": pair_times.slots,
    "slots_submit": pair_times.slots_submit,
    "pick": pair_times.pick,
    "office": pair_office.office,
    "contact_yes": contact.contact_yes,
    "contact_no": contact.contact_no,
    "cannot": pairs.cannot,
    "met": pairs.met,
    "not_met": pairs.not_met,
    "commit": own_promises.commit,
    "commit_submit": own_promises.commit_submit,
    "promise_kept": own_promises.promise_kept,
    "promise_partly": own_promises.promise_partly,
    "promise_carry": own_promises.promise_carry,
    "promise_let_go": own_promises.promise_let_go,
    "promise_undo": own_promises.promise_undo,
    "step_done": change_step.step_done,
    "step_undo": change_step.step_undo,
    "step_help": change_step.step_help,
    "step_date": change_step.step_date,
    "step_date_submit": change_step.step_date_submit,
    "step_on_course": change_step.step_on_course,
    "step_words": change_step.step_words,
    "step_words_submit": change_step.step_words_submit,
    "step_hand_over": change_step.step_hand_over,
    "step_hand_over_submit": change_step.step_hand_over_submit,
    "step_ask": list_steps.step_ask,
    "step_confirm": list_steps.step_confirm,
    "step_new": new_step.step_new,
    "step_new_submit": new_step.step_new_submit,
    "steps": list_steps.steps,
    "signs": list_steps.signs,
    "help_log": ask_for_help.help_log,
    "help_contacted": ask_for_help.help_contacted,
    "help_taken_up": ask_for_help.help_taken_up,
    "help_closed": ask_for_help.help_closed,
    "visibility": visibility.visibility,
    "delegate": visibility.delegate,
    "delegate_submit": visibility.delegate_submit,
    "apart": visibility.apart,
    "apart_submit": visibility.apart_submit,
    "pace": settings.pace,
    "language": settings.language,
    "language_submit": settings.language_submit,
    "help_me": ask_for_help.help_me,
    "stop": opt_in.stop,
    "start": opt_in.start,
    "pause_until": working_time.pause_until,
    "away": working_time.away,
    "away_submit": working_time.away_submit,
    "away_drop": working_time.away_drop,
    "my_days": working_time.my_days,
    "my_days_submit": working_time.my_days_submit,
    "log_step": log_step.log_step,
    "log_step_submit": log_step.log_step_submit,
    "my_data": settings.my_data,
    "open": open_page,
    "help": ask_for_help.help_me,
    "no": typed.no,
    "today": typed.today,
    "home": home.home,
    "permission": permission.permission,
    "permission_line": permission.permission_line,
    "permission_line_submit": permission.permission_line_submit,
    "buddy_yes": permission.buddy_yes,
    "what_happens": permission.what_happens,
    "leave": permission.leave,
    "leave_yes": permission.leave_yes,
    "principles": principles.principles,
    "sign": principles.sign,
    "amend": principles.amend,
    "pass_on": pass_on_form.pass_on,
    "pass_on_submit": pass_on_form.pass_on_submit,
    "passed_yes": opt_in.passed_yes,
    "passed_no": opt_in.passed_no,
    "hear": hear_and_reply.hear,
    "hear_submit": hear_and_reply.hear_submit,
    "hear_reply": hear_and_reply.hear_reply,
    "hear_reply_submit": hear_and_reply.hear_reply_submit,
    "hear_reword": hear_and_reply.hear_reword,
    "hear_reword_submit": hear_and_reply.hear_reword_submit,
    "heard": hear_and_reply.heard,
    "idea": ideas_and_votes.idea,
    "idea_submit": ideas_and_votes.idea_submit,
    "votes": ideas_and_votes.votes,
    "vote": ideas_and_votes.vote,
    "unvote": ideas_and_votes.unvote,
    "library": ideas_and_votes.library,
    "trial": two_week_tests.trial,
    "trial_submit": two_week_tests.trial_submit,
    "trial_learned": two_week_tests.trial_learned,
    "trial_learned_submit": two_week_tests.trial_learned_submit,
    "learned": two_week_tests.learned,
    "leaf": tree_leaves.leaf,
    "leaf_submit": tree_leaves.leaf_submit,
    "leaf_word": tree_leaves.leaf_word,
    "leaf_word_submit": tree_leaves.leaf_word_submit,
    "tree": tree_leaves.tree,
    "tree_post": tree_leaves.tree_post,
    "listen_start": two_week_tests.listen_start,
    "goal_yes": goal_yes.goal_yes,
    "goal_not_yet": goal_yes.goal_not_yet,
    "open_gate": gate_reason.open_gate,
    "open_gate_submit": gate_reason.open_gate_submit,
    "pulse": pulse.pulse,
    "pulse_submit": pulse.pulse_submit,
    "console": typed.console,
    "rollup": leading.rollup,
    "hold_rollup": leading.hold_rollup,
    "release_rollup": leading.release_rollup,
    "pause": working_time.pause_until,
    "pause_everybody": leading.pause_everybody,
    "pause_everybody_submit": leading.pause_everybody_submit,
    "campaign_new": start_campaign.campaign_new,
    "campaign_new_submit": start_campaign.campaign_new_submit,
    "campaign_launch": start_campaign.campaign_launch,
    "preview_week": week_preview.preview_week,
    "preview_week_submit": week_preview.preview_week_submit,
    "next_offer": next_weeks_step.next_offer,
    "next_offer_submit": next_weeks_step.next_offer_submit,
    "next_offer_undo": next_weeks_step.next_offer_undo,
    "start_everybody": leading.start_everybody,
    "tell_team": tell_team.tell_team,
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
        work = UnitOfWork(tx=tx, book=book, at=at, holidays=await tx.people.unchecked_holidays())
        if command.verb == home.OPENED:
            return await home.home_opened(work, renderer, command)
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
        raise InvalidInput("That is longer than I can read. Please say it in fewer words.")
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
    said = command.args.get("text", "").strip().casefold() if command.verb == "say" else command.verb
    invited = [one for one in leaders if one.opted_in_at is None and one.welcomes and one.stopped_at is None]
    if about is None and said == "yes" and invited:
        return invited[0]
    return about or leaders[0]


async def _answer(work: UnitOfWork, renderer: Renderer, reply: ReplyContext) -> Outcome:
    if reply.command.verb != "say":
        verb = VERBS.get(reply.command.verb)
        if verb is None:
            raise InvalidInput("I do not know that button any more. Say “today” to see what is open for you.")
        return await verb(reply)
    word = typed.meaning(reply)
    if word is None:
        return await typed.unclear(reply)
    if isinstance(word, Guess):
        return await typed.ask(reply, word)
    aim = await typed.aimed(typed.with_args(reply, word), word.verb)
    if isinstance(aim, Outcome):
        return aim
    return await _typed(aim)


async def _typed(reply: ReplyContext) -> Outcome:
    """A typed command; where it needs a form that cannot be opened from a message, a button opens it."""
    outcome = await TYPED[reply.command.verb](reply)
    if outcome.form is None or reply.command.via == "command":
        return outcome
    button = {"verb": reply.command.verb, "subject": reply.subject}
    return await replace(reply).say("open_form", {"buttons": [button]}, subject=reply.subject)
