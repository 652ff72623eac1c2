"""Taps and words that come twice, at once, too early or too late, and a Slack that changes meanwhile."""

import asyncio
from collections import Counter
from datetime import date

from nudges.model.delivery import DeliveryState
from nudges.model.events import EventKind
from nudges.model.nudge import NudgeState
from nudges.use_cases.campaigns.launch_campaign import launch_campaign
from nudges.use_cases.campaigns.pause_campaign import pause_campaign, resume_campaign
from tests.fakes.slack_api import Fault
from tests.fakes.slack_requests import payload
from tests.journeys.slack_world import Chat, chatting, in_slack
from tests.journeys.world import MONDAY, at, somebody

TEN, NOON = at("2027-01-04", "10:00"), at("2027-01-05", "12:00")


async def begun(chat: Chat, *names: str) -> None:
    """The welcome on Monday, a yes of each of them, and the first step."""
    await chat.world.launch()
    await chat.world.run_to(TEN)
    for name in names or ("Ama", "Ben", "Cleo", "Dev"):
        await chat.taps_on(name, "yes")


async def kinds(chat: Chat, name: str) -> Counter[EventKind]:
    leader = await chat.world.leader(name)
    return Counter(event.kind for event in await chat.world.events() if event.leader_id == leader.id)


async def test_events_that_come_out_of_order_and_three_times_are_done_once_each() -> None:
    async with chatting() as chat:
        await begun(chat)
        for retry in range(3):
            await chat.says("Ama", 'commit "share list two" by Friday', id="Ev2", retry=retry)
            await chat.says("Ama", 'commit "share list one" by Friday', id="Ev1", retry=retry)
        await chat.world.settle()
        promises = await chat.world.promises()
        assert sorted(one.text for one in promises) == ["share list one", "share list two"]
        assert chat.read("Ama").count("share list one") == 1


async def test_two_taps_at_once_have_one_effect() -> None:
    async with chatting() as chat:
        await begun(chat, "Ama")
        first, second = chat.a_tap("Ama", "done"), chat.a_tap("Ama", "done")
        answers = await asyncio.gather(*(chat.send(one) for one in (first, second, first, second)))
        assert [answer.status for answer in answers] == [200] * 4
        await chat.world.settle()
        assert (await kinds(chat, "Ama"))[EventKind.DONE] == 1


async def test_two_different_taps_at_once_leave_one_state_and_a_card_that_shows_it() -> None:
    async with chatting() as chat:
        await begun(chat, "Ama")
        one, other = chat.a_tap("Ama", "done"), chat.a_tap("Ama", "not_now")
        answers = await asyncio.gather(chat.send(one), chat.send(other))
        assert [answer.status for answer in answers] == [200, 200]
        await chat.world.settle()
        [nudge] = await chat.world.nudges("Ama")
        assert nudge.state in (NudgeState.DONE, NudgeState.NOT_NOW)
        shown = chat.seen_by("Ama")[-1]["text"]
        assert ("Done" in shown) is (nudge.state is NudgeState.DONE)


async def test_what_was_done_before_a_pause_can_still_be_said_on_its_card() -> None:
    async with chatting() as chat:
        await begun(chat, "Ama")
        running = {"partnership_id": "riverside", "campaign_id": "starter"}
        await pause_campaign(
            chat.world.store,
            chat.world.milepost.book,
            **running,
            until=date(2027, 1, 18),
            at=chat.world.clock.now(),
        )
        await chat.world.settle()
        said = await chat.taps_on("Ama", "done")
        assert (await kinds(chat, "Ama"))[EventKind.DONE] == 1, said
        assert "Done" in chat.read("Ama")
        await resume_campaign(
            chat.world.store, chat.world.milepost.book, **running, at=chat.world.clock.now()
        )
        await chat.world.settle()


async def test_a_tap_on_a_card_of_a_campaign_that_has_ended_is_answered_and_harms_nothing() -> None:
    async with chatting() as chat:
        await begun(chat, "Ama")
        late = chat.a_tap("Ama", "done")
        await chat.world.run_to(at("2027-02-15", "12:00"))
        assert (await chat.world.events(EventKind.RUN_ENDED)) != []
        whispered, edited = len(chat.fake.whispers), chat.read("Ama")
        assert (await chat.send(late)).status == 200
        await chat.world.settle()
        await asyncio.sleep(0.05)
        assert len(chat.fake.whispers) > whispered or chat.read("Ama") != edited, "it is answered somewhere"


async def test_a_tap_that_comes_before_the_message_is_known_to_be_sent_counts() -> None:
    async with chatting() as chat:
        await chat.world.launch()
        # Slack takes the welcome and shows it, and its answer is lost.
        chat.fake.fail("chat.postMessage", Fault(kind="drop"), times=4)
        chat.fake.fail("conversations.history", Fault(kind="error"), times=4)
        await chat.world.run_to(TEN)
        async with chat.world.store.reading() as tx:
            assert DeliveryState.AMBIGUOUS in await tx.deliveries.states()
        await chat.taps_on("Ama", "yes")
        assert (await chat.world.leader("Ama")).opted_in_at is not None
        await chat.world.run_to(at("2027-01-04", "11:00"))
        keys = Counter(one["metadata"]["event_payload"]["key"] for one in chat.fake.posts())
        assert set(keys.values()) == {1}, "nothing is posted twice"
        async with chat.world.store.reading() as tx:
            assert set(await tx.deliveries.states()) <= {DeliveryState.SENT, DeliveryState.WAITING}


