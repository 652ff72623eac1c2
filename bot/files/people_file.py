"""The people of a partnership from a spreadsheet saved as CSV; name, e-mail and organisation are enough."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.files.cells import (
    Wrong,
    check_cell,
    email_of,
    leave_of,
    nation_of,
    parts_of,
    roles_of,
    working_days_of,
    yes_or_no,
    zone_of,
)
from bot.files.file_text import CSV_BYTES_MAX, read_text
from bot.files.problems import FileProblem, FilesRefused, errors_in
from nudges.model.people import Days, Nation, Role

ROWS_MAX = 20_000
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
_REQUIRED = ("name", "email", "organisation")


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
        except Wrong as wrong:
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
    values = {
        column: cells[index] for column, index in columns.items() if index < len(cells) and cells[index]
    }
    for column, cell in values.items():
        check_cell(column, cell)
    for column in _REQUIRED:
        if column not in values:
            raise Wrong(
                f"the {column} is empty",
                "name, e-mail and organisation are needed",
                "fill it in or delete the row",
            )
    return PersonRow(
        line=line,
        name=values["name"],
        email=email_of(values["email"]),
        organisation=values["organisation"],
        zone=zone_of(values.get("zone")),
        nation=nation_of(values.get("nation")),
        working_days=working_days_of(values.get("working_days")),
        leave=leave_of(values.get("leave")),
        delegate=values.get("delegate"),
        roles=roles_of(values.get("roles")),
        level=values.get("level"),
        setting=values.get("setting"),
        tags=parts_of(values.get("tags")),
        suits=parts_of(values.get("suits")),
        has_team=yes_or_no("has_team", values.get("has_team")),
        locale=values.get("locale"),
        slack_id=values.get("slack_id"),
        slack_workspace=values.get("slack_workspace"),
        teams_id=values.get("teams_id"),
        teams_tenant=values.get("teams_tenant"),
        persona=bool(yes_or_no("persona", values.get("persona"))),
        campaigns=parts_of(values.get("campaigns")),
    )


def _problem(path: Path, line: int, what: str, why: str, todo: str, *, advice: bool = False) -> FileProblem:
    return FileProblem(
        path=path, line=line, what=what, why=why, todo=todo, severity="advice" if advice else "error"
    )
