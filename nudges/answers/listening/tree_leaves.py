"""Adding a leaf in private, wording it, and looking at the problem tree."""

from __future__ import annotations

from nudges import access
from nudges.errors import InvalidInput, NotAllowed, NotFound
from nudges.model import calendar, message_facts
from nudges.model import problem_tree as trees
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.people import CampaignRun
from nudges.model.problem_tree import Leaf, LeafState
from nudges.model.screened_text import clean, screen
from nudges.said import said
from nudges.unit_of_work.nudge_cards import buttons
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.listening.group_tree import (
    post_tree,
    present_leaves,
    run_for,
    shortened,
    to_word_facts,
    tree_facts,
)
from nudges.use_cases.listening.things_heard import LEAVES, wake_in_the_morning

NO_TREE = said("listening.no_tree")
PARENTS_MAX = 90


async def _mine(reply: ReplyContext) -> tuple[ReplyContext, CampaignRun]:
    """The tree that this person may see, in whichever of their partnerships it is."""
    for leader in reply.leaders:
        theirs = await reply.as_leader(leader)
        run = run_for(theirs.roster, leader, reply.work.book)
        if run is not None:
            return theirs, run
    raise NotFound(NO_TREE)


def _is_facilitator(reply: ReplyContext) -> bool:
    return reply.leader.id == reply.roster.partnership.facilitator_id


async def leaf(reply: ReplyContext) -> Outcome:
    """Ask for a leaf; nothing says who asked."""
    reply, _ = await _mine(reply)
    if reply.command.via == "message":
        facts = message_facts.LeafOpen(had_words=bool(reply.argument("text")), buttons=buttons("leaf"))
        return Outcome(reply=reply.draw("leaf_open", facts), leaves_no_trace=True)
    form = reply.renderer.form(
        "leaf", {"text": clean(reply.argument("text"))}, subject="", locale=reply.leader.locale
    )
    return Outcome(form=form, leaves_no_trace=True)


async def leaf_submit(reply: ReplyContext) -> Outcome:
    """A leaf came in: it has a day and no author, and waits for the facilitator's wording."""
    reply, run = await _mine(reply)
    text = screen(reply.argument("text"), reply.work.book.rules).text
    if not text:
        return Outcome(errors={"text": reply.in_words(said("listening.write_leaf"))})
    on = calendar.local(reply.work.at, reply.roster.partnership.zone).date()
    reply.work.keep(
        Leaf(
            id=reply.work.tx.random_hex(10),
            partnership_id=run.partnership_id,
            run_id=run.id,
            text=text,
            added_on=on,
        )
    )
    wake_in_the_morning(reply.work, reply.roster, LEAVES, run.id)
    return Outcome(reply=reply.draw("leaf_thanks", message_facts.LeafThanks()))


async def _leaf(reply: ReplyContext) -> tuple[ReplyContext, CampaignRun, Leaf]:
    leader, leaf = await access.leaf_to_word(reply.work.tx, reply.leaders, reply.subject)
    theirs = await reply.as_leader(leader)
    run = run_for(theirs.roster, leader, reply.work.book)
    if run is None or run.id != leaf.run_id:
        raise NotFound(access.GONE)
    return theirs, run, leaf


async def leaf_word(reply: ReplyContext) -> Outcome:
    """Show a leaf to the facilitator, with where it may hang."""
    reply, run, leaf = await _leaf(reply)
    if leaf.state is LeafState.LEFT_OUT:
        raise NotFound(access.GONE)
    others = [
        other
        for other in await present_leaves(reply.work, run.id)
        if other.state is LeafState.PUBLISHED and other.id != leaf.id
    ]
    parents = [{"value": other.id, "label": shortened(other.wording)} for other in others[-PARENTS_MAX:]]
    fields = {
        "text": leaf.text,
        "wording": leaf.wording or leaf.text,
        "parents": [{"value": "trunk", "label": reply.in_words(said("listening.trunk"))}, *parents],
        "parent": leaf.parent_id or "trunk",
    }
    return Outcome(form=reply.renderer.form("leaf_word", fields, subject=leaf.id, locale=reply.leader.locale))


async def leaf_word_submit(reply: ReplyContext) -> Outcome:
    """Publish a leaf in these words, or leave it out; a tree that was posted follows."""
    reply, run, leaf = await _leaf(reply)
    work = reply.work
    if reply.argument("what") == "leave_out":
        changed = trees.leave_out(leaf)
    else:
        wording = screen(reply.argument("wording"), work.book.rules).text
        parent_id = reply.argument("parent")
        parent = None if parent_id in ("", "trunk") else await access.leaf_of_tree(work.tx, run, parent_id)
        try:
            changed = trees.publish(leaf, wording=wording, parent=parent)
        except InvalidInput as error:
            return Outcome(errors={"wording" if not wording else "parent": reply.in_words(error)})
    if changed == leaf:
        return await _what_waits(reply, run, changed)
    work.keep(changed)
    if changed.state is LeafState.PUBLISHED and leaf.state is not LeafState.PUBLISHED:
        work.log(EventKind.LEAF_PUBLISHED, partnership_id=run.partnership_id, subject=leaf.id, run_id=run.id)
    await post_tree(work, reply.roster, run, only_if_posted=True)
    return await _what_waits(reply, run, changed)


async def _what_waits(reply: ReplyContext, run: CampaignRun, changed: Leaf) -> Outcome:
    waits = to_word_facts(
        reply.work.book, await present_leaves(reply.work, run.id), locale=reply.leader.locale
    )
    facts = message_facts.LeafWorded(
        {"wording": changed.wording, **waits, "buttons": [*waits["buttons"], *buttons("tree")]}
    )
    return await reply.say("leaf_worded", facts)


async def tree(reply: ReplyContext) -> Outcome:
    """The tree as an outline and as a picture, for those who take part in its campaign."""
    reply, run = await _mine(reply)
    facts = await tree_facts(reply.work, run)
    verbs = ("leaf", "tree_post") if _is_facilitator(reply) else ("leaf",)
    return await reply.say("tree", message_facts.Tree({**facts, "buttons": buttons(*verbs)}), lasts=True)


async def tree_post(reply: ReplyContext) -> Outcome:
    """Post the tree to its group; where it stands already, it is changed in place."""
    reply, run = await _mine(reply)
    if not _is_facilitator(reply):
        raise NotAllowed(said("listening.facilitator_posts"))
    if not await post_tree(reply.work, reply.roster, run):
        raise InvalidInput(said("listening.no_channel"))
    return await reply.say("tree_posted")
