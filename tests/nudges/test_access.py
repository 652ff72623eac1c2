"""The one door: every role and every thing over three partnerships, and nothing leaks."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from nudges import access
from nudges.errors import MilepostError, NotAllowed, NotFound
from nudges.model.people import Address, CampaignRun, Leader, Role
from nudges.ports import Transaction
from nudges.said import Said, said
from storage.store import SqlStore
from tests.journeys.world import a_partnership, an_organisation, at, somebody
from tests.nudges.model.test_nudge import a_nudge, a_promise
from tests.nudges.model.test_pair import a_pair
from tests.nudges.model.test_partner_step import a_step

PLACES = ("riverside", "hillside", "lakeside")
PEOPLE = (("Ama", "trust"), ("Ben", "council"), ("Cleo", "surgery"))


@pytest.fixture
async def tx() -> AsyncIterator[Transaction]:
    store = SqlStore.open("sqlite://")
    async with store.transaction() as work:
        for place in PLACES:
            await _fill(work, place)
        yield work
    await store.close()


def _leaders(place: str) -> list[Leader]:
    plain = [
        somebody(f"{name}{place} Hill", organisation, partnership=place) for name, organisation in PEOPLE
    ]
    special = [
        somebody(f"{role.value}{place} Hill", "trust", partnership=place, roles=(role,)) for role in Role
    ]
    return [*plain, *special]


async def _fill(work: Transaction, place: str) -> None:
    people = _leaders(place)
    ama, ben = people[0], people[1]
    await work.people.save_partnership(a_partnership(place))
    await work.people.save_organisations([an_organisation(name, partnership=place) for _, name in PEOPLE])
    await work.people.save_leaders(people)
    own: dict[str, Any] = {"partnership_id": place, "leader_id": ama.id}
    await work.commitments.save_nudges([replace(a_nudge(), id=f"{place}-nudge", **own)])
    await work.commitments.save_promises([replace(a_promise(), id=f"{place}-promise", **own)])
    pair = replace(a_pair(ama.id, ben.id), id=f"{place}-pair", partnership_id=place)
    await work.commitments.save_pairs([pair])
    step = replace(
        a_step(), id=f"{place}-step", partnership_id=place, organisation_id=f"{place}-trust", owner_id=ama.id
    )
    private = replace(step, id=f"{place}-private", channel="private_group", owner_id=ama.id)
    await work.commitments.save_steps([step, private])
    run = CampaignRun(
        id=f"{place}-run",
        partnership_id=place,
        campaign_id="repair-a-relationship",
        starts_on=date(2027, 1, 4),
        member_ids=(ama.id, ben.id),
        channel="private_group",
    )
    await work.people.save_run(run)


Door = Callable[[Transaction, list[Leader], str], Awaitable[object]]
DOORS: dict[str, Door] = {
    "nudge": access.own_nudge,
    "promise": access.own_promise,
    "pair": access.own_pair,
    "step": access.steerable_step,
    "private": access.steerable_step,
}


def _expected(who: Leader, place: str, thing: str) -> type[MilepostError] | None:
    """What the matrix says: None is "let in"."""
    name = who.id.removeprefix(f"{who.partnership_id}-").removesuffix(place)
    if who.partnership_id != place:
        return NotFound
    if thing in ("nudge", "promise"):
        return None if name == "ama" else NotFound
    if thing == "pair":
        return None if name in ("ama", "ben") else NotFound
    if name == "ama" or who.roles & {Role.ENABLER, Role.SPONSOR}:
        return None
    return NotAllowed if thing == "step" or name == "ben" else NotFound


async def test_every_role_and_thing_over_three_partnerships(tx: Transaction) -> None:
    looked = 0
    words: set[Said | None] = set()
    for home in PLACES:
        for who in _leaders(home):
            for place in PLACES:
                for thing, door in DOORS.items():
                    expected = _expected(who, place, thing)
                    got: type[MilepostError] | None = None
                    try:
                        await door(tx, [who], f"{place}-{thing}")
                    except NotFound as error:
                        got = NotFound
                        words.add(error.said)
                    except NotAllowed:
                        got = NotAllowed
                    assert got is expected, (who.id, place, thing)
                    looked += 1
    assert looked == len(PLACES) ** 2 * len(_leaders("riverside")) * len(DOORS)
    for door in DOORS.values():
        with pytest.raises(NotFound) as caught:
            await door(tx, [_leaders("riverside")[0]], "no-such-thing")
        words.add(caught.value.said)
    assert words == {said("access.gone")}, "absent and forbidden look the same"


async def test_one_person_in_two_partnerships_acts_as_the_right_one(tx: Transaction) -> None:
    both = [_leaders("riverside")[0], _leaders("hillside")[1]]
    owner, _ = await access.own_nudge(tx, both, "riverside-nudge")
    assert owner.partnership_id == "riverside"
    owner, _ = await access.own_pair(tx, both, "hillside-pair")
    assert owner.partnership_id == "hillside"
    with pytest.raises(NotFound):
        await access.own_nudge(tx, both, "hillside-nudge")


async def test_actors_are_found_by_their_whole_address_and_those_who_take_part_come_first(
    tx: Transaction,
) -> None:
    ama = _leaders("riverside")[0]
    assert ama.address is not None
    twin = replace(ama, id="hillside-twin", partnership_id="hillside", opted_in_at=at("2027-01-04"))
    await tx.people.save_leaders([twin])
    assert [one.id for one in await access.actors(tx, ama.address)] == ["hillside-twin", ama.id]
    for elsewhere in (replace(ama.address, workspace="T2"), replace(ama.address, platform="slack")):
        with pytest.raises(NotFound):
            await access.actors(tx, elsewhere)


async def test_another_workspace_vouches_for_people_at_home_elsewhere_but_for_no_second_person(
    tx: Transaction,
) -> None:
    ama, ben = _leaders("riverside")[:2]
    here = Address(platform="slack", workspace="T1", to="U1")
    at_home = replace(here, workspace="T2")
    await tx.people.save_leaders([replace(ama, address=here)])
    assert [one.id for one in await access.actors(tx, at_home, seen_in="T1")] == [ama.id]
    # The same id belongs to Ben in his own workspace: in T1 he is not Ama.
    await tx.people.save_leaders([replace(ben, address=at_home)])
    assert [one.id for one in await access.actors(tx, at_home, seen_in="T1")] == [ben.id]
    assert [one.id for one in await access.actors(tx, here, seen_in="T2")] == [ama.id]
    # One person of two partnerships, reached in each by another workspace.
    twin = replace(ben, id="hillside-twin", partnership_id="hillside", address=here)
    await tx.people.save_leaders([twin])
    assert {one.id for one in await access.actors(tx, at_home, seen_in="T1")} == {ben.id, twin.id}


def test_only_programme_leads_pass_the_leads_door() -> None:
    for role in Role:
        who = somebody("Olu Kay", "trust", roles=(role,))
        if role is Role.PROGRAMME_LEAD:
            access.leads_only(who)
        else:
            with pytest.raises(NotAllowed):
                access.leads_only(who)
