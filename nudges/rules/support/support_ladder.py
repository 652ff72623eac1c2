"""The support ladder for a person: what is offered after which miss, what got in the way, and coming back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from enum import IntEnum

from nudges.model.calendar import WEEK, monday_of
from nudges.model.events import Event, EventKind
from nudges.model.nudge import Nudge, NudgeState
from nudges.model.people import Leader
from nudges.model.ruleset import Rules


class LadderStep(IntEnum):
    """One step of the ladder; every one of them is an offer, and none is said to anybody else."""

    NONE = 0
    NEW_DAY = 1
    SMALLER = 2
    HELP = 3
    STOP = 4


def ladder_step_due(leader: Leader, nudges: Iterable[Nudge], *, on: date, rules: Rules) -> LadderStep:
    """What to offer this leader in the week of `on`; `nudges` are their own, judged or not.

    A step is said once while misses go on in a row. Help comes at three in a row or three within the
    window, and once in a window. Four with no reply at all is a stop: the restart is then its message.
    """
    support = rules.support_person
    if leader.silent >= support.stop_at:
        return LadderStep.STOP
    is_help_due = leader.missed >= support.help_at or (
        leader.missed > 0 and len(missed_lately(nudges, on=on, rules=rules)) >= support.help_at_in_window
    )
    if is_help_due and _may_offer_help(leader, on=on, rules=rules):
        return LadderStep.HELP
    if leader.missed >= support.smaller_step_at and leader.ladder < LadderStep.SMALLER:
        return LadderStep.SMALLER
    if leader.missed >= support.new_day_at and leader.ladder < LadderStep.NEW_DAY:
        return LadderStep.NEW_DAY
    return LadderStep.NONE


def missed_lately(nudges: Iterable[Nudge], *, on: date, rules: Rules) -> list[Nudge]:
    """The misses of the weeks of the window that ends with the week of `on`."""
    since = monday_of(on) - rules.support_person.help_window_weeks * WEEK
    return [one for one in nudges if one.is_missed and since <= one.week_on <= on]


def _may_offer_help(leader: Leader, *, on: date, rules: Rules) -> bool:
    """Not twice in one window."""
    window = timedelta(weeks=rules.support_person.help_window_weeks)
    return leader.help_offered_on is None or on >= leader.help_offered_on + window


def climb(leader: Leader, ladder_step: LadderStep, *, on: date) -> Leader:
    """Remember that this step was offered on that day; the ladder is only ever climbed."""
    offered_on = on if ladder_step is LadderStep.HELP else leader.help_offered_on
    return replace(leader, ladder=max(leader.ladder, ladder_step), help_offered_on=offered_on)


def back_at_the_start(leader: Leader) -> Leader:
    """Something was done, or partly done: the ladder begins anew. When help was offered is kept."""
    return replace(leader, missed=0, silent=0, ladder=0, backed_off_until=None)


def latest_miss(nudges: Sequence[Nudge]) -> Nudge | None:
    """The newest miss that a leader could still take up: they have not let it go or answered it since."""
    waits = (NudgeState.OFFERED, NudgeState.PLANNED, NudgeState.NOT_YET, NudgeState.EXPIRED)
    nudge = next((one for one in reversed(nudges) if one.is_missed), None)
    if nudge is None or nudge.state not in waits or nudge.snoozed_until is not None:
        return None
    return nudge


def has_come_back(leader: Leader, nudges: Sequence[Nudge], *, week_on: date, rules: Rules) -> bool:
    """Whether this week's message is the first after a long silence, a stop, or a pause that cost a week.

    `nudges` are the leader's own, oldest first. Silence is long when the offers had become rarer for it.
    """
    offers = [one for one in nudges if one.swapped_from is None]
    if not offers:
        return False
    last = offers[-1]
    if last.state is NudgeState.WITHDRAWN:
        return True
    was_skipped = last.week_on + WEEK < monday_of(week_on)
    if leader.paused is not None and was_skipped and last.week_on < leader.paused.to_on <= week_on + WEEK:
        return True
    if not any(one.replied_at is not None and one.replied_at >= last.offered_at for one in offers):
        return False
    unanswered = 0
    for nudge in reversed(offers[:-1]):
        if nudge.replied_at is not None and nudge.replied_at < last.offered_at:
            break
        unanswered += nudge.is_missed
    return unanswered >= rules.backoff.fortnightly_after


def for_redesign(events: Iterable[Event], *, rules: Rules) -> dict[str, int]:
    """Which actions people found not useful, and how many people; only those named by enough of them.

    `events` are the log's lines; each person counts once for an action, however often they say it.
    """
    people: dict[str, set[str]] = {}
    for event in events:
        is_named = event.kind is EventKind.REASON_GIVEN and event.leader_id is not None
        if is_named and event.data.get("reason") == "not_useful":
            people.setdefault(str(event.data.get("action", "")), set()).add(str(event.leader_id))
    least = rules.privacy.min_people_for_breakdown
    return {action: len(who) for action, who in sorted(people.items()) if action and len(who) >= least}
