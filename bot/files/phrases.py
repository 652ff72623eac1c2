"""The sentences of `config/messages/said.yaml`: read, checked, and said wherever the rim shows one."""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from bot.files.problems import FileProblem, FilesRefused
from bot.files.yaml_file import Place, YamlFile, load_yaml
from nudges.errors import MilepostError
from nudges.model.phrasebook import DEFAULT_LOCALE, PLURAL_FORMS, NotWorded, Phrasebook
from nudges.model.placeholders import has_stray_braces
from nudges.said import Said

ROOT = Path(__file__).resolve().parents[2]
MESSAGES = ROOT / "config" / "messages"
NAME = re.compile(r"[a-z][a-z0-9_]*")

Text = str | Mapping[str, str]


def in_words(words: Said | MilepostError | str, *, locale: str = DEFAULT_LOCALE) -> str:
    """A sentence or what an error says, with the sentences that ship; what has its words already keeps them.

    Plain words need no file, so that what is wrong with said.yaml itself can be said.
    """
    if isinstance(words, MilepostError):
        words = words.said or words.text
    try:
        return words if isinstance(words, str) else load_phrases().say(words, locale=locale)
    except NotWorded as error:
        # Somebody has edited said.yaml: what was refused stays refused, and whatever else is shown is shown.
        return f"A sentence is missing here: said.yaml does not fit this release ({error})."


@cache
def load_phrases() -> Phrasebook:
    """The sentences that ship, read once in a process: `said.yaml`, and `said.<locale>.yaml` beside it.

    Raises:
        FilesRefused: a file does not hold.
    """
    return read_phrases(MESSAGES)


def read_phrases(folder: Path) -> Phrasebook:
    """The sentences of a folder, by locale.

    Raises:
        FilesRefused: a file does not hold, or another locale has a sentence or a fact that English has not.
    """
    files = {DEFAULT_LOCALE: load_yaml(folder / "said.yaml")}
    for path in sorted(folder.glob("said.*.yaml")):
        files[path.name.split(".")[1]] = load_yaml(path)
    texts = {locale: _texts(file) for locale, file in files.items()}
    if not texts[DEFAULT_LOCALE]:
        raise FilesRefused([_empty(files[DEFAULT_LOCALE])])
    book = Phrasebook.of(texts)
    problems = [
        problem
        for locale, file in files.items()
        if locale != DEFAULT_LOCALE
        for problem in _unlike_english(book, locale, file)
    ]
    if problems:
        raise FilesRefused(problems)
    return book


def check_phrases(path: Path) -> list[FileProblem]:
    """Look at one file of sentences: English beside what the core asks for, others beside English.

    Raises:
        FilesRefused: it does not hold.
    """
    if path.name == "said.yaml":
        file = load_yaml(path)
        book = Phrasebook.of({DEFAULT_LOCALE: _texts(file)})
        return [_empty(file)] if not book.entries[DEFAULT_LOCALE] else list(_unlike_the_core(book, file))
    read_phrases(path.parent)
    return []


def _empty(file: YamlFile) -> FileProblem:
    return FileProblem(
        path=file.path,
        line=1,
        what="there is no sentence in it",
        why="whatever the core says stands here",
        todo="take the file of the release",
    )


def _unlike_the_core(book: Phrasebook, file: YamlFile) -> Iterator[FileProblem]:
    """Sentences that the core asks for and that are not here, or that need a fact it does not give."""
    for key, facts in sorted(asked_for().items()):
        if key not in book.entries[DEFAULT_LOCALE]:
            line, what = 1, "is missing"
        elif facts is not None and (more := book.facts_of(key) - facts):
            named = ", ".join(f"`{name}`" for name in sorted(more))
            line, what = file.line_of(tuple(key.split("."))), f"needs {named}, which it is not given"
        else:
            continue
        yield FileProblem(
            path=file.path,
            line=line,
            what=f"`{key}` {what}",
            why="the core asks for each sentence by its key, with the facts that belong to it",
            todo="take the words of the release, and change only the words",
        )


