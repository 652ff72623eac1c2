"""Workspaces, requests to add the app, and people's own pages: the same on every database."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from nudges.model.home import HomeTab
from nudges.model.installation import Installation, InstallationState, InstallRequest
from nudges.model.people import Address, Leader, Role
from nudges.ports import Store
from storage.store import SqlStore
from tests.contracts.filled import filled
from tests.contracts.ledger import AT

MINUTE = timedelta(minutes=1)
ANN = Address(platform="slack", workspace="T1", to="U1")
BOB = Address(platform="slack", workspace="T2", to="U1")
CAT = Address(platform="slack", workspace="T1", to="U3")


def installed(workspace: str, **changes: object) -> Installation:
    plain = Installation(platform="slack", workspace=workspace, name="A", sealed="s", installed_at=AT)
    return replace(plain, **changes)  # type: ignore[arg-type]


def request(name: str, **changes: object) -> InstallRequest:
    plain = InstallRequest(secret_hash=name, browser_hash="browser", expires_at=AT + 10 * MINUTE)
    return replace(plain, **changes)  # type: ignore[arg-type]


async def test_installations_come_back_as_they_were_saved_and_are_replaced_by_workspace(store: Store) -> None:
    whole = filled(Installation, platform="slack", workspace="T2", state=InstallationState.GONE)
    bare = installed("T1")
    async with store.transaction() as tx:
        await tx.installations.save(whole)
        await tx.installations.save(bare)
    async with store.reading() as tx:
        assert await tx.installations.unchecked_all() == [bare, whole]
        assert await tx.installations.unchecked("slack:T2") == whole
        assert await tx.installations.unchecked("teams:T2") is None
    async with store.transaction() as tx:
        await tx.installations.save(replace(whole, sealed="new", state=InstallationState.CONNECTED))
        assert await tx.installations.locked("slack:T1") == bare
        assert await tx.installations.locked("slack:T3") is None
    async with store.reading() as tx:
        installation = await tx.installations.unchecked("slack:T2")
        assert installation is not None
        assert (installation.sealed, installation.is_connected) == ("new", True)
        assert await tx.installations.unchecked_all() == [bare, installation]


async def test_whoever_holds_a_workspaces_row_changes_it_before_the_next_one_reads_it(
    url: str, store: Store
) -> None:
    other = store if url == "sqlite://" else SqlStore.open(url)
    async with store.transaction() as tx:
        await tx.installations.save(installed("T1", sealed=""))

    async def rotate(at_store: Store) -> None:
        async with at_store.transaction() as tx:
            installation = await tx.installations.locked("slack:T1")
            assert installation is not None
            await asyncio.sleep(0)
            await tx.installations.save(replace(installation, sealed=installation.sealed + "+"))

    await asyncio.gather(*(rotate(at_store) for at_store in (store, other) for _ in range(20)))
    if other is not store:
        await other.close()
    async with store.reading() as tx:
        installation = await tx.installations.unchecked("slack:T1")
    assert installation is not None
    assert installation.sealed == "+" * 40


async def test_a_workspace_whose_row_is_held_holds_up_no_other(url: str, store: Store) -> None:
    if not url.startswith("postgresql"):
        pytest.skip("SQLite has one writer at a time")
    async with store.transaction() as tx:
        for workspace in ("T1", "T2"):
            await tx.installations.save(installed(workspace))
    async with store.transaction() as slow:
        assert await slow.installations.locked("slack:T1")
        async with store.transaction() as tx:
            assert await tx.installations.locked("slack:T2")
            await tx.people.save_leaders([filled(Leader, partnership_id="north")])
        held = asyncio.create_task(_hold(store, "slack:T1"))
        done, _ = await asyncio.wait([held], timeout=0.2)
        assert not done
    await held


async def _hold(store: Store, installation: str) -> None:
    async with store.transaction() as tx:
        assert await tx.installations.locked(installation)


async def test_of_a_hundred_at_once_one_uses_a_request_up(url: str, store: Store) -> None:
    others = [] if url == "sqlite://" else [SqlStore.open(url) for _ in range(3)]
    stores: list[Store] = [store, *others]
    async with store.transaction() as tx:
        await tx.installations.add_request(request("secret"))

    async def take(at_store: Store) -> bool:
        async with at_store.transaction() as tx:
            return await tx.installations.take_request("secret", browser_hash="browser", at=AT)

    taken = await asyncio.gather(*(take(stores[number % len(stores)]) for number in range(100)))
    for other in others:
        await other.close()
    assert sorted(taken) == [False] * 99 + [True]


async def test_a_request_that_is_taken_and_rolled_back_is_still_there(store: Store) -> None:
    async def half() -> None:
        async with store.transaction() as tx:
            assert await tx.installations.take_request("secret", browser_hash="browser", at=AT)
            raise ZeroDivisionError

    async with store.transaction() as tx:
        await tx.installations.add_request(request("secret"))
    with suppress(ZeroDivisionError):
        await half()
    async with store.transaction() as tx:
        assert await tx.installations.take_request("secret", browser_hash="browser", at=AT)


async def test_a_wrong_browser_or_a_late_one_uses_no_request_up(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.installations.add_request(request("secret"))
        await tx.installations.add_request(request("older", expires_at=AT - MINUTE))
    async with store.transaction() as tx:
        take = tx.installations.take_request
        assert not await take("secret", browser_hash="another", at=AT)
        assert not await take("unknown", browser_hash="browser", at=AT)
        assert not await take("secret", browser_hash="browser", at=AT + 10 * MINUTE)
        assert not await take("older", browser_hash="browser", at=AT)
        assert await tx.installations.drop_requests(before=AT) == 1
        assert await tx.installations.drop_requests(before=AT) == 0
        assert await take("secret", browser_hash="browser", at=AT)


async def test_pages_come_back_as_they_were_saved_and_those_that_show_less_are_due(store: Store) -> None:
    waiting = filled(HomeTab, address=ANN, changed_at=AT + MINUTE, shown_at=AT)
    never = HomeTab(address=BOB, changed_at=AT)
    shown = HomeTab(address=replace(ANN, to="U9"), changed_at=AT, shown_at=AT, fingerprint="d", mark="m")
    async with store.transaction() as tx:
        for tab in (waiting, never, shown):
            await tx.homes.save(tab)
    async with store.reading() as tx:
        for tab in (waiting, never, shown):
            assert await tx.homes.unchecked(tab.address) == tab
        assert await tx.homes.due() == [never, waiting]
        assert await tx.homes.due(limit=1) == [never]
    async with store.transaction() as tx:
        await tx.homes.delete(ANN)
        await tx.homes.delete(ANN)
        assert await tx.homes.unchecked(ANN) is None
        assert await tx.homes.due() == [never]


async def test_a_touch_makes_the_pages_of_these_people_due_and_no_others(store: Store) -> None:
    mine = [
        filled(Leader, id=name, partnership_id=where, address=ANN)
        for name, where in (("ann", "north"), ("ann2", "south"))
    ]
    bob = filled(Leader, id="bob", partnership_id="north", address=BOB)
    async with store.transaction() as tx:
        await tx.people.save_leaders([*mine, bob, filled(Leader, id="cat", partnership_id="north")])
        for address in (ANN, BOB):
            await tx.homes.save(HomeTab(address=address, changed_at=AT, shown_at=AT))
        await tx.homes.touch([], at=AT + MINUTE)
        await tx.homes.touch(["cat", "nobody"], at=AT + MINUTE)
        assert await tx.homes.due() == []
        await tx.homes.touch(["ann", "ann2", "cat", "ann"], at=AT + MINUTE)
        (due,) = await tx.homes.due()
        assert (due.address, due.changed_at) == (ANN, AT + MINUTE)


async def test_every_touch_counts_however_the_clocks_stand(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.people.save_leaders([filled(Leader, id="ann", partnership_id="north", address=ANN)])
        await tx.homes.save(HomeTab(address=ANN, changed_at=AT, shown_at=AT))
        await tx.homes.touch(["ann"], at=AT)
        (due,) = await tx.homes.due()
        await tx.homes.save(replace(due, shown_at=due.changed_at))
        await tx.homes.touch(["ann"], at=AT - MINUTE)
        (due,) = await tx.homes.due()
    assert due.changed_at > AT


async def test_saving_what_was_drawn_never_takes_back_a_change_that_came_meanwhile(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.people.save_leaders([filled(Leader, id="ann", partnership_id="north", address=ANN)])
        await tx.homes.save(HomeTab(address=ANN, changed_at=AT))
    async with store.reading() as tx:
        (drawn,) = await tx.homes.due()
    async with store.transaction() as tx:
        await tx.homes.touch(["ann"], at=AT + MINUTE)
    async with store.transaction() as tx:
        await tx.homes.save(replace(drawn, shown_at=drawn.changed_at, fingerprint="d", mark="m"))
    async with store.reading() as tx:
        assert await tx.homes.due() == [
            HomeTab(address=ANN, changed_at=AT + MINUTE, shown_at=AT, fingerprint="d", mark="m")
        ]


async def test_a_touch_reaches_the_leads_or_everybody_of_a_partnership(store: Store) -> None:
    lead = frozenset({Role.PROGRAMME_LEAD})
    places = {"ann": ("north", ANN, lead), "bob": ("north", BOB, frozenset()), "cat": ("south", CAT, lead)}
    async with store.transaction() as tx:
        for name, (where, address, roles) in places.items():
            leader = filled(Leader, id=name, partnership_id=where, address=address, roles=roles)
            await tx.people.save_leaders([leader])
            await tx.homes.save(HomeTab(address=address, changed_at=AT, shown_at=AT))
        await tx.homes.touch(at=AT + MINUTE, leads_of=["north"])
        assert [one.address for one in await tx.homes.due()] == [ANN]
        await tx.homes.touch(at=AT + 2 * MINUTE, all_of=["north"], leads_of=["north"])
        assert [one.address for one in await tx.homes.due()] == [ANN, BOB]
        await tx.homes.touch(["cat"], at=AT + 3 * MINUTE, leads_of=["nowhere"], all_of=["nowhere"])
        assert [one.address for one in await tx.homes.due()] == [ANN, BOB, CAT]


async def test_pages_are_due_by_the_installation_that_draws_them(store: Store) -> None:
    async with store.transaction() as tx:
        assert await tx.homes.installations_due() == []
        for number, address in enumerate((ANN, BOB, CAT)):
            await tx.homes.save(HomeTab(address=address, changed_at=AT + number * MINUTE))
        assert await tx.homes.installations_due() == ["slack:T1", "slack:T2"]
        assert [one.address for one in await tx.homes.due("slack:T1")] == [ANN, CAT]
        assert [one.address for one in await tx.homes.due("slack:T1", limit=1)] == [ANN]
        assert await tx.homes.due("teams:T1") == []
        await tx.homes.save(HomeTab(address=BOB, changed_at=AT + MINUTE, shown_at=AT + MINUTE))
        assert await tx.homes.installations_due() == ["slack:T1"]
