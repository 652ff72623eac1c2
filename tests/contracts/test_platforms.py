"""One contract for every chat platform: what the ledger may rely on."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from bot.sandbox.outbound import RETRY_AFTER, SandboxPlatform, sandbox_address
from bot.slack.api.http_session import open_slack
from nudges.errors import DeliveryError, StaleHome
from nudges.model.message import Button, Message, MessageRef, Section
from nudges.model.people import Address
from nudges.ports import ChatPlatform
from tests.fakes.slack_api import TEAM, TOKEN, FakeSlack, Fault, serving

NOW = datetime(2027, 1, 12, 9, 0, tzinfo=UTC)
CARD = Message(
    text="Have a coffee with Ben",
    sections=(Section(text="Have a coffee with Ben", buttons=(Button(label="I'll do it", verb="plan"),)),),
)
DONE = Message(text="Done. Thank you", sections=(Section(text="Done. Thank you"),))


class Peer(Protocol):
    """A platform for a test: what it shows, and how it is made to fail once."""

    person: Address
    both: Address
    stranger: Address

    @property
    def platform(self) -> ChatPlatform:
        """What is under test."""

    def shown(self, ref: MessageRef) -> list[str]:
        """The texts that stand in the conversation of `ref`, oldest first."""

    def count(self) -> int:
        """How many messages stand anywhere."""

    def lose_the_next_answer(self) -> None:
        """The next post or edit is done, and its answer never comes."""

    def throttle_the_next(self, wait: timedelta) -> None:
        """The next post or edit is turned away for so long."""


@dataclass
class SlackPeer:
    """Slack, over our own fake of its Web API."""

    platform: ChatPlatform
    fake: FakeSlack
    person: Address
    both: Address
    stranger: Address

    def shown(self, ref: MessageRef) -> list[str]:
        return [message["text"] for message in self.fake.posts(ref.conversation)]

    def count(self) -> int:
        return len(self.fake.posts())

    def lose_the_next_answer(self) -> None:
        self.fake.fail("*", Fault(kind="drop"))

    def throttle_the_next(self, wait: timedelta) -> None:
        self.fake.fail("*", Fault(kind="throttle", retry_after=str(int(wait.total_seconds()))))


@asynccontextmanager
async def slack() -> AsyncIterator[Peer]:
    fake = FakeSlack(people={"amina@example.org": "U0AMINA", "ben@example.org": "U0BEN"}, now=NOW.timestamp)
    async with (
        serving(fake) as api_url,
        open_slack(TOKEN, api_url=api_url, timeout=timedelta(seconds=1)) as platform,
    ):
        person = Address(platform="slack", workspace=TEAM, to="U0AMINA")
        yield SlackPeer(
            platform=platform,
            fake=fake,
            person=person,
            both=replace(person, to="U0AMINA,U0BEN"),
            stranger=replace(person, to="U0NOBODY"),
        )


class StoppedClock:
    """Always now."""

    def now(self) -> datetime:
        return NOW


@dataclass
class SandboxPeer:
    """The sandbox itself."""

    platform: SandboxPlatform
    person: Address
    both: Address
    stranger: Address

    def shown(self, ref: MessageRef) -> list[str]:
        conversation = self.platform.conversation(sandbox_address(ref.conversation))
        return [posted.message.text for posted in conversation]

    def count(self) -> int:
        return len(self.platform.conversation(self.person)) + len(self.platform.conversation(self.stranger))

    def lose_the_next_answer(self) -> None:
        self.platform.faults.answer_lost = True

    def throttle_the_next(self, wait: timedelta) -> None:
        assert wait == RETRY_AFTER
        self.platform.faults.rate_limited = True


@asynccontextmanager
async def sandbox() -> AsyncIterator[Peer]:
    platform = SandboxPlatform(StoppedClock())
    person = platform.join("amina@example.org")
    ben = platform.join("ben@example.org")
    yield SandboxPeer(
        platform=platform,
        person=person,
        both=replace(person, to=f"{person.to},{ben.to}"),
        stranger=replace(person, to="nobody@example.org"),
    )


# A new platform is one line here and one small class above.
PLATFORMS: dict[str, Callable[[], AbstractAsyncContextManager[Peer]]] = {"slack": slack, "sandbox": sandbox}


@pytest.fixture(params=PLATFORMS)
async def peer(request: pytest.FixtureRequest) -> AsyncIterator[Peer]:
    async with PLATFORMS[request.param]() as found:
        yield found


async def test_a_post_is_shown_once_and_can_be_found_by_its_key(peer: Peer) -> None:
    ref = await peer.platform.post(peer.person, CARD, key="key-1")
    assert peer.shown(ref) == ["Have a coffee with Ben"]
    assert await peer.platform.find(peer.person, key="key-1", since=NOW) == ref


async def test_what_was_never_posted_is_not_found(peer: Peer) -> None:
    await peer.platform.post(peer.person, CARD, key="key-1")
    assert await peer.platform.find(peer.person, key="key-2", since=NOW) is None


async def test_an_edit_replaces_the_message_in_place(peer: Peer) -> None:
    ref = await peer.platform.post(peer.person, CARD, key="key-1")
    assert await peer.platform.edit(peer.person, ref, DONE, key="key-2") == ref
    assert peer.shown(ref) == ["Done. Thank you"]


async def test_an_edit_may_be_done_twice(peer: Peer) -> None:
    ref = await peer.platform.post(peer.person, CARD, key="key-1")
    for _ in range(2):
        await peer.platform.edit(peer.person, ref, DONE, key="key-2")
    assert peer.shown(ref) == ["Done. Thank you"]


async def test_an_edited_message_is_still_found_by_the_key_of_its_post(peer: Peer) -> None:
    ref = await peer.platform.post(peer.person, CARD, key="key-1")
    await peer.platform.edit(peer.person, ref, DONE, key="key-2")
    assert await peer.platform.find(peer.person, key="key-1", since=NOW) == ref


async def test_a_post_whose_answer_is_lost_is_ambiguous_and_then_found(peer: Peer) -> None:
    peer.lose_the_next_answer()
    with pytest.raises(DeliveryError) as caught:
        await peer.platform.post(peer.person, CARD, key="key-1")
    assert caught.value.ambiguous
    assert not caught.value.permanent
    ref = await peer.platform.find(peer.person, key="key-1", since=NOW)
    assert ref is not None
    assert peer.shown(ref) == ["Have a coffee with Ben"], "nothing was sent again by itself"


async def test_an_edit_whose_answer_is_lost_may_simply_be_done_again(peer: Peer) -> None:
    ref = await peer.platform.post(peer.person, CARD, key="key-1")
    peer.lose_the_next_answer()
    with pytest.raises(DeliveryError) as caught:
        await peer.platform.edit(peer.person, ref, DONE, key="key-2")
    assert not caught.value.permanent
    await peer.platform.edit(peer.person, ref, DONE, key="key-2")
    assert peer.shown(ref) == ["Done. Thank you"]


async def test_a_throttled_post_was_not_taken_and_says_how_long_to_wait(peer: Peer) -> None:
    peer.throttle_the_next(timedelta(seconds=30))
    with pytest.raises(DeliveryError) as caught:
        await peer.platform.post(peer.person, CARD, key="key-1")
    assert (caught.value.permanent, caught.value.ambiguous) == (False, False)
    assert caught.value.retry_after == timedelta(seconds=30)
    assert peer.count() == 0


async def test_a_person_who_is_not_there_is_refused_for_good(peer: Peer) -> None:
    with pytest.raises(DeliveryError) as caught:
        await peer.platform.post(peer.stranger, CARD, key="key-1")
    assert caught.value.permanent
    assert peer.count() == 0


async def test_an_edit_of_what_is_gone_is_refused_for_good(peer: Peer) -> None:
    ref = await peer.platform.post(peer.person, CARD, key="key-1")
    gone = MessageRef(conversation=ref.conversation, message="1.000001")
    with pytest.raises(DeliveryError) as caught:
        await peer.platform.edit(peer.person, gone, DONE, key="key-2")
    assert caught.value.permanent


async def test_an_answer_in_a_thread_is_found_there_and_not_posted_again(peer: Peer) -> None:
    top = await peer.platform.post(peer.person, CARD, key="key-1")
    peer.lose_the_next_answer()
    with pytest.raises(DeliveryError) as caught:
        await peer.platform.post(peer.person, replace(DONE, thread=top), key="key-2")
    assert caught.value.ambiguous
    message_ref = await peer.platform.find(peer.person, key="key-2", since=NOW, thread=top)
    assert message_ref is not None
    assert message_ref != top
    assert peer.count() == 2


async def test_a_home_page_is_drawn_over_the_one_that_was_meant(peer: Peer) -> None:
    first = await peer.platform.show_home(peer.person, CARD, mark="")
    second = await peer.platform.show_home(peer.person, DONE, mark=first)
    assert second != first
    with pytest.raises(StaleHome):
        await peer.platform.show_home(peer.person, CARD, mark=first)
    assert await peer.platform.show_home(peer.person, CARD, mark="") not in (first, second)


async def test_a_home_page_of_nobody_is_refused_for_good(peer: Peer) -> None:
    with pytest.raises(DeliveryError) as caught:
        await peer.platform.show_home(peer.stranger, CARD, mark="")
    assert caught.value.permanent


async def test_a_throttled_home_page_was_not_drawn(peer: Peer) -> None:
    mark = await peer.platform.show_home(peer.person, CARD, mark="")
    peer.throttle_the_next(timedelta(seconds=30))
    with pytest.raises(DeliveryError) as caught:
        await peer.platform.show_home(peer.person, DONE, mark=mark)
    assert caught.value.retry_after == timedelta(seconds=30)


async def test_two_people_share_one_conversation(peer: Peer) -> None:
    first = await peer.platform.post(peer.both, CARD, key="key-1")
    second = await peer.platform.post(peer.both, DONE, key="key-2")
    assert first.conversation == second.conversation
    assert peer.shown(first) == ["Have a coffee with Ben", "Done. Thank you"]
    assert await peer.platform.find(peer.both, key="key-1", since=NOW) == first
    assert await peer.platform.edit(peer.both, first, DONE, key="key-3") == first
    assert peer.shown(first) == ["Done. Thank you", "Done. Thank you"]


async def test_nobody_has_an_unknown_email_address(peer: Peer) -> None:
    assert await peer.platform.look_up(peer.person.workspace, "nobody@example.org") is None
