"""Forms, notices and home pages as Slack's views; plain text throughout, like messages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from bot.slack.layout import Block, pieces, plain_text, to_blocks, words
from nudges.errors import InvalidInput
from nudges.model.message import Choice, Field, FieldKind, Form, Message, Section

# https://docs.slack.dev/reference/views and .../block-kit/block-elements
TITLE_MAX = 24
LABEL_MAX = 2000
OPTION_MAX = 75
FEW = 10  # as many as radio buttons and checkboxes may be
SELECT_MAX = 100
GROUPS_MAX = 100
INPUT_MAX = 3000
METADATA_MAX = 3000
VIEW_BLOCKS_MAX = 100

FORM = "milepost.form"
NOTICE = "milepost.notice"
HOME = "milepost.home"
FIELD_PREFIX = "field."
NAME = "Milepost"
CLOSE = "Close"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"\d{2}:\d{2}")


def to_view(form: Form) -> Block:
    """The form as a modal; `verb` and `subject` travel in its private metadata, never the person.

    Raises:
        InvalidInput: a choice without options, or with more than Slack takes.
    """
    metadata = json.dumps({"verb": form.verb, "subject": form.subject})
    if len(metadata) > METADATA_MAX:
        raise InvalidInput("The form's subject is too long for Slack.")
    blocks = [words(part) for part in pieces(form.intro)] + [_input(field) for field in form.fields]
    if len(blocks) > VIEW_BLOCKS_MAX:
        raise InvalidInput(f"The form asks {len(form.fields)} questions and Slack takes {VIEW_BLOCKS_MAX}.")
    view = {
        "type": "modal",
        "callback_id": FORM,
        "title": plain_text(form.title, TITLE_MAX),
        "private_metadata": metadata,
        "blocks": blocks or [words(form.title)],
    }
    return view | ({"submit": plain_text(form.submit, TITLE_MAX)} if form.submit else {})


def to_notice(message: Message) -> Block:
    """A message as a modal that can only be closed; its first heading is the title where it is short.

    What has more parts than Slack takes is said in words, without its buttons.
    """
    first = message.sections[0] if message.sections else Section()
    is_title = first.style == "heading" and 0 < len(first.text) <= TITLE_MAX and len(message.sections) > 1
    if is_title:
        message = replace(message, sections=message.sections[1:])
    try:
        blocks = to_blocks(_worded(message), most=VIEW_BLOCKS_MAX)
    except InvalidInput:
        blocks = [words(part) for part in pieces(message.text)][:VIEW_BLOCKS_MAX]
    return {
        "type": "modal",
        "callback_id": NOTICE,
        "title": plain_text(first.text if is_title else NAME, TITLE_MAX),
        "close": plain_text(CLOSE, TITLE_MAX),
        "blocks": blocks,
    }


def to_home(message: Message) -> Block:
    """A person's own page: a message with room for more; tables are said in words.

    Raises:
        InvalidInput: more parts than Slack takes, even when neighbouring paragraphs share one.
    """
    return {
        "type": "home",
        "callback_id": HOME,
        "blocks": to_blocks(_worded(message), most=VIEW_BLOCKS_MAX),
    }


def _worded(message: Message) -> Message:
    return replace(message, sections=tuple(replace(each, table=None) for each in message.sections))


def _input(field: Field) -> Block:
    block: Block = {
        "type": "input",
        "block_id": f"{FIELD_PREFIX}{field.name}",
        "label": plain_text(field.label, LABEL_MAX),
        "element": {"action_id": field.name} | _element(field),
        "optional": not field.is_required,
    }
    return block | ({"hint": plain_text(field.hint, LABEL_MAX)} if field.hint else {})


def _element(field: Field) -> Block:
    match field.kind:
        case FieldKind.CHOICE | FieldKind.CHOICES:
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
    """A few stand openly, many in a menu; those of a group under its name."""
    is_many = field.kind is FieldKind.CHOICES
    options = {choice.value: _option(choice) for choice in field.choices}
    is_grouped = any(choice.group for choice in field.choices)
    element: dict[str, Any]
    if is_grouped:
        groups = list(_groups(field.choices, options))
        _refuse_many(field, len(groups), GROUPS_MAX, "groups of answers")
        element = {"type": _menu(is_many), "option_groups": groups}
    else:
        _refuse_many(field, len(options), SELECT_MAX, "answers")
        openly = "checkboxes" if is_many else "radio_buttons"
        kind = openly if len(options) <= FEW else _menu(is_many)
        element = {"type": kind, "options": list(options.values())}
    chosen = [options[one] for one in field.initial.split(",") if one in options] if is_many else []
    if chosen:
        element["initial_options"] = chosen
    elif not is_many and field.initial in options:
        element["initial_option"] = options[field.initial]
    return element


def _menu(is_many: bool) -> str:
    return "multi_static_select" if is_many else "static_select"


def _refuse_many(field: Field, count: int, most: int, what: str) -> None:
    if not 1 <= count <= most:
        raise InvalidInput(f"The question '{field.label}' has {count} {what}; Slack takes 1 to {most}.")


def _groups(choices: Sequence[Choice], options: dict[str, Block]) -> Iterator[Block]:
    """Groups in the order of their first option; a group that is too long goes on in another one."""
    by_name: dict[str, list[Block]] = {}
    for choice in choices:
        by_name.setdefault(choice.group or "Others", []).append(options[choice.value])
    for name, members in by_name.items():
        for start in range(0, len(members), SELECT_MAX):
            yield {"label": plain_text(name, OPTION_MAX), "options": members[start : start + SELECT_MAX]}


def _option(choice: Choice) -> Block:
    """A label of two lines has its second one as the option's description."""
    label, rest = choice.label, ""
    if len(label) > OPTION_MAX:
        cut = label.rfind(". ", 0, OPTION_MAX) + 1 or label.rfind(" ", 0, OPTION_MAX)
        label, rest = (label[:cut], label[cut:].strip()) if cut > 0 else (label, "")
    option: Block = {"text": plain_text(label, OPTION_MAX), "value": choice.value}
    return option | ({"description": plain_text(rest, OPTION_MAX)} if rest else {})
