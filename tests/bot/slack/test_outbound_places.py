"""Group conversations, threads, home pages and notices; and what is sent in their place if need be."""

from dataclasses import replace

import pytest

from nudges.errors import DeliveryError, StaleHome
from nudges.model.message import Button, Message, Section, Table
from nudges.model.people import Address
from tests.bot.slack.conftest import AMINA, CHANNEL, NOW, World
from tests.fakes.slack_api import TEAM, Fault

pytestmark = pytest.mark.asyncio(loop_scope="module")

BOTH = Address(platform="slack", workspace=TEAM, to="U0AMINA,U0BEN")
WORDS = Message(text="You two could meet", sections=(Section(text="You two could meet"),))
PAGE = Message(
    text="Yours", sections=(Section(text="Yours", buttons=(Button(label="Pause", verb="pause"),)),)
)
STEPS = Table(
    caption="Steps", columns=("Step", "By"), rows=(("Open the lounge", "Friday"), ("Share beds", ""))
)
REPORT = Message(
    text="Steps\n\n- Open the lounge, by Friday",
    sections=(
        Section(text="Steps", style="heading"),
        Section(text="- Open the lounge, by Friday", table=STEPS),
    ),
)


def kinds(message: dict[str, list[dict[str, str]]]) -> list[str]:
    return [block["type"] for block in message["blocks"]]


async def test_two_people_share_one_conversation_that_is_opened_once(world: World) -> None:
    first = await world.platform.post(BOTH, WORDS, key="k1")
    second = await world.platform.post(BOTH, WORDS, key="k2")
    assert first.conversation == second.conversation == "G0000"
    assert [method for method, _ in world.fake.calls].count("conversations.open") == 1
    assert len(world.fake.posts("G0000")) == 2
    assert await world.platform.find(BOTH, key="k2", since=NOW) == second
    await world.platform.edit(BOTH, first, replace(WORDS, text="Agreed"), key="k3")
    assert world.fake.posts("G0000")[0]["text"] == "Agreed"


async def test_a_conversation_with_somebody_who_has_left_is_refused_for_good(world: World) -> None:
    world.fake.deactivated.add("U0BEN")
    with pytest.raises(DeliveryError) as caught:
        await world.platform.post(BOTH, WORDS, key="k1")
    assert caught.value.permanent


async def test_a_conversation_that_cannot_be_opened_leaves_nothing_unclear(world: World) -> None:
    world.fake.fail("conversations.open", Fault(kind="drop"))
    with pytest.raises(DeliveryError) as caught:
        await world.platform.post(BOTH, WORDS, key="k1")
    assert (caught.value.permanent, caught.value.ambiguous) == (False, False)
    assert world.fake.posts() == []


async def test_an_answer_stands_in_its_thread_and_is_found_there(world: World) -> None:
    top = await world.platform.post(CHANNEL, WORDS, key="k1")
    answer = await world.platform.post(CHANNEL, replace(WORDS, thread=top), key="k2")
    assert world.fake.posts()[1]["thread_ts"] == top.message
    assert await world.platform.find(CHANNEL, key="k2", since=NOW) is None, "a thread is no part of a history"
    assert await world.platform.find(CHANNEL, key="k2", since=NOW, thread=top) == answer


async def test_a_home_page_is_drawn_over_the_one_that_was_meant(world: World) -> None:
    mark = await world.platform.show_home(AMINA, PAGE, mark="")
    assert mark == world.fake.homes["U0AMINA"]["hash"]
    newer = await world.platform.show_home(AMINA, replace(PAGE, sections=()), mark=mark)
    assert newer != mark
    with pytest.raises(StaleHome):
        await world.platform.show_home(AMINA, PAGE, mark=mark)
    assert world.fake.homes["U0AMINA"]["hash"] == newer
    await world.platform.show_home(AMINA, PAGE, mark="")
    assert world.fake.homes["U0AMINA"]["view"]["blocks"][1]["elements"][0]["text"]["text"] == "Pause"


async def test_a_home_page_whose_answer_is_lost_may_simply_be_drawn_again(world: World) -> None:
    world.fake.fail("views.publish", Fault(kind="drop"))
    with pytest.raises(DeliveryError) as caught:
        await world.platform.show_home(AMINA, PAGE, mark="")
    assert not caught.value.ambiguous
    await world.platform.show_home(AMINA, PAGE, mark="")


async def test_a_notice_can_only_be_closed_and_gives_way_to_the_next(world: World) -> None:
    await world.platform.open_notice(WORDS, trigger="t1")
    [shown] = world.fake.views
    assert "submit" not in shown["view"]
    assert shown["view"]["close"]["text"] == "Close"
    await world.platform.open_notice(replace(WORDS, sections=(), text="Paused"), trigger="t2", over="V1")
    assert world.fake.views[0]["view"]["blocks"][0]["text"]["text"] == "Paused"
    assert len(world.fake.views) == 1


async def test_a_table_is_drawn_by_slack_and_said_in_the_words(world: World) -> None:
    await world.platform.post(CHANNEL, REPORT, key="k1")
    [message] = world.fake.posts()
    assert kinds(message) == ["header", "data_table"]
    assert [cell["text"] for cell in message["blocks"][1]["rows"][2]] == ["Share beds", "–"]
    assert "Open the lounge, by Friday" in message["text"]


async def test_where_slack_knows_no_tables_the_words_stand_in_their_place(world: World) -> None:
    world.fake.takes_tables = False
    await world.platform.post(CHANNEL, REPORT, key="k1")
    [message] = world.fake.posts()
    assert kinds(message) == ["header", "section"]
    assert message["blocks"][1]["text"]["text"] == "- Open the lounge, by Friday"
    assert message["metadata"]["event_payload"] == {"key": "k1"}


async def test_where_slack_takes_no_blocks_at_all_the_words_go_alone(world: World) -> None:
    world.fake.fail("chat.postMessage", Fault(kind="refuse", code="invalid_blocks"), times=2)
    await world.platform.post(CHANNEL, REPORT, key="k1")
    [message] = world.fake.posts()
    assert message["blocks"] == []
    assert "Open the lounge" in message["text"]


@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update", "chat.postEphemeral"])
async def test_nothing_is_unfurled_or_read_out_of_the_words(world: World, method: str) -> None:
    ref = await world.platform.post(CHANNEL, WORDS, key="k1")
    await world.platform.edit(CHANNEL, ref, WORDS, key="k2")
    await world.platform.whisper(WORDS, to=AMINA, channel=CHANNEL.to)
    given = next(given for name, given in world.fake.calls if name == method)
    if method == "chat.postMessage":
        assert (given["unfurl_links"], given["unfurl_media"], given["mrkdwn"]) == (False, False, False)
    else:
        assert (given["parse"], given["link_names"]) == ("none", False)


async def test_an_answer_by_its_own_address_unfurls_nothing(world: World) -> None:
    url = f"{world.fake.url}/response/U0AMINA"
    await world.platform.whisper(WORDS, to=AMINA, channel="", reply_url=url)
    [said] = world.fake.whispers
    assert (said["unfurl_links"], said["unfurl_media"], said["mrkdwn"]) == (False, False, False)
