"""What each message says, as types; made from config/messages by `python -m bot.rendering.fact_types`."""

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict


class Extras(TypedDict, total=False):
    """What any message may carry besides its own facts."""

    attachments: Sequence[Mapping[str, Any]]
    buttons: Sequence[Mapping[str, Any]]
    invite: Mapping[str, Any]
    pinned: bool
    riders: Sequence[Mapping[str, Any]]
    tree: Sequence[Mapping[str, Any]]


class AfterCampaign(Extras):
    """Facts of config/messages/after_campaign."""

    goal: str
    theme: str
    title: str
    text: str
    minutes: int
    done_means: str
    peer_note: str
    campaign: str
    choice: str


class ApartNobody(Extras):
    """Facts of config/messages/apart_nobody."""


class ApartSaved(Extras):
    """Facts of config/messages/apart_saved."""


class AskWord(Extras):
    """Facts of config/messages/ask_word."""

    guess: str
    text: str


class AwayDropped(Extras):
    """Facts of config/messages/away_dropped."""


class AwaySaved(Extras):
    """Facts of config/messages/away_saved."""

    days: str
    back: str


class BoardSteps(TypedDict):
    """One of the steps of board."""

    organisation: str
    step: str
    owner: str
    date: str
    status: str
    given: str


class BoardPromises(TypedDict):
    """One of the promises of board."""

    who: str
    organisation: str
    text: str
    date: str
    is_kept: bool


class Board(Extras):
    """Facts of config/messages/board."""

    paused_until: NotRequired[str]
    steps: Sequence[BoardSteps]
    promises: Sequence[BoardPromises]


class BuddyAsk(Extras):
    """Facts of config/messages/buddy_ask."""

    organisation: str


class BuddyIs(Extras):
    """Facts of config/messages/buddy_is."""

    name: str
    first_name: str
    organisation: str


class BuddyOf(Extras):
    """Facts of config/messages/buddy_of."""

    name: str
    first_name: str
    organisation: str


class BuddyTaken(Extras):
    """Facts of config/messages/buddy_taken."""


class BuddyThanks(Extras):
    """Facts of config/messages/buddy_thanks."""

    is_in: bool


class CampaignLaunchedWaiting(TypedDict):
    """One of the waiting of campaign_launched."""

    name: str
    lacks: str


class CampaignLaunched(Extras):
    """Facts of config/messages/campaign_launched."""

    name: str
    date: str
    people: int
    invited: int
    organisations: str
    waiting: Sequence[CampaignLaunchedWaiting]


class CampaignNotLaunched(Extras):
    """Facts of config/messages/campaign_not_launched."""

    reasons: Sequence[str]


class CampaignSummaryWaiting(TypedDict):
    """One of the waiting of campaign_summary."""

    name: str
    lacks: str


class CampaignSummary(Extras):
    """Facts of config/messages/campaign_summary."""

    name: str
    campaign: str
    length: str
    date: str
    goal: str
    is_new_goal: bool
    is_everybody: bool
    people: int
    organisations: str
    channel: str
    waiting: Sequence[CampaignSummaryWaiting]
    advice: Sequence[str]


class Card(Extras):
    """Facts of config/messages/card."""

    title: str
    text: str
    state: str
    when: str
    place: str
    peer: str
    done_means: str
    note: str
    is_small: NotRequired[bool]


class CardBelow(Extras):
    """Facts of config/messages/card_below."""

    title: str


class ChannelPaused(Extras):
    """Facts of config/messages/channel_paused."""

    until: str
    reason: str


class ChannelResumed(Extras):
    """Facts of config/messages/channel_resumed."""


class CheckNoted(Extras):
    """Facts of config/messages/check_noted."""

    choice: str


class Console(Extras):
    """Facts of config/messages/console."""


class ContactCard(Extras):
    """Facts of config/messages/contact_card."""

    cards: Sequence[str]


class ContactKept(Extras):
    """Facts of config/messages/contact_kept."""


class ContactWaits(Extras):
    """Facts of config/messages/contact_waits."""

    peer: str


class DataNotice(Extras):
    """Facts of config/messages/data_notice."""

    name: str
    organisation: str
    lead: str


