"""What the clock and the lead do about people who meet across organisations."""

from collections.abc import Mapping

from nudges.model.timers import TimerKind
from nudges.unit_of_work.unit_of_work import OnTimer, OnTimers
from nudges.use_cases.pairing import form_round, listening_pair, pair_news, tell_delegate, watch_pairs

ON_TIMER: Mapping[TimerKind, OnTimer] = {
    TimerKind.ROUND: form_round.form_round,
    TimerKind.PAIR_LAPSES: watch_pairs.pair_lapses,
    TimerKind.LISTENING: listening_pair.listening,
    TimerKind.GROUP_REFUSED: pair_news.group_refused,
    TimerKind.DELEGATE: tell_delegate.check_delegate,
}
# Those that are due together are handled together.
ON_TIMERS: Mapping[TimerKind, OnTimers] = {
    TimerKind.PAIR_SILENT: watch_pairs.pairs_silent,
}
