"""The ledger in memory, with people kept at hand: one process writes it, so what was read stays true."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date

from nudges.ports import (
    CommitmentRepository,
    DeliveryRepository,
    PeopleRepository,
    RecordRepository,
    Transaction,
)
from nudges.rules.people import Address, CampaignRun, Leader, Organisation, Partnership
from storage.store import SqlStore


@dataclass(slots=True)
class _Known:
    """What was read since the last write of its kind, by partnership."""

    partnerships: dict[str, Partnership | None] = field(default_factory=dict)
    organisations: dict[str, list[Organisation]] = field(default_factory=dict)
    leaders: dict[str, list[Leader]] = field(default_factory=dict)
    at: dict[Address, list[Leader]] = field(default_factory=dict)
    runs: dict[str, list[CampaignRun]] = field(default_factory=dict)
    holidays: dict[str, frozenset[date]] = field(default_factory=dict)

    def forget(self) -> None:
        """Read everything anew."""
        for kept in (self.partnerships, self.organisations, self.leaders, self.at, self.runs, self.holidays):
            kept.clear()


class RememberingPeople:
    """Fills `PeopleRepository`: reads once, and again after a change. Rosters are read at every tap."""

    def __init__(self, people: PeopleRepository, known: _Known) -> None:
        self._people = people
        self._known = known

    async def unchecked_partnerships(self) -> list[Partnership]:
        return await self._people.unchecked_partnerships()

    async def unchecked_partnership(self, partnership_id: str) -> Partnership | None:
        kept = self._known.partnerships
        if partnership_id not in kept:
            kept[partnership_id] = await self._people.unchecked_partnership(partnership_id)
        return kept[partnership_id]

    async def unchecked_organisations(self, partnership_id: str) -> list[Organisation]:
        kept = self._known.organisations
        if partnership_id not in kept:
            kept[partnership_id] = await self._people.unchecked_organisations(partnership_id)
        return list(kept[partnership_id])

    async def unchecked_leaders(self, partnership_id: str) -> list[Leader]:
        kept = self._known.leaders
        if partnership_id not in kept:
            kept[partnership_id] = await self._people.unchecked_leaders(partnership_id)
        return list(kept[partnership_id])

    async def unchecked_leader(self, leader_id: str) -> Leader | None:
        for leaders in self._known.leaders.values():
            for leader in leaders:
                if leader.id == leader_id:
                    return leader
        return await self._people.unchecked_leader(leader_id)

    async def unchecked_leaders_at(self, address: Address) -> list[Leader]:
        """Every leader, in any partnership, who is reached at this address."""
        kept = self._known.at
        if address not in kept:
            kept[address] = await self._people.unchecked_leaders_at(address)
        return list(kept[address])

    async def unchecked_runs(self, partnership_id: str) -> list[CampaignRun]:
        kept = self._known.runs
        if partnership_id not in kept:
            kept[partnership_id] = await self._people.unchecked_runs(partnership_id)
        return list(kept[partnership_id])

    async def unchecked_run(self, run_id: str) -> CampaignRun | None:
        return await self._people.unchecked_run(run_id)

    async def unchecked_holidays(self) -> dict[str, frozenset[date]]:
        """Nation -> its bank holidays."""
        if not self._known.holidays:
            self._known.holidays |= await self._people.unchecked_holidays()
        return dict(self._known.holidays)

    async def save_partnership(self, partnership: Partnership) -> None:
        self._known.partnerships.clear()
        await self._people.save_partnership(partnership)

    async def save_organisations(self, organisations: Sequence[Organisation]) -> None:
        self._known.organisations.clear()
        await self._people.save_organisations(organisations)

    async def save_leaders(self, leaders: Sequence[Leader]) -> None:
        """Write them, and replace them where they are known by heart."""
        await self._people.save_leaders(leaders)
        self._known.at.clear()
        changed = {leader.id: leader for leader in leaders}
        for kept in self._known.leaders.values():
            known = {leader.id for leader in kept}
            if changed.keys() <= known:
                kept[:] = [changed.get(leader.id, leader) for leader in kept]
            else:
                self._known.leaders.clear()
                return

    async def save_run(self, run: CampaignRun) -> None:
        self._known.runs.clear()
        await self._people.save_run(run)

    async def save_holidays(self, nation: str, days: frozenset[date]) -> None:
        self._known.holidays.clear()
        await self._people.save_holidays(nation, days)

    async def delete_leader(self, leader_id: str) -> None:
        """Erase the person's row."""
        self._known.forget()
        await self._people.delete_leader(leader_id)


@dataclass(slots=True)
class _Work:
    people: PeopleRepository
    commitments: CommitmentRepository
    deliveries: DeliveryRepository
    records: RecordRepository


class MemoryStore:
    """Fills `Store`: SQLite in memory, made empty; nothing survives `close`."""

    def __init__(self) -> None:
        self._store = SqlStore.open("sqlite://")
        self._known = _Known()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """All or nothing; after a roll-back nothing is known by heart."""
        try:
            async with self._store.transaction() as tx:
                yield self._remembering(tx)
        except BaseException:
            self._known.forget()
            raise

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        """The state as it is."""
        async with self._store.reading() as tx:
            yield self._remembering(tx)

    async def close(self) -> None:
        """Forget everything."""
        await self._store.close()

    def _remembering(self, tx: Transaction) -> Transaction:
        people = RememberingPeople(tx.people, self._known)
        return _Work(people, tx.commitments, tx.deliveries, tx.records)
