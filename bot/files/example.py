"""The example partnership that ships, and who takes part in which campaign."""

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from bot.files.content import CONFIG
from bot.files.partnership_checks import load_partnership
from bot.files.partnership_file import PartnershipFile
from bot.files.people_file import PersonRow, load_people

EXAMPLE = CONFIG / "example"
STARTS_ON = date(2027, 1, 4)
_DATE = re.compile(r"\b20[0-9]{2}-[0-9]{2}-[0-9]{2}\b")


def load_example() -> tuple[PartnershipFile, list[PersonRow]]:
    """The Riverside Partnership and its 60 leaders."""
    return load_partnership(EXAMPLE / "partnership.yaml"), load_people(EXAMPLE / "people.csv")


def members_of(campaign_id: str, people: Iterable[PersonRow]) -> list[PersonRow]:
    """The people who take part: those whose row names the campaign or, where none does, everybody."""
    everybody = list(people)
    return [person for person in everybody if campaign_id in person.campaigns] or everybody


def members_for(campaign_id: str) -> list[PersonRow]:
    """Who takes part in a campaign in the example partnership."""
    return members_of(campaign_id, load_people(EXAMPLE / "people.csv"))


def personas() -> list[PersonRow]:
    """The six people of the example that can be played in the sandbox."""
    return [person for person in load_people(EXAMPLE / "people.csv") if person.persona]


def copy_example(directory: Path, *, starts_on: date = STARTS_ON) -> list[Path]:
    """Write the example's files into a folder, without touching files that are there.

    Its dates keep their distance from its first Monday, which becomes `starts_on`.

    Raises:
        FileExistsError: one of the files is there already; nothing was written.
    """
    wanted = sorted(path for path in EXAMPLE.iterdir() if path.suffix in {".yaml", ".csv"})
    there = [directory / path.name for path in wanted if (directory / path.name).exists()]
    if there:
        raise FileExistsError(f"{there[0]} is there already; nothing was written. Choose an empty folder.")
    directory.mkdir(parents=True, exist_ok=True)
    for path in wanted:
        text = path.read_text(encoding="utf-8")
        moved = _DATE.sub(lambda found: str(date.fromisoformat(found[0]) + (starts_on - STARTS_ON)), text)
        (directory / path.name).write_text(moved, encoding="utf-8", newline="")
    return [directory / path.name for path in wanted]
