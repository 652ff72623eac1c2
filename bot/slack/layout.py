"""Neutral messages as Block Kit; everything is plain text, so that people's words do nothing."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from nudges.errors import InvalidInput
from nudges.model.message import Button, Message, Section, Table

# https://docs.slack.dev/reference/block-kit/blocks and .../block-elements
TEXT_MAX = 4000
BLOCKS_MAX = 50
SECTION_MAX = 3000
HEADER_MAX = 150
BUTTON_MAX = 75
VALUE_MAX = 2000
ROW = 5  # an actions block may hold 25, but more than a row of five is no longer a row
# https://docs.slack.dev/reference/block-kit/blocks/data-table-block; the characters are those of all cells.
TABLE_ROWS = 101
TABLE_COLUMNS = 20
TABLE_CHARACTERS = 10_000
TABLE_PAGE = 10
NOTHING = "–"  # a cell takes no empty text

ACTION_PREFIX = "milepost."

UNSEEN = "\u200b"
# Bold, italic, struck out and code begin and end at the edge of a word, a quote begins a line, and :this: may
# be a picture.
_MARKS = re.compile(r"(?<![^\W_])[*_~`]+|[*_~`]+(?![^\W_])|^>+|(?<=:)(?=[\w+'-]+:)", re.MULTILINE)

Block = dict[str, Any]

_log = logging.getLogger("milepost.slack")


def to_text(message: Message) -> str:
    """The words for notifications and screen readers: escaped, never empty, at most 4,000 characters.

    The three characters with a meaning are escaped, so that no mention, channel or link comes of them:
    https://docs.slack.dev/messaging/formatting-message-text#escaping
    """
    return _escaped_to_fit(_words(message), TEXT_MAX)


def to_content(message: Message) -> dict[str, Any]:
    """`text` and `blocks` for any call that shows a message; what does not fit goes as words alone."""
    try:
        return {"text": to_text(message), "blocks": to_blocks(message)}
    except InvalidInput:
        _log.warning("A message does not fit Slack's blocks; its words are sent alone.")
        return words_alone(message)


def words_alone(message: Message) -> dict[str, Any]:
    """`text` without blocks, so that it is shown itself: marks of formatting in it lose their meaning.

    Not every call can switch formatting off (chat.update cannot), so an invisible space parts each mark
    from its word. Inside a word a mark means nothing, and addresses stay whole.
    """
    return {"text": _escaped_to_fit(_MARKS.sub(_parted, _words(message)), TEXT_MAX), "blocks": []}


def has_native(message: Message) -> bool:
    """Whether there are blocks in it that not every Slack knows."""
    return any(section.table is not None for section in message.sections)


def without_native(message: Message) -> list[Block]:
    """The blocks, with words in the place of tables."""
    try:
        return to_blocks(
            replace(message, sections=tuple(replace(each, table=None) for each in message.sections))
        )
    except InvalidInput:
        return []


def to_blocks(message: Message, *, most: int = BLOCKS_MAX) -> list[Block]:
    """The message's parts in order; a message without parts is one section of its text.

    Raises:
        InvalidInput: more than `most` blocks, even when neighbouring paragraphs share one.
    """
    sections = message.sections or (Section(text=message.text),)
    blocks = list(_blocks(sections))
    if len(blocks) > most:
        blocks = list(_blocks(_joined(sections)))
    if len(blocks) > most:
        raise InvalidInput(f"The message needs {len(blocks)} parts and Slack takes {most}. Make it shorter.")
    return blocks


def _blocks(sections: Sequence[Section]) -> Iterator[Block]:
    buttons, room = 0, TABLE_CHARACTERS
    for section in sections:
        if section.table is not None and (size := _size(section.table)) <= room:
            room -= size
            yield _table(section.table)
        else:
            yield from _worded(section)
        for start in range(0, len(section.buttons), ROW):
            row = section.buttons[start : start + ROW]
            yield {"type": "actions", "elements": [_button(b, buttons + i) for i, b in enumerate(row)]}
            buttons += len(row)


def _worded(section: Section) -> Iterator[Block]:
    text = section.text.strip()
    if text and section.style == "heading" and len(text) <= HEADER_MAX:
        yield {"type": "header", "text": plain_text(text, HEADER_MAX)}
        return
    for part in pieces(text):
        if section.style == "small":
            yield {"type": "context", "elements": [plain_text(part, SECTION_MAX)]}
        else:
            yield words(part)


def _size(table: Table) -> int:
    """How many characters its cells have; more than fits where Slack has no such table."""
    fits = 1 <= len(table.rows) < TABLE_ROWS and 1 <= len(table.columns) <= TABLE_COLUMNS
    even = all(len(row) == len(table.columns) for row in table.rows)
    if not (fits and even and table.caption):
        return TABLE_CHARACTERS + 1
    return sum(max(len(cell), 1) for row in (table.columns, *table.rows) for cell in row)


def _table(table: Table) -> Block:
    """A native table; slack_sdk has no class for it. Cells of raw text have no formatting at all."""
    return {
        "type": "data_table",
        "caption": table.caption,
        "page_size": TABLE_PAGE,
        "rows": [
            [{"type": "raw_text", "text": cell.strip() or NOTHING} for cell in row]
            for row in (table.columns, *table.rows)
        ],
    }


def _joined(sections: Sequence[Section]) -> list[Section]:
    """Neighbouring paragraphs without buttons as one section."""
    joined: list[Section] = []
    for section in sections:
        last = joined[-1] if joined else None
        is_plain = last is not None and not last.buttons and last.table is None and section.table is None
        if last and is_plain and last.style == section.style != "heading":
            text = f"{last.text}\n\n{section.text}"
            joined[-1] = Section(text=text, style=section.style, buttons=section.buttons)
        else:
            joined.append(section)
    return joined


def pieces(text: str) -> Iterator[str]:
    """`text` in parts that fit a section, cut at the last paragraph, line or word that fits."""
    text = text.strip()
    while len(text) > SECTION_MAX:
        head = text[:SECTION_MAX]
        cut = max(head.rfind("\n\n"), 0) or max(head.rfind("\n"), 0) or max(head.rfind(" "), 0) or SECTION_MAX
        yield text[:cut].rstrip()
        text = text[cut:].strip()
    if text:
        yield text


def words(text: str) -> Block:
    """A paragraph."""
    return {"type": "section", "text": plain_text(text, SECTION_MAX)}


def plain_text(text: str, longest: int) -> dict[str, Any]:
    """A plain text object: no formatting, no mention and no emoji code in it means anything."""
    return {"type": "plain_text", "text": _shortened(text, longest), "emoji": False}


def _button(button: Button, number: int) -> Block:
    """`value` says what was tapped; who tapped comes only from the signed body."""
    value = json.dumps([button.verb, button.subject, button.value], separators=(",", ":"))
    if len(value) > VALUE_MAX:
        raise InvalidInput(f"The button '{button.label}' carries more than Slack takes.")
    element: Block = {
        "type": "button",
        "action_id": f"{ACTION_PREFIX}{number}",
        "text": plain_text(button.label, BUTTON_MAX),
        "value": value,
    }
    return element | ({"style": "primary"} if button.is_primary else {})


def _shortened(text: str, longest: int) -> str:
    """Cut at a word where one ends in the last third, and else anywhere."""
    if len(text) <= longest:
        return text
    head = text[:longest]
    cut = head.rfind(" ")
    return text[: cut if cut > longest * 2 // 3 else longest - 1].rstrip(" ,;:") + "…"


def _words(message: Message) -> str:
    said = message.text.strip() or "\n\n".join(s.text for s in message.sections if s.text.strip())
    return said.strip() or "…"


def _parted(match: re.Match[str]) -> str:
    return UNSEEN + "".join(mark + UNSEEN for mark in match[0])


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _escaped_to_fit(text: str, longest: int) -> str:
    escaped = _escaped(text)
    while len(escaped) > longest:
        # An escape is at most five characters for one, so this never cuts too much away at once.
        text = text[: len(text) - 1 - max((len(escaped) - longest) // 5, 1)].rstrip() + "…"
        escaped = _escaped(text)
    return escaped
