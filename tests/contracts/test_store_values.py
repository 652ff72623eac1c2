"""Whatever is saved comes back the same, on every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from nudges.model.commands import Outcome
from nudges.model.delivery import Delivery, DeliveryState
from nudges.model.events import Event, EventKind
from nudges.model.help_request import HelpRequest
from nudges.model.message import Form, Message
from nudges.model.nudge import Nudge, Promise
from nudges.model.open_page import Change, EntryLink, Published
from nudges.model.pair import Pair
from nudges.model.partner_step import PartnerStep
from nudges.model.people import Address, CampaignRun, Leader, Organisation, Partnership
from nudges.model.problem_tree import Leaf
from nudges.model.pulse import PulseAnswer, PulseKey, PulseMoment
from nudges.model.thing_heard import LibraryLine, ThingHeard, Vote
from nudges.model.timers import Timer, TimerKind
from nudges.model.two_week_test import TwoWeekTest
from nudges.ports import Store
from storage.store import SqlStore
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
        commitment_repository = tx.commitments
        assert await commitment_repository.unchecked_nudge(nudge.id) == nudge
        assert await commitment_repository.unchecked_nudges(["ann", "bob"], since=plain.week_on) == [
            plain,
            nudge,
        ]
        assert await commitment_repository.unchecked_nudges(["ann"], since=nudge.week_on) == [nudge]
        assert await commitment_repository.unchecked_nudges([], since=nudge.week_on) == []
        assert await commitment_repository.unchecked_nudges_of_run("run") == [plain, nudge]
        assert await commitment_repository.unchecked_pair(pair.id) == pair
        assert await commitment_repository.unchecked_pairs("north") == [pair]
        assert await commitment_repository.unchecked_promise(promise.id) == promise
        assert await commitment_repository.unchecked_promises("north") == [promise]
        assert await commitment_repository.unchecked_step(step.id) == step
        assert await commitment_repository.unchecked_steps("north") == [step]
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
    outcome = filled(Outcome, reply=filled(Message), form=filled(Form), leaves_no_trace=False)
    async with store.transaction() as tx:
        assert await tx.records.seen("tap-1") is None
        await tx.records.remember("tap-1", outcome, at=AT)
        await tx.records.remember("tap-2", Outcome(), at=AT)
    async with store.reading() as tx:
        assert await tx.records.seen("tap-1") == outcome
        assert await tx.records.seen("tap-2") == Outcome()


async def test_what_people_say_comes_back_as_it_was_saved(store: Store) -> None:
    asked, heard = filled(HelpRequest, partnership_id="north"), filled(ThingHeard, partnership_id="north")
    unnamed = replace(heard, id="a", author_id=None, owner_id=None, replied_on=None, told_on=None)
    line, test = filled(LibraryLine, partnership_id="north"), filled(TwoWeekTest, partnership_id="north")
    newer = replace(line, id="newer", posted_on=line.posted_on + timedelta(days=1))
    leaf = filled(Leaf, partnership_id="north", run_id="run")
    vote = Vote(partnership_id="north", leader_id="ann", action_id="ASK-01")
    async with store.transaction() as tx:
        await tx.listening.save_help([asked])
        await tx.listening.save_heard([heard, unnamed])
        await tx.listening.save_votes([vote])
        await tx.listening.save_votes([vote, replace(vote, leader_id="bob")])
        await tx.listening.save_library([line, newer])
        await tx.listening.save_two_week_tests([test])
        await tx.listening.save_leaves([leaf, replace(leaf, id="other", run_id="other")])
    async with store.reading() as tx:
        listening = tx.listening
        assert await listening.unchecked_help(asked.id) == asked
        assert await listening.unchecked_help_log("north") == [asked]
        assert await listening.unchecked_heard("a") == unnamed
        assert await listening.unchecked_all_heard("north") == [unnamed, heard]
        assert await listening.unchecked_votes("north") == [vote, replace(vote, leader_id="bob")]
        assert await listening.unchecked_library("north") == [newer, line]
        assert await listening.unchecked_two_week_test(test.id) == test
        assert await listening.unchecked_two_week_tests("north") == [test]
        assert await listening.unchecked_leaf(leaf.id) == leaf
        assert await listening.unchecked_tree("run") == [leaf]
        assert await listening.unchecked_help_log("south") == []
    async with store.transaction() as tx:
        await tx.listening.save_help([replace(asked, closed_at=None)])
        await tx.listening.drop_vote(vote)
        await tx.listening.drop_vote(vote)
        assert await tx.listening.unchecked_help(asked.id) == replace(asked, closed_at=None)
        assert await tx.listening.unchecked_votes("north") == [replace(vote, leader_id="bob")]


async def test_pulse_answers_come_back_by_moment_until_they_are_destroyed_with_their_key(
    store: Store,
) -> None:
    first = filled(PulseAnswer, run_id="run", moment=PulseMoment.START, value=4)
    silent = replace(first, moment=PulseMoment.END, value=None)
    other = replace(first, run_id="other")
    key = PulseKey(run_id="run", secret="ab")
    async with store.transaction() as tx:
        await tx.listening.save_pulse([first, silent, other])
        await tx.listening.save_pulse([replace(first, value=5)])
        await tx.listening.save_pulse_key(key)
        await tx.listening.save_pulse_key(replace(key, secret="another, which would orphan the answers"))
    async with store.reading() as tx:
        assert await tx.listening.unchecked_pulse_key("run") == key
        assert await tx.listening.unchecked_pulse("run", moment=PulseMoment.START) == [
            replace(first, value=5)
        ]
        assert await tx.listening.unchecked_pulse("run") == [silent, replace(first, value=5)]
    async with store.transaction() as tx:
        await tx.listening.destroy_pulse("run")
        assert await tx.listening.unchecked_pulse_key("run") is None
        assert await tx.listening.unchecked_pulse("run") == []
        assert await tx.listening.unchecked_pulse("other") == [other]


async def test_a_person_who_is_forgotten_leaves_no_name_and_no_words_with_what_they_said(
    store: Store,
) -> None:
    asked = filled(HelpRequest, partnership_id="north", leader_id="ann", helper_id="bob")
    helped = replace(asked, id="helped", leader_id="bob", helper_id="ann")
    heard = filled(ThingHeard, partnership_id="north", author_id="ann", owner_id="ann")
    test = filled(TwoWeekTest, partnership_id="north", leader_id="ann")
    async with store.transaction() as tx:
        await tx.listening.save_help([asked, helped])
        await tx.listening.save_heard([heard])
        await tx.listening.save_two_week_tests([test])
        await tx.listening.save_votes([Vote(partnership_id="north", leader_id="ann", action_id="ASK-01")])
        await tx.listening.forget_person("ann", "gone")
    async with store.reading() as tx:
        assert await tx.listening.unchecked_help(asked.id) == replace(asked, leader_id="gone")
        assert await tx.listening.unchecked_help("helped") == replace(helped, helper_id="gone")
        assert await tx.listening.unchecked_heard(heard.id) == replace(heard, author_id=None, owner_id=None)
        assert await tx.listening.unchecked_two_week_test(test.id) == replace(
            test, leader_id="gone", text="", learned=""
        )
        assert await tx.listening.unchecked_votes("north") == []


async def test_authors_and_closed_help_requests_go_with_time(store: Store) -> None:
    heard = filled(ThingHeard, partnership_id="north", author_id="ann", said_on=AT.date())
    closed = filled(HelpRequest, partnership_id="north", closed_at=AT)
    still = replace(closed, id="still", closed_at=None)
    async with store.transaction() as tx:
        await tx.listening.save_heard([heard, replace(heard, id="south", partnership_id="south")])
        await tx.listening.save_help([closed, still])
        await tx.listening.forget_words("north", before=AT.date())
        assert await tx.listening.unchecked_heard(heard.id) == heard
        assert await tx.listening.unchecked_help(closed.id) == closed
        await tx.listening.forget_words("north", before=AT.date() + timedelta(days=1))
        assert await tx.listening.unchecked_heard(heard.id) == replace(heard, author_id=None)
        assert await tx.listening.unchecked_heard("south") == replace(
            heard, id="south", partnership_id="south"
        )
        assert await tx.listening.unchecked_help_log("north") == [still]


async def test_the_change_log_is_that_of_a_partnership_and_of_all_with_the_newest_first(store: Store) -> None:
    part = filled(Published)
    mine = filled(Change, partnership_id="north", at=AT)
    everybody = replace(mine, partnership_id=None, at=AT + timedelta(hours=1))
    async with store.transaction() as tx:
        await tx.records.save_published([part, replace(part, name="gone")])
        await tx.records.save_published([replace(part, fingerprint="new")])
        await tx.records.drop_published(part.kind, ["gone", "never there"])
        await tx.records.drop_published(part.kind, [])
        await tx.records.append_changes([mine, everybody, replace(mine, partnership_id="south")])
    async with store.reading() as tx:
        assert await tx.records.unchecked_published() == [replace(part, fingerprint="new")]
        assert await tx.records.unchecked_changes("north") == [everybody, mine]
        assert await tx.records.unchecked_changes(None) == [everybody]


async def test_a_link_into_the_open_page_is_used_once_and_not_after_its_time(store: Store) -> None:
    link = EntryLink(
        token_hash="h", partnership_id="north", leader_id="ann", expires_at=AT + timedelta(hours=1)
    )
    late, old = (
        replace(link, token_hash="late", expires_at=AT),
        replace(link, token_hash="old", leader_id="bob"),
    )
    async with store.transaction() as tx:
        for entry_link in (link, late, old):
            await tx.records.save_entry_link(entry_link)
    async with store.transaction() as tx:
        assert await tx.records.use_entry_link("h", at=AT) == replace(link, used_at=AT)
        assert await tx.records.use_entry_link("h", at=AT) is None
        assert await tx.records.use_entry_link("late", at=AT) is None
        assert await tx.records.use_entry_link("none", at=AT) is None
        await tx.records.drop_entry_links(before=AT + timedelta(minutes=1))
        assert await tx.records.unchecked_entry_link("late") is None
        await tx.records.drop_entry_links(leader_id="ann")
        assert await tx.records.unchecked_entry_link("h") is None
        assert await tx.records.unchecked_entry_link("old") == old


async def test_what_is_kept_in_memory_is_what_stands_in_the_ledger(url: str, store: Store) -> None:
    def promise(name: str, *, made: int = 0) -> Promise:
        plain = filled(Promise, id=name, partnership_id="north", leader_id=name)
        return replace(plain, made_at=AT + timedelta(minutes=made))

    async def known() -> list[str]:
        async with store.reading() as tx:
            return [one.id for one in await tx.commitments.unchecked_promises("north")]

    async def half() -> None:
        async with store.transaction() as tx:
            await tx.commitments.save_promises([promise("x")])
            assert [one.id for one in await tx.commitments.unchecked_promises("north")] == ["x", "b", "c"]
            raise ZeroDivisionError

    async with store.transaction() as tx:
        await tx.commitments.save_promises([promise("b", made=2), promise("c", made=3)])
        await tx.commitments.save_promises([replace(promise("a"), partnership_id="south")])
    assert await known() == ["b", "c"]
    with pytest.raises(ZeroDivisionError):
        await half()
    assert await known() == ["b", "c"]
    async with store.transaction() as tx:
        await tx.commitments.save_promises([promise("d", made=1)])
    assert await known() == ["d", "b", "c"]
    other = store if url == "sqlite://" else SqlStore.open(url)
    async with other.transaction() as tx:
        await tx.commitments.save_promises([replace(promise("b", made=2), text="changed elsewhere")])
        await tx.commitments.delete_promises_of("c")
    if other is not store:
        await other.close()
    async with store.reading() as tx:
        promises = await tx.commitments.unchecked_promises("north")
    assert [(one.id, one.text == "changed elsewhere") for one in promises] == [("d", False), ("b", True)]
