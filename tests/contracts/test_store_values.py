"""Whatever is saved comes back the same, on every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from nudges.ports import Store
from nudges.rules.delivery import Delivery, DeliveryState
from nudges.rules.message import Form, Message
from nudges.rules.nudge import Nudge, Promise
from nudges.rules.pair import Pair
from nudges.rules.partner_step import PartnerStep
from nudges.rules.people import Address, CampaignRun, Leader, Organisation, Partnership
from nudges.rules.record import Event, EventKind, Outcome, Timer, TimerKind
from tests.contracts.filled import filled
from tests.contracts.ledger import AT

BARE = Leader(
    id="bare", partnership_id="north", organisation_id="trust", name="A", email="a@b.c", person="a@b.c",
    zone="Europe/London", nation=filled(Leader).nation,
)  # fmt: skip


async def test_people_come_back_as_they_were_saved(store: Store) -> None:
    partnership, run = filled(Partnership, id="north"), filled(CampaignRun, partnership_id="north")
    organisation, leader = (
        filled(Organisation, partnership_id="north"),
        filled(Leader, partnership_id="north"),
    )
    async with store.transaction() as tx:
        await tx.people.save_partnership(partnership)
        await tx.people.save_organisations([organisation])
        await tx.people.save_leaders([leader, BARE])
        await tx.people.save_run(run)
        await tx.people.save_holidays("wales", frozenset({date(2027, 3, 26), date(2027, 3, 29)}))
        await tx.people.save_holidays("wales", frozenset({date(2027, 3, 29)}))
    async with store.reading() as tx:
        assert await tx.people.unchecked_partnerships() == [partnership]
        assert await tx.people.unchecked_partnership("north") == partnership
        assert await tx.people.unchecked_organisations("north") == [organisation]
        assert await tx.people.unchecked_leaders("north") == [BARE, leader]
        assert await tx.people.unchecked_leader("bare") == BARE
        assert leader.address is not None
        assert await tx.people.unchecked_leaders_at(leader.address) == [leader]
        assert await tx.people.unchecked_leaders_at(Address(platform="slack", workspace="T", to="U")) == []
        assert await tx.people.unchecked_runs("north") == [run]
        assert await tx.people.unchecked_run(run.id) == run
        assert await tx.people.unchecked_holidays() == {"wales": frozenset({date(2027, 3, 29)})}
        assert await tx.people.unchecked_leader("nobody") is None
    async with store.transaction() as tx:
        await tx.people.delete_leader("bare")
        assert await tx.people.unchecked_leaders("north") == [leader]


async def test_commitments_come_back_as_they_were_saved(store: Store) -> None:
    nudge, promise = filled(Nudge, leader_id="ann", run_id="run"), filled(Promise, partnership_id="north")
    pair, step = filled(Pair, partnership_id="north"), filled(PartnerStep, partnership_id="north")
    plain = replace(
        nudge, id="plain", plan=None, before=None, done_at=None, week_on=nudge.week_on - timedelta(days=7)
    )
    async with store.transaction() as tx:
        await tx.commitments.save_nudges([nudge, plain])
        await tx.commitments.save_pairs([pair])
        await tx.commitments.save_promises([promise])
        await tx.commitments.save_steps([step])
    async with store.reading() as tx:
        found = tx.commitments
        assert await found.unchecked_nudge(nudge.id) == nudge
        assert await found.unchecked_nudges(["ann", "bob"], since=plain.week_on) == [plain, nudge]
        assert await found.unchecked_nudges(["ann"], since=nudge.week_on) == [nudge]
        assert await found.unchecked_nudges([], since=nudge.week_on) == []
        assert await found.unchecked_nudges_of_run("run") == [plain, nudge]
        assert await found.unchecked_pair(pair.id) == pair
        assert await found.unchecked_pairs("north") == [pair]
        assert await found.unchecked_promise(promise.id) == promise
        assert await found.unchecked_promises("north") == [promise]
        assert await found.unchecked_step(step.id) == step
        assert await found.unchecked_steps("north") == [step]
    async with store.transaction() as tx:
        await tx.commitments.save_nudges([replace(nudge, plan=None)])
        await tx.commitments.delete_promises_of(promise.leader_id)
        assert await tx.commitments.unchecked_nudge(nudge.id) == replace(nudge, plan=None)
        assert await tx.commitments.unchecked_promises("north") == []


async def test_a_delivery_comes_back_as_it_was_added(store: Store) -> None:
    whole = filled(Delivery, state=DeliveryState.SENT, is_flagged=True)
    async with store.transaction() as tx:
        await tx.deliveries.add([whole])
    async with store.reading() as tx:
        assert await tx.deliveries.unchecked(whole.id) == whole
        assert await tx.deliveries.unchecked_of_subject(whole.subject) == [whole]
        assert await tx.deliveries.unchecked_of_recipient(whole.recipient) == [whole]
        assert await tx.deliveries.flagged() == [whole]
        assert await tx.deliveries.unchecked("none") is None


async def test_instants_keep_their_meaning_whatever_their_zone_and_naive_ones_are_refused(
    store: Store,
) -> None:
    elsewhere = datetime(2027, 7, 1, 9, 0, tzinfo=timezone(timedelta(hours=1)))
    timer = Timer(partnership_id="north", kind=TimerKind.OFFER, subject="ann", due_at=elsewhere)
    async with store.transaction() as tx:
        await tx.records.set_timers([timer])
    async with store.reading() as tx:
        (found,) = await tx.records.timers("north")
        assert found.due_at == elsewhere
        assert found.due_at.tzinfo is UTC
    with pytest.raises(Exception, match="no time zone"):
        async with store.transaction() as tx:
            await tx.records.set_timers([replace(timer, due_at=datetime(2027, 7, 1, 9, 0))])  # noqa: DTZ001


async def test_timers_are_one_for_each_kind_and_subject(store: Store) -> None:
    def timer(kind: TimerKind, subject: str, minutes: int) -> Timer:
        return Timer(
            partnership_id="north", kind=kind, subject=subject, due_at=AT + timedelta(minutes=minutes)
        )

    late, soon = timer(TimerKind.OFFER, "ann", 30), timer(TimerKind.OFFER, "bob", 5)
    async with store.transaction() as tx:
        await tx.records.set_timers([late, soon, timer(TimerKind.ROLLUP, "ann", 60)])
        await tx.records.set_timers([timer(TimerKind.OFFER, "ann", 1)])
        await tx.records.drop_timers(TimerKind.ROLLUP, ["ann", "zoe"])
        await tx.records.drop_timers(TimerKind.ROLLUP, [])
        assert await tx.records.next_timer() == AT + timedelta(minutes=1)
        assert [
            one.subject for one in await tx.records.due_timers(at=AT + timedelta(minutes=5), limit=9)
        ] == ["ann", "bob"]
        assert [
            one.subject for one in await tx.records.due_timers(at=AT + timedelta(minutes=5), limit=1)
        ] == ["ann"]
        await tx.records.drop_timers(TimerKind.OFFER, ["ann", "bob"])
        assert await tx.records.next_timer() is None


async def test_the_log_is_read_by_window_kind_run_and_person_and_recounts_the_same(store: Store) -> None:
    whole = filled(Event, partnership_id="north", at=AT, kind=EventKind.DONE, run_id="run", leader_id="ann")
    later = replace(whole, at=AT + timedelta(hours=1), kind=EventKind.PLANNED, run_id=None)
    other = replace(whole, partnership_id="south")
    async with store.transaction() as tx:
        await tx.records.append([whole, later, other])
        await tx.records.append([])
    async with store.reading() as tx:
        read = tx.records
        assert await read.events("north") == [whole, later]
        assert await read.events("north", after=AT) == [later]
        assert await read.events("north", until=AT) == [whole]
        assert await read.events("north", kinds=[EventKind.PLANNED]) == [later]
        assert await read.events("north", run_id="run") == [whole]
        assert await read.events("north", run_id="run", kinds=[EventKind.PLANNED], leader_id="ann") == []
        assert await read.events("north", leader_id="bob") == []
        assert await read.tally("north") == {EventKind.DONE: 1, EventKind.PLANNED: 1}
        assert await read.tally("north", after=AT, until=AT + timedelta(hours=1)) == {EventKind.PLANNED: 1}
        assert await read.tally("north", run_id="run") == {EventKind.DONE: 1}
    async with store.transaction() as tx:
        await tx.records.unname("ann", "gone-1")
        assert {one.leader_id for one in await tx.records.events("north")} == {"gone-1"}
        assert await tx.records.tally("north") == {EventKind.DONE: 1, EventKind.PLANNED: 1}


async def test_a_remembered_outcome_is_given_again(store: Store) -> None:
    outcome = filled(Outcome, reply=filled(Message), form=filled(Form))
    async with store.transaction() as tx:
        assert await tx.records.seen("tap-1") is None
        await tx.records.remember("tap-1", outcome, at=AT)
        await tx.records.remember("tap-2", Outcome(), at=AT)
    async with store.reading() as tx:
        assert await tx.records.seen("tap-1") == outcome
        assert await tx.records.seen("tap-2") == Outcome()
