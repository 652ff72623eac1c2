"""What the checker knows: a run's people, days and messages, read from its JSON and from nothing else."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

NATIONS = {"england": "ENG", "wales": "WLS", "scotland": "SCT", "northern-ireland": "NIR"}
DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Violation:
    """One thing that should not have happened."""

    rule: str
    at: datetime
    to: str
    detail: str

    def as_json(self) -> dict[str, str]:
        """As four texts, under the names that a run's JSON has."""
        return {"rule": self.rule, "at": self.at.isoformat(), "to": self.to, "detail": self.detail}


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageSent:
    """One message as it went out."""

    at: datetime
    to: str
    kind: str
    action: str | None
    text: str

    @property
    def is_to_channel(self) -> bool:
        """Whether everybody in a channel can read it."""
        return self.to.startswith("channel:")


@dataclass(frozen=True, kw_only=True, slots=True)
class LeaderReply:
    """One thing that a leader did."""

    at: datetime
    leader: str
    kind: str
    action: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """A leader's own days and choices."""

    id: str
    organisation: str
    zone: str
    nation: str
    working_days: frozenset[int]
    leave: tuple[tuple[date, date], ...]
    opted_in_at: datetime | None
    stopped_at: datetime | None
    exclusions: frozenset[str]

    def local(self, at: datetime) -> datetime:
        """What this person's clock shows."""
        return at.astimezone(ZoneInfo(self.zone))


class RecordedRun:
    """A run, with its texts read as instants and dates, and its lists in reach by leader."""

    def __init__(self, run: Mapping[str, Any]) -> None:
        self.people = {each["id"]: _person(each) for each in run["leaders"]}
        self.organisations: dict[str, Mapping[str, Any]] = {each["id"]: each for each in run["organisations"]}
        self.messages = [_message(each) for each in run["messages"]]
        self.replies = [_reply(each) for each in run["replies"]]
        self._sent: dict[str, list[MessageSent]] = defaultdict(list)
        self._replies: dict[str, list[LeaderReply]] = defaultdict(list)
        for message in self.messages:
            self._sent[message.to].append(message)
        for reply in self.replies:
            self._replies[reply.leader].append(reply)
        self.pairs: list[Mapping[str, Any]] = list(run["pairs"])
        self.steps: list[Mapping[str, Any]] = list(run["partner_steps"])
        self.rollups: list[Mapping[str, Any]] = list(run["rollups"])
        self.calendar: list[Mapping[str, Any]] = list(run["calendar"])
        self.rungs: Mapping[str, int] = run.get("rungs") or {}
        self.gates: list[Mapping[str, Any]] | None = run.get("gates")
        self.zone = _commonest((each.zone for each in self.people.values()), "Europe/London")
        self.nation = _commonest((each["nation"] for each in run["organisations"]), "england")
        channels = (each.to for each in self.messages if each.kind == "rollup")
        self.channel = _commonest(channels, "channel:partnership")
        self.ends_on = _date(run["start_on"]) + int(run["weeks"]) * WEEK
        self.kinds = {_date(each["from"]): str(each["kind"]) for each in self.calendar}
        years = range(_date(run["start_on"]).year - 1, self.ends_on.year + 2)
        nations = {each.nation for each in self.people.values()} | {self.nation}
        nations |= {str(each["nation"]) for each in run["organisations"]}
        self.holidays = {nation: _bank_holidays(nation, years) for nation in nations}

    def to_people(self) -> Iterable[tuple[Person, MessageSent]]:
        """Every message to a leader of the run, with the leader."""
        return ((self.people[each.to], each) for each in self.messages if each.to in self.people)

    def sent_to(self, to: str) -> list[MessageSent]:
        """What this leader got, in order."""
        return self._sent[to]

    def replies_of(self, leader: str) -> list[LeaderReply]:
        """What this leader did, in order."""
        return self._replies[leader]

    def here(self, at: datetime) -> datetime:
        """What the partnership's clock shows."""
        return at.astimezone(ZoneInfo(self.zone))

    def is_weekday(self, day: date, nation: str) -> bool:
        """Monday to Friday, and no bank holiday of the nation."""
        return day.isoweekday() < 6 and day not in self.holidays[nation]

    def next_weekday(self, day: date, nation: str) -> date:
        """The working day after `day`."""
        day += DAY
        while not self.is_weekday(day, nation):
            day += DAY
        return day


def week_of(local: datetime | date) -> date:
    """The Monday of the ISO week of a local time."""
    day = local.date() if isinstance(local, datetime) else local
    return day - day.weekday() * DAY


def instant(text: str) -> datetime:
    """Read an ISO 8601 instant with its offset."""
    return datetime.fromisoformat(text).astimezone(UTC)


def _date(text: str) -> date:
    return date.fromisoformat(text)


def _instant_or_none(text: str | None) -> datetime | None:
    return None if text is None else instant(text)


def _commonest(values: Iterable[str], otherwise: str) -> str:
    counted = Counter(values).most_common(1)
    return counted[0][0] if counted else otherwise


def _person(row: Mapping[str, Any]) -> Person:
    return Person(
        id=row["id"],
        organisation=row["organisation"],
        zone=row["zone"],
        nation=row["nation"],
        working_days=frozenset(row["working_days"]),
        leave=tuple((_date(start), _date(end)) for start, end in row["leave"]),
        opted_in_at=_instant_or_none(row["opted_in_at"]),
        stopped_at=_instant_or_none(row["stopped_at"]),
        exclusions=frozenset(row["exclusions"]),
    )


def _message(row: Mapping[str, Any]) -> MessageSent:
    return MessageSent(
        at=instant(row["at"]), to=row["to"], kind=row["kind"], action=row["action"], text=row["text"]
    )


def _reply(row: Mapping[str, Any]) -> LeaderReply:
    return LeaderReply(at=instant(row["at"]), leader=row["leader"], kind=row["kind"], action=row["action"])


def _bank_holidays(nation: str, years: Iterable[int]) -> frozenset[date]:
    from holidays import country_holidays

    return frozenset(country_holidays("GB", subdiv=NATIONS[nation], years=list(years)))
