"""What the clock and the lead do about coming in and going."""

from collections.abc import Mapping

from nudges.model.timers import TimerKind
from nudges.unit_of_work.unit_of_work import OnTimer
from nudges.use_cases.joining import ask_permission, pass_on, welcome

ON_TIMER: Mapping[TimerKind, OnTimer] = {
    TimerKind.WELCOME: welcome.welcome,
    TimerKind.RESTART: welcome.restart,
    TimerKind.PERMISSION: ask_permission.check_permission,
    TimerKind.PASSED_ON: pass_on.check_passed_on,
}
