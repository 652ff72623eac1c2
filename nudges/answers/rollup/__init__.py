"""What a tap or a word does about the Friday post."""

from collections.abc import Mapping

from nudges.answers.rollup import rollup_hold
from nudges.unit_of_work.reply_context import Verb

VERBS: Mapping[str, Verb] = {
    "rollup": rollup_hold.rollup,
    "hold_rollup": rollup_hold.hold_rollup,
    "release_rollup": rollup_hold.release_rollup,
}
