"""What a tap or a word does about help in place of blame."""

from collections.abc import Mapping

from nudges.answers.support import ask_for_help, ladder_answers
from nudges.unit_of_work.reply_context import Verb

VERBS: Mapping[str, Verb] = {
    "another_day": ladder_answers.another_day,
    "smaller": ladder_answers.smaller,
    "reason": ladder_answers.reason,
    "reason_take": ladder_answers.reason_take,
    "check_back": ladder_answers.check_back,
    "help_log": ask_for_help.help_log,
    "help_contacted": ask_for_help.help_contacted,
    "help_taken_up": ask_for_help.help_taken_up,
    "help_closed": ask_for_help.help_closed,
    "help_me": ask_for_help.help_me,
    "help": ask_for_help.help_me,
    "what_happens": ladder_answers.what_happens,
}
