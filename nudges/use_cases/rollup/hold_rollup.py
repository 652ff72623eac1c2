"""The leads see the Friday post two hours before it goes out, and may hold it; nobody can change a count."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from nudges.errors import IllegalTransition
from nudges.model import calendar, message_facts
from nudges.model.events import EventKind
from nudges.model.message import MessageKind
from nudges.model.people import CampaignRun, Leader
from nudges.model.plain_words import day_words, time_words
from nudges.model.timers import TimerKind
from nudges.said import said
from nudges.unit_of_work.read_roster import Roster, read_roster, week_of_run
from nudges.unit_of_work.rollup_timer import post_due_at, rollup_at, set_rollup_timers
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.rollup.compose_rollup import compose_rollup
from nudges.use_cases.rollup.post_rollup import week_due

NONE_TODAY = said("rollup.none_to_hold")


def keepers(work: UnitOfWork, roster: Roster, run: CampaignRun) -> list[Leader]:
    """Who sees a post before it goes out: the leads; of a private group's post its facilitator."""
    facilitator = roster.leaders.get(roster.partnership.facilitator_id or "")
    is_private = work.book.campaign(run.campaign_id).private_rollup
    leaders = [facilitator] if is_private and facilitator is not None else roster.leads()
    return [
        leader
        for leader in leaders
        if leader.address is not None and leader.stopped_at is None and leader.left_at is None
    ]


async def preview_rollup(work: UnitOfWork, partnership_id: str, run_id: str) -> None:
    """Show the keepers the post as it stands; whoever does not work before it goes out is not asked."""
    roster = await read_roster(work.tx, partnership_id)
    run = next((one for one in roster.runs if one.id == run_id and one.ended_at is None), None)
    due_at = post_due_at(work, roster, run) if run is not None else None
    if run is None or due_at is None or due_at <= work.at or week_due(work, roster, run) is None:
        return
    facts = await preview_facts(work, roster, run)
    if facts is None:
        return
    for leader in keepers(work, roster, run):
        window = work.window(leader)
        if window is not None and window[0] < due_at:
            await work.tell(
                leader,
                MessageKind.LEAD,
                "rollup_preview",
                occurrence=f"{run.id}:{due_at.date().isoformat()}",
                facts=facts,
                subject=run.id,
            )


async def preview_facts(
    work: UnitOfWork, roster: Roster, run: CampaignRun
) -> message_facts.RollupPreview | None:
    """The next post as it stands now and when it goes out; on its day with a button to hold or release it.

    None where no post comes this week or next.
    """
    zone = roster.partnership.zone
    week_on = _week_told(work, roster, run)
    result = week_of_run(run, week_on, work.book)
    due_at = post_due_at(work, roster, run, week_on)
    if result is None or due_at is None:
        return None
    made = await compose_rollup(work, roster, run, *result, until=work.at)
    may_hold = week_due(work, roster, run) is not None
    is_held = may_hold and run.held_until is not None
    latest = _latest(work, roster, week_on) or due_at
    verb = "release_rollup" if is_held else "hold_rollup"
    post = {
        "event": "rollup",
        "facts": message_facts.Rollup(lines=list(made.lines)),
        "subject": run.id,
        "buttons": [{"verb": verb, "subject": run.id}] if may_hold else [],
    }
    return {
        "state": "held" if is_held else "today" if may_hold else "early",
        "day": day_words(calendar.local(due_at, zone).date()),
        "at": time_words(due_at, zone),
        "until": time_words(latest, zone),
        "buttons": [],
        "riders": [post],
    }


def _week_told(work: UnitOfWork, roster: Roster, run: CampaignRun) -> date:
    """The Monday of the week whose post is still to come."""
    zone = roster.partnership.zone
    week_on = max(calendar.week_of(work.at, zone), run.starts_on)
    last = run.rolled_up_at
    is_out = last is not None and last >= calendar.instant_of(week_on, time(0), zone)
    due_at = post_due_at(work, roster, run, week_on)
    is_over = due_at is None or calendar.local(due_at, zone).date() < calendar.local(work.at, zone).date()
    return week_on + calendar.WEEK if is_out or is_over else week_on


def _latest(work: UnitOfWork, roster: Roster, week_on: date) -> datetime | None:
    due_at = rollup_at(work, roster, week_on)
    return None if due_at is None else due_at + timedelta(hours=work.book.rules.rollup.hold_hours_max)


def hold(work: UnitOfWork, roster: Roster, run: CampaignRun, *, by: Leader) -> datetime:
    """Keep today's post back as long as that may be; what happens meanwhile is counted in it.

    Holding twice changes nothing. Returns when it goes out by itself.

    Raises:
        IllegalTransition: there is no post today that is still to come.
    """
    week_on = calendar.week_of(work.at, roster.partnership.zone)
    latest = _latest(work, roster, week_on)
    if run.ended_at is not None or week_due(work, roster, run) is None or latest is None:
        raise IllegalTransition(NONE_TODAY)
    if latest <= work.at:
        raise IllegalTransition(NONE_TODAY)
    if run.held_until != latest:
        _keep(work, roster, replace(run, held_until=latest))
        work.log(
            EventKind.ROLLUP_HELD,
            partnership_id=run.partnership_id,
            subject=run.id,
            leader=by,
            run_id=run.id,
            data={"until": latest.isoformat()},
        )
    return latest


def release(work: UnitOfWork, roster: Roster, run: CampaignRun) -> datetime:
    """Let a held post go: at once, or at its usual time where that is still ahead. Returns when.

    Raises:
        IllegalTransition: there is no post today that is still to come.
    """
    due_at = rollup_at(work, roster, calendar.week_of(work.at, roster.partnership.zone))
    if run.ended_at is not None or week_due(work, roster, run) is None or due_at is None:
        raise IllegalTransition(NONE_TODAY)
    freed = replace(run, held_until=None)
    _keep(work, roster, freed)
    out_at = max(due_at, work.at)
    work.set_timer(TimerKind.ROLLUP, run.id, out_at, partnership_id=run.partnership_id)
    return out_at


def _keep(work: UnitOfWork, roster: Roster, run: CampaignRun) -> None:
    work.keep(run)
    set_rollup_timers(work, roster, run)
