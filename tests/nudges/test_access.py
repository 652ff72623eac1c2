"""The one door: every role and every thing over three partnerships, and nothing leaks."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from nudges import access
from nudges.errors import MilepostError, NotAllowed, NotFound
from nudges.model.delivery import DeliveryState, draft
from nudges.model.help_request import HelpAbout
from nudges.model.home import HomeTab
from nudges.model.people import Address, CampaignRun, Leader, Role
from nudges.model.problem_tree import LeafState
from nudges.model.pulse import PulseKey
from nudges.model.thing_heard import HeardKind, ThingHeard, Vote
from nudges.model.two_week_test import TwoWeekTest
from nudges.ports import Transaction
from nudges.said import Said, said
from storage.store import SqlStore
from tests.journeys.world import a_partnership, an_organisation, at, somebody
from tests.nudges.model.test_help_request import a_request
from tests.nudges.model.test_nudge import a_nudge, a_promise
from tests.nudges.model.test_pair import a_pair
from tests.nudges.model.test_partner_step import a_step
from tests.nudges.model.test_problem_tree import leaf

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
    await work.people.save_partnership(
        replace(a_partnership(place), facilitator_id=f"{place}-facilitator{place}")
    )
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
    await _fill_listening(work, place, run, people)
    rows = [
        replace(
            draft("card", {}, address=who.address, at=at("2027-01-04"), leader=who, subject=f"{place}-nudge"),
            id=f"{who.id}-card",
            occurrence="card",
            state=DeliveryState.SENT,
        )
        for who in (ama, ben)
        if who.address is not None
    ]
    await work.deliveries.add(rows)


async def _fill_listening(work: Transaction, place: str, run: CampaignRun, people: list[Leader]) -> None:
    ama, ben = people[0], people[1]
    test = TwoWeekTest(
        id=f"{place}-trial",
        partnership_id=place,
        leader_id=ama.id,
        text="One page for every handover.",
        started_at=at("2027-01-04"),
        ends_on=date(2027, 1, 18),
    )
    await work.listening.save_two_week_tests([test])
    heard = ThingHeard(
        id=f"{place}-heard",
        partnership_id=place,
        kind=HeardKind.CONCERN,
        text="Nobody rings back.",
        said_on=date(2027, 1, 4),
        reply_by=date(2027, 1, 18),
    )
    await work.listening.save_heard([heard])
    await work.listening.save_leaves(
        [
            replace(leaf(f"{place}-{state}", state=state), partnership_id=place, run_id=run.id)
            for state in LeafState
        ]
    )
    request = replace(
        a_request(), id=f"{place}-help", partnership_id=place, about=HelpAbout.PERSON, subject=""
    )
    await work.listening.save_help([replace(request, leader_id=ama.id, helper_id=ben.id)])
    await work.listening.save_votes(
        [Vote(partnership_id=place, leader_id=who.id, action_id="REL-01") for who in (ama, ben)]
    )
    await work.listening.save_pulse_key(PulseKey(run_id=run.id, secret="ab" * 32))


Door = Callable[[Transaction, list[Leader], str], Awaitable[object]]
DOORS: dict[str, Door] = {
    "nudge": access.own_nudge,
    "promise": access.own_promise,
    "pair": access.own_pair,
    "step": access.steerable_step,
    "private": access.steerable_step,
    "trial": access.own_two_week_test,
    "heard": access.heard_here,
    "added": access.leaf_to_word,
    "help": access.own_help,
    "run": access.led_run,
}


# By first names, or for everybody of the partnership where none stands here.
OPEN_TO = {
    "nudge": {"ama"},
    "promise": {"ama"},
    "pair": {"ama", "ben"},
    "trial": {"ama"},
    "heard": set(),
    "added": {"facilitator"},
    "help": {"ben"},
    "run": {"programme_lead"},
}


def _expected(who: Leader, place: str, thing: str) -> type[MilepostError] | None:
    """What the matrix says: None is "let in"."""
    name = who.id.removeprefix(f"{who.partnership_id}-").removesuffix(place)
    if thing == "run" and Role.PROGRAMME_LEAD not in who.roles:
        return NotAllowed
    if who.partnership_id != place:
        return NotFound
    if thing in OPEN_TO:
        return None if not OPEN_TO[thing] or name in OPEN_TO[thing] else NotFound
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
    lead = next(one for one in _leaders("riverside") if Role.PROGRAMME_LEAD in one.roles)
    for door in DOORS.values():
        with pytest.raises(NotFound) as caught:
            await door(tx, [lead], "no-such-thing")
        words.add(caught.value.said)
    assert words == {said("access.gone")}, "absent and forbidden look the same"


async def test_lists_of_ones_own_hold_nothing_of_anybody_else(tx: Transaction) -> None:
    ama, ben, cleo = _leaders("riverside")[:3]
    both = [ama, _leaders("hillside")[0]]
    long_ago = date(2020, 1, 6)
    assert [one.id for one in await access.own_nudges(tx, [ama], since=long_ago)] == ["riverside-nudge"]
    assert {one.id for one in await access.own_nudges(tx, both, since=long_ago)} == {
        "riverside-nudge",
        "hillside-nudge",
    }
    assert await access.own_nudges(tx, [ama], since=a_nudge().week_on + timedelta(days=1)) == []
    assert [one.id for one in await access.own_promises(tx, both)] == [
        "riverside-promise",
        "hillside-promise",
    ]
    for who in (ama, ben):
        assert [one.id for one in await access.own_pairs(tx, who)] == ["riverside-pair"]
        assert [one.leader_id for one in await access.own_votes(tx, who)] == [who.id]
    for who in (ben, cleo):
        assert await access.own_nudges(tx, [who], since=long_ago) == []
        assert await access.own_promises(tx, [who]) == []
    assert await access.own_pairs(tx, cleo) == []
    assert await access.own_votes(tx, cleo) == []


async def test_messages_about_a_thing_are_for_whom_they_were_written(tx: Transaction) -> None:
    ama, ben, cleo = _leaders("riverside")[:3]
    for door in (access.own_messages, access.shown_messages):
        for who in (ama, ben):
            assert [one.recipient for one in await door(tx, who, "riverside-nudge")] == [who.id]
            assert await door(tx, who, "hillside-nudge") == []
        assert await door(tx, cleo, "riverside-nudge") == []


async def test_the_pulse_has_a_key_for_those_who_take_part_alone(tx: Transaction) -> None:
    ama, ben, cleo = _leaders("riverside")[:3]
    runs = {run.id: run for place in PLACES for run in await tx.people.unchecked_runs(place)}
    run = runs["riverside-run"]
    for who in (ama, ben):
        assert await access.own_pulse_key(tx, who, run) is not None
        assert await access.own_pulse_key(tx, who, replace(run, id="no-such-run")) is None
    for who in (cleo, _leaders("hillside")[0]):
        with pytest.raises(NotFound) as caught:
            await access.own_pulse_key(tx, who, run)
        assert caught.value.said == said("access.gone")


async def test_a_leaf_of_another_tree_looks_like_one_that_never_was(tx: Transaction) -> None:
    (run,) = await tx.people.unchecked_runs("riverside")
    assert await access.leaf_of_tree(tx, run, "riverside-published") is not None
    assert await access.leaf_of_tree(tx, run, "hillside-published") is None
    assert await access.leaf_of_tree(tx, run, "no-such-leaf") is None


async def test_what_a_step_taught_is_found_by_the_step_alone(tx: Transaction) -> None:
    (step,) = [one for one in await tx.commitments.unchecked_steps("riverside") if one.id == "riverside-step"]
    lesson_id, known = await access.lesson_of(tx, step)
    assert known is None
    test = await tx.listening.unchecked_two_week_test("riverside-trial")
    assert test is not None
    await tx.listening.save_two_week_tests([replace(test, id=lesson_id)])
    assert (await access.lesson_of(tx, step))[1] == replace(test, id=lesson_id)
    assert (await access.lesson_of(tx, replace(step, id="riverside-private")))[1] is None
    assert await access.is_stored(tx, step)
    assert not await access.is_stored(tx, replace(step, id="no-such-step"))


async def test_ones_own_entries_and_page_are_those_of_one_person(tx: Transaction) -> None:
    ama, ben = _leaders("riverside")[:2]
    assert ama.address is not None
    assert ben.address is not None
    twin = replace(ama, id="hillside-twin", partnership_id="hillside", address=ben.address)
    await tx.people.save_leaders([twin])
    assert {one.id for one in await access.own_entries(tx, [ama])} == {ama.id, twin.id}
    assert {one.id for one in await access.own_entries(tx, [ben])} == {ben.id}
    await tx.homes.save(HomeTab(address=ama.address, changed_at=at("2027-01-04")))
    assert await access.own_home(tx, ama.address) is not None
    assert await access.own_home(tx, ben.address) is None
    assert [one.id for one in await access.reached_exactly_at(tx, ama.address)] == [ama.id]
    assert await access.reached_exactly_at(tx, replace(ama.address, workspace="T2")) == []


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
