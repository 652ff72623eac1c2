"""YAML to plain values with line numbers: no tags, no anchors, no key twice, and `no` means "no"."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.files.file_text import YAML_BYTES_MAX, hidden_character, read_text
from bot.files.problems import FileProblem, FilesRefused

DEPTH_MAX = 12

Place = tuple[str | int, ...]

# The parser in C is ten times as fast and reads the same language.
_Parser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _PlainLoader(_Parser):  # type: ignore[misc,valid-type]  # chosen at import, so it has no fixed base
    """Only numbers, true, false and null are more than text: `17:00`, `no` and dates stay as written."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 (PyYAML's own name)


_INT = re.compile(r"^(0|-?[1-9][0-9]{0,17})$")
_FLOAT = re.compile(r"^-?(0|[1-9][0-9]{0,7})\.(0|[0-9]{0,5}[1-9])$")
_PlainLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|false)$"), list("tf"))
_PlainLoader.add_implicit_resolver("tag:yaml.org,2002:int", _INT, list("-0123456789"))
_PlainLoader.add_implicit_resolver("tag:yaml.org,2002:float", _FLOAT, list("-0123456789"))
_PlainLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(~|null|)$"), ["~", "n", ""])


@dataclass(frozen=True, kw_only=True, slots=True)
class YamlFile:
    """The values of one file, and the line of each by its place, such as ("weeks", 3, "offer")."""

    path: Path
    data: object
    lines: Mapping[Place, int]

    def line_of(self, place: Place) -> int:
        """The line of the nearest thing that is there; 1 for the whole file."""
        while place not in self.lines and place:
            place = place[:-1]
        return self.lines.get(place, 1)


def load_yaml(path: Path, *, text: str | None = None) -> YamlFile:
    """Read one YAML document; with `text`, that text, which once stood in a file of this name.

    Raises:
        FilesRefused: not readable as text, not YAML, or using a part of YAML that we refuse.
    """
    text = read_text(path, bytes_max=YAML_BYTES_MAX) if text is None else text
    try:
        _refuse_machinery(path, text)
        node = yaml.compose(text, Loader=_PlainLoader)
    except yaml.YAMLError as error:
        raise FilesRefused([syntax_problem(path, error)]) from error
    reader = _Reader(path)
    data = None if node is None else reader.value(node, ())
    if reader.problems:
        raise FilesRefused(reader.problems)
    return YamlFile(path=path, data=data, lines=reader.lines)


def _refuse_machinery(path: Path, text: str) -> None:
    """Refuse anchors, aliases, tags and deep nesting before anything is built from them."""
    depth = 0
    for event in yaml.parse(text, Loader=_PlainLoader):
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if not isinstance(event, yaml.NodeEvent):
            continue
        depth += isinstance(event, yaml.CollectionStartEvent)
        what = ""
        if event.anchor is not None:
            what = f"`{'*' if isinstance(event, yaml.AliasEvent) else '&'}{event.anchor}` stands here"
        elif (tag := getattr(event, "tag", None)) is not None:
            what = f"the tag `{tag}` stands here"
        elif depth > DEPTH_MAX:
            what = f"lists and fields are nested more than {DEPTH_MAX} deep"
        if what:
            raise FilesRefused(
                [
                    FileProblem(
                        path=path,
                        line=_line(event.start_mark),
                        what=what,
                        why="files are plain lists, fields and texts, so that everybody can read them",
                        todo="write the value out, or put the text in quotes",
                    )
                ]
            )


def _line(mark: Any) -> int:
    return 1 if mark is None else int(mark.line) + 1


class _Reader:
    """Builds values from nodes and remembers each line."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: dict[Place, int] = {}
        self.problems: list[FileProblem] = []

    def value(self, node: yaml.Node, place: Place) -> object:
        self.lines.setdefault(place, _line(node.start_mark))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(child, (*place, index)) for index, child in enumerate(node.value)]
        code = hidden_character(str(node.value))
        if code is not None:
            line = _line(node.start_mark)
            self._problem(
                line,
                f"the hidden character {code} stands here",
                "nobody could see it in the text",
                "delete it",
            )
        return _scalar(node)

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, object]:
        result: dict[str, object] = {}
        first_lines: dict[str, int] = {}
        for key_node, value_node in node.value:
            line = _line(key_node.start_mark)
            if not isinstance(key_node, yaml.ScalarNode):
                self._problem(
                    line,
                    "a list or a group stands where a name should be",
                    "a field has a plain name",
                    "write `name: value`",
                )
                continue
            key = str(key_node.value)
            if key in result:
                self._problem(
                    line,
                    f"`{key}` stands twice; the first is on line {first_lines[key]}",
                    "one of the two would be lost without a word",
                    "keep one and delete the other",
                )
                continue
            first_lines[key] = line
            self.lines[(*place, key)] = line
            result[key] = self.value(value_node, (*place, key))
        return result

    def _problem(self, line: int, what: str, why: str, todo: str) -> None:
        self.problems.append(FileProblem(path=self.path, line=line, what=what, why=why, todo=todo))


def _scalar(node: yaml.Node) -> object:
    text = str(node.value)
    match node.tag.rpartition(":")[2]:
        case "null":
            return None
        case "bool":
            return text == "true"
        case "int":
            return int(text)
        case "float":
            return float(text)
        case _:
            return text


def syntax_problem(path: Path, error: yaml.YAMLError) -> FileProblem:
    """What keeps a text from being YAML, at its line."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    reason = getattr(error, "problem", None) or getattr(error, "context", None) or "it cannot be read"
    return FileProblem(
        path=path,
        line=mark.line + 1 if mark is not None else 1,
        what=f"this is not valid YAML: {reason}",
        why="the rest of the file cannot be understood",
        todo="check indents, colons and quotes on this line and the one above",
    )
