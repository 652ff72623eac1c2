"""Promises of leaders and public steps of organisations: made, asked about, shown, moved, kept."""

from datetime import date, datetime

import pytest

from nudges.errors import IllegalTransition, InvalidInput, NotAllowed, NotFound
from nudges.model.events import EventKind
from nudges.model.nudge import PromiseState
from nudges.model.partner_step import PartnerStep, StepDraft, StepStatus
from nudges.model.people import Role
from nudges.use_cases.partner_steps.partner_steps import add_step, finish_step, move_step
from tests.journeys.world import (
    CHANNEL,
    FOUR,
    HETTY,
    PRIVATE,
    World,
    a_partnership,
    at,
    files,
    somebody,
    started,
)

FRIDAY = date(2027, 1, 8)


async def test_a_promise_is_asked_about_once_after_its_day() -> None:
    world = await started(say_yes="Ama")
    await world.says("Ama", "commit “share our bed data” by Friday")
    assert "share our bed data" in world.last("Ama")
    assert "Only you" in world.last("Ama")
    await world.run_to(at("2027-01-11", "09:59"))
    asked = [one for one in world.heard("Ama")[3:] if "share our bed data" in one]
    assert asked == []
    await world.run_to(at("2027-02-28"))
    asked = [one for one in world.heard("Ama")[3:] if "share our bed data" in one]
    assert len(asked) == 1
    await world.tap("Ama", "promise_kept")
    assert (await world.promises())[0].state is PromiseState.KEPT


async def test_a_private_promise_is_never_on_the_board_and_a_named_one_is_until_its_day() -> None:
    world = await started(say_yes="Ama Ben")
    await world.says("Ama", "commit “share our bed data” by Friday")
    assert "bed data" not in world.pinned()
    await world.tap("Ama", "visibility", "name_me_when_i_keep_one")
    assert "Ama Boateng" in world.pinned()
    assert "share our bed data" in world.pinned()
    await world.tap("Ama", "visibility", "private")
    assert "bed data" not in world.pinned()
    await world.tap("Ama", "visibility", "name_me_when_i_keep_one")
    await world.run_to(at("2027-01-11", "12:00"))
    assert "bed data" not in world.pinned(), "whose day has gone by without an answer is not put on show"


async def test_a_named_promise_leaves_the_board_when_its_owner_stops() -> None:
    world = await started(say_yes="Ama Ben")
    await world.do("Ama", "visibility", value="name_me_when_i_keep_one")
    await world.says("Ama", "commit “share our bed data” by Friday")
    assert "bed data" in world.pinned()
    await world.says("Ama", "stop")
    assert "bed data" not in world.pinned()
    await world.says("Ama", "start")
    assert "bed data" in world.pinned()


async def test_a_promise_can_be_carried_let_go_and_taken_up_again() -> None:
    world = await started(say_yes="Ama")
    await world.says("Ama", "commit “share our bed data” by Friday")
    await world.run_to(at("2027-01-11", "12:00"))
    await world.tap("Ama", "promise_carry")
    (promise,) = await world.promises()
    assert (promise.due_on, promise.carried, promise.asked_at) == (date(2027, 1, 18), 1, None)
    await world.tap("Ama", "promise_let_go")
    assert (await world.promises())[0].state is PromiseState.LET_GO
    await world.tap("Ama", "promise_undo")
    assert (await world.promises())[0].state is PromiseState.OPEN
    await world.run_to(at("2027-01-26"))
    assert (await world.promises())[0].asked_at is not None


async def test_a_kept_promise_stays_kept_whatever_old_buttons_say() -> None:
    world = await started(say_yes="Ama")
    await world.says("Ama", "commit “share our bed data” by Friday")
    promise_id = (await world.promises())[0].id
    await world.do("Ama", "promise_kept", promise_id)
    for verb in ("promise_let_go", "promise_partly", "promise_kept"):
        await world.do("Ama", verb, promise_id)
        assert (await world.promises())[0].state is PromiseState.KEPT
        assert "let go" not in world.last("Ama").casefold()
    with pytest.raises(IllegalTransition):
        await world.do("Ama", "promise_carry", promise_id)
    assert len(await world.events(EventKind.PROMISE_KEPT)) == 1


