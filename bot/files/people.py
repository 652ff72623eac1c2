"""The people of a partnership from a spreadsheet saved as CSV; name, e-mail and organisation are enough."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from bot.files.problems import FileProblem, FilesRefused, errors_in
from bot.files.reading import CSV_BYTES_MAX, read_text
from bot.files.shapes import WEEKDAYS, known_zones
from nudges.rules.people import Days, Nation, Role
from nudges.rules.privacy import holds_nhs_number

ROWS_MAX = 20_000
CELL_MAX = 280
PROBLEMS_MAX = 50

# Each column under the names that people give it: small letters, without spaces, hyphens and dots.
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "fullname", "leader", "person"),
    "email": ("email", "emailaddress", "mail", "workemail"),
    "organisation": ("organisation", "organization", "org", "employer", "partner"),
    "zone": ("zone", "timezone"),
    "nation": ("nation", "country"),
    "working_days": ("workingdays", "workdays", "days"),
    "leave": ("leave", "holiday", "holidays", "annualleave"),
    "delegate": ("delegate", "office", "delegateemail"),
    "roles": ("role", "roles"),
    "level": ("level", "band"),
    "setting": ("setting",),
    "tags": ("tags", "tag", "interests"),
    "suits": ("suits", "kind", "kinds"),
    "has_team": ("hasteam", "team", "leadsateam"),
    "locale": ("locale", "language"),
    "slack_id": ("slackid", "slack", "slackuser"),
    "slack_workspace": ("slackworkspace", "workspace"),
    "teams_id": ("teamsid", "teams", "entraid", "teamsuser"),
    "teams_tenant": ("teamstenant", "tenant", "tenantid"),
    "persona": ("persona", "sandboxpersona"),
    "campaigns": ("campaigns", "campaign"),
}
# Made by platforms: ten digits in them are no number of a person.
_IDENTIFIERS = frozenset({"slack_id", "slack_workspace", "teams_id", "teams_tenant"})
_REQUIRED = ("name", "email", "organisation")
_EMAIL = re.compile(r"[a-z0-9][a-z0-9._%+'-]{0,63}@[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+")
_YES_NO = {
    "yes": True,
    "y": True,
    "true": True,
    "1": True,
    "no": False,
    "n": False,
    "false": False,
    "0": False,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonRow:
    """One person of the file. None means: not said here, take the organisation's or the default.

    `email` is in small letters; `organisation` is the id or the name, as written.
    """

    line: int
    name: str
    email: str
    organisation: str
    zone: str | None = None
    nation: Nation | None = None
    working_days: frozenset[int] | None = None
    leave: tuple[Days, ...] = ()
    delegate: str | None = None
    roles: frozenset[Role] = frozenset({Role.LEADER})
    level: str | None = None
    setting: str | None = None
    tags: frozenset[str] = frozenset()
    suits: frozenset[str] = frozenset()
    has_team: bool | None = None
    locale: str | None = None
    slack_id: str | None = None
    slack_workspace: str | None = None
    teams_id: str | None = None
    teams_tenant: str | None = None
    persona: bool = False
    campaigns: frozenset[str] = frozenset()


def load_people(path: Path) -> list[PersonRow]:
    """The people of one CSV file, in its order.

    Raises:
        FilesRefused: any row cannot be used, or a person stands twice. Advice alone does not refuse.
    """
    rows, problems = read_people(path)
    errors = errors_in(problems)
    if errors:
        raise FilesRefused(errors)
    return rows


def read_people(path: Path) -> tuple[list[PersonRow], list[FileProblem]]:
    """The rows that can be used, and every finding.

    Raises:
        FilesRefused: the file cannot be read at all, or has not the three columns.
    """
    text = read_text(path, bytes_max=CSV_BYTES_MAX, also_cp1252=True)
    records = list(_records(path, text))
    columns, problems = _columns(path, records)
    if len(records) - 1 > ROWS_MAX:
        raise FilesRefused(
            [
                _problem(
                    path, 0, f"there are more than {ROWS_MAX} rows", "this is likely another file", "split it"
                )
            ]
        )
    rows: list[PersonRow] = []
    first_lines: dict[str, int] = {}
    for line, cells in records[1:]:
        if not any(cells):
            continue
        try:
            row = _row(line, cells, columns)
        except _Wrong as wrong:
            problems.append(_problem(path, line, wrong.what, wrong.why, wrong.todo))
            continue
        if row.email in first_lines:
            what = f"{row.email} stands twice; the first is on line {first_lines[row.email]}"
            problems.append(
                _problem(path, line, what, "a person gets one stream of messages", "delete one of the rows")
            )
            continue
        first_lines[row.email] = line
        rows.append(row)
    if not rows and not problems:
        problems.append(
            _problem(path, 1, "there is nobody in the file", "a campaign needs people", "add a row for each")
        )
    return rows, problems[:PROBLEMS_MAX]


class _Wrong(Exception):
    """One cell that cannot be used."""

    def __init__(self, what: str, why: str, todo: str) -> None:
        super().__init__(what)
        self.what, self.why, self.todo = what, why, todo


def _records(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    head = text.split("\n", 1)[0]
    separator = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, [cell.strip(" \xa0") for cell in cells]
            line = reader.line_num + 1
    except csv.Error as error:
        problem = _problem(
            path,
            line,
            f"the row cannot be read ({error})",
            "the cells cannot be told apart",
            "check the quotes in this row",
        )
        raise FilesRefused([problem]) from error


def _columns(path: Path, records: list[tuple[int, list[str]]]) -> tuple[dict[str, int], list[FileProblem]]:
    heads = records[0][1] if records else []
    known = {alias: column for column, aliases in _COLUMNS.items() for alias in aliases}
    columns: dict[str, int] = {}
    problems: list[FileProblem] = []
    for index, head in enumerate(heads):
        column = known.get(re.sub(r"[^a-z0-9]", "", head.lower()))
        if column is None and head:
            what, todo = (
                f"the column `{head[:40]}` is not used",
                "delete it, so that no more is held than is needed",
            )
            problems.append(_problem(path, 1, what, "it has no use here", todo, advice=True))
        elif column in columns:
            problems.append(
                _problem(path, 1, f"two columns hold the {column}", "only one can count", "delete one")
            )
        elif column is not None:
            columns[column] = index
    missing = [column for column in _REQUIRED if column not in columns]
    if missing:
        what = f"the first row names no column {' and no column '.join(missing)}"
        todo = "start the file with the line `name,e-mail,organisation`"
        raise FilesRefused([_problem(path, 1, what, "these three are needed and are enough", todo)])
    return columns, problems


def _row(line: int, cells: list[str], columns: Mapping[str, int]) -> PersonRow:
    found = {column: cells[index] for column, index in columns.items() if index < len(cells) and cells[index]}
    for column, cell in found.items():
        _check_cell(column, cell)
    for column in _REQUIRED:
        if column not in found:
            raise _Wrong(
                f"the {column} is empty",
                "name, e-mail and organisation are needed",
                "fill it in or delete the row",
            )
    return PersonRow(
        line=line,
        name=found["name"],
        email=_email(found["email"]),
        organisation=found["organisation"],
        zone=_zone(found.get("zone")),
        nation=_nation(found.get("nation")),
        working_days=_working_days(found.get("working_days")),
        leave=_leave(found.get("leave")),
        delegate=found.get("delegate"),
        roles=_roles(found.get("roles")),
        level=found.get("level"),
        setting=found.get("setting"),
        tags=_list(found.get("tags")),
        suits=_list(found.get("suits")),
        has_team=_yes_no("has_team", found.get("has_team")),
        locale=found.get("locale"),
        slack_id=found.get("slack_id"),
        slack_workspace=found.get("slack_workspace"),
        teams_id=found.get("teams_id"),
        teams_tenant=found.get("teams_tenant"),
        persona=bool(_yes_no("persona", found.get("persona"))),
        campaigns=_list(found.get("campaigns")),
    )


def _check_cell(column: str, cell: str) -> None:
    if cell[0] in "=+-@\t":
        raise _Wrong(
            f"the {column} starts with `{cell[0]}`",
            "a spreadsheet would run it as a formula",
            "write plain text",
        )
    # Counting first keeps ten thousand rows quick.
    if column not in _IDENTIFIERS and sum(map(str.isdigit, cell)) >= 10 and holds_nhs_number(cell):
        raise _Wrong(f"the {column} holds an NHS number", "nothing about patients is kept here", "delete it")
    if "\n" in cell:
        raise _Wrong(f"the {column} runs over two lines", "each person has one line", "write it on one line")
    if len(cell) > CELL_MAX:
        raise _Wrong(f"the {column} has {len(cell)} characters", f"{CELL_MAX} are enough", "shorten it")


def _email(cell: str) -> str:
    email = cell.lower().removeprefix("mailto:")
    if len(email) > 254 or not _EMAIL.fullmatch(email):
        raise _Wrong(
            f"`{cell[:60]}` is not an e-mail address",
            "people are told apart by it",
            "write name@place.example",
        )
    return email


def _zone(cell: str | None) -> str | None:
    if cell is not None and cell not in known_zones():
        raise _Wrong(
            f"`{cell[:40]}` is not a time zone",
            "messages keep local hours",
            "write `Europe/London`, or leave it empty",
        )
    return cell


def _nation(cell: str | None) -> Nation | None:
    if cell is None:
        return None
    name = re.sub(r"[ _]+", "-", cell.lower())
    if name not in set(Nation):
        names = ", ".join(Nation)
        raise _Wrong(
            f"`{cell[:40]}` is not a nation", "bank holidays differ between them", f"use one of: {names}"
        )
    return Nation(name)


def _working_days(cell: str | None) -> frozenset[int] | None:
    """`Mon-Thu`, `mon tue wed`, `1 2 3` and any mix of them."""
    if cell is None:
        return None
    days: set[int] = set()
    for part in re.split(r"[\s,;/&]+", re.sub(r"\s*(?:-|–|\bto\b)\s*", "-", cell.lower())):
        first, _, last = part.partition("-")
        start, end = _weekday(first, cell), _weekday(last or first, cell)
        if end < start:
            raise _Wrong(
                f"`{cell[:40]}` runs backwards", "a week runs from Monday to Sunday", "write `Mon-Thu`"
            )
        days |= set(range(start, end + 1))
    return frozenset(days)


def _weekday(part: str, cell: str) -> int:
    if part in {"1", "2", "3", "4", "5", "6", "7"}:
        return int(part)
    for name, number in WEEKDAYS.items():
        if len(part) >= 2 and (name.startswith(part) or part.rstrip("s") == name):
            return number
    raise _Wrong(
        f"`{cell[:40]}` are not days of the week",
        "nothing is sent on a day off",
        "write `Mon Tue Thu` or `Mon-Thu`",
    )


def _leave(cell: str | None) -> tuple[Days, ...]:
    """`2027-02-15 to 2027-02-19; 2027-04-01`: both days are included."""
    runs: list[Days] = []
    for part in filter(None, (part.strip() for part in (cell or "").split(";"))):
        first, _, last = part.partition(" to ")
        start, end = _day(first.strip(), part), _day((last or first).strip(), part)
        if end < start:
            raise _Wrong(
                f"the leave `{part[:40]}` ends before it starts", "it would have no day", "swap the two dates"
            )
        runs.append(Days(from_on=start, to_on=end + timedelta(days=1)))
    return tuple(runs)


def _day(text: str, part: str) -> date:
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise _Wrong(
        f"the leave `{part[:40]}` is not a date of the calendar",
        "nothing is sent on leave",
        "write `2027-02-15 to 2027-02-19`, with `;` between two",
    )


def _roles(cell: str | None) -> frozenset[Role]:
    roles = {Role.LEADER}
    for part in _list(cell):
        name = re.sub(r"[ -]+", "_", part.lower())
        if name not in set(Role):
            raise _Wrong(
                f"`{part[:40]}` is not a role", "a role opens doors", f"use some of: {', '.join(Role)}"
            )
        roles.add(Role(name))
    return frozenset(roles)


def _yes_no(column: str, cell: str | None) -> bool | None:
    if cell is None:
        return None
    if cell.lower() not in _YES_NO:
        raise _Wrong(f"the {column} has `{cell[:40]}`", "only yes or no fits here", "write `yes` or `no`")
    return _YES_NO[cell.lower()]


def _list(cell: str | None) -> frozenset[str]:
    return frozenset(part.strip() for part in re.split(r"[;|]", cell or "") if part.strip())


def _problem(path: Path, line: int, what: str, why: str, todo: str, *, advice: bool = False) -> FileProblem:
    return FileProblem(
        path=path, line=line, what=what, why=why, todo=todo, severity="advice" if advice else "error"
    )
