"""A person's own page: what it shows to whom, drawn once for each change, whatever the platform does."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime

import pytest

from bot.sandbox.outbound import SandboxPlatform
from nudges.errors import DeliveryError, IllegalTransition
from nudges.model.commands import Command
from nudges.model.message import Button, Message
from nudges.model.partner_step import StepDraft
from nudges.model.people import Address, Role
from nudges.record_reply import VERBS
from nudges.use_cases.campaigns.pause_campaign import pause_campaign
from nudges.use_cases.home.draw_home import PARTS_IN_MESSAGE, PARTS_ON_PAGE, parts_of
from nudges.use_cases.joining.leave_programme import leave_now
from nudges.use_cases.own_data.erase import erase
from nudges.use_cases.partner_steps.partner_steps import add_step
from tests.journeys.world import (
    FOUR,
    HETTY,
    World,
    a_partnership,
    at,
    files,
    make_world,
    somebody,
    started,
)
from tests.nudges.model.test_nudge import a_promise
from tests.nudges.model.test_pair import a_pair
from tests.nudges.model.test_partner_step import a_step

TUESDAY = at("2027-01-05", "12:00")
LED = files((*FOUR, HETTY))


async def opens(world: World, who: str) -> Message:
    """This person looks at their page."""
    await world.do(who, "home_opened", via="home")
    return page(world, who)


def page(world: World, who: str) -> Message:
    """What it shows now."""
    home = world.platform.home_of(world.address(who))
    assert home is not None, who
    return home.page


def drawn(world: World, who: str) -> int:
    """How often it was drawn."""
    home = world.platform.home_of(world.address(who))
    return home.drawn if home else 0


def headings(message: Message) -> list[str]:
    return [one.text for one in message.sections if one.style == "heading"]


def verbs(message: Message) -> list[str]:
    return [button.verb for section in message.sections for button in section.buttons]


def button(message: Message, verb: str, value: str = "") -> Button:
    """The first such button."""
    generator = (one for section in message.sections for one in section.buttons)
    return next(one for one in generator if one.verb == verb and value in ("", one.value))


async def taps(world: World, who: str, verb: str, value: str = "") -> None:
    """A tap on this person's page."""
    found = button(page(world, who), verb, value)
    await world.do(who, found.verb, found.subject, value=found.value, via="home")


# -- what is on it ---------------------------------------------------------------


async def test_a_leader_finds_the_week_promises_people_and_settings_in_this_order() -> None:
    world = await started(say_yes="Ama Ben", until=TUESDAY)
    await world.says("Ama", "commit “share our bed data” by Friday")
    shown = await opens(world, "Ama")
    assert "Only you can see it" in shown.text
    order = [one for one in headings(shown) if one[:2] in ("Ri", "Yo", "Pe", "Wh")]
    assert order == [
        "Riverside",
        "Your week",
        "Your promises",
        "People you have met",
        "Who sees your steps",
        "Your settings",
        "You and Milepost",
    ]
    assert "By Friday 8 January: share our bed data." in shown.text
    assert "Days: Monday to Friday" in shown.text
    assert {"plan", "swap", "not_now", "promise_kept", "promise_carry", "visibility", "my_days"} <= {
        *verbs(shown)
    }
    assert {"away", "delegate", "language", "apart", "pace", "pause_until", "my_data", "stop"} <= {
        *verbs(shown)
    }
    assert "campaign_new" not in verbs(shown)


async def test_what_is_tapped_on_the_page_is_shown_on_it_and_on_the_card() -> None:
    world = await started(say_yes="Ama", until=TUESDAY)
    await opens(world, "Ama")
    await taps(world, "Ama", "done")
    assert "Done. Thank you." in page(world, "Ama").text
    assert "Done. Thank you." in world.story("Ama")
    await taps(world, "Ama", "undo")
    assert "Done. Thank you." not in page(world, "Ama").text
    await taps(world, "Ama", "visibility", "my_pair_can_see")
    assert "You, and the person you are paired with." in page(world, "Ama").text
    await taps(world, "Ama", "pace", "slower")
    assert "you would like it slower." in page(world, "Ama").text
    assert drawn(world, "Ama") == 5


