"""Messages and forms fit Slack's limits, and people's words do nothing in them."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.files.content import load_rules
from bot.rendering.message_renderer import TemplateRenderer
from bot.slack.layout import to_blocks, to_content, to_text
from bot.slack.views import to_view
from nudges.errors import InvalidInput
from nudges.model.delivery import Delivery
from nudges.model.message import Button, Message, MessageKind, Section
from nudges.model.people import Address
from tests.fakes.slack_limits import problem_of_blocks, problem_of_view

MESSAGES = Path(__file__).resolve().parents[3] / "config" / "messages"
RENDERER = TemplateRenderer(MESSAGES)
NASTY = "<!channel> <@U0BEN> <https://evil.example|here> *bold* _it_ ~no~ `code` :smile: & \u202egnol"


def texts(node: Any) -> list[dict[str, Any]]:
    """Every text object in blocks."""
    if isinstance(node, list):
        return [found for each in node for found in texts(each)]
    if not isinstance(node, dict):
        return []
    own = [node] if node.get("type") in ("plain_text", "mrkdwn") else []
    return own + [found for each in node.values() for found in texts(each)]


def described(node: Any) -> list[dict[str, Any]]:
    """The second lines of choices."""
    if isinstance(node, list):
        return [found for each in node for found in described(each)]
    if not isinstance(node, dict):
        return []
    own = [node["description"]] if "description" in node else []
    return own + [found for each in node.values() for found in described(each)]


def test_peoples_words_are_plain_text_and_escaped_where_slack_reads_markup() -> None:
    message = Message(
        text=NASTY,
        sections=(
            Section(text=NASTY, style="heading"),
            Section(text=NASTY * 40, style="heading"),
            Section(text=NASTY),
            Section(text=NASTY, style="small"),
            Section(buttons=(Button(label=NASTY, verb="done", subject="n1"),)),
        ),
    )
    content = to_content(message)
    assert not {"<", ">"} & set(content["text"])
    assert "&lt;!channel&gt;" in content["text"]
    assert {found["type"] for found in texts(content["blocks"])} == {"plain_text"}
    assert not any(found["emoji"] for found in texts(content["blocks"]))


@pytest.mark.parametrize("text", ["&" * 5000, "<" * 3999 + "&", "x" * 10_000, "a & b " * 1000])
def test_the_text_is_at_most_4000_characters_and_no_escape_is_cut(text: str) -> None:
    shown = to_text(Message(text=text))
    assert 3900 < len(shown) <= 4000
    rest = shown.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")
    assert "&" not in rest
    assert shown.endswith("…")


def test_the_text_is_never_empty() -> None:
    assert to_text(Message(text=" ")) == "…"
    assert to_text(Message(text="", sections=(Section(text="One"), Section(text="Two")))) == "One\n\nTwo"


def test_a_long_paragraph_becomes_several_sections_without_losing_a_word() -> None:
    words = [f"word{n}" for n in range(2000)]
    blocks = to_blocks(Message(text=" ".join(words)))
    assert problem_of_blocks(blocks) is None
    assert " ".join(block["text"]["text"] for block in blocks).split() == words


def test_buttons_stand_in_rows_of_five_with_different_ids() -> None:
    buttons = tuple(Button(label=f"B{n}", verb="done", subject="n1", is_primary=n == 0) for n in range(7))
    blocks = to_blocks(
        Message(text="x", sections=(Section(text="x", buttons=buttons), Section(buttons=buttons[:1])))
    )
    rows = [block["elements"] for block in blocks if block["type"] == "actions"]
    assert [len(row) for row in rows] == [5, 2, 1]
    assert len({button["action_id"] for row in rows for button in row}) == 8
    assert json.loads(rows[0][0]["value"]) == ["done", "n1", ""]
    assert [button.get("style") for button in rows[0]] == ["primary", None, None, None, None]


def test_many_paragraphs_share_blocks_rather_than_get_lost() -> None:
    message = Message(text="x", sections=tuple(Section(text=f"Line {n}") for n in range(120)))
    blocks = to_blocks(message)
    assert len(blocks) == 1
    assert "Line 119" in blocks[0]["text"]["text"]


def test_what_cannot_fit_goes_as_words_alone() -> None:
    button = (Button(label="Done", verb="done"),)
    message = Message(text="words", sections=tuple(Section(text="x", buttons=button) for _ in range(51)))
    with pytest.raises(InvalidInput, match="Slack takes 50"):
        to_blocks(message)
    assert to_content(message) == {"text": "words", "blocks": []}


def samples() -> list[tuple[str, dict[str, Any]]]:
    """Every message with its facts at their longest."""
    paths = sorted(MESSAGES.glob("*/sample.yaml"))
    read = {path.parent.name: yaml.safe_load(path.read_text(encoding="utf-8")) or {} for path in paths}
    read["rollup"]["lines"] = as_posted(read["rollup"]["lines"])
    return list(read.items())


def as_posted(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines of the post with as many as it may have: the first to go are left out."""
    rules = load_rules().rollup
    drops = {rule.id: rule.drop for rule in rules.lines}
    while len(lines) > rules.max_lines:
        weakest = max(range(len(lines)), key=lambda index: (drops[lines[index]["id"]], index))
        lines = [line for index, line in enumerate(lines) if index != weakest]
    return lines


def forms() -> list[tuple[str, dict[str, Any]]]:
    """Every form with its facts at their longest."""
    paths = sorted((MESSAGES / "forms").glob("*.yaml"))
    return [(path.stem, yaml.safe_load(path.read_text(encoding="utf-8")).get("sample", {})) for path in paths]


@pytest.fixture(scope="module")
def renderer() -> TemplateRenderer:
    return RENDERER


@pytest.mark.parametrize(("event", "facts"), samples())
def test_every_message_fits_slack(renderer: TemplateRenderer, event: str, facts: dict[str, Any]) -> None:
    for variant in range(renderer.variants(event)):
        message = renderer.message(sent(event, facts, variant))
        blocks = to_blocks(message)
        assert problem_of_blocks(blocks) is None
        assert not to_text(message).endswith("…"), "the words are cut"
        assert "…" not in json.dumps([f["text"] for f in texts(blocks)], ensure_ascii=False), "a part is cut"


@pytest.mark.parametrize(("name", "facts"), forms())
def test_every_form_fits_slack(renderer: TemplateRenderer, name: str, facts: dict[str, Any]) -> None:
    view = to_view(renderer.form(name, facts, subject="n" * 64))
    assert problem_of_view(view) is None
    # What speaks for a choice may be long, and stands under it as far as there is room.
    shown = [found for found in texts(view) if found not in described(view)]
    assert not [found["text"] for found in shown if "…" in found["text"]], "a part is cut"


def sent(event: str, facts: dict[str, Any], variant: int) -> Delivery:
    """A delivery of this message, as the ledger gives it to the renderer."""
    return Delivery(
        id="d1",
        partnership_id="p1",
        recipient="l1",
        person="l1",
        address=Address(platform="slack", workspace="T0MILEPOST", to="U0AMINA"),
        purpose=MessageKind.NUDGE,
        occurrence="1",
        event=event,
        facts=facts,
        subject="n1",
        variant=variant,
        not_before=datetime(2027, 1, 12, tzinfo=UTC),
        week_on=date(2027, 1, 11),
    )
