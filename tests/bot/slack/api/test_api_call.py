"""One call: room is asked for first, the token is the present one, and its end is told."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.slack.api.http_session import client, open_session
from bot.slack.api.rate_limits import Limits
from bot.slack.outbound import SlackPlatform
from nudges.errors import DeliveryError
from nudges.model.message import Message
from tests.bot.slack.conftest import AMINA, CHANNEL
from tests.fakes.slack_api import FakeSlack, Fault, serving

WORDS = Message(text="Have a coffee with Ben")


@dataclass
class Keeper:
    """Keeps one workspace's token, and hears what becomes of it."""

    fake: FakeSlack
    token: str = "xoxb-old"
    renewed: int = 0
    lost: list[str] = field(default_factory=list)
    is_able: bool = True

    async def present(self) -> str:
        return self.token

    async def on_expired(self) -> None:
        self.renewed += 1
        if self.is_able:
            self.token = f"xoxb-new-{self.renewed}"
            self.fake.tokens.add(self.token)

    async def on_lost(self, code: str) -> None:
        self.lost.append(code)


@asynccontextmanager
async def kept(fake: FakeSlack) -> AsyncIterator[tuple[SlackPlatform, Keeper]]:
    keeper = Keeper(fake=fake)
    fake.tokens = {keeper.token}
    async with serving(fake) as url, open_session(timeout=timedelta(seconds=1)) as session:
        platform = SlackPlatform(
            client(session, api_url=url),
            limits=Limits(timer=lambda: 0.0),
            token=keeper.present,
            on_lost=keeper.on_lost,
            on_expired=keeper.on_expired,
        )
        yield platform, keeper


async def test_a_token_that_ended_is_renewed_and_the_message_goes_out_once(fake: FakeSlack) -> None:
    async with kept(fake) as (platform, keeper):
        await platform.post(AMINA, WORDS, key="k1")
        fake.expired.add("xoxb-old")
        await platform.post(AMINA, WORDS, key="k2")
        assert keeper.renewed == 1
        assert len(fake.posts()) == 2


async def test_a_token_that_cannot_be_renewed_lets_the_whole_workspace_wait(fake: FakeSlack) -> None:
    async with kept(fake) as (platform, keeper):
        fake.expired.add("xoxb-old")
        keeper.is_able = False
        with pytest.raises(DeliveryError) as caught:
            await platform.post(AMINA, WORDS, key="k1")
        assert caught.value.is_everywhere
        assert caught.value.retry_after == timedelta(minutes=1)
        assert keeper.renewed == 1
        assert keeper.lost == []


@pytest.mark.parametrize("code", ["account_inactive", "token_revoked", "app_uninstalled"])
async def test_the_app_taken_away_is_told_in_slacks_word(fake: FakeSlack, code: str) -> None:
    async with kept(fake) as (platform, keeper):
        fake.gone = code
        with pytest.raises(DeliveryError) as caught:
            await platform.post(AMINA, WORDS, key="k1")
        assert (caught.value.permanent, caught.value.ambiguous) == (False, False)
        assert caught.value.is_everywhere
        assert keeper.lost == [code]


@pytest.mark.parametrize("code", ["invalid_auth", "missing_scope"])
async def test_another_trouble_with_the_token_is_no_farewell(fake: FakeSlack, code: str) -> None:
    async with kept(fake) as (platform, keeper):
        fake.fail("chat.postMessage", Fault(kind="refuse", code=code))
        with pytest.raises(DeliveryError) as caught:
            await platform.post(AMINA, WORDS, key="k1")
        assert caught.value.is_everywhere is (code == "invalid_auth")
        assert keeper.lost == []


async def test_after_a_429_slack_is_not_even_asked(fake: FakeSlack) -> None:
    async with kept(fake) as (platform, _):
        ref = await platform.post(AMINA, WORDS, key="k1")
        fake.fail("chat.postMessage", Fault(kind="throttle", retry_after="40"))
        for key in ("k2", "k3"):
            with pytest.raises(DeliveryError) as caught:
                await platform.post(CHANNEL, WORDS, key=key)
            assert caught.value.retry_after == timedelta(seconds=40)
            assert caught.value.is_everywhere
        assert [method for method, _ in fake.calls] == ["chat.postMessage"] * 2
        await platform.edit(AMINA, ref, WORDS, key="k4")


async def test_a_channel_has_its_own_pace(fake: FakeSlack) -> None:
    async with kept(fake) as (platform, _):
        for n in range(5):
            await platform.post(CHANNEL, WORDS, key=f"k{n}")
        with pytest.raises(DeliveryError) as caught:
            await platform.post(CHANNEL, WORDS, key="k5")
        assert caught.value.retry_after == timedelta(seconds=1)
        assert not caught.value.is_everywhere
        await platform.post(AMINA, WORDS, key="k6")
