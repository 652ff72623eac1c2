"""Leaving: nothing more is sent, others are told, what was promised is handed over, and the record ends."""

from datetime import date, timedelta

import pytest

from nudges.errors import InvalidInput, NotFound
from nudges.model.events import EventKind
from nudges.model.nudge import NudgeState, PromiseState
from nudges.model.partner_step import StepDraft, StepStatus
from nudges.model.people import Role
from nudges.use_cases.joining.leave_programme import leave_now, organisation_leaves
from nudges.use_cases.partner_steps.partner_steps import add_step
from tests.journeys.world import CHANNEL, FOUR, HETTY, World, at, files, somebody, started

ENID = somebody("Enid Able", "trust", roles=(Role.ENABLER,))
NOON = at("2027-01-04", "12:00")


async def _leaving() -> World:
    world = await started(files((*FOUR, HETTY, ENID)), say_yes="Ama Ben Cleo Dev Hetty Enid", until=NOON)
    await add_step(
        world.store,
        world.milepost.book,
        StepDraft(
            organisation_id="riverside-trust",
            text="Share bed data every day",
            owner="Ama Boateng",
            owner_id="riverside-ama",
            done_means="The wards see it",
            due_on=date(2027, 2, 12),
            why_together="A bed helps when a ward knows of it.",
        ),
        partnership_id="riverside",
        at=world.clock.now(),
    )
    await world.settle()
    return world


async def test_leaving_is_asked_about_once_and_then_nothing_more_is_sent() -> None:
    world = await _leaving()
    await world.says("Ama", "commit “share our bed data” by Friday")
    await world.says("Ama", "leave the programme")
    assert (await world.leader("Ama")).left_at is None
    assert "30 days" in world.last("Ama")
    await world.tap("Ama", "leave_yes")
    before = len(world.heard("Ama"))
    assert (await world.leader("Ama")).left_at is not None
    assert {one.state for one in await world.nudges("Ama")} == {NudgeState.WITHDRAWN}
    assert (await world.promises())[0].state is PromiseState.LET_GO
    await world.run_to(at("2027-01-30"))
    assert len(world.heard("Ama")) == before
    assert not [one for one in await world.timers() if one.subject == "riverside-ama"]
    assert len(await world.events(EventKind.LEFT)) == 1


async def test_a_no_changes_nothing() -> None:
    world = await _leaving()
    await world.says("Ama", "leave the programme")
    await world.tap("Ama", "no", within="Shall I take you out")
    assert (await world.leader("Ama")).is_in


async def test_whoever_waits_for_somebody_who_leaves_is_told_kindly() -> None:
    world = await _leaving()
    await world.run_to(at("2027-01-12", "09:00"))
    (pair,) = [one for one in await world.pairs() if "riverside-ama" in one.leader_ids]
    other = pair.others("riverside-ama")[0].removeprefix("riverside-").title()
    before = len(world.story(other))
    await leave_now(world.store, world.milepost.book, leader_id="riverside-ama", at=world.clock.now())
    await world.settle()
    assert len(world.story(other)) != before or len(pair.leader_ids) == 3
    assert "left" not in world.last(other), "why is nobody's business"


async def test_partner_steps_go_to_the_organisations_enabler() -> None:
    world = await _leaving()
    await world.do("Ama", "leave_yes")
    (step,) = await world.steps()
    assert (step.owner, step.owner_id) == ("Enid Able", "riverside-enid")
    assert "Enid Able" in world.pinned()
    assert "Ama" not in world.pinned()


async def test_a_file_does_not_bring_back_whoever_left_but_their_own_word_does() -> None:
    world = await _leaving()
    await world.do("Ama", "leave_yes")
    assert await world.bring(files((*FOUR, HETTY, ENID))) == []
    before = len(world.heard("Ama"))
    await world.run_to(at("2027-01-20"))
    assert len(world.heard("Ama")) == before
    await world.says("Ama", "start")
    ama = await world.leader("Ama")
    assert ama.is_in
    assert ama.joined_on == date(2027, 1, 20), "they start at rung 1"