async def test_a_lead_finds_plain_totals_and_what_needs_them_first_and_no_name_of_anybody() -> None:
    world = await started(LED, say_yes="Ama Ben Hetty", until=TUESDAY)
    await opens(world, "Hetty")
    assert "Steps done: 0" in page(world, "Hetty").text
    await world.tap("Ama", "done")
    shown = page(world, "Hetty")
    assert "Steps done: 1" in shown.text
    places = [shown.text.index(one) for one in ("Steps done", "What needs you", "Your week")]
    assert places == sorted(places)
    assert {"campaign_new", "preview_week", "next_offer", "rollup", "pause_everybody", "step_new"} <= {
        *verbs(shown)
    }
    for name in ("Ama", "Ben", "Cleo", "Dev"):
        assert name not in shown.text
    await world.do("Ama", "help_me", value="yes")
    assert "One thing needs you." in page(world, "Hetty").text
    assert "help_contacted" in verbs(page(world, "Hetty"))


async def test_whoever_looks_after_a_step_finds_it_with_its_buttons() -> None:
    enabler = somebody("Edi Fox", "trust", roles=(Role.ENABLER,))
    world = await started(files((*FOUR, enabler)), say_yes="Ama Ben Edi", until=TUESDAY)
    await opens(world, "Edi")
    assert "Your organisation has no open step" in page(world, "Edi").text
    await _a_step(world)
    assert "Share the bed data every morning" in page(world, "Edi").text
    assert {"step_done", "step_help", "step_date", "step_hand_over"} <= {*verbs(page(world, "Edi"))}
    assert "Share the bed data" not in (await opens(world, "Ben")).text


async def _a_step(world: World) -> None:
    await add_step(
        world.store,
        world.milepost.book,
        StepDraft(
            organisation_id="riverside-trust",
            text="Share the bed data every morning",
            owner="The flow team",
            done_means="It is shared.",
            why_together="All of us wait for the same beds.",
            due_on=date(2027, 1, 22),
        ),
        partnership_id="riverside",
        at=world.clock.now(),
    )
    await world.settle()


# -- who has which page ------------------------------------------------------------


async def test_whoever_is_invited_finds_the_invitation_and_says_yes_there() -> None:
    world = await make_world()
    await world.launch("starter")
    assert "Your invitation comes as a message" in (await opens(world, "Ama")).text
    await world.run_to(at("2027-01-04", "10:00"))
    shown = page(world, "Ama")
    assert "Shall I start?" in shown.text
    assert verbs(shown)[:2] == ["yes", "later"]
    assert "stop" not in verbs(shown)
    await taps(world, "Ama", "yes")
    assert "Your week" in headings(page(world, "Ama"))


async def test_whoever_stops_finds_one_way_back_and_nothing_else() -> None:
    world = await started(LED, say_yes="Ama Hetty", until=TUESDAY)
    for who in ("Ama", "Hetty"):
        await opens(world, who)
        await taps(world, who, "stop")
        shown = page(world, who)
        assert "You said stop" in shown.text
        assert verbs(shown) == ["start", "what_is_held", "my_data", "open"]
        await taps(world, who, "start")
        assert "Your week" in headings(page(world, who))


async def test_a_pause_is_said_with_its_day_and_its_end() -> None:
    world = await started(say_yes="Ama", until=TUESDAY)
    await opens(world, "Ama")
    await world.says("Ama", "pause until 12 January")
    assert "I'll be quiet until Tuesday 12 January" in page(world, "Ama").text
    assert "pause_until" not in verbs(page(world, "Ama"))
    await taps(world, "Ama", "start")
    assert "quiet until Tuesday" not in page(world, "Ama").text


