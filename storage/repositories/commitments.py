"""Nudges, pairs, promises and partner steps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import bindparam, delete, or_, select, update

from nudges.model.nudge import Nudge, Promise
from nudges.model.pair import Pair
from nudges.model.partner_step import PartnerStep
from storage.connection import LedgerSession
from storage.repositories.cached_table import CachedTable
from storage.rows.commitment_rows import (
    nudge_from,
    nudge_row,
    pair_from,
    pair_row,
    promise_from,
    promise_row,
    step_from,
    step_row,
)
from storage.stamped_cache import StampedCache
from storage.tables import NUDGES, PAIRS, PARTNER_STEPS, PROMISES
from storage.upserts import upsert

_NUDGE = select(NUDGES).where(NUDGES.c.id == bindparam("id"))
_NUDGES_SINCE = (
    select(NUDGES)
    .where(
        NUDGES.c.leader_id.in_(bindparam("leaders", expanding=True)), NUDGES.c.week_on >= bindparam("since")
    )
    .order_by(NUDGES.c.week_on, NUDGES.c.offered_at, NUDGES.c.id)
)
_NUDGES_OF_RUN = (
    select(NUDGES)
    .where(NUDGES.c.run_id == bindparam("run"))
    .order_by(NUDGES.c.week_on, NUDGES.c.offered_at, NUDGES.c.id)
)
_PAIR = select(PAIRS).where(PAIRS.c.id == bindparam("id"))
_PAIRS = (
    select(PAIRS)
    .where(PAIRS.c.partnership_id == bindparam("partnership"))
    .order_by(PAIRS.c.formed_at, PAIRS.c.id)
)
_PROMISE = select(PROMISES).where(PROMISES.c.id == bindparam("id"))
_PROMISES = (
    select(PROMISES)
    .where(PROMISES.c.partnership_id == bindparam("partnership"))
    .order_by(PROMISES.c.made_at, PROMISES.c.id)
)
_STEP = select(PARTNER_STEPS).where(PARTNER_STEPS.c.id == bindparam("id"))
_STEPS = (
    select(PARTNER_STEPS)
    .where(PARTNER_STEPS.c.partnership_id == bindparam("partnership"))
    .order_by(PARTNER_STEPS.c.due_on, PARTNER_STEPS.c.id)
)
PAIRS_KEPT = CachedTable(
    table=PAIRS, every=_PAIRS, to_row=pair_row, from_row=pair_from, order=lambda one: (one.formed_at, one.id)
)
PROMISES_KEPT = CachedTable(
    table=PROMISES,
    every=_PROMISES,
    to_row=promise_row,
    from_row=promise_from,
    order=lambda one: (one.made_at, one.id),
)
STEPS_KEPT = CachedTable(
    table=PARTNER_STEPS,
    every=_STEPS,
    to_row=step_row,
    from_row=step_from,
    order=lambda one: (one.due_on, one.id),
)
_TAKE_WORDS_OFF = (
    update(NUDGES)
    .where(
        NUDGES.c.partnership_id == bindparam("partnership"),
        NUDGES.c.offered_at < bindparam("until_at"),
        or_(NUDGES.c.shared_line.is_not(None), NUDGES.c.plan_place != ""),
    )
    .values(shared_line=None, plan_place="")
)
_DROP_OLD_PROMISES = delete(PROMISES).where(
    PROMISES.c.partnership_id == bindparam("partnership"), PROMISES.c.due_on < bindparam("until_on")
)
_PROMISERS = select(PROMISES.c.partnership_id).where(PROMISES.c.leader_id == bindparam("leader")).distinct()
_DROP_PROMISES = delete(PROMISES).where(PROMISES.c.leader_id == bindparam("of_leader"))


class SqlCommitments:
    """Fills `CommitmentRepository`."""

    def __init__(self, session: LedgerSession, cache: StampedCache) -> None:
        self._session = session
        self._cache = cache

    async def unchecked_nudge(self, nudge_id: str) -> Nudge | None:
        """One nudge, or None."""
        rows = await self._session.rows(_NUDGE, {"id": nudge_id})
        return nudge_from(rows[0]) if rows else None

    async def unchecked_nudges(self, leader_ids: Sequence[str], *, since: date) -> list[Nudge]:
        """Nudges of these leaders whose `week_on` is on or after `since`, oldest first."""
        if not leader_ids:
            return []
        rows = await self._session.rows(_NUDGES_SINCE, {"leaders": list(leader_ids), "since": since})
        return [nudge_from(row) for row in rows]

    async def unchecked_nudges_of_run(self, run_id: str) -> list[Nudge]:
        """Every nudge of the run, oldest first."""
        return [nudge_from(row) for row in await self._session.rows(_NUDGES_OF_RUN, {"run": run_id})]

    async def unchecked_pair(self, pair_id: str) -> Pair | None:
        """One pair, or None."""
        rows = await self._session.rows(_PAIR, {"id": pair_id})
        return pair_from(rows[0]) if rows else None

    async def unchecked_pairs(self, partnership_id: str) -> list[Pair]:
        """The partnership's pairs, oldest first."""
        return await PAIRS_KEPT.read(self._session, self._cache, partnership_id)

    async def unchecked_promise(self, promise_id: str) -> Promise | None:
        """One promise, or None."""
        rows = await self._session.rows(_PROMISE, {"id": promise_id})
        return promise_from(rows[0]) if rows else None

    async def unchecked_promises(self, partnership_id: str) -> list[Promise]:
        """The partnership's promises, oldest first."""
        return await PROMISES_KEPT.read(self._session, self._cache, partnership_id)

    async def unchecked_step(self, step_id: str) -> PartnerStep | None:
        """One partner step, or None."""
        rows = await self._session.rows(_STEP, {"id": step_id})
        return step_from(rows[0]) if rows else None

    async def unchecked_steps(self, partnership_id: str) -> list[PartnerStep]:
        """The partnership's steps, the earliest date first."""
        return await STEPS_KEPT.read(self._session, self._cache, partnership_id)

    async def save_nudges(self, nudges: Sequence[Nudge]) -> None:
        """Insert or replace by id."""
        if nudges:
            await self._session.run(
                upsert(NUDGES, self._session.dialect), [nudge_row(nudge) for nudge in nudges]
            )

    async def save_pairs(self, pairs: Sequence[Pair]) -> None:
        """Insert or replace by id."""
        await PAIRS_KEPT.save(self._session, self._cache, pairs)

    async def save_promises(self, promises: Sequence[Promise]) -> None:
        """Insert or replace by id."""
        await PROMISES_KEPT.save(self._session, self._cache, promises)

    async def save_steps(self, steps: Sequence[PartnerStep]) -> None:
        """Insert or replace by id."""
        await STEPS_KEPT.save(self._session, self._cache, steps)

    async def delete_promises_of(self, leader_id: str) -> None:
        """Erase every promise of this leader."""
        rows = await self._session.rows(_PROMISERS, {"leader": leader_id})
        await self._session.run(_DROP_PROMISES, {"of_leader": leader_id})
        for row in rows:
            await PROMISES_KEPT.forget(self._session, self._cache, row.partnership_id)

    async def forget_words(self, partnership_id: str, *, before: datetime) -> int:
        """Take people's own words off nudges offered before then, and delete promises due before."""
        params = {"partnership": partnership_id}
        taken = await self._session.run(_TAKE_WORDS_OFF, {**params, "until_at": before})
        dropped = await self._session.run(_DROP_OLD_PROMISES, {**params, "until_on": before.date()})
        if dropped:
            await PROMISES_KEPT.forget(self._session, self._cache, partnership_id)
        return taken + dropped
