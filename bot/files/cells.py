"""The cells of a people file: what each may hold, and what it means."""

import re
from datetime import date, timedelta

from bot.files.shapes import WEEKDAYS, known_zones
from nudges.model.people import Days, Nation, Role
from nudges.model.screened_text import holds_nhs_number

CELL_MAX = 280
# Made by platforms: ten digits in them are no number of a person.
_IDENTIFIERS = frozenset({"slack_id", "slack_workspace", "teams_id", "teams_tenant"})
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


class Wrong(Exception):
    """One cell that cannot be used."""

    def __init__(self, what: str, why: str, todo: str) -> None:
        super().__init__(what)
        self.what, self.why, self.todo = what, why, todo


def check_cell(column: str, cell: str) -> None:
    """Raise Wrong for what no cell may hold, whatever its column."""
    if cell[0] in "=+-@\t":
        raise Wrong(
            f"the {column} starts with `{cell[0]}`",
            "a spreadsheet would run it as a formula",
            "write plain text",
        )
    # Counting first keeps ten thousand rows quick.
    if column not in _IDENTIFIERS and sum(map(str.isdigit, cell)) >= 10 and holds_nhs_number(cell):
        raise Wrong(f"the {column} holds an NHS number", "nothing about patients is kept here", "delete it")
    if "\n" in cell:
        raise Wrong(f"the {column} runs over two lines", "each person has one line", "write it on one line")
    if len(cell) > CELL_MAX:
        raise Wrong(f"the {column} has {len(cell)} characters", f"{CELL_MAX} are enough", "shorten it")


def email_of(cell: str) -> str:
    """The e-mail address in small letters."""
    email = cell.lower().removeprefix("mailto:")
    if len(email) > 254 or not _EMAIL.fullmatch(email):
        raise Wrong(
            f"`{cell[:60]}` is not an e-mail address",
            "people are told apart by it",
            "write name@place.example",
        )
    return email


def zone_of(cell: str | None) -> str | None:
    """The time zone; None where the cell is empty."""
    if cell is not None and cell not in known_zones():
        raise Wrong(
            f"`{cell[:40]}` is not a time zone",
            "messages keep local hours",
            "write `Europe/London`, or leave it empty",
        )
    return cell


def nation_of(cell: str | None) -> Nation | None:
    """The nation, however it is written; None where the cell is empty."""
    if cell is None:
        return None
    name = re.sub(r"[ _]+", "-", cell.lower())
    if name not in set(Nation):
        names = ", ".join(Nation)
        raise Wrong(
            f"`{cell[:40]}` is not a nation", "bank holidays differ between them", f"use one of: {names}"
        )
    return Nation(name)


def working_days_of(cell: str | None) -> frozenset[int] | None:
    """`Mon-Thu`, `mon tue wed`, `1 2 3` and any mix of them."""
    if cell is None:
        return None
    days: set[int] = set()
    for part in re.split(r"[\s,;/&]+", re.sub(r"\s*(?:-|–|\bto\b)\s*", "-", cell.lower())):
        first, _, last = part.partition("-")
        start, end = _weekday(first, cell), _weekday(last or first, cell)
        if end < start:
            raise Wrong(
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
    raise Wrong(
        f"`{cell[:40]}` are not days of the week",
        "nothing is sent on a day off",
        "write `Mon Tue Thu` or `Mon-Thu`",
    )


def leave_of(cell: str | None) -> tuple[Days, ...]:
    """`2027-02-15 to 2027-02-19; 2027-04-01`: both days are included."""
    runs: list[Days] = []
    for part in filter(None, (part.strip() for part in (cell or "").split(";"))):
        first, _, last = part.partition(" to ")
        start, end = _day(first.strip(), part), _day((last or first).strip(), part)
        if end < start:
            raise Wrong(
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
    raise Wrong(
        f"the leave `{part[:40]}` is not a date of the calendar",
        "nothing is sent on leave",
        "write `2027-02-15 to 2027-02-19`, with `;` between two",
    )


def roles_of(cell: str | None) -> frozenset[Role]:
    """The roles, with that of a leader, which everybody has."""
    roles = {Role.LEADER}
    for part in parts_of(cell):
        name = re.sub(r"[ -]+", "_", part.lower())
        if name not in set(Role):
            raise Wrong(
                f"`{part[:40]}` is not a role", "a role opens doors", f"use some of: {', '.join(Role)}"
            )
        roles.add(Role(name))
    return frozenset(roles)


def yes_or_no(column: str, cell: str | None) -> bool | None:
    """True or False; None where the cell is empty."""
    if cell is None:
        return None
    if cell.lower() not in _YES_NO:
        raise Wrong(f"the {column} has `{cell[:40]}`", "only yes or no fits here", "write `yes` or `no`")
    return _YES_NO[cell.lower()]


def parts_of(cell: str | None) -> frozenset[str]:
    """The parts of a list, with `;` or `|` between them."""
    return frozenset(part.strip() for part in re.split(r"[;|]", cell or "") if part.strip())
