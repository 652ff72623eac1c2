"""The clock's work: look at every timer whose time has come, one kind of them in one transaction."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import takewhile

from nudges.model.playbook import Playbook
from nudges.model.timers import Timer, TimerKind
from nudges.ports import Store
from nudges.unit_of_work.unit_of_work import OnTimer, OnTimers, UnitOfWork
from nudges.use_cases import (
    campaigns,
    joining,
    listening,
    nudging,
    own_data,
    pairing,
    partner_steps,
    pulse,
    rollup,
    support,
)
from nudges.use_cases.delivery.reschedule_lapsed import reschedule_lapsed

SUBJECTS = (
    campaigns,
    joining,
    listening,
    nudging,
    own_data,
    pairing,
    partner_steps,
    pulse,
    rollup,
    support,
)
# What the subjects bring; each kind of timer belongs to one of them.
ON_TIMER: Mapping[TimerKind, OnTimer] = {
    kind: handle for subject in SUBJECTS for kind, handle in subject.ON_TIMER.items()
}
ON_TIMERS: Mapping[TimerKind, OnTimers] = {
    kind: handle for subject in SUBJECTS for kind, handle in vars(subject).get("ON_TIMERS", {}).items()
}
AT_ONCE = 200
TRY_AGAIN = timedelta(minutes=5)
logger = logging.getLogger("milepost.wake")


async def run_due_timers(store: Store, book: Playbook, *, at: datetime) -> datetime | None:
    """Handle all that is due at `at`; returns when the next timer is due, or None.

    A timer that cannot be handled is put off by five minutes and logged; the others go on.
    """
    await reschedule_lapsed(store, book, at=at)
    while True:
        async with store.reading() as tx:
            due = await tx.records.due_timers(at=at, limit=AT_ONCE)
            if not due:
                return await tx.records.next_timer()
        await _handle(store, book, _first_alike(due), at=at)


def _first_alike(due: Sequence[Timer]) -> list[Timer]:
    """The first timers that are of one kind and one partnership."""
    wanted = (due[0].kind, due[0].partnership_id)
    return list(takewhile(lambda one: (one.kind, one.partnership_id) == wanted, due))


async def _handle(store: Store, book: Playbook, group: Sequence[Timer], *, at: datetime) -> None:
    try:
        await _look(store, book, group, at=at)
    except Exception:
        # One bad row must not silence a partnership: the group is tried one by one, the bad one later.
        if len(group) > 1:
            for timer in group:
                await _handle(store, book, [timer], at=at)
            return
        timer = group[0]
        logger.exception(
            "A timer could not be handled", extra={"kind": str(timer.kind), "subject": timer.subject}
        )
        async with store.transaction() as tx:
            later = Timer(
                partnership_id=timer.partnership_id,
                kind=timer.kind,
                subject=timer.subject,
                due_at=at + TRY_AGAIN,
            )
            await tx.records.set_timers([later])


async def _look(store: Store, book: Playbook, group: Sequence[Timer], *, at: datetime) -> None:
    first = group[0]
    async with store.transaction() as tx:
        work = UnitOfWork(tx=tx, book=book, at=at, holidays=await tx.people.unchecked_holidays())
        for timer in group:
            work.cancel_timer(timer.kind, timer.subject)
        if first.kind in ON_TIMERS:
            await ON_TIMERS[first.kind](work, group)
        else:
            for timer in group:
                await ON_TIMER[timer.kind](work, timer.partnership_id, timer.subject)
        await work.write()
