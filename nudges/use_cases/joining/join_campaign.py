"""Coming to a campaign that runs already: at rung 1, whatever the week, and beside a buddy."""

from __future__ import annotations

from dataclasses import replace

from nudges.model import calendar
from nudges.model.events import EventKind
from nudges.model.people import CampaignRun, Leader, Role
from nudges.unit_of_work.read_roster import Roster
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.joining.buddy import find_buddy
from nudges.use_cases.joining.welcome import invite


def is_waiting(leader: Leader) -> bool:
    """Somebody to whom a step was passed on and who has not answered: nobody else hears of them."""
    return Role.JOINER in leader.roles and leader.passed_action is not None and leader.opted_in_at is None


def may_take_part(leader: Leader) -> bool:
    """Whether a launch for everybody means this leader, too."""
    return leader.left_at is None and not is_waiting(leader)


def open_runs(work: UnitOfWork, roster: Roster) -> list[CampaignRun]:
    """The live campaigns that were launched for everybody, oldest first, with what has changed here."""
    live = [work.known(CampaignRun, run.id) or run for run in roster.runs]
    live = [run for run in live if run.ended_at is None and run.is_open]
    return sorted(live, key=lambda run: (run.starts_on, run.id))


def any_runs(work: UnitOfWork, roster: Roster) -> list[CampaignRun]:
    """The live campaigns that somebody may join by themselves: those for everybody first, none in private."""
    live = [work.known(CampaignRun, run.id) or run for run in roster.runs if run.ended_at is None]
    shared = [run for run in live if not work.book.campaign(run.campaign_id).private_rollup]
    return sorted(shared, key=lambda run: (not run.is_open, run.starts_on, run.id))


def take_in(work: UnitOfWork, leader: Leader, run: CampaignRun) -> tuple[Leader, CampaignRun]:
    """Add a leader to a run; one who comes after its first week is a joiner from today."""
    if leader.id not in run.member_ids:
        run = replace(run, member_ids=(*run.member_ids, leader.id))
        work.keep(run)
    is_late = calendar.week_of(work.at, leader.zone) > run.starts_on
    if is_late and leader.joined_on is None:
        leader = replace(leader, joined_on=calendar.local(work.at, leader.zone).date())
        work.log(
            EventKind.JOINED,
            partnership_id=leader.partnership_id,
            leader=leader,
            run_id=run.id,
            subject=run.id,
        )
    work.keep(leader)
    return leader, run


def with_run(roster: Roster, leader: Leader, run: CampaignRun) -> Roster:
    """The roster as it is with this leader in this run."""
    runs = tuple(run if one.id == run.id else one for one in roster.runs)
    return replace(roster, leaders={**roster.leaders, leader.id: leader}, runs=runs)


async def join_and_invite(work: UnitOfWork, roster: Roster, leader: Leader, run: CampaignRun) -> None:
    """Take somebody in who has not been asked yet; where their organisation is ready, welcome them
    and look for a buddy."""
    leader, run = take_in(work, leader, run)
    roster = with_run(roster, leader, run)
    if not roster.organisations[leader.organisation_id].is_ready:
        return
    invite(work, leader, starts_on=run.starts_on)
    if leader.joined_on is not None:
        await find_buddy(work, roster, leader, run)
