"""Writes nudges/model/message_facts.py from config/messages: python -m bot.rendering.fact_types."""

from __future__ import annotations

import keyword
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, meta, nodes

from bot.rendering.template_language import environment_of

ROOT = Path(__file__).resolve().parents[2]
MESSAGES = ROOT / "config" / "messages"
MODULE = ROOT / "nudges" / "model" / "message_facts.py"
COMMAND = "python -m bot.rendering.fact_types"
# What the renderer takes out of any message, whatever its template says.
EXTRAS = {
    "attachments": "Sequence[Mapping[str, Any]]",
    "buttons": "Sequence[Mapping[str, Any]]",
    "invite": "Mapping[str, Any]",
    "pinned": "bool",
    "riders": "Sequence[Mapping[str, Any]]",
    "tree": "Sequence[Mapping[str, Any]]",
}
_PLAIN: Mapping[type, str] = {str: "str", bool: "bool", int: "int", type(None): "str | None"}
_HEAD = f'''"""What each message says, as types; made from config/messages by `{COMMAND}`."""

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict


class Extras(TypedDict, total=False):
    """What any message may carry besides its own facts."""

'''


def module() -> str:
    """The whole module, laid out as the formatter would."""
    environment = environment_of(MESSAGES)
    head = _HEAD + "".join(f"    {name}: {kind}\n" for name, kind in EXTRAS.items())
    return "\n\n".join([head, *(each for event in events() for each in _types(environment, event))])


def events() -> list[str]:
    """Every event, by name: the folders with a sample."""
    return sorted(path.parent.name for path in MESSAGES.glob("*/sample.yaml"))


def type_name(event: str) -> str:
    """`pair_solo` -> `PairSolo`."""
    return "".join(part.capitalize() for part in event.split("_"))


def used_facts(environment: Environment, event: str) -> set[str]:
    """The facts that an event's templates and its table name, except what every template knows."""
    names: set[str] = set()
    for path in _templates(event):
        names |= _used_in(environment, path)
    table = MESSAGES / event / "table.yaml"
    if table.is_file():
        names.add(str(yaml.safe_load(table.read_text(encoding="utf-8"))["rows"]))
    return names


def optional_facts(environment: Environment, event: str) -> set[str]:
    """The facts that may be left out: those of which a template says so itself.

    It asks whether one `is defined`, or has a `default` for it. Every other one must be there: the
    templates are strict.
    """
    asked: set[str] = set()
    for path in _templates(event):
        for node in environment.parse(path.read_text(encoding="utf-8")).find_all((nodes.Test, nodes.Filter)):
            if node.name in ("defined", "default") and isinstance(node.node, nodes.Name):
                asked.add(node.node.name)
    return asked


def _templates(event: str) -> list[Path]:
    return sorted((MESSAGES / event).glob("*.j2"))


def _used_in(environment: Environment, path: Path) -> set[str]:
    tree = environment.parse(path.read_text(encoding="utf-8"))
    names = meta.find_undeclared_variables(tree)
    for included in meta.find_referenced_templates(tree):
        if included is not None:
            names |= _used_in(environment, MESSAGES / included)
    return names


def _types(environment: Environment, event: str) -> Iterator[str]:
    """The type of one event, after the types of the things in its lists."""
    sample = yaml.safe_load((MESSAGES / event / "sample.yaml").read_text(encoding="utf-8")) or {}
    optional = optional_facts(environment, event)
    own = {name: value for name, value in sample.items() if name not in EXTRAS}
    lines = [f"class {type_name(event)}(Extras):", f'    """Facts of config/messages/{event}."""', ""]
    for name, value in own.items():
        inside = f"{type_name(event)}{type_name(name)}"
        if _are_alike(value):
            yield _item(inside, value[0], f"{name} of {event}")
        kind = _kind(value, inside, f"{event}.{name}")
        lines.append(f"    {name}: {f'NotRequired[{kind}]' if name in optional else kind}")
    yield "\n".join(lines if own else lines[:2]) + "\n"


def _are_alike(value: Any) -> bool:
    """Whether this is a list of things that all have the same fields."""
    if not isinstance(value, list) or not value or not all(isinstance(each, Mapping) for each in value):
        return False
    return len({tuple(each) for each in value}) == 1


def _kind(value: Any, inside: str, where: str) -> str:
    if _are_alike(value):
        return f"Sequence[{inside}]"
    if isinstance(value, Mapping):
        return "Mapping[str, Any]"
    if isinstance(value, list):
        kinds = sorted({_kind(each, inside, where) for each in value})
        return f"Sequence[{' | '.join(kinds) or 'Any'}]"
    if type(value) not in _PLAIN:
        raise ValueError(f"The sample of {where} is neither words, a number, a choice nor a list of them.")
    return _PLAIN[type(value)]


def _item(name: str, first: Mapping[str, Any], where: str) -> str:
    """The type of one thing in a list; a field whose name is a word of Python takes the longer form."""
    kinds = {field: _kind(value, "", f"{where}.{field}") for field, value in first.items()}
    if any(map(keyword.iskeyword, kinds)):
        fields = "".join(f'        "{field}": {kind},\n' for field, kind in kinds.items())
        return f'{name} = TypedDict(\n    "{name}",\n    {{\n{fields}    }},\n)\n'
    fields = "".join(f"    {field}: {kind}\n" for field, kind in kinds.items())
    return f'class {name}(TypedDict):\n    """One of the {where}."""\n\n{fields}'


def main() -> None:
    """Write the module."""
    MODULE.write_text(module(), encoding="utf-8")


if __name__ == "__main__":
    main()