async def test_a_pause_of_everybody_is_said_and_a_lead_finds_its_end() -> None:
    world = await started(LED, say_yes="Ama Hetty", until=TUESDAY)
    await opens(world, "Ama")
    await opens(world, "Hetty")
    await pause_campaign(
        world.store,
        world.milepost.book,
        partnership_id="riverside",
        campaign_id="starter",
        until=date(2027, 1, 18),
        at=world.clock.now(),
    )
    await world.settle()
    assert "Everybody has a pause until Monday 18 January" in page(world, "Ama").text
    assert "start_everybody" in verbs(page(world, "Hetty"))


async def test_whoever_left_finds_that_and_when_their_data_goes() -> None:
    world = await started(say_yes="Ama", until=TUESDAY)
    await opens(world, "Ama")
    await leave_now(world.store, world.milepost.book, leader_id="riverside-ama", at=world.clock.now())
    await world.settle()
    assert "You have left" in page(world, "Ama").text
    assert verbs(page(world, "Ama")) == ["start", "what_is_held", "my_data"]


async def test_whose_organisation_gave_no_permission_finds_why_nothing_comes() -> None:
    world = await started(files(not_ready=["surgery"]), until=TUESDAY)
    await world.change("Cleo", opted_in_at=world.clock.now())
    assert "Surgery has not given its permission yet" in (await opens(world, "Cleo")).text


async def test_whoever_takes_part_in_two_partnerships_finds_both_under_their_names() -> None:
    hillside = files(
        (somebody("Ama Boateng", "trust", partnership="hillside"),), partnership=a_partnership("hillside")
    )
    world = await started(files(), hillside, say_yes="Ama", until=TUESDAY)
    await world.change("Ama", "hillside", opted_in_at=world.clock.now())
    shown = await opens(world, "Ama")
    assert [one for one in headings(shown) if one.endswith("side")] == ["Hillside", "Riverside"]
    paces = [one for section in shown.sections for one in section.buttons if one.verb == "pace"]
    assert {one.subject for one in paces} == {"hillside-ama", "riverside-ama"}
    await world.do("Ama", "pace", "hillside-ama", value="slower", via="home")
    assert (await world.leader("Ama", "hillside")).pace == "slower"
    assert (await world.leader("Ama")).pace is None
    assert page(world, "Ama").text.count("you would like it slower.") == 1
    form = (await world.do("Ama", "commit", "hillside-ama", via="home")).form
    assert form is not None
    await world.fills("Ama", form.verb, form.subject, text="Call the ward", due="2027-01-08")
    assert [one.text for one in await world.promises("hillside")] == ["Call the ward"]
    assert await world.promises() == []
    assert verbs(shown).count("stop") == 1


async def test_a_stranger_finds_how_to_join_and_nothing_of_them_is_kept() -> None:
    world = await started(say_yes="Ama")
    outcome = await world.do("Nobody", "home_opened", via="home")
    assert outcome.reply is not None
    assert "ask your programme lead" in outcome.reply.text
    assert verbs(outcome.reply) == []
    async with world.store.reading() as tx:
        assert await tx.homes.unchecked(world.address("Nobody")) is None


async def test_whoever_is_known_by_the_place_that_vouches_for_them_has_their_page_there() -> None:
    world = await started(say_yes="Ama", until=TUESDAY)
    there = world.address("Ama")
    elsewhere = replace(there, workspace="another")
    command = Command(key="k", actor=elsewhere, verb="home_opened", via="home", seen_in=there.workspace)
    assert (await world.milepost.handle(command)).reply is None
    await world.settle()
    assert "Your week" in headings(page(world, "Ama"))


async def test_a_page_is_gone_with_its_person_and_names_them_to_nobody_else() -> None:
    world = await _who_met()
    assert "Ben Carter, Council (January)" in (await opens(world, "Ama")).text
    await opens(world, "Ben")
    await erase(world.store, world.milepost.book, "riverside-ben", at=world.clock.now())
    await world.settle()
    assert "Ben" not in page(world, "Ama").text
    async with world.store.reading() as tx:
        assert await tx.homes.unchecked(world.address("Ben")) is None


