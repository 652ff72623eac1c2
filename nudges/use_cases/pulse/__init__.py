"""What the clock and the lead do about the pulse and goals."""

from collections.abc import Mapping

from nudges.model.timers import TimerKind
from nudges.unit_of_work.unit_of_work import OnTimer
from nudges.use_cases.pulse import ask_pulse, check_goals, close_pulse

ON_TIMER: Mapping[TimerKind, OnTimer] = {
    TimerKind.PULSE_REMINDER: ask_pulse.remind_pulse,
    TimerKind.GOALS: check_goals.check_goals,
    TimerKind.PULSE_CLOSES: close_pulse.close_pulse,
}
