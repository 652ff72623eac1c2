"""Coming later: people who are added, a join code, rung 1 beside a buddy, principles that are signed."""

from dataclasses import replace
from datetime import date

import pytest

from nudges.errors import NotFound, RefusedText
from nudges.model.commands import Command
from nudges.model.events import EventKind
from nudges.model.message import MessageKind
from nudges.model.people import Leader, Role
from nudges.said import said
from nudges.use_cases.campaigns.launch_campaign import unlock_gate_by_word
from nudges.use_cases.joining.apply_roster import apply_roster
from tests.journeys.world import (
    FOUR,
    HETTY,
    World,
    a_partnership,
    at,
    files,
    make_world,
    playbook,
    somebody,
    started,
)

EVE = somebody("Eve Fox", "hub")
CODE = "river-2027"
GOOD = "We say what we can do, and do what we say."


async def _after_two_steps(*people: Leader, partnership=None) -> World:  # type: ignore[no-untyped-def]
    """A world where Ama and Ben have done two steps each, on the second Wednesday."""
    world = await started(files(people or FOUR, partnership=partnership), say_yes="Ama Ben Cleo Dev")
    await world.run_to(at("2027-01-12", "10:00"))
    for name in ("Ama", "Ben"):
        for nudge in await world.nudges(name):
            await world.do(name, "done", nudge.id)
    await world.run_to(at("2027-01-13", "09:00"))
    return world


async def test_somebody_who_is_added_later_joins_the_campaign_that_runs_for_everybody() -> None:
    world = await _after_two_steps()
    await world.bring(files((*FOUR, EVE)))
    await world.run_to(at("2027-01-13", "10:00"))
    assert "Shall I start?" in world.heard("Eve")[0]
    eve = await world.leader("Eve")
    assert eve.joined_on == date(2027, 1, 13)
    await world.tap("Eve", "yes")
    (nudge,) = await world.nudges("Eve")
    assert nudge.is_first_step
    async with world.store.reading() as tx:
        (run,) = await tx.people.unchecked_runs("riverside")
    assert run.is_open
    assert "riverside-eve" in run.member_ids


async def test_nobody_is_added_to_a_campaign_that_was_launched_for_some() -> None:
    world = await make_world()
    await world.launch(names="Ama Ben Cleo")
    await world.run_to(at("2027-01-12"))
    await world.bring(files((*FOUR, EVE)))
    await world.run_to(at("2027-01-20"))
    assert world.heard("Eve") == []


async def test_a_buddy_has_done_two_steps_is_of_another_organisation_and_is_asked_once() -> None:
    world = await _after_two_steps()
    await world.bring(files((*FOUR, EVE)))
    await world.run_to(at("2027-01-13", "10:00"))
    asked = [name for name in ("Ama", "Ben", "Cleo", "Dev") if world.can_tap(name, "buddy_yes")]
    assert len(asked) == 1
    assert asked[0] in ("Ama", "Ben")
    assert "Eve" not in world.last(asked[0]), "the name is not said before the joiner has said yes"
    assert "stand beside" not in world.heard("Eve")[0], "nobody has agreed yet"
    await world.tap(asked[0], "buddy_yes")
    await world.tap("Eve", "yes")
    assert (await world.leader("Eve")).buddy_id == f"riverside-{asked[0].lower()}"
    assert any(f"{asked[0]} " in one and "stand beside you" in one for one in world.heard("Eve"))
    assert "Eve Fox" in world.story(asked[0]), "said, or put into the message that asked"


async def test_the_welcome_names_a_buddy_who_has_said_yes_before() -> None:
    world = await _after_two_steps()
    await world.bring(files((*FOUR, replace(EVE, working_days=frozenset({5})))))
    await world.run_to(at("2027-01-13", "12:00"))
    asked = next(name for name in ("Ama", "Ben") if world.can_tap(name, "buddy_yes"))
    await world.tap(asked, "buddy_yes")
    await world.run_to(at("2027-01-15", "12:00"))
    assert f"{asked} " in world.heard("Eve")[0]
    assert "stand beside you" in world.heard("Eve")[0]


