"""A hello goes to programme leads who are reached, and to nobody else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.wiring import load_playbook
from nudges.errors import InvalidInput
from nudges.model.delivery import DeliveryState
from nudges.model.people import Address, Leader, Nation, Organisation, Partnership, Role
from nudges.said import said
from nudges.use_cases.joining.say_hello import became_of, say_hello
from storage.store import SqlStore
from tests.contracts.filled import filled

AT = datetime(2027, 1, 9, 23, 30, tzinfo=UTC)  # a Saturday night
BOOK = load_playbook()


@pytest.fixture
async def store() -> AsyncIterator[SqlStore]:
    """A ledger in memory."""
    opened = SqlStore.open("sqlite://")
    yield opened
    await opened.close()


def leader(name: str, *roles: Role, is_reached: bool = True) -> Leader:
    return Leader(
        id=name,
        partnership_id="north",
        organisation_id="trust",
        name=name.title(),
        email=f"{name}@example.org",
        person=f"{name}@example.org",
        zone="Europe/London",
        nation=Nation.ENGLAND,
        roles=frozenset({Role.LEADER, *roles}),
        address=Address(platform="slack", workspace="T1", to=f"U{name}") if is_reached else None,
    )


async def filled_store(store: SqlStore, *leaders: Leader) -> None:
    async with store.transaction() as tx:
        await tx.people.save_partnership(filled(Partnership, id="north", paused=None))
        await tx.people.save_organisations([filled(Organisation, id="trust", partnership_id="north")])
        await tx.people.save_leaders(leaders)


async def test_each_lead_who_is_reached_gets_one_at_once_at_any_hour(store: SqlStore) -> None:
    lead, away = Role.PROGRAMME_LEAD, leader("away", Role.PROGRAMME_LEAD, is_reached=False)
    stopped = replace(leader("stopped", lead), stopped_at=AT)
    gone = replace(leader("gone", lead), left_at=AT)
    await filled_store(store, leader("ann", lead), leader("bob", lead), leader("cat"), away, stopped, gone)
    hellos = await say_hello(store, BOOK, partnership_id="north", at=AT)
    assert [one.leader.id for one in hellos] == ["ann", "bob"]
    for hello in hellos:
        delivery = await became_of(store, hello)
        assert delivery is not None
        assert (delivery.state, delivery.not_before, delivery.recipient) == (
            DeliveryState.WAITING,
            AT,
            hello.leader.id,
        )
        assert (delivery.facts["found"], delivery.facts["people"]) == (4, 5)
    async with store.reading() as tx:
        assert await tx.deliveries.states() == {DeliveryState.WAITING: 2}


async def test_one_may_be_named_and_nobody_else_can_be_written_to(store: SqlStore) -> None:
    await filled_store(
        store, leader("ann", Role.PROGRAMME_LEAD), leader("bob", Role.PROGRAMME_LEAD), leader("cat")
    )
    (only,) = await say_hello(store, BOOK, partnership_id="north", leader_id="bob", at=AT)
    assert only.leader.id == "bob"
    with pytest.raises(InvalidInput) as caught:
        await say_hello(store, BOOK, partnership_id="north", leader_id="cat", at=AT)
    assert caught.value.said == said("joining.hello_for_leads")


async def test_where_no_lead_is_reached_it_says_what_to_do(store: SqlStore) -> None:
    await filled_store(store, leader("ann", Role.PROGRAMME_LEAD, is_reached=False))
    with pytest.raises(InvalidInput) as caught:
        await say_hello(store, BOOK, partnership_id="north", at=AT)
    assert caught.value.said == said("joining.no_lead_reached")
