"""What a tap or a word does about the pulse and goals."""

from collections.abc import Mapping

from nudges.answers.pulse import goal_yes, pulse
from nudges.unit_of_work.reply_context import Verb

VERBS: Mapping[str, Verb] = {
    "goal_yes": goal_yes.goal_yes,
    "goal_not_yet": goal_yes.goal_not_yet,
    "pulse": pulse.pulse,
    "pulse_submit": pulse.pulse_submit,
}