async def test_two_joiners_never_get_the_same_buddy_and_a_silent_one_is_not_waited_for() -> None:
    world = await _after_two_steps()
    fay = somebody("Fay Gill", "hub")
    await world.bring(files((*FOUR, EVE, fay)))
    await world.run_to(at("2027-01-13", "10:00"))
    assert world.can_tap("Ama", "buddy_yes")
    assert world.can_tap("Ben", "buddy_yes")
    subjects = {world.button(name, "buddy_yes").subject for name in ("Ama", "Ben")}
    assert subjects == {"riverside-eve", "riverside-fay"}
    for name in ("Cleo", "Dev"):
        assert not world.can_tap(name, "buddy_yes")


async def test_a_tap_for_a_joiner_that_was_never_asked_for_looks_absent() -> None:
    world = await _after_two_steps()
    await world.bring(files((*FOUR, EVE)))
    await world.run_to(at("2027-01-13", "10:00"))
    with pytest.raises(NotFound):
        await world.do("Cleo", "buddy_yes", "riverside-eve")


async def test_a_joiner_stays_on_rung_one_for_four_weeks_whatever_is_open() -> None:
    world = await started(campaign="system-leadership-6-months", say_yes="Ama Ben Cleo Dev")
    await world.run_to(at("2027-01-20"))
    for rung in (2, 3):
        await unlock_gate_by_word(
            world.store,
            world.milepost.book,
            partnership_id="riverside",
            campaign_id="system-leadership-6-months",
            rung=rung,
            because="We are ready",
            at=world.clock.now(),
        )
    await world.bring(files((*FOUR, EVE)))
    await world.run_to(at("2027-01-21", "12:00"))
    await world.tap("Eve", "yes")
    await world.run_to(at("2027-02-17"))
    rungs = {world.milepost.book.action(one.action_id).rung for one in await world.nudges("Eve")}
    assert rungs == {1}
    assert len(await world.nudges("Eve")) > 2


async def test_people_of_an_organisation_that_starts_later_are_joiners() -> None:
    world = await make_world(files(not_ready=("surgery",)))
    await world.launch()
    await world.run_to(at("2027-01-12", "12:00"))
    await world.bring(files())
    await world.run_to(at("2027-01-13"))
    assert (await world.leader("Cleo")).joined_on == date(2027, 1, 12)
    assert (await world.leader("Ama")).joined_on is None


# -- the join code ---------------------------------------------------------------


async def _with_code() -> World:
    world = await started(files(partnership=replace(a_partnership(), join_code=CODE)), say_yes="Ama Ben")
    world.platform.join("zoe@example.org")
    return world


async def _joiner(world: World) -> Leader:
    async with world.store.reading() as tx:
        leaders = await tx.people.unchecked_leaders("riverside")
    return next(one for one in leaders if Role.JOINER in one.roles)


async def test_anybody_in_the_workspace_joins_by_the_code_without_an_admin_step() -> None:
    world = await _with_code()
    await world.run_to(at("2027-01-06", "09:00"))
    outcome = await world.says("zoe@example.org", f"Join {CODE.upper()}")
    assert outcome.reply is not None
    assert [button.verb for section in outcome.reply.sections for button in section.buttons] == ["join"]
    outcome = await world.do("zoe@example.org", "join", CODE)
    assert outcome.form is not None
    assert [each.name for each in outcome.form.fields] == ["name", "organisation", "email"]
    await world.fills(
        "zoe@example.org", "join_submit", CODE, name="Zoe Young", organisation="riverside-council", email=""
    )
    zoe = await _joiner(world)
    assert (zoe.name, zoe.organisation_id, zoe.is_in) == ("Zoe Young", "riverside-council", False)
    assert "Shall I start?" in world.last("zoe@example.org")
    await world.tap("zoe@example.org", "yes")
    zoe = await _joiner(world)
    assert zoe.is_in
    assert await world.events(EventKind.JOINED)