async def _who_met() -> World:
    """Ama and Ben have met long enough ago for a second cup."""
    world = await make_world()
    for who in ("Ama", "Ben"):
        await world.change(who, opted_in_at=world.clock.now())
    world.sleep_to(at("2027-02-20", "12:00"))
    async with world.store.transaction() as tx:
        met = replace(
            a_pair("riverside-ama", "riverside-ben"),
            partnership_id="riverside",
            formed_at=at("2027-01-05"),
            met_at=at("2027-01-07"),
            confirmed_at=at("2027-01-08"),
            ended_at=at("2027-01-12"),
        )
        await tx.commitments.save_pairs([met])
    return world


async def test_a_second_cup_is_due_but_not_with_somebody_who_asked_for_distance() -> None:
    world = await _who_met()
    assert "Time for a second cup: Ben Carter." in (await opens(world, "Ama")).text
    await world.change("Ben", exclusions=frozenset({"riverside-ama"}))
    shown = await opens(world, "Ama")
    assert "second cup" not in shown.text
    assert "not paired with" not in shown.text
    assert "People I am not paired with: 1 (nobody else sees this)" in (await opens(world, "Ben")).text


async def test_typed_home_brings_the_page_as_a_message() -> None:
    world = await started(LED, say_yes="Ama Hetty", until=TUESDAY)
    for who in ("Ama", "Hetty"):
        await world.says(who, "home")
        last = world.conversation(who)[-1].message
        assert "Your week" in headings(last)
        assert parts_of(last) <= PARTS_IN_MESSAGE
    await world.tap("Ama", "done", within="Your settings")
    assert drawn(world, "Ama") == 0


# -- bounded -------------------------------------------------------------------------


async def test_a_full_life_still_fits_and_says_what_it_leaves_out() -> None:
    places = ("riverside", "hillside", "lakeside", "moorside")
    sponsor = {
        one: somebody("Ama Boateng", "trust", partnership=one, roles=(Role.PROGRAMME_LEAD, Role.SPONSOR))
        for one in places
    }
    world = await make_world(*(files((sponsor[one],), partnership=a_partnership(one)) for one in places))
    for place in places:
        await world.change("Ama", place, opted_in_at=world.clock.now())
        for number in range(12):
            await _fill(world, place, number)
    shown = await opens(world, "Ama")
    assert parts_of(shown) <= PARTS_ON_PAGE
    assert "And 2 more" in shown.text, "the other partnerships"
    assert "more. Send me the word “steps”" in shown.text
    assert "more. Send me the word “today”" in shown.text
    await world.says("Ama", "home")
    assert parts_of(world.conversation("Ama")[-1].message) <= PARTS_ON_PAGE


async def _fill(world: World, place: str, number: int) -> None:
    promise = replace(a_promise(), id=f"{place}-p{number}", partnership_id=place, leader_id=f"{place}-ama")
    step = replace(a_step(), id=f"{place}-s{number}", partnership_id=place, organisation_id=f"{place}-trust")
    async with world.store.transaction() as tx:
        await tx.commitments.save_promises([promise])
        await tx.commitments.save_steps([step])


# -- drawn once for each change --------------------------------------------------------


async def test_several_changes_before_a_drawing_are_one_call() -> None:
    world = await started(say_yes="Ama", until=TUESDAY)
    await opens(world, "Ama")
    assert drawn(world, "Ama") == 1
    for pace in ("slower", "faster", "right"):
        await world.do("Ama", "pace", value=pace, via="home", then_settle=False)
    await world.do("Ama", "visibility", value="my_pair_can_see", via="home", then_settle=False)
    await world.settle()
    assert drawn(world, "Ama") == 2
    await world.settle()
    assert drawn(world, "Ama") == 2


async def test_what_does_not_change_the_page_draws_nothing() -> None:
    world = await started(say_yes="Ama Ben", until=TUESDAY)
    await opens(world, "Ama")
    await world.tap("Ben", "done")
    await world.do("Ama", "visibility", value="private", via="home")
    await world.says("Ama", "help")
    assert drawn(world, "Ama") == 1
    async with world.store.reading() as tx:
        assert await tx.homes.due() == []
    assert drawn(world, "Ben") == 0, "nobody has a page who has not opened it"


