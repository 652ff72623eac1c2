"""Templates to neutral messages and forms: the one place where facts become words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Template, TemplateNotFound

from bot.addresses import Links
from bot.rendering.calendar_file import with_invitation
from bot.rendering.form_templates import FormTemplates
from bot.rendering.table_templates import TableTemplates
from bot.rendering.template_language import (
    DEFAULT_LOCALE,
    NAME,
    environment_of,
    is_other,
    parsed,
    plain,
    rendered,
)
from bot.rendering.tree_picture import with_picture
from nudges.errors import InvalidInput
from nudges.model.delivery import Delivery
from nudges.model.message import Attachment, Button, Form, Message, Section


@dataclass(frozen=True, kw_only=True, slots=True)
class _Labels:
    """What buttons say: by verb, and by verb and value where the values are fixed."""

    primary: frozenset[str]
    verbs: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]

    def label(self, verb: str, value: str, event: str) -> str:
        result = self.values.get(verb, {}).get(value) or self.verbs.get(verb)
        if result is None:
            raise InvalidInput(f"The button '{verb}' of the message '{event}' has no label in buttons.yaml.")
        return result


class TemplateRenderer:
    """Fills the `Renderer` port from a folder of templates, one folder per event.

    Templates are compiled at their first use and kept. Facts are data: braces in them stay braces,
    line breaks in them become spaces. A locale without its own wording falls back to English.
    """

    def __init__(self, root: Path, *, links: Links | None = None) -> None:
        self._root = root
        self._environment = environment_of(root, links)
        self._forms = FormTemplates(root, self._environment)
        self._tables = TableTemplates(root, self._environment)
        self._wordings: dict[tuple[str, str], tuple[Template, ...]] = {}
        self._lines: dict[tuple[str, str], Template] = {}
        self._labels: dict[str, _Labels] = {}

    def message(self, delivery: Delivery) -> Message:
        """The message for a delivery: its `event`, `facts`, `subject`, `variant` and `locale`.

        Raises:
            InvalidInput: no such event, a fact is missing (both are named), or a button has no label.
        """
        facts = with_picture(with_invitation(delivery.facts))
        event, locale = delivery.event, delivery.locale
        sections = self._sections(event, facts, delivery.variant, locale)
        sections += self._row(facts.get("buttons", ()), event, delivery.subject, locale)
        for rider in facts.get("riders", ()):
            sections += self._rider_sections(rider, delivery.variant, locale)
            subject = str(rider.get("subject") or delivery.subject)
            sections += self._row(rider.get("buttons", ()), str(rider["event"]), subject, locale)
        return Message(
            text=_joined(sections, event),
            sections=tuple(sections),
            attachments=tuple(_attachment(each) for each in facts.get("attachments", ())),
            is_pinned=bool(facts.get("pinned", False)),
        )

    def text(
        self, event: str, facts: Mapping[str, Any], *, variant: int = 0, locale: str = DEFAULT_LOCALE
    ) -> str:
        """Only the words of an event and its riders, without buttons: the same as `Message.text`.

        Raises:
            InvalidInput: no such event, or a fact is missing; both are named.
        """
        sections = self._sections(event, facts, variant, locale)
        for rider in facts.get("riders", ()):
            sections += self._rider_sections(rider, variant, locale)
        return _joined(sections, event)

    def variants(self, event: str) -> int:
        """How many wordings of this event there are (at least 1).

        Raises:
            InvalidInput: there is no such event.
        """
        return 1 if event == "rollup" else len(self._wordings_of(event, DEFAULT_LOCALE))

    def form(
        self, name: str, facts: Mapping[str, Any], *, subject: str, locale: str = DEFAULT_LOCALE
    ) -> Form:
        """The form `name`; a choice that has nothing to choose from is left out.

        `choices_from` and `initial_from` name facts; choices are a list of {"value", "label"}, and those with
        the same "group" stand together. What a list of choices begins with is a list of their values.

        Raises:
            InvalidInput: no such form, or a fact is missing; both are named.
        """
        return self._forms.form(name, facts, subject=subject, locale=locale)

    def _sections(self, event: str, facts: Mapping[str, Any], variant: int, locale: str) -> list[Section]:
        if event == "rollup":
            return self._rollup_sections(facts, locale)
        wordings = self._wordings_of(event, locale)
        sections = parsed(rendered(wordings[variant % len(wordings)], facts, event))
        return self._tables.with_table(sections, event, facts, locale)

    def _rider_sections(self, rider: Mapping[str, Any], variant: int, locale: str) -> list[Section]:
        return self._sections(str(rider["event"]), rider.get("facts", {}), variant, locale)

    def _rollup_sections(self, facts: Mapping[str, Any], locale: str) -> list[Section]:
        if "lines" not in facts:
            raise InvalidInput("The message 'rollup' needs the fact 'lines', which was not given.")
        sections = []
        for line in facts["lines"]:
            name = str(line["id"])
            parts = parsed(rendered(self._line(name, locale), line["facts"], f"rollup/lines/{name}"))
            text = " ".join(" ".join(part.text for part in parts).split())
            if text:
                sections.append(Section(text=text, style="heading" if name == "title" else "text"))
        return sections

    def _row(
        self, buttons: Sequence[Mapping[str, Any]], event: str, subject: str, locale: str
    ) -> list[Section]:
        if not buttons:
            return []
        labels = self._labels_in(locale)
        main = next((index for index, button in enumerate(buttons) if button["verb"] in labels.primary), None)
        row = []
        for index, button in enumerate(buttons):
            verb, value = str(button["verb"]), str(button.get("value") or "")
            label = button.get("label") or labels.label(verb, value, event)
            about = subject if button.get("subject") is None else str(button["subject"])
            label, is_primary = str(plain(label)), index == main
            row.append(Button(label=label, verb=verb, subject=about, value=value, is_primary=is_primary))
        return [Section(buttons=tuple(row))]

    def _wordings_of(self, event: str, locale: str) -> tuple[Template, ...]:
        known = self._wordings.get((event, locale))
        if known is None:
            known = self._wordings[event, locale] = self._read_wordings(event, locale)
        return known

    def _read_wordings(self, event: str, locale: str) -> tuple[Template, ...]:
        if not NAME.fullmatch(event):
            raise InvalidInput(f"There is no message '{event}'.")
        folders = [f"{event}/{locale}"] if is_other(locale) else []
        for folder in [*folders, event]:
            names: list[str] = []
            while (self._root / folder / f"{len(names) + 1}.j2").is_file():
                names.append(f"{folder}/{len(names) + 1}.j2")
            if names:
                return tuple(self._compiled(name, event) for name in names)
        raise InvalidInput(f"There is no message '{event}'. Add config/messages/{event}/1.j2.")

    def _line(self, name: str, locale: str) -> Template:
        known = self._lines.get((name, locale))
        if known is None:
            other = f"rollup/{locale}/lines/{name}.j2"
            has_own = is_other(locale) and (self._root / other).is_file()
            path = other if has_own else f"rollup/lines/{name}.j2"
            known = self._lines[name, locale] = self._compiled(path, f"rollup/lines/{name}")
        return known

    def _compiled(self, path: str, event: str) -> Template:
        try:
            return self._environment.get_template(path)
        except TemplateNotFound as error:
            raise InvalidInput(f"There is no message '{event}'. Add config/messages/{path}.") from error

    def _labels_in(self, locale: str) -> _Labels:
        known = self._labels.get(locale)
        if known is None:
            other = self._root / f"buttons.{locale}.yaml"
            path = other if is_other(locale) and other.is_file() else self._root / "buttons.yaml"
            data = yaml.safe_load(path.read_text(encoding="utf-8"))
            known = self._labels[locale] = _Labels(
                primary=frozenset(data["primary"]), verbs=data["verbs"], values=data["values"]
            )
        return known


def _attachment(source: Mapping[str, Any]) -> Attachment:
    name, media_type, content = (str(source[key]) for key in ("name", "media_type", "content"))
    return Attachment(name=name, media_type=media_type, content=content)


def _joined(sections: Sequence[Section], event: str) -> str:
    between = "\n" if event == "rollup" else "\n\n"
    return between.join(section.text for section in sections if section.text)
