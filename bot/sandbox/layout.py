"""Neutral messages and forms as plain data for the page, and in their Slack form."""

from __future__ import annotations

from typing import Any

from bot.sandbox.outbound import Posted
from bot.slack.layout import to_content
from bot.slack.views import to_home
from nudges.model.message import Button, Field, Form, Message, Section, Table


def to_page(posted: Posted) -> dict[str, Any]:
    """A message as JSON data; the page sets every word as text, never as HTML."""
    message = posted.message
    sections = message.sections or (Section(text=message.text),)
    return {
        "id": posted.ref.message,
        "at": posted.at.isoformat(),
        "edits": posted.edits,
        "isPinned": message.is_pinned,
        "isWhisper": posted.is_whisper,
        "isTheirs": posted.is_theirs,
        "thread": message.thread.message if message.thread else None,
        "sections": [_section(section) for section in sections],
        "attachments": [
            {"name": attachment.name, "type": attachment.media_type, "content": attachment.content}
            for attachment in message.attachments
        ],
    }


def to_parts(message: Message) -> list[dict[str, Any]]:
    """The parts of a message, or of somebody's own page, as JSON data."""
    return [_section(section) for section in message.sections or (Section(text=message.text),)]


def slack_home(page: Message) -> dict[str, Any]:
    """Somebody's own page as Slack would get it."""
    return to_home(page)


def to_form(form: Form) -> dict[str, Any]:
    """A form as JSON data."""
    return {
        "title": form.title,
        "intro": form.intro,
        "submit": form.submit,
        "fields": [_field(field) for field in form.fields],
    }


def slack_form(message: Message) -> dict[str, Any]:
    """The same message as Slack would get it."""
    return to_content(message)


def _section(section: Section) -> dict[str, Any]:
    return {
        "text": section.text,
        "style": section.style,
        "table": _table(section.table) if section.table is not None else None,
        "buttons": [_button(button, index) for index, button in enumerate(section.buttons)],
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "caption": table.caption,
        "columns": list(table.columns),
        "rows": [list(row) for row in table.rows],
    }


def _button(button: Button, index: int) -> dict[str, Any]:
    return {
        "label": button.label,
        "verb": button.verb,
        "subject": button.subject,
        "value": button.value,
        "isPrimary": button.is_primary,
        "index": index,
    }


def _field(field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "label": field.label,
        "kind": str(field.kind),
        "choices": [
            {"value": choice.value, "label": choice.label, "group": choice.group} for choice in field.choices
        ],
        "initial": field.initial,
        "hint": field.hint,
        "isRequired": field.is_required,
        "maxLength": field.max_length,
    }
