"""Tests of nudges/use_cases/home/home.py: every role over three partnerships, and nothing of anybody else."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from nudges.model.help_request import HelpAbout, HelpRequest
from nudges.model.message import Message
from nudges.model.people import CampaignRun, Leader, Role
from nudges.model.thing_heard import HeardKind, HeardState, ThingHeard
from nudges.ports import Transaction
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.home.draw_home import PARTS_ON_PAGE, fitting_facts, parts_of
from storage.store import SqlStore
from tests.journeys.world import a_partnership, an_organisation, at, playbook, renderer, somebody
from tests.nudges.model.test_nudge import a_nudge, a_promise
from tests.nudges.model.test_pair import a_pair
from tests.nudges.model.test_partner_step import a_step

PLACES = ("riverside", "hillside", "lakeside")
PEOPLE = (("Ama", "trust"), ("Ben", "council"), ("Cleo", "surgery"))
NOW = at("2027-02-02", "12:00")
YES = at("2027-01-04", "10:00")
# What is written by or about Ama, in her place alone.
SECRETS = ("promise", "public", "private", "heard")


@pytest.fixture
async def tx() -> AsyncIterator[Transaction]:
    store = SqlStore.open("sqlite://")
    async with store.transaction() as work:
        for place in PLACES:
            await _fill(work, place)
        yield work
    await store.close()


def _leaders(place: str) -> list[Leader]:
    plain = [somebody(f"{name}{place} Hill", where, partnership=place) for name, where in PEOPLE]
    special = [
        somebody(f"{role.value}{place} Hill", "trust", partnership=place, roles=(role,)) for role in Role
    ]
    return [replace(one, opted_in_at=YES) for one in (*plain, *special)]


async def _fill(work: Transaction, place: str) -> None:
    people = _leaders(place)
    ama, ben = people[0], people[1]
    partnership = replace(a_partnership(place), shared_goal=f"The goal of {place}.", helper_name="The helper")
    await work.people.save_partnership(partnership)
    await work.people.save_organisations([an_organisation(name, partnership=place) for _, name in PEOPLE])
    await work.people.save_leaders([replace(ama, exclusions=frozenset({people[2].id})), *people[1:]])
    await work.people.save_run(
        CampaignRun(
            id=f"{place}-run",
            partnership_id=place,
            campaign_id="starter",
            starts_on=date(2027, 1, 25),
            member_ids=tuple(one.id for one in people),
        )
    )
    nudge = replace(a_nudge(), id=f"{place}-nudge", partnership_id=place, leader_id=ama.id)
    await work.commitments.save_nudges([replace(nudge, week_on=date(2027, 2, 1))])
    promise = replace(a_promise(), id=f"{place}-promise", partnership_id=place, leader_id=ama.id)
    await work.commitments.save_promises([replace(promise, text=f"promise of {place}")])
    met = replace(a_pair(ama.id, ben.id), id=f"{place}-pair", partnership_id=place, ended_at=NOW)
    await work.commitments.save_pairs([replace(met, met_at=YES, confirmed_at=YES)])
    step = replace(a_step(owner="The team"), partnership_id=place, organisation_id=f"{place}-trust")
    step = replace(step, due_on=date(2027, 2, 4))
    await work.commitments.save_steps(
        [
            replace(step, id=f"{place}-public", text=f"public of {place}", owner_id=ama.id),
            replace(
                step,
                id=f"{place}-private",
                text=f"private of {place}",
                owner_id=ama.id,
                channel="private_group",
            ),
        ]
    )
    await work.listening.save_heard(
        [
            ThingHeard(
                id=f"{place}-heard",
                partnership_id=place,
                kind=HeardKind.CONCERN,
                text=f"heard of {place}",
                said_on=date(2027, 1, 20),
                reply_by=date(2027, 1, 27),
                state=HeardState.OPEN,
                author_id=ama.id,
            )
        ]
    )
    await work.listening.save_help(
        [
            HelpRequest(
                id=f"{place}-help",
                partnership_id=place,
                about=HelpAbout.PERSON,
                subject="",
                organisation_id=ama.organisation_id,
                asked_at=NOW - timedelta(days=3),
                contact_by=NOW - timedelta(days=1),
                leader_id=ama.id,
                helper_id=ben.id,
            )
        ]
    )


async def _page(tx: Transaction, *leaders: Leader) -> Message:
    work = UnitOfWork(tx=tx, book=playbook(), at=NOW, holidays={})
    address = leaders[0].address
    assert address is not None
    return (await fitting_facts(work, renderer(), leaders, address, parts=PARTS_ON_PAGE))[1]


def _may_read(who: str, role: Role | None, secret: str) -> bool:
    """What the page says of Ama's things to somebody in her partnership and organisation."""
    if who == "ama":
        return secret in ("promise", "public", "private")
    if secret == "public":
        return role in (Role.ENABLER, Role.SPONSOR, Role.PROGRAMME_LEAD)
    return secret == "heard" and role is Role.PROGRAMME_LEAD


