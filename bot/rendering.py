"""Templates to neutral messages and forms: the one place where facts become words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, TemplateError, TemplateNotFound
from jinja2.ext import Extension

from nudges.errors import InvalidInput
from nudges.rules.delivery import Delivery
from nudges.rules.message import Attachment, Button, Choice, Field, FieldKind, Form, Message, Section

DEFAULT_LOCALE = "en"
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_LOCALE = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?")
_HEADING, _SMALL = "\x01", "\x02"
_MARKER = re.compile(r"(?m)^((?:\{%.*?%\})*)([#~]) ")
# Characters that could break out of a paragraph, forge a marker or turn our words around.
_UNSAFE = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_PARAGRAPH = re.compile(r"\n\s*\n")
_QUOTED = re.compile(r"'([^']*)'")


class _Markers(Extension):
    """Marks headings and small print in our templates, where no fact can imitate them."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return _MARKER.sub(lambda found: found[1] + (_HEADING if found[2] == "#" else _SMALL), source)


def _plain(value: object) -> object:
    """A fact as one line of plain text; nothing in it is a marker, a paragraph or a template."""
    if value is None:
        return ""
    if not isinstance(value, str) or value.isprintable():
        return value
    return _UNSAFE.sub(" ", value).strip()


def _ended(words: object) -> str:
    """The words with a full stop, unless they end in a mark of their own."""
    text = str(_plain(words)).strip()
    return text if not text or text[-1] in ".?!:;…" else f"{text}."


def _bare(words: object) -> str:
    """The words without a full stop at the end, so that a sentence of ours can go on after them."""
    return str(_plain(words)).strip().removesuffix(".")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Labels:
    """What buttons say: by verb, and by verb and value where the values are fixed."""

    primary: frozenset[str]
    verbs: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]

    def label(self, verb: str, value: str, event: str) -> str:
        found = self.values.get(verb, {}).get(value) or self.verbs.get(verb)
        if found is None:
            raise InvalidInput(f"The button '{verb}' of the message '{event}' has no label in buttons.yaml.")
        return found


