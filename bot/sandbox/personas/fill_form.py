"""How the example's leaders fill in a form: with what it offers, or with words of their own."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from nudges.model.message import Field, FieldKind, Form

WORDS = Path(__file__).with_name("words.yaml")
TIMES = ("09:30", "10:00", "11:30", "13:00", "14:30", "16:00")


@cache
def words() -> Mapping[str, Any]:
    """What people of the example say."""
    result: Mapping[str, Any] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return result


def filled_in(
    form: Form,
    random_source: random.Random,
    *,
    on: date,
    next_working_day: Callable[[date], date],
    about: str = "",
    is_alone: bool = False,
) -> dict[str, str]:
    """The fields of a form, filled in on the day `on`; `about` says what a shared line is about.

    Who does a step alone (`is_alone`) need not say where.
    Days are the person's own working days, in order, beginning about two days from now.
    """
    day = on
    values: dict[str, str] = {}
    for field in form.fields:
        if field.kind is FieldKind.DATE and not field.initial:
            day = next_working_day(day + timedelta(days=random_source.randint(1, 2)))
        values[field.name] = _value(field, random_source, day=day, about=about)
    if is_alone and values.get("place"):
        values["place"] = ""
    if values.get("slot"):
        values["other_day"] = values["other_time"] = ""
    if form.verb == "step_date_submit":
        values["due"] = next_working_day(on + timedelta(days=14)).isoformat()
    if form.verb == "commit_submit":
        values["due"] = next_working_day(on + timedelta(days=random_source.randint(3, 9))).isoformat()
    return values


def _value(field: Field, random_source: random.Random, *, day: date, about: str) -> str:
    if field.kind is FieldKind.CHOICE:
        offered = [choice.value for choice in field.choices]
        return field.initial if field.initial in offered else random_source.choice(offered)
    if field.kind is FieldKind.CHOICES:
        return field.initial
    if field.kind is FieldKind.DATE:
        return field.initial or day.isoformat()
    if field.kind is FieldKind.TIME:
        return field.initial or random_source.choice(TIMES)
    return field.initial or _line(field.name, random_source, about)


def _line(name: str, random_source: random.Random, about: str) -> str:
    if name == "line":
        return one_of("artefacts" if about == "artefact" else "thanks", random_source)
    return one_of(
        {"place": "places", "reason": "reasons_for_a_new_date"}.get(name, "promises"), random_source
    )


def one_of(kind: str, random_source: random.Random) -> str:
    """One of the things that people say."""
    offered: Sequence[str] = words()[kind]
    return random_source.choice(offered)
