"""Placeholders in programme leads' texts: found, checked and filled, never evaluated."""

import re
from collections.abc import Mapping

from nudges.errors import InvalidInput
from nudges.said import said

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def placeholders_in(text: str) -> tuple[str, ...]:
    """The names in braces, in order, with repeats."""
    return tuple(_PLACEHOLDER.findall(text))


def parts_of(text: str) -> tuple[str, ...]:
    """Text and names by turns: text, name, text, name, text."""
    return tuple(_PLACEHOLDER.split(text))


def in_braces(name: str) -> str:
    """A placeholder as a text holds it."""
    return f"{{{name}}}"


def has_stray_braces(text: str) -> bool:
    """Whether a brace is left that is not part of a plain `{name}`, such as `{a!r}` or `{{`."""
    return any(brace in _PLACEHOLDER.sub("", text) for brace in "{}")


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put the values in place of their names, in one pass: a value with braces stays as it is.

    Raises:
        InvalidInput: a placeholder has no value, or a brace is left over.
    """
    if has_stray_braces(text):
        raise InvalidInput(said("files.brace_in_text", {"text": repr(text), "example": in_braces("peer")}))
    missing = sorted(set(placeholders_in(text)) - set(values))
    if missing:
        raise InvalidInput(said("files.value_missing", {"names": ", ".join(missing)}))
    return _PLACEHOLDER.sub(lambda found: values[found.group(1)], text)


def longest_length(text: str, limits: Mapping[str, int]) -> int:
    """How many characters the text has when every placeholder is at its longest.

    A name without a limit counts as it is written.
    """
    return len(_PLACEHOLDER.sub(lambda found: "x" * limits.get(found.group(1), len(found.group(0))), text))
