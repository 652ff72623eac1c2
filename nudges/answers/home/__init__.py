"""What a tap or a word does about a person's own page."""

from collections.abc import Mapping

from nudges.answers.home import home
from nudges.unit_of_work.reply_context import Verb

VERBS: Mapping[str, Verb] = {
    "home": home.home,
}