class DelegateSaved(Extras):
    """Facts of config/messages/delegate_saved."""

    delegate: str


class DidItHappen(Extras):
    """Facts of config/messages/did_it_happen."""

    title: str
    day: str
    time: str


class Error(Extras):
    """Facts of config/messages/error."""

    what: str
    why: str
    todo: str


class FirstStep(Extras):
    """Facts of config/messages/first_step."""

    goal: str
    title: str
    text: str
    minutes: int
    done_means: str


class FormNotOpened(Extras):
    """Facts of config/messages/form_not_opened."""


class GateOpened(Extras):
    """Facts of config/messages/gate_opened."""

    campaign: str
    rung: int
    because: str


class GateWait(Extras):
    """Facts of config/messages/gate_wait."""

    campaign: str
    rung: int
    reason: str


class GoalAgreed(Extras):
    """Facts of config/messages/goal_agreed."""

    text: str
    reached: int
    of: int
    unit: str


class GoalLeftOpen(Extras):
    """Facts of config/messages/goal_left_open."""

    text: str
    reached: int
    of: int
    unit: str


class GoalReached(Extras):
    """Facts of config/messages/goal_reached."""

    text: str
    reached: int
    of: int
    unit: str


class GoalReachedAsk(Extras):
    """Facts of config/messages/goal_reached_ask."""

    text: str
    reached: int
    of: int
    unit: str


class HearAnswered(Extras):
    """Facts of config/messages/hear_answered."""

    text: str
    reply: str


class HearForOwner(Extras):
    """Facts of config/messages/hear_for_owner."""

    kind: str
    by: str
    text: str
    why: str
    due: str


class HearHeld(Extras):
    """Facts of config/messages/hear_held."""

    text: str


class HearOpen(Extras):
    """Facts of config/messages/hear_open."""

    had_words: bool


class HearPassed(Extras):
    """Facts of config/messages/hear_passed."""

    owner: str
    due: str


class HearReplied(Extras):
    """Facts of config/messages/hear_replied."""

    text: str
    reply: str


class HearReworded(Extras):
    """Facts of config/messages/hear_reworded."""

    text: str


class HearThanks(Extras):
    """Facts of config/messages/hear_thanks."""

    held_by: str
    owner: str
    due: str
    named: bool


class HeardItems(TypedDict):
    """One of the items of heard."""

    text: str
    by: str
    reply: str
    due: str


class Heard(Extras):
    """Facts of config/messages/heard."""

    items: Sequence[HeardItems]
    more: int


class Hello(Extras):
    """Facts of config/messages/hello."""

    partnership: str
    found: int
    people: int
    organisations: int


class Help(Extras):
    """Facts of config/messages/help."""

    may_promise: bool
    is_lead: bool


class HelpAsked(Extras):
    """Facts of config/messages/help_asked."""

    helper: str


class HelpForHelper(Extras):
    """Facts of config/messages/help_for_helper."""

    leader: str
    organisation: str
    title: str
    day: str
    state: str
    is_private: bool
    choice: str


class HelpKept(Extras):
    """Facts of config/messages/help_kept."""


class HelpLine(Extras):
    """Facts of config/messages/help_line."""

    leader: str
    organisation: str
    title: str
    date: str
    state: str
    is_waiting: bool


class HelpLog(Extras):
    """Facts of config/messages/help_log."""

    count: int
    in_time: int
    of: int


class HelpNoted(Extras):
    """Facts of config/messages/help_noted."""

    state: str


class HelpOffer(Extras):
    """Facts of config/messages/help_offer."""

    helper: str


class HelpReminder(Extras):
    """Facts of config/messages/help_reminder."""

    leader: str
    organisation: str
    title: str


class Home(Extras):
    """Facts of config/messages/home."""


class HomeAbout(Extras):
    """Facts of config/messages/home_about."""

    is_in: bool
    is_many: bool


class HomeEarly(Extras):
    """Facts of config/messages/home_early."""


class HomeLead(Extras):
    """Facts of config/messages/home_lead."""

    campaign: str
    week: int
    weeks: int
    theme: str
    starts: str
    is_first: bool
    done: int
    promises: int
    links: int
    asked: int
    given: int
    met: int
    of: int


