"""Tests of bot/files/file_text.py and bot/files/yaml_file.py."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.files.problems import FilesRefused
from bot.files.yaml_file import load_yaml


def read(folder: Path, text: str | bytes) -> object:
    path = folder / "file.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_yaml(path).data


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("17:00", "17:00"),
        ("08:45", "08:45"),
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("Off", "Off"),
        ("2027-01-04", "2027-01-04"),
        ("007", "007"),
        ("1_000", "1_000"),
        ("0x1f", "0x1f"),
        ("1.10", "1.10"),
        ("1e3", "1e3"),
        (".inf", ".inf"),
        ("=", "="),
        ("5", 5),
        ("-3", -3),
        ("0.5", 0.5),
        ("true", True),
        ("false", False),
        ("True", "True"),
        ("null", None),
        ("~", None),
        ("", None),
        ('"5"', "5"),
        ("'true'", "true"),
        ("9" * 5000, "9" * 5000),
    ],
)
def test_a_value_means_what_it_says(tmp_path: Path, written: str, meant: object) -> None:
    data = read(tmp_path, f"a: {written}\n")
    assert isinstance(data, dict)
    assert data == {"a": meant}
    assert type(data["a"]) is type(meant)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "`a` stands twice; the first is on line 1"),
        ("a:\n  - {b: 1,\n     b: 2}\n", 3, "`b` stands twice; the first is on line 2"),
        ("a: 1\nb: &x [1]\n", 2, "`&x`"),
        ("a: &x [1]\nb: *x\n", 1, "`&x`"),
        ("a: !!python/object/apply:os.system [ls]\n", 1, "tag"),
        ("\na: !secret x\n", 2, "tag"),
        ("a: " + "[" * 100 + "]" * 100, 1, "nested"),
        ("a: " + "[" * 100_000, 1, "nested"),
        ("a: [\n", 2, "not valid YAML"),
        ("a: 1\n---\nb: 2\n", 2, "not valid YAML"),
        ("? [1]\n: 2\n", 1, "a list or a group"),
        ('a: 1\nb: "\\0"\n', 2, "U+0000"),
        ("a: 1\nb: \x00\n", 2, "U+0000"),
        ("a: safe \u202e evil\n", 1, "U+202E"),
        (b"a: 1\nb: \xff\xfe\n", 2, "not UTF-8"),
        (b"\xff\xfea\x00", 1, "UTF-16"),
        (b"a: \xed\xa0\x80\n", 1, "not UTF-8"),
        ('a: "\\ud800"\n', 1, "not valid YAML"),
        ("a: \tb\n\t- c\n", 2, "not valid YAML"),
    ],
)
def test_bad_input_is_refused_with_its_line(tmp_path: Path, text: str | bytes, line: int, says: str) -> None:
    with pytest.raises(FilesRefused) as refused:
        read(tmp_path, text)
    problem = refused.value.problems[0]
    assert says in problem.what
    assert problem.line == line
    assert str(problem).startswith(f"{tmp_path / 'file.yaml'}:{line}: ")
    assert problem.why
    assert problem.todo


def test_an_anchor_bomb_is_refused_at_once(tmp_path: Path) -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(
        f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n"
        for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    with pytest.raises(FilesRefused, match="&a"):
        read(tmp_path, bomb)


def test_a_file_that_is_too_large_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    with pytest.raises(FilesRefused, match="larger than 256 KB"):
        read(tmp_path, "# " + "x" * 300_000)


def test_a_file_that_is_not_there_is_said_to_be_absent(tmp_path: Path) -> None:
    with pytest.raises(FilesRefused, match="No such file"):
        load_yaml(tmp_path / "absent.yaml")
    with pytest.raises(FilesRefused, match="cannot be read"):
        load_yaml(tmp_path)


def test_a_byte_order_mark_and_windows_line_ends_are_no_trouble(tmp_path: Path) -> None:
    assert read(tmp_path, b"\xef\xbb\xbfa: 1\r\nb: 2\r\n") == {"a": 1, "b": 2}


def test_an_empty_file_holds_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, "") is None
    assert read(tmp_path, "# only a remark\n") is None


def test_lines_are_known_for_fields_and_list_items(tmp_path: Path) -> None:
    path = tmp_path / "file.yaml"
    path.write_text("a: 1\nweeks:\n  - week: 1\n    offer: [X,\n      Y]\n")
    file = load_yaml(path)
    assert file.line_of(("weeks", 0, "offer", 1)) == 5
    assert file.line_of(("weeks", 0, "offer")) == 4
    assert file.line_of(("weeks", 0, "absent")) == 3
    assert file.line_of(("absent",)) == 1


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    with contextlib.suppress(FilesRefused):
        read(tmp_path_factory.getbasetemp(), raw)
