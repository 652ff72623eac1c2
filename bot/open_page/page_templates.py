"""The open page's own templates: escaped always, without any script."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import ChainableUndefined, ChoiceLoader, Environment, FileSystemLoader, PackageLoader

from bot.files.phrases import in_words
from nudges.model.plain_words import day_words, month_words

PAGES = Path(__file__).with_name("pages")


@cache
def pages() -> Environment:
    """The environment of the pages; the components of nhsuk-frontend need undefined values that chain."""
    result = Environment(
        loader=ChoiceLoader([FileSystemLoader(PAGES), PackageLoader("nhsuk_frontend_jinja")]),
        undefined=ChainableUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    result.filters.update(day=_day, month=_month, ended=_ended, in_words=in_words)
    return result


def page(name: str, facts: Mapping[str, Any]) -> str:
    """The page `name` as HTML."""
    return pages().get_template(f"{name}.html").render(facts)


def _day(day: date) -> str:
    return f"{day_words(day)} {day.year}"


def _month(day: date) -> str:
    return f"{month_words(day)} {day.year}"


def _ended(words: str) -> str:
    text = words.strip()
    return text if not text or text[-1] in ".?!:;…" else f"{text}."