class HomeLeadNone(Extras):
    """Facts of config/messages/home_lead_none."""


class HomeLeadStart(Extras):
    """Facts of config/messages/home_lead_start."""


class HomeLeft(Extras):
    """Facts of config/messages/home_left."""

    partnership: str
    days: int


class HomeLeftOut(Extras):
    """Facts of config/messages/home_left_out."""

    count: int
    word: str


class HomeNeeds(Extras):
    """Facts of config/messages/home_needs."""

    count: int


class HomeNotReady(Extras):
    """Facts of config/messages/home_not_ready."""

    organisation: str


class HomePace(Extras):
    """Facts of config/messages/home_pace."""

    choice: str


class HomePair(Extras):
    """Facts of config/messages/home_pair."""

    state: str
    peer: str
    times: Sequence[str]


class HomePassed(Extras):
    """Facts of config/messages/home_passed."""


class HomePaused(Extras):
    """Facts of config/messages/home_paused."""

    until: str
    who: str


class HomePeople(Extras):
    """Facts of config/messages/home_people."""

    people: Sequence[str]
    more: int
    cups: str


class HomePlace(Extras):
    """Facts of config/messages/home_place."""

    partnership: str
    goal: str


class HomePromise(Extras):
    """Facts of config/messages/home_promise."""

    date: str
    text: str


class HomePromises(Extras):
    """Facts of config/messages/home_promises."""

    count: int


class HomeSeenBy(Extras):
    """Facts of config/messages/home_seen_by."""

    choice: str


class HomeSettings(Extras):
    """Facts of config/messages/home_settings."""

    days: str
    hours: str
    away: Sequence[str]
    delegate: str
    language: str
    apart: int


class HomeSteps(Extras):
    """Facts of config/messages/home_steps."""

    count: int


class HomeStopped(Extras):
    """Facts of config/messages/home_stopped."""

    partnership: str


class HomeStranger(Extras):
    """Facts of config/messages/home_stranger."""


class HomeWeek(Extras):
    """Facts of config/messages/home_week."""

    count: int


class How(Extras):
    """Facts of config/messages/how."""

    title: str
    cue: str
    smaller_step: str


class IdeaOpen(Extras):
    """Facts of config/messages/idea_open."""

    had_words: bool


class InOurChat(Extras):
    """Facts of config/messages/in_our_chat."""


class JoinLater(Extras):
    """Facts of config/messages/join_later."""

    partnership: str


class JoinOpen(Extras):
    """Facts of config/messages/join_open."""

    partnership: str


class JoinWaits(Extras):
    """Facts of config/messages/join_waits."""

    partnership: str


class JoinedAlready(Extras):
    """Facts of config/messages/joined_already."""

    partnership: str


class LanguageSet(Extras):
    """Facts of config/messages/language_set."""

    choice: str


class LeafOpen(Extras):
    """Facts of config/messages/leaf_open."""

    had_words: bool


class LeafThanks(Extras):
    """Facts of config/messages/leaf_thanks."""


class LeafWorded(Extras):
    """Facts of config/messages/leaf_worded."""

    wording: str
    leaves: Sequence[str]
    more: int


class LearnedItems(TypedDict):
    """One of the items of learned."""

    text: str
    line: str


class Learned(Extras):
    """Facts of config/messages/learned."""

    items: Sequence[LearnedItems]


class LeaveAsk(Extras):
    """Facts of config/messages/leave_ask."""

    partnership: str
    days: int


class Left(Extras):
    """Facts of config/messages/left."""

    partnership: str
    days: int


LibraryItems = TypedDict(
    "LibraryItems",
    {
        "text": str,
        "from": str,
        "title": str,
    },
)


class Library(Extras):
    """Facts of config/messages/library."""

    words: str
    items: Sequence[LibraryItems]
    more: int


class ListenEnd(Extras):
    """Facts of config/messages/listen_end."""


class ListenRunning(Extras):
    """Facts of config/messages/listen_running."""