async def test_an_opening_draws_once_however_often_it_is_delivered() -> None:
    world = await started(say_yes="Ama", until=TUESDAY)
    for _ in range(3):
        await world.do("Ama", "home_opened", via="home", key="event-1", then_settle=False)
    await world.settle()
    assert drawn(world, "Ama") == 1


async def test_another_day_is_shown_when_the_page_is_opened() -> None:
    world = await started(say_yes="Ama", until=TUESDAY)
    await world.says("Ama", "pause until 12 January")
    await opens(world, "Ama")
    await world.run_to(at("2027-01-12", "07:00"))
    assert "quiet until Tuesday" not in (await opens(world, "Ama")).text


# -- what the platform does -------------------------------------------------------------


async def test_a_page_that_shows_something_else_is_drawn_once_more_without_a_mark() -> None:
    world = await started(say_yes="Ama", until=TUESDAY)
    await opens(world, "Ama")
    await world.platform.show_home(world.address("Ama"), Message(text="Something else"), mark="")
    await world.do("Ama", "pace", value="slower", via="home")
    assert "you would like it slower." in page(world, "Ama").text
    assert drawn(world, "Ama") == 3


async def test_a_throttled_page_is_drawn_later_and_holds_nothing_up() -> None:
    world = await started(say_yes="Ama", until=TUESDAY)
    await world.do("Ama", "home_opened", via="home", then_settle=False)
    world.platform.faults.rate_limited = True
    again_at = await world.milepost.settle()
    assert again_at is not None
    assert drawn(world, "Ama") == 0
    assert (again_at - world.clock.now()).total_seconds() == 30
    await world.run_to(again_at)
    assert drawn(world, "Ama") == 1


async def test_a_page_of_whoever_is_not_reached_any_more_is_forgotten() -> None:
    world = await started(say_yes="Ama", until=TUESDAY)
    await opens(world, "Ama")
    world.platform.faults.left.add(world.address("Ama").to)
    await world.do("Ama", "pace", value="slower", via="home")
    async with world.store.reading() as tx:
        assert await tx.homes.unchecked(world.address("Ama")) is None
    world.platform.faults.left.clear()
    assert "you would like it slower." in (await opens(world, "Ama")).text


class Picky(SandboxPlatform):
    """Cannot draw Ama's page, in one way or another."""

    error: Exception = DeliveryError("The answer was lost.", ambiguous=True)

    async def show_home(self, address: Address, page: Message, *, mark: str) -> str:
        """Draws everybody else's."""
        if address.to.startswith("ama"):
            raise self.error
        return await super().show_home(address, page, mark=mark)


async def _with_picky(error: Exception) -> tuple[World, Picky]:
    world = await started(say_yes="Ama Ben", until=TUESDAY)
    picky = Picky(world.clock)
    picky.error = error
    for who in ("ama", "ben"):
        picky.join(f"{who}@example.org")
        await world.do(who, "home_opened", via="home", then_settle=False)
    world.milepost.platforms = {"sandbox": picky}
    return world, picky


async def test_a_page_whose_drawing_is_lost_is_tried_again_and_the_others_go_on() -> None:
    world, picky = await _with_picky(DeliveryError("The answer was lost.", ambiguous=True))
    again_at = await world.milepost.show_homes()
    assert again_at is not None
    assert (again_at - world.clock.now()).total_seconds() == 60
    assert picky.home_of(world.address("Ben")) is not None
    async with world.store.reading() as tx:
        assert [one.address for one in await tx.homes.due()] == [world.address("Ama")]


async def test_a_page_that_cannot_be_drawn_at_all_is_logged_and_holds_nothing_up(
    caplog: pytest.LogCaptureFixture,
) -> None:
    world, picky = await _with_picky(KeyError("view"))
    assert await world.milepost.show_homes() is None
    assert "could not be drawn" in caplog.text
    assert picky.home_of(world.address("Ben")) is not None
    async with world.store.reading() as tx:
        assert await tx.homes.due() == []


