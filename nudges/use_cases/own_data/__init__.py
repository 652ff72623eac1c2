"""What the clock and the lead do about what is held about one person, and its end."""

from collections.abc import Mapping

from nudges.model.timers import TimerKind
from nudges.unit_of_work.unit_of_work import OnTimer
from nudges.use_cases.own_data import delete_expired

ON_TIMER: Mapping[TimerKind, OnTimer] = {
    TimerKind.TIDY: delete_expired.tidy,
}
