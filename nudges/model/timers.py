"""Timers: what the clock is asked to look at, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class TimerKind(StrEnum):
    """What the clock is asked to look at; the handler decides anew from the present state."""

    WELCOME = "welcome"
    OFFER = "offer"
    FOLLOW_UP = "follow_up"
    ROUND = "round"
    PAIR_SILENT = "pair_silent"
    PAIR_LAPSES = "pair_lapses"
    GATE = "gate"
    PROMISE = "promise"
    STEP_PASSED = "step_passed"
    RESTART = "restart"
    ROLLUP = "rollup"
    RUN_END = "run_end"
    TIDY = "tidy"
    STEP_SOON = "step_soon"
    STEP_BOARD = "step_board"
    STEP_REVIEW = "step_review"
    HELP_DUE = "help_due"
    HEARD_DUE = "heard_due"
    PULSE_REMINDER = "pulse_reminder"
    PULSE_CLOSES = "pulse_closes"
    GOALS = "goals"
    TRIAL = "trial"
    LISTENING = "listening"
    ROLLUP_PREVIEW = "rollup_preview"
    LEAD_MONDAY = "lead_monday"
    PERMISSION = "permission"
    PASSED_ON = "passed_on"
    CHECK_BACK = "check_back"
    GROUP_REFUSED = "group_refused"
    DELEGATE = "delegate"


@dataclass(frozen=True, kw_only=True, slots=True)
class Timer:
    """A stored hint: look at `subject` at `due_at`. One per kind and subject."""

    partnership_id: str
    kind: TimerKind
    subject: str
    due_at: datetime
