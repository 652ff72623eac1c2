"""Programme leads in chat: a campaign by form, a week to read before, next week's step, a pause for all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from nudges.errors import IllegalTransition, NotAllowed, NotFound, RefusedText
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.message import Form, Message
from nudges.model.people import CampaignRun, Days, Partnership, Role
from nudges.model.playbook import OwnCampaign
from nudges.said import said
from nudges.use_cases.open_page.open_page import read_without_names
from nudges.use_cases.own_data.erase import erase
from tests.journeys.world import (
    CHANNEL,
    FOUR,
    HETTY,
    PRIVATE,
    World,
    a_partnership,
    at,
    files,
    make_world,
    somebody,
    started,
)

PEOPLE = (*FOUR, HETTY)
GOAL = "People get home sooner."
HERE = {
    "campaign": "starter",
    "starts_on": "2027-01-04",
    "goal": GOAL,
    "better_off": "People who wait in hospital.",
}
HILL = somebody("Lena Lead", "clinic", partnership="hillside", roles=(Role.PROGRAMME_LEAD,))
NOT_FOR_YOU = (NotAllowed, NotFound)


async def a_world(*, partnership: Partnership | None = None, not_ready: tuple[str, ...] = ()) -> World:
    return await make_world(files(PEOPLE, partnership=partnership, not_ready=not_ready))


async def opened(world: World, text: str, who: str = "Hetty") -> Form:
    """The form that typed words lead to, by the button that opens it."""
    await world.says(who, text)
    buttons = [each for row in world.conversation(who)[-1].message.sections for each in row.buttons]
    outcome = await world.do(who, buttons[0].verb, buttons[0].subject, value=buttons[0].value)
    assert outcome.form is not None
    return outcome.form


async def fills(world: World, **changes: str) -> Outcome:
    return await world.fills("Hetty", "campaign_new_submit", "riverside-hetty", **{**HERE, **changes})


async def runs(world: World, partnership: str = "riverside") -> list[CampaignRun]:
    async with world.store.reading() as tx:
        return await tx.people.unchecked_runs(partnership)


async def partnership_of(world: World) -> Partnership:
    async with world.store.reading() as tx:
        partnership = await tx.people.unchecked_partnership("riverside")
    assert partnership is not None
    return partnership


def words(outcome: Outcome) -> str:
    assert outcome.reply is not None
    return outcome.reply.text


# -- a new campaign ------------------------------------------------------------


async def test_the_form_offers_the_five_campaigns_mondays_to_come_and_what_stands_in_the_file() -> None:
    form = await opened(await a_world(), "new campaign")
    fields = {field.name: field for field in form.fields}
    assert [choice.value for choice in fields["campaign"].choices] == [
        "starter",
        "papers-to-action",
        "first-100-days",
        "repair-a-relationship",
        "system-leadership-6-months",
    ]
    assert fields["campaign"].choices[0].label == "Four weeks to try it. 4 weeks, about 21 minutes a week"
    assert "Four weeks to try it: Let a few volunteers" in form.intro
    mondays = [date.fromisoformat(choice.value) for choice in fields["starts_on"].choices]
    assert mondays[0] == date(2027, 1, 4)
    assert all(day.weekday() == 0 for day in mondays)
    assert fields["goal"].initial == GOAL
    assert [choice.value for choice in fields["channel"].choices] == ["partnership"]


async def test_a_summary_comes_first_and_one_tap_launches_it_for_everybody() -> None:
    world = await a_world()
    await fills(world)
    summary = world.last("Hetty")
    assert "Four weeks to try it" in summary
    assert "Everybody takes part: 5 people from Council, Surgery and Trust." in summary
    assert await runs(world) == [], "nothing is launched before"
    assert world.heard("Ama") == []
    await world.tap("Hetty", "campaign_launch")
    (run,) = await runs(world)
    assert (run.campaign_id, run.starts_on, run.is_open) == ("starter", date(2027, 1, 4), True)
    assert "Four weeks to try it starts on Monday 4 January" in world.last("Hetty")
    assert not world.can_tap("Hetty", "campaign_launch"), "the summary says what came of it"
    await world.run_to(at("2027-01-04", "10:00"))
    assert world.can_tap("Ama", "yes")


async def test_a_form_that_closes_says_where_the_summary_is() -> None:
    world = await a_world()
    assert "next message in our own chat" in words(await fills(world))


async def test_a_second_tap_launches_nothing_more() -> None:
    world = await a_world()
    await fills(world)
    button = world.button("Hetty", "campaign_launch")
    await world.tap("Hetty", "campaign_launch")
    again = await world.do("Hetty", button.verb, button.subject, value=button.value)
    assert "runs already in this partnership" in words(again)
    assert len(await runs(world)) == 1
    assert len(await world.events(EventKind.RUN_LAUNCHED)) == 1


async def test_a_run_may_have_a_name_and_people_of_its_own() -> None:
    world = await a_world()
    await fills(world, name="Winter trial", organisations="riverside-trust,riverside-council")
    assert "4 people from Council and Trust" in world.last("Hetty")
    await world.tap("Hetty", "campaign_launch")
    (run,) = await runs(world)
    assert run.name == "Winter trial"
    assert set(run.member_ids) == {"riverside-ama", "riverside-ben", "riverside-dev", "riverside-hetty"}
    assert not run.is_open
    assert "Winter trial starts on" in world.last("Hetty")


async def test_another_goal_keeps_the_one_before() -> None:
    world = await a_world()
    await fills(world, goal="Nobody waits for a bed.")
    assert "This changes the shared goal" in world.last("Hetty")
    assert (await partnership_of(world)).shared_goal == GOAL, "not before the launch"
    await world.tap("Hetty", "campaign_launch")
    changed = await partnership_of(world)
    assert changed.shared_goal == "Nobody waits for a bed."
    assert [one.text for one in changed.earlier_goals] == [GOAL]
    (event,) = await world.events(EventKind.GOAL_CHANGED)
    assert event.leader_id == "riverside-hetty"


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"campaign": "no-such"}, "campaign", "Choose one of the campaigns"),
        ({"campaign": ""}, "campaign", "Choose one of the campaigns"),
        ({"starts_on": "2027-01-05"}, "starts_on", "starts on a Monday"),
        ({"starts_on": "2026-12-28"}, "starts_on", "has passed"),
        ({"starts_on": ""}, "starts_on", "Choose a Monday"),
        ({"starts_on": "soon"}, "starts_on", "Choose a Monday"),
        ({"goal": ""}, "goal", "what you want to reach"),
        ({"goal": "x" * 300}, "goal", "Say it shorter"),
        ({"better_off": " "}, "better_off", "better off"),
        ({"name": "x" * 90}, "name", "60 fit"),
        ({"channel": "somewhere"}, "channel", "Choose one of the channels"),
        ({"organisations": "riverside-nobody"}, "organisations", "takes no part"),
        ({"organisations": "hillside-clinic"}, "organisations", "takes no part"),
        ({"campaign": "repair-a-relationship"}, "campaign", "facilitator"),
    ],
)
async def test_what_is_wrong_stands_at_its_field_and_nothing_is_launched(
    changes: dict[str, str], field: str, words: str
) -> None:
    world = await a_world()
    outcome = await fills(world, **changes)
    assert words in outcome.errors[field]
    assert set(outcome.errors) == {field}
    assert world.conversation("Hetty") == []
    assert await world.events(EventKind.CAMPAIGN_DRAFTED) == []


async def test_a_missing_helper_says_what_to_do() -> None:
    world = await a_world(partnership=replace(a_partnership(), helper_name=""))
    outcome = await fills(world)
    assert outcome.errors["campaign"] == (
        "The partnership file needs a named helper. "
        "Add the line `helper`, load the file again, and send this form again."
    )


async def test_an_empty_goal_of_the_file_is_filled_in_here() -> None:
    world = await a_world(partnership=replace(a_partnership(), shared_goal="", better_off=""))
    assert set((await fills(world, goal="", better_off="")).errors) == {"goal", "better_off"}
    assert not (await fills(world)).errors


async def test_an_organisation_without_anybody_on_the_list_is_nobody() -> None:
    world = await a_world()
    async with world.store.transaction() as tx:
        known = await tx.people.unchecked_organisations("riverside")
        await tx.people.save_organisations([replace(known[0], id="riverside-new", name="New")])
    outcome = await fills(world, organisations="riverside-new")
    assert "nobody on the list of New yet" in outcome.errors["organisations"]


async def test_a_campaign_in_private_is_never_posted_to_everybody() -> None:
    partnership = a_partnership(helper_id="riverside-hetty", partnership=CHANNEL, private_group=PRIVATE)
    world = await a_world(partnership=partnership)
    repair = {"campaign": "repair-a-relationship"}
    assert "private group" in (await fills(world, **repair, channel="partnership")).errors["channel"]
    await fills(world, **repair)
    await world.tap("Hetty", "campaign_launch")
    assert (await runs(world))[0].channel == "private_group"


async def test_whoever_is_not_ready_holds_nothing_up_and_is_told_of_in_one_sentence() -> None:
    world = await a_world(not_ready=("surgery",))
    form = await opened(world, "new campaign")
    labels = [choice.label for choice in form.fields[-1].choices]
    assert labels[1].startswith("Surgery. Waits for a sponsor who gives permission and the assessment")
    await fills(world)
    assert "Surgery starts once it has a sponsor who gives permission" in world.last("Hetty")
    await world.tap("Hetty", "campaign_launch")
    await world.run_to(at("2027-01-04", "10:00"))
    assert world.can_tap("Ama", "yes")
    assert not world.can_tap("Cleo", "yes")


async def test_a_campaign_that_another_partnership_wrote_is_not_offered() -> None:
    world = await two_partnerships()
    own = OwnCampaign(id="papers-to-action", partnership_id="hillside", text="", applied_at=world.clock.now())
    async with world.store.transaction() as tx:
        await tx.people.save_own_campaign(own)
    form = await opened(world, "new campaign")
    assert "papers-to-action" not in {choice.value for choice in form.fields[0].choices}
    assert set((await fills(world, campaign="papers-to-action")).errors) == {"campaign"}
    assert set((await reads(world, "papers-to-action", "1")).errors) == {"campaign"}


async def test_who_is_erased_goes_from_the_name_of_a_run_as_well() -> None:
    world = await a_world()
    await fills(world, name="For Ben Carter")
    await world.tap("Hetty", "campaign_launch")
    await erase(world.store, world.milepost.book, leader_id="riverside-ben", at=world.clock.now())
    assert (await runs(world))[0].name == "For a colleague"


async def test_what_has_changed_since_the_summary_is_checked_again() -> None:
    world = await a_world()
    await fills(world)
    await world.run_to(at("2027-01-05", "09:00"))
    outcome = await world.tap("Hetty", "campaign_launch")
    assert "It has not started, and nothing was sent." in words(outcome)
    assert "2027-01-04 has passed" in words(outcome)
    assert await runs(world) == []
    again = await world.tap("Hetty", "campaign_new")
    assert again.form is not None
    filled = {field.name: field.initial for field in again.form.fields}
    assert filled["campaign"] == "starter", "the form comes back as it was"


async def test_an_nhs_number_in_the_goal_is_refused_and_kept_nowhere() -> None:
    world = await a_world()
    with pytest.raises(RefusedText):
        await fills(world, goal="Help 943 476 5919 home.")
    assert world.conversation("Hetty") == []


# -- who may ------------------------------------------------------------------


async def two_partnerships() -> World:
    world = await make_world(
        files(PEOPLE), files((HILL,), partnership=a_partnership("hillside", partnership="#hill"))
    )
    await world.launch()
    return world


@pytest.mark.parametrize("who", ["Ama", "Lena"])
async def test_a_plain_leader_and_a_lead_of_elsewhere_are_refused(who: str) -> None:
    world = await two_partnerships()
    await fills(world, campaign="papers-to-action")
    launch = world.button("Hetty", "campaign_launch")
    (run,) = await runs(world)
    for verb, subject, args in (
        ("campaign_launch", launch.subject, {"value": launch.value}),
        ("campaign_new", "", {"value": launch.value}),
        ("preview_week_submit", "riverside-hetty", {"value": f"{run.id}|1|riverside-ama"}),
        (
            "preview_week_submit",
            "riverside-hetty",
            {"campaign": "starter", "week": "1", "persona": "riverside-ama"},
        ),
        ("next_offer", run.id, {}),
        ("next_offer_submit", f"{run.id}:1", {"action": "REL-03"}),
        ("next_offer_undo", f"{run.id}:1", {}),
    ):
        with pytest.raises(NOT_FOR_YOU):
            await world.do(who, verb, subject, args=args, via="form")
    assert await runs(world) == [run]


@pytest.mark.parametrize("verb", ["campaign_new", "preview_week", "next_offer", "pause_everybody"])
async def test_a_plain_leader_opens_nothing(verb: str) -> None:
    world = await two_partnerships()
    with pytest.raises(NotAllowed) as caught:
        await world.do("Ama", verb)
    assert caught.value.said == said("access.leads_only")
    for submit in ("campaign_new_submit", "pause_everybody_submit"):
        with pytest.raises(NotAllowed):
            await world.fills("Ama", submit, "riverside-hetty", **HERE, until="2027-01-20")


async def test_a_form_of_elsewhere_acts_where_its_lead_leads_and_nowhere_else() -> None:
    world = await two_partnerships()
    (run,) = await runs(world)
    await world.fills("Lena", "pause_everybody_submit", "riverside-hetty", until="2027-01-20")
    await world.fills("Lena", "campaign_new_submit", "riverside-hetty", **HERE)
    assert await runs(world) == [run], "Riverside goes on"


async def test_a_lead_who_left_leads_no_more() -> None:
    world = await a_world()
    await world.change("Hetty", left_at=world.clock.now())
    with pytest.raises((NotAllowed, NotFound)):
        await fills(world)


async def test_whoever_leads_two_partnerships_is_asked_which_one() -> None:
    here, there = (
        HETTY,
        replace(HETTY, id="hillside-hetty", partnership_id="hillside", organisation_id="hillside-clinic"),
    )
    world = await make_world(
        files((*FOUR, here)), files((there,), partnership=a_partnership("hillside", partnership="#hill"))
    )
    for text in ("new campaign", "preview", "pause everybody until 20 January"):
        await world.says("Hetty", text)
        row = world.conversation("Hetty")[-1].message.sections[-1].buttons
        assert [button.label for button in row] == ["Hillside", "Riverside"], text
    outcome = await world.tap("Hetty", "campaign_new", within="Which one")
    assert outcome.form is not None
    assert outcome.form.subject in ("hillside-hetty", "riverside-hetty")
    await world.fills("Hetty", "campaign_new_submit", "hillside-hetty", **HERE)
    await world.tap("Hetty", "campaign_launch")
    assert await runs(world) == []
    assert len(await runs(world, "hillside")) == 1


# -- a week to read before -----------------------------------------------------


async def reads(world: World, campaign: str, week: str, persona: str = "riverside-ama") -> Outcome:
    return await world.fills(
        "Hetty", "preview_week_submit", "riverside-hetty", campaign=campaign, week=week, persona=persona
    )


async def test_a_week_is_read_by_the_lead_alone_and_sent_to_nobody() -> None:
    world = await a_world()
    form = await opened(world, "preview")
    assert [field.name for field in form.fields] == ["campaign", "week", "persona"]
    assert {choice.group for choice in form.fields[2].choices} == {"Council", "Surgery", "Trust"}
    before = len(world.conversation("Hetty"))
    told = words(await reads(world, "starter", "2"))
    assert "Four weeks to try it, week 2 of 4" in told
    assert "As Ama Boateng of Trust reads it" in told
    assert "[I'll do it] [Swap] [Not now]" in told
    assert world.heard("Ama") == []
    assert len(world.conversation("Hetty")) == before + 1, "only the whisper"
    assert await world.nudges("Ama") == []


async def test_the_week_reads_as_it_will_be_sent() -> None:
    world, run = await a_second_week()
    told = words(await reads(world, run.id, "3"))
    await world.run_to(at("2027-01-19", "09:00"))
    (sent,) = [one for one in world.heard("Ama", since=at("2027-01-18")) if "Done means" in one]
    action = sent.split("\n\n")[1]
    assert action in told


async def test_the_next_week_is_one_tap_away() -> None:
    world = await a_world()
    outcome = await reads(world, "starter", "1")
    assert outcome.reply is not None
    assert "The Friday post" in outcome.reply.text
    (button, again) = outcome.reply.sections[-1].buttons
    assert (button.label, again.verb) == ("Week 2", "preview_week")
    more = await world.do("Hetty", button.verb, button.subject, value=button.value)
    assert "week 2 of 4" in words(more)


@pytest.mark.parametrize(
    ("campaign", "week", "field"),
    [
        ("starter", "5", "week"),
        ("starter", "0", "week"),
        ("starter", "two", "week"),
        ("gone", "1", "campaign"),
    ],
)
async def test_a_week_that_is_not_there_is_said_at_its_field(campaign: str, week: str, field: str) -> None:
    assert set((await reads(await a_world(), campaign, week)).errors) == {field}


async def test_what_is_somebodys_own_is_not_read_from_a_preview() -> None:
    world = await a_world()
    before = words(await reads(world, "starter", "2"))
    away = Days(from_on=date(2027, 1, 1), to_on=date(2027, 2, 1))
    await world.change("Ama", paused=away, leave=(away,), stopped_at=world.clock.now(), silent=4)
    await world.change("Ama", working_days=frozenset({5}), earliest=time(10), latest=time(12))
    assert words(await reads(world, "starter", "2")) == before


async def test_every_week_of_every_campaign_can_be_read_as_anybody() -> None:
    partnership = a_partnership(helper_id="riverside-hetty", partnership=CHANNEL)
    world = await a_world(partnership=partnership)
    for campaign in world.milepost.book.campaigns.values():
        for number in range(1, campaign.length_weeks + 1, 3):
            assert f"week {number} of" in words(
                await reads(world, campaign.id, str(number), "riverside-cleo")
            )


async def test_a_partnership_of_one_organisation_can_be_previewed() -> None:
    world = await make_world(files((somebody("Hetty Hope", "council", roles=(Role.PROGRAMME_LEAD,)),)))
    assert "a partner" in words(await reads(world, "starter", "2", "riverside-hetty"))


# -- next week's step -----------------------------------------------------------


async def a_second_week() -> tuple[World, CampaignRun]:
    """Ama does her steps, and Thursday of the second week has come."""
    world = await started(files(PEOPLE), say_yes="Ama Ben Cleo Dev")
    await world.tap("Ama", "done")
    await world.run_to(at("2027-01-12", "09:00"))
    await world.plans("Ama", at("2027-01-13", "09:00"))
    await world.tap("Ama", "done")
    await world.run_to(at("2027-01-14", "09:00"))
    return world, (await runs(world))[0]


async def test_another_step_is_chosen_from_what_the_open_rungs_allow() -> None:
    world, run = await a_second_week()
    form = await opened(world, "next week")
    assert form.subject == f"{run.id}:3"
    assert "Four weeks to try it, week 3, from Monday 18 January" in form.intro
    book = world.milepost.book
    assert {book.action(choice.value).rung for choice in form.fields[0].choices} == {1}
    assert {choice.group for choice in form.fields[0].choices} <= {
        one.name for one in book.catalogue.categories
    }


async def test_next_week_asks_what_the_lead_chose_and_the_log_says_who() -> None:
    world, run = await a_second_week()
    await world.fills("Hetty", "next_offer_submit", f"{run.id}:3", action="COA-04")
    title = world.milepost.book.action("COA-04").title
    assert f"now asks: {title}" in world.last("Hetty")
    assert title in words(await reads(world, run.id, "3")), "the preview shows it"
    (event,) = await world.events(EventKind.OFFER_CHANGED)
    assert event.leader_id == "riverside-hetty"
    assert (event.data["week"], event.data["action"]) == (3, "COA-04")
    await world.run_to(at("2027-01-19", "09:00"))
    nudge = (await world.nudges("Ama"))[-1]
    assert (nudge.action_id, nudge.week) == ("COA-04", 3)
    assert nudge.offers, "what it asked before stays as a swap"


async def test_the_open_page_tells_of_the_change_and_names_nobody() -> None:
    world, run = await a_second_week()
    await world.fills("Hetty", "next_offer_submit", f"{run.id}:3", action="COA-04")
    await world.tap("Hetty", "next_offer_undo")
    title = world.milepost.book.action("COA-04").title
    page = await read_without_names(
        world.store, world.milepost.book, partnership_id="riverside", at=world.clock.now()
    )
    told = [line.what for line in page.changes]
    assert (
        f"“Four weeks to try it”: the step of week 3 was changed to “{title}”, by a programme lead." in told
    )
    assert any("the step of week 3 is again “" in line for line in told)
    assert not any("Hetty" in line for line in told)


async def test_it_is_taken_back_until_the_week_begins() -> None:
    world, run = await a_second_week()
    before = words(await reads(world, run.id, "3"))
    await world.fills("Hetty", "next_offer_submit", f"{run.id}:3", action="COA-04")
    await world.run_to(at("2027-01-17", "23:00"))
    await world.tap("Hetty", "next_offer_undo")
    assert "asks again what the campaign says" in world.story("Hetty")
    assert not world.can_tap("Hetty", "next_offer_undo")
    assert (await runs(world))[0].changes == ()
    assert words(await reads(world, run.id, "3")) == before
    assert [one.data["is_undone"] for one in await world.events(EventKind.OFFER_CHANGED)] == [False, True]


async def test_a_week_that_has_begun_is_changed_no_more() -> None:
    world, run = await a_second_week()
    await world.fills("Hetty", "next_offer_submit", f"{run.id}:3", action="COA-04")
    await world.run_to(at("2027-01-18", "00:01"))
    with pytest.raises(IllegalTransition) as caught:
        await world.tap("Hetty", "next_offer_undo")
    assert caught.value.said == said("campaigns.next_week.began")
    late = await world.fills("Hetty", "next_offer_submit", f"{run.id}:3", action="REL-02")
    assert "has begun" in late.errors["action"]
    assert (await runs(world))[0].changes[0].action_id == "COA-04"


@pytest.mark.parametrize("action", ["PER-06", "no-such", ""])
async def test_what_is_not_open_yet_cannot_be_asked(action: str) -> None:
    world, run = await a_second_week()
    outcome = await world.fills("Hetty", "next_offer_submit", f"{run.id}:3", action=action)
    assert "Choose one of the steps" in outcome.errors["action"]
    assert (await runs(world))[0].changes == ()


async def test_the_step_that_it_asks_already_changes_nothing() -> None:
    world, run = await a_second_week()
    now = world.milepost.book.campaign("starter").week(3)
    assert now is not None
    outcome = await world.fills("Hetty", "next_offer_submit", f"{run.id}:3", action=now.offer[0])
    assert "already" in outcome.errors["action"]


async def test_before_the_first_week_the_first_week_is_changed() -> None:
    world = await a_world()
    await world.launch(starts_on=date(2027, 1, 18))
    form = await opened(world, "next week")
    assert "week 1, from Monday 18 January" in form.intro


async def test_where_nothing_runs_nothing_is_changed() -> None:
    world = await a_world()
    await world.says("Hetty", "next week")
    assert "No campaign is running" in world.last("Hetty")


async def test_of_two_campaigns_the_lead_says_which_one() -> None:
    world, _ = await a_second_week()
    await world.launch("papers-to-action", starts_on=date(2027, 1, 18))
    await world.says("Hetty", "next week")
    row = world.conversation("Hetty")[-1].message.sections[-1].buttons
    assert [button.label for button in row] == ["Four weeks to try it", "From papers to action"]
    outcome = await world.tap("Hetty", "next_offer", within="Which one")
    assert outcome.form is not None


async def test_a_week_of_questions_has_no_step_to_change() -> None:
    world = await a_world()
    await world.launch("papers-to-action", starts_on=date(2027, 1, 4))
    told: list[Message | None] = []
    for _ in range(13):
        outcome = await world.do("Hetty", "next_offer")
        told.append(outcome.reply)
        await world.run_to(world.clock.now() + (at("2027-01-11") - at("2027-01-04")))
    words = " ".join(one.text for one in told if one is not None)
    assert "questions in place of a step" in words
    assert "has no week after this one" in words


# -- a pause for everybody -------------------------------------------------------


async def test_a_pause_for_everybody_takes_a_day_and_a_reason_from_a_form() -> None:
    world, _ = await a_second_week()
    form = await opened(world, "pause everybody")
    assert [field.name for field in form.fields] == ["until", "why"]
    await world.fills("Hetty", form.verb, form.subject, until="2027-01-25", why="The wards are full.")
    assert "Everybody is paused until Monday 25 January" in world.last("Hetty")
    assert "We are pausing until Monday 25 January. The wards are full." in world.last("#partnership")
    (run,) = await runs(world)
    assert run.pauses == (Days(from_on=date(2027, 1, 14), to_on=date(2027, 1, 25)),)
    await world.tap("Hetty", "start_everybody")
    assert (await runs(world))[0].pauses == ()


async def test_two_campaigns_in_one_channel_pause_and_go_on_with_one_post() -> None:
    world, _ = await a_second_week()
    await world.launch("papers-to-action", starts_on=date(2027, 1, 18))
    before = len(world.heard("#partnership"))
    await world.fills("Hetty", "pause_everybody_submit", "riverside-hetty", until="2027-01-25")
    await world.says("Hetty", "start everybody")
    assert [run.pauses for run in await runs(world)] == [(), ()]
    (told,) = world.heard("#partnership")[before:]
    assert "We are pausing" in told
    assert "We are starting again" in world.last("#partnership")


@pytest.mark.parametrize("until", ["", "2027-01-14", "2020-01-01", "2029-01-01", "soon"])
async def test_a_day_that_cannot_be_is_said_at_its_field(until: str) -> None:
    world, run = await a_second_week()
    outcome = await world.fills("Hetty", "pause_everybody_submit", "riverside-hetty", until=until)
    assert set(outcome.errors) == {"until"}
    assert await runs(world) == [run]
