"""“Tell my team”: a few words without names that a leader can send on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nudges.answers.typed.typed import open_nudges
from nudges.errors import NotFound
from nudges.model import message_facts
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.nudge import Nudge, NudgeState
from nudges.model.people import CampaignRun
from nudges.rules.rollup import recount
from nudges.rules.rollup.rollup_facts import one_line
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.rollup.rollup_span import begins_at, organisations_in


async def tell_team(reply: ReplyContext) -> Outcome:
    """Words of at most 300 characters to send on: the goal, the step that was done, and one question."""
    reply, nudge = await _about(reply)
    partnership = reply.roster.partnership
    facts = message_facts.TellTeamWords(
        partnership=one_line(partnership.name),
        goal=one_line(partnership.shared_goal),
        # Without the pair: whoever else was there is not named.
        title=reply.scene(None).filled(nudge)[1] if nudge is not None else "",
        done=await _done_so_far(reply, nudge),
    )
    reply.work.log(EventKind.TEAM_TOLD, partnership_id=partnership.id, leader=reply.leader)
    return await reply.say(
        "tell_team", message_facts.TellTeam(text=fitting(reply, facts)), subject=reply.subject
    )


def fitting(reply: ReplyContext, facts: message_facts.TellTeamWords) -> str:
    """The words, without what is least needed where they would be too long."""
    text = ""
    for fewer in _fewer_and_fewer(facts):
        text = _in_words(reply, fewer)
        if len(text) <= reply.work.book.rules.content.team_words_max:
            break
    return text


def _fewer_and_fewer(facts: message_facts.TellTeamWords) -> Iterator[message_facts.TellTeamWords]:
    yield facts
    yield {**facts, "done": 0}
    yield {**facts, "done": 0, "goal": ""}
    yield {**facts, "done": 0, "goal": "", "title": ""}


def _in_words(reply: ReplyContext, facts: message_facts.TellTeamWords) -> str:
    words = reply.renderer.text("tell_team_words", facts, locale=reply.leader.locale)
    return " ".join(words.split())


async def _about(reply: ReplyContext) -> tuple[ReplyContext, Nudge | None]:
    """The step that was tapped, else the last one that this person did; None where there is none."""
    if reply.subject:
        try:
            return await reply.nudge()
        except NotFound:
            reply = reply.about("")
    done = [nudge for nudge in await open_nudges(reply, closed_too=True) if nudge.state is NudgeState.DONE]
    if not done:
        return reply, None
    return await reply.about(done[-1].id).nudge()


async def _done_so_far(reply: ReplyContext, nudge: Nudge | None) -> int:
    """How many steps the campaign has seen; the same number as in a Friday post."""
    run = _run(reply.roster.runs, nudge) or next(iter(reply.roster.live_runs(reply.leader)), None)
    if run is None:
        return 0
    events = await reply.work.tx.records.events(
        run.partnership_id,
        after=begins_at(run, reply.roster.partnership.zone),
        until=reply.work.at,
        kinds=recount.COUNTED,
    )
    return recount.recount(
        events,
        (),
        run_id=run.id,
        organisation_ids=organisations_in(reply.roster, run),
        after=None,
        until=reply.work.at,
    ).done_in_total


def _run(runs: Sequence[CampaignRun], nudge: Nudge | None) -> CampaignRun | None:
    return next((run for run in runs if nudge is not None and run.id == nudge.run_id), None)
