"""The problem tree of a group: who sees it, what it says, who words its leaves, and its one post."""

from __future__ import annotations

from nudges.model import message_facts
from nudges.model import problem_tree as trees
from nudges.model.delivery import DeliveryState
from nudges.model.message import MessageKind
from nudges.model.people import CampaignRun, Leader
from nudges.model.playbook import Playbook
from nudges.model.problem_tree import Leaf, LeafState
from nudges.model.roster import Roster
from nudges.said import said
from nudges.unit_of_work.unit_of_work import UnitOfWork

LABEL_MAX = 60
LISTED_MAX = 10
NEVER = frozenset({DeliveryState.REFUSED, DeliveryState.CANCELLED, DeliveryState.LAPSED})


def tree_runs(roster: Roster, book: Playbook) -> list[CampaignRun]:
    """The running campaigns that have a problem tree: those that a facilitator leads in a private group."""
    return [
        run
        for run in roster.runs
        if run.ended_at is None and book.campaign(run.campaign_id).needs_facilitator
    ]


def run_for(roster: Roster, leader: Leader, book: Playbook) -> CampaignRun | None:
    """The campaign whose tree this leader may see: they take part in it, or lead its talks."""
    is_facilitator = leader.id == roster.partnership.facilitator_id
    mine = [run for run in tree_runs(roster, book) if is_facilitator or leader.id in run.member_ids]
    return mine[0] if mine else None


async def present_leaves(work: UnitOfWork, run_id: str) -> list[Leaf]:
    """All leaves of a run, with what this unit of work has changed."""
    known = {one.id: one for one in await work.tx.listening.unchecked_tree(run_id)}
    known |= {one.id: one for one in work.kept(Leaf) if one.run_id == run_id}
    return list(known.values())


async def tree_facts(work: UnitOfWork, run: CampaignRun) -> message_facts.Tree:
    """The tree as an outline, and the same for its picture."""
    outline = trees.outline(await present_leaves(work, run.id))
    lines = [message_facts.TreeLines(text=line.text, depth=line.depth) for line in outline]
    return {"group": work.book.name_of(run), "lines": lines, "tree": lines}


def waiting(leaves: list[Leaf]) -> list[Leaf]:
    """Leaves that nobody has worded yet."""
    return [one for one in leaves if one.state is LeafState.ADDED]


def to_word_facts(book: Playbook, leaves: list[Leaf], *, locale: str) -> message_facts.TreeLeaves:
    """The leaves that wait for their wording, and a button for each."""
    some = waiting(leaves)[:LISTED_MAX]
    labels = [said("listening.word_leaf", {"text": shortened(leaf.text)}) for leaf in some]
    return {
        "leaves": [leaf.text for leaf in some],
        "more": len(waiting(leaves)) - len(some),
        "buttons": [
            {"verb": "leaf_word", "subject": leaf.id, "label": book.in_words(label, locale=locale)}
            for leaf, label in zip(some, labels, strict=True)
        ],
    }


def shortened(text: str) -> str:
    """Words that fit on a button."""
    return text if len(text) <= LABEL_MAX else text[: LABEL_MAX - 1] + "…"


async def tell_of_leaves(work: UnitOfWork, roster: Roster, run_id: str) -> None:
    """Show the facilitator the leaves that wait, once a day at most."""
    facilitator = roster.leaders.get(roster.partnership.facilitator_id or "")
    leaves = await present_leaves(work, run_id)
    if facilitator is None or not waiting(leaves):
        return
    await work.tell(
        facilitator,
        MessageKind.LEAD,
        "tree_leaves",
        occurrence=f"{run_id}:{work.at.date().isoformat()}",
        facts=to_word_facts(work.book, leaves, locale=facilitator.locale),
    )


async def post_tree(
    work: UnitOfWork, roster: Roster, run: CampaignRun, *, only_if_posted: bool = False
) -> bool:
    """Put the tree into its private group, or bring the post that is there up to date: one post, edited.

    Returns whether it stands there now, or will soon.
    """
    subject = f"tree:{run.id}"
    rows = await work.tx.deliveries.unchecked_of_subject(subject)
    gone = {one.id for one in rows if one.edits is None and one.state in NEVER}
    earlier = [one for one in rows if one.state not in NEVER and one.edits not in gone]
    if only_if_posted and not earlier:
        return False
    facts = await tree_facts(work, run)
    if earlier and dict(earlier[0].facts) == facts:
        return True
    work.unpost(subject)
    posted = work.post(
        roster.partnership,
        run.channel,
        MessageKind.BOARD,
        "tree",
        occurrence=f"tree:{run.id}:{len(rows)}",
        facts=facts,
        edits=earlier[-1].id if earlier else None,
        subject=subject,
    )
    return posted is not None
