"""People's words do nothing: they are shown as they were written, in every shape that Slack gets."""

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bot.slack.layout import to_content, without_native, words_alone
from bot.slack.views import to_home, to_notice, to_view
from nudges.model.message import Button, Choice, Field, FieldKind, Form, Message, Section, Table

NASTY = (
    "<!channel>",
    "<!here|here>",
    "<@U0BEN>",
    "<#C0PARTNERSHIP>",
    "<!subteam^S0TEAM>",
    "<!date^1392734382^{date}^https://evil.example|x>",
    "<https://evil.example|the trust's page>",
    "&lt;!channel&gt;",
    "&amp;",
    "*bold*",
    "_soft_",
    "~gone~",
    "`code`",
    "```block```",
    "> quoted",
    ":tada:",
    ":+1::skin-tone-2:",
    "@channel",
    "#general",
    "\u202egnol",
)
WORDS = some.lists(some.sampled_from(NASTY) | some.text(max_size=12), min_size=1, max_size=6).map(" ".join)


def message_of(words: str) -> Message:
    """The words in every place of a message."""
    table = Table(caption=words or "…", columns=("Step", words), rows=((words, "Friday"), ("", words)))
    return Message(
        text=words,
        sections=(
            Section(text=words, style="heading"),
            Section(text=words),
            Section(text=words, style="small"),
            Section(text=words, table=table),
            Section(buttons=(Button(label=words or "x", verb="done", subject="n1"),)),
        ),
    )


def form_of(words: str) -> Form:
    """The words in every place of a form."""
    said = words or "x"
    choices = (Choice(value="a", label=said), Choice(value="b", label="B", group=said))
    few = (Choice(value="a", label=said),)
    return Form(
        title=said,
        verb="share_submit",
        subject="n1",
        submit=said,
        intro=words,
        fields=(
            Field(name="f1", label=said, kind=FieldKind.TEXT, initial=words, hint=said),
            Field(name="f2", label=said, kind=FieldKind.CHOICE, choices=few),
            Field(name="f3", label=said, kind=FieldKind.CHOICES, choices=choices, initial="a"),
        ),
    )


def objects(node: Any) -> list[dict[str, Any]]:
    """Everything in it that has a text of its own."""
    if isinstance(node, list):
        return [found for each in node for found in objects(each)]
    if not isinstance(node, dict):
        return []
    own = [node] if isinstance(node.get("text"), str) else []
    return own + [found for each in node.values() for found in objects(each)]


def is_literal(result: dict[str, Any]) -> bool:
    """Whether Slack shows this text as it is: no markup, no mention, no picture for a code."""
    kind = result.get("type")
    return kind == "raw_text" or (kind == "plain_text" and result.get("emoji") is False)


@settings(deadline=None, max_examples=150)
@given(WORDS)
def test_every_text_in_blocks_and_views_is_literal(words: str) -> None:
    message = message_of(words)
    shapes = (
        to_content(message)["blocks"],
        without_native(message),
        to_notice(message),
        to_home(message),
        to_view(form_of(words)),
    )
    for shape in shapes:
        assert objects(shape)
        assert all(is_literal(found) for found in objects(shape)), json.dumps(shape)
        assert "mrkdwn" not in json.dumps(shape)


@settings(deadline=None, max_examples=150)
@given(WORDS)
def test_the_words_beside_blocks_have_no_mention_and_no_link(words: str) -> None:
    text = to_content(message_of(words))["text"]
    assert "<" not in text
    assert ">" not in text
    assert not re.sub("&amp;|&lt;|&gt;", "", text).count("&")


# What Slack makes bold, soft, struck out or code: a mark at the edge of a word, and its partner.
FORMATTED = re.compile(r"(?:^|[\s\W])([*_~`])(?=[^\s\u200b])[^\n]*?[^\s\u200b]\1(?=$|[\s\W])")
PICTURE = re.compile(r":[a-z0-9_+'-]+:")


@settings(deadline=None, max_examples=300)
@given(WORDS)
def test_the_words_alone_have_no_format_and_no_picture_either(words: str) -> None:
    text = words_alone(message_of(words))["text"]
    assert "<" not in text
    assert ">" not in text
    assert not PICTURE.search(text)
    assert not FORMATTED.search(text), text
    assert not re.search(r"(?m)^&gt;", text)
    assert len(text) <= 4000


@pytest.mark.parametrize("nasty", NASTY)
def test_what_somebody_wrote_can_still_be_read(nasty: str) -> None:
    text = words_alone(Message(text=f"{nasty} and more"))["text"]
    read = text.replace("\u200b", "").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert read == f"{nasty} and more"


def test_an_address_in_the_words_alone_stays_whole() -> None:
    address = "https://milepost.example/open/north_valleys-together?a_b=1~2"
    assert address in words_alone(Message(text=f"All of it: {address}"))["text"]


def test_what_carries_the_tap_is_not_shown_and_says_nothing_of_people() -> None:
    view = to_view(form_of("<!channel>"))
    assert json.loads(view["private_metadata"]) == {"verb": "share_submit", "subject": "n1"}
