"""First files: the example that ships, and a partnership made from nothing but a list of people."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from bot.files.content import CONFIG
from bot.files.partnership_checks import load_partnership
from bot.files.partnership_file import PartnershipFile
from bot.files.people_file import PersonRow, load_people
from bot.files.problems import FileProblem, FilesRefused

PEOPLE, PARTNERSHIP = "people.csv", "partnership.yaml"
EXAMPLE = CONFIG / "example"
STARTS_ON = date(2027, 1, 4)
_DATE = re.compile(r"\b20[0-9]{2}-[0-9]{2}-[0-9]{2}\b")
_HEAD = """\
# Made from your list of people. Fill in what is empty: `milepost check` names each line.
version: 1
id: our-partnership
name: "Our partnership"
called: "our partnership"     # how messages name it; 24 characters at most
shared_goal: ""               # what you all want, in two sentences at most
better_off: ""                # who will be better off for it
helper: {{name: {name}, email: {lead}}}     # whom people can ask for help
programme_leads: [{lead}]
channels: {{}}                  # later: partnership: {{platform: slack, workspace: T0123, to: C0123}}
# An organisation starts when its sponsor has agreed and its impact assessment has a reference:
#   sponsor: {{name: "…", email: "…"}}
#   assessment: "…"
organisations:
"""


def start_from(people_file: Path, directory: Path, *, lead: str | None = None) -> list[Path]:
    """Write people.csv (as it is) and a partnership.yaml with every organisation of it into a folder.

    `lead` is the e-mail address of the programme lead; None takes the first person of the list.

    Raises:
        FileExistsError: one of the files is there already; nothing was written.
        FilesRefused: the list does not hold, or the lead is not on it.
    """
    people = load_people(people_file)
    wanted = (lead or next((person.email for person in people), "nobody")).strip().lower()
    by_email = {person.email: person.name for person in people}
    if wanted not in by_email:
        problem = FileProblem(
            path=people_file,
            line=1,
            what=f"`{wanted}` is not on the list",
            why="a programme lead is reached like everybody else",
            todo="add the programme lead to the list, or name somebody who is on it with --lead",
        )
        raise FilesRefused([problem])
    there = [directory / name for name in (PEOPLE, PARTNERSHIP) if (directory / name).exists()]
    if there:
        raise FileExistsError(f"{there[0]} is there already; nothing was written. Choose an empty folder.")
    names: dict[str, str] = {}
    for person in people:
        names.setdefault(person.organisation.casefold(), person.organisation)
    directory.mkdir(parents=True, exist_ok=True)
    (directory / PEOPLE).write_bytes(people_file.read_bytes())
    text = _HEAD.format(lead=json.dumps(wanted), name=_quoted(by_email[wanted])) + _organisations(
        list(names.values())
    )
    (directory / PARTNERSHIP).write_text(text, encoding="utf-8")
    return [directory / PEOPLE, directory / PARTNERSHIP]


def _organisations(names: list[str]) -> str:
    lines, taken = [], set[str]()
    for name in names:
        slug = base = _slug(name)
        number = 2
        while slug in taken:
            slug, number = f"{base}-{number}", number + 1
        taken.add(slug)
        lines += [f"  - id: {slug}", f"    name: {_quoted(name)}"]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-") or "organisation"


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
