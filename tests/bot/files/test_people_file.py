"""Tests of bot/files/people_file.py: three columns are enough, and every bad cell is told with its line."""

from datetime import date
from pathlib import Path

import pytest

from bot.files.people_file import PersonRow, load_people, read_people
from bot.files.problems import FilesRefused
from nudges.model.people import Days, Nation, Role

HEAD = "name,e-mail,organisation\n"


def people(folder: Path, text: str | bytes) -> list[PersonRow]:
    path = folder / "people.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_people(path)


def test_three_columns_are_enough(tmp_path: Path) -> None:
    rows = people(tmp_path, HEAD + "Ama Brightwater,Ama@North.example,North\n")
    assert rows == [
        PersonRow(line=2, name="Ama Brightwater", email="ama@north.example", organisation="North")
    ]


@pytest.mark.parametrize("email", ["email", "e-mail", "E-mail address", "E_Mail", " EMAIL "])
@pytest.mark.parametrize("organisation", ["organisation", "Organization", "Org"])
def test_the_names_of_columns_are_forgiving(tmp_path: Path, email: str, organisation: str) -> None:
    rows = people(tmp_path, f"{organisation};Full name;{email}\nNorth;Ama;a@north.example\n")
    assert (rows[0].name, rows[0].organisation) == ("Ama", "North")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_spreadsheets_of_all_kinds_are_read(tmp_path: Path, encoding: str, separator: str) -> None:
    lines = [["name", "e-mail", "organisation"], ["Zoë Fañch", "z@north.example", "Café – Nord"]]
    text = "\r\n".join(separator.join(line) for line in lines)
    assert people(tmp_path, text.encode(encoding))[0].name == "Zoë Fañch"


def test_every_optional_column_is_read(tmp_path: Path) -> None:
    head = "name,email,organisation,zone,nation,working days,leave,delegate,role,level,setting"
    row = (
        "Ama,a@n.example,North,Europe/London,Northern Ireland,Mon-Wed & Fri,"
        "2027-02-15 to 2027-02-19; 2027-04-01,"
        "Her office,sponsor; programme lead,executive,hospital,falls; data,chief_exec,no"
    )
    (person,) = people(
        tmp_path, f"{head},tags,suits,has team,locale,slack id,teams id,persona\n{row},cy,U1,T1,yes\n"
    )
    assert person.zone == "Europe/London"
    assert person.nation is Nation.NORTHERN_IRELAND
    assert person.working_days == frozenset({1, 2, 3, 5})
    assert person.leave == (
        Days(from_on=date(2027, 2, 15), to_on=date(2027, 2, 20)),
        Days(from_on=date(2027, 4, 1), to_on=date(2027, 4, 2)),
    )
    assert person.roles == {Role.LEADER, Role.SPONSOR, Role.PROGRAMME_LEAD}
    assert (person.tags, person.suits) == (frozenset({"falls", "data"}), frozenset({"chief_exec"}))
    assert (person.delegate, person.level, person.setting) == ("Her office", "executive", "hospital")
    assert (person.has_team, person.locale, person.slack_id, person.teams_id) == (False, "cy", "U1", "T1")
    assert person.persona


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("Mon-Thu", {1, 2, 3, 4}),
        ("monday to wednesday", {1, 2, 3}),
        ("1 2 5", {1, 2, 5}),
        ("Tues, Thurs", {2, 4}),
        ("Mondays/Fridays", {1, 5}),
        ("wed", {3}),
    ],
)
def test_working_days_are_read_as_people_write_them(tmp_path: Path, written: str, days: set[int]) -> None:
    (person,) = people(tmp_path, f'name,email,organisation,working days\nAma,a@n.example,N,"{written}"\n')
    assert person.working_days == frozenset(days)