class ListenTurn(Extras):
    """Facts of config/messages/listen_turn."""

    speaker: str
    minutes: int
    is_first: bool


class Logged(Extras):
    """Facts of config/messages/logged."""


class Monday(Extras):
    """Facts of config/messages/monday."""

    count: int
    theme: str


class MondayHeard(Extras):
    """Facts of config/messages/monday_heard."""

    text: str
    day: str


class MondayHelp(Extras):
    """Facts of config/messages/monday_help."""

    asker: str
    organisation: str
    step: str
    is_past: bool
    day: str
    helper: str


class MondayStep(Extras):
    """Facts of config/messages/monday_step."""

    organisation: str
    step: str
    owner: str
    day: str
    is_past: NotRequired[bool]


class MyData(Extras):
    """Facts of config/messages/my_data."""

    lines: Sequence[str]


class MyDaysSaved(Extras):
    """Facts of config/messages/my_days_saved."""

    days: str
    earliest: str
    latest: str


class NobodyPaused(Extras):
    """Facts of config/messages/nobody_paused."""

    wanted: str


class NotAvailable(Extras):
    """Facts of config/messages/not_available."""

    what: str


class NotSaved(Extras):
    """Facts of config/messages/not_saved."""


class NotUnderstood(Extras):
    """Facts of config/messages/not_understood."""

    text: str


class NothingChanged(Extras):
    """Facts of config/messages/nothing_changed."""


class Nudge(Extras):
    """Facts of config/messages/nudge."""

    goal: str
    theme: str
    title: str
    text: str
    minutes: int
    done_means: str
    peer_note: str


class OfferChanged(Extras):
    """Facts of config/messages/offer_changed."""

    campaign: str
    date: str
    title: str
    minutes: int
    why: str
    before: str
    is_undone: bool


class OfferNone(Extras):
    """Facts of config/messages/offer_none."""

    reason: str
    campaign: str
    date: str


class OfficeForward(Extras):
    """Facts of config/messages/office_forward."""

    leader: str
    delegate: str
    peer: str
    peer_org: str
    slots: Sequence[str]
    place: str


class OfficeTimes(Extras):
    """Facts of config/messages/office_times."""

    leader: str
    partnership: str
    peer: str
    peer_org: str
    slots: Sequence[str]
    place: str


class OfficeTold(Extras):
    """Facts of config/messages/office_told."""

    delegate: str


class OpenForm(Extras):
    """Facts of config/messages/open_form."""


class OpenPagePages(TypedDict):
    """One of the pages of open_page."""

    id: str
    partnership: str
    entry: str


class OpenPage(Extras):
    """Facts of config/messages/open_page."""

    pages: Sequence[OpenPagePages]
    is_private: bool
    minutes: int
    hours: int


class OpenSent(Extras):
    """Facts of config/messages/open_sent."""


class PaceSet(Extras):
    """Facts of config/messages/pace_set."""

    choice: str


class PairAgreed(Extras):
    """Facts of config/messages/pair_agreed."""

    peer: str
    peer_org: str
    when: str
    place: str


class PairAgreedShared(Extras):
    """Facts of config/messages/pair_agreed_shared."""

    peer: str
    peer_org: str
    reader: str
    reader_org: str
    when: str
    place: str


class PairChanged(Extras):
    """Facts of config/messages/pair_changed."""

    peer: str
    new_peer: str
    new_org: str


class PairOff(Extras):
    """Facts of config/messages/pair_off."""

    peer: str


class PairOffice(Extras):
    """Facts of config/messages/pair_office."""

    peer: str
    delegate: str


class PairSlots(Extras):
    """Facts of config/messages/pair_slots."""

    peer: str
    peer_org: str
    slots: Sequence[str]
    place: str


class PairSlotsShared(Extras):
    """Facts of config/messages/pair_slots_shared."""

    peer: str
    peer_org: str
    reader: str
    reader_org: str
    slots: Sequence[str]
    place: str


class PairSolo(Extras):
    """Facts of config/messages/pair_solo."""

    peer: str
    title: str


class PairWaiting(Extras):
    """Facts of config/messages/pair_waiting."""

    peer: str


