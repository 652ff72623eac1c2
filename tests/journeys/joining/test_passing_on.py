"""A step is passed on to a manager, who opts in alone; the one who passed it on only ever sees "sent"."""

import pytest
from sqlalchemy import select

from nudges.errors import NotFound
from nudges.model.events import EventKind
from nudges.model.ids import leader_id
from nudges.model.people import Leader, Role
from storage.store import SqlStore
from storage.tables import METADATA
from tests.journeys.world import FOUR, World, at, files, somebody, started

MAX = "max@example.org"
NAME = "Max Morris"


async def _with_step() -> World:
    """Ama has done her first step on Monday at noon; Max is in the workspace and on no list."""
    world = await started(say_yes="Ama Ben Cleo Dev", until=at("2027-01-04", "12:00"))
    world.platform.join(MAX)
    await world.tap("Ama", "done")
    return world


async def _pass_on(world: World, *, email: str = MAX, name: str = NAME) -> object:
    button = world.button("Ama", "pass_on")
    return await world.fills("Ama", "pass_on_submit", button.subject, name=name, email=email)


async def _max(world: World) -> Leader | None:
    async with world.store.reading() as tx:
        return await tx.people.unchecked_leader(leader_id("riverside", MAX))


async def test_a_manager_is_asked_on_their_next_working_morning_and_the_leader_sees_sent() -> None:
    world = await _with_step()
    outcome = await world.tap("Ama", "pass_on")
    assert outcome.form is not None
    await _pass_on(world)
    assert "Sent:" in world.last("Ama")
    assert world.conversation(MAX) == []
    await world.run_to(at("2027-01-05", "10:00"))
    assert "Ama Boateng thought of you" in world.last(MAX)
    assert world.conversation(MAX)[0].at == at("2027-01-05", "10:00")


async def test_how_offers_to_pass_the_step_on() -> None:
    world = await started(say_yes="Ama Ben")
    nudge = (await world.nudges("Ama"))[0]
    outcome = await world.do("Ama", "how", nudge.id)
    assert outcome.reply is not None
    assert [one.verb for section in outcome.reply.sections for one in section.buttons] == ["pass_on"]


async def test_a_yes_brings_that_very_step_and_a_place_at_rung_one() -> None:
    world = await _with_step()
    await _pass_on(world)
    await world.run_to(at("2027-01-05", "10:00"))
    passed = (await world.nudges("Ama"))[0].action_id
    await world.tap(MAX, "passed_yes")
    manager = await _max(world)
    assert manager is not None
    assert manager.is_in
    assert Role.JOINER in manager.roles
    assert manager.joined_on is not None
    assert manager.organisation_id == "riverside-trust"
    async with world.store.reading() as tx:
        (nudge,) = await tx.commitments.unchecked_nudges([manager.id], since=at("2027-01-01").date())
    assert nudge.action_id == passed
    await world.tap(MAX, "done")
    await world.run_to(at("2027-01-14"))
    assert any("First coffees" in line for line in world.heard(MAX)), "the weeks go on"
    assert all(NAME not in one for one in world.heard("Ama")), "nobody says what they answered"


async def test_typed_words_do_the_same() -> None:
    world = await _with_step()
    await _pass_on(world)
    await world.run_to(at("2027-01-05", "10:00"))
    await world.says(MAX, "yes")
    manager = await _max(world)
    assert manager is not None
    assert manager.is_in


async def _is_nowhere(store: object, *words: str) -> None:
    assert isinstance(store, SqlStore)
    async with store.reading() as tx:
        for table in METADATA.sorted_tables:
            for row in await tx.people._session.rows(select(table)):  # type: ignore[attr-defined]
                for word in words:
                    assert word not in str(tuple(row)), (table.name, word)


@pytest.mark.parametrize("answer", ["passed_no", "stop", "silence", "unreachable"])
async def test_a_no_or_two_weeks_of_silence_leave_no_trace(answer: str) -> None:
    world = await _with_step()
    email = "gone@example.org" if answer == "unreachable" else MAX
    await _pass_on(world, email=email)
    shown = world.story("Ama")
    await world.run_to(at("2027-01-05", "10:00"))
    if answer == "passed_no":
        outcome = await world.tap(MAX, "passed_no")
        assert outcome.reply is not None
        assert "deleted" in outcome.reply.text
    elif answer == "stop":
        await world.do(MAX, "stop")
    else:
        await world.run_to(at("2027-01-21", "12:00"))
    assert await _max(world) is None
    await _is_nowhere(world.store, NAME, email)
    if answer in ("passed_no", "stop"):
        assert world.story("Ama") == shown
        with pytest.raises(NotFound):
            await world.do(MAX, "passed_yes", leader_id("riverside", MAX))