async def test_every_role_over_three_partnerships_reads_its_own_and_what_it_looks_after(
    tx: Transaction,
) -> None:
    looked = 0
    for place in PLACES:
        for leader in _leaders(place):
            name = leader.id.removeprefix(f"{place}-").removesuffix(place)
            role = next((each for each in Role if each.value == name), None)
            text = (await _page(tx, leader)).text
            for other in PLACES:
                for secret in SECRETS:
                    may = other == place and _may_read(name, role, secret)
                    assert (f"{secret} of {other}" in text) == may, (leader.id, other, secret)
                    looked += 1
                if other != place:
                    assert other not in text.lower(), (leader.id, other)
    assert looked == len(PLACES) ** 2 * len(_leaders("riverside")) * len(SECRETS)


async def test_nobody_is_named_but_whom_one_has_met_and_no_lead_reads_who_asked_or_who_did_not_act(
    tx: Transaction,
) -> None:
    everybody = {one.name: one for one in _leaders("riverside")}
    ama, ben, _ = list(everybody.values())[:3]
    for leader in everybody.values():
        text = (await _page(tx, leader)).text
        named = {name for name in everybody if name in text} - {leader.name}
        lead_sees = {ben.name} if Role.PROGRAMME_LEAD in leader.roles else set()
        expected = {ama.id: {ben.name}, ben.id: {ama.name}}.get(leader.id, lead_sees)
        assert named == expected, (leader.id, named)


async def test_whom_one_keeps_away_from_is_a_number_on_ones_own_page_alone(tx: Transaction) -> None:
    ama, ben, cleo = (await tx.people.unchecked_leaders("riverside"))[:3]
    result = {one.id: one for one in await tx.people.unchecked_leaders("riverside")}
    ama, ben, cleo = (result[f"riverside-{name}riverside"] for name in ("ama", "ben", "cleo"))
    assert "not paired with: 1" in (await _page(tx, ama)).text
    assert cleo.name not in (await _page(tx, ama)).text
    for other in (ben, cleo):
        assert "not paired with" not in (await _page(tx, other)).text


async def test_one_person_in_two_partnerships_reads_both_and_acts_in_the_right_one(tx: Transaction) -> None:
    both = [_leaders("riverside")[0], _leaders("hillside")[1]]
    page = await _page(tx, *both)
    assert "promise of riverside" in page.text
    assert "promise of hillside" not in page.text
    assert "lakeside" not in page.text.lower()
    subjects = {button.subject for section in page.sections for button in section.buttons}
    assert {"riverside-amariverside", "hillside-benhillside"} <= subjects
    assert not {one for one in subjects if one.startswith("hillside-") and "ben" not in one}


async def test_no_button_of_a_page_is_refused_to_whoever_sees_it(tx: Transaction) -> None:
    """Whatever a button is about belongs to the partnership of its reader."""
    for place in PLACES:
        for leader in _leaders(place):
            for section in (await _page(tx, leader)).sections:
                assert all(button.subject.startswith(place) for button in section.buttons)


async def test_a_page_has_room_for_all_of_itself(tx: Transaction) -> None:
    for leader in _leaders("riverside"):
        assert parts_of(await _page(tx, leader)) <= PARTS_ON_PAGE
