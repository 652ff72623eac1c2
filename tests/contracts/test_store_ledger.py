"""The ledger of deliveries: once each, under a lease, behind a fence, on every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from nudges.model.delivery import Delivery, DeliveryState, after_accepted
from nudges.model.message import MessageKind, MessageRef
from nudges.model.people import Address
from nudges.ports import Store
from tests.contracts.ledger import AT, HOME, LEASE, WEEK, delivery

REF = MessageRef(conversation="D1", message="171.1")
MINUTE = timedelta(minutes=1)


async def add(store: Store, *deliveries: Delivery) -> None:
    async with store.transaction() as tx:
        await tx.deliveries.add(deliveries)


async def claim(store: Store, *, after: timedelta = timedelta(), limit: int = 16) -> list[Delivery]:
    at = AT + after
    async with store.transaction() as tx:
        return await tx.deliveries.claim(HOME, at=at, lease_until=at + LEASE, limit=limit, worker="one")


async def settle(store: Store, *deliveries: Delivery) -> list[str]:
    async with store.transaction() as tx:
        return await tx.deliveries.settle(deliveries)


async def read(store: Store, name: str) -> Delivery:
    async with store.reading() as tx:
        delivery = await tx.deliveries.unchecked(name)
    assert delivery is not None
    return delivery


def sent(claimed: Delivery, ref: MessageRef = REF) -> Delivery:
    return after_accepted(claimed, ref, at=AT)


def edit(name: str, of: str, **changes: object) -> Delivery:
    return delivery(name, edits=of, recipient=f"leader-{of}", purpose=MessageKind.ANSWER, **changes)


async def test_a_second_row_with_the_same_key_is_left_out(store: Store) -> None:
    await add(store, delivery("a"))
    await add(
        store, replace(delivery("b"), recipient="leader-a", occurrence="a", address=delivery("a").address)
    )
    await add(store, replace(delivery("a"), occurrence="other", facts={}))
    async with store.reading() as tx:
        assert await tx.deliveries.states() == {DeliveryState.WAITING: 1}
        assert await tx.deliveries.unchecked("a") == delivery("a")


async def test_a_claim_takes_what_is_due_oldest_first_and_gives_it_a_lease(store: Store) -> None:
    await add(
        store,
        delivery("late"),
        delivery("early", not_before=AT - MINUTE),
        delivery("future", not_before=AT + MINUTE),
    )
    await add(store, delivery("elsewhere", address=Address(platform="slack", workspace="T", to="U")))
    (first,) = await claim(store, limit=1)
    assert (first.id, first.state, first.fence, first.attempts) == ("early", DeliveryState.SENDING, 1, 1)
    assert first.lease_until == AT + LEASE
    assert await read(store, "early") == first
    assert [one.id for one in await claim(store)] == ["late"]
    assert await claim(store) == []


async def test_the_next_instant_counts_waits_and_leases_but_nothing_that_is_over(store: Store) -> None:
    await add(store, delivery("a"), delivery("b", not_before=AT + 5 * MINUTE))
    async with store.reading() as tx:
        assert await tx.deliveries.next_due() == AT
        assert await tx.deliveries.installations_due(at=AT) == [HOME]
        assert await tx.deliveries.installations_due(at=AT - MINUTE) == []
    (first,) = await claim(store)
    async with store.reading() as tx:
        assert await tx.deliveries.next_due(HOME) == AT + LEASE
        assert await tx.deliveries.next_due("slack:T") is None
    await settle(store, sent(first))
    async with store.reading() as tx:
        assert await tx.deliveries.next_due(HOME) == AT + 5 * MINUTE


async def test_an_expired_lease_comes_back_as_ambiguous_with_a_grown_fence(store: Store) -> None:
    await add(store, delivery("a"))
    (lost,) = await claim(store)
    assert await claim(store, after=LEASE - timedelta(seconds=1)) == []
    (again,) = await claim(store, after=LEASE)
    assert (again.state, again.fence, again.attempts) == (DeliveryState.AMBIGUOUS, 2, 2)
    assert await settle(store, replace(lost, state=DeliveryState.WAITING)) == []
    assert (await read(store, "a")).state is DeliveryState.SENDING
    assert await settle(store, sent(again)) == ["a"]
    assert (await read(store, "a")).state is DeliveryState.SENT


async def test_a_late_success_behind_the_fence_is_flagged_unless_it_is_the_same_message(store: Store) -> None:
    await add(store, delivery("a"), delivery("b"))
    late = await claim(store)
    again = await claim(store, after=LEASE)
    await settle(store, *[sent(one) for one in again])
    assert (
        await settle(store, sent(late[0]), sent(late[1], MessageRef(conversation="D2", message="9.9"))) == []
    )
    async with store.reading() as tx:
        assert [one.id for one in await tx.deliveries.flagged()] == ["b"]
    assert (await read(store, "b")).ref == REF


async def test_an_outcome_is_written_once_and_a_flag_is_never_lost(store: Store) -> None:
    await add(store, delivery("a"))
    (claimed,) = await claim(store)
    assert await settle(store) == []
    unclear = replace(
        claimed, state=DeliveryState.AMBIGUOUS, is_flagged=True, not_before=AT + MINUTE, reason="timeout"
    )
    assert await settle(store, unclear, delivery("unknown")) == ["a"]
    assert await settle(store, sent(claimed)) == []
    found = await read(store, "a")
    assert (found.state, found.reason, found.lease_until, found.not_before) == (
        DeliveryState.AMBIGUOUS, "timeout", None, AT + MINUTE,
    )  # fmt: skip
    async with store.reading() as tx:
        assert await tx.deliveries.ambiguous() == [found]
        assert await tx.deliveries.overdue(before=AT + 2 * MINUTE) == [found]
        assert await tx.deliveries.overdue(before=AT + MINUTE) == []
    (again,) = await claim(store, after=MINUTE)
    await settle(store, replace(sent(again), is_flagged=False))
    assert (await read(store, "a")).is_flagged


async def test_what_is_too_old_lapses_at_the_claim_and_is_told(store: Store) -> None:
    await add(
        store, delivery("old", not_after=AT), *[delivery(f"n{n}", not_after=AT + MINUTE) for n in range(3)]
    )
    deliveries = await claim(store, limit=2)
    assert sorted((one.id, one.state) for one in deliveries) == [
        ("n0", DeliveryState.SENDING), ("n1", DeliveryState.SENDING), ("old", DeliveryState.LAPSED),
    ]  # fmt: skip
    assert (await read(store, "old")).reason == "Too late to be useful."
    assert [one.id for one in await claim(store)] == ["n2"]


async def test_what_may_have_been_sent_is_read_back_however_old_it_is(store: Store) -> None:
    await add(store, delivery("a", not_after=AT + MINUTE))
    await claim(store)
    (again,) = await claim(store, after=60 * MINUTE)
    assert again.state is DeliveryState.AMBIGUOUS


async def test_an_edit_waits_for_its_message_and_brings_its_reference(store: Store) -> None:
    await add(store, delivery("card"), edit("e1", "card", not_before=AT - MINUTE))
    (card,) = await claim(store)
    assert card.id == "card"
    async with store.reading() as tx:
        assert await tx.deliveries.next_due(HOME) == AT + LEASE
        assert await tx.deliveries.installations_due(at=AT) == []
    await settle(store, sent(card))
    (change,) = await claim(store)
    assert (change.id, change.ref) == ("e1", REF)


async def test_an_answer_in_a_thread_waits_for_the_thread_and_brings_its_reference(store: Store) -> None:
    await add(store, delivery("post"), delivery("below", thread_of="post"))
    (post,) = await claim(store)
    assert post.id == "post"
    await settle(store, sent(post))
    (below,) = await claim(store)
    assert (below.id, below.ref) == ("below", REF)


async def test_an_edit_of_a_message_that_was_never_sent_is_dropped(store: Store) -> None:
    await add(store, delivery("card"), edit("e1", "card"), edit("lost", "nowhere"))
    (card,) = await claim(store)
    await settle(store, replace(card, state=DeliveryState.REFUSED, reason="gone"))
    assert await claim(store) == []
    assert (await read(store, "e1")).state is DeliveryState.CANCELLED
    assert (await read(store, "lost")).state is DeliveryState.CANCELLED


async def test_a_newer_edit_takes_the_place_of_older_ones_that_still_wait(store: Store) -> None:
    await add(store, delivery("card"), delivery("other"))
    await settle(store, *[sent(one) for one in await claim(store)])
    await add(store, edit("e1", "card"), edit("e2", "card"), edit("f1", "other"))
    assert (await read(store, "e1")).state is DeliveryState.CANCELLED
    assert [one.id for one in await claim(store)] == ["e2", "f1"]


async def test_a_newer_edit_waits_for_an_older_one_in_flight_which_gives_way_when_it_is_throttled(
    store: Store,
) -> None:
    await add(store, delivery("card"))
    await settle(store, sent((await claim(store))[0]))
    await add(store, edit("e1", "card"))
    (older,) = await claim(store)
    await add(store, edit("e2", "card"))
    assert await claim(store) == []
    await settle(store, replace(older, state=DeliveryState.WAITING, not_before=AT + MINUTE))
    assert (await read(store, "e1")).state is DeliveryState.CANCELLED
    assert [one.id for one in await claim(store)] == ["e2"]


async def test_cancelling_ends_all_that_waits_and_what_is_under_way_is_not_tried_again(store: Store) -> None:
    mine = {"recipient": "ann", "subject": "nudge-1"}
    await add(store, delivery("flying", not_before=AT - MINUTE, **mine))
    (flying,) = await claim(store)
    await add(store, delivery("a", **mine), delivery("b", purpose=MessageKind.ANSWER, **mine), delivery("c"))
    async with store.transaction() as tx:
        assert await tx.deliveries.cancel("ann", at=AT, keep=[MessageKind.ANSWER]) == 1
    await settle(store, replace(flying, state=DeliveryState.WAITING, not_before=AT + MINUTE))
    later = await claim(store, after=MINUTE)
    assert {one.id: one.state for one in later} == {
        "b": DeliveryState.SENDING, "c": DeliveryState.SENDING,
    }  # fmt: skip
    assert (await read(store, "a")).state is DeliveryState.CANCELLED
    assert (await read(store, "flying")).state is DeliveryState.CANCELLED


async def test_what_waits_for_somebody_can_be_given_other_times(store: Store) -> None:
    later, end = AT + 5 * MINUTE, AT + 9 * MINUTE
    await add(
        store,
        delivery("a", recipient="ann"),
        delivery("b", recipient="ann", purpose=MessageKind.ANSWER),
        delivery("c", recipient="ben"),
    )
    async with store.transaction() as tx:
        moved = await tx.deliveries.reschedule(
            "ann", not_before=later, not_after=end, keep=[MessageKind.ANSWER]
        )
        assert moved == 1
    assert {one.id for one in await claim(store)} == {"b", "c"}
    again = next(one for one in await claim(store, after=5 * MINUTE) if one.id == "a")
    assert (again.not_before, again.not_after) == (later, end)


async def test_what_lapsed_can_be_given_another_time_or_closed(store: Store) -> None:
    await add(store, delivery("a", not_after=AT), delivery("b", not_after=AT))
    await claim(store)
    async with store.transaction() as tx:
        a, b = await tx.deliveries.lapsed()
        again = replace(
            a, state=DeliveryState.WAITING, not_before=AT + MINUTE, not_after=AT + 9 * MINUTE, reason=""
        )
        await tx.deliveries.decide_lapsed(
            [again, replace(b, state=DeliveryState.CANCELLED, reason="too late")]
        )
        await tx.deliveries.decide_lapsed([])
        assert await tx.deliveries.lapsed() == []
    assert await read(store, "a") == again
    assert [one.id for one in await claim(store, after=MINUTE)] == ["a"]
    assert (await read(store, "b")).state is DeliveryState.CANCELLED


async def test_cancelling_about_a_subject_can_be_limited_to_some_purposes(store: Store) -> None:
    await add(
        store,
        delivery("a", subject="n1", purpose=MessageKind.REMINDER),
        delivery("b", subject="n1"),
        delivery("c", subject="n2"),
    )
    async with store.transaction() as tx:
        assert await tx.deliveries.cancel_about("n1", purposes=[MessageKind.REMINDER]) == 1
        assert await tx.deliveries.subjects_known(["n1", "n2", "n3"]) == {"n1", "n2"}
        assert await tx.deliveries.cancel_about("n1") == 1
        assert await tx.deliveries.subjects_known(["n1", "n2", "n3"]) == {"n1", "n2"}
        assert await tx.deliveries.subjects_known([]) == set()
    assert [one.id for one in await claim(store)] == ["c"]


async def test_a_read_back_row_about_a_cancelled_subject_is_not_posted_again(store: Store) -> None:
    await add(store, delivery("a", subject="n1"))
    (lost,) = await claim(store)
    await settle(store, replace(lost, state=DeliveryState.AMBIGUOUS, not_before=AT + MINUTE))
    async with store.transaction() as tx:
        assert await tx.deliveries.cancel_about("n1") == 0
    (again,) = await claim(store, after=MINUTE)
    assert again.state is DeliveryState.AMBIGUOUS
    assert again.not_after is not None
    assert again.not_after <= AT + MINUTE


async def test_postponing_moves_all_that_waits_in_one_installation(store: Store) -> None:
    await add(
        store,
        delivery("a"),
        delivery("b", not_before=AT + 60 * MINUTE),
        delivery("flying", not_before=AT - MINUTE),
    )
    await claim(store, limit=1)
    async with store.transaction() as tx:
        assert await tx.deliveries.postpone(HOME, until=AT + 5 * MINUTE) == 1
        assert await tx.deliveries.postpone("slack:T", until=AT + 5 * MINUTE) == 0
    assert (await read(store, "a")).not_before == AT + 5 * MINUTE
    assert (await read(store, "b")).not_before == AT + 60 * MINUTE
    assert (await read(store, "flying")).state is DeliveryState.SENDING


async def test_the_cap_counts_messages_of_a_person_over_all_partnerships(store: Store) -> None:
    one, other = {"person": "ann@example.org"}, {"person": "ann@example.org", "partnership_id": "south"}
    await add(
        store,
        delivery("a", **one), delivery("b", **other), delivery("c", purpose=MessageKind.ANSWER, **one),
        delivery("d", edits="a", **one), delivery("e", week_on=WEEK + timedelta(days=7), **one),
        delivery("f", state=DeliveryState.LAPSED, **one), delivery("g", state=DeliveryState.SENT, **one),
    )  # fmt: skip
    async with store.reading() as tx:
        assert await tx.deliveries.counted(["ann@example.org", "bob"], WEEK) == {
            "ann@example.org": 3,
            "bob": 0,
        }
        assert await tx.deliveries.counted([], WEEK) == {}


async def test_posts_to_a_channel_are_counted_without_edits_and_threads(store: Store) -> None:
    channel = Address(platform="sandbox", workspace="home", to="C1")
    there = {"address": channel, "person": None, "recipient": "channel:partnership"}
    await add(
        store,
        delivery("a", purpose=MessageKind.ROLLUP, **there),
        delivery("b", purpose=MessageKind.CHANNEL_POST, **there),
        delivery("c", purpose=MessageKind.BOARD, **there),
        delivery("d", purpose=MessageKind.ROLLUP, edits="a", **there),
        delivery("e", purpose=MessageKind.ROLLUP, thread_of="a", **there),
    )
    async with store.reading() as tx:
        assert await tx.deliveries.channel_posts(channel, WEEK) == 2
        assert await tx.deliveries.channel_posts(channel, WEEK + timedelta(days=7)) == 0


async def test_variants_that_were_used_come_newest_first(store: Store) -> None:
    ann = {"person": "ann", "event": "reminder"}
    await add(
        store,
        delivery("old", variant=3, not_before=AT - timedelta(days=90), **ann),
        delivery("a", variant=1, **ann), delivery("b", variant=2, **ann),
        delivery("c", variant=0, state=DeliveryState.CANCELLED, **ann),
        delivery("d", person="ann", variant=7),
    )  # fmt: skip
    async with store.reading() as tx:
        since = AT - timedelta(weeks=8)
        assert await tx.deliveries.last_variants(["ann", "bob"], "reminder", since=since) == {"ann": [2, 1]}
        assert await tx.deliveries.last_variants([], "reminder", since=since) == {}


async def test_what_is_shown_is_each_message_with_its_newest_edit(store: Store) -> None:
    def edit(name: str, *, minutes: int, **changes: Any) -> Delivery:
        not_before = AT + timedelta(minutes=minutes)
        plain = delivery(name, recipient="ann", subject="n1", edits="card", not_before=not_before)
        return replace(plain, **changes)

    card = delivery("card", recipient="ann", subject="n1", state=DeliveryState.SENT)
    first = edit("first", minutes=1, state=DeliveryState.SENT)
    newest = edit("newest", minutes=2, state=DeliveryState.SENT)
    refused = edit("refused", minutes=3, state=DeliveryState.REFUSED)
    others = delivery("others", recipient="bob", subject="n1")
    async with store.transaction() as tx:
        for one in (card, first, newest, refused, others):
            await tx.deliveries.add([one])
    async with store.reading() as tx:
        assert await tx.deliveries.unchecked_shown_about("n1", "ann") == [newest, card]
        assert await tx.deliveries.unchecked_shown_to("ann", since=AT) == [card, newest]
        later = AT + timedelta(minutes=1)
        assert await tx.deliveries.unchecked_shown_to("ann", since=later) == [newest]
        assert await tx.deliveries.unchecked_shown_about("n2", "ann") == []
