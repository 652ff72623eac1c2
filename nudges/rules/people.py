"""Who takes part: partnerships, organisations, leaders, their addresses, days and choices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Nation(StrEnum):
    """Whose bank holidays count."""

    ENGLAND = "england"
    WALES = "wales"
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern-ireland"


class Role(StrEnum):
    """What a person may do beyond being a leader; one person may hold several."""

    LEADER = "leader"
    PROGRAMME_LEAD = "programme_lead"
    SPONSOR = "sponsor"
    ENABLER = "enabler"
    FACILITATOR = "facilitator"
    COACH = "coach"
    EVALUATOR = "evaluator"
    HELPER = "helper"


class Visibility(StrEnum):
    """Who sees a leader's own steps and promises; chosen once, changeable on every card."""

    PRIVATE = "private"
    PAIR = "my_pair_can_see"
    NAMED = "name_me_when_i_keep_one"


class Pace(StrEnum):
    """A leader's answer to "Is the pace right for you?"."""

    SLOWER = "slower"
    RIGHT = "right"
    FASTER = "faster"


@dataclass(frozen=True, kw_only=True, slots=True)
class Days:
    """A run of dates: `from_on` is included, `to_on` is not."""

    from_on: date
    to_on: date

    def __contains__(self, day: date) -> bool:
        return self.from_on <= day < self.to_on


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """Where a message can be put: a person or a channel, on one platform, in one workspace."""

    platform: str
    workspace: str
    to: str

    @property
    def installation(self) -> str:
        """The unit that is drained and throttled as one: a platform and a workspace."""
        return f"{self.platform}:{self.workspace}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Partnership:
    """A group of organisations with one shared goal.

    `channels` maps a channel's name to its address; "partnership" is the one that gets the rollup.
    `words` holds the partnership's own words for placeholders such as `system_name`.
    `holidays` are extra closed dates beyond the bank holidays of each nation.
    """

    id: str
    name: str
    shared_goal: str
    better_off: str
    zone: str
    nation: Nation
    helper_name: str
    helper_id: str | None = None
    facilitator_id: str | None = None
    channels: Mapping[str, Address] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    paused: Days | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Organisation:
    """One partner. Its leaders get nothing before `permission_at` is set."""

    id: str
    partnership_id: str
    name: str
    nation: Nation
    kind: str = ""
    setting: str = ""
    permission_line: str | None = None
    permission_at: datetime | None = None
    assessment: str | None = None

    @property
    def is_ready(self) -> bool:
        """Permission was given and the impact assessment's reference is recorded."""
        return self.permission_at is not None and self.assessment is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class Leader:
    """One person in one partnership.

    `person` is the same for one human being in every partnership (the e-mail address in lower case),
    so that weekly caps hold across partnerships. `working_days` are ISO weekday numbers.
    `silent` counts offers in a row with no reply of any kind; `missed` counts silent or unkept ones.
    """

    id: str
    partnership_id: str
    organisation_id: str
    name: str
    email: str
    person: str
    zone: str
    nation: Nation
    working_days: frozenset[int] = frozenset({1, 2, 3, 4, 5})
    leave: tuple[Days, ...] = ()
    delegate: str | None = None
    roles: frozenset[Role] = frozenset({Role.LEADER})
    suits: frozenset[str] = frozenset()
    has_team: bool = True
    level: str = ""
    setting: str = ""
    tags: frozenset[str] = frozenset()
    address: Address | None = None
    locale: str = "en"
    visibility: Visibility = Visibility.PRIVATE
    visibility_asked: bool = False
    pace: Pace | None = None
    exclusions: frozenset[str] = frozenset()
    welcomed_at: datetime | None = None
    welcomes: int = 0
    opted_in_at: datetime | None = None
    stopped_at: datetime | None = None
    paused: Days | None = None
    silent: int = 0
    missed: int = 0
    last_offer_on: date | None = None
    backed_off_until: date | None = None
    restarted_at: datetime | None = None

    @property
    def is_in(self) -> bool:
        """Said yes and has not said stop."""
        return self.opted_in_at is not None and self.stopped_at is None

    @property
    def first_name(self) -> str:
        """The part of the name that a colleague would use."""
        return self.name.split()[0] if self.name else self.name


@dataclass(frozen=True, kw_only=True, slots=True)
class GateOpening:
    """A rung was opened, by the numbers (`by` is "rule") or by a person with a reason."""

    rung: int
    at: datetime
    because: str
    by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CampaignRun:
    """A campaign that was launched in a partnership: who takes part, from which Monday."""

    id: str
    partnership_id: str
    campaign_id: str
    starts_on: date
    member_ids: tuple[str, ...]
    channel: str = "partnership"
    pauses: tuple[Days, ...] = ()
    gates: tuple[GateOpening, ...] = ()
    rolled_up_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def highest_rung(self) -> int:
        """The highest rung whose gate is open; rung 1 needs no gate."""
        return max((gate.rung for gate in self.gates), default=1)