@cache
def asked_for() -> dict[str, frozenset[str] | None]:
    """The sentences that our code asks for, with their facts; None where those are not written out."""
    asked: dict[str, frozenset[str] | None] = {}
    for path in sorted([*(ROOT / "nudges").rglob("*.py"), *(ROOT / "bot").rglob("*.py")]):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "said" and node.args:
                asked.update(dict.fromkeys(keys_of(node.args[0]), facts_given(node)))
    return asked


def keys_of(node: ast.expr) -> list[str]:
    """The keys that are written out: one, or those that `a if ... else b` chooses from."""
    if isinstance(node, ast.IfExp):
        chosen = [keys_of(node.body), keys_of(node.orelse)]
        return [*chosen[0], *chosen[1]] if all(chosen) else []
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def facts_given(call: ast.Call) -> frozenset[str] | None:
    """The names of the facts; None where they are not written out."""
    if len(call.args) < 2:
        return frozenset()
    facts = call.args[1]
    if not isinstance(facts, ast.Dict) or not all(isinstance(key, ast.Constant) for key in facts.keys):
        return None
    return frozenset(str(ast.literal_eval(key)) for key in facts.keys if key)


def _texts(file: YamlFile) -> dict[str, Text]:
    """Every sentence of the file by its dotted key."""
    problems: list[FileProblem] = []
    result: dict[str, Text] = {}
    for place, value in _leaves(file.data, ()):
        key = ".".join(map(str, place))
        wrong = _wrong_with(place, value)
        if wrong is not None:
            what, why, todo = wrong
            problems.append(
                FileProblem(
                    path=file.path, line=file.line_of(place), what=f"`{key}` {what}", why=why, todo=todo
                )
            )
        elif isinstance(value, str):
            result[key] = value
        elif isinstance(value, dict):
            result[key] = {str(form): str(text) for form, text in value.items()}
    if problems:
        raise FilesRefused(problems)
    return result


def _leaves(value: object, place: Place) -> Iterator[tuple[Place, object]]:
    """The texts and the groups of plural forms; a section that holds nothing yet is none."""
    if isinstance(value, dict) and not (place and value.keys() & PLURAL_FORMS):
        for name, inside in value.items():
            yield from _leaves(inside, (*place, name))
    elif value is not None or len(place) > 1:
        yield place, value


def _wrong_with(place: Place, value: object) -> tuple[str, str, str] | None:
    """What, why and what to do, where a sentence cannot be used."""
    if len(place) < 2 or not all(NAME.fullmatch(str(name)) for name in place):
        return (
            "is no place for a sentence",
            "a sentence stands in a section, under a name in small letters",
            "write `section:` and below it `name: text`",
        )
    if isinstance(value, dict) and not ("other" in value and value.keys() <= PLURAL_FORMS):
        return (
            "is not a whole group of plural forms",
            "each number needs its text, and `other` is there for all the rest",
            "write `one: ...` and `other: ...`, and nothing else beside them",
        )
    for text in value.values() if isinstance(value, dict) else (value,):
        if not isinstance(text, str) or not text.strip():
            return "has no text", "a sentence is a text", "write one text, in quotes"
        if has_stray_braces(text):
            return (
                "has a brace out of place",
                "only plain names such as `{name}` are filled",
                "write the name alone in its braces, or give what has braces as a fact",
            )
    return None


def _unlike_english(book: Phrasebook, locale: str, file: YamlFile) -> Iterator[FileProblem]:
    english = book.entries[DEFAULT_LOCALE]
    for key in book.entries[locale]:
        if key not in english:
            what = "is not among the English sentences"
        elif more := book.facts_of(key, locale=locale) - book.facts_of(key):
            what = f"needs {', '.join(f'`{name}`' for name in sorted(more))}, which English does not"
        else:
            continue
        yield FileProblem(
            path=file.path,
            line=file.line_of(tuple(key.split("."))),
            what=f"`{key}` {what}",
            why="a sentence is given the same facts in every language",
            todo="use the key and the facts of said.yaml",
        )
