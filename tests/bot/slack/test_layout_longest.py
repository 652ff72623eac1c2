"""Every message and every form fits Slack even when people write as much as they are allowed to."""

from typing import Any

import pytest

from bot.slack.layout import TEXT_MAX, to_content, to_text, without_native
from bot.slack.views import to_home, to_notice, to_view
from nudges.model.message import Message
from tests.bot.slack.test_layout import RENDERER, forms, samples, sent
from tests.fakes.slack_limits import problem_of_blocks, problem_of_view

LONGEST = 1000
"""As many characters as the longest answer of any form may have."""
ODD = "<!channel> & “Ünïcödé” :tada: *bold* "
# What is ours and chosen from a list: facts that a template compares, not words that it shows.
OURS = {"state", "guess", "choice", "event", "verb", "subject", "value", "id", "kind", "notes", "pace"}


def grown(value: Any, *, key: str = "") -> Any:
    """The facts with all words of people's as long as they may be."""
    if isinstance(value, dict):
        return {name: grown(each, key=name) for name, each in value.items()}
    if isinstance(value, list):
        return [grown(each, key=key) for each in value]
    is_word = isinstance(value, str) and value and not (value.isidentifier() and value.islower())
    if not is_word or key in OURS:
        return value
    return (ODD * (LONGEST // len(ODD)))[: LONGEST - len(value)] + value


def said(blocks: list[dict[str, Any]]) -> list[str]:
    """The words of headings, paragraphs and small print."""
    parts = [part for block in blocks for part in (block, *block.get("elements", [])) if "text" in part]
    return [part["text"] if isinstance(part["text"], str) else part["text"]["text"] for part in parts]


def shapes(message: Message) -> list[tuple[str, str | None]]:
    """Each shape in which Slack may get a message, and what is wrong with it."""
    content = to_content(message)
    return [
        ("blocks", problem_of_blocks(content["blocks"])),
        ("plainer blocks", problem_of_blocks(without_native(message))),
        ("home", problem_of_view(to_home(message))),
        ("notice", problem_of_view(to_notice(message))),
        ("text", None if 0 < len(content["text"]) <= TEXT_MAX else "length"),
    ]


@pytest.mark.parametrize(("event", "facts"), samples(), ids=lambda one: one if isinstance(one, str) else "")
def test_every_message_fits_in_every_shape_and_loses_no_word(event: str, facts: dict[str, Any]) -> None:
    longest = grown(facts)
    for variant in range(RENDERER.variants(event)):
        message = RENDERER.message(sent(event, longest, variant))
        assert [(shape, wrong) for shape, wrong in shapes(message) if wrong] == []
        assert to_content(message)["blocks"], "it is more than words alone"
        shown = set(" ".join(said(without_native(message))).split())
        assert {word for section in message.sections for word in section.text.split()} <= shown
        text = to_text(message).rstrip("…")
        assert not text.endswith(("&", "&a", "&am", "&amp", "&l", "&lt", "&g", "&gt")), "an escape is cut"


@pytest.mark.parametrize(("name", "facts"), forms())
def test_every_form_fits_at_its_longest(name: str, facts: dict[str, Any]) -> None:
    form = RENDERER.form(name, grown(facts), subject="n" * 64)
    assert problem_of_view(to_view(form)) is None