async def test_the_record_of_somebody_who_left_is_erased_after_thirty_days() -> None:
    world = await _leaving()
    await world.do("Ama", "leave_yes")
    await world.run_to(at("2027-02-02"))
    assert (await world.leader("Ama")).name == "Ama Boateng"
    await world.run_to(at("2027-02-05"))
    async with world.store.reading() as tx:
        assert await tx.people.unchecked_leader("riverside-ama") is None


async def test_leaving_one_partnership_leaves_the_other_as_it_is() -> None:
    from tests.journeys.joining.test_taking_part import _in_two

    world = await _in_two()
    await world.do("Ama", "leave_yes", "hillside-ama")
    assert (await world.leader("Ama", "hillside")).left_at is not None
    assert (await world.leader("Ama")).is_in


async def test_a_joiner_whose_buddy_leaves_gets_another() -> None:
    from tests.journeys.joining.test_joining import EVE, _after_two_steps

    world = await _after_two_steps()
    await world.bring(files((*FOUR, EVE)))
    await world.run_to(at("2027-01-13", "10:00"))
    first = next(name for name in ("Ama", "Ben") if world.can_tap(name, "buddy_yes"))
    await world.tap(first, "buddy_yes")
    await world.tap("Eve", "yes")
    await world.run_to(at("2027-01-18", "09:00"))
    await world.do(first, "leave_yes")
    assert (await world.leader("Eve")).buddy_id is None
    second = "Ben" if first == "Ama" else "Ama"
    assert world.can_tap(second, "buddy_yes")


async def test_an_organisation_that_leaves_takes_its_people_and_closes_its_steps_in_public() -> None:
    world = await _leaving()
    organisation, people, closed = await organisation_leaves(
        world.store,
        world.milepost.book,
        partnership_id="riverside",
        organisation_id="riverside-trust",
        at=world.clock.now(),
    )
    await world.settle()
    assert (organisation.name, people, closed) == ("Trust", 3, 1)
    (step,) = await world.steps()
    assert step.history[-1].status is StepStatus.CHANGED_BY_AGREEMENT
    assert step.history[-1].reason == "left the partnership"
    assert not step.is_open
    for name in ("Ama", "Dev", "Enid"):
        assert (await world.leader(name)).left_at is not None
    before = {name: len(world.heard(name)) for name in ("Ama", "Dev", "Enid")}
    posts = len([line for line in world.lines if line.to == CHANNEL and "support" in str(line).casefold()])
    await world.run_to(at("2027-03-20"))
    assert {name: len(world.heard(name)) for name in before} == before
    assert (await world.steps())[0].status is StepStatus.CHANGED_BY_AGREEMENT, (
        "its date passes and nobody asks"
    )
    assert (
        len([line for line in world.lines if line.to == CHANNEL and "support" in str(line).casefold()])
        == posts
    )
    assert (await world.leader("Ben")).is_in
    assert await world.bring(files((*FOUR, HETTY, ENID))) == [], "a file does not bring it back"


async def test_leaving_twice_is_leaving_once() -> None:
    world = await _leaving()
    for _ in range(2):
        await world.do("Ama", "leave_yes")
    assert len(await world.events(EventKind.LEFT)) == 1
    assert world.clock.now() < at("2027-01-05") + timedelta(days=1)


async def test_unknown_people_and_organisations_cannot_leave() -> None:
    world = await _leaving()
    book = world.milepost.book
    with pytest.raises(NotFound):
        await leave_now(world.store, book, leader_id="nobody", at=world.clock.now())
    with pytest.raises(NotFound):
        await organisation_leaves(
            world.store, book, partnership_id="riverside", organisation_id="nowhere", at=world.clock.now()
        )
    with pytest.raises(InvalidInput):
        await world.do("Ama", "leave_yes", "riverside-ben")
    assert not await world.events(EventKind.LEFT)
