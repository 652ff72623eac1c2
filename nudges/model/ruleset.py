"""Every number and rule of `config/rules.yaml`, as one frozen value."""

from dataclasses import dataclass
from datetime import time
from typing import Literal


@dataclass(frozen=True, kw_only=True, slots=True)
class QuietHours:
    """When a person is left alone, in local time; quiet from `starts` to just before `ends`."""

    starts: time
    ends: time
    weekends: bool
    bank_holidays: bool
    on_leave: bool
    leaves_max: int
    own_hours_step_minutes: Literal[15, 30, 60]
    own_hours_min_minutes: int
    pause_reason_max: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Cadence:
    """How much is sent and when. Days are ISO weekday numbers (Monday is 1), times are local."""

    new_actions_per_week_max: int
    open_actions_max: int
    messages_per_week_max: int
    messages_in_pulse_week_max: int
    channel_posts_per_week_max: int
    launch_day: int
    welcome_day: int
    welcome_time: time
    welcome_again_after_weeks: int
    joiner_first_rung_weeks: int
    first_step_minutes_max: int
    send_day_new: int
    send_day_new_last: int
    send_time_new: time
    send_time_reminder: time
    reminder_after_working_days: int
    follow_ups_per_action_max: int
    missed_after_plan_working_days: int
    expire_after_days: int
    snooze_within_days: int
    same_wording_min_gap_weeks: int
    rollup_day: int
    rollup_time: time
    default_working_days: tuple[int, ...]
    welcomes_max: int
    questions_per_message_max: int
    questions_open_weeks: int
    looks_back_weeks: int
    day_within_days: int
    monday_look_time: time


@dataclass(frozen=True, kw_only=True, slots=True)
class Joining:
    """Coming in: the sponsor's permission, a buddy, a step that is passed on, principles, the join link."""

    permission_line: str
    permission_again_after_working_days: int
    buddy_done_min: int
    buddy_again_after_working_days: int
    passed_on_reply_within_days: int
    principles_max: int
    principle_chars_max: int
    voted_actions_min: int
    join_code_chars_min: int
    name_max: int
    permission_asked_max: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Backoff:
    """Actions in a row with no reply at all, and what changes then."""

    fortnightly_after: int
    fortnightly_every_weeks: int
    pause_after: int
    pause_weeks: int
    stop_after: int
    restarts_max: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TaperStep:
    """After the end of a campaign: one message every `every_weeks`, for `for_weeks`."""

    every_weeks: int
    for_weeks: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanPrompt:
    """What an "I'll do it" asks for."""

    ask: tuple[str, ...]
    required: tuple[str, ...]
    offer_slots: int
    allow_other: bool
    suggested_times: tuple[time, ...]
    place_max: int
    office_working_days: int
    preview_after_hours: int