@pytest.mark.parametrize(
    "words", ["commit to ring Ben", "commit “” by Friday", "commit to ring by 1 January 2026"]
)
async def test_a_promise_without_words_or_a_day_ahead_is_not_made(words: str) -> None:
    world = await started(say_yes="Ama")
    with pytest.raises(InvalidInput):
        await world.says("Ama", words)
    assert await world.promises() == []


# -- partner steps --------------------------------------------------------------


async def _step(
    world: World, *, due_on: date = FRIDAY, channel: str = "partnership", text: str = "Share bed data"
) -> PartnerStep:
    return await add_step(
        world.store,
        world.milepost.book,
        StepDraft(
            organisation_id="riverside-trust",
            text=text,
            owner="Ama Boateng",
            owner_id="riverside-ama",
            done_means="It is sent every Monday.",
            due_on=due_on,
            why_together="The council has to read it.",
            channel=channel,
        ),
        partnership_id="riverside",
        at=world.clock.now(),
    )


async def _with_hetty(say_yes: str = "Ama Ben Hetty", until: datetime | None = None) -> World:
    partnership = a_partnership(helper_id="riverside-hetty")
    return await started(files((*FOUR, HETTY), partnership=partnership), say_yes=say_yes, until=until)


async def test_a_step_is_on_the_board_at_once_and_the_owner_marks_it_done() -> None:
    world = await _with_hetty()
    step = await _step(world)
    await world.settle()
    assert "Share bed data" in world.pinned()
    assert len([line for line in world.lines if line.to == CHANNEL and line.what == "post"]) == 1
    await world.do("Ama", "step_done", step.id)
    assert "Share bed data" not in world.pinned()
    await world.do("Ama", "step_done", step.id)
    assert [change.status for change in (await world.steps())[0].history] == [
        StepStatus.PLANNED,
        StepStatus.DONE,
    ]


async def test_support_is_offered_the_working_day_after_the_date_and_the_helper_hears_of_it() -> None:
    world = await _with_hetty()
    await _step(world)
    await world.run_to(at("2027-01-11", "08:29"))
    assert (await world.steps())[0].status is StepStatus.PLANNED
    await world.run_to(at("2027-01-11", "09:00"))
    assert (await world.steps())[0].status is StepStatus.SUPPORT_OFFERED
    assert "Support offered by Hetty Hope" in world.pinned()
    assert any("Hetty Hope will be in touch" in one for one in world.heard("Ama"))
    assert any("Share bed data" in one and "Ama Boateng" in one for one in world.heard("Hetty"))
    assert not any("Share bed data" in one for one in world.heard("Ben"))


async def test_a_new_date_needs_a_reason_and_is_looked_at_again_then() -> None:
    world = await _with_hetty()
    step = await _step(world)
    assert (await world.do("Ama", "step_date", step.id)).form is not None
    refused = await world.fills("Ama", "step_date_submit", step.id, due="2027-01-15", reason="")
    assert refused.errors
    await world.fills("Ama", "step_date_submit", step.id, due="2027-01-15", reason="The file comes later")
    assert "Changed by agreement to Friday 15 January: The file comes later" in world.pinned()
    await world.run_to(at("2027-01-15", "16:00"))
    assert (await world.steps())[0].status is StepStatus.CHANGED_BY_AGREEMENT
    await world.run_to(at("2027-01-18", "12:00"))
    assert (await world.steps())[0].status is StepStatus.SUPPORT_OFFERED


async def test_help_is_asked_for_with_one_tap_and_the_helper_hears_of_it_once() -> None:
    world = await _with_hetty()
    step = await _step(world)
    await world.do("Ama", "step_help", step.id)
    await world.do("Ama", "step_help", step.id)
    assert "Support asked for" in world.pinned()
    assert len([one for one in world.heard("Hetty") if "Share bed data" in one]) == 1