async def test_the_form_opens_at_once_where_a_command_was_typed() -> None:
    world = await _with_code()
    outcome = await world.do("zoe@example.org", "say", via="command", args={"text": f"join {CODE}"})
    assert outcome.form is not None


async def test_a_wrong_code_says_what_every_stranger_hears_and_keeps_nothing() -> None:
    world = await _with_code()
    before = await world.events()
    for words in ("join river-2028", "join", "hello"):
        with pytest.raises(NotFound) as caught:
            await world.says("zoe@example.org", words)
        assert caught.value.said == said("access.stranger")
    with pytest.raises(NotFound):
        await world.fills("zoe@example.org", "join_submit", "guess", name="Z", organisation="riverside-trust")
    assert await world.events() == before


async def test_an_address_joins_once_and_nobody_takes_anothers_place() -> None:
    world = await _with_code()
    fields = {"name": "Zoe Young", "organisation": "riverside-council"}
    outcome = await world.fills("zoe@example.org", "join_submit", CODE, **fields, email="ama@example.org")
    ids = {one.id for one in [await world.leader("Ama")]}
    async with world.store.reading() as tx:
        leaders = await tx.people.unchecked_leaders("riverside")
    assert len([one for one in leaders if one.id in ids]) == 1
    taken = await world.leader("Ama")
    assert taken.address == world.address("Ama"), outcome
    for _ in range(2):
        await world.fills("zoe@example.org", "join_submit", CODE, **fields, email="")
    async with world.store.reading() as tx:
        leaders = await tx.people.unchecked_leaders("riverside")
    assert sum(one.address == world.address("zoe@example.org") for one in leaders) == 1


async def test_whoever_typed_an_address_that_is_listed_later_has_it_no_more() -> None:
    world = await _with_code()
    fields = {"name": "Zoe Young", "organisation": "riverside-council"}
    await world.fills("zoe@example.org", "join_submit", CODE, **fields, email="fay@example.org")
    thief = await _joiner(world)
    assert thief.address == world.address("zoe@example.org")
    fay = replace(somebody("Fay Moss", "trust", roles=(Role.PROGRAMME_LEAD,)), id=thief.id, address=None)
    listed = files((*FOUR, fay), partnership=replace(a_partnership(), join_code=CODE))
    await apply_roster(world.store, playbook(), listed, at=world.clock.now())
    async with world.store.reading() as tx:
        known = await tx.people.unchecked_leader(thief.id)
    assert known is not None
    assert (known.address, Role.PROGRAMME_LEAD in known.roles) == (None, True)
    with pytest.raises(NotFound):
        await world.do("zoe@example.org", "pause_everybody")
    leader = replace(known, address=world.address("Fay"))
    async with world.store.transaction() as tx:
        await tx.people.save_leaders([leader])
    await apply_roster(world.store, playbook(), listed, at=world.clock.now())
    async with world.store.reading() as tx:
        assert await tx.people.unchecked_leader(thief.id) == leader


async def test_whoever_joins_from_a_connected_workspace_is_reached_by_the_app_they_wrote_to() -> None:
    world = await _with_code()
    zoe = world.address("zoe@example.org")
    elsewhere = replace(zoe, workspace="E0ELSEWHERE")
    fields = {"name": "Zoe Young", "organisation": "riverside-council", "email": ""}
    for number in range(2):
        await world.milepost.handle(
            Command(
                key=f"join {number}",
                actor=elsewhere,
                seen_in=zoe.workspace,
                verb="join_submit",
                subject=CODE,
                args=fields,
                via="form",
            )
        )
    async with world.store.reading() as tx:
        leaders = await tx.people.unchecked_leaders("riverside")
    assert [one.address for one in leaders if Role.JOINER in one.roles] == [zoe]


async def test_who_takes_part_already_hears_so() -> None:
    world = await _with_code()
    outcome = await world.do("Ama", "say", via="command", args={"text": f"join {CODE}"})
    assert outcome.reply is not None
    assert "already" in outcome.reply.text


async def test_other_words_that_begin_with_join_are_only_not_understood() -> None:
    world = await _with_code()
    await world.says("Ama", "join tomorrow")
    assert "You wrote" in world.last("Ama") or "join tomorrow" in world.last("Ama")


