"""A light launch: what is required, what is only advised, and the sponsor's one tap."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from bot.files.phrases import in_words
from nudges.errors import InvalidInput, NotAllowed, NotFound
from nudges.model.events import EventKind
from nudges.model.partner_step import StepDraft
from nudges.model.people import Leader, Organisation, Partnership, Role
from nudges.model.thing_heard import Vote
from nudges.model.timers import TimerKind
from nudges.said import Said, said
from nudges.use_cases.campaigns.launch_campaign import Launched, launch_campaign
from nudges.use_cases.campaigns.organisation_readiness import read_readiness, record_assessment
from nudges.use_cases.joining.apply_roster import Wanted
from tests.journeys.world import (
    FOUR,
    MONDAY,
    World,
    a_partnership,
    an_organisation,
    at,
    files,
    make_world,
    somebody,
)

SUE = somebody("Sue Stone", "surgery", roles=(Role.SPONSOR,))
PEOPLE = (*FOUR, SUE)


def _waiting(*, assessment: str | None = "DPIA-9", people: Sequence[Leader] = PEOPLE) -> Wanted:
    """The surgery has no permission yet; its assessment is recorded or not."""
    wanted = files(people, not_ready=("surgery",))
    return replace(
        wanted,
        organisations=[
            replace(organisation, assessment=assessment)
            if organisation.id == "riverside-surgery"
            else organisation
            for organisation in wanted.organisations
        ],
    )


async def _launch(world: World, **changes: object) -> Launched:
    return await launch_campaign(
        world.store,
        world.milepost.book,
        partnership_id="riverside",
        campaign_id=str(changes.get("campaign", "starter")),
        starts_on=MONDAY,
        at=world.clock.now(),
    )


async def _surgery(world: World) -> Organisation:
    async with world.store.reading() as tx:
        return next(
            organisation
            for organisation in await tx.people.unchecked_organisations("riverside")
            if organisation.id == "riverside-surgery"
        )


# -- boxes and advice --------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"shared_goal": " "}, said("campaigns.launch.needs_goal")),
        ({"better_off": ""}, said("campaigns.launch.needs_goal")),
        ({"helper_name": ""}, said("campaigns.launch.needs_helper")),
    ],
)
async def test_a_required_box_holds_a_launch_up(changes: dict[str, str], missing: Said) -> None:
    partnership: Partnership = replace(a_partnership(), **changes)  # type: ignore[arg-type]
    world = await make_world(files(partnership=partnership))
    with pytest.raises(InvalidInput) as caught:
        await _launch(world)
    assert caught.value.said == said("campaigns.launch.cannot_start", {"missing": in_words(missing)})


async def test_repair_needs_its_facilitator() -> None:
    world = await make_world(files(partnership=a_partnership()))
    with pytest.raises(InvalidInput) as caught:
        await _launch(world, campaign="repair-a-relationship")
    assert "needs an independent facilitator" in in_words(caught.value)


async def test_everything_else_advises_in_one_sentence_each_and_holds_nothing_up() -> None:
    alone = (somebody("Ama Boateng", "trust"), somebody("Dev Evans", "trust"))
    world = await make_world(files(alone, not_ready=("trust",)))
    launched = await _launch(world)
    for words in ("one organisation", "No organisation is ready", "votes of leaders", "views"):
        assert sum(words in one for one in launched.advice) == 1, words
    assert all(one.endswith(".") and ". " not in one for one in launched.advice)


async def test_what_was_ticked_is_not_advised_again() -> None:
    partnership = replace(a_partnership(), advised=frozenset({"views_asked", "leaders_chose"}))
    world = await make_world(files(partnership=partnership))
    assert (await _launch(world)).advice == ()


async def test_the_welcome_leads_to_the_data_notice_and_the_support_ladder() -> None:
    world = await make_world()
    await world.launch()
    await world.run_to(at("2027-01-04", "10:00"))
    await world.tap("Ama", "what_happens")
    ladder = world.milepost.book.rules.support_person.steps
    assert all(step.do in world.last("Ama") for step in ladder)
    await world.tap("Ama", "what_is_held")
    assert "What I hold about you" in world.last("Ama")
    await world.tap("Ama", "yes")
    assert "freedom of information" in world.last("Ama")


# -- permission --------------------------------------------------------------------


async def test_the_sponsor_is_asked_and_one_tap_lets_the_organisation_start() -> None:
    world = await make_world(_waiting())
    await world.launch()
    await world.run_to(at("2027-01-05", "12:00"))
    assert world.heard("Cleo") == []
    assert "May leaders at Surgery" in world.last("Sue")
    await world.tap("Sue", "permission")
    given = world.milepost.book.rules.joining.permission_line
    assert any(given in one and "Thank you" in one for one in world.heard("Sue"))
    surgery = await _surgery(world)
    assert (surgery.permission_at, surgery.permission_line) == (at("2027-01-05", "12:00"), given)
    await world.run_to(at("2027-01-06", "12:00"))
    assert "Shall I start?" in world.heard("Cleo")[0]
    assert [one.subject for one in await world.events(EventKind.PERMISSION_GIVEN)].count(
        "riverside-surgery"
    ) == 1


async def test_the_sponsor_may_say_it_in_their_own_words_and_a_second_tap_changes_nothing() -> None:
    world = await make_world(_waiting())
    await world.launch()
    await world.run_to(at("2027-01-05", "12:00"))
    outcome = await world.tap("Sue", "permission_line")
    assert outcome.form is not None
    await world.fills("Sue", "permission_line_submit", "riverside-surgery", line="Please say yes to this.")
    await world.do("Sue", "permission", "riverside-surgery")
    surgery = await _surgery(world)
    assert surgery.permission_line == "Please say yes to this."
    assert len(await world.events(EventKind.PERMISSION_GIVEN)) == 1 + 2  # the other two, by their file


async def test_nobody_but_its_own_sponsor_gives_an_organisations_permission() -> None:
    other = somebody("Tom Tree", "trust", roles=(Role.SPONSOR,))
    world = await make_world(_waiting(people=(*PEOPLE, other)))
    await world.launch()
    for name in ("Cleo", "Tom"):
        with pytest.raises(NotAllowed):
            await world.do(name, "permission", "riverside-surgery")
    with pytest.raises(NotFound):
        await world.do("Sue", "permission", "nowhere")
    assert (await _surgery(world)).permission_at is None


async def test_a_silent_sponsor_is_asked_once_more_after_five_working_days_and_then_the_list_says_so() -> (
    None
):
    world = await make_world(_waiting())
    await world.launch()
    await world.run_to(at("2027-03-01"))
    asked = [one for one in world.heard("Sue") if "May leaders at Surgery" in one]
    assert len(asked) == 2
    assert "May I ask once more?" in asked[1]
    days = [line.at.date() for line in world.lines if line.to == "sue@example.org" and "May " in str(line)]
    assert days[0] == date(2027, 1, 4)
    assert days[1] == date(2027, 1, 11)
    (line,) = [
        readiness
        for readiness in await read_readiness(world.store, world.milepost.book, "riverside")
        if readiness.organisation_id == "riverside-surgery"
    ]
    assert (line.asked, line.is_ready, line.permission_on) == (2, False, None)


async def test_files_that_come_again_do_not_ask_a_sponsor_again() -> None:
    world = await make_world(_waiting())
    await world.launch()
    await world.run_to(at("2027-01-05"))
    for _ in range(3):
        await world.bring(_waiting())
        await world.settle()
    assert len([one for one in world.heard("Sue") if "May leaders" in one]) == 1
    await world.run_to(at("2027-01-11", "12:00"))
    assert len([one for one in world.heard("Sue") if "May leaders" in one]) == 2


async def test_a_sponsor_without_an_address_is_asked_once_they_have_one() -> None:
    world = await make_world(_waiting(people=(*FOUR, replace(SUE, address=None))))
    await world.launch()
    await world.run_to(at("2027-01-06"))
    await world.change("Sue", address=world.address("Sue"))
    await world.run_to(at("2027-01-08"))
    assert "May leaders at Surgery" in world.last("Sue")


async def test_a_permission_for_a_day_ahead_begins_on_that_day_by_itself() -> None:
    wanted = _waiting()
    wanted = replace(
        wanted,
        organisations=[
            replace(organisation, permission_line="From then on, please do.")
            if organisation.id == "riverside-surgery"
            else organisation
            for organisation in wanted.organisations
        ],
        permitted_from={"riverside-surgery": at("2027-01-14")},
    )
    world = await make_world(wanted)
    await world.launch()
    await world.run_to(at("2027-01-13", "23:00"))
    assert world.heard("Sue") == [], "its day is known, so nobody is asked"
    assert world.heard("Cleo") == []
    await world.run_to(at("2027-01-15"))
    assert (await _surgery(world)).permission_at == at("2027-01-14")
    assert "Shall I start?" in world.heard("Cleo")[0]


async def test_an_organisation_with_permission_waits_for_its_assessment() -> None:
    world = await make_world(_waiting(assessment=None))
    await world.launch()
    await world.run_to(at("2027-01-05", "12:00"))
    await world.tap("Sue", "permission")
    assert "once your programme lead has noted" in world.last("Sue")
    await world.run_to(at("2027-01-07"))
    assert world.heard("Cleo") == []
    await record_assessment(
        world.store,
        world.milepost.book,
        partnership_id="riverside",
        organisation_id="riverside-surgery",
        reference="DPIA-12",
        at=world.clock.now(),
    )
    await world.run_to(at("2027-01-08"))
    assert "Shall I start?" in world.heard("Cleo")[0]
    assert await world.bring(_waiting(assessment=None)) == [], "a file that does not know of it keeps it"


async def test_the_list_of_readiness_names_organisations_and_no_people() -> None:
    world = await make_world(_waiting())
    lines = await read_readiness(world.store, world.milepost.book, "riverside")
    assert [(one.name, one.is_ready) for one in lines] == [
        ("Council", True),
        ("Surgery", False),
        ("Trust", True),
    ]
    assert not any(person.name.split()[0] in str(lines) for person in PEOPLE)


async def test_no_timer_is_left_for_an_organisation_that_has_its_permission() -> None:
    world = await make_world()
    await world.launch()
    assert not [one for one in await world.timers() if one.kind is TimerKind.PERMISSION]


# -- the goal ----------------------------------------------------------------------


async def test_a_changed_goal_keeps_the_earlier_one_with_its_day() -> None:
    world = await make_world()
    changed = files(partnership=replace(a_partnership(), shared_goal="People stay well at home."))
    changes = await world.bring(changed)
    assert "partnership: shared_goal changed" in changes
    async with world.store.reading() as tx:
        partnership = await tx.people.unchecked_partnership("riverside")
    assert partnership is not None
    (earlier,) = partnership.earlier_goals
    assert (earlier.text, earlier.until_at) == ("People get home sooner.", world.clock.now())
    assert len(await world.events(EventKind.GOAL_CHANGED)) == 1
    assert await world.bring(changed) == []


def test_an_organisation_of_these_tests_is_ready_by_default() -> None:
    assert an_organisation("trust").is_ready


# -- what does not go as planned --------------------------------------------------------


async def test_a_line_of_ones_own_is_needed_and_may_be_put_differently_later() -> None:
    world = await make_world(_waiting())
    await world.launch()
    outcome = await world.fills("Sue", "permission_line_submit", "riverside-surgery", line=" ")
    assert outcome.errors
    await world.do("Sue", "permission", "riverside-surgery")
    given_at = (await _surgery(world)).permission_at
    await world.run_to(at("2027-01-06"))
    await world.fills("Sue", "permission_line_submit", "riverside-surgery", line="Ask me if anybody objects.")
    surgery = await _surgery(world)
    assert (surgery.permission_line, surgery.permission_at) == ("Ask me if anybody objects.", given_at)


async def test_a_dated_permission_that_is_taken_back_does_not_begin() -> None:
    wanted = _waiting()
    dated = replace(
        wanted,
        organisations=[
            replace(organisation, permission_line="From then on.")
            if organisation.id == "riverside-surgery"
            else organisation
            for organisation in wanted.organisations
        ],
        permitted_from={"riverside-surgery": at("2027-01-14")},
    )
    world = await make_world(dated)
    await world.launch()
    await world.bring(wanted)
    await world.run_to(at("2027-01-16"))
    assert (await _surgery(world)).permission_at is None
    assert "May leaders at Surgery" in world.last("Sue"), "so its sponsor is asked"


async def test_readiness_says_what_is_waited_for() -> None:
    world = await make_world(files(PEOPLE, not_ready=("surgery", "council")))
    await world.launch()
    await world.run_to(at("2027-01-05"))
    notes = {
        one.name: one.note for one in await read_readiness(world.store, world.milepost.book, "riverside")
    }
    assert notes["Trust"] == ""
    assert notes["Council"].startswith("until it has its sponsor's permission (nobody to ask in chat) and")
    assert notes["Surgery"].startswith("until it has its sponsor's permission (asked once) and")
    await world.run_to(at("2027-01-30"))
    notes = {
        one.name: one.note for one in await read_readiness(world.store, world.milepost.book, "riverside")
    }
    assert "asked twice: ring them" in notes["Surgery"]


@pytest.mark.parametrize(
    ("organisation", "reference", "error"),
    [("nowhere", "DPIA-1", NotFound), ("riverside-surgery", " ", InvalidInput)],
)
async def test_an_assessment_needs_its_organisation_and_its_reference(
    organisation: str, reference: str, error: type[Exception]
) -> None:
    world = await make_world(_waiting())
    with pytest.raises(error):
        await record_assessment(
            world.store,
            world.milepost.book,
            partnership_id="riverside",
            organisation_id=organisation,
            reference=reference,
            at=world.clock.now(),
        )


async def test_a_new_reference_of_an_organisation_that_has_started_invites_nobody_again() -> None:
    world = await make_world()
    await world.launch()
    await world.run_to(at("2027-01-05"))
    count = len(world.lines)
    await record_assessment(
        world.store,
        world.milepost.book,
        partnership_id="riverside",
        organisation_id="riverside-trust",
        reference="DPIA-8",
        at=world.clock.now(),
    )
    await world.run_to(at("2027-01-05", "01:00"))
    assert len(world.lines) == count


async def test_steps_without_a_why_and_too_few_votes_are_counted_in_the_advice() -> None:
    wanted = files()
    step = StepDraft(
        organisation_id="riverside-trust",
        text="Share bed data",
        owner="Ama Boateng",
        done_means="The wards see it",
        due_on=date(2027, 2, 1),
    )
    world = await make_world(replace(wanted, steps=[step]))
    async with world.store.transaction() as tx:
        actions = sorted(world.milepost.book.catalogue.actions)[:3]
        votes = [
            Vote(partnership_id="riverside", leader_id="riverside-ama", action_id=one) for one in actions
        ]
        await tx.listening.save_votes(votes)
    advice = (await _launch(world)).advice
    assert any("1 partner step does not say why" in one for one in advice)
    assert not any("votes" in one for one in advice)
