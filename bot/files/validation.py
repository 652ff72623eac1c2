"""A YAML file against a model; what does not fit becomes problems with lines."""

import difflib
import re
from collections.abc import Iterable
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.files.phrases import in_words
from bot.files.problems import FileProblem, FilesRefused, errors_in
from bot.files.yaml_file import Place, YamlFile
from nudges.rules.campaigns.content_checks import Problem

PROBLEMS_MAX = 50

M = TypeVar("M", bound=BaseModel)


def validated(file: YamlFile, model: type[M]) -> M:
    """The file's values as the model.

    Raises:
        FilesRefused: a field is missing, unknown or of another kind.
    """
    if not isinstance(file.data, dict):
        raise FilesRefused(
            [
                FileProblem(
                    path=file.path,
                    line=1,
                    what="the file is empty" if file.data is None else "the file is not a list of fields",
                    why="it starts with lines such as `id: ...` and `name: ...`",
                    todo="start from the example that `milepost init` writes",
                )
            ]
        )
    try:
        return model.model_validate(file.data)
    except ValidationError as error:
        details = error.errors(include_url=False)[:PROBLEMS_MAX]
        raise FilesRefused([_problem(file, detail, model) for detail in details]) from error


def located(file: YamlFile, problems: Iterable[Problem]) -> list[FileProblem]:
    """The findings of the core's checks, at their lines."""
    return [
        FileProblem(
            path=file.path,
            line=file.line_of(place_of(problem.where)),
            what=in_words(problem.what),
            why=in_words(problem.why),
            todo=in_words(problem.todo),
            severity=problem.severity,
        )
        for problem in problems
    ]


def refuse_errors(problems: Iterable[FileProblem]) -> None:
    """Raise FilesRefused if there is an error among the problems; advice alone passes."""
    errors = errors_in(problems)
    if errors:
        raise FilesRefused(errors)


def place_of(where: str) -> Place:
    """`weeks[3].offer[0]` as ("weeks", 3, "offer", 0)."""
    return tuple(
        int(number) if number else name
        for name, number in re.findall(r"([a-z_][a-z0-9_]*)|\[([0-9]+)\]", where)
    )


def _problem(file: YamlFile, detail: ErrorDetails, model: type[BaseModel]) -> FileProblem:
    place = _without_unions(file, detail["loc"])
    name = _spoken(place)
    what, why, todo = _in_words(detail, name, place)
    if detail["type"] == "extra_forbidden" and place:
        similar = difflib.get_close_matches(str(place[-1]), _field_names(model), n=1)
        todo = f"write `{similar[0]}`" if similar else "delete the line, or correct the name"
    return FileProblem(path=file.path, line=file.line_of(place), what=what, why=why, todo=todo)


def _without_unions(file: YamlFile, loc: tuple[int | str, ...]) -> Place:
    """Drop what pydantic adds for the branches of a union: it is not in the file."""
    place: Place = ()
    for index, part in enumerate(loc):
        is_last = index == len(loc) - 1
        if (*place, part) in file.lines or (
            is_last and not str(part).startswith(("function-", "constrained-"))
        ):
            place = (*place, part)
    return place


def _spoken(place: Place) -> str:
    return (
        "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")
        or "the file"
    )


def _in_words(detail: ErrorDetails, name: str, place: Place) -> tuple[str, str, str]:
    kind, given = detail["type"], detail.get("input")
    context = detail.get("ctx", {})
    shown = f"`{str(given)[:40]}`" if isinstance(given, str | int | float) else "this"
    if kind == "missing":
        return f"`{name}` is missing", "it has no default", f"add a line `{place[-1]}: ...`"
    if kind == "extra_forbidden":
        return f"`{name}` is not a field here", "a misspelt field would have no effect", ""
    if kind == "value_error":
        return f"`{name}` has {shown}", str(context.get("error", "it does not fit")), "correct the value"
    if given is None:
        return (
            f"`{name}` is empty",
            "a value belongs here",
            "write a value, or delete the line where it may be left out",
        )
    if kind == "literal_error":
        return (
            f"`{name}` has {shown}",
            "only some words fit here",
            f"use one of: {context.get('expected', '')}",
        )
    if kind.startswith("int_"):
        return (
            f"`{name}` has {shown}",
            "a whole number belongs here",
            "write digits only, such as `4`, without quotes",
        )
    if kind.startswith("float_"):
        return f"`{name}` has {shown}", "a number belongs here", "write a number such as `0.5`"
    if kind == "string_type":
        return f"`{name}` is not a text", "a text belongs here", "write one text on one line, in quotes"
    if kind == "tuple_type":
        return f"`{name}` is not a list", "a list belongs here", "write `[one, two]`"
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return (
            f"`{name}` is not a group of fields",
            "named fields belong here",
            "write `name: value` lines below it",
        )
    return f"`{name}` has {shown}", detail["msg"].lower(), "correct the value"


def _field_names(model: type[BaseModel]) -> list[str]:
    schema = model.model_json_schema()
    shapes = [schema, *schema.get("$defs", {}).values()]
    return sorted({name for shape in shapes for name in shape.get("properties", {})})