class PassedOn(Extras):
    """Facts of config/messages/passed_on."""

    leader: str
    partnership: str
    title: str
    minutes: int


class PassedOnNo(Extras):
    """Facts of config/messages/passed_on_no."""


class PassedOnSent(Extras):
    """Facts of config/messages/passed_on_sent."""

    title: str


class PassedOnYes(Extras):
    """Facts of config/messages/passed_on_yes."""


class Pause(Extras):
    """Facts of config/messages/pause."""

    until: str
    reason: str


class PauseEverybody(Extras):
    """Facts of config/messages/pause_everybody."""

    until: str


class PausedEverybody(Extras):
    """Facts of config/messages/paused_everybody."""

    until: str


class PausedFor(Extras):
    """Facts of config/messages/paused_for."""

    until: str


class PermissionAsk(Extras):
    """Facts of config/messages/permission_ask."""

    organisation: str
    partnership: str
    goal: str
    line: str
    again: bool


class PermissionGiven(Extras):
    """Facts of config/messages/permission_given."""

    organisation: str
    line: str
    waits: bool


class Principles(Extras):
    """Facts of config/messages/principles."""

    lines: Sequence[str]
    signed: int
    has_signed: bool


class PromiseAsked(Extras):
    """Facts of config/messages/promise_asked."""

    text: str
    due: str


class PromiseCarried(Extras):
    """Facts of config/messages/promise_carried."""

    text: str
    due: str


class PromiseKept(Extras):
    """Facts of config/messages/promise_kept."""

    text: str
    seen_by: NotRequired[str]


class PromiseLetGo(Extras):
    """Facts of config/messages/promise_let_go."""

    text: str


class PromiseMade(Extras):
    """Facts of config/messages/promise_made."""

    text: str
    due: str
    seen_by: str


class PromisePartly(Extras):
    """Facts of config/messages/promise_partly."""

    text: str


class Pulse(Extras):
    """Facts of config/messages/pulse."""

    partnership: str
    count: str
    least: int
    facilitator: str
    closes: str


class PulseOver(Extras):
    """Facts of config/messages/pulse_over."""


class PulseReminder(Extras):
    """Facts of config/messages/pulse_reminder."""

    count: str
    closes: str


class PulseThanks(Extras):
    """Facts of config/messages/pulse_thanks."""

    closes: str
    least: int


class PulseWords(Extras):
    """Facts of config/messages/pulse_words."""

    campaign: str
    lines: Sequence[str]


class ReasonAsk(Extras):
    """Facts of config/messages/reason_ask."""


class ReasonNotUseful(Extras):
    """Facts of config/messages/reason_not_useful."""


class ReasonPeople(Extras):
    """Facts of config/messages/reason_people."""

    helper: str


class ReasonPermission(Extras):
    """Facts of config/messages/reason_permission."""

    helper: str


class ReasonRelationship(Extras):
    """Facts of config/messages/reason_relationship."""

    helper: str


class ReasonServicePressure(Extras):
    """Facts of config/messages/reason_service_pressure."""


class ReasonTaken(Extras):
    """Facts of config/messages/reason_taken."""

    choice: str
    helper: str


class ReasonTime(Extras):
    """Facts of config/messages/reason_time."""

    smaller_step: str
    helper: str


class Reminder(Extras):
    """Facts of config/messages/reminder."""

    title: str
    minutes: int


class Restart(Extras):
    """Facts of config/messages/restart."""

    minutes: int
    title: str


class RiderBuddy(Extras):
    """Facts of config/messages/rider_buddy."""

    name: str
    organisation: str


class RiderCheckBack(Extras):
    """Facts of config/messages/rider_check_back."""

    title: str


class RiderConfirm(Extras):
    """Facts of config/messages/rider_confirm."""

    peer: str


class RiderContact(Extras):
    """Facts of config/messages/rider_contact."""

    peer: str


class RiderDidItHappen(Extras):
    """Facts of config/messages/rider_did_it_happen."""

    title: str
    day: str


class RiderPace(Extras):
    """Facts of config/messages/rider_pace."""


class RiderPrevious(Extras):
    """Facts of config/messages/rider_previous."""

    title: str


