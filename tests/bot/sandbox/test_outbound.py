"""What only the sandbox platform can do: faults on demand, words for one person, forms."""

from datetime import UTC, datetime

import pytest

from bot.clock import MovableClock
from bot.sandbox.outbound import SandboxPlatform, sandbox_address
from nudges.errors import DeliveryError
from nudges.model.message import Form, Message

NOW = datetime(2027, 1, 12, 9, 0, tzinfo=UTC)
HELLO = Message(text="Hello")


@pytest.fixture
def platform() -> SandboxPlatform:
    sandbox_platform = SandboxPlatform(MovableClock(NOW))
    sandbox_platform.join("amina@example.org")
    return sandbox_platform


async def test_a_rate_limit_happens_once(platform: SandboxPlatform) -> None:
    amina = sandbox_address("amina@example.org")
    platform.faults.rate_limited = True
    with pytest.raises(DeliveryError) as caught:
        await platform.post(amina, HELLO, key="1")
    assert caught.value.retry_after is not None
    await platform.post(amina, HELLO, key="1")
    assert [one.key for one in platform.conversation(amina)] == ["1"]


async def test_a_lost_answer_leaves_the_message_there(platform: SandboxPlatform) -> None:
    amina = sandbox_address("amina@example.org")
    platform.faults.answer_lost = True
    with pytest.raises(DeliveryError) as caught:
        await platform.post(amina, HELLO, key="1")
    assert caught.value.ambiguous
    assert await platform.find(amina, key="1", since=NOW) is not None


async def test_whoever_has_left_is_refused_for_good_and_cannot_be_looked_up(
    platform: SandboxPlatform,
) -> None:
    amina = sandbox_address("amina@example.org")
    platform.faults.left.add(amina.to)
    with pytest.raises(DeliveryError) as caught:
        await platform.post(amina, HELLO, key="1")
    assert caught.value.permanent
    assert await platform.look_up(amina.workspace, amina.to) is None


async def test_while_the_platform_is_down_nothing_is_taken_and_nothing_is_found(
    platform: SandboxPlatform,
) -> None:
    amina = sandbox_address("amina@example.org")
    platform.faults.is_down = True
    with pytest.raises(DeliveryError) as caught:
        await platform.post(amina, HELLO, key="1")
    assert (caught.value.permanent, caught.value.ambiguous) == (False, False)
    with pytest.raises(DeliveryError):
        await platform.find(amina, key="1", since=NOW)


async def test_a_channel_is_there_without_joining(platform: SandboxPlatform) -> None:
    await platform.post(sandbox_address("#partnership"), HELLO, key="1")
    assert len(platform.conversation(sandbox_address("#partnership"))) == 1


async def test_a_form_is_open_for_one_person_until_it_is_closed(platform: SandboxPlatform) -> None:
    amina = sandbox_address("amina@example.org")
    form = Form(title="When?", verb="plan_submit", subject="n1", fields=(), submit="Save")
    await platform.open_form(amina, form, trigger="tap")
    assert platform.form_of(amina) is form
    assert platform.form_of(sandbox_address("ben@example.org")) is None
    platform.close_form(amina)
    assert platform.form_of(amina) is None


def test_words_for_one_person_are_not_found_by_any_key(platform: SandboxPlatform) -> None:
    amina = sandbox_address("amina@example.org")
    platform.whisper(amina, HELLO)
    assert [one.is_whisper for one in platform.conversation(amina)] == [True]
    assert platform.conversation(amina)[0].key == ""


async def test_a_conversation_of_two_is_in_both_their_lists_and_refused_where_one_has_left(
    platform: SandboxPlatform,
) -> None:
    platform.join("ben@example.org")
    both = sandbox_address("amina@example.org,ben@example.org")
    await platform.post(both, HELLO, key="1")
    assert platform.groups_of("amina@example.org") == platform.groups_of("ben@example.org") == [both.to]
    assert platform.groups_of("cleo@example.org") == []
    platform.faults.left.add("ben@example.org")
    with pytest.raises(DeliveryError) as caught:
        await platform.post(both, HELLO, key="2")
    assert caught.value.permanent


async def test_a_word_for_one_of_two_is_marked_as_theirs(platform: SandboxPlatform) -> None:
    both = sandbox_address("amina@example.org,ben@example.org")
    said = platform.whisper(sandbox_address("amina@example.org"), HELLO, place=both)
    assert (said.only_for, said.ref.conversation) == ("amina@example.org", both.to)
    assert platform.whisper(sandbox_address("amina@example.org"), HELLO).only_for == ""
