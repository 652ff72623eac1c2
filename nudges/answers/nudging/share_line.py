"""One line about a step that is done, offered for a Friday post or the library."""

from __future__ import annotations

from dataclasses import replace

from nudges.errors import IllegalTransition
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.nudge import NudgeState
from nudges.model.screened_text import screen
from nudges.rules.listening.blame import NO_BLAME, blames_somebody
from nudges.said import said
from nudges.unit_of_work.nudge_answers import log
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.listening.library import ARTEFACT, put_line
from nudges.use_cases.listening.things_heard import names_here


async def share(reply: ReplyContext) -> Outcome:
    """Ask for one line that may be shown in the channel."""
    reply, nudge = await reply.nudge()
    return Outcome(form=reply.renderer.form("share", {}, subject=nudge.id, locale=reply.leader.locale))


async def share_submit(reply: ReplyContext) -> Outcome:
    """A line to share: screened, then kept with the nudge until it is withdrawn."""
    reply, nudge = await reply.nudge()
    screened = screen(reply.argument("line"), reply.work.book.rules)
    if not screened.text:
        return Outcome(errors={"line": reply.in_words(said("nudging.write_one_line"))})
    if nudge.state is not NudgeState.DONE:
        raise IllegalTransition(said("nudging.no_line_yet"))
    if blames_somebody(screened.text, names_here(reply.roster)):
        return Outcome(errors={"line": reply.in_words(NO_BLAME)})
    shared = replace(nudge, shared_line=screened.text)
    log(reply, shared, EventKind.SHARED)
    is_artefact = reply.work.book.action(nudge.action_id).visibility == ARTEFACT
    how = said("nudging.without_your_name" if is_artefact else "nudging.with_your_name")
    notes = [reply.in_words(said("nudging.for_a_friday_post", {"how": how}))]
    if is_artefact:
        await put_line(reply.work, reply.roster, reply.leader, nudge, screened.text)
        notes.append(reply.in_words(said("nudging.in_the_library")))
    note = " ".join([*notes, *(reply.in_words(warning) for warning in screened.warnings)])
    return await reply.show_card(shared, await reply.pair_of(nudge), note=note)
