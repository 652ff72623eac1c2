"""What the clock and the lead do about things heard, ideas, tests and the problem tree."""

from collections.abc import Mapping

from nudges.model.timers import TimerKind
from nudges.unit_of_work.unit_of_work import OnTimer
from nudges.use_cases.listening import ask_two_week_test, things_heard

ON_TIMER: Mapping[TimerKind, OnTimer] = {
    TimerKind.HEARD_DUE: things_heard.heard_due,
    TimerKind.TRIAL: ask_two_week_test.ask_what_was_learnt,
}
