"""A hello to programme leads who ask for it: the first message shows that everything works."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from nudges.errors import InvalidInput
from nudges.model import message_facts
from nudges.model.delivery import Delivery
from nudges.model.ids import make_id
from nudges.model.message import MessageKind
from nudges.model.people import Leader
from nudges.model.playbook import Playbook
from nudges.ports import Store
from nudges.said import said
from nudges.unit_of_work.read_roster import Roster, read_roster
from nudges.unit_of_work.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True, slots=True)
class Hello:
    """A hello that waits to be sent to a programme lead."""

    leader: Leader
    delivery_id: str


async def say_hello(
    store: Store, book: Playbook, *, partnership_id: str, leader_id: str | None = None, at: datetime
) -> list[Hello]:
    """Write a hello to every programme lead who is reached in chat, or to the one who is named.

    Nobody else ever gets one: people are not written to before their organisation agreed.

    Raises:
        InvalidInput: no programme lead can be reached, or the one who is named is none.
    """
    async with store.transaction() as tx:
        work = UnitOfWork(tx=tx, book=book, at=at, holidays={})
        roster = await read_roster(tx, partnership_id)
        leads = _reached(roster, leader_id)
        occurrence = f"hello:{at.isoformat()}"
        for lead in leads:
            await work.tell(
                lead, MessageKind.LEAD, "hello", occurrence=occurrence, facts=_facts(roster), at_once=True
            )
        await work.write()
    return [
        Hello(leader=leader, delivery_id=make_id(partnership_id, leader.id, MessageKind.LEAD, occurrence))
        for leader in leads
    ]


async def became_of(store: Store, hello: Hello) -> Delivery | None:
    """The hello as it stands in the ledger now."""
    async with store.reading() as tx:
        return await tx.deliveries.unchecked(hello.delivery_id)


def _reached(roster: Roster, leader_id: str | None) -> list[Leader]:
    leads = [one for one in roster.leads() if one.left_at is None]
    if leader_id is not None:
        leads = [one for one in leads if one.id == leader_id]
        if not leads:
            raise InvalidInput(said("joining.hello_for_leads"))
    reached = [one for one in leads if one.address is not None and one.stopped_at is None]
    if not reached:
        raise InvalidInput(said("joining.no_lead_reached"))
    return reached


def _facts(roster: Roster) -> message_facts.Hello:
    people = [one for one in roster.leaders.values() if one.left_at is None]
    return {
        "partnership": roster.partnership.name,
        "found": sum(one.address is not None for one in people),
        "people": len(people),
        "organisations": len(roster.organisations),
    }
