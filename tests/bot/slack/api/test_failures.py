"""Each failure of Slack has one meaning for the ledger."""

from datetime import timedelta

import pytest

from bot.slack.api.failures import retry_after
from bot.slack.api.http_session import open_slack
from nudges.errors import DeliveryError
from nudges.model.message import Message, MessageRef
from tests.bot.slack.conftest import AMINA
from tests.fakes.slack_api import TOKEN, FakeSlack, Fault, serving


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "7"}, 7),
        ({"retry-after": " 7 "}, 7),
        ({"Retry-After": "3600"}, 3600),
        ({"Retry-After": "999999999999999999999999"}, 30),
        ({"Retry-After": "86400"}, 3600),
        ({"Retry-After": "0"}, 1),
        ({"Retry-After": "-5"}, 1),
        ({"Retry-After": "nan"}, 30),
        ({"Retry-After": "inf"}, 30),
        ({"Retry-After": "soon"}, 30),
        ({"Retry-After": ""}, 30),
        ({}, 30),
        (
            {"Retry-After": "Tue, 12 Jan 2027 09:01:00 GMT", "Date": "Tue, 12 Jan 2027 09:00:00 GMT"},
            60,
        ),
        ({"Retry-After": "Tue, 12 Jan 2027 09:01:00 GMT"}, 30),
        ({"Retry-After": "Tue, 12 Jan 2027 08:00:00 GMT", "Date": "Tue, 12 Jan 2027 09:00:00 GMT"}, 1),
    ],
)
def test_a_wait_is_a_second_to_an_hour_whatever_the_header_says(headers: dict[str, str], wait: int) -> None:
    assert retry_after(headers) == timedelta(seconds=wait)


@pytest.mark.parametrize(
    ("fault", "is_taken", "meaning"),
    [
        (Fault(kind="refuse", code="channel_not_found"), False, "permanent"),
        (Fault(kind="refuse", code="is_archived"), False, "permanent"),
        (Fault(kind="refuse", code="msg_too_long"), False, "permanent"),
        (Fault(kind="refuse", code="ratelimited"), False, "wait"),
        (Fault(kind="refuse", code="a_code_of_next_year"), False, "wait"),
        (Fault(kind="refuse", code="token_revoked"), False, "wait"),
        (Fault(kind="refuse", code="internal_error"), False, "ambiguous"),
        (Fault(kind="throttle"), False, "wait"),
        (Fault(kind="throttle", retry_after=None), False, "wait"),
        (Fault(kind="throttle", retry_after="-1"), False, "wait"),
        (Fault(kind="error", status=500), False, "ambiguous"),
        (Fault(kind="error", status=502), False, "ambiguous"),
        (Fault(kind="error", status=504), False, "ambiguous"),
        (Fault(kind="error", status=403), False, "wait"),
        (Fault(kind="reset"), False, "ambiguous"),
        (Fault(kind="drop"), True, "ambiguous"),
        (Fault(kind="garbage"), True, "ambiguous"),
        (Fault(kind="half_open"), True, "ambiguous"),
        (Fault(kind="slow", seconds=5), False, "ambiguous"),
    ],
    ids=lambda value: f"{value.kind}-{value.code}-{value.status}" if isinstance(value, Fault) else None,
)
async def test_a_post_that_fails_is_read_as_what_it_is(
    fake: FakeSlack, fault: Fault, is_taken: bool, meaning: str
) -> None:
    # Only these two are told by waiting; a busy machine must not make the others look like them.
    timeout = timedelta(seconds=1 if fault.kind in ("half_open", "slow") else 10)
    async with serving(fake) as api_url, open_slack(TOKEN, api_url=api_url, timeout=timeout) as platform:
        fake.fail("chat.postMessage", fault)
        with pytest.raises(DeliveryError) as caught:
            await platform.post(AMINA, Message(text="words"), key="k1")
        assert said(caught.value) == meaning
        assert len(fake.calls) == 1, "nothing tries again by itself"
        assert len(fake.posts()) == int(is_taken)
        # An edit may be done twice, so it is never ambiguous.
        fake.fail("chat.update", fault)
        with pytest.raises(DeliveryError) as caught:
            await platform.edit(
                AMINA, MessageRef(conversation="D0AMINA", message="1.1"), Message(text="w"), key="k"
            )
        assert said(caught.value) == meaning.replace("ambiguous", "wait")


def said(error: DeliveryError) -> str:
    assert not (error.permanent and error.ambiguous)
    return "permanent" if error.permanent else "ambiguous" if error.ambiguous else "wait"


@pytest.mark.parametrize(
    ("code", "is_everywhere"),
    # An app of a whole enterprise may be let into most of its workspaces, and not into the next.
    [("invalid_auth", True), ("account_inactive", True), ("team_access_not_granted", False)],
)
async def test_what_concerns_one_message_holds_up_no_other(
    fake: FakeSlack, code: str, is_everywhere: bool
) -> None:
    fake.fail("chat.postMessage", Fault(kind="refuse", code=code))
    async with serving(fake) as api_url, open_slack(TOKEN, api_url=api_url) as platform:
        with pytest.raises(DeliveryError) as caught:
            await platform.post(AMINA, Message(text="Hello"), key="k")
    assert caught.value.is_everywhere is is_everywhere
    assert caught.value.retry_after is not None
