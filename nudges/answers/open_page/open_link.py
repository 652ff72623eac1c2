"""“open”: a link to the open page of each partnership that the person takes part in."""

from __future__ import annotations

from nudges.model.commands import Outcome
from nudges.model.ids import make_id
from nudges.model.message import MessageKind
from nudges.unit_of_work.nudge_cards import Facts
from nudges.unit_of_work.reply_context import Answering
from nudges.use_cases.open_page.member_entry import make_entry


async def open_page(one: Answering) -> Outcome:
    """Send the link in a message of its own: no answer that is kept holds a link that opens something."""
    pages: list[Facts] = []
    for leader in one.leaders:
        known = {page["id"] for page in pages}
        if leader.partnership_id in known or leader.left_at is not None:
            continue
        partnership = (await one.as_leader(leader)).roster.partnership
        entry = "" if partnership.is_public else await make_entry(one.turn, leader)
        pages.append({"id": partnership.id, "partnership": partnership.name, "entry": entry})
    rules = one.turn.book.rules.open_page
    await one.turn.tell(
        one.leader,
        MessageKind.ANSWER,
        "open_page",
        occurrence=f"open_page:{make_id(one.command.key)}",
        facts={
            "pages": pages,
            "is_private": any(page["entry"] for page in pages),
            "minutes": rules.link_minutes,
            "hours": rules.stay_hours,
        },
    )
    return Outcome() if one.command.via == "message" else Outcome(reply=one.draw("open_sent", {}))
