"""What a tap or a word does about things heard, ideas, tests and the problem tree."""

from collections.abc import Mapping

from nudges.answers.listening import hear_and_reply, ideas_and_votes, tree_leaves, two_week_tests
from nudges.unit_of_work.reply_context import Verb

VERBS: Mapping[str, Verb] = {
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
}
