"""What the clock and the lead do about an organisation's public steps."""

from collections.abc import Mapping

from nudges.model.timers import TimerKind
from nudges.unit_of_work.unit_of_work import OnTimer
from nudges.use_cases.partner_steps import offer_support, watch_steps

ON_TIMER: Mapping[TimerKind, OnTimer] = {
    TimerKind.STEP_SOON: watch_steps.step_soon,
    TimerKind.STEP_PASSED: offer_support.step_passed,
    TimerKind.STEP_BOARD: watch_steps.step_board,
    TimerKind.STEP_REVIEW: watch_steps.step_review,
}
