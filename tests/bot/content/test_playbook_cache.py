"""What is remembered is what would be read, and never what was there before a change."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from bot.content.playbook_cache import remembered
from bot.wiring import load_playbook
from nudges.model.playbook import Playbook


class Reader:
    """Counts how often the files are read."""

    def __init__(self) -> None:
        self.times = 0
        self.book = load_playbook()

    def __call__(self) -> Playbook:
        self.times += 1
        return self.book


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    (tmp_path / "config" / "campaigns").mkdir(parents=True)
    (tmp_path / "config" / "messages").mkdir()
    (tmp_path / "config" / "rules.yaml").write_text("one")
    return tmp_path


def test_files_that_have_not_changed_are_read_once(root: Path) -> None:
    read = Reader()
    first = remembered(read, folder=root / "kept", root=root)
    again = remembered(read, folder=root / "kept", root=root)
    assert read.times == 1
    assert first == again == read.book


@pytest.mark.parametrize(
    "name", ["config/rules.yaml", "config/campaigns/new.yaml", "config/messages/said.yaml"]
)
def test_a_changed_or_new_file_is_read_anew(root: Path, name: str) -> None:
    read = Reader()
    remembered(read, folder=root / "kept", root=root)
    (root / name).write_text("two")
    os.utime(root / name, ns=(5, 5))
    remembered(read, folder=root / "kept", root=root)
    assert read.times == 2
    assert len(list((root / "kept").iterdir())) == 1, "what is old is taken away"


@pytest.mark.parametrize("content", [b"", b"not a pickle", b"\x80\x05."])
def test_a_damaged_memory_is_read_anew(root: Path, content: bytes) -> None:
    read = Reader()
    remembered(read, folder=root / "kept", root=root)
    [kept] = (root / "kept").iterdir()
    kept.write_bytes(content)
    assert remembered(read, folder=root / "kept", root=root) == read.book
    assert read.times == 2


def test_where_nothing_can_be_written_nothing_is_remembered(root: Path) -> None:
    read = Reader()
    in_the_way = root / "kept"
    in_the_way.write_text("a file where a folder would be")
    assert remembered(read, folder=in_the_way, root=root) == read.book
    assert remembered(read, folder=in_the_way, root=root) == read.book
    assert read.times == 2


def test_where_bytecode_is_not_wanted_nothing_is_remembered(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    remembered(Reader(), folder=root / "kept", root=root)
    assert not (root / "kept").exists()
