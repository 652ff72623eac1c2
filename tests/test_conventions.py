"""Keeps the manners of the house: names, docstrings, handlers, commands, and what no file may mention."""

import ast
import importlib
import re
import shlex
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.source import ROOMS, ROOT, definitions, imports, name, nodes, python_files, repository_files, tree

VAGUE_NAMES = {"util", "utils", "helper", "helpers", "manager", "managers", "base", "common", "misc", "lib"}
# One word per thing: these are other people's words for what we call leader, partnership, action,
# help request and rollup.
OTHER_WORDS = {"user", "tenant", "task", "job", "ticket", "digest"}
# Names of the machines and folders on which this happens to be written have no place in it.
# In pieces, so that this file passes its own test.
PRIVATE_PLACES = re.compile(
    r"(?<![\w.}])/(?:"
    + "|".join(["wo" + r"rk\b", "tm" + "p/", "ro" + "ot/", "op" + "t/", "ho" + r"me/\w"])
    + r")|\.\./sha"
    + "red"
)
REGISTRIES = re.compile(r"pypi\.o" + r"rg|files\.python" + r"hosted|registry\.npm" + "js|test\\.py" + "pi")
FREE_FILES = {"nudges", "storage", "bot", "config"}  # the rooms that tests mirror
LAST_WORDS = {
    "datetime": {"at", "after", "before", "by", "since", "until"},
    "date": {"on", "by", "since", "until", "monday", "friday"},
}
BROAD = {"Exception", "BaseException"}


def text_files() -> Iterator[tuple[Path, str]]:
    for path in repository_files():
        try:
            yield path, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture


def test_every_module_says_in_one_line_what_it_is() -> None:
    wrong = []
    for path in python_files():
        if "versions" in path.parts:  # Alembic writes these
            continue
        said = ast.get_docstring(tree(path), clean=False)
        if not said or "\n" in said or not said.rstrip().endswith("."):
            wrong.append(name(path))
    assert not wrong, "the first line is a docstring: one line, a sentence"


def test_no_module_has_a_vague_name() -> None:
    wrong = [
        name(path)
        for path in python_files()
        if VAGUE_NAMES & {part.removesuffix(".py") for part in path.relative_to(ROOT).parts}
    ]
    assert not wrong


def test_modules_are_named_in_small_letters_with_underscores() -> None:
    wrong = [
        name(path)
        for path in python_files()
        if "versions" not in path.parts
        for part in path.relative_to(ROOT).parts
        if not re.fullmatch(r"(_?[a-z][a-z0-9_]*|__init__|__main__)(\.py)?", part)
    ]
    assert not wrong


def test_the_core_uses_our_own_words() -> None:
    wrong = []
    for path in python_files("nudges"):
        for node in nodes(path):
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                said = node.name
            elif isinstance(node, ast.arg):
                said = node.arg
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                said = node.target.id
            else:
                continue
            words = set(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", said).lower().split("_"))
            if words & OTHER_WORDS:
                wrong.append(f"{name(path)}:{node.lineno} {said}")
    assert not wrong, "see docs/glossary.md"


def test_values_of_the_core_are_frozen_and_named() -> None:
    wrong = []
    for path in python_files("nudges"):
        for node in nodes(path):
            if not isinstance(node, ast.ClassDef):
                continue
            for decorator in map(ast.unparse, node.decorator_list):
                # A verb may gather its changes in an object of its own while it runs.
                gathers = {"unit_of_work", "use_cases"} & set(path.parts)
                words = {"kw_only", "slots"} | (set() if gathers else {"frozen"})
                if decorator.startswith("dataclass") and not all(
                    f"{word}=True" in decorator for word in words
                ):
                    wrong.append(f"{name(path)}:{node.lineno} {node.name}")
    assert not wrong, "@dataclass(frozen=True, kw_only=True, slots=True)"


def test_instants_and_dates_are_told_apart_by_their_names() -> None:
    wrong = []
    for path in python_files("nudges"):
        for node in nodes(path):
            if not (
                isinstance(node, ast.ClassDef)
                and "dataclass" in "".join(map(ast.unparse, node.decorator_list))
            ):
                continue
            for field in node.body:
                if not (isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)):
                    continue
                kind = ast.unparse(field.annotation).removesuffix(" | None")
                last = field.target.id.split("_")[-1]
                if last not in LAST_WORDS.get(kind, {last}):
                    wrong.append(f"{name(path)}:{field.lineno} {field.target.id}: {kind}")
    assert not wrong, "*_at (or *_until, ...) is an instant, *_on a date"


def test_nothing_takes_just_any_keyword() -> None:
    wrong = [
        f"{name(path)}:{node.lineno} {node.name}"
        for path in python_files(*ROOMS)
        for node in definitions(path)
        if node.args.kwarg
    ]
    assert not wrong


def test_there_are_no_mocks() -> None:
    wrong = [
        f"{name(path)}:{line} imports {dotted}"
        for path in python_files()
        for dotted, line in imports(path)
        if dotted.startswith("unittest") or dotted.split(".")[0] in ("mock", "pytest_mock", "asynctest")
    ]
    assert not wrong, "use the fakes that ship"


