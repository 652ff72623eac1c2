"""Neutral messages and forms as Block Kit; everything is plain text, so people's words do nothing."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Sequence
from typing import Any

from nudges.errors import InvalidInput
from nudges.rules.message import Button, Choice, Field, FieldKind, Form, Message, Section

# https://docs.slack.dev/reference/block-kit/blocks and .../block-elements
TEXT_MAX = 4000
BLOCKS_MAX = 50
SECTION_MAX = 3000
HEADER_MAX = 150
BUTTON_MAX = 75
VALUE_MAX = 2000
TITLE_MAX = 24
LABEL_MAX = 2000
OPTION_MAX = 75
RADIO_MAX = 10
SELECT_MAX = 100
INPUT_MAX = 3000
METADATA_MAX = 3000
ROW = 5  # an actions block may hold 25, but more than a row of five is no longer a row

FORM = "milepost.form"
ACTION_PREFIX = "milepost."
FIELD_PREFIX = "field."
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"\d{2}:\d{2}")

Block = dict[str, Any]

_log = logging.getLogger("milepost.slack")


def to_text(message: Message) -> str:
    """The words for notifications and screen readers: escaped, never empty, at most 4,000 characters.

    The three characters with a meaning are escaped, so that no mention, channel or link comes of them:
    https://docs.slack.dev/messaging/formatting-message-text#escaping
    """
    words = message.text.strip() or "\n\n".join(s.text for s in message.sections if s.text.strip())
    return _escaped_to_fit(words.strip() or "…", TEXT_MAX)


def to_content(message: Message) -> dict[str, Any]:
    """`text` and `blocks` for any call that shows a message; what does not fit goes as words alone."""
    try:
        return {"text": to_text(message), "blocks": to_blocks(message)}
    except InvalidInput:
        _log.warning("A message does not fit Slack's blocks; its words are sent alone.")
        return {"text": to_text(message), "blocks": []}


def to_blocks(message: Message) -> list[Block]:
    """The message's parts in order; a message without parts is one section of its text.

    Raises:
        InvalidInput: more than Slack takes, even when neighbouring paragraphs share a block.
    """
    sections = message.sections or (Section(text=message.text),)
    blocks = list(_blocks(sections))
    if len(blocks) > BLOCKS_MAX:
        blocks = list(_blocks(_joined(sections)))
    if len(blocks) > BLOCKS_MAX:
        raise InvalidInput(
            f"The message needs {len(blocks)} parts and Slack takes {BLOCKS_MAX}. Make it shorter."
        )
    return blocks


def to_view(form: Form) -> dict[str, Any]:
    """The form as a modal; `verb` and `subject` travel in its private metadata, never the person.

    Raises:
        InvalidInput: a choice without options, or with more than 100.
    """
    blocks = [_section(part) for part in _pieces(form.intro)] + [_input(field) for field in form.fields]
    metadata = json.dumps({"verb": form.verb, "subject": form.subject})
    if len(metadata) > METADATA_MAX:
        raise InvalidInput("The form's subject is too long for Slack.")
    return {
        "type": "modal",
        "callback_id": FORM,
        "title": _plain(form.title, TITLE_MAX),
        "submit": _plain(form.submit, TITLE_MAX),
        "private_metadata": metadata,
        "blocks": blocks,
    }


def _blocks(sections: Sequence[Section]) -> Iterator[Block]:
    buttons = 0
    for section in sections:
        text = section.text.strip()
        if text and section.style == "heading" and len(text) <= HEADER_MAX:
            yield {"type": "header", "text": _plain(text, HEADER_MAX)}
        elif text and section.style == "small":
            for part in _pieces(text):
                yield {"type": "context", "elements": [_plain(part, SECTION_MAX)]}
        else:
            for part in _pieces(text):
                yield _section(part)
        for start in range(0, len(section.buttons), ROW):
            row = section.buttons[start : start + ROW]
            yield {"type": "actions", "elements": [_button(b, buttons + i) for i, b in enumerate(row)]}
            buttons += len(row)


def _joined(sections: Sequence[Section]) -> list[Section]:
    """Neighbouring paragraphs without buttons as one section."""
    joined: list[Section] = []
    for section in sections:
        last = joined[-1] if joined else None
        if last and not last.buttons and last.style == section.style != "heading":
            text = f"{last.text}\n\n{section.text}"
            joined[-1] = Section(text=text, style=section.style, buttons=section.buttons)
        else:
            joined.append(section)
    return joined


def _pieces(text: str) -> Iterator[str]:
    """`text` in parts that fit a section, cut at the last paragraph, line or word that fits."""
    text = text.strip()
    while len(text) > SECTION_MAX:
        head = text[:SECTION_MAX]
        cut = max(head.rfind("\n\n"), 0) or max(head.rfind("\n"), 0) or max(head.rfind(" "), 0) or SECTION_MAX
        yield text[:cut].rstrip()
        text = text[cut:].strip()
    if text:
        yield text


def _section(text: str) -> Block:
    return {"type": "section", "text": _plain(text, SECTION_MAX)}


def _plain(text: str, longest: int) -> dict[str, Any]:
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
        "text": _plain(button.label, BUTTON_MAX),
        "value": value,
    }
    return element | ({"style": "primary"} if button.is_primary else {})


def _input(field: Field) -> Block:
    block: Block = {
        "type": "input",
        "block_id": f"{FIELD_PREFIX}{field.name}",
        "label": _plain(field.label, LABEL_MAX),
        "element": {"action_id": field.name} | _element(field),
        "optional": not field.is_required,
    }
    return block | ({"hint": _plain(field.hint, LABEL_MAX)} if field.hint else {})


def _element(field: Field) -> Block:
    match field.kind:
        case FieldKind.CHOICE:
            return _choice(field)
        case FieldKind.DATE:
            return {"type": "datepicker"} | _initial("initial_date", field.initial, _DATE)
        case FieldKind.TIME:
            return {"type": "timepicker"} | _initial("initial_time", field.initial, _TIME)
        case FieldKind.TEXT:
            longest = min(field.max_length, INPUT_MAX)
            element = {"type": "plain_text_input", "max_length": longest, "multiline": field.max_length > 150}
            return element | ({"initial_value": field.initial[:longest]} if field.initial else {})


def _initial(name: str, value: str, shape: re.Pattern[str]) -> Block:
    return {name: value} if shape.fullmatch(value) else {}


def _choice(field: Field) -> Block:
    if not 1 <= len(field.choices) <= SELECT_MAX:
        raise InvalidInput(
            f"The question '{field.label}' has {len(field.choices)} answers; Slack takes 1 to {SELECT_MAX}."
        )
    options = {choice.value: _option(choice) for choice in field.choices}
    kind = "radio_buttons" if len(options) <= RADIO_MAX else "static_select"
    element: Block = {"type": kind, "options": list(options.values())}
    return element | ({"initial_option": options[field.initial]} if field.initial in options else {})


def _option(choice: Choice) -> Block:
    """A label of two lines has its second one as the option's description."""
    label, rest = choice.label, ""
    if len(label) > OPTION_MAX:
        cut = label.rfind(". ", 0, OPTION_MAX) + 1 or label.rfind(" ", 0, OPTION_MAX)
        label, rest = (label[:cut], label[cut:].strip()) if cut > 0 else (label, "")
    option: Block = {"text": _plain(label, OPTION_MAX), "value": choice.value}
    return option | ({"description": _plain(rest, OPTION_MAX)} if rest else {})


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _escaped_to_fit(text: str, longest: int) -> str:
    escaped = _escaped(text)
    while len(escaped) > longest:
        # An escape is at most five characters for one, so this never cuts too much away at once.
        text = text[: len(text) - 1 - max((len(escaped) - longest) // 5, 1)].rstrip() + "…"
        escaped = _escaped(text)
    return escaped
