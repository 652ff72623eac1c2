"""Keeps the locks: pinned by hash, free of addresses, and complete."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.source import ROOT

LOCKS = sorted(ROOT.glob("requirements*.txt"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
each_lock = pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)

Pin = tuple[str, str]


def plain(requirement: str) -> str:
    """A requirement's name in its normal form: `SQLAlchemy[asyncio]>=2.1` -> `sqlalchemy`."""
    match = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert match, requirement
    return re.sub(r"[-_.]+", "-", match.group()).lower()


def entries(lock: Path) -> list[str]:
    """The lock's requirements, each with its continued lines, without comments."""
    lines = (line.split("#")[0].rstrip() for line in lock.read_text(encoding="utf-8").splitlines())
    return re.sub(r"\\\n", " ", "\n".join(line for line in lines if line)).splitlines()


def pins(lock: Path) -> set[Pin]:
    """Each (name, version) that a lock holds; a name may have one version per Python."""
    return {(plain(entry), entry.split("==")[1].split()[0]) for entry in entries(lock)}


def test_there_is_a_lock_for_running_for_testing_for_the_emulator_and_for_the_installer() -> None:
    assert [lock.name for lock in LOCKS] == [
        "requirements-emulator.txt",
        "requirements-test.txt",
        "requirements-uv.txt",
        "requirements.txt",
    ]


@each_lock
def test_a_lock_names_no_address(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(
        r"^\s*(-i|-f|--index-url|--extra-index-url|--find-links|--trusted-host)\b", text, re.M
    )


@each_lock
def test_every_entry_is_one_exact_version_with_hashes(lock: Path) -> None:
    shape = re.compile(r"[a-z0-9-]+==[^\s;]+( ;[^#]+?)?(\s+--hash=sha256:[0-9a-f]{64})+")
    assert entries(lock)
    assert [entry for entry in entries(lock) if not shape.fullmatch(entry)] == []


def test_every_dependency_is_locked() -> None:
    wanted = {plain(each) for each in PROJECT["dependencies"]}
    assert not wanted - {pinned for pinned, _ in pins(ROOT / "requirements.txt")}


def test_every_test_dependency_is_locked() -> None:
    wanted = {plain(each) for each in PROJECT["optional-dependencies"]["test"]}
    assert not wanted - {pinned for pinned, _ in pins(ROOT / "requirements-test.txt")}


def test_the_test_lock_contains_the_run_lock() -> None:
    # `run.py` installs one file, and takes the test lock as proof that the run lock is there too.
    assert not pins(ROOT / "requirements.txt") - pins(ROOT / "requirements-test.txt")


def test_the_files_that_install_name_no_address() -> None:
    for file in ("run.py", "pyproject.toml"):
        assert "://" not in (ROOT / file).read_text(encoding="utf-8"), file


def test_every_locked_package_has_its_notice() -> None:
    notices = (ROOT / "THIRD_PARTY_NOTICES.md").read_text(encoding="utf-8")
    locked = {pinned for pinned, _ in pins(ROOT / "requirements-test.txt")}
    assert not locked - set(re.findall(r"^\| ([a-z0-9-]+) \| \S.* \|$", notices, re.MULTILINE))
