"""Who takes part: partnerships, organisations, leaders, their addresses, days and choices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum

PARTNERSHIP_CHANNEL = "partnership"
"""The channel that the whole partnership reads; any other belongs to a private group."""


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
    JOINER = "joiner"


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

    @property
    def members(self) -> tuple[str, ...]:
        """Who reads it: one person or channel, or each person of a group conversation."""
        return tuple(self.to.split(","))

    @property
    def is_group(self) -> bool:
        """A conversation of several people with the bot: their ids in order, with a comma between."""
        return "," in self.to


@dataclass(frozen=True, kw_only=True, slots=True)
class SharedGoal:
    """A shared goal that held until `until_at`."""

    text: str
    better_off: str
    until_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Partnership:
    """A group of organisations with one shared goal.

    `channels` maps a channel's name to its address; "partnership" is the one that gets the rollup.
    `words` holds the partnership's own words for placeholders such as `system_name`.
    `earlier_goals` are the shared goals that held before, oldest first. `principles` are up to five lines
    that leaders may sign. `is_public` lets anybody read the open page. With a `join_code` staff may join by
    themselves. `advised` holds the ids of the advice before a launch that was followed.
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
    earlier_goals: tuple[SharedGoal, ...] = ()
    principles: tuple[str, ...] = ()
    is_public: bool = False
    join_code: str | None = None
    advised: frozenset[str] = frozenset()


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
    `silent` counts offers in a row with no reply of any kind; `missed` counts silent or unkept ones, and
    `ladder` is the last step of the support ladder that was said for them. `joined_on` is the day on which
    somebody joined a campaign that ran already; they start at rung 1 beside a buddy. `signed_at` is when
    they signed the principles. `passed_action` is the action that a leader passed on to them.
    `left_at` is when they left for good: nothing is sent any more, and others take over. Messages reach them
    from `earliest` until `latest`, local times inside the hours of everybody; None is as everybody.
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
    ladder: int = 0
    help_offered_on: date | None = None
    joined_on: date | None = None
    buddy_id: str | None = None
    signed_at: datetime | None = None
    passed_action: str | None = None
    left_at: datetime | None = None
    last_offer_on: date | None = None
    backed_off_until: date | None = None
    restarted_at: datetime | None = None
    earliest: time | None = None
    latest: time | None = None

    @property
    def is_in(self) -> bool:
        """Said yes, has not said stop and has not left."""
        return self.opted_in_at is not None and self.stopped_at is None and self.left_at is None

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
class GoalMark:
    """A goal of a campaign was reached, once; `number` counts the campaign's goals from 0.

    `agreed_by` and `agreed_at` are the human yes, without which nothing is said of it.
    """

    number: int
    reached: int
    of: int
    at: datetime
    agreed_by: str | None = None
    agreed_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class OfferChange:
    """A programme lead chose another action for one week of a run; `week` counts from 1."""

    week: int
    action_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CampaignRun:
    """A campaign that was launched in a partnership: who takes part, from which Monday.

    `is_open` says that it was launched for everybody, so that whoever comes later joins it.
    `held_until` is how long a lead holds this week's Friday post. `name` is the run's own name; empty
    where it is called as its campaign. `changes` are this run's own weeks, at most one for each week.
    """

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
    is_open: bool = False
    goals: tuple[GoalMark, ...] = ()
    held_until: datetime | None = None
    name: str = ""
    changes: tuple[OfferChange, ...] = ()

    @property
    def highest_rung(self) -> int:
        """The highest rung whose gate is open; rung 1 needs no gate."""
        return max((gate.rung for gate in self.gates), default=1)
