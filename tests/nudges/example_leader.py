"""The rules as they ship, and a leader to try them on."""

from datetime import UTC, date, datetime

from bot.files.content import load_rules
from nudges.model.people import Days, Leader, Nation, Pace

RULES = load_rules()
NO_HOLIDAYS: frozenset[date] = frozenset()
LONDON = "Europe/London"


def a_leader(
    *,
    working_days: str = "12345",
    leave: tuple[Days, ...] = (),
    paused: Days | None = None,
    zone: str = LONDON,
    silent: int = 0,
    last_offer_on: date | None = None,
    backed_off_until: date | None = None,
    pace: Pace | None = None,
    restarted_at: datetime | None = None,
) -> Leader:
    """A leader in England who works on `working_days` (ISO numbers, "135")."""
    return Leader(
        id="ama",
        partnership_id="riverside",
        organisation_id="trust",
        name="Ama Boateng",
        email="ama@example.org",
        person="ama@example.org",
        zone=zone,
        nation=Nation.ENGLAND,
        working_days=frozenset(map(int, working_days)),
        leave=leave,
        paused=paused,
        silent=silent,
        last_offer_on=last_offer_on,
        backed_off_until=backed_off_until,
        pace=pace,
        restarted_at=restarted_at,
    )


def utc(day: str, wall: str = "00:00") -> datetime:
    """`utc("2027-01-05", "08:45")`."""
    return datetime.fromisoformat(f"{day}T{wall}").replace(tzinfo=UTC)


def on(day: str) -> date:
    """`on("2027-01-05")`."""
    return date.fromisoformat(day)


def away(from_on: str, to_on: str) -> Days:
    """Leave from `from_on` (included) to `to_on` (not included)."""
    return Days(from_on=on(from_on), to_on=on(to_on))
