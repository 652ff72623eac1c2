"""What the open page shows of a partnership, as values: no name but those that were chosen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from nudges.model.partner_step import StepStatus
from nudges.rules.partner_steps.steps_kept import StepsKept
from nudges.rules.pulse.pulse_figures import ItemShown


@dataclass(frozen=True, kw_only=True, slots=True)
class StepMoment:
    """One line of a step's history."""

    on: date
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenStep:
    """One organisation's step as everybody may read it. `kept_on` is set where it is done.

    `given`, `review_on` and `confirmed_by` belong to a step that costs its organisation something for
    the whole; `confirmed_by` is an organisation, empty until one has confirmed.
    """

    id: str
    organisation: str
    text: str
    owner: str
    due_on: date
    status: StepStatus
    words: str
    done_means: str = ""
    why_together: str = ""
    goal: str = ""
    helper: str = ""
    own_words: str = ""
    given: str = ""
    review_on: date | None = None
    confirmed_by: str = ""
    kept_on: date | None = None
    history: tuple[StepMoment, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenPromise:
    """The promise of somebody who chose to be named."""

    who: str
    organisation: str
    text: str
    due_on: date
    is_kept: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenRun:
    """A campaign that runs or ran here. `week` is the one of today, None before, after and in a pause."""

    campaign_id: str
    name: str
    starts_on: date
    ended_on: date | None
    week: int | None
    weeks: int


@dataclass(frozen=True, kw_only=True, slots=True)
class WeekShare:
    """How many of those who were offered a step took one, in the week of one Friday post.

    `percent` is None where there were too few people; then `took` and `of` are not shown either.
    """

    posted_on: date
    campaign: str
    week: int
    took: int
    of: int
    percent: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenTotals:
    """Totals of the whole partnership; none of them belongs to one organisation or one person."""

    steps_done: int
    partner_steps_kept: int
    partner_steps_open: int
    promises_kept: int
    links: int
    pairs_met: int
    pairs_total: int
    heard_answered: int
    heard_open: int
    median_days: int | None
    help_asked: int
    help_given: int


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenPulse:
    """What the closed pulses of one campaign published."""

    campaign: str
    items: tuple[ItemShown, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SaidAndDone:
    """Something that was heard, and its reply. `is_not_yet`: the reply says "not yet, because ..."."""

    said: str
    reply: str
    replied_on: date
    is_not_yet: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Learned:
    """What a two-week test taught."""

    text: str
    on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenLine:
    """A line of the library that may be copied."""

    id: str
    organisation: str
    action: str
    text: str
    posted_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class GoalThen:
    """A shared goal that held until that day."""

    text: str
    better_off: str
    until_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeLine:
    """One dated line of the change log."""

    on: date
    what: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenRecord:
    """Everything of one partnership that its open page shows, as of `on`.

    `themes` are what got in the way, each named by as many people as the rules ask for; `voted` are the
    actions that as many leaders would like to be asked. `campaigns` are the ids of those that ship and of
    those that were written here. `months` are the first days of the months that have a page, newest first.
    """

    id: str
    name: str
    shared_goal: str
    better_off: str
    earlier_goals: tuple[GoalThen, ...]
    principles: tuple[str, ...]
    signatures: int
    helper: str
    organisations: tuple[str, ...]
    on: date
    is_public: bool
    steps: tuple[OpenStep, ...]
    promises: tuple[OpenPromise, ...]
    runs: tuple[OpenRun, ...]
    totals: OpenTotals
    kept: StepsKept | None
    shares: tuple[WeekShare, ...]
    pulses: tuple[OpenPulse, ...]
    said_and_done: tuple[SaidAndDone, ...]
    learned: tuple[Learned, ...]
    themes: tuple[str, ...]
    voted: tuple[str, ...]
    library: tuple[OpenLine, ...]
    changes: tuple[ChangeLine, ...]
    campaigns: tuple[str, ...]
    months: tuple[date, ...]

    @property
    def open_steps(self) -> tuple[OpenStep, ...]:
        """Steps that are not done yet, the next date first."""
        open_steps = [one for one in self.steps if one.kept_on is None]
        return tuple(sorted(open_steps, key=lambda one: (one.due_on, one.organisation.casefold(), one.id)))

    @property
    def kept_steps(self) -> tuple[OpenStep, ...]:
        """Steps that are done, the newest first."""
        kept = [one for one in self.steps if one.kept_on is not None]
        return tuple(sorted(kept, key=lambda one: (one.kept_on or one.due_on, one.id), reverse=True))


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenMonth:
    """One month for the public: organisations and totals, and no name of any person."""

    partnership_id: str
    name: str
    shared_goal: str
    month_on: date
    is_over: bool
    kept: tuple[OpenStep, ...]
    planned: int
    with_help: int
    steps_done: int
    new_links: int
    pairs_met: int
    pairs_total: int
    heard: tuple[SaidAndDone, ...]
    learned: tuple[Learned, ...]
