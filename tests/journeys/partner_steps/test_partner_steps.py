"""An organisation's public step from its promise to its end: asked about, helped, handed over, looked at."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from nudges.errors import IllegalTransition, NotAllowed, NotFound, RefusedText
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.help_request import HelpAbout, HelpRequest, HelpState
from nudges.model.partner_step import PartnerStep, StepDraft, StepStatus
from nudges.model.people import Leader, Role
from nudges.unit_of_work.read_roster import read_roster
from nudges.unit_of_work.unit_of_work import OnTimer, UnitOfWork
from nudges.use_cases.joining.leave_programme import leave_now
from nudges.use_cases.own_data.erase import erase
from nudges.use_cases.partner_steps.offer_support import step_passed
from nudges.use_cases.partner_steps.partner_steps import (
    add_step,
    ask_support,
    finish_step,
    hand_over_all,
    hand_over_step,
    say_words,
)
from nudges.use_cases.partner_steps.watch_steps import step_board, step_review, step_soon
from nudges.use_cases.support.remind_helper import help_due
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
IN_TWO_WEEKS = date(2027, 1, 22)
OLU = somebody("Olu Kay", "trust", roles=(Role.ENABLER,))
SADIE = somebody("Sadie Moor", "council", roles=(Role.SPONSOR,))


async def world_of(*more: Leader, say_yes: str = "Ama Ben Hetty") -> World:
    partnership = a_partnership(helper_id="riverside-hetty")
    return await started(files((*FOUR, HETTY, *more), partnership=partnership), say_yes=say_yes)


async def promised(
    world: World,
    *,
    due_on: date = FRIDAY,
    owner: str = "Ama Boateng",
    owner_id: str | None = "riverside-ama",
    limit: str = "",
    review_on: date | None = None,
    channel: str = "partnership",
) -> PartnerStep:
    step = await add_step(
        world.store,
        world.milepost.book,
        StepDraft(
            organisation_id="riverside-trust",
            text="Share bed data",
            owner=owner,
            owner_id=owner_id,
            done_means="It is sent every Monday.",
            why_together="The council has to read it.",
            due_on=due_on,
            given_limit=limit,
            review_on=review_on,
            channel=channel,
        ),
        partnership_id="riverside",
        at=world.clock.now(),
    )
    await world.settle()
    return step


async def step_of(world: World) -> PartnerStep:
    (step,) = await world.steps()
    return step


async def requests(world: World) -> list[HelpRequest]:
    async with world.store.reading() as tx:
        return await tx.listening.unchecked_help_log("riverside")


def about_the_step(texts: Sequence[str]) -> list[str]:
    return [text for text in texts if "Share bed data" in text]


def reads(world: World, who: str, words: str) -> bool:
    """Whether one of their messages, as it stands now, says this."""
    return any(words in posted.message.text for posted in world.conversation(who))


# -- the date comes near, and passes ----------------------------------------------


async def test_a_step_passing_its_date_shows_support_offered_next_working_day_and_the_helper_is_alerted() -> (
    None
):
    world = await world_of()
    await promised(world)
    await world.run_to(at("2027-01-11", "08:29"))
    assert (await step_of(world)).status is StepStatus.PLANNED
    await world.run_to(at("2027-01-11", "09:00"))
    assert (await step_of(world)).status is StepStatus.SUPPORT_OFFERED
    assert "Support offered by Hetty Hope" in world.pinned()
    (request,) = await requests(world)
    assert (request.about, request.state, request.helper_id) == (
        HelpAbout.STEP,
        HelpState.ASKED,
        "riverside-hetty",
    )
    assert request.contact_by == at("2027-01-13", "17:00")
    assert reads(world, "Hetty", "Please get in touch by Wednesday 13 January")
    assert world.can_tap("Hetty", "help_contacted")
    assert await world.events(EventKind.HELP_ASKED) == [], "nobody asked: help is offered by itself"
    assert not any("Share bed data" in text for text in world.heard("Ben"))


async def test_the_owner_is_asked_five_working_days_before_and_one_tap_is_enough() -> None:
    world = await world_of()
    await promised(world, due_on=date(2027, 1, 18))
    await world.run_to(at("2027-01-11", "08:29"))
    assert about_the_step(world.heard("Ama")) == []
    await world.run_to(at("2027-01-11", "08:45"))
    (asked,) = about_the_step(world.heard("Ama"))
    assert "Done means: It is sent every Monday." in asked
    await world.tap("Ama", "step_on_course", within="Share bed data")
    assert reads(world, "Ama", "“Share bed data” is on course for Monday 18 January")
    step = await step_of(world)
    assert (step.status, len(step.history)) == (StepStatus.PLANNED, 2)
    await world.run_to(at("2027-01-18", "18:00"))
    assert len(about_the_step(world.heard("Ama"))) == 1, "asked once"


async def test_both_the_question_and_the_passed_date_reach_the_owner() -> None:
    world = await world_of()
    await promised(world, due_on=date(2027, 1, 18))
    await world.run_to(at("2027-01-19", "08:40"))
    said = about_the_step(world.heard("Ama"))
    assert ["Is it on course" in text for text in said] == [True, False]
    assert "Say what would help" in said[1]


async def test_a_new_date_moves_the_question_with_it() -> None:
    world = await world_of()
    step = await promised(world, due_on=date(2027, 1, 18))
    await world.fills("Ama", "step_date_submit", step.id, due="2027-02-01", reason="The file comes later")
    await world.run_to(at("2027-01-24", "18:00"))
    assert not any("Is it on course" in text for text in world.heard("Ama"))
    await world.run_to(at("2027-01-25", "08:45"))
    assert len([text for text in world.heard("Ama") if "Is it on course" in text]) == 1


async def test_a_new_date_without_a_reason_or_past_its_limit_says_which_field() -> None:
    world = await world_of()
    step = await promised(world)
    refused = await world.fills("Ama", "step_date_submit", step.id, due="2027-01-15", reason=" ")
    assert set(refused.errors) == {"reason"}
    for day in ("2027-12-15", "soon"):
        refused = await world.fills("Ama", "step_date_submit", step.id, due=day, reason="Later")
        assert set(refused.errors) == {"due"}


async def test_the_board_is_asked_after_twenty_working_days_and_reads_the_partners_own_words() -> None:
    world = await world_of(SADIE)
    step = await promised(world)
    await world.run_to(at("2027-02-05", "08:29"))
    assert about_the_step(world.heard("Sadie")) == []
    await world.run_to(at("2027-02-05", "09:00"))
    (asked,) = about_the_step(world.heard("Sadie"))
    assert "What would help?" in asked
    assert (await step_of(world)).board_asked_at is not None
    await world.run_to(at("2027-02-09", "09:00"))
    assert any("The board asks what would help" in text for text in world.heard("Ama"))
    form = (await world.do("Ama", "step_words", step.id)).form
    assert form is not None
    await world.fills("Ama", "step_words_submit", step.id, words="Two hours from somebody who knows beds")
    assert reads(world, "Sadie", "Two hours from somebody who knows beds")
    assert len(about_the_step(world.heard("Sadie"))) == 1, "her message is edited, not sent again"
    await world.run_to(at("2027-03-31", "12:00"))
    assert len(about_the_step(world.heard("Sadie"))) == 1, "the board is asked once"


async def test_own_words_stand_in_the_thread_under_the_friday_post_while_the_step_is_open() -> None:
    world = await world_of()
    step = await promised(world, due_on=date(2027, 1, 6))
    await world.fills("Ama", "step_words_submit", step.id, words="A van on Fridays.")
    assert reads(world, "Ama", "A van on Fridays.")
    await world.run_to(at("2027-01-08", "14:00"))
    assert any(
        "What would help, in their own words: “A van on Fridays”." in line.posted.message.text
        for line in world.lines
        if line.to == CHANNEL
    )
    assert "A van" not in world.pinned()


async def test_own_words_with_an_nhs_number_are_refused_and_not_kept() -> None:
    world = await world_of()
    step = await promised(world)
    empty = await world.fills("Ama", "step_words_submit", step.id, words=" ")
    assert set(empty.errors) == {"words"}
    long = await world.fills("Ama", "step_words_submit", step.id, words="word " * 80)
    assert set(long.errors) == {"words"}
    with pytest.raises(RefusedText):
        await world.fills("Ama", "step_words_submit", step.id, words="Help with 943 476 5919")
    assert (await step_of(world)).own_words == ""


# -- the help log -------------------------------------------------------------------


async def test_help_goes_from_asked_to_closed_and_only_then_support_is_in_place() -> None:
    world = await world_of()
    step = await promised(world)
    await world.do("Ama", "step_help", step.id)
    assert "Support asked for" in world.pinned()
    await world.tap("Hetty", "help_contacted", within="Share bed data")
    assert reads(world, "Hetty", "You have been in touch")
    assert "in place" not in world.pinned()
    await world.tap("Hetty", "help_taken_up", within="Share bed data")
    assert "Support in place, from Hetty Hope" in world.pinned()
    await world.tap("Hetty", "help_closed", within="Share bed data")
    assert "in place" not in world.pinned()
    (request,) = await requests(world)
    assert request.state is HelpState.CLOSED
    kinds = (EventKind.HELP_ASKED, EventKind.HELP_CONTACTED, EventKind.HELP_TAKEN_UP, EventKind.HELP_CLOSED)
    assert [event.kind for event in await world.events(*kinds)] == list(kinds)


async def test_the_helper_is_reminded_once_when_nobody_was_in_touch_for_two_working_days() -> None:
    world = await world_of()
    await promised(world)
    await world.run_to(at("2027-01-14", "08:29"))
    assert not any("has not heard from you" in text for text in world.heard("Hetty"))
    await world.run_to(at("2027-01-14", "09:00"))
    assert reads(world, "Hetty", "has not heard from you")
    await world.run_to(at("2027-01-31"))
    assert len([text for text in world.heard("Hetty") if "has not heard from you" in text]) == 1
    await world.tap("Hetty", "help_contacted", within="Share bed data")
    assert not any("has not heard from you" in one.message.text for one in world.conversation("Hetty"))


async def test_a_helper_who_was_in_touch_is_not_reminded() -> None:
    world = await world_of()
    await promised(world)
    await world.run_to(at("2027-01-11", "10:00"))
    await world.tap("Hetty", "help_contacted", within="Share bed data")
    await world.run_to(at("2027-01-31"))
    assert not any("has not heard from you" in text for text in world.heard("Hetty"))


async def test_a_step_that_is_done_closes_its_request() -> None:
    world = await world_of()
    step = await promised(world)
    await world.run_to(at("2027-01-11", "10:00"))
    await world.do("Ama", "step_done", step.id)
    assert [one.state for one in await requests(world)] == [HelpState.CLOSED]
    assert reads(world, "Hetty", "This is closed")
    assert not any(
        section.buttons
        for posted in world.conversation("Hetty")
        for section in posted.message.sections
        if "This is closed" in posted.message.text
    )
    other = await add_step(
        world.store,
        world.milepost.book,
        StepDraft(
            organisation_id="riverside-council",
            text="Lend a van",
            owner="The van team",
            done_means="It is lent.",
            why_together="The trust needs it.",
            due_on=date(2027, 1, 12),
        ),
        partnership_id="riverside",
        at=world.clock.now(),
    )
    await world.run_to(at("2027-01-13", "10:00"))
    await finish_step(world.store, world.milepost.book, step_id=other.id, at=world.clock.now())
    assert all(not one.is_open for one in await requests(world))


async def test_asking_for_help_that_was_offered_keeps_one_request_and_counts_as_asked() -> None:
    world = await world_of()
    step = await promised(world)
    await world.run_to(at("2027-01-11", "10:00"))
    await world.do("Ama", "step_help", step.id)
    (request,) = await requests(world)
    assert request.leader_id == "riverside-ama"
    assert len(await world.events(EventKind.HELP_ASKED)) == 1
    assert reads(world, "Hetty", "would like some help")


async def test_a_persons_request_is_whole_for_its_helper_alone_and_the_lead_sees_that_it_is_there() -> None:
    lead = somebody("Lena Reed", "surgery", roles=(Role.PROGRAMME_LEAD,))
    world = await world_of(lead)
    await world.do("Ama", "help_me", value="yes")
    (request,) = await requests(world)
    assert (request.about, request.leader_id) == (HelpAbout.PERSON, "riverside-ama")
    await world.says("Hetty", "help log")
    assert reads(world, "Hetty", "Ama Boateng (Trust)")
    await world.says("Lena", "help log")
    assert "Ama" not in world.last("Lena")
    assert "A person asked the named helper for help." in world.last("Lena")
    with pytest.raises(NotFound):
        await world.do("Lena", "help_contacted", request.id)
    with pytest.raises(NotFound):
        await world.do("Ben", "help_contacted", request.id)
    with pytest.raises(NotAllowed):
        await world.says("Ben", "help log")


async def test_the_help_log_holds_open_requests_with_their_buttons() -> None:
    world = await world_of()
    await world.says("Hetty", "help log")
    assert reads(world, "Hetty", "No request is open")
    step = await promised(world)
    await world.do("Ama", "step_help", step.id)
    await world.says("Hetty", "help log")
    assert reads(world, "Hetty", "Ama Boateng (Trust): Share bed data. Since Monday 4 January.")
    button = world.button("Hetty", "help_closed", within="Open requests")
    await world.do("Hetty", "help_closed", button.subject)
    with pytest.raises(IllegalTransition):
        await world.do("Hetty", "help_contacted", button.subject)
    assert len(await world.events(EventKind.HELP_CLOSED)) == 1


async def test_leads_see_how_many_offers_came_to_a_first_contact_in_time() -> None:
    world = await world_of()
    await promised(world)
    await world.run_to(at("2027-01-12", "10:00"))
    await world.tap("Hetty", "help_contacted", within="Share bed data")
    await world.says("Hetty", "help log")
    assert reads(world, "Hetty", "First contact in time, of all help offered with partner steps: 1 of 1.")


async def test_a_private_groups_step_is_for_its_owner_and_its_facilitator() -> None:
    fay = somebody("Fay Lowe", "surgery", roles=(Role.FACILITATOR,))
    partnership = replace(
        a_partnership(helper_id="riverside-hetty", partnership=CHANNEL, private_group=PRIVATE),
        facilitator_id="riverside-fay",
    )
    world = await started(
        files((*FOUR, HETTY, OLU, SADIE, fay), partnership=partnership), say_yes="Ama Ben Hetty"
    )
    step = await promised(world, channel="private_group", owner="The ward team", owner_id=None)
    await world.run_to(at("2027-02-28"))
    assert (await step_of(world)).status is StepStatus.SUPPORT_OFFERED
    assert reads(world, "Fay", "Share bed data")
    for who in ("Hetty", "Olu", "Sadie", "Ben", "Cleo"):
        assert not reads(world, who, "Share bed data"), who
    await world.says("Hetty", "help log")
    await world.says("Hetty", "signs")
    await world.says("Hetty", "steps")
    assert not reads(world, "Hetty", "Share bed data")
    with pytest.raises(NotFound):
        await world.do("Ben", "step_ask", step.id)
    with pytest.raises(NotFound):
        await world.do("Hetty", "help_contacted", (await requests(world))[0].id)


async def test_a_person_may_ask_again_once_the_helper_was_in_touch_and_another_day_has_come() -> None:
    world = await world_of()
    await world.do("Ama", "help_me", value="yes")
    await world.do("Ama", "help_me", value="yes")
    await world.do("Ben", "help_me", value="yes")
    assert [one.leader_id for one in await requests(world)] == ["riverside-ama", "riverside-ben"]
    (first, _) = await requests(world)
    await world.do("Hetty", "help_contacted", first.id)
    await world.do("Ama", "help_me", value="yes")
    assert len(await requests(world)) == 2
    await world.run_to(at("2027-01-05", "10:00"))
    await world.do("Ama", "help_me", value="yes")
    assert len(await requests(world)) == 3


async def test_a_request_about_a_step_of_ones_own_names_it_and_about_anothers_names_nothing() -> None:
    world = await world_of()
    (nudge,) = await world.nudges("Ama")
    await world.do("Ama", "help_me", nudge.id, value="yes")
    assert any("Share a photo" in text for text in world.heard("Hetty") if "Ama Boateng from Trust" in text)
    await world.do("Ben", "help_me", nudge.id, value="yes")
    assert reads(world, "Hetty", "Ben Carter from Council would like some help with this: something they")


async def test_whoever_leaves_has_no_open_request_and_a_helper_who_is_gone_is_followed_by_the_leads() -> None:
    lead = somebody("Lena Reed", "surgery", roles=(Role.PROGRAMME_LEAD,))
    world = await world_of(lead)
    await world.do("Ama", "help_me", value="yes")
    await world.do("Ben", "help_me", value="yes")
    await leave_now(world.store, world.milepost.book, leader_id="riverside-ama", at=world.clock.now())
    assert [one.is_open for one in await requests(world)] == [False, True]
    await world.says("Hetty", "stop")
    await world.run_to(at("2027-01-07", "09:00"))
    assert reads(world, "Lena", "Ben Carter from Council has not heard from you yet")
    await world.do("Lena", "help_contacted", (await requests(world))[1].id)
    assert (await requests(world))[1].state is HelpState.OFFERED


# -- asking each other --------------------------------------------------------------


async def test_any_partner_may_ask_how_it_goes_once_a_fortnight_and_changes_nothing() -> None:
    world = await world_of()
    step = await promised(world, due_on=date(2027, 2, 19))
    outcome = await world.do("Ben", "steps", via="command")
    assert outcome.reply is not None
    verbs = [button.verb for section in outcome.reply.sections for button in section.buttons]
    assert verbs == ["step_ask"]
    await world.run_to(at("2027-01-11", "09:00"))
    await world.do("Ben", "step_ask", step.id)
    assert reads(world, "Ben", "I've asked Trust how it is going")
    asked = [text for text in world.heard("Ama") if "A partner would like to know" in text]
    assert len(asked) == 1
    assert "Ben" not in asked[0]
    kept = await step_of(world)
    assert (kept.status, len(kept.history)) == (StepStatus.PLANNED, 1)
    await world.do("Cleo", "step_ask", step.id)
    assert reads(world, "Cleo", "can be asked about again on Monday 25 January")
    assert len([text for text in world.heard("Ama") if "A partner would like" in text]) == 1
    outcome = await world.do("Ben", "steps", via="command")
    assert outcome.reply is not None
    assert not any(section.buttons for section in outcome.reply.sections)
    await world.run_to(at("2027-01-25", "09:00"))
    await world.do("Cleo", "step_ask", step.id)
    assert len([text for text in world.heard("Ama") if "A partner would like" in text]) == 2


def rows_of(outcome: Outcome) -> list[list[str]]:
    assert outcome.reply is not None
    return [[button.verb for button in each.buttons] for each in outcome.reply.sections if each.buttons]


async def test_the_list_gives_everybody_the_buttons_that_are_theirs() -> None:
    world = await world_of(OLU)
    await promised(world, limit="Two beds at most", review_on=date(2027, 3, 1))
    own = ["step_done", "step_help", "step_date", "step_hand_over"]
    assert rows_of(await world.do("Ama", "steps", via="command")) == [own]
    assert rows_of(await world.do("Dev", "steps", via="command")) == []
    assert rows_of(await world.do("Ben", "steps", via="command")) == [["step_ask", "step_confirm"]]
    assert rows_of(await world.do("Olu", "steps", via="command")) == [["step_new"], own]


async def test_once_the_date_has_passed_nobody_is_said_to_be_on_course() -> None:
    world = await world_of()
    step = await promised(world, due_on=date(2027, 1, 4))
    await world.run_to(at("2027-01-12", "09:00"))
    await world.do("Ben", "step_ask", step.id)
    (asked,) = [one for one in world.conversation("Ama") if "A partner would like" in one.message.text]
    verbs = [button.verb for section in asked.message.sections for button in section.buttons]
    assert verbs == ["step_words", "step_help", "step_date", "step_done"]
    await world.do("Ama", "step_on_course", step.id)
    assert reads(world, "Ama", "Its date was Monday 4 January")


async def test_nobody_asks_about_their_own_organisations_step_or_one_they_cannot_see() -> None:
    world = await world_of(OLU)
    step = await promised(world)
    for who in ("Ama", "Dev", "Olu"):
        with pytest.raises(NotAllowed):
            await world.do(who, "step_ask", step.id)
    with pytest.raises(NotFound):
        await world.do("Ben", "step_ask", "no-such-step")
    await world.do("Ama", "step_done", step.id)
    with pytest.raises(IllegalTransition):
        await world.do("Ben", "step_ask", step.id)


async def test_where_nobody_can_be_asked_the_asker_is_told_and_may_ask_again() -> None:
    world = await world_of()
    step = await promised(world, owner="The ward team", owner_id=None)
    await world.do("Ben", "step_ask", step.id)
    assert reads(world, "Ben", "nobody there reads my messages yet")
    assert (await step_of(world)).asked_at is None


# -- enablers, teams and new owners ---------------------------------------------------


async def test_where_the_owner_is_a_team_the_enabler_is_asked_and_may_answer() -> None:
    world = await world_of(OLU)
    await promised(world, owner="The ward team", owner_id=None, due_on=IN_TWO_WEEKS)
    await world.run_to(at("2027-01-15", "09:00"))
    assert len(about_the_step(world.heard("Olu"))) == 1
    await world.tap("Olu", "step_on_course")
    assert reads(world, "Olu", "on course")
    await world.run_to(at("2027-01-25", "09:00"))
    assert any("Say what would help" in text for text in world.heard("Olu"))
    await world.tap("Olu", "step_done", within="had the date")
    assert reads(world, "Olu", "Done: Share bed data")
    assert (await step_of(world)).status is StepStatus.DONE


async def test_without_an_enabler_the_sponsor_hears_of_a_teams_step() -> None:
    world = await world_of(somebody("Sol Tay", "trust", roles=(Role.SPONSOR,)))
    await promised(world, owner="The ward team", owner_id=None)
    await world.run_to(at("2027-01-11", "09:00"))
    assert any("Say what would help" in text for text in world.heard("Sol"))


async def test_an_enabler_hands_a_step_over_and_the_new_owner_is_told() -> None:
    world = await world_of(OLU, say_yes="Ama Ben Dev Hetty Olu")
    step = await promised(world, due_on=IN_TWO_WEEKS)
    outcome = await world.do("Olu", "step_hand_over", step.id)
    assert outcome.form is not None
    offered = [choice.label for field in outcome.form.fields for choice in field.choices]
    assert offered == ["Dev Evans", "Olu Kay"]
    refused = await world.fills("Olu", "step_hand_over_submit", step.id, to="riverside-ben", team="")
    assert set(refused.errors) == {"team"}
    await world.run_to(at("2027-01-11", "09:00"))
    await world.fills("Olu", "step_hand_over_submit", step.id, to="riverside-dev", team="")
    kept = await step_of(world)
    assert (kept.owner, kept.owner_id) == ("Dev Evans", "riverside-dev")
    assert [change.owner for change in kept.history] == ["Ama Boateng", "Dev Evans"]
    assert any("From now on Dev Evans looks after this step" in text for text in world.heard("Dev"))
    assert "Dev Evans" in world.pinned()
    assert len(await world.events(EventKind.STEP_HANDED_OVER)) == 1
    with pytest.raises(NotAllowed):
        await world.do("Ama", "step_done", step.id)
    await world.fills("Dev", "step_hand_over_submit", step.id, to="", team="The night team")
    assert "The night team" in world.pinned()


async def test_whoever_leaves_hands_all_their_steps_to_the_enabler() -> None:
    world = await world_of(OLU, say_yes="Ama Ben Hetty Olu")
    await promised(world)
    async with world.store.transaction() as tx:
        work = UnitOfWork(
            tx=tx,
            book=world.milepost.book,
            at=world.clock.now(),
            holidays=await tx.people.unchecked_holidays(),
        )
        roster = await read_roster(tx, "riverside")
        handed = await hand_over_all(work, roster, roster.leaders["riverside-ama"])
        await work.write()
    assert [one.owner for one in handed] == ["Olu Kay"]
    assert (await step_of(world)).owner_id == "riverside-olu"


async def test_without_anybody_else_the_organisation_itself_holds_the_step() -> None:
    world = await world_of()
    await promised(world)
    async with world.store.transaction() as tx:
        work = UnitOfWork(
            tx=tx,
            book=world.milepost.book,
            at=world.clock.now(),
            holidays=await tx.people.unchecked_holidays(),
        )
        roster = await read_roster(tx, "riverside")
        await hand_over_all(work, roster, roster.leaders["riverside-ama"])
        await work.write()
    kept = await step_of(world)
    assert (kept.owner, kept.owner_id) == ("Trust", None)


async def test_whoever_is_erased_is_in_no_history_of_a_step() -> None:
    world = await world_of(OLU, say_yes="Ama Ben Dev Hetty Olu")
    step = await promised(world)
    await world.fills("Olu", "step_hand_over_submit", step.id, to="riverside-dev", team="")
    await erase(world.store, world.milepost.book, "riverside-ama", at=world.clock.now())
    kept = await step_of(world)
    assert kept.owner == "Dev Evans"
    assert "Boateng" not in str(kept)
    await erase(world.store, world.milepost.book, "riverside-dev", at=world.clock.now())
    assert "Evans" not in str(await step_of(world))


# -- given for the whole -----------------------------------------------------------------


async def test_what_is_given_is_unconfirmed_until_another_partner_says_that_it_helps() -> None:
    world = await world_of()
    step = await promised(world, limit="Two beds at most", review_on=date(2027, 3, 1))
    assert "Given for the whole: Two beds at most. Looked at again on Monday 1 March" in world.pinned()
    assert "no partner has said yet that it helps" in world.pinned()
    with pytest.raises(NotAllowed):
        await world.do("Dev", "step_confirm", step.id)
    await world.do("Ben", "step_confirm", step.id)
    assert "Council says that it helps" in world.pinned()
    await world.do("Cleo", "step_confirm", step.id)
    assert "Council says that it helps" in world.pinned()


async def test_a_gift_is_looked_at_again_on_its_day_even_when_its_step_is_done() -> None:
    world = await world_of()
    step = await promised(world, limit="Two beds at most", review_on=date(2027, 3, 1))
    await world.do("Ama", "step_done", step.id)
    await world.run_to(at("2027-03-01", "09:00"))
    assert any("The limit you set: Two beds at most" in text for text in world.heard("Ama"))
    await world.do("Ama", "step_on_course", step.id, via="command")
    assert (await step_of(world)).status is StepStatus.DONE


# -- a new step from chat ---------------------------------------------------------------


async def new_step(world: World, who: str, **changes: str) -> dict[str, str]:
    fields = {
        "text": "Ring each new carer once",
        "owner": "Olu Kay",
        "done_means": "Ten carers were rung.",
        "due": "2027-01-29",
        "why_together": "The council knows who they are.",
        "given_limit": "",
        "review_on": "",
    }
    outcome = await world.fills(who, "step_new_submit", "", **(fields | changes))
    return dict(outcome.errors)


async def test_an_enabler_makes_a_step_public_from_chat_within_the_minute() -> None:
    world = await world_of(OLU)
    await world.says("Olu", "steps")
    assert world.can_tap("Olu", "step_new")
    outcome = await world.do("Olu", "step_new")
    assert outcome.form is not None
    assert "organisation" not in [field.name for field in outcome.form.fields]
    assert await new_step(world, "Olu") == {}
    assert "Ring each new carer once" in world.pinned()
    step = await step_of(world)
    assert (step.organisation_id, step.owner_id) == ("riverside-trust", "riverside-olu")
    assert (step.why_together, step.goal) == ("The council knows who they are.", "People get home sooner.")
    assert reads(world, "Olu", "Done means: Ten carers were rung.")
    assert await new_step(world, "Olu") == {}
    assert len(await world.steps()) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", ""),
        ("text", "x" * 141),
        ("owner", " "),
        ("done_means", ""),
        ("due", "soon"),
        ("due", "2027-12-01"),
        ("why_together", ""),
        ("why_together", "x" * 141),
        ("given_limit", "Two beds"),
        ("review_on", "2027-03-01"),
    ],
)
async def test_a_step_is_not_saved_without_what_it_needs_and_the_field_is_named(
    field: str, value: str
) -> None:
    world = await world_of(OLU)
    errors = await new_step(world, "Olu", **{field: value})
    expected = {"given_limit": "review_on", "review_on": "given_limit"}.get(field, field)
    assert set(errors) == {expected}
    assert await world.steps() == []


async def test_advice_on_the_words_never_blocks() -> None:
    world = await world_of(OLU)
    assert await new_step(world, "Olu", text="Ring each carer and train two nurses") == {}
    assert reads(world, "Olu", "It reads like two steps")


async def test_a_lead_may_choose_the_organisation_and_others_may_make_no_step() -> None:
    world = await world_of(OLU)
    outcome = await world.do("Hetty", "step_new")
    assert outcome.form is not None
    assert next(field.name for field in outcome.form.fields) == "organisation"
    assert await new_step(world, "Hetty", organisation="riverside-surgery", owner="Cleo Dunn") == {}
    step = await step_of(world)
    assert (step.organisation_id, step.owner_id) == ("riverside-surgery", "riverside-cleo")
    assert set(await new_step(world, "Hetty", organisation="elsewhere")) == {"organisation"}
    for verb in ("step_new", "step_new_submit"):
        with pytest.raises(NotAllowed):
            await world.do("Ben", verb)


async def test_the_command_lines_hands_ask_for_help_hand_over_and_keep_words() -> None:
    world = await world_of()
    step = await promised(world)
    store, book, now = world.store, world.milepost.book, world.clock.now()
    await ask_support(store, book, step_id=step.id, at=now)
    await ask_support(store, book, step_id=step.id, at=now)
    (request,) = await requests(world)
    assert request.leader_id == "riverside-ama"
    await hand_over_step(store, book, step_id=step.id, owner="dev evans", at=now)
    kept = await hand_over_step(store, book, step_id=step.id, owner="Dev Evans", at=now)
    assert (kept.owner_id, len(kept.history)) == ("riverside-dev", 3)
    said = await say_words(store, book, step_id=step.id, words="A van on Fridays", at=now)
    assert said.own_words == "A van on Fridays"
    with pytest.raises(NotFound):
        await say_words(store, book, step_id="nowhere", words="A van", at=now)


async def test_a_step_whose_question_comes_out_of_time_is_not_asked_about() -> None:
    world = await world_of()
    step = await promised(world, due_on=date(2027, 1, 18))
    for look in (step_soon, step_passed, step_board, step_review):
        await looked(world, look, step.id)
        await looked(world, look, "nowhere")
    await world.do("Ama", "step_done", step.id)
    for look in (step_soon, step_passed, step_board):
        await looked(world, look, step.id)
    assert about_the_step(world.heard("Ama"))[:-1] == []
    assert (await step_of(world)).board_asked_at is None
    await looked(world, help_due, "nowhere")


async def looked(world: World, look: OnTimer, subject: str) -> None:
    """The clock looks, as if a timer had been set for now."""
    async with world.store.transaction() as tx:
        holidays = await tx.people.unchecked_holidays()
        work = UnitOfWork(tx=tx, book=world.milepost.book, at=world.clock.now(), holidays=holidays)
        await look(work, "riverside", subject)
        await work.write()
    await world.settle()


# -- early signs --------------------------------------------------------------------------


async def test_a_lead_sees_early_signs_without_people_and_nobody_else_does() -> None:
    world = await world_of()
    await world.says("Hetty", "signs")
    assert reads(world, "Hetty", "There are none just now")
    step = await promised(world)
    for due in ("2027-01-12", "2027-01-13"):
        await world.fills("Ama", "step_date_submit", step.id, due=due, reason="Agreed")
    await world.run_to(at("2027-01-20", "10:00"))
    await world.says("Hetty", "signs")
    said = world.last("Hetty")
    assert "Trust: “Share bed data” had the date Wednesday 13 January." in said
    assert "has been given 2 new dates" in said
    assert "Ama" not in said
    with pytest.raises(NotAllowed):
        await world.says("Ben", "signs")


async def test_a_full_week_moves_the_question_to_monday() -> None:
    world = await world_of()
    await promised(world, due_on=date(2027, 1, 22))
    await world.run_to(at("2027-01-15", "18:00"))
    assert not any("Is it on course" in text for text in world.heard("Ama")), "two were sent in this week"
    await world.run_to(at("2027-01-18", "08:45"))
    assert len([text for text in world.heard("Ama") if "Is it on course" in text]) == 1