class TemplateRenderer:
    """Fills the `Renderer` port from a folder of templates, one folder per event.

    Templates are compiled at their first use and kept. Facts are data: braces in them stay braces,
    line breaks in them become spaces. A locale without its own wording falls back to English.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._environment = Environment(
            loader=FileSystemLoader(root),
            undefined=StrictUndefined,
            autoescape=False,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=-1,
            finalize=_plain,
            extensions=[_Markers],
        )
        self._environment.filters.update(ended=_ended, bare=_bare)
        self._wordings: dict[tuple[str, str], tuple[Template, ...]] = {}
        self._lines: dict[tuple[str, str], Template] = {}
        self._form_sources: dict[tuple[str, str], Mapping[str, Any]] = {}
        self._form_texts: dict[str, Template] = {}
        self._labels: dict[str, _Labels] = {}

    def message(self, delivery: Delivery) -> Message:
        """The message for a delivery: its `event`, `facts`, `subject`, `variant` and `locale`.

        Raises:
            InvalidInput: no such event, a fact is missing (both are named), or a button has no label.
        """
        facts, event, locale = delivery.facts, delivery.event, delivery.locale
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

        `choices_from` and `initial_from` name facts; choices are a list of {"value", "label"}.

        Raises:
            InvalidInput: no such form, or a fact is missing; both are named.
        """
        source = self._form_source(name, locale)
        where = f"forms/{name}"
        return Form(
            title=self._filled(source["title"], facts, where),
            verb=str(source["verb"]),
            subject=subject,
            fields=tuple(field for each in source["fields"] if (field := self._field(each, facts, where))),
            submit=self._filled(source["submit"], facts, where),
            intro=self._filled(source.get("intro", ""), facts, where),
        )

    def _sections(self, event: str, facts: Mapping[str, Any], variant: int, locale: str) -> list[Section]:
        if event == "rollup":
            return self._rollup_sections(facts, locale)
        wordings = self._wordings_of(event, locale)
        return _parsed(_render(wordings[variant % len(wordings)], facts, event))

    def _rider_sections(self, rider: Mapping[str, Any], variant: int, locale: str) -> list[Section]:
        return self._sections(str(rider["event"]), rider.get("facts", {}), variant, locale)

    def _rollup_sections(self, facts: Mapping[str, Any], locale: str) -> list[Section]:
        if "lines" not in facts:
            raise InvalidInput("The message 'rollup' needs the fact 'lines', which was not given.")
        sections = []
        for line in facts["lines"]:
            name = str(line["id"])
            parts = _parsed(_render(self._line(name, locale), line["facts"], f"rollup/lines/{name}"))
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
        main = next((index for index, each in enumerate(buttons) if each["verb"] in labels.primary), None)
        row = []
        for index, each in enumerate(buttons):
            verb, value = str(each["verb"]), str(each.get("value") or "")
            label = each.get("label") or labels.label(verb, value, event)
            about = subject if each.get("subject") is None else str(each["subject"])
            label, is_primary = str(_plain(label)), index == main
            row.append(Button(label=label, verb=verb, subject=about, value=value, is_primary=is_primary))
        return [Section(buttons=tuple(row))]

    def _wordings_of(self, event: str, locale: str) -> tuple[Template, ...]:
        known = self._wordings.get((event, locale))
        if known is None:
            known = self._wordings[event, locale] = self._read_wordings(event, locale)
        return known

    def _read_wordings(self, event: str, locale: str) -> tuple[Template, ...]:
        if not _NAME.fullmatch(event):
            raise InvalidInput(f"There is no message '{event}'.")
        folders = [f"{event}/{locale}"] if _is_other(locale) else []
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
            has_own = _is_other(locale) and (self._root / other).is_file()
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
            path = other if _is_other(locale) and other.is_file() else self._root / "buttons.yaml"
            data = yaml.safe_load(path.read_text(encoding="utf-8"))
            known = self._labels[locale] = _Labels(
                primary=frozenset(data["primary"]), verbs=data["verbs"], values=data["values"]
            )
        return known

    def _form_source(self, name: str, locale: str) -> Mapping[str, Any]:
        known = self._form_sources.get((name, locale))
        if known is None:
            other = self._root / "forms" / locale / f"{name}.yaml"
            path = other if _is_other(locale) and other.is_file() else self._root / "forms" / f"{name}.yaml"
            if not _NAME.fullmatch(name) or not path.is_file():
                raise InvalidInput(f"There is no form '{name}'. Add config/messages/forms/{name}.yaml.")
            known = yaml.safe_load(path.read_text(encoding="utf-8"))
            self._form_sources[name, locale] = known
        return known

    def _field(self, source: Mapping[str, Any], facts: Mapping[str, Any], where: str) -> Field | None:
        kind = FieldKind(source["kind"])
        offered: Sequence[Mapping[str, Any]] = source.get("choices", ())
        if "choices_from" in source:
            offered = _fact(facts, source["choices_from"], where)
        if kind is FieldKind.CHOICE and not offered:
            return None
        choices = tuple(
            Choice(value=str(each["value"]), label=str(_plain(each["label"]))) for each in offered
        )
        initial = str(source.get("initial", ""))
        if "initial_from" in source:
            initial = str(_plain(_fact(facts, source["initial_from"], where)))
        return Field(
            name=str(source["name"]),
            label=self._filled(source["label"], facts, where),
            kind=kind,
            choices=choices,
            initial=initial,
            hint=self._filled(source.get("hint", ""), facts, where),
            is_required=bool(source.get("required", True)),
            max_length=int(source.get("max_length", 280)),
        )

    def _filled(self, source: str, facts: Mapping[str, Any], where: str) -> str:
        template = self._form_texts.get(source)
        if template is None:
            template = self._form_texts[source] = self._environment.from_string(source)
        return _render(template, facts, where).strip()


def _attachment(source: Mapping[str, Any]) -> Attachment:
    name, media_type, content = (str(source[key]) for key in ("name", "media_type", "content"))
    return Attachment(name=name, media_type=media_type, content=content)


def _is_other(locale: str) -> bool:
    return locale != DEFAULT_LOCALE and _LOCALE.fullmatch(locale) is not None


def _fact(facts: Mapping[str, Any], name: str, where: str) -> Any:
    if name not in facts:
        raise InvalidInput(f"The message '{where}' needs the fact '{name}', which was not given.")
    return facts[name]


def _render(template: Template, facts: Mapping[str, Any], event: str) -> str:
    try:
        return template.render(facts)
    except (TemplateError, TypeError, ValueError) as error:
        named = _QUOTED.findall(str(error))
        what = f"needs the fact '{named[-1]}', which was not given" if named else "could not be written"
        raise InvalidInput(f"The message '{event}' {what}. ({error})") from error


def _parsed(text: str) -> list[Section]:
    sections = []
    for paragraph in _PARAGRAPH.split(text):
        words = paragraph.strip("\n ")
        style = {_HEADING: "heading", _SMALL: "small"}.get(words[:1], "text")
        words = words.lstrip(_HEADING + _SMALL).strip()
        if words:
            sections.append(Section(text=words, style=style))
    return sections


def _joined(sections: Sequence[Section], event: str) -> str:
    between = "\n" if event == "rollup" else "\n\n"
    return between.join(section.text for section in sections if section.text)
