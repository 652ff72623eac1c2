"""The stored answer to a command, as JSON there and back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from nudges.model.commands import Outcome
from nudges.model.message import (
    Attachment,
    Button,
    Choice,
    Field,
    FieldKind,
    Form,
    Message,
    MessageRef,
    Section,
    Table,
)


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    """An outcome as plain lists and dictionaries."""
    return {
        "reply": asdict(outcome.reply) if outcome.reply is not None else None,
        "form": asdict(outcome.form) if outcome.form is not None else None,
        "edits_card": outcome.edits_card,
        "errors": dict(outcome.errors),
    }


def outcome_from(data: dict[str, Any]) -> Outcome:
    """The reverse of `outcome_json`."""
    return Outcome(
        reply=_message(data["reply"]) if data["reply"] is not None else None,
        form=_form(data["form"]) if data["form"] is not None else None,
        edits_card=data["edits_card"],
        errors=data["errors"],
    )


def _message(data: dict[str, Any]) -> Message:
    return Message(
        text=data["text"],
        sections=tuple(_section(part) for part in data["sections"]),
        attachments=tuple(Attachment(**attachment) for attachment in data["attachments"]),
        is_pinned=data["is_pinned"],
        thread=MessageRef(**data["thread"]) if data["thread"] is not None else None,
    )


def _section(data: dict[str, Any]) -> Section:
    return Section(
        text=data["text"],
        style=data["style"],
        buttons=tuple(Button(**button) for button in data["buttons"]),
        table=_table(data.get("table")),
    )


def _table(data: dict[str, Any] | None) -> Table | None:
    """The table of a section; answers that the release before stored have none."""
    if data is None:
        return None
    return Table(
        caption=data["caption"],
        columns=tuple(data["columns"]),
        rows=tuple(tuple(row) for row in data["rows"]),
    )


def _form(data: dict[str, Any]) -> Form:
    fields = tuple(
        Field(
            **{
                **field,
                "kind": FieldKind(field["kind"]),
                "choices": tuple(Choice(**choice) for choice in field["choices"]),
            }
        )
        for field in data["fields"]
    )
    return Form(
        title=data["title"],
        verb=data["verb"],
        subject=data["subject"],
        fields=fields,
        submit=data["submit"],
        intro=data["intro"],
    )