class Dying(SandboxPlatform):
    """Draws the page, and then the process dies before it can say so."""

    is_dying = True

    async def show_home(self, address: Address, page: Message, *, mark: str) -> str:
        """Drawn, and nobody hears of it once."""
        shown = await super().show_home(address, page, mark=mark)
        if self.is_dying:
            self.is_dying = False
            raise KeyboardInterrupt
        return shown


async def test_a_death_between_the_drawing_and_the_saving_draws_it_again() -> None:
    world = await started(say_yes="Ama", until=TUESDAY)
    dying = Dying(world.clock)
    dying.join("ama@example.org")
    world.milepost.platforms = {"sandbox": dying}
    with pytest.raises(KeyboardInterrupt):
        await world.do("Ama", "home_opened", via="home")
    await world.settle()
    home = dying.home_of(world.address("Ama"))
    assert home is not None
    assert home.drawn == 2


async def test_no_page_is_drawn_inside_a_transaction() -> None:
    world = await started(say_yes="Ama", until=TUESDAY)

    class Looking(SandboxPlatform):
        async def show_home(self, address: Address, page: Message, *, mark: str) -> str:
            """Another transaction can be opened meanwhile."""
            async with world.store.transaction() as tx:
                await tx.homes.touch(["riverside-ama"], at=world.clock.now())
            return await super().show_home(address, page, mark=mark)

    looking = Looking(world.clock)
    looking.join("ama@example.org")
    world.milepost.platforms = {"sandbox": looking}
    await world.do("Ama", "home_opened", via="home")
    home = looking.home_of(world.address("Ama"))
    assert home is not None
    assert home.drawn == 1, "what was touched in the meantime is due, and looks the same"


class Asked:
    """An engine that remembers which installations were to be drained."""

    def __init__(self) -> None:
        self.drains: list[str] = []

    def wake_at(self, instant: datetime) -> None:
        """Not needed here."""

    def request_drain(self, installation: str) -> None:
        """Remember it."""
        self.drains.append(installation)

    def on_wake(self, work: Callable[[], Awaitable[datetime | None]]) -> None:
        """Not needed here."""

    def on_drain(self, work: Callable[[str], Awaitable[datetime | None]]) -> None:
        """Not needed here."""

    async def stop(self) -> None:
        """Not needed here."""


async def test_a_page_is_drawn_by_the_next_drain_and_the_clock_asks_for_one() -> None:
    world = await started(say_yes="Ama", until=TUESDAY)
    engine = Asked()
    world.milepost.engine = engine
    await world.do("Ama", "home_opened", via="home", then_settle=False)
    assert engine.drains == ["sandbox:here"]
    assert drawn(world, "Ama") == 0, "nothing is drawn before the answer"
    engine.drains.clear()
    await world.milepost.run_due_timers()
    assert engine.drains == ["sandbox:here"]
    await world.milepost.drain("sandbox:here")
    assert drawn(world, "Ama") == 1


async def test_a_page_in_a_place_that_is_not_connected_waits() -> None:
    world = await started(say_yes="Ama", until=TUESDAY)
    platform = world.milepost.platforms
    world.milepost.platforms = {}
    await world.do("Ama", "home_opened", via="home", then_settle=False)
    assert await world.milepost.show_homes() is None
    world.milepost.platforms = platform
    await world.settle()
    assert drawn(world, "Ama") == 1


@pytest.mark.parametrize("who", ["Ama", "Hetty", "Cleo", "Dev"])
async def test_every_button_of_every_page_is_known_and_nothing_breaks(who: str) -> None:
    """A leader, a lead, somebody invited, and somebody who has stopped."""
    world = await started(LED, say_yes="Ama Ben Dev Hetty", until=TUESDAY)
    await world.says("Dev", "stop")
    await world.says("Ama", "commit “share our bed data” by Friday")
    for section in (await opens(world, who)).sections:
        for button in section.buttons:
            assert button.verb in VERBS
            with suppress(IllegalTransition):  # an earlier tap of this loop has closed it
                await world.do(who, button.verb, button.subject, value=button.value, via="home")