async def test_somebody_who_was_deactivated_gets_nothing_and_everybody_else_goes_on() -> None:
    async with chatting() as chat:
        await begun(chat)
        chat.fake.deactivated.add("U0AMA")
        before = len(chat.seen_by("Ama"))
        assert (await chat.send(payload("user_change"))).status == 200, "not subscribed to, and not needed"
        await chat.world.run_to(at("2027-01-15", "18:00"))
        assert len(chat.seen_by("Ama")) == before
        assert len(chat.seen_by("Ben")) > before
        async with chat.world.store.reading() as tx:
            assert not (await tx.deliveries.states()).get(DeliveryState.AMBIGUOUS)


async def test_a_channel_that_is_archived_keeps_nobody_waiting_and_a_new_name_changes_nothing() -> None:
    async with chatting() as chat:
        await begun(chat)
        assert (await chat.send(payload("channel_rename"))).status == 200
        await chat.world.run_to(at("2027-01-08", "18:00"))
        assert chat.fake.posts("C0PARTNERSHIP"), "the first Friday"
        chat.fake.archived.add("C0PARTNERSHIP")
        assert (await chat.send(payload("channel_archive"))).status == 200
        count, read = len(chat.fake.posts("C0PARTNERSHIP")), len(chat.seen_by("Ben"))
        await chat.world.run_to(at("2027-01-15", "18:00"))
        assert len(chat.fake.posts("C0PARTNERSHIP")) == count
        assert len(chat.seen_by("Ben")) > read
        chat.fake.archived.clear()
        await chat.world.run_to(at("2027-01-22", "18:00"))
        assert len(chat.fake.posts("C0PARTNERSHIP")) > count, "the week after, it is there again"


async def test_an_app_that_is_removed_in_the_middle_sends_the_rest_once_it_is_back() -> None:
    async with chatting() as chat:
        await chat.world.launch()
        chat.fake.fail("chat.postMessage", Fault(kind="refuse", code="account_inactive"), times=2)
        await chat.world.run_to(at("2027-01-04", "10:00"))
        sent = len(chat.fake.posts())
        chat.fake.gone = "account_inactive"
        assert (await chat.send(payload("app_uninstalled"))).status == 200
        assert await chat.workspaces.platform("T0MILEPOST") is None
        await chat.world.run_to(at("2027-01-04", "12:00"))
        assert len(chat.fake.posts()) == sent
        chat.fake.gone = ""
        await chat.workspaces.meet()
        await chat.world.run_to(at("2027-01-04", "14:00"))
        keys = Counter(one["metadata"]["event_payload"]["key"] for one in chat.fake.posts())
        assert set(keys.values()) == {1}
        assert all(chat.seen_by(name) for name in ("Ama", "Ben", "Cleo", "Dev")), "everybody was welcomed"


async def test_somebody_in_two_partnerships_acts_for_the_one_that_the_button_is_about() -> None:
    other = (
        somebody("Ama Boateng", "ward", partnership="hilltop"),
        somebody("Eve Fox", "clinic", partnership="hilltop"),
    )
    async with chatting(in_slack(), in_slack(other, partnership="hilltop")) as chat:
        for partnership in ("riverside", "hilltop"):
            await launch_campaign(
                chat.world.store,
                chat.world.milepost.book,
                partnership_id=partnership,
                campaign_id="starter",
                starts_on=MONDAY,
                at=chat.world.clock.now(),
            )
        await chat.world.run_to(TEN)
        await chat.taps_on("Ama", "yes", subject="hilltop-ama")
        assert (await chat.world.leader("Ama", "hilltop")).opted_in_at is not None
        assert (await chat.world.leader("Ama")).opted_in_at is None
        await chat.taps_on("Ama", "yes", subject="riverside-ama")
        [nudge] = await chat.world.nudges("Ama", "hilltop")
        await chat.taps_on("Ama", "done", subject=nudge.id)
        assert (await chat.world.nudges("Ama", "hilltop"))[0].state is NudgeState.DONE
        assert all(one.state is not NudgeState.DONE for one in await chat.world.nudges("Ama"))


async def test_an_outsider_who_taps_in_a_shared_channel_is_told_so_and_changes_nothing() -> None:
    async with chatting() as chat:
        await begun(chat, "Ama")
        result = chat.a_tap("Ama", "done")
        result["user"] = {"id": "U0STRANGER", "team_id": "T0OTHER"}
        assert (await chat.send(result)).status == 200
        for _ in range(100):
            if chat.fake.whispers:
                break
            await asyncio.sleep(0.01)
        assert "I do not know you here" in chat.fake.whispers[-1]["text"]
        assert not (await kinds(chat, "Ama"))[EventKind.DONE]
