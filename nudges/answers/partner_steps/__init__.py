"""What a tap or a word does about an organisation's public steps."""

from collections.abc import Mapping

from nudges.answers.partner_steps import change_step, list_steps, new_step
from nudges.unit_of_work.reply_context import Verb

VERBS: Mapping[str, Verb] = {
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
}
