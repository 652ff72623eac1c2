"""Checks the files that hold words: buttons, samples with their templates, tables, forms, rules in words."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, Field, RootModel

from bot.files.file_text import YAML_BYTES_MAX, read_text
from bot.files.phrases import in_words
from bot.files.problems import FileProblem, FilesRefused
from bot.files.shapes import CLOSED, Text, Whole, YesNo
from bot.files.validation import validated
from bot.files.yaml_file import Place, load_yaml, syntax_problem
from bot.rendering.message_renderer import TemplateRenderer
from nudges.errors import InvalidInput
from nudges.model.message import FieldKind

# A section of rules in words has these two beside its rules.
OF_A_SECTION = frozenset({"title", "about"})
# What a sample or a form can break while it is filled: a fact that is missing, or not what a template takes.
BREAKS = (InvalidInput, AttributeError, KeyError, TypeError, ValueError)


class ButtonsFile(BaseModel):
    """What buttons say."""

    model_config = CLOSED
    primary: tuple[Text, ...]
    verbs: dict[str, Text]
    values: dict[str, dict[str, Text]]


class ColumnFields(BaseModel):
    """One column of a table."""

    model_config = CLOSED
    name: Text
    cell: Text


class TableFile(BaseModel):
    """A table beside the templates that say the same in words."""

    model_config = CLOSED
    caption: Text
    rows: Text
    columns: tuple[ColumnFields, ...]


class ChoiceFields(BaseModel):
    """One of the choices that stand in a form's file."""

    model_config = CLOSED
    value: Text
    label: Text


class FieldFields(BaseModel):
    """One question of a form."""

    model_config = CLOSED
    kind: FieldKind
    name: Text | None = None
    label: Text | None = None
    for_each: Text | None = None
    initial: str = ""
    initial_from: Text | None = None
    choices: tuple[ChoiceFields, ...] = ()
    choices_from: Text | None = None
    hint: str = ""
    required: YesNo = True
    max_length: Whole = 280


class RuleWordsFile(RootModel[dict[str, dict[str, Text]]]):
    """Sentences on rules, in the sections of the rules."""


class FormFile(BaseModel):
    """A form, with the facts that show it."""

    model_config = CLOSED
    title: Text
    intro: str = ""
    verb: Text
    submit: Text
    questions: tuple[FieldFields, ...] = Field(alias="fields")
    sample: dict[str, Any]


def check_buttons(path: Path) -> list[FileProblem]:
    """Every finding on a file of labels.

    Raises:
        FilesRefused: it has not their shape.
    """
    file = load_yaml(path)
    labels = validated(file, ButtonsFile)
    wanted: list[tuple[Place, str]] = [
        (("primary", index), verb) for index, verb in enumerate(labels.primary)
    ]
    wanted += [(("values", verb), verb) for verb in labels.values]
    return [
        FileProblem(
            path=path,
            line=file.line_of(place),
            what=f"`{verb}` has no label under `verbs`",
            why="each button is found by its verb",
            todo="correct the verb, or give it a label",
        )
        for place, verb in wanted
        if verb not in labels.verbs
    ]


def check_table(path: Path) -> None:
    """Look at the shape of a table; what fills it is looked at with the sample.

    Raises:
        FilesRefused: it has not the shape of a table.
    """
    validated(load_yaml(path), TableFile)


def check_sample(path: Path) -> list[FileProblem]:
    """What keeps a sample from filling every wording of the message beside it.

    Raises:
        FilesRefused: it is not YAML.
    """
    facts, event = _as_templates_get_it(path), path.parent.name
    if not isinstance(facts, Mapping):
        return [_unfilled(path, "the sample is not a list of facts")]
    renderer = TemplateRenderer(path.parent.parent)
    try:
        for number in range(renderer.variants(event)):
            renderer.text(event, facts, variant=number)
    except BREAKS as error:
        return [_unfilled(path, _reason(error))]
    return []


def check_form(path: Path) -> list[FileProblem]:
    """What keeps a form from being filled by its sample.

    Raises:
        FilesRefused: it has not the shape of a form.
    """
    validated(load_yaml(path), FormFile)
    renderer = TemplateRenderer(path.parent.parent)
    try:
        renderer.form(path.stem, _as_templates_get_it(path)["sample"], subject="")
    except BREAKS as error:
        return [_unfilled(path, _reason(error))]
    return []


def check_rule_words(path: Path, rules: Mapping[str, Any]) -> list[FileProblem]:
    """Every sentence on a rule that there is not: it would be shown nowhere.

    Raises:
        FilesRefused: it has not the shape of rules in words.
    """
    file = load_yaml(path)
    sentences = validated(file, RuleWordsFile).root
    wrong: list[tuple[str, ...]] = [(section,) for section in sentences if section not in rules]
    wrong += [
        (section, name)
        for section in sentences.keys() & rules.keys()
        for name in sentences[section]
        if name not in OF_A_SECTION and not _is_rule(rules[section], name)
    ]
    return [
        FileProblem(
            path=path,
            line=file.line_of(place),
            what=f"there is no rule `{'.'.join(place)}`",
            why="each sentence is shown in the place of one rule of rules.yaml",
            todo="correct the name, or delete the sentence",
        )
        for place in sorted(wrong)
    ]


def _is_rule(inside: Any, name: str) -> bool:
    """Whether a rule of this dotted name stands in the section."""
    for part in name.split("."):
        if not isinstance(inside, Mapping) or part not in inside:
            return False
        inside = inside[part]
    return not isinstance(inside, Mapping)


def _as_templates_get_it(path: Path) -> Any:
    """The values as messages are filled with them: what stands twice in a sample may be written once."""
    try:
        return yaml.safe_load(read_text(path, bytes_max=YAML_BYTES_MAX))
    except yaml.YAMLError as error:
        raise FilesRefused([syntax_problem(path, error)]) from error


def _reason(error: Exception) -> str:
    return in_words(error) if isinstance(error, InvalidInput) else f"a template cannot take it: {error!r}"


def _unfilled(path: Path, what: str) -> FileProblem:
    return FileProblem(
        path=path,
        line=1,
        what=what.removesuffix("."),
        why="the sample fills every text that stands beside it",
        todo="give the sample what the text asks for, or correct the text",
    )
