"""What a tap or a word does about typed words."""

from collections.abc import Mapping

from nudges.answers.typed import typed
from nudges.unit_of_work.reply_context import Verb

VERBS: Mapping[str, Verb] = {
    "no": typed.no,
    "today": typed.today,
    "console": typed.console,
}
# The same word means different things as a button (“Help me”) and typed (what can I say?).
TYPED: Mapping[str, Verb] = {
    "help": typed.help_words,
}
