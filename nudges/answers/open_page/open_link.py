"""“open”: a link to the open page of each partnership that the person takes part in."""

from __future__ import annotations

from nudges.model import message_facts
from nudges.model.commands import Outcome
from nudges.model.ids import make_id
from nudges.model.message import MessageKind
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.open_page.member_entry import make_entry


async def open_page(reply: ReplyContext) -> Outcome:
    """Send the link in a message of its own: no answer that is kept holds a link that opens something."""
    pages: list[message_facts.OpenPagePages] = []
    for leader in reply.leaders:
        known = {page["id"] for page in pages}
        if leader.partnership_id in known or leader.left_at is not None:
            continue
        partnership = (await reply.as_leader(leader)).roster.partnership
        entry = "" if partnership.is_public else await make_entry(reply.work, leader)
        pages.append({"id": partnership.id, "partnership": partnership.name, "entry": entry})
    rules = reply.work.book.rules.open_page
    await reply.work.tell(
        reply.leader,
        MessageKind.ANSWER,
        "open_page",
        occurrence=f"open_page:{make_id(reply.command.key)}",
        facts=message_facts.OpenPage(
            pages=pages,
            is_private=any(page["entry"] for page in pages),
            minutes=rules.link_minutes,
            hours=rules.stay_hours,
        ),
    )
    if reply.command.via == "message":
        return Outcome()
    return Outcome(reply=reply.draw("open_sent", message_facts.OpenSent()))
