"""An offer made, remembered and found again, and when to look at its leader the next time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from nudges.model import cadence, calendar
from nudges.model.catalogue import Action, Week
from nudges.model.events import EventKind
from nudges.model.ids import make_id
from nudges.model.nudge import Nudge
from nudges.model.pair import Pair
from nudges.model.people import CampaignRun, Leader
from nudges.model.timers import TimerKind
from nudges.rules.nudging import action_choice
from nudges.unit_of_work.read_roster import Roster
from nudges.unit_of_work.taper_weeks import next_taper_instant
from nudges.unit_of_work.unit_of_work import UnitOfWork


def new_nudge(
    work: UnitOfWork,
    leader: Leader,
    run: CampaignRun,
    week: Week | None,
    action: Action,
    others: Sequence[Action],
    history: Sequence[Nudge],
    *,
    week_on: date,
    pair: Pair | None = None,
) -> Nudge:
    """A fresh nudge for this leader and week."""
    return Nudge(
        id=make_id("nudge", leader.id, week_on, action.id, len(history)),
        partnership_id=leader.partnership_id,
        run_id=run.id,
        leader_id=leader.id,
        action_id=action.id,
        week_on=week_on,
        week=week.number if week else 0,
        offered_at=work.at,
        offers=tuple(other.id for other in others),
        pair_id=pair.id if pair else None,
        question=action_choice.next_question(action, history),
    )


def record_offer(work: UnitOfWork, roster: Roster, leader: Leader, nudge: Nudge, pair: Pair | None) -> None:
    """Remember an offer, and when to follow it up."""
    work.keep(nudge)
    if pair is not None:
        work.keep(pair)
    work.log(
        EventKind.OFFERED,
        partnership_id=leader.partnership_id,
        subject=nudge.id,
        leader=leader,
        run_id=nudge.run_id,
        data={"action": nudge.action_id, "week": nudge.week},
    )
    holidays, rules = work.holidays_of(leader), work.book.rules
    follow_up_at = cadence.reminder_instant(
        leader,
        offered_at=work.at,
        next_offer_at=cadence.next_new_action_instant(
            leader, after=work.at, after_week=nudge.week_on, holidays=holidays, rules=rules
        ),
        holidays=holidays,
        rules=rules,
    )
    work.set_timer(TimerKind.FOLLOW_UP, nudge.id, follow_up_at, partnership_id=leader.partnership_id)


def set_offer_timer(work: UnitOfWork, roster: Roster, leader: Leader, *, this_week: bool = False) -> None:
    """Set the leader's next new-action instant: in a later week, or still in this one where it lies ahead."""
    due = next_offer_instant(work, roster, leader, this_week=this_week)
    work.set_timer(TimerKind.OFFER, leader.id, due, partnership_id=leader.partnership_id)


def next_offer_instant(
    work: UnitOfWork, roster: Roster, leader: Leader, *, this_week: bool = False
) -> datetime | None:
    """When to look at a leader again: while a campaign runs every week, after it as the taper says."""
    if not leader.is_in:
        return None
    holidays, rules = work.holidays_of(leader), work.book.rules
    week_on = calendar.week_of(work.at, leader.zone)
    if not roster.live_runs(leader):
        return next_taper_instant(work, roster, leader, after_week=None if this_week else week_on)
    due = None
    if this_week:
        due = cadence.new_action_instant(
            leader, week_on=week_on, after=work.at, holidays=holidays, rules=rules
        )
    return due or cadence.next_new_action_instant(
        leader, after=work.at, after_week=week_on, holidays=holidays, rules=rules
    )


async def nudge_for_pair(work: UnitOfWork, leader_id: str, pair: Pair) -> Nudge | None:
    """This leader's open nudge for this pair."""
    since = calendar.week_of(pair.formed_at, "UTC") - timedelta(weeks=1)
    for stored in await work.tx.commitments.unchecked_nudges([leader_id], since=since):
        nudge = await work.nudge(stored.id) or stored
        if nudge.pair_id == pair.id and nudge.is_open:
            return nudge
    return None
