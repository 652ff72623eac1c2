"""Tables from YAML files beside the templates that say the same in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, Template

from bot.rendering.template_language import TABLE, fact, is_other, rendered
from nudges.model.message import Section, Table

_Columns = tuple[tuple[str, Template], ...]


class TableTemplates:
    """Reads `<event>/table.yaml` at its first use and keeps it."""

    def __init__(self, root: Path, environment: Environment) -> None:
        self._root = root
        self._environment = environment
        self._known: dict[tuple[str, str], tuple[str, str, _Columns] | None] = {}

    def with_table(
        self, sections: Sequence[Section], event: str, facts: Mapping[str, Any], locale: str
    ) -> list[Section]:
        """The sections, those in a row that a table can stand for as one with it.

        Raises:
            InvalidInput: a fact is missing; the text names it and the message.
        """
        joined: list[Section] = []
        for section in sections:
            last = joined[-1] if joined else None
            if section.style == TABLE and last is not None and last.style == TABLE:
                joined[-1] = replace(last, text=f"{last.text}\n\n{section.text}")
            else:
                joined.append(section)
        return [
            replace(part, style="text", table=self._table(event, facts, locale))
            if part.style == TABLE
            else part
            for part in joined
        ]

    def _table(self, event: str, facts: Mapping[str, Any], locale: str) -> Table | None:
        source = self._source(event, locale)
        if source is None:
            return None
        caption, rows_from, columns = source
        rows: Sequence[Mapping[str, Any]] = fact(facts, rows_from, event)
        return Table(
            caption=caption,
            columns=tuple(name for name, _ in columns),
            rows=tuple(
                tuple(" ".join(rendered(cell, row, event).split()) for _, cell in columns) for row in rows
            ),
        )

    def _source(self, event: str, locale: str) -> tuple[str, str, _Columns] | None:
        if (event, locale) not in self._known:
            other = self._root / event / locale / "table.yaml"
            path = other if is_other(locale) and other.is_file() else self._root / event / "table.yaml"
            self._known[event, locale] = self._read(path) if path.is_file() else None
        return self._known[event, locale]

    def _read(self, path: Path) -> tuple[str, str, _Columns]:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        columns = tuple(
            (str(each["name"]), self._environment.from_string(each["cell"])) for each in data["columns"]
        )
        return str(data["caption"]), str(data["rows"]), columns
