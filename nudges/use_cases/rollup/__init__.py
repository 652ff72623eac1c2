"""What the clock and the lead do about the Friday post."""

from collections.abc import Mapping

from nudges.model.timers import TimerKind
from nudges.unit_of_work.unit_of_work import OnTimer
from nudges.use_cases.rollup import hold_rollup, post_rollup

ON_TIMER: Mapping[TimerKind, OnTimer] = {
    TimerKind.ROLLUP: post_rollup.post_rollup,
    TimerKind.ROLLUP_PREVIEW: hold_rollup.preview_rollup,
}
