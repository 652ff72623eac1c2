"""The app comes into a workspace, is taken out of it, comes back: the others go on, and leads are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from nudges.model import message_facts
from nudges.model.events import EventKind
from nudges.model.installation import Installation, gone
from nudges.model.message import MessageKind
from nudges.model.people import Leader
from nudges.model.playbook import Playbook
from nudges.model.roster import Roster
from nudges.ports import Store, Transaction
from nudges.unit_of_work.unit_of_work import UnitOfWork


async def connect(store: Store, book: Playbook, installation: Installation, *, at: datetime) -> bool:
    """Keep what opens this workspace, in place of what was kept before; whether it had been gone.

    What waited there goes out by itself. Leads are told that it is back.
    """
    async with store.transaction() as tx:
        before = await tx.installations.locked(installation.id)
        await tx.installations.save(installation)
        is_back = before is not None and not before.is_connected
        if before is not None and is_back:
            since = (before.gone_at or at).isoformat()
            work = UnitOfWork(tx=tx, book=book, at=at, holidays=await tx.people.unchecked_holidays())
            await _tell_leads(work, installation, EventKind.WORKSPACE_BACK, since=since)
            await work.write()
    return is_back


async def lose(
    store: Store,
    book: Playbook,
    installation: Installation,
    *,
    because: str,
    at: datetime,
    link: str = "",
) -> bool:
    """The app was taken out of this workspace: what opens it is forgotten, messages to it wait; True once.

    `installation` is the row as it was when Slack refused it; for a token that was set by hand there is none,
    and this is what is known. A row that was replaced meanwhile stays as it is. `link` is where the app can
    be added again, if it can. Leads of every partnership with people there are told, once, in a workspace
    that works.
    """
    async with store.transaction() as tx:
        now = await tx.installations.locked(installation.id) or installation
        if not now.is_connected or now.sealed != installation.sealed:
            return False
        await tx.installations.save(gone(now, at=at, because=because))
        work = UnitOfWork(tx=tx, book=book, at=at, holidays=await tx.people.unchecked_holidays())
        await _tell_leads(
            work, now, EventKind.WORKSPACE_GONE, since=at.isoformat(), link=link, because=because
        )
        await work.write()
    return True


async def _tell_leads(
    work: UnitOfWork,
    installation: Installation,
    kind: EventKind,
    *,
    since: str,
    link: str = "",
    because: str = "",
) -> None:
    """One line in the log, and one message to each lead, of every partnership that has people there."""
    away = await _gone(work.tx)
    for partnership in await work.tx.people.unchecked_partnerships():
        roster = await work.tx.people.unchecked_roster(partnership.id)
        people = _people_in(roster, installation) if roster else 0
        if roster is None or not (people or _posts_to(roster, installation)):
            continue
        facts = _facts(installation, kind, people=people, link=link)
        data = {"because": because} if because else {}
        work.log(kind, partnership_id=partnership.id, subject=installation.id, data=data)
        for lead in [one for one in roster.leads() if one.left_at is None]:
            reached = await _within_reach(work.tx, lead, away)
            if reached is not None:
                await work.tell(
                    reached,
                    MessageKind.LEAD,
                    kind.value,
                    occurrence=f"{installation.id}:{kind.value}:{since}",
                    facts=facts,
                    subject=installation.id,
                )


def _facts(
    installation: Installation, kind: EventKind, *, people: int, link: str
) -> message_facts.WorkspaceGone | message_facts.WorkspaceBack:
    if kind is EventKind.WORKSPACE_GONE:
        return message_facts.WorkspaceGone(workspace=installation.name, people=people, link=link)
    return message_facts.WorkspaceBack(workspace=installation.name, people=people)


async def _gone(tx: Transaction) -> set[str]:
    """The ids of workspaces that the app was taken out of."""
    return {one.id for one in await tx.installations.unchecked_all() if not one.is_connected}


def _people_in(roster: Roster, installation: Installation) -> int:
    """How many people of this partnership are written to there."""
    return sum(
        leader.address is not None
        and leader.address.installation == installation.id
        and leader.left_at is None
        for leader in roster.leaders.values()
    )


def _posts_to(roster: Roster, installation: Installation) -> bool:
    return any(one.installation == installation.id for one in roster.partnership.channels.values())


async def _within_reach(tx: Transaction, lead: Leader, away: set[str]) -> Leader | None:
    """The lead at an address that works: their own, or one that they have in another partnership."""
    if lead.address is not None and lead.address.installation not in away:
        return lead
    for other in await tx.people.unchecked_leaders_of([lead.person]):
        if other.address is not None and other.address.installation not in away and other.left_at is None:
            return replace(lead, address=other.address)
    return None