async def test_done_can_be_taken_back_and_the_history_keeps_both() -> None:
    world = await _with_hetty()
    step = await _step(world)
    await world.do("Ama", "step_done", step.id)
    await world.do("Ama", "step_undo", step.id)
    (kept,) = await world.steps()
    assert [change.status for change in kept.history] == [
        StepStatus.PLANNED,
        StepStatus.DONE,
        StepStatus.PLANNED,
    ]
    assert "Share bed data" in world.pinned()


async def test_an_enabler_of_the_organisation_may_change_its_step_and_nobody_else() -> None:
    people = (*FOUR, somebody("Olu Kay", "trust", roles=(Role.ENABLER,)))
    world = await started(files(people), say_yes="Ama Ben Olu")
    step = await _step(world)
    for who in ("Ben", "Dev", "Cleo"):
        with pytest.raises(NotAllowed):
            await world.do(who, "step_done", step.id)
    await world.do("Olu", "step_done", step.id)
    assert (await world.steps())[0].status is StepStatus.DONE


async def test_the_same_step_is_made_once_and_a_date_too_far_away_is_refused() -> None:
    world = await _with_hetty()
    assert (await _step(world)).id == (await _step(world)).id
    assert len(await world.steps()) == 1
    with pytest.raises(InvalidInput):
        await _step(world, due_on=date(2027, 12, 1))


async def test_a_step_of_a_private_group_never_shows_in_the_partnership() -> None:
    partnership = a_partnership(helper_id="riverside-hetty", partnership=CHANNEL, private_group=PRIVATE)
    world = await started(
        files((*FOUR, HETTY), partnership=partnership),
        campaign="repair-a-relationship",
        say_yes="Ama Ben Hetty",
    )
    step = await _step(world, channel="private_group", text="Ring before we write")
    await world.run_to(at("2027-04-25"))
    assert "Ring before we write" in world.pinned(PRIVATE)
    assert "Ama" not in world.pinned(PRIVATE)
    public = [line.posted.message.text for line in world.lines if line.to == CHANNEL]
    assert not any("Ring before we write" in text or "Boateng" in text for text in public)
    posts = [line.posted.message.text for line in world.lines if line.to == PRIVATE and line.what == "post"]
    assert posts
    assert not any(name.name in text for text in posts for name in FOUR)
    outcome = await world.do("Cleo", "steps", via="command")
    assert outcome.reply is not None
    assert "Ring before we write" not in outcome.reply.text
    await finish_step(world.store, world.milepost.book, step_id=step.id, at=world.clock.now())


async def test_a_private_groups_step_looks_absent_to_those_outside_it() -> None:
    partnership = a_partnership(helper_id="riverside-hetty", partnership=CHANNEL, private_group=PRIVATE)
    world = await started(files((*FOUR, HETTY), partnership=partnership))
    await world.launch("repair-a-relationship", starts_on=date(2027, 1, 11), names="Ama Ben Hetty")
    step = await _step(world, channel="private_group")
    with pytest.raises(NotFound):
        await world.do("Cleo", "step_done", step.id)
    with pytest.raises(NotAllowed):
        await world.do("Ben", "step_done", step.id)


async def test_the_command_lines_hands_on_a_step_do_the_same() -> None:
    world = await _with_hetty()
    step = await _step(world)
    book = world.milepost.book
    await move_step(
        world.store, book, step_id=step.id, due_on=date(2027, 1, 20), reason="Agreed", at=world.clock.now()
    )
    await finish_step(world.store, book, step_id=step.id, at=world.clock.now())
    with pytest.raises(IllegalTransition):
        await move_step(
            world.store, book, step_id=step.id, due_on=date(2027, 1, 21), reason="Again", at=world.clock.now()
        )
    with pytest.raises(NotFound):
        await finish_step(world.store, book, step_id="nowhere", at=world.clock.now())
