"""What a tap or a word does about the weekly step."""

from collections.abc import Mapping

from nudges.answers.nudging import (
    how_and_why,
    log_step,
    make_plan,
    mark_done,
    own_promises,
    put_off,
    share_line,
    swap,
    tell_team,
    undo_answer,
)
from nudges.unit_of_work.reply_context import Verb

VERBS: Mapping[str, Verb] = {
    "plan": make_plan.plan,
    "move": make_plan.plan,
    "plan_submit": make_plan.plan_submit,
    "plan_slot": make_plan.plan_slot,
    "done": mark_done.done,
    "partly": mark_done.partly,
    "not_yet": mark_done.not_yet,
    "not_now": put_off.not_now,
    "let_go": put_off.let_go,
    "snooze": put_off.snooze,
    "undo": undo_answer.undo,
    "share": share_line.share,
    "share_submit": share_line.share_submit,
    "how": how_and_why.how,
    "why": how_and_why.why,
    "swap": swap.swap,
    "swap_submit": swap.swap_submit,
    "commit": own_promises.commit,
    "commit_submit": own_promises.commit_submit,
    "promise_kept": own_promises.promise_kept,
    "promise_partly": own_promises.promise_partly,
    "promise_carry": own_promises.promise_carry,
    "promise_let_go": own_promises.promise_let_go,
    "promise_undo": own_promises.promise_undo,
    "log_step": log_step.log_step,
    "log_step_submit": log_step.log_step_submit,
    "tell_team": tell_team.tell_team,
}
