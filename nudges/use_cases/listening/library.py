"""The shared library: lines that anybody here may copy, without their authors."""

from __future__ import annotations

from datetime import date

from nudges.model import calendar
from nudges.model.events import EventKind
from nudges.model.ids import make_id
from nudges.model.nudge import Nudge
from nudges.model.people import Leader
from nudges.model.roster import Roster
from nudges.model.thing_heard import LibraryLine
from nudges.unit_of_work.unit_of_work import UnitOfWork

ARTEFACT = "artefact"


async def put_line(work: UnitOfWork, roster: Roster, leader: Leader, nudge: Nudge, text: str) -> None:
    """Put a line that a leader shares into the library; the same step again replaces its line."""
    on = calendar.local(work.at, roster.partnership.zone).date()
    await work.tx.listening.save_library([_line(leader, nudge, text, on=on)])
    if nudge.shared_line is None:
        work.log(
            EventKind.LINE_POSTED,
            partnership_id=leader.partnership_id,
            subject=_id(nudge),
            run_id=nudge.run_id,
            data={"action": nudge.action_id},
        )


async def take_line_back(work: UnitOfWork, leader: Leader, nudge: Nudge) -> None:
    """A leader took the step back: its line is empty from here on, and no search finds it."""
    on = calendar.local(work.at, leader.zone).date()
    await work.tx.listening.save_library([_line(leader, nudge, "", on=on)])


def _id(nudge: Nudge) -> str:
    return make_id("line", nudge.id)


def _line(leader: Leader, nudge: Nudge, text: str, *, on: date) -> LibraryLine:
    return LibraryLine(
        id=_id(nudge),
        partnership_id=leader.partnership_id,
        organisation_id=leader.organisation_id,
        action_id=nudge.action_id,
        text=text,
        posted_on=on,
    )


async def search_library(work: UnitOfWork, partnership_id: str, words: str) -> list[LibraryLine]:
    """Lines that hold all of these words, in them or in the title of their action; newest first."""
    wanted = words.casefold().split()
    lines = []
    for line in await work.tx.listening.unchecked_library(partnership_id):
        action = work.book.catalogue.find(line.action_id)
        searched = f"{line.text} {action.title if action else ''}".casefold()
        if line.text and all(word in searched for word in wanted):
            lines.append(line)
    return lines
