"""What the content files say, remembered beside the bytecode: reading them anew takes half a second."""

from __future__ import annotations

import hashlib
import pickle
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from nudges.model.playbook import Playbook

ROOT = Path(__file__).parents[2]
NAME = "playbook"
# What a half-written file, or one of another release, makes of itself.
_ODD = (
    OSError,
    EOFError,
    pickle.UnpicklingError,
    AttributeError,
    ImportError,
    IndexError,
    TypeError,
    ValueError,
)


def remembered(read: Callable[[], Playbook], *, folder: Path | None = None, root: Path = ROOT) -> Playbook:
    """What `read` gives, from the memory of an earlier start where no file has changed since.

    Like bytecode it is known by the names, sizes and times of its sources, it stands in a folder that
    only the owner of the code may write, and where that cannot be written nothing is remembered.
    """
    path = (folder or beside_bytecode()) / f"{NAME}-{_signature(root)}.pickle"
    with suppress(*_ODD):
        known = pickle.loads(path.read_bytes())
        if isinstance(known, Playbook):
            return known
    book = read()
    if not sys.dont_write_bytecode:
        with suppress(OSError):
            _keep(book, path)
    return book


def beside_bytecode() -> Path:
    """Where Python itself would put what it has made of the files in `config`."""
    config = ROOT / "config"
    if sys.pycache_prefix is None:
        return config / "__pycache__"
    return Path(sys.pycache_prefix, *config.parts[1:])


def _keep(book: Playbook, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_bytes(pickle.dumps(book, protocol=pickle.HIGHEST_PROTOCOL))
    fresh.replace(path)
    for old in path.parent.glob(f"{NAME}-*.pickle"):
        if old != path:
            old.unlink(missing_ok=True)


def _signature(root: Path) -> str:
    seen = hashlib.sha256(sys.version.encode())
    for path in sorted(_sources(root)):
        facts = path.stat()
        seen.update(f"{path}\0{facts.st_size}\0{facts.st_mtime_ns}\0".encode())
    return seen.hexdigest()[:16]


def _sources(root: Path) -> Iterator[Path]:
    """The content, and the code that reads and checks it."""
    patterns: Iterable[tuple[Path, str]] = (
        (root / "config", "*.yaml"),
        (root / "config" / "campaigns", "*.yaml"),
        (root / "config" / "messages", "said*.yaml"),
        (root / "bot" / "files", "*.py"),
        (root / "nudges" / "model", "*.py"),
        (root / "nudges" / "rules", "**/*.py"),
    )
    for folder, pattern in patterns:
        yield from folder.glob(pattern)
