"""What a tap or a word does about the open page."""

from collections.abc import Mapping

from nudges.answers.open_page import open_link
from nudges.unit_of_work.reply_context import Verb

VERBS: Mapping[str, Verb] = {
    "open": open_link.open_page,
}
