"""The support ladder of a person, as conversations: always help, and nobody else hears without a yes."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from nudges.errors import IllegalTransition, InvalidInput
from nudges.model import calendar
from nudges.model.catalogue import Campaign, Week
from nudges.model.events import Event, EventKind
from nudges.model.help_request import HelpRequest
from nudges.model.nudge import NudgeState
from nudges.model.people import Role, Visibility
from tests.journeys.world import (
    CHANNEL,
    FOUR,
    HETTY,
    World,
    a_partnership,
    at,
    files,
    make_world,
    playbook,
    somebody,
)

LADDER = ("rider_previous", "rider_smaller", "support_offer", "restart")
SPONSOR = somebody("Sal Stone", "trust", roles=(Role.SPONSOR,))
COACH = somebody("Cora Vale", "council", roles=(Role.COACH,))
REASONS = ("time", "permission", "people", "relationship", "service_pressure", "not_useful")


def steady(weeks: int = 14) -> Campaign:
    """A campaign with a step of rung 1 for one person in every week."""
    pick = [one.id for one in playbook().catalogue.actions.values() if one.rung == 1 and not one.needs_peer]
    return Campaign(
        id="steady",
        name="Steady steps",
        purpose="To try the ladder.",
        who="Anybody",
        length_weeks=weeks,
        coffee_rounds=0,
        pulse_items=(),
        goals=(),
        weeks=tuple(
            Week(number=number + 1, theme="Small steps", offer=(pick[number], pick[-1 - number]))
            for number in range(weeks)
        ),
    )


async def steady_world(*, say_yes: str = "Ama Ben", weeks: int = 14) -> World:
    """The steady campaign from 4 January, with a helper, a sponsor and a coach; these have said yes."""
    people = (*FOUR, HETTY, SPONSOR, COACH)
    world = await make_world(files(people, partnership=a_partnership(helper_id=HETTY.id)))
    book = playbook()
    world.milepost.book = replace(book, campaigns={**book.campaigns, "steady": steady(weeks)})
    await world.launch("steady")
    await world.run_to(at("2027-01-04", "10:00"))
    await world.everybody_says_yes(*say_yes.split())
    return world


async def told(world: World, who: str) -> list[tuple[date, str]]:
    """Every message of the ladder that this person was sent, with its day; riders by their own name."""
    result = []
    async with world.store.reading() as tx:
        rows = await tx.deliveries.unchecked_of_recipient(f"riverside-{who.lower()}", since=at("2026-12-01"))
    for row in sorted(rows, key=lambda one: one.not_before):
        day = calendar.local(row.not_before, "Europe/London").date()
        names = [row.event, *(str(one["event"]) for one in row.facts.get("riders", ()))]
        if row.edits is None:
            result += [(day, name) for name in names if name in LADDER]
    return result


async def help_log(world: World) -> list[HelpRequest]:
    """The help log as stored."""
    async with world.store.reading() as tx:
        return await tx.listening.unchecked_help_log("riverside")


async def after_misses(number: int, *, who: str = "Ama") -> World:
    """Done in the first week; then planned and not done in so many weeks, with no word why."""
    world = await steady_world()
    await world.tap(who, "done")
    for week in range(1, number + 1):
        tuesday = date(2027, 1, 5) + week * calendar.WEEK
        await world.run_to(at(tuesday.isoformat(), "09:00"))
        await world.plans(who, at((tuesday + calendar.DAY).isoformat(), "11:00"))
    await world.run_to(at((date(2027, 1, 12) + number * calendar.WEEK).isoformat(), "09:00"))
    return world


# -- four in a row ---------------------------------------------------------------


async def test_four_in_a_row_bring_exactly_the_four_messages_and_the_channel_gets_none() -> None:
    world = await steady_world()
    before = {name: len(world.heard(name)) for name in ("Hetty", "Sal", "Cora", CHANNEL)}
    await world.run_to(at("2027-04-09"))  # past the restart, and while words are still kept
    assert await told(world, "Ama") == [
        (date(2027, 1, 12), "rider_previous"),
        (date(2027, 1, 26), "rider_smaller"),
        (date(2027, 2, 2), "support_offer"),
        (date(2027, 3, 1), "restart"),
    ]
    for name in ("Hetty", "Sal", "Cora"):
        new = world.heard(name)[before[name] :]
        assert not [words for words in new if "Ama" in words or "Ben" in words], name
    posts = world.heard(CHANNEL)[before[CHANNEL] :]
    assert not [words for words in posts if "Ama" in words or "support" in words.casefold()]
    assert await help_log(world) == []


async def test_no_week_of_the_ladder_holds_a_third_message() -> None:
    world = await steady_world()
    for monday in range(17):
        week_on = date(2027, 1, 4) + monday * calendar.WEEK
        await world.run_to(calendar.instant_of(week_on + calendar.WEEK, datetime.min.time(), "Europe/London"))
        async with world.store.reading() as tx:
            counted = await tx.deliveries.counted(["ama@example.org"], week_on)
        assert counted.get("ama@example.org", 0) <= 2, week_on


async def test_what_the_four_messages_say() -> None:
    world = await steady_world()
    await world.run_to(at("2027-03-02"))
    said = world.heard("Ama")
    first = next(one for one in said if "One from before" in one)
    assert "Shall I move it to another day, or let it go?" in first
    second = next(one for one in said if "Weeks fill up" in one)
    assert "smaller version" in second
    third = next(one for one in said if "find their time" in one)
    assert third == (
        "Three steps lately did not find their time. That happens, and nobody else sees it. "
        "Would it help if Hetty Hope got in touch with you? I pass it on only if you say yes."
    )
    assert said[-1].startswith("A new month. Would a 5-minute step suit you?")
    for words in (first, second, third, said[-1]):
        assert not {"failed", "missed", "overdue", "late", "again and again"} & set(words.casefold().split())


async def test_help_is_passed_on_with_a_yes_and_only_then() -> None:
    world = await steady_world()
    await world.run_to(at("2027-02-02", "12:00"))
    before = len(world.heard("Hetty"))
    await world.tap("Ama", "help", "no")
    assert "I've told nobody" in world.last("Ama")
    assert len(world.heard("Hetty")) == before
    await world.tap("Ama", "help", "yes", within="find their time")
    assert [one.leader_id for one in await help_log(world)] == ["riverside-ama"]
    assert any("Ama Boateng" in one for one in world.heard("Hetty")[before:])


async def test_a_missed_week_resets_nothing() -> None:
    world = await steady_world()
    await world.tap("Ama", "done")
    await world.run_to(at("2027-01-19", "09:00"))
    leader = await world.leader("Ama")
    assert (leader.missed, leader.is_in, leader.pace, leader.visibility_asked) == (1, True, None, True)
    done = [one for one in await world.nudges("Ama") if one.state is NudgeState.DONE]
    assert len(done) == 1
    assert len(await world.events(EventKind.DONE)) == 1
    assert (await world.nudges("Ama"))[-1].week == 3, "the campaign goes on from where it is"


# -- another day, in one tap --------------------------------------------------------


async def test_another_day_is_one_tap_on_one_of_ones_own_days() -> None:
    world = await after_misses(1)
    missed = (await world.nudges("Ama"))[-2]
    await world.tap("Ama", "another_day", "2027-01-21")
    moved = next(one for one in await world.nudges("Ama") if one.id == missed.id)
    assert moved.state is NudgeState.OFFERED
    assert moved.snoozed_until == at("2027-01-21", "10:00")
    assert not world.can_tap("Ama", "let_go"), "the question is answered, so it is gone"
    await world.run_to(at("2027-01-21", "10:01"))
    assert any(line.at == at("2027-01-21", "10:00") for line in world.lines if line.to == "ama@example.org")


async def test_an_old_button_for_a_day_that_has_gone_shows_days_ahead() -> None:
    world = await after_misses(1)
    button = world.button("Ama", "another_day")
    await world.run_to(at("2027-02-08", "09:00"))
    await world.do("Ama", button.verb, button.subject, value=button.value)
    days = world.button("Ama", "another_day").value
    assert days > "2027-02-08"
    await world.tap("Ama", "another_day", days)
    nudge = next(one for one in await world.nudges("Ama") if one.id == button.subject)
    assert nudge.is_open


async def test_a_step_that_was_done_after_all_is_no_miss_and_begins_the_ladder_anew() -> None:
    world = await after_misses(2)
    assert (await world.leader("Ama")).ladder == 2
    missed = [one for one in await world.nudges("Ama") if one.is_missed]
    await world.do("Ama", "done", missed[0].id)
    leader = await world.leader("Ama")
    assert (leader.missed, leader.ladder) == (0, 0)
    assert not next(one for one in await world.nudges("Ama") if one.id == missed[0].id).is_missed


# -- the smaller step, and what got in the way -----------------------------------------


async def test_after_two_the_smaller_step_is_one_tap_and_counts_as_much() -> None:
    world = await after_misses(2)
    action = world.milepost.book.action((await world.nudges("Ama"))[-1].action_id)
    assert action.smaller_step.removesuffix(".") in world.last("Ama")
    await world.tap("Ama", "smaller")
    card = world.last("Ama")
    assert action.smaller_step in card
    assert action.nudge not in card
    assert "Weeks fill up" not in card
    await world.tap("Ama", "done")
    done = [one for one in await world.nudges("Ama") if one.state is NudgeState.DONE]
    assert len(done) == 2
    assert (await world.leader("Ama")).missed == 0


@pytest.mark.parametrize("reason", REASONS)
async def test_every_reason_leads_to_an_offer_within_two_taps(reason: str) -> None:
    world = await after_misses(2)
    before = len(world.heard("Sal")), len(world.heard("Cora")), len(world.heard("Hetty"))
    await world.tap("Ama", "reason")
    await world.tap("Ama", "reason", reason)
    row = [button for section in world.conversation("Ama")[-1].message.sections for button in section.buttons]
    assert row, "an offer has something to tap"
    (event,) = await world.events(EventKind.REASON_GIVEN)
    assert event.data["reason"] == reason
    assert event.data["action"]
    assert (len(world.heard("Sal")), len(world.heard("Cora")), len(world.heard("Hetty"))) == before


@pytest.mark.parametrize(
    ("reason", "who"),
    [("time", "Sal"), ("permission", "Sal"), ("people", "Hetty"), ("relationship", "Cora")],
)
async def test_only_a_yes_tells_one_person_and_a_no_tells_nobody(reason: str, who: str) -> None:
    world = await after_misses(2)
    await world.tap("Ama", "reason")
    await world.tap("Ama", "reason", reason)
    everybody = ("Sal", "Cora", "Hetty", "Ben", CHANNEL)
    before = {name: len(world.heard(name)) for name in everybody}
    await world.tap("Ama", "help", "no")
    assert {name: len(world.heard(name)) for name in everybody} == before
    await world.tap("Ama", "reason_take", reason)
    for name in everybody:
        assert len(world.heard(name)) - before[name] == (1 if name == who else 0), name
    assert "Ama Boateng" in world.last(who)
    (request,) = await help_log(world)
    assert (request.reason, request.leader_id) == (reason, "riverside-ama")
    assert "Asking is a good sign" in world.last("Ama")


async def test_pressure_on_services_pauses_with_one_tap_and_no_question() -> None:
    world = await after_misses(2)
    await world.tap("Ama", "reason")
    await world.tap("Ama", "reason", "service_pressure")
    assert "?" in world.last("Ama")
    await world.tap("Ama", "pause_until")
    leader = await world.leader("Ama")
    assert leader.paused is not None
    assert leader.paused.to_on == date(2027, 2, 2)
    before = len(world.heard("Ama"))
    await world.run_to(at("2027-02-01", "23:00"))
    assert len(world.heard("Ama")) == before


async def test_what_is_not_useful_is_swapped_and_counted_for_redesign() -> None:
    world = await after_misses(2)
    await world.tap("Ama", "reason")
    await world.tap("Ama", "reason", "not_useful")
    await world.tap("Ama", "reason", "not_useful", within="What got in the way")
    assert len(await world.events(EventKind.REASON_GIVEN)) == 1, "one person counts once for a step"
    outcome = await world.tap("Ama", "swap")
    assert outcome.form is not None


async def test_a_lead_reads_that_a_step_goes_back_when_five_people_said_so_and_never_who() -> None:
    world = await after_misses(2)
    nudge = (await world.nudges("Ama"))[-1]
    title = world.milepost.book.action(nudge.action_id).title

    async def said_by(people: int) -> str:
        async with world.store.transaction() as tx:
            await tx.records.append(
                [
                    Event(
                        partnership_id="riverside",
                        at=world.clock.now(),
                        kind=EventKind.REASON_GIVEN,
                        leader_id=f"somebody-{number}",
                        data={"reason": "not_useful", "action": nudge.action_id},
                    )
                    for number in range(people)
                ]
            )
        await world.says("Hetty", "signs")
        return world.last("Hetty")

    assert title not in await said_by(4)
    assert f"Named by five people or more: “{title}” is not useful." in await said_by(5)


async def test_whoever_says_what_got_in_the_way_is_not_silent() -> None:
    world = await steady_world()
    await world.run_to(at("2027-01-26", "09:00"))
    assert (await world.leader("Ama")).silent == 2
    await world.tap("Ama", "reason")
    await world.tap("Ama", "reason", "people")
    await world.run_to(at("2027-02-02", "09:00"))
    leader = await world.leader("Ama")
    assert (leader.silent, leader.missed) == (0, 2)


async def test_three_misses_in_a_row_with_replies_bring_help_and_the_next_week_a_step() -> None:
    world = await after_misses(3)
    assert "find their time" in world.last("Ama")
    before = len(await world.nudges("Ama"))
    await world.run_to(at("2027-02-09", "09:00"))
    assert len(await world.nudges("Ama")) == before + 1
    days = [day for day, name in await told(world, "Ama") if name == "support_offer"]
    assert days == [date(2027, 2, 2)]
    await world.run_to(at("2027-03-10"))
    assert [name for _, name in await told(world, "Ama")].count("support_offer") == 1


# -- coming back ----------------------------------------------------------------------


async def test_the_restart_names_a_small_step_and_start_brings_just_that() -> None:
    world = await steady_world()
    await world.run_to(at("2027-03-01", "11:00"))
    named = world.last("Ama").split("\n\n")[-1]
    await world.tap("Ama", "start")
    assert world.last("Ama").startswith("Welcome back. Here is a small step to begin with.")
    assert named in world.last("Ama")
    leader = await world.leader("Ama")
    assert (leader.silent, leader.missed, leader.ladder) == (0, 0, 0)


async def test_after_a_silence_the_first_message_back_begins_small() -> None:
    world = await steady_world()
    await world.run_to(at("2027-01-27", "09:00"))
    nudge = (await world.nudges("Ama"))[-1]
    await world.do("Ama", "done", nudge.id)
    await world.run_to(at("2027-02-02", "09:00"))
    assert world.last("Ama").startswith("Welcome back. Here is a small step to begin with.")
    assert world.milepost.book.action((await world.nudges("Ama"))[-1].action_id).minutes <= 5
    await world.do("Ama", "done", (await world.nudges("Ama"))[-1].id)
    await world.run_to(at("2027-02-09", "09:00"))
    assert not world.last("Ama").startswith("Welcome back")


async def test_after_a_pause_too() -> None:
    world = await steady_world()
    await world.tap("Ama", "done")
    await world.says("Ama", "pause until 25 January")
    await world.run_to(at("2027-01-26", "09:00"))
    assert world.last("Ama").startswith("Welcome back.")


# -- a pause moves what is open ----------------------------------------------------------


async def test_a_pause_moves_the_plans_that_fall_into_it() -> None:
    world = await steady_world()
    await world.plans("Ama", at("2027-01-14", "11:30"))
    await world.says("Ama", "pause until 25 January")
    (nudge,) = await world.nudges("Ama")
    assert nudge.plan is not None
    assert nudge.plan.at == at("2027-01-25", "11:30")
    before = len(world.heard("Ama"))
    await world.run_to(at("2027-01-25", "11:30"))
    assert len(world.heard("Ama")) == before
    assert (await world.nudges("Ama"))[0].is_open, "days of a pause do not count towards its end"
    await world.run_to(at("2027-01-26"))
    assert any(
        "id it happen" in one or "were you able" in one.casefold() for one in world.heard("Ama")[before:]
    )
    assert (await world.leader("Ama")).missed == 0


async def test_a_pause_moves_what_was_put_off_into_it() -> None:
    world = await steady_world()
    await world.do("Ama", "snooze", (await world.nudges("Ama"))[0].id, value="2027-01-12")
    await world.says("Ama", "pause until 25 January")
    assert (await world.nudges("Ama"))[0].snoozed_until == at("2027-01-25", "10:00")
    before = len(world.heard("Ama"))
    await world.run_to(at("2027-01-25", "10:01"))
    assert len(world.heard("Ama")) == before + 1


# -- odd taps ------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["reason", "reason_take", "check_back"])
async def test_a_choice_that_nobody_offered_changes_nothing(verb: str) -> None:
    world = await steady_world()
    with pytest.raises(InvalidInput):
        await world.do("Ama", verb, (await world.nudges("Ama"))[0].id, value="because")
    assert await world.events(EventKind.REASON_GIVEN) == []


async def test_the_smaller_step_twice_is_once_and_what_is_done_is_not_moved() -> None:
    world = await steady_world()
    nudge = (await world.nudges("Ama"))[0]
    for _ in range(2):
        await world.do("Ama", "smaller", nudge.id)
    assert len(await world.events(EventKind.SWAPPED)) == 1
    await world.do("Ama", "done", nudge.id)
    for verb in ("another_day", "smaller"):
        with pytest.raises(IllegalTransition):
            await world.do("Ama", verb, nudge.id, value="2027-01-04")


async def test_another_day_under_pressure_asks_for_the_day_and_nothing_else() -> None:
    world = await steady_world()
    outcome = await world.do(
        "Ama", "reason_take", (await world.nudges("Ama"))[0].id, value="service_pressure"
    )
    assert outcome.form is not None
    assert [field.name for field in outcome.form.fields] == ["until"]


async def test_where_an_organisation_has_no_sponsor_to_ask_the_named_helper_is_asked() -> None:
    world = await steady_world()
    await world.do("Ben", "reason", (await world.nudges("Ben"))[0].id, value="permission")
    assert "I ask Hetty Hope to write to your manager" in world.last("Ben")
    await world.tap("Ben", "reason_take", "permission")
    assert "Please write to their manager" in world.last("Hetty")


async def test_a_step_with_nothing_to_swap_for_can_still_be_let_go() -> None:
    world = await steady_world()
    nudge = (await world.nudges("Ama"))[0]
    async with world.store.transaction() as tx:
        await tx.commitments.save_nudges([replace(nudge, offers=())])
    await world.do("Ama", "reason", nudge.id, value="not_useful")
    verbs = [
        button.verb
        for section in world.conversation("Ama")[-1].message.sections
        for button in section.buttons
    ]
    assert verbs == ["let_go"]


async def test_a_question_on_a_message_of_long_ago_can_still_be_answered() -> None:
    world = await steady_world()
    await world.tap("Ama", "done")
    await world.run_to(at("2027-01-12", "09:00"))
    button = world.button("Ama", "visibility")
    nudge = (await world.nudges("Ama"))[-1]
    await world.run_to(at("2027-03-16", "09:00"))
    await world.do("Ama", "done", nudge.id)
    await world.run_to(at("2027-03-23", "09:00"))
    await world.do("Ama", button.verb, button.subject, value="my_pair_can_see")
    assert (await world.leader("Ama")).visibility is Visibility.PAIR
