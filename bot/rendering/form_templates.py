"""Forms from YAML files: a few questions, whose texts are templates like any other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, Template

from bot.rendering.template_language import NAME, fact, is_other, plain, rendered
from nudges.errors import InvalidInput
from nudges.model.message import Choice, Field, FieldKind, Form


class FormTemplates:
    """Reads `forms/<name>.yaml` at its first use and keeps it."""

    def __init__(self, root: Path, environment: Environment) -> None:
        self._root = root
        self._environment = environment
        self._sources: dict[tuple[str, str], Mapping[str, Any]] = {}
        self._texts: dict[str, Template] = {}

    def form(self, name: str, facts: Mapping[str, Any], *, subject: str, locale: str) -> Form:
        """The form `name`; a choice that has nothing to choose from is left out.

        Raises:
            InvalidInput: no such form, or a fact is missing; both are named.
        """
        source = self._source(name, locale)
        where = f"forms/{name}"
        return Form(
            title=self._filled(source["title"], facts, where),
            verb=str(source["verb"]),
            subject=subject,
            fields=tuple(
                field
                for question in self._repeated(source["fields"], facts, where)
                if (field := self._field(question, facts, where))
            ),
            submit=self._filled(source["submit"], facts, where),
            intro=self._filled(source.get("intro", ""), facts, where),
        )

    def _source(self, name: str, locale: str) -> Mapping[str, Any]:
        known = self._sources.get((name, locale))
        if known is None:
            other = self._root / "forms" / locale / f"{name}.yaml"
            path = other if is_other(locale) and other.is_file() else self._root / "forms" / f"{name}.yaml"
            if not NAME.fullmatch(name) or not path.is_file():
                raise InvalidInput(f"There is no form '{name}'. Add config/messages/forms/{name}.yaml.")
            known = yaml.safe_load(path.read_text(encoding="utf-8"))
            self._sources[name, locale] = known
        return known

    def _repeated(
        self, sources: Sequence[Mapping[str, Any]], facts: Mapping[str, Any], where: str
    ) -> Iterator[Mapping[str, Any]]:
        """One field for each question of a fact: {"id", "text"} become its name and its label."""
        for source in sources:
            if "for_each" not in source:
                yield source
                continue
            asked: Sequence[Mapping[str, Any]] = fact(facts, source["for_each"], where)
            for question in asked:
                yield {**source, "name": question["id"], "said": str(plain(question["text"]))}

    def _field(self, source: Mapping[str, Any], facts: Mapping[str, Any], where: str) -> Field | None:
        kind = FieldKind(source["kind"])
        offered: Sequence[Mapping[str, Any]] = source.get("choices", ())
        if "choices_from" in source:
            offered = fact(facts, source["choices_from"], where)
        if kind in (FieldKind.CHOICE, FieldKind.CHOICES) and not offered:
            return None
        choices = tuple(
            Choice(
                value=str(choice["value"]),
                label=str(plain(choice["label"])),
                group=str(plain(choice.get("group", ""))),
            )
            for choice in offered
        )
        return Field(
            name=str(source["name"]),
            # A question that comes as a fact is never read as a template.
            label=source["said"] if "said" in source else self._filled(source["label"], facts, where),
            kind=kind,
            choices=choices,
            initial=_initial(source, facts, where),
            hint=self._filled(source.get("hint", ""), facts, where),
            is_required=bool(source.get("required", True)),
            max_length=int(source.get("max_length", 280)),
        )

    def _filled(self, source: str, facts: Mapping[str, Any], where: str) -> str:
        template = self._texts.get(source)
        if template is None:
            template = self._texts[source] = self._environment.from_string(source)
        return rendered(template, facts, where).strip()


def _initial(source: Mapping[str, Any], facts: Mapping[str, Any], where: str) -> str:
    """What is shown first; of several choices, all that are chosen with a comma between."""
    shown = source.get("initial", "")
    if "initial_from" in source:
        shown = fact(facts, source["initial_from"], where)
    if isinstance(shown, list | tuple):
        return ",".join(str(each) for each in shown)
    return str(plain(shown))
