"""What the clock and the lead do about help in place of blame."""

from collections.abc import Mapping

from nudges.model.timers import TimerKind
from nudges.unit_of_work.unit_of_work import OnTimer
from nudges.use_cases.support import check_back, remind_helper

ON_TIMER: Mapping[TimerKind, OnTimer] = {
    TimerKind.CHECK_BACK: check_back.check_back,
    TimerKind.HELP_DUE: remind_helper.help_due,
}