class RiderPrinciples(Extras):
    """Facts of config/messages/rider_principles."""

    lines: Sequence[str]
    signed: int


class RiderSmaller(Extras):
    """Facts of config/messages/rider_smaller."""

    smaller_step: str


class RiderVisibility(Extras):
    """Facts of config/messages/rider_visibility."""


class RollupLines(TypedDict):
    """One of the lines of rollup."""

    id: str
    facts: Mapping[str, Any]


class Rollup(Extras):
    """Facts of config/messages/rollup."""

    lines: Sequence[RollupLines]


class RollupHeld(Extras):
    """Facts of config/messages/rollup_held."""

    by: str
    until: str


class RollupNone(Extras):
    """Facts of config/messages/rollup_none."""


class RollupPreview(Extras):
    """Facts of config/messages/rollup_preview."""

    state: str
    day: str
    at: str
    until: str


class RollupReleased(Extras):
    """Facts of config/messages/rollup_released."""

    at: str


class RollupThreadSteps(TypedDict):
    """One of the steps of rollup_thread."""

    organisation: str
    step: str
    owner: str
    date: str
    status: str
    given: str
    own_words: str


class RollupThread(Extras):
    """Facts of config/messages/rollup_thread."""

    steps: Sequence[RollupThreadSteps]
    notes: Sequence[str]
    by_week: Sequence[int]
    open_page: str


class Signed(Extras):
    """Facts of config/messages/signed."""

    signed: int


class SignsSigns(TypedDict):
    """One of the signs of signs."""

    kind: str
    organisation: str
    text: str
    date: str
    number: int


class Signs(Extras):
    """Facts of config/messages/signs."""

    signs: Sequence[SignsSigns]
    kept: Mapping[str, Any]


class SnoozeAsk(Extras):
    """Facts of config/messages/snooze_ask."""


class Started(Extras):
    """Facts of config/messages/started."""

    has_step: NotRequired[bool]


class StartedEverybody(Extras):
    """Facts of config/messages/started_everybody."""


class StepAsked(Extras):
    """Facts of config/messages/step_asked."""

    organisation: str
    is_sent: bool
    again: str


class StepAskedAbout(Extras):
    """Facts of config/messages/step_asked_about."""

    step: str
    date: str


class StepBoard(Extras):
    """Facts of config/messages/step_board."""

    organisation: str
    step: str
    date: str
    owner: str
    helper: str
    own_words: str


class StepChanged(Extras):
    """Facts of config/messages/step_changed."""

    step: str
    date: str
    reason: str


class StepConfirmed(Extras):
    """Facts of config/messages/step_confirmed."""

    organisation: str
    step: str


class StepDone(Extras):
    """Facts of config/messages/step_done."""

    step: str


class StepHandedOver(Extras):
    """Facts of config/messages/step_handed_over."""

    step: str
    owner: str
    is_told: bool


class StepHelp(Extras):
    """Facts of config/messages/step_help."""

    step: str
    helper: str


class StepLine(Extras):
    """Facts of config/messages/step_line."""

    organisation: str
    step: str
    date: str
    owner: str
    status: str
    given: str


class StepNotAsked(Extras):
    """Facts of config/messages/step_not_asked."""

    organisation: str
    is_reachable: bool


class StepOnCourse(Extras):
    """Facts of config/messages/step_on_course."""

    step: str
    date: str
    is_open: bool
    is_past: bool


class StepOpen(Extras):
    """Facts of config/messages/step_open."""

    step: str
    date: str


class StepPassed(Extras):
    """Facts of config/messages/step_passed."""

    step: str
    date: str
    helper: str


class StepPassedHelper(Extras):
    """Facts of config/messages/step_passed_helper."""

    leader: str
    organisation: str
    title: str
    date: str
    day: str
    state: str


class StepPromised(Extras):
    """Facts of config/messages/step_promised."""

    organisation: str
    step: str
    date: str
    owner: str
    done_means: str
    is_given: bool
    advice: Sequence[str]


class StepReview(Extras):
    """Facts of config/messages/step_review."""

    step: str
    limit: str
    helper: str


