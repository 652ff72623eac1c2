"""The kinds of value that our files hold, and models made from the core's own dataclasses."""

import re
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, time
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints
from zoneinfo import available_timezones

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, create_model

WEEKDAYS = {
    name: number
    for number, name in enumerate(
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), start=1
    )
}
SLUG_PATTERN = "^[a-z][a-z0-9-]{0,59}$"
_YES_NO = {"yes": True, "no": False, "on": True, "off": False, "true": True, "false": False}


@cache
def known_zones() -> frozenset[str]:
    """The names of the time zones that this machine knows."""
    return frozenset(available_timezones())


def as_text(value: object) -> object:
    """Numbers and true or false are text where text is wanted; empty text is refused."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str) and not value.strip():
        raise ValueError("the text is empty")
    return value


def as_bool(value: object) -> bool:
    """True for yes, on and true; False for no, off and false."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in _YES_NO:
        return _YES_NO[value.lower()]
    raise ValueError("this is `yes` or `no`")


def as_time(value: object) -> time:
    """A time of day such as 08:45, hours from 00 to 23."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{2}:[0-9]{2}", value):
        hours, minutes = int(value[:2]), int(value[3:])
        if hours < 24 and minutes < 60:
            return time(hours, minutes)
    raise ValueError("this is a time of day such as `08:45`")


def as_date(value: object) -> date:
    """A day of the calendar such as 2027-01-04."""
    if isinstance(value, date):
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError(f"there is no day {value} in the calendar") from None
    raise ValueError("this is a date such as `2027-01-04`")


def as_weekday(value: object) -> int:
    """A weekday's name to its ISO number, Monday being 1."""
    if isinstance(value, str) and value.lower() in WEEKDAYS:
        return WEEKDAYS[value.lower()]
    raise ValueError("this is a day of the week such as `monday`")


def as_number(value: object) -> object:
    """A number as written, such as 0.50; true and false are not numbers."""
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,8}\.[0-9]{1,8}", value):
        return float(value)
    if isinstance(value, bool):
        raise ValueError("this is a number such as `0.5`")
    return value


def as_slug(value: object) -> object:
    """An id in small letters, digits and hyphens."""
    if not isinstance(value, str) or not re.fullmatch(SLUG_PATTERN, value):
        raise ValueError("an id has small letters, digits and hyphens, and starts with a letter")
    return value


def as_gate(value: object) -> object:
    """`rung_2` or 2."""
    match = re.fullmatch(r"rung_([0-9])", value) if isinstance(value, str) else None
    return int(match.group(1)) if match else value


Text = Annotated[str, BeforeValidator(as_text), WithJsonSchema({"type": "string", "minLength": 1})]
Slug = Annotated[
    str,
    BeforeValidator(as_slug),
    WithJsonSchema({"type": "string", "pattern": SLUG_PATTERN}),
]
Whole = Annotated[int, Field(strict=True)]
Number = Annotated[float, BeforeValidator(as_number), WithJsonSchema({"type": "number"})]
YesNo = Annotated[
    bool, BeforeValidator(as_bool), WithJsonSchema({"anyOf": [{"type": "boolean"}, {"enum": ["yes", "no"]}]})
]
ClockTime = Annotated[
    time, BeforeValidator(as_time), WithJsonSchema({"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]$"})
]
Day = Annotated[date, BeforeValidator(as_date), WithJsonSchema({"type": "string", "format": "date"})]
Weekday = Annotated[int, BeforeValidator(as_weekday), WithJsonSchema({"enum": list(WEEKDAYS)})]
Gate = Annotated[
    int, BeforeValidator(as_gate), Field(strict=True), WithJsonSchema({"enum": ["rung_2", "rung_3", 2, 3]})
]

# Fields whose type alone does not say how they are written, and fields with another name in the file.
_WRITTEN_AS: Mapping[str, Any] = {
    "Campaign.id": Slug,
    "launch_day": Weekday,
    "welcome_day": Weekday,
    "send_day_new": Weekday,
    "send_day_new_last": Weekday,
    "rollup_day": Weekday,
    "default_working_days": tuple[Weekday, ...],
    "gate": Gate | None,
}
_ALIASES: Mapping[str, str] = {"Week.number": "week"}
# What the core keeps in a value and no file may say.
_NOT_IN_FILES = frozenset({"Week.is_chosen"})
_PLAIN: Mapping[object, Any] = {str: Text, int: Whole, float: Number, bool: YesNo, time: ClockTime, date: Day}

T = TypeVar("T")

CLOSED = ConfigDict(extra="forbid", frozen=True)


@cache
def model_of(kind: type) -> type[BaseModel]:
    """A closed model with the fields of a dataclass, so that no field is written down twice."""
    hints = get_type_hints(kind)
    shape: dict[str, Any] = {}
    for field in fields(kind):
        full_name = f"{kind.__name__}.{field.name}"
        if full_name in _NOT_IN_FILES:
            continue
        special = _WRITTEN_AS.get(full_name) or _WRITTEN_AS.get(field.name)
        written = special or _written(hints[field.name])
        default = ... if field.default is MISSING else field.default
        alias = _ALIASES.get(full_name)
        shape[field.name] = (written, Field(default, alias=alias) if alias else default)
    return create_model(kind.__name__, __config__=CLOSED, __doc__=kind.__doc__, **shape)


def _written(hint: Any) -> Any:
    if is_dataclass(hint) and isinstance(hint, type):
        return model_of(hint)
    origin = get_origin(hint)
    if origin is tuple:
        return tuple[_written(get_args(hint)[0]), ...]  # type: ignore[misc]  # built at run time
    if origin in (Union, UnionType):
        return Union[tuple(_written(part) for part in get_args(hint))]  # noqa: UP007 (built at run time)
    if origin is Literal:
        return hint
    return _PLAIN.get(hint, hint)


def value_of(kind: type[T], model: BaseModel) -> T:
    """The dataclass that a model from `model_of(kind)` was made for."""
    hints = get_type_hints(kind)
    return kind(
        **{
            name: _plain(hints[name], getattr(model, name))
            for name in (field.name for field in fields(cast(Any, kind)))
            if name in type(model).model_fields
        }
    )


def _plain(hint: Any, value: object) -> object:
    """Turn models back into dataclasses, wherever they stand."""
    parts = [part for part in get_args(hint) if part is not type(None)]
    if isinstance(value, tuple) and parts:
        return tuple(_plain(parts[0], item) for item in value)
    if isinstance(value, BaseModel):
        return value_of(parts[0] if parts else hint, value)
    return value