def test_a_broad_except_raises_again_or_says_why_not() -> None:
    wrong = []
    for path in python_files():
        lines = path.read_text(encoding="utf-8").splitlines()
        for node in nodes(path):
            if not isinstance(node, ast.ExceptHandler):
                continue
            caught = {ast.unparse(each) for each in ast.walk(node.type)} if node.type else BROAD
            if not caught & BROAD:
                continue
            raises = any(isinstance(each, ast.Raise) for each in ast.walk(node))
            says_why = any(is_reason(line) for line in lines[node.lineno - 1 : node.body[0].lineno])
            if node.type is None or not (raises or says_why):
                wrong.append(f"{name(path)}:{node.lineno}")
    assert not wrong


def is_reason(line: str) -> bool:
    """Whether a line holds a comment that is more than an instruction to a tool."""
    comment = line.partition("#")[2]
    return len(re.sub(r"noqa(: [A-Z0-9, ]+)?|type: ignore\S*|pragma: no cover", "", comment).split()) >= 3


def test_no_file_names_a_private_place() -> None:
    wrong = [
        f"{name(path)}:{number} {match.group()}"
        for path, text in text_files()
        for number, line in enumerate(text.splitlines(), start=1)
        for match in [PRIVATE_PLACES.search(line) or REGISTRIES.search(line)]
        if match and not line.startswith("#!/")
    ]
    assert not wrong


def test_tests_mirror_the_source() -> None:
    wrong = []
    for path in python_files("tests"):
        parts = path.relative_to(ROOT / "tests").parts
        if parts[0] not in FREE_FILES or not path.name.startswith("test_"):
            continue
        about = path.stem.removeprefix("test_")
        folder = ROOT.joinpath(*parts[:-1])
        # A long subject may have several test files: test_cadence.py, test_cadence_clock_changes.py.
        stems = {each.stem for each in folder.iterdir()} if folder.is_dir() else set()
        if not any(about == stem or about.startswith(stem + "_") for stem in stems | {folder.name}):
            wrong.append(name(path))
    assert not wrong, "tests/nudges/model/test_nudge.py is about nudges/model/nudge.py"


def test_tests_are_named_as_sentences() -> None:
    wrong = [
        f"{name(path)}:{node.lineno} {node.name}"
        for path in python_files("tests")
        for node in definitions(path)
        if node.name.startswith("test_") and len(node.name.split("_")) < 4
    ]
    assert not wrong


# Names that say nothing of what they name: they may live for one line.
PASSING = {"one", "each", "found"}
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.Module)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def lines_of_passing_names(module: ast.Module) -> dict[tuple[int, str], set[int]]:
    """On which lines each of these names stands, by the line of the scope that it belongs to."""
    lines: dict[tuple[int, str], set[int]] = defaultdict(set)

    def walk(node: ast.AST, scopes: tuple[ast.AST, ...]) -> None:
        if isinstance(node, SCOPES + COMPREHENSIONS):
            scopes = (*scopes, node)
        said = node.id if isinstance(node, ast.Name) else node.arg if isinstance(node, ast.arg) else ""
        if said in PASSING:
            home = next(scope for scope in reversed(scopes) if binds(scope, said))
            lines[id(home), said].add(getattr(node, "lineno", 0))
        for child in ast.iter_child_nodes(node):
            walk(child, scopes)

    walk(module, ())
    return lines


def binds(scope: ast.AST, said: str) -> bool:
    """Whether a name belongs to this scope: a comprehension or a lambda by its own, else any function."""
    if isinstance(scope, COMPREHENSIONS):
        targets = [target for loop in scope.generators for target in ast.walk(loop.target)]
        return any(isinstance(target, ast.Name) and target.id == said for target in targets)
    if isinstance(scope, ast.Lambda):
        return any(argument.arg == said for argument in scope.args.args)
    return True


def test_names_that_say_nothing_live_for_one_line() -> None:
    wrong = [
        f"{name(path)}:{min(lines)} {said}"
        for path in python_files(*ROOMS)
        for (_, said), lines in lines_of_passing_names(tree(path)).items()
        if len(lines) > 1
    ]
    assert not wrong, "give it the noun of what it is"


def procfile() -> dict[str, list[str]]:
    lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
    pairs = (line.partition(":") for line in lines if line.strip() and not line.startswith("#"))
    return {process.strip(): shlex.split(command) for process, _, command in pairs}


@pytest.mark.parametrize("process", sorted(procfile()))
def test_every_process_of_the_procfile_is_a_command(process: str) -> None:
    import click
    from click.testing import CliRunner

    if not (ROOT / "bot" / "cli.py").exists():
        pytest.skip("NOT CHECKED: bot/cli.py does not exist yet")
    python, script, command, *options = procfile()[process]
    assert (python, script) == ("python", "run.py")
    groups = [
        each for each in vars(importlib.import_module("bot.cli")).values() if isinstance(each, click.Group)
    ]
    known = next((group for group in groups if command in group.commands), None)
    assert known is not None, f"milepost has no command {command}"
    asked = CliRunner().invoke(known, [command, *options, "--help"])
    assert asked.exit_code == 0, asked.output