async def test_nothing_tells_the_leader_that_somebody_was_asked_before() -> None:
    world = await _with_step()
    await _pass_on(world)
    await _pass_on(world)
    assert "Sent:" in world.last("Ama")
    await world.run_to(at("2027-01-06"))
    assert len(world.heard(MAX)) == 1


async def test_who_is_on_the_list_already_is_not_asked() -> None:
    world = await _with_step()
    outcome = await world.fills(
        "Ama", "pass_on_submit", world.button("Ama", "pass_on").subject, name="Ben", email="BEN@example.org"
    )
    assert "on the list" in outcome.errors["email"]


async def test_a_bad_address_keeps_the_form_open() -> None:
    world = await _with_step()
    for name, email in (("", MAX), ("x" * 81, MAX), (NAME, "max"), (NAME, "a@b@c")):
        outcome = await world.fills(
            "Ama", "pass_on_submit", world.button("Ama", "pass_on").subject, name=name, email=email
        )
        assert outcome.errors


async def test_no_list_names_somebody_who_was_asked() -> None:
    world = await _with_step()
    await _pass_on(world)
    assert await world.bring(files()) == [], "a lead who loads the files again is told nothing"
    assert all(event.leader_id is None for event in await world.events(EventKind.PASSED_ON))
    await world.launch("first-100-days", starts_on=at("2027-01-11").date())
    async with world.store.reading() as tx:
        runs = await tx.people.unchecked_runs("riverside")
    assert all(leader_id("riverside", MAX) not in run.member_ids for run in runs)


async def test_a_manager_who_is_added_by_a_file_is_invited_like_anybody() -> None:
    world = await _with_step()
    await _pass_on(world)
    manager = somebody("Max Morris", "trust")
    same = Leader(
        **{
            name: getattr(manager, name)
            for name in ("partnership_id", "organisation_id", "name", "email", "person", "zone", "nation")
        },
        id=leader_id("riverside", MAX),
        address=world.address(MAX),
    )
    await world.bring(files((*FOUR, same)))
    await world.run_to(at("2027-01-30"))
    leader = await _max(world)
    assert leader is not None
    assert Role.JOINER not in leader.roles


async def test_a_step_that_takes_two_is_not_passed_on() -> None:
    world = await started(say_yes="Ama Ben Cleo Dev", until=at("2027-01-12", "09:00"))
    nudge = (await world.nudges("Ama"))[-1]
    assert world.milepost.book.action(nudge.action_id).needs_peer
    outcome = await world.do("Ama", "pass_on", nudge.id, via="command")
    assert outcome.reply is not None
    assert "takes two" in outcome.reply.text
    with pytest.raises(NotFound):
        await world.fills("Ama", "pass_on_submit", nudge.id, name=NAME, email=MAX)


async def test_a_platform_that_is_down_is_asked_again_the_next_morning() -> None:
    world = await _with_step()
    await _pass_on(world)
    await world.run_to(at("2027-01-05", "09:59"))
    world.platform.faults.is_down = True
    await world.run_to(at("2027-01-05", "10:01"))
    world.platform.faults.is_down = False
    await world.run_to(at("2027-01-06", "12:00"))
    assert "thought of you" in world.last(MAX)


async def test_a_yes_after_the_end_of_everything_waits_for_the_next_campaign() -> None:
    world = await started(say_yes="Ama Ben Cleo Dev", until=at("2027-01-28", "12:00"))
    world.platform.join(MAX)
    first = (await world.nudges("Ama"))[0]
    await world.do("Ama", "done", first.id)
    await world.fills("Ama", "pass_on_submit", first.id, name=NAME, email=MAX)
    await world.run_to(at("2027-02-02", "12:00"))
    await world.tap(MAX, "passed_yes")
    assert "next step" in world.last(MAX)
    await world.do(MAX, "passed_yes", leader_id("riverside", MAX))
    outcome = await world.do(MAX, "passed_no", leader_id("riverside", MAX), via="command")
    assert outcome.reply is not None
    assert "deleted" not in outcome.reply.text