class StepSoon(Extras):
    """Facts of config/messages/step_soon."""

    step: str
    date: str
    done_means: str


class StepWordsAsked(Extras):
    """Facts of config/messages/step_words_asked."""

    step: str
    date: str
    own_words: str


class StepWordsSaid(Extras):
    """Facts of config/messages/step_words_said."""

    step: str
    words: str


class StepYours(Extras):
    """Facts of config/messages/step_yours."""

    step: str
    date: str
    owner: str
    done_means: str


class Steps(Extras):
    """Facts of config/messages/steps."""

    count: int


class Stopped(Extras):
    """Facts of config/messages/stopped."""


class SupportOffer(Extras):
    """Facts of config/messages/support_offer."""

    helper: str


class SwapReason(Extras):
    """Facts of config/messages/swap_reason."""

    reason: str
    organisation: str


class TellTeam(Extras):
    """Facts of config/messages/tell_team."""

    text: str


class TellTeamWords(Extras):
    """Facts of config/messages/tell_team_words."""

    partnership: str
    goal: str
    title: str
    done: int


class ThemeForBoard(Extras):
    """Facts of config/messages/theme_for_board."""

    partnership: str
    theme: str
    offer: str


class Today(Extras):
    """Facts of config/messages/today."""

    items: Sequence[str]


class TreeLines(TypedDict):
    """One of the lines of tree."""

    text: str
    depth: int


class Tree(Extras):
    """Facts of config/messages/tree."""

    group: str
    lines: Sequence[TreeLines]


class TreeLeaves(Extras):
    """Facts of config/messages/tree_leaves."""

    leaves: Sequence[str]
    more: int


class TreePosted(Extras):
    """Facts of config/messages/tree_posted."""


class TrialAsked(Extras):
    """Facts of config/messages/trial_asked."""

    text: str


class TrialLearned(Extras):
    """Facts of config/messages/trial_learned."""

    text: str
    line: str


class TrialStarted(Extras):
    """Facts of config/messages/trial_started."""

    text: str
    day: str


class VisibilitySet(Extras):
    """Facts of config/messages/visibility_set."""

    choice: str


class VotesItems(TypedDict):
    """One of the items of votes."""

    title: str
    minutes: int
    why: str
    is_mine: bool
    is_asked_for: bool


class Votes(Extras):
    """Facts of config/messages/votes."""

    items: Sequence[VotesItems]


class WeekPreviewMessages(TypedDict):
    """One of the messages of week_preview."""

    when: str
    paragraphs: Sequence[str]


class WeekPreview(Extras):
    """Facts of config/messages/week_preview."""

    campaign: str
    week: int
    weeks: int
    date: str
    theme: str
    kind: str
    is_changed: bool
    who: str
    organisation: str
    notes: Sequence[str]
    swaps: Sequence[str]
    messages: Sequence[WeekPreviewMessages]


class Welcome(Extras):
    """Facts of config/messages/welcome."""

    lead: str
    partnership: str


class WelcomeAgain(Extras):
    """Facts of config/messages/welcome_again."""

    lead: str
    partnership: str


class WelcomeBack(Extras):
    """Facts of config/messages/welcome_back."""

    goal: str
    theme: str
    title: str
    text: str
    minutes: int
    done_means: str
    peer_note: str
    is_small: bool


class WelcomeJoined(Extras):
    """Facts of config/messages/welcome_joined."""

    lead: str
    partnership: str


class WelcomeLater(Extras):
    """Facts of config/messages/welcome_later."""


class WhatHappensSteps(TypedDict):
    """One of the steps of what_happens."""

    when: str
    do: str


class WhatHappens(Extras):
    """Facts of config/messages/what_happens."""

    steps: Sequence[WhatHappensSteps]
    helper: str


class WhichOne(Extras):
    """Facts of config/messages/which_one."""


class Why(Extras):
    """Facts of config/messages/why."""

    title: str
    why: str
    source: str


class WorkspaceBack(Extras):
    """Facts of config/messages/workspace_back."""

    workspace: str
    people: int


class WorkspaceGone(Extras):
    """Facts of config/messages/workspace_gone."""

    workspace: str
    people: int
    link: str
