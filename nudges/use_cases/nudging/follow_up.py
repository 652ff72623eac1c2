"""The one follow-up of a nudge: "Did it happen?" after a plan, else one friendly question."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from nudges.model import cadence, calendar, message_facts
from nudges.model.message import MessageKind
from nudges.model.nudge import Nudge, NudgeState
from nudges.model.people import Leader
from nudges.model.timers import TimerKind
from nudges.unit_of_work.nudge_cards import Scene, buttons, happened_facts
from nudges.unit_of_work.nudge_dates import ends_at
from nudges.unit_of_work.read_roster import Roster, read_roster
from nudges.unit_of_work.unit_of_work import UnitOfWork

VARIANTS = 4


async def follow_up(work: UnitOfWork, partnership_id: str, nudge_id: str) -> None:
    """Ask once about a nudge that is due for it.

    Where the week is full, or every wording was used lately, the question rides on a later message.
    """
    nudge = await work.nudge(nudge_id)
    if nudge is None or not nudge.is_open or nudge.followed_up_at is not None:
        return
    roster = await read_roster(work.tx, partnership_id)
    leader = roster.leaders.get(nudge.leader_id)
    if leader is None or not roster.may_be_nudged(leader):
        return
    if _waits_for_pause(work, roster, leader, nudge) or not _is_sending_time(work, leader, nudge):
        return
    if _is_too_late(work, roster, leader, nudge):
        return
    pair = await work.pair(nudge.pair_id)
    scene = Scene(book=work.book, roster=roster, leader=leader, pair=pair)
    is_planned = nudge.state is NudgeState.PLANNED
    if not is_planned and nudge.replied_at is not None and nudge.snoozed_until is None:
        return
    purpose = MessageKind.DID_IT_HAPPEN if is_planned else MessageKind.REMINDER
    variant = await next_variant(work, leader, str(purpose))
    if variant is None:
        _bring_back_next_week(work, leader, nudge)
        return
    action, title, _ = scene.filled(nudge)
    offer = ("plan", "swap", "not_now") if nudge.offers else ("plan", "not_now")
    facts = (
        happened_facts(scene, nudge)
        if is_planned
        else message_facts.Reminder(
            title=title, minutes=action.minutes, buttons=buttons(*offer, subject=nudge.id)
        )
    )
    is_told = await work.tell(
        leader,
        purpose,
        str(purpose),
        occurrence=f"{nudge.id}:{nudge.plan.at.isoformat() if nudge.plan else nudge.snoozed_until or ''}",
        facts=facts,
        subject=nudge.id,
        action_id=nudge.action_id,
        variant=variant,
    )
    if is_told:
        work.keep(replace(nudge, followed_up_at=work.at))
    else:
        _bring_back_next_week(work, leader, nudge)


def _bring_back_next_week(work: UnitOfWork, leader: Leader, nudge: Nudge) -> None:
    """A step that was put off to today comes back, if not today then on the first day of next week."""
    if nudge.snoozed_until is None or nudge.state is NudgeState.PLANNED:
        return
    monday = calendar.week_of(work.at, leader.zone) + calendar.WEEK
    wall = work.book.rules.cadence.send_time_reminder
    window = work.window(leader, after=calendar.instant_of(monday, wall, leader.zone))
    work.set_timer(
        TimerKind.FOLLOW_UP, nudge.id, window[0] if window else None, partnership_id=leader.partnership_id
    )


def _is_too_late(work: UnitOfWork, roster: Roster, leader: Leader, nudge: Nudge) -> bool:
    """Past its time, as after an outage: what has expired, or reaches the next new action, is not asked."""
    if ends_at(work, roster, leader, nudge) <= work.at:
        return True
    if nudge.state is NudgeState.PLANNED or nudge.snoozed_until is not None:
        return False
    next_at = cadence.next_new_action_instant(
        leader,
        after=nudge.offered_at,
        after_week=nudge.week_on,
        holidays=work.holidays_of(leader),
        rules=work.book.rules,
    )
    today = calendar.local(work.at, leader.zone).date()
    return next_at is not None and today >= calendar.local(next_at, leader.zone).date()


async def next_variant(work: UnitOfWork, leader: Leader, event: str) -> int | None:
    """A wording that this person has not had within eight weeks; None when all were used."""
    gap = timedelta(weeks=work.book.rules.cadence.same_wording_min_gap_weeks)
    stored = await work.tx.deliveries.last_variants([leader.person], event, since=work.at - gap)
    used = {*stored.get(leader.person, ()), *work.variants(leader.person, event)}
    return next((variant for variant in range(VARIANTS) if variant not in used), None)


def _is_sending_time(work: UnitOfWork, leader: Leader, nudge: Nudge) -> bool:
    """Whether now is inside the person's hours; if not, the timer moves to when it is."""
    window = work.window(leader)
    if window is not None and window[0] <= work.at:
        return True
    work.set_timer(
        TimerKind.FOLLOW_UP, nudge.id, window[0] if window else None, partnership_id=leader.partnership_id
    )
    return False


def _waits_for_pause(work: UnitOfWork, roster: Roster, leader: Leader, nudge: Nudge) -> bool:
    """During a pause of the campaign nothing is asked; the question comes after it."""
    day = calendar.local(work.at, leader.zone).date()
    run = next((one for one in roster.runs if one.id == nudge.run_id), None)
    pause = next((days for days in run.pauses if day in days), None) if run else None
    if pause is None:
        return False
    after = calendar.instant_of(pause.to_on, work.book.rules.cadence.send_time_reminder, leader.zone)
    window = work.window(leader, after=after)
    work.set_timer(
        TimerKind.FOLLOW_UP, nudge.id, window[0] if window else None, partnership_id=leader.partnership_id
    )
    return True
