"""What the clock and the lead do about the weekly step."""

from collections.abc import Mapping

from nudges.model.timers import TimerKind
from nudges.unit_of_work.unit_of_work import OnTimer, OnTimers
from nudges.use_cases.nudging import ask_promise, follow_up, plan_week

ON_TIMER: Mapping[TimerKind, OnTimer] = {
    TimerKind.FOLLOW_UP: follow_up.follow_up,
    TimerKind.PROMISE: ask_promise.ask_promise,
}
# Those that are due together are handled together.
ON_TIMERS: Mapping[TimerKind, OnTimers] = {
    TimerKind.OFFER: plan_week.plan_week,
}
