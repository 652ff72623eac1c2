"""Actions, campaigns and weeks: what can be asked, and the plan of asking."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

With = Literal["solo", "cross_org_pair", "group", "own_team"]
Visibility = Literal["channel_line", "artefact", "pair_confirm", "count_only"]
ConfirmedBy = Literal["self", "peer", "either"]
GoalType = Literal[
    "group_count", "coverage", "all_partners", "pulse_change", "comparison", "in_words", "list"
]

GoalMeasure = Literal["steps_done", "live_links", "pairs_met", "hours_given_back"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """One small step that a leader can be asked to take. Texts hold `{placeholders}`.

    `check_after_days` after it was done, its leader is asked once to check what became of it.
    """

    id: str
    title: str
    category: str
    nudge: str
    questions: tuple[str, ...] = ()
    minutes: int
    rung: int
    with_: With
    suits: tuple[str, ...]
    cue: str
    smaller_step: str
    repeat_weeks: int
    others_see: str
    visibility: Visibility
    confirmed_by: ConfirmedBy
    why: str
    source_title: str
    source_quote: str
    done_means: str
    check_after_days: int | None = None

    @property
    def needs_peer(self) -> bool:
        """Whether it takes a person from another organisation."""
        return self.with_ == "cross_org_pair"

    @property
    def needs_team(self) -> bool:
        """Whether it takes a team of one's own."""
        return self.with_ == "own_team"

    @property
    def is_listening_pair(self) -> bool:
        """Whether two people of different organisations listen to each other, in turns."""
        return self.category == "listening" and self.needs_peer

    @property
    def asks(self) -> bool:
        """Whether the leader asks or listens, rather than tells."""
        return self.category == "listening" or "?" in self.nudge or "ask" in self.nudge.lower()


@dataclass(frozen=True, kw_only=True, slots=True)
class Category:
    """A shelf of the catalogue."""

    id: str
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Catalogue:
    """Everything that can be asked, by action id."""

    actions: Mapping[str, Action]
    categories: tuple[Category, ...]
    suits_values: tuple[str, ...]
    rungs: Mapping[int, str]
    visibility: Mapping[str, str]

    def find(self, action_id: str) -> Action | None:
        """The action with this id; None if there is none."""
        return self.actions.get(action_id)


@dataclass(frozen=True, kw_only=True, slots=True)
class Goal:
    """What a campaign hopes for. A goal that is not `enabled` is only a suggestion.

    `at_least` of `of` is the shape of a count: where another number of people or organisation pairs takes
    part, the same share of those. `measure` says what is counted, `each` how much of it one person needs,
    and `by_week` the week at whose end it is looked at last.
    """

    type: GoalType
    text: str
    item: str | None = None
    enabled: bool = True
    note: str | None = None
    measure: GoalMeasure | None = None
    at_least: int | None = None
    of: int | None = None
    each: int | None = None
    by_week: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Week:
    """One week of a campaign. The first id of `offer` is the default, the rest are swaps."""

    number: int
    theme: str
    offer: tuple[str, ...] = ()
    coffee_round: int | None = None
    partner_step: str | None = None
    pulse: Literal["start", "mid", "end"] | None = None
    gate: int | None = None
    gate_override: Literal["facilitator_confirms"] | None = None
    rest: bool = False
    facilitator: str | None = None
    # A programme lead chose the default for one run: it then stays the first. No campaign's file says so, and
    # the open page does not compare it.
    is_chosen: bool = field(default=False, repr=False)

    @property
    def kind(self) -> Literal["offer", "rest", "pulse"]:
        """A pulse takes the place of the nudge; a week with nothing to offer is a rest."""
        if self.pulse:
            return "pulse"
        return "offer" if self.offer else "rest"


@dataclass(frozen=True, kw_only=True, slots=True)
class ProgrammeTheme:
    """A theme of a leadership programme, and the weeks that carry it."""

    text: str
    weeks: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Campaign:
    """A dated list of weeks. `hard_gates`: only the facilitator opens a rung."""

    id: str
    name: str
    purpose: str
    who: str
    length_weeks: int
    coffee_rounds: int
    pulse_items: tuple[str, ...]
    goals: tuple[Goal, ...]
    weeks: tuple[Week, ...]
    needs_facilitator: bool = False
    hard_gates: bool = False
    private_rollup: bool = False
    first_moves: str | None = None
    pulse_in_words: str | None = None
    programme_themes: tuple[ProgrammeTheme, ...] = ()

    def week(self, number: int) -> Week | None:
        """The week with this number, counted from 1; None outside the campaign."""
        return next((week for week in self.weeks if week.number == number), None)
