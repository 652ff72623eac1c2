"""Our templates' own dialect: paragraphs, headings, small print, and facts that stay facts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, TemplateError, UndefinedError
from jinja2.ext import Extension

from bot.addresses import Links
from nudges.errors import InvalidInput
from nudges.model.message import Section

DEFAULT_LOCALE = "en"
TABLE = "table"
"""The style of paragraphs that say in words what a table of the same message shows."""
NAME = re.compile(r"[a-z][a-z0-9_]*")
_LOCALE = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?")
_MARKS = {"#": "\x01", "~": "\x02", "|": "\x03"}
_STYLES = {"\x01": "heading", "\x02": "small", "\x03": TABLE}
_MARKER = re.compile(r"(?m)^((?:\{%.*?%\})*)([#~|]) ")
# Characters that could break out of a paragraph, forge a marker or turn our words around.
_UNSAFE = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_PARAGRAPH = re.compile(r"\n\s*\n")
_QUOTED = re.compile(r"'([^']*)'")


class _Markers(Extension):
    """Marks headings, small print and tables in our templates, where no fact can imitate them."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return _MARKER.sub(lambda found: found[1] + _MARKS[found[2]], source)


def plain(value: object) -> object:
    """A fact as one line of plain text; nothing in it is a marker, a paragraph or a template."""
    if value is None:
        return ""
    if not isinstance(value, str) or value.isprintable():
        return value
    return " ".join(_UNSAFE.sub(" ", value).split())


def _ended(words: object) -> str:
    """The words with a full stop, unless they end in a mark of their own."""
    text = str(plain(words)).strip()
    bare = text.rstrip("\"'”’)")
    return text if not bare or bare[-1] in ".?!:;…" else f"{text}."


def _bare(words: object) -> str:
    """The words without a full stop at the end, so that a sentence of ours can go on after them."""
    return str(plain(words)).strip().removesuffix(".")


def environment_of(root: Path, links: Links | None = None) -> Environment:
    """The environment of all message templates under `root`: strict, and without escaping.

    Each platform's layout escapes the whole text. Two filters help sentences to end well:
    `ended` adds a full stop where there is none, `bare` takes one off. `links` knows our own addresses.
    """
    environment = Environment(
        loader=FileSystemLoader(root),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
        finalize=plain,
        extensions=[_Markers],
    )
    environment.filters.update(ended=_ended, bare=_bare)
    environment.globals.update(links=links or Links())
    return environment


def is_other(locale: str) -> bool:
    """Whether this is a well-formed locale other than English."""
    return locale != DEFAULT_LOCALE and _LOCALE.fullmatch(locale) is not None


def fact(facts: Mapping[str, Any], name: str, where: str) -> Any:
    """One fact by its name.

    Raises:
        InvalidInput: it is missing; the text names it and the message.
    """
    if name not in facts:
        raise InvalidInput(f"The message '{where}' needs the fact '{name}', which was not given.")
    return facts[name]


def rendered(template: Template, facts: Mapping[str, Any], event: str) -> str:
    """The template filled with the facts.

    Raises:
        InvalidInput: a fact is missing or of the wrong kind; the text names it and the message.
    """
    try:
        return template.render(facts)
    except (TemplateError, TypeError, ValueError) as error:
        named = _QUOTED.findall(str(error)) if isinstance(error, UndefinedError) else []
        what = f"needs the fact '{named[-1]}', which was not given" if named else "could not be written"
        raise InvalidInput(f"The message '{event}' {what}. ({error})") from error


def parsed(text: str) -> list[Section]:
    """The paragraphs of a filled template, each with its style; empty ones are left out."""
    sections = []
    for paragraph in _PARAGRAPH.split(text):
        words = paragraph.strip("\n ")
        style = _STYLES.get(words[:1], "text")
        words = words.lstrip("".join(_STYLES)).strip()
        if words:
            sections.append(Section(text=words, style=style))
    return sections
