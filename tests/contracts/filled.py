"""Values with every field set, made from the types: a field that a mapper forgets shows at once."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, time
from enum import Enum
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def filled(kind: type[T], /, **given: Any) -> T:
    """One value of a dataclass in which no field has its default."""
    assert is_dataclass(kind)
    hints = get_type_hints(kind)
    return kind(
        **{
            field.name: given.get(field.name, _value(hints[field.name], field.name, field.default))
            for field in fields(kind)
        }
    )


def _value(hint: Any, name: str, default: Any) -> Any:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _value(next(one for one in inner if one is not type(None)), name, default)
    if origin is tuple:
        return (_value(inner[0], name, None),)
    if origin is frozenset:
        return frozenset({_value(inner[0], name, None)})
    if origin is Mapping:
        return {f"{name}-key": _value(inner[1], name, None)}
    if is_dataclass(hint) and isinstance(hint, type):
        return filled(hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(member for member in reversed(hint) if member != default)
    plain: dict[Any, Any] = {
        str: f"{name} – ünï",
        int: 7,
        bool: not default,
        datetime: datetime(2027, 3, 28, 1, 30, 0, 5, tzinfo=UTC),
        date: date(2027, 3, 28),
        time: time(8, 45),
        Any: {"deep": [1, "two", None]},
    }
    return plain[hint]
