"""One line about a step that is done, offered for a Friday post or the library."""

from __future__ import annotations

from dataclasses import replace

from nudges.errors import IllegalTransition
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.nudge import NudgeState
from nudges.model.privacy import screen
from nudges.rules.listening.blame import NO_BLAME, blames_somebody
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
        return Outcome(errors={"line": "Write one line, or close this."})
    if nudge.state is not NudgeState.DONE:
        raise IllegalTransition("A line can be shared once the step is done.")
    if blames_somebody(screened.text, names_here(reply.roster)):
        return Outcome(errors={"line": NO_BLAME})
    shared = replace(nudge, shared_line=screened.text)
    log(reply, shared, EventKind.SHARED)
    is_artefact = reply.work.book.action(nudge.action_id).visibility == ARTEFACT
    how = "without your name" if is_artefact else "with your name"
    notes = [f"I'll offer your line for a Friday post, {how}."]
    if is_artefact:
        await put_line(reply.work, reply.roster, reply.leader, nudge, screened.text)
        notes.append("It is in the library too, where everybody here can copy it: say “library”.")
    note = " ".join([*notes, *screened.warnings])
    return await reply.show_card(shared, await reply.pair_of(nudge), note=note)
