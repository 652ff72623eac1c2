"""What the clock and the lead do about campaigns and their lead."""

from collections.abc import Mapping

from nudges.model.timers import TimerKind
from nudges.unit_of_work.unit_of_work import OnTimer
from nudges.use_cases.campaigns import launch_campaign, lead_monday, unlock_gate

ON_TIMER: Mapping[TimerKind, OnTimer] = {
    TimerKind.GATE: unlock_gate.check_gate,
    TimerKind.LEAD_MONDAY: lead_monday.lead_monday,
    TimerKind.RUN_END: launch_campaign.end_run,
}
