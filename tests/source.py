"""Reads our own source for the tests that keep the rules of the house."""

import ast
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("nudges", "storage", "bot")


@cache
def repository_files() -> tuple[Path, ...]:
    """Every file of the checkout that is, or would be, committed."""
    if shutil.which("git") and (ROOT / ".git").exists():
        listing = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        paths = [ROOT / name for name in listing.split("\0") if name]
    else:  # unpacked from an archive
        hidden = {
            ".venv",
            "__pycache__",
            ".git",
            ".mypy_cache",
            ".ruff_cache",
            ".pytest_cache",
            ".hypothesis",
        }
        paths = [path for path in ROOT.rglob("*") if not hidden & set(path.relative_to(ROOT).parts)]
    return tuple(sorted(path for path in paths if path.is_file()))


@cache
def python_files(*rooms: str) -> tuple[Path, ...]:
    """The Python files under the named folders; of the whole checkout where none is named."""
    generator = (path for path in repository_files() if path.suffix == ".py")
    return tuple(path for path in generator if not rooms or path.relative_to(ROOT).parts[0] in rooms)


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of one file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Every node of one file, walked once for all who ask."""
    return tuple(ast.walk(tree(path)))


def name(path: Path) -> str:
    """A file's path as it reads in a message."""
    return path.relative_to(ROOT).as_posix()


def module_name(path: Path) -> str:
    """`nudges/model/nudge.py` -> `nudges.model.nudge`."""
    parts = list(path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path, *, at_import_only: bool = False) -> Iterator[tuple[str, int]]:
    """Each (dotted name, line) that a file imports; `from a import b` gives `a` and `a.b`.

    With `at_import_only`, just those that run when the module is loaded: not the ones inside
    functions, and not the ones for the type checker.
    """
    result = _run_at_import(tree(path).body) if at_import_only else nodes(path)
    for node in result:
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node.lineno
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def _run_at_import(body: list[ast.stmt]) -> Iterator[ast.AST]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            yield from _run_at_import(node.orelse)
            continue
        yield node
        for block in ("body", "orelse", "finalbody"):
            yield from _run_at_import(getattr(node, block, []))
        for handler in getattr(node, "handlers", []):
            yield from _run_at_import(handler.body)


def definitions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a file, nested ones too."""
    for node in nodes(path):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