# -- principles ---------------------------------------------------------------------


async def _with_principles() -> World:
    partnership = replace(a_partnership(), principles=(GOOD, "We ask for help early."))
    return await started(
        files(partnership=partnership), campaign="first-100-days", say_yes="Ama Ben Cleo Dev"
    )


async def test_principles_are_signed_and_only_the_number_is_shown() -> None:
    world = await _with_principles()
    await world.says("Ama", "principles")
    assert GOOD in world.last("Ama")
    await world.tap("Ama", "sign")
    assert (await world.leader("Ama")).signed_at is not None
    await world.tap("Ama", "sign")
    assert len(await world.events(EventKind.PRINCIPLES_SIGNED)) == 1
    await world.says("Ben", "principles")
    assert "1 of us has signed" in world.last("Ben")
    assert "Ama" not in world.last("Ben")


async def test_the_card_rides_on_the_first_nudge_and_once_a_month_until_it_is_signed() -> None:
    world = await _with_principles()
    await world.run_to(at("2027-01-12", "12:00"))
    assert GOOD in world.heard("Ama")[-1]
    await world.tap("Ama", "sign", within=GOOD)
    assert GOOD not in world.last("Ama"), "an answered question leaves the message"
    for day in ("2027-01-13", "2027-01-20", "2027-01-27"):
        await world.run_to(at(day, "12:00"))
        await world.do("Ben", "done", (await world.nudges("Ben"))[-1].id)
    assert sum(GOOD in one for one in world.heard("Ben")) == 1
    await world.run_to(at("2027-02-12"))
    assert sum(GOOD in one for one in world.heard("Ben")) == 2
    assert sum(GOOD in one for one in world.heard("Ama")) == 1


async def test_another_line_is_offered_as_something_to_be_heard() -> None:
    world = await _with_principles()
    await world.says("Ben", "principles")
    outcome = await world.tap("Ben", "amend")
    assert outcome.form is not None
    assert outcome.form.verb == "hear_submit"


async def test_new_principles_are_signed_anew() -> None:
    world = await _with_principles()
    await world.do("Ama", "sign")
    await world.bring(files(partnership=replace(a_partnership(), principles=(GOOD,))))
    assert (await world.leader("Ama")).signed_at is None


async def test_a_message_to_a_buddy_counts_like_any_other() -> None:
    world = await _after_two_steps(*FOUR, HETTY)
    await world.bring(files((*FOUR, HETTY, EVE)))
    await world.run_to(at("2027-01-13", "10:00"))
    async with world.store.reading() as tx:
        rows = await tx.deliveries.unchecked_of_subject("buddy:riverside-eve")
    assert [row.purpose for row in rows] == [MessageKind.PAIR]


# -- what does not go as planned --------------------------------------------------------


async def test_a_second_yes_to_the_same_joiner_changes_nothing_and_a_slow_one_is_thanked() -> None:
    world = await _after_two_steps()
    await world.bring(files((*FOUR, EVE)))
    await world.run_to(at("2027-01-13", "10:00"))
    asked = next(name for name in ("Ama", "Ben") if world.can_tap(name, "buddy_yes"))
    for via in ("tap", "command"):
        await world.do(asked, "buddy_yes", "riverside-eve", via=via)
    assert (await world.leader("Eve")).buddy_id == f"riverside-{asked.lower()}"
    await world.change("Eve", buddy_id="riverside-cleo")
    outcome = await world.do(asked, "buddy_yes", "riverside-eve", via="command")
    assert outcome.reply is not None
    assert "already" in outcome.reply.text
    with pytest.raises(NotFound):
        await world.do(asked, "buddy_yes", "riverside-nobody")


