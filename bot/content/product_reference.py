"""What decides and what is said, as values: rules, messages, buttons, fields, and their fingerprints."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.rendering.message_renderer import TemplateRenderer
from nudges.model.playbook import Playbook
from nudges.model.retention import Keep, StoredField
from storage.field_register import REGISTER

# Every start reads the rules: in C that takes a tenth of the time, and says the same.
_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
CONFIG = Path(__file__).parents[2] / "config"
MESSAGES = CONFIG / "messages"
RULES = CONFIG / "rules.yaml"
KEPT = {
    Keep.RECORD: "end of the campaign + 6 months",
    Keep.FREE_TEXT: "90 days",
    Keep.LIFE: "life of the partnership",
    Keep.UNTIL_CHANGED: "until changed",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageShown:
    """One message: each of its wordings, filled with its longest sample."""

    event: str
    texts: tuple[str, ...]


def messages(renderer: TemplateRenderer) -> tuple[MessageShown, ...]:
    """Every message by name."""
    shown = []
    for folder in _folders():
        facts = yaml.safe_load((folder / "sample.yaml").read_text(encoding="utf-8")) or {}
        texts = (
            renderer.text(folder.name, facts, variant=number)
            for number in range(renderer.variants(folder.name))
        )
        shown.append(MessageShown(event=folder.name, texts=tuple(texts)))
    return tuple(shown)


@cache
def rules() -> Mapping[str, Any]:
    """The sections of the rules file as they are written: every value is a text, a list or a mapping."""
    data = yaml.load(RULES.read_text(encoding="utf-8"), Loader=_Loader)
    return {section: inside for section, inside in data.items() if not isinstance(inside, str)}


def leaves(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every number and every choice inside, with its dotted name."""
    if isinstance(value, Mapping):
        for key, inside in value.items():
            yield from leaves(inside, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list) and any(isinstance(part, Mapping) for part in value):
        for number, part in enumerate(value, start=1):
            text = "; ".join(f"{key}: {inside}" for key, inside in part.items())
            yield f"{name} {number}".strip(), text
    elif isinstance(value, list):
        yield name, "; ".join(map(str, value))
    else:
        yield name, str(value)


def fields() -> Mapping[str, tuple[StoredField, ...]]:
    """Table -> its stored fields."""
    tables = dict.fromkeys(stored.table for stored in REGISTER)
    return {table: tuple(stored for stored in REGISTER if stored.table == table) for table in tables}


def parts(book: Playbook, *, shipped: frozenset[str] | None = None) -> dict[tuple[str, str], str]:
    """Everything whose changes are told, by kind and name, each with a fingerprint that changes with it.

    `shipped` are the campaigns of the product; a campaign that a lead wrote belongs to one partnership.
    """
    result: dict[tuple[str, str], object] = {("rule", name): inside for name, inside in rules().items()}
    for name, campaign in book.campaigns.items():
        if shipped is None or name in shipped:
            result["campaign", name] = repr(campaign)
    result |= {("action", name): repr(action) for name, action in book.catalogue.actions.items()}
    for folder in sorted(path for path in MESSAGES.iterdir() if path.is_dir()):
        texts = {str(path.relative_to(folder)): path.read_text("utf-8") for path in folder.rglob("*.j2")}
        texts |= {path.name: path.read_text("utf-8") for path in folder.glob("*.yaml")} if not texts else {}
        result["message", folder.name] = texts
    result["button", "buttons"] = (MESSAGES / "buttons.yaml").read_text("utf-8")
    for locale, sentences in book.phrases.entries.items():
        result["sentence", locale] = repr(sorted(sentences.items()))
    for table, lines in fields().items():
        result["field", table] = [asdict(each) for each in lines]
    return {key: fingerprint(value) for key, value in result.items()}


def fingerprint(value: object) -> str:
    """Changes when the value does; the order of a mapping does not matter."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, default=sorted)
    return hashlib.sha256(text.encode()).hexdigest()


def _folders() -> list[Path]:
    return sorted(path for path in MESSAGES.iterdir() if (path / "sample.yaml").is_file())