@dataclass(frozen=True, kw_only=True, slots=True)
class OfferButtons:
    """The buttons of an offer."""

    buttons: tuple[str, ...]
    swaps_max: int
    hide_recently_done: bool
    later_after_days: int
    later_days_offered: int
    snooze_days_offered: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PromiseRules:
    """What somebody promises in their own words."""

    carried_weeks: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Pairing:
    """Who may be paired with whom, and how often."""

    must_cross_organisation: bool
    no_repeat_weeks: int
    prefer: tuple[str, ...]
    similar_level_rounds: int
    mixed_setting_share_min: float
    honour_private_exclusions: bool
    odd_one_out: Literal["trio"]
    coverage_counts: Literal["met", "offered"]
    monthly_if_met_share_under: float
    monthly_after_rounds: int
    second_cup_action: str
    second_cup_after_weeks: int
    kept_within_days: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Coffee:
    """How a pair finds its time, and what happens in silence."""

    action: str
    slots_max: int
    silent_peer_working_days: int
    met_unless_denied_days: int
    trio_confirm_min: int
    group_on: tuple[str, ...]
    say: tuple[str, ...]
    usual_minutes: int
    slots_after_days: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Privacy:
    """What is shown, kept and never used."""

    min_people_for_percent: int
    min_people_for_breakdown: int
    none_words: str
    few_words: str
    organisation_percent: Literal["never"]
    names_choices: tuple[str, ...]
    names_default: str
    thanks_per_rollup_max: int
    same_person_named_min_gap_weeks: int
    free_text_max_chars: int
    reject_patient_identifiers: bool
    keep_free_text_days: int
    keep_records_months_after_end: int
    keep_after_leaving_days: int
    never_used_for: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class LadderWords:
    """One step of a support ladder, in the words that everybody is shown."""

    when: str
    do: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SupportPerson:
    """The ladder for a person: misses in a row, and what is then offered. Always help."""

    new_day_at: int
    smaller_step_at: int
    help_at: int
    help_at_in_window: int
    help_window_weeks: int
    stop_at: int
    days_offered: int
    quiet_weeks_offered: tuple[int, ...]
    steps: tuple[LadderWords, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SupportPartnerStep:
    """The ladder for a partner step, counted in working days around its date."""

    ask_working_days_before: int
    offered_working_days_after: int
    contact_within_working_days: int
    board_working_days_after: int
    steps: tuple[LadderWords, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PartnerStepRules:
    """Limits of an organisation's public commitment, and when it shows early signs."""

    text_max: int
    done_means_max: int
    reason_max: int
    why_together_max: int
    owner_max: int
    due_within_days: int
    given_limit_max: int
    given_review_within_months: int
    reading_grade_max: int
    no_update_working_days: int
    date_changes_sign: int
    kept_shown_from: int
    how_is_it_going_gap_days: int
    statuses: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """One tap on what got in the way, and the help that it leads to."""

    id: str
    label: str
    offer: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Listening:
    """Things heard and their replies, votes, listening pairs and two-week tests."""

    reply_within_days: int
    theme_to_board_at: int
    idea_title_max: int
    asked_for_at: int
    choices_at_once: int
    turn_minutes: int
    trial_action: str
    trial_days_max: int
    learned_max: int
    point_actions: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Gates:
    """When rung 2 and rung 3 open. Shares are of active people; falls are percentage points."""

    rung_2_done_per_active_mean: float
    rung_2_pace_right_or_faster_share: float
    rung_3_needs_rung_2: bool
    rung_3_pulse_mean_fall_max_points: float
    rung_3_lead_confirms: bool
    again_after_weeks: int
    if_not_met: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LaunchCheck:
    """One box before launch."""

    id: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class BeforeLaunch:
    """What blocks a launch, what an organisation needs, and what is only advice."""

    required: tuple[LaunchCheck, ...]
    per_organisation: tuple[LaunchCheck, ...]
    advised: tuple[LaunchCheck, ...]
    shared_goal_sentences_max: int
    goal_max: int
    campaign_name_max: int
    mondays_offered: int
    assessment_reference_max: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Guardrails:
    """When the bot has become a burden: halve the cadence and tell the lead."""

    opt_out_share_in_month: float
    median_seconds_per_week_max: int
    median_seconds_per_week_aim: int


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenPageRules:
    """How a member gets to the open page, and what its first page shows."""

    link_minutes: int
    stay_hours: int
    guesses_max: int
    guess_minutes: int
    soon_days: int


@dataclass(frozen=True, kw_only=True, slots=True)
class LeadMonday:
    """What a programme lead hears on a Monday: at most so many things, and how near a date counts."""

    time: time
    needs_max: int
    step_within_working_days: int
    reply_within_days: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RollupLine:
    """One line of the Friday post. Past the most lines, the highest `drop` goes first (0 stays)."""

    id: str
    show: Literal["always", "when_any", "when_agreed", "see_norm_rule"]
    drop: int


@dataclass(frozen=True, kw_only=True, slots=True)
class NormRule:
    """When the share of people who took a step is said."""

    percent_at_least: int
    min_people: int
    rising_weeks: int


@dataclass(frozen=True, kw_only=True, slots=True)
class QuietWeek:
    """A week with little to show is told briefly, without a denominator."""

    done_under: int
    share_under: float
    send: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class RollupRules:
    """The Friday post and the words that our own text never holds."""

    max_lines: int
    preview_hours: int
    hold_hours_max: int
    kept_max: int
    due_max: int
    helped_max: int
    not_known_action: str
    goals_hours_before: int
    goals_monday_time: time
    lines: tuple[RollupLine, ...]
    thread: str
    board: str
    norm: NormRule
    quiet_week: QuietWeek
    banned_everywhere: tuple[str, ...]
    banned_in_rollup: tuple[str, ...]
    banned_content: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PulseItem:
    """One statement of the pulse. `end_extra` is one added tap at the end only."""

    id: str
    text: str
    end_extra: str | None = None
    source_title: str
    source_quote: str
    reference: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PulseRules:
    """The survey: its scale, its items and how answers are shown.

    A round takes answers for `open_days`, counted from the Monday of its week, to `closes_at` of the last.
    """

    scale: tuple[str, ...]
    extra_answer: str
    time_limit_seconds: int
    open_days: int
    closes_at: time
    target_reply_share: float
    min_people: int
    report: tuple[str, ...]
    items: tuple[PulseItem, ...]

    def item(self, item_id: str) -> PulseItem | None:
        """Find an item by its id; None if there is none."""
        return next((item for item in self.items if item.id == item_id), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnWord:
    """A word that a partnership may choose for itself."""

    id: str
    default: str
    max_chars: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaceholderLimit:
    """The longest text that a placeholder is filled with, in characters."""

    id: str
    max_chars: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ContentRules:
    """Limits on the catalogue and on campaigns. Lengths are characters after filling."""

    title_max: int
    nudge_max: int
    smaller_step_max: int
    done_means_max: int
    minutes_max: int
    rung_max: int
    quick_minutes: int
    quick_one_in: int
    permission_needed_over_weeks: int
    asking_gap_weeks: int
    team_words_max: int
    recurring_phrases: tuple[str, ...]
    placeholders: tuple[PlaceholderLimit, ...]
    words: tuple[OwnWord, ...]

    def longest(self) -> dict[str, int]:
        """Every placeholder that a text may hold, with the most characters it can become."""
        limits = {item.id: item.max_chars for item in self.placeholders}
        return limits | {word.id: max(word.max_chars, len(word.default)) for word in self.words}

    def default_words(self) -> dict[str, str]:
        """The partnership's own words, where its file does not choose others."""
        return {word.id: word.default for word in self.words}


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """All of `config/rules.yaml`. No number of the rules is written anywhere else."""

    cadence: Cadence
    quiet: QuietHours
    joining: Joining
    backoff: Backoff
    taper: tuple[TaperStep, ...]
    plan_prompt: PlanPrompt
    choice: OfferButtons
    promise: PromiseRules
    pairing: Pairing
    coffee: Coffee
    privacy: Privacy
    support_person: SupportPerson
    support_partner_step: SupportPartnerStep
    partner_step: PartnerStepRules
    reasons: tuple[Reason, ...]
    listening: Listening
    gates: Gates
    before_launch: BeforeLaunch
    guardrails: Guardrails
    open_page: OpenPageRules
    lead_monday: LeadMonday
    rollup: RollupRules
    pulse: PulseRules
    content: ContentRules
