"""The auditor finds what went missing, and stays quiet when nothing did."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.files.phrases import in_words
from nudges.model.delivery import Delivery, DeliveryState
from nudges.model.nudge import Nudge, NudgeState
from nudges.model.people import CampaignRun, Leader, Partnership
from nudges.model.timers import Timer, TimerKind
from nudges.said import said
from nudges.use_cases.delivery.audit import LATE, Loss, audit
from storage.store import SqlStore
from tests.contracts.filled import filled
from tests.contracts.ledger import AT, HOME, LEASE, WEEK, delivery

NAMES = [f"l{n:02}" for n in range(30)]
NOW = AT + timedelta(hours=1)


@pytest.fixture
async def store() -> AsyncIterator[SqlStore]:
    """A partnership of thirty people with a live run: everything sent, everybody planned for."""
    store = SqlStore.open("sqlite://")
    run = filled(CampaignRun, id="run", partnership_id="north", member_ids=tuple(NAMES), ended_at=None)
    async with store.transaction() as tx:
        await tx.people.save_partnership(filled(Partnership, id="north"))
        await tx.people.save_run(run)
        await tx.people.save_leaders([_leader(name) for name in NAMES])
        await tx.records.set_timers([_timer(name) for name in NAMES])
        await tx.commitments.save_nudges([_nudge(name) for name in NAMES])
        await tx.deliveries.add([_told(name) for name in NAMES])
    yield store
    await store.close()


def _leader(name: str) -> Leader:
    return filled(Leader, id=name, partnership_id="north", stopped_at=None, left_at=None)


def _timer(name: str) -> Timer:
    return Timer(partnership_id="north", kind=TimerKind.OFFER, subject=name, due_at=AT + timedelta(days=7))


def _nudge(name: str) -> Nudge:
    return filled(
        Nudge, id=f"n-{name}", partnership_id="north", run_id="run", leader_id=name, week_on=WEEK,
        state=NudgeState.OFFERED,
    )  # fmt: skip


def _told(name: str) -> Delivery:
    return delivery(name, subject=f"n-{name}", state=DeliveryState.SENT, sent_at=AT)


async def test_where_all_is_well_nothing_is_found(store: SqlStore) -> None:
    async with store.transaction() as tx:
        await tx.people.save_leaders(
            [replace(_leader("out"), opted_in_at=None), replace(_leader("other"), id="other")]
        )
        await tx.deliveries.add(
            [delivery("soon", not_before=NOW), delivery("future", not_before=NOW + timedelta(days=9))]
        )
    assert await audit(store, NOW) == []


@pytest.mark.parametrize("seed", range(5))
async def test_twenty_hidden_losses_are_twenty_findings(store: SqlStore, seed: int) -> None:
    chosen = random.Random(seed)
    kinds = [*Loss, *chosen.choices(list(Loss), k=20 - len(Loss))]
    chosen.shuffle(kinds)
    names = chosen.sample(NAMES, k=20)
    for kind, name in zip(kinds, names, strict=True):
        await _plant(store, kind, name)
    irregularities = await audit(store, NOW)
    assert sorted(one.loss for one in irregularities) == sorted(kinds), f"seed {seed}"
    assert {name for name in names if any(name in one.subject for one in irregularities)} == set(names), (
        f"seed {seed}"
    )
    assert all(in_words(one.what) and in_words(one.todo) for one in irregularities)


async def _plant(store: SqlStore, loss: Loss, name: str) -> None:
    """Lose something of this person's, as a fault would: without a trace."""
    late = timedelta(seconds=1) + LATE
    async with store.transaction() as tx:
        match loss:
            case Loss.STUCK:
                await tx.deliveries.add([delivery(f"x-{name}", not_before=NOW - late)])
            case Loss.UNCLEAR:
                row = delivery(f"x-{name}", state=DeliveryState.AMBIGUOUS, attempts=3, not_before=NOW + LATE)
                await tx.deliveries.add([row])
            case Loss.FLAGGED:
                await tx.deliveries.add([delivery(f"x-{name}", state=DeliveryState.SENT, is_flagged=True)])
            case Loss.REFUSED:
                refused = delivery(
                    f"x-{name}", state=DeliveryState.REFUSED, reason="not_in_channel", not_before=NOW
                )
                await tx.deliveries.add([refused])
            case Loss.TIMER_LATE:
                await tx.records.set_timers(
                    [replace(_timer(name), kind=TimerKind.FOLLOW_UP, due_at=NOW - late)]
                )
            case Loss.OFFER_UNSENT:
                await tx.commitments.save_nudges([replace(_nudge(name), id=f"lost-{name}")])
            case Loss.LEADER_FORGOTTEN:
                await tx.records.drop_timers(TimerKind.OFFER, [name])


async def test_a_row_whose_sender_died_is_found(store: SqlStore) -> None:
    async with store.transaction() as tx:
        await tx.deliveries.add([delivery("x")])
        await tx.deliveries.claim(HOME, at=AT, lease_until=AT + LEASE, limit=1, worker="gone")
    assert await audit(store, AT + LEASE) == []
    (finding,) = await audit(store, NOW)
    assert (finding.loss, finding.subject) == (Loss.STUCK, "x")
    assert finding.what == said("delivery.audit.claimed")
    assert in_words(finding.todo) == "See that the sender runs and that sandbox:home is connected."
