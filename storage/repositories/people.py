"""Partnerships, organisations, leaders, campaign runs and bank holidays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import bindparam, delete, select

from nudges.model.people import Address, CampaignRun, Leader, Organisation, Partnership
from nudges.model.playbook import OwnCampaign
from nudges.model.roster import Roster
from storage.connection import LedgerSession
from storage.rows.people_rows import (
    leader_from,
    leader_row,
    organisation_from,
    organisation_row,
    partnership_from,
    partnership_row,
    run_from,
    run_row,
)
from storage.stamped_cache import StampedCache
from storage.tables import CAMPAIGN_RUNS, HOLIDAYS, LEADERS, ORGANISATIONS, OWN_CAMPAIGNS, PARTNERSHIPS
from storage.upserts import insert_new, upsert

_PARTNERSHIPS = select(PARTNERSHIPS).order_by(PARTNERSHIPS.c.id)
_PARTNERSHIP = select(PARTNERSHIPS).where(PARTNERSHIPS.c.id == bindparam("id"))
_ORGANISATIONS = (
    select(ORGANISATIONS)
    .where(ORGANISATIONS.c.partnership_id == bindparam("partnership"))
    .order_by(ORGANISATIONS.c.id)
)
_LEADERS = select(LEADERS).where(LEADERS.c.partnership_id == bindparam("partnership")).order_by(LEADERS.c.id)
_LEADER = select(LEADERS).where(LEADERS.c.id == bindparam("id"))
_LEADERS_AT = (
    select(LEADERS)
    .where(
        LEADERS.c.platform == bindparam("platform"),
        LEADERS.c.workspace == bindparam("workspace"),
        LEADERS.c.send_to == bindparam("to"),
    )
    .order_by(LEADERS.c.id)
)
_LEADERS_OF = (
    select(LEADERS).where(LEADERS.c.person.in_(bindparam("persons", expanding=True))).order_by(LEADERS.c.id)
)
_RUNS = (
    select(CAMPAIGN_RUNS)
    .where(CAMPAIGN_RUNS.c.partnership_id == bindparam("partnership"))
    .order_by(CAMPAIGN_RUNS.c.starts_on, CAMPAIGN_RUNS.c.id)
)
_RUN = select(CAMPAIGN_RUNS).where(CAMPAIGN_RUNS.c.id == bindparam("id"))
_HOLIDAYS = select(HOLIDAYS)
_HOLIDAYS_KEPT = "holidays"
_OWN_CAMPAIGNS = select(OWN_CAMPAIGNS).order_by(OWN_CAMPAIGNS.c.id)
_DROP_HOLIDAYS = delete(HOLIDAYS).where(HOLIDAYS.c.nation == bindparam("of_nation"))
_DROP_LEADER = delete(LEADERS).where(LEADERS.c.id == bindparam("of_id"))


class SqlPeople:
    """Fills `PeopleRepository`. Lists are ordered by id, so that two runs read the same."""

    def __init__(self, session: LedgerSession, cache: StampedCache) -> None:
        self._session = session
        self._cache = cache

    async def unchecked_roster(self, partnership_id: str) -> Roster | None:
        """A partnership with everybody and every run in it; quick where nothing has changed."""
        stamp = await self._cache.stamp(self._session, partnership_id)
        known = self._cache.get(partnership_id, stamp, Roster)
        if known is not None:
            return known
        partnership = await self.unchecked_partnership(partnership_id)
        if partnership is None:
            return None
        roster = Roster(
            partnership=partnership,
            organisations={one.id: one for one in await self.unchecked_organisations(partnership_id)},
            leaders={one.id: one for one in await self.unchecked_leaders(partnership_id)},
            runs=tuple(await self.unchecked_runs(partnership_id)),
        )
        self._cache.put(partnership_id, stamp, roster)
        return roster

    async def unchecked_partnerships(self) -> list[Partnership]:
        """All partnerships."""
        return [partnership_from(row) for row in await self._session.rows(_PARTNERSHIPS)]

    async def unchecked_partnership(self, partnership_id: str) -> Partnership | None:
        """One partnership, or None."""
        rows = await self._session.rows(_PARTNERSHIP, {"id": partnership_id})
        return partnership_from(rows[0]) if rows else None

    async def unchecked_organisations(self, partnership_id: str) -> list[Organisation]:
        """The partnership's organisations."""
        rows = await self._session.rows(_ORGANISATIONS, {"partnership": partnership_id})
        return [organisation_from(row) for row in rows]

    async def unchecked_leaders(self, partnership_id: str) -> list[Leader]:
        """The partnership's leaders."""
        rows = await self._session.rows(_LEADERS, {"partnership": partnership_id})
        return [leader_from(row) for row in rows]

    async def unchecked_leader(self, leader_id: str) -> Leader | None:
        """One leader, or None."""
        rows = await self._session.rows(_LEADER, {"id": leader_id})
        return leader_from(rows[0]) if rows else None

    async def unchecked_leaders_at(self, address: Address) -> list[Leader]:
        """Every leader, in any partnership, who is reached at this address."""
        params = {"platform": address.platform, "workspace": address.workspace, "to": address.to}
        return [leader_from(row) for row in await self._session.rows(_LEADERS_AT, params)]

    async def unchecked_leaders_of(self, persons: Sequence[str]) -> list[Leader]:
        """Every roster entry of these human beings, in any partnership."""
        if not persons:
            return []
        return [leader_from(row) for row in await self._session.rows(_LEADERS_OF, {"persons": list(persons)})]

    async def unchecked_runs(self, partnership_id: str) -> list[CampaignRun]:
        """The partnership's campaign runs, oldest first."""
        return [run_from(row) for row in await self._session.rows(_RUNS, {"partnership": partnership_id})]

    async def unchecked_run(self, run_id: str) -> CampaignRun | None:
        """One run, or None."""
        rows = await self._session.rows(_RUN, {"id": run_id})
        return run_from(rows[0]) if rows else None

    async def unchecked_holidays(self) -> dict[str, frozenset[date]]:
        """Nation -> its bank holidays."""
        stamp = await self._cache.stamp(self._session, _HOLIDAYS_KEPT)
        known = self._cache.get(_HOLIDAYS_KEPT, stamp, dict)
        if known is not None:
            return known
        days_by_nation: dict[str, set[date]] = defaultdict(set)
        for row in await self._session.rows(_HOLIDAYS):
            days_by_nation[row.nation].add(row.day)
        holidays = {nation: frozenset(days) for nation, days in days_by_nation.items()}
        self._cache.put(_HOLIDAYS_KEPT, stamp, holidays)
        return holidays

    async def unchecked_own_campaigns(self) -> list[OwnCampaign]:
        """Campaigns that programme leads wrote, of all partnerships."""
        return [
            OwnCampaign(
                id=row.id, partnership_id=row.partnership_id, text=row.text, applied_at=row.applied_at
            )
            for row in await self._session.rows(_OWN_CAMPAIGNS)
        ]

    async def save_own_campaign(self, campaign: OwnCampaign) -> None:
        """Insert or replace by id."""
        row = {
            "id": campaign.id,
            "partnership_id": campaign.partnership_id,
            "text": campaign.text,
            "applied_at": campaign.applied_at,
        }
        await self._session.run(upsert(OWN_CAMPAIGNS, self._session.dialect), row)

    async def save_partnership(self, partnership: Partnership) -> None:
        """Insert or replace by id."""
        await self._session.run(upsert(PARTNERSHIPS, self._session.dialect), partnership_row(partnership))
        await self._changed(partnership.id)

    async def save_organisations(self, organisations: Sequence[Organisation]) -> None:
        """Insert or replace by id."""
        if organisations:
            rows = [organisation_row(organisation) for organisation in organisations]
            await self._session.run(upsert(ORGANISATIONS, self._session.dialect), rows)
            await self._changed(*(organisation.partnership_id for organisation in organisations))

    async def save_leaders(self, leaders: Sequence[Leader]) -> None:
        """Insert or replace by id."""
        if not leaders:
            return
        rows = [leader_row(leader) for leader in leaders]
        await self._session.run(upsert(LEADERS, self._session.dialect), rows)
        for partnership_id in dict.fromkeys(leader.partnership_id for leader in leaders):
            mine = {one.id: one for one in leaders if one.partnership_id == partnership_id}
            await self._replaced(partnership_id, mine)

    async def _replaced(self, partnership_id: str, leaders: dict[str, Leader]) -> None:
        """Leaders who were known have changed: the kept roster changes with them, under its new stamp."""
        before = await self._cache.stamp(self._session, partnership_id)
        known = self._cache.get(partnership_id, before, Roster)
        after = await self._cache.change(self._session, partnership_id)
        if known is not None and leaders.keys() <= known.leaders.keys():
            self._cache.put(partnership_id, after, replace(known, leaders={**known.leaders, **leaders}))

    async def save_run(self, run: CampaignRun) -> None:
        """Insert or replace by id."""
        await self._session.run(upsert(CAMPAIGN_RUNS, self._session.dialect), run_row(run))
        await self._changed(run.partnership_id)

    async def save_holidays(self, nation: str, days: frozenset[date]) -> None:
        """Replace the nation's bank holidays."""
        await self._session.run(_DROP_HOLIDAYS, {"of_nation": nation})
        if days:
            rows = [{"nation": nation, "day": day} for day in sorted(days)]
            await self._session.run(insert_new(HOLIDAYS, self._session.dialect), rows)
        await self._changed(_HOLIDAYS_KEPT)

    async def delete_leader(self, leader_id: str) -> None:
        """Erase the person's row; nothing happens when it is gone already."""
        leader = await self.unchecked_leader(leader_id)
        await self._session.run(_DROP_LEADER, {"of_id": leader_id})
        if leader is not None:
            await self._changed(leader.partnership_id)

    async def _changed(self, *subjects: str) -> None:
        for subject in dict.fromkeys(subjects):
            await self._cache.change(self._session, subject)