async def test_a_silent_buddy_is_followed_by_another_at_the_joiners_yes() -> None:
    world = await _after_two_steps()
    await world.bring(files((*FOUR, EVE)))
    await world.run_to(at("2027-01-13", "10:00"))
    first = next(name for name in ("Ama", "Ben") if world.can_tap(name, "buddy_yes"))
    second = "Ben" if first == "Ama" else "Ama"
    await world.run_to(at("2027-01-19", "08:00"))
    await world.tap("Eve", "yes")
    await world.run_to(at("2027-01-19", "12:00"))
    assert world.can_tap(second, "buddy_yes")
    await world.tap(second, "buddy_yes")
    assert f"{second} " in world.story("Eve")


async def test_two_who_are_asked_for_at_different_times_get_different_people() -> None:
    world = await _after_two_steps()
    await world.bring(files((*FOUR, EVE)))
    await world.run_to(at("2027-01-13", "10:00"))
    first = next(name for name in ("Ama", "Ben") if world.can_tap(name, "buddy_yes"))
    await world.tap(first, "buddy_yes")
    fay, gus = somebody("Fay Gill", "hub"), somebody("Gus Hart", "hub")
    await world.bring(files((*FOUR, EVE, fay)))
    await world.run_to(at("2027-01-13", "11:00"))
    second = "Ben" if first == "Ama" else "Ama"
    assert world.button(second, "buddy_yes").subject == "riverside-fay"
    await world.bring(files((*FOUR, EVE, fay, gus)))
    await world.run_to(at("2027-01-13", "12:00"))
    assert not world.can_tap(first, "buddy_yes")
    assert world.button(second, "buddy_yes").subject == "riverside-fay"


async def test_a_joiner_who_comes_where_nothing_runs_is_invited_by_the_next_launch() -> None:
    world = await make_world(files(partnership=replace(a_partnership(), join_code=CODE)))
    world.platform.join("zoe@example.org")
    outcome = await world.fills(
        "zoe@example.org",
        "join_submit",
        CODE,
        name="Zoe Young",
        organisation="riverside-council",
        email="zoe@example.org",
    )
    assert outcome.reply is not None
    assert "Nothing runs just now" in outcome.reply.text
    await world.launch()
    await world.run_to(at("2027-01-04", "10:00"))
    assert "Welcome to Riverside" in world.last("zoe@example.org")
    assert (await _joiner(world)).joined_on is None


async def test_before_any_organisation_has_started_nobody_can_join() -> None:
    wanted = files(
        partnership=replace(a_partnership(), join_code=CODE), not_ready=("trust", "council", "surgery")
    )
    world = await make_world(wanted)
    outcome = await world.says("zoe@example.org", f"join {CODE}")
    assert outcome.reply is not None
    assert "has started yet" in outcome.reply.text


async def test_a_form_with_something_missing_stays_open() -> None:
    world = await _with_code()
    for name, organisation, email in (
        ("", "riverside-trust", ""),
        ("x" * 81, "riverside-trust", ""),
        ("Zoe", "nowhere", ""),
        ("Zoe", "riverside-trust", "zoe"),
        ("Zoe", "\ud800", "\x00"),
    ):
        outcome = await world.fills(
            "zoe@example.org", "join_submit", CODE, name=name, organisation=organisation, email=email
        )
        assert outcome.errors
    with pytest.raises(RefusedText):
        await world.fills(
            "zoe@example.org",
            "join_submit",
            CODE,
            name="Zoe 9434765919",
            organisation="riverside-trust",
            email="",
        )


async def test_where_there_are_no_principles_a_signature_signs_nothing() -> None:
    world = await started(say_yes="Ama")
    await world.says("Ama", "sign")
    assert "Nothing is written down yet" in world.last("Ama")
    assert (await world.leader("Ama")).signed_at is None
    await world.run_to(at("2027-01-14"))
    assert "hold to" not in world.last("Ama")


async def test_whoever_says_yes_weeks_after_the_launch_starts_at_rung_one() -> None:
    world = await started(campaign="first-100-days", say_yes="Ama Ben")
    await world.run_to(at("2027-02-03", "12:00"))
    await world.says("Cleo", "start")
    assert (await world.leader("Cleo")).joined_on == date(2027, 2, 3)
    assert (await world.leader("Ama")).joined_on is None
