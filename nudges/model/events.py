"""The event log: one line for each thing that happened, with ids and codes and nobody's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class EventKind(StrEnum):
    """One kind of thing that happened; every total is a recount of these."""

    RUN_LAUNCHED = "run_launched"
    RUN_ENDED = "run_ended"
    RUN_PAUSED = "run_paused"
    RUN_RESUMED = "run_resumed"
    GATE_OPENED = "gate_opened"
    GATE_WAITED = "gate_waited"
    PERMISSION_GIVEN = "permission_given"
    WELCOMED = "welcomed"
    OPTED_IN = "opted_in"
    NOT_YET_IN = "not_yet_in"
    STOPPED = "stopped"
    PAUSED = "paused"
    BACKED_OFF = "backed_off"
    OFFERED = "offered"
    PLANNED = "planned"
    DONE = "done"
    DONE_UNDONE = "done_undone"
    PARTLY = "partly"
    NOT_YET = "not_yet"
    SWAPPED = "swapped"
    NOT_NOW = "not_now"
    SNOOZED = "snoozed"
    UNDONE = "undone"
    EXPIRED = "expired"
    SILENT = "silent"
    PACE = "pace"
    VISIBILITY = "visibility"
    SHARED = "shared"
    HELP_ASKED = "help_asked"
    PAIRED = "paired"
    PAIR_MET = "pair_met"
    PAIR_NOT_MET = "pair_not_met"
    PAIR_CHANGED = "pair_changed"
    PROMISED = "promised"
    PROMISE_KEPT = "promise_kept"
    PROMISE_KEPT_UNDONE = "promise_kept_undone"
    PROMISE_PARTLY = "promise_partly"
    PROMISE_CARRIED = "promise_carried"
    PROMISE_LET_GO = "promise_let_go"
    STEP_PROMISED = "step_promised"
    STEP_CHANGED = "step_changed"
    ROLLED_UP = "rolled_up"
    ERASED = "erased"
    LAPSED = "lapsed"
    FILE_APPLIED = "file_applied"
    JOINED = "joined"
    LEFT = "left"
    PASSED_ON = "passed_on"
    PERMISSION_ASKED = "permission_asked"
    PRINCIPLES_SIGNED = "principles_signed"
    SUPPORT_OFFERED = "support_offered"
    REASON_GIVEN = "reason_given"
    CHECKED_BACK = "checked_back"
    HELP_CONTACTED = "help_contacted"
    HELP_TAKEN_UP = "help_taken_up"
    HELP_CLOSED = "help_closed"
    STEP_ASKED_ABOUT = "step_asked_about"
    STEP_HANDED_OVER = "step_handed_over"
    HEARD = "heard"
    HEARD_ANSWERED = "heard_answered"
    VOTED = "voted"
    PULSE_ASKED = "pulse_asked"
    PULSE_CLOSED = "pulse_closed"
    GOAL_REACHED = "goal_reached"
    GOAL_AGREED = "goal_agreed"
    GOAL_CHANGED = "goal_changed"
    TRIAL_STARTED = "trial_started"
    TRIAL_LEARNED = "trial_learned"
    LEAF_PUBLISHED = "leaf_published"
    LISTENED = "listened"
    LINE_POSTED = "line_posted"
    ROLLUP_HELD = "rollup_held"
    TEAM_TOLD = "team_told"
    COUNTS_PUBLISHED = "counts_published"
    WORKSPACE_GONE = "workspace_gone"
    WORKSPACE_BACK = "workspace_back"
    CONTACT_SHARED = "contact_shared"
    OFFER_CHANGED = "offer_changed"
    CAMPAIGN_DRAFTED = "campaign_drafted"
    SETTINGS = "settings"


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One line of the append-only log. `data` holds ids and codes, never what people wrote."""

    partnership_id: str
    at: datetime
    kind: EventKind
    subject: str = ""
    leader_id: str | None = None
    organisation_id: str | None = None
    run_id: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