@pytest.mark.parametrize(
    ("column", "cell", "says"),
    [
        ("zone", "Mars/Olympus", "not a time zone"),
        ("nation", "Atlantis", "not a nation"),
        ("working days", "Fri-Mon", "runs backwards"),
        ("working days", "sometimes", "not days of the week"),
        ("working days", "8", "not days of the week"),
        ("leave", "2027-02-30", "not a date of the calendar"),
        ("leave", "soon", "not a date of the calendar"),
        ("leave", "2027-03-05 to 2027-03-01", "ends before it starts"),
        ("role", "emperor", "not a role"),
        ("has team", "perhaps", "only yes or no"),
        ("tags", "=1+1", "formula"),
        ("tags", "see 943 476 5919", "NHS number"),
        ("level", "x" * 281, "281 characters"),
        ("level", '"two\nlines"', "runs over two lines"),
    ],
)
def test_a_cell_that_cannot_be_used_is_told_with_its_line(
    tmp_path: Path, column: str, cell: str, says: str
) -> None:
    with pytest.raises(FilesRefused, match=says) as refused:
        people(tmp_path, f"name,email,organisation,{column}\nJo,j@n.example,N,\nAma,a@n.example,N,{cell}\n")
    assert [problem.line for problem in refused.value.problems] == [3]


@pytest.mark.parametrize("cell", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", '"\t=1"'])
def test_a_formula_is_refused(tmp_path: Path, cell: str) -> None:
    with pytest.raises(FilesRefused, match="formula"):
        people(tmp_path, HEAD + f"{cell},a@n.example,North\n")


@pytest.mark.parametrize(
    "email", ["ama", "a@b", "a b@n.example", "a@n..example", "a@n.example, b@n.example", "@n.example2"]
)
def test_what_is_no_address_is_refused(tmp_path: Path, email: str) -> None:
    with pytest.raises(FilesRefused):
        people(tmp_path, HEAD + f'Ama,"{email}",North\n')


def test_a_person_who_stands_twice_is_refused_with_both_lines(tmp_path: Path) -> None:
    with pytest.raises(FilesRefused, match="stands twice; the first is on line 2") as refused:
        people(tmp_path, HEAD + "Ama,a@n.example,N\n\nAma B,A@N.example,S\n")
    assert [problem.line for problem in refused.value.problems] == [4]


@pytest.mark.parametrize("cell", ["", "  "])
def test_an_empty_needed_cell_is_refused(tmp_path: Path, cell: str) -> None:
    with pytest.raises(FilesRefused, match="the organisation is empty"):
        people(tmp_path, HEAD + f"Ama,a@n.example,{cell}\n")


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "no column name"),
        (b"name,email\nAma,a@n.example\n", "no column organisation"),
        (b"a;b;c\n", "no column name"),
        ("\ufeffname,email,organisation\nAma,a@n.example,N\n".encode("utf-16"), "UTF-16"),
        (HEAD.encode() + b"A\x00ma,a@n.example,N\n", r"U\+0000"),
        (HEAD.encode() + "A\u202ema,a@n.example,N\n".encode(), r"U\+202E"),
        (HEAD.encode() + "Zoë,a@n.example,N\n".encode() + b"X\xff,b@n.example,N\n", "not UTF-8"),
        (HEAD.encode() + b"A\x81,a@n.example,N\n", "not UTF-8"),
        (HEAD.encode() + b'"Ama,a@n.example,N\n', "cannot be read"),
        (HEAD.encode(), "nobody"),
        (b"name,email,e-mail,organisation\n", "two columns"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, raw: bytes, says: str) -> None:
    with pytest.raises(FilesRefused, match=says):
        people(tmp_path, raw)


def test_a_column_without_a_use_is_advised_against_and_left_out(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("name,email,organisation,salary\nAma,a@n.example,N,1000\n")
    rows, problems = read_people(path)
    assert len(rows) == 1
    assert [(problem.severity, "salary" in problem.what) for problem in problems] == [("advice", True)]
    assert load_people(path) == rows


def test_ten_thousand_people_are_read(tmp_path: Path) -> None:
    text = HEAD + "".join(f"Person {number},p{number}@n.example,North\n" for number in range(10_000))
    assert len(people(tmp_path, text)) == 10_000


def test_more_rows_than_a_partnership_has_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FilesRefused, match="more than 20000 rows"):
        people(tmp_path, HEAD + "a,b,c\n" * 20_001)


def test_a_refused_number_is_not_repeated_and_an_id_of_a_platform_is_no_such_number(tmp_path: Path) -> None:
    with pytest.raises(FilesRefused) as refused:
        people(tmp_path, "name,email,organisation,nation\nAma,a@n.example,N,9434765919\n")
    assert "9434765919" not in str(refused.value)
    (person,) = people(tmp_path, "name,email,organisation,slack id\nAma,a@n.example,N,9434765919\n")
    assert person.slack_id == "9434765919"
