"""What was held as long as the notice says is deleted by the clock, and an erased person is nowhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from bot.clock import MovableClock
from bot.files.first_files import load_example
from bot.files.roster_from_files import wanted
from bot.sandbox.outbound import PLATFORM, WORKSPACE, SandboxPlatform, sandbox_address
from bot.wiring import Milepost, build
from nudges.model.commands import Command
from nudges.model.events import EventKind
from nudges.model.ids import leader_id
from nudges.model.installation import InstallRequest
from nudges.model.people import Leader
from nudges.model.pulse import PulseAnswer, PulseKey
from nudges.model.thing_heard import ThingHeard
from nudges.use_cases.campaigns.launch_campaign import launch_campaign
from nudges.use_cases.joining.apply_roster import apply_roster
from nudges.use_cases.joining.find_people import find_people
from nudges.use_cases.own_data.erase import erase
from storage.store import SqlStore
from storage.tables import METADATA
from tests.contracts.filled import filled

START = date(2027, 1, 4)
WORDS = "share our bed data with the night team"


async def a_campaign() -> tuple[Milepost, MovableClock, SqlStore, Leader]:
    clock = MovableClock(datetime(2027, 1, 2, 9, tzinfo=UTC))
    store = SqlStore.open("sqlite://")
    platform = SandboxPlatform(clock)
    milepost = await build(store=store, clock=clock, platforms={PLATFORM: platform})
    fields, people = load_example()
    asked = wanted(fields, people, milepost.book.rules, at=clock.now())
    channels = {"partnership": sandbox_address("#partnership")}
    await apply_roster(
        store,
        milepost.book,
        replace(asked, partnership=replace(asked.partnership, channels=channels)),
        at=clock.now(),
    )
    for person in people:
        platform.join(person.email)
    await find_people(store, {WORKSPACE: platform}, partnership_id=fields.id)
    await launch_campaign(
        store,
        milepost.book,
        partnership_id=fields.id,
        campaign_id="starter",
        starts_on=START,
        at=clock.now(),
        member_ids=[leader_id(fields.id, person.email) for person in people[:16]],
    )
    clock.move_to(datetime(2027, 1, 4, 10, 30, tzinfo=UTC))
    await milepost.settle()
    async with store.reading() as tx:
        leader = await tx.people.unchecked_leader(leader_id(fields.id, people[1].email))
    assert leader is not None
    assert leader.address is not None
    await milepost.handle(Command(key="1", actor=leader.address, verb="yes"))
    typed = {"text": f'commit "{WORDS}" by Friday'}
    await milepost.handle(Command(key="2", actor=leader.address, verb="say", args=typed, via="message"))
    await milepost.settle()
    return milepost, clock, store, leader


async def everything(store: SqlStore) -> str:
    """Every value of every column of every table."""
    connection = store._backend._connection  # type: ignore[attr-defined]
    result: list[str] = []
    for table in METADATA.sorted_tables:
        result += [str(row) for row in connection.execute(select(table))]
    return "\n".join(result)


async def test_words_are_held_for_ninety_days_and_no_longer() -> None:
    milepost, clock, store, _ = await a_campaign()
    assert WORDS in await everything(store)
    held: list[bool] = []
    for _ in range(105):
        clock.move_to(clock.now() + timedelta(days=1))
        await milepost.settle()
        held.append(WORDS in await everything(store))
    assert held[:88] == [True] * 88
    assert held[100:] == [False] * 5
    await store.close()


async def test_a_request_to_add_the_app_that_ended_is_gone_the_next_night() -> None:
    milepost, clock, store, _ = await a_campaign()
    ends = clock.now() + timedelta(minutes=10)
    async with store.transaction() as tx:
        for name, expires_at in (("over", ends), ("open", ends + timedelta(days=3))):
            request = InstallRequest(secret_hash=name, browser_hash="b", expires_at=expires_at)
            await tx.installations.add_request(request)
    clock.move_to(clock.now() + timedelta(days=1))
    await milepost.settle()
    left = await everything(store)
    assert "('over'," not in left
    assert "('open'," in left
    await store.close()


async def test_records_are_held_for_six_months_after_the_end_and_counts_for_ever() -> None:
    milepost, clock, store, leader = await a_campaign()
    heard = filled(ThingHeard, partnership_id=leader.partnership_id, author_id=leader.id, said_on=START)
    async with store.transaction() as tx:
        before = await tx.records.tally(leader.partnership_id)
        (run,) = await tx.people.unchecked_runs(leader.partnership_id)
        await tx.listening.save_pulse_key(PulseKey(run_id=run.id, secret="ab"))
        await tx.listening.save_pulse([filled(PulseAnswer, run_id=run.id)])
        await tx.listening.save_heard([heard])
    clock.move_to(datetime(2027, 2, 1, 9, tzinfo=UTC))
    await milepost.settle()
    clock.move_to(datetime(2027, 7, 31, 12, tzinfo=UTC))
    await milepost.settle()
    assert leader.name in await everything(store)
    async with store.reading() as tx:
        assert await tx.listening.unchecked_pulse_key(run.id) is not None
        assert await tx.listening.unchecked_heard(heard.id) == replace(heard, author_id=None)
    clock.move_to(datetime(2027, 8, 2, 12, tzinfo=UTC))
    await milepost.settle()
    async with store.reading() as tx:
        after = await tx.records.tally(leader.partnership_id)
        assert await tx.people.unchecked_leader(leader.id) is None
        assert await tx.listening.unchecked_pulse_key(run.id) is None
        assert await tx.listening.unchecked_pulse(run.id) == []
    assert after[EventKind.OPTED_IN] == before[EventKind.OPTED_IN] == 1
    assert after[EventKind.PROMISED] == 1
    await store.close()


async def test_an_erased_person_is_in_no_column_of_any_table() -> None:
    milepost, clock, store, leader = await a_campaign()
    held = await everything(store)
    traces = (leader.id, leader.name, leader.email, WORDS)
    assert all(trace in held for trace in traces)
    async with store.reading() as tx:
        before = await tx.records.tally(leader.partnership_id)
    await erase(store, milepost.book, leader.id, at=clock.now())
    await milepost.settle()
    left = await everything(store)
    assert [trace for trace in traces if trace in left] == []
    async with store.reading() as tx:
        after = await tx.records.tally(leader.partnership_id)
    assert {kind: n for kind, n in after.items() if kind is not EventKind.ERASED} == before
    await store.close()
