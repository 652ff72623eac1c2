"""A list of people becomes a partnership's first files."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.files.first_files import start_from
from bot.files.partnership_checks import load_partnership, read_partnership
from bot.files.problems import FilesRefused

PEOPLE = """\
name,e-mail,organisation
Tom "T" Fern,Tom@Example.org,Ysbyty Glan-y-Dŵr
Joe,joe@example.org,Brookvale Council
Ama,ama@example.org,brookvale council
Ben,ben@example.org,Brookvale – Council
"""


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    path.write_text(PEOPLE, encoding="utf-8")
    return path


def test_every_organisation_of_the_list_is_in_the_file_once_and_only_two_lines_are_empty(
    people: Path, tmp_path: Path
) -> None:
    written = start_from(people, tmp_path / "ours")
    assert [path.name for path in written] == ["people.csv", "partnership.yaml"]
    assert written[0].read_bytes() == people.read_bytes()
    with pytest.raises(FilesRefused) as refused:
        read_partnership(written[1])
    assert [one.line for one in refused.value.problems] == [6, 7]
    text = written[1].read_text(encoding="utf-8")
    written[1].write_text(
        text.replace('shared_goal: ""', "shared_goal: Home.").replace('better_off: ""', "better_off: Us."),
        encoding="utf-8",
    )
    made = load_partnership(written[1])
    names = [(one.id, one.name) for one in made.organisations]
    assert names == [
        ("ysbyty-glan-y-dwr", "Ysbyty Glan-y-Dŵr"),
        ("brookvale-council", "Brookvale Council"),
        ("brookvale-council-2", "Brookvale – Council"),
    ]
    assert made.programme_leads == ("tom@example.org",)
    assert made.helper.name == 'Tom "T" Fern'


def test_a_programme_lead_may_be_named_and_has_to_be_on_the_list(people: Path, tmp_path: Path) -> None:
    text = start_from(people, tmp_path / "ours", lead="JOE@example.org")[1].read_text(encoding="utf-8")
    assert 'programme_leads: ["joe@example.org"]' in text
    with pytest.raises(FilesRefused, match="not on the list"):
        start_from(people, tmp_path / "other", lead="eve@example.org")
    assert not (tmp_path / "other").exists()
    people.write_text("name,e-mail,organisation\n", encoding="utf-8")
    with pytest.raises(FilesRefused):
        start_from(people, tmp_path / "other")


def test_nothing_that_is_there_is_written_over(people: Path, tmp_path: Path) -> None:
    start_from(people, tmp_path / "ours")
    with pytest.raises(FileExistsError, match="nothing was written"):
        start_from(people, tmp_path / "ours")
