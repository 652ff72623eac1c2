"""Launching a campaign: the required boxes, the ready organisations, and every timer it needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from nudges.errors import IllegalTransition, InvalidInput, NotFound
from nudges.model import cadence, calendar
from nudges.model.catalogue import Campaign
from nudges.model.events import EventKind
from nudges.model.ids import make_id
from nudges.model.people import PARTNERSHIP_CHANNEL, CampaignRun, Days, Leader
from nudges.model.phrasebook import DEFAULT_LOCALE
from nudges.model.playbook import Playbook
from nudges.model.timers import TimerKind
from nudges.ports import Store
from nudges.said import Said, said
from nudges.unit_of_work.offers import set_offer_timer
from nudges.unit_of_work.read_roster import Roster, read_roster
from nudges.unit_of_work.rollup_timer import set_rollup_timers
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.campaigns.launch_advice import advise
from nudges.use_cases.campaigns.unlock_gate import unlock_by_word
from nudges.use_cases.joining.ask_permission import ask_where_missing, has_left
from nudges.use_cases.joining.join_campaign import may_take_part
from nudges.use_cases.joining.welcome import invite
from nudges.use_cases.partner_steps.refresh_board import refresh_board
from nudges.use_cases.pulse.check_goals import arm_goals


@dataclass(frozen=True, kw_only=True, slots=True)
class Launched:
    """What a launch did: who is invited, which organisations start when they are ready, and what is advised.

    Each advice is one sentence; none of it has held anything up.
    """

    run: CampaignRun
    invited: int
    waiting: tuple[str, ...]
    advice: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Launch:
    """What is to be launched: `member_ids` empty means everybody; `channel` None the campaign's usual one."""

    campaign: Campaign
    starts_on: date
    member_ids: tuple[str, ...] = ()
    channel: str | None = None
    name: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Missing:
    """A required thing that is not there. `about` is starts_on, goal, helper, facilitator or who."""

    about: str
    what: Said


async def launch_campaign(
    store: Store,
    book: Playbook,
    *,
    partnership_id: str,
    campaign_id: str,
    starts_on: date,
    at: datetime,
    member_ids: Sequence[str] = (),
    channel: str | None = None,
) -> Launched:
    """Launch a campaign on a Monday, for these leaders or, with none named, for all.

    Raises:
        InvalidInput: a required box is not ticked; the text names each.
        IllegalTransition: it runs already.
        NotFound: no such campaign or partnership.
    """
    campaign = book.campaign(campaign_id)
    async with store.transaction() as tx:
        work = UnitOfWork(tx=tx, book=book, at=at, holidays=await tx.people.unchecked_holidays())
        roster = await read_roster(tx, partnership_id)
        members = tuple(dict.fromkeys(member_ids))
        launch = Launch(campaign=campaign, starts_on=starts_on, member_ids=members, channel=channel)
        missing = boxes_not_ticked(roster, launch, at=at)
        if missing:
            sentences = " ".join([book.in_words(one.what) for one in missing])
            raise InvalidInput(said("campaigns.launch.cannot_start", {"missing": sentences}))
        if runs_already(roster, campaign):
            raise IllegalTransition(said("campaigns.launch.runs_already_end", {"campaign": campaign.name}))
        launched = await launch_in(work, roster, launch)
        await work.write()
    return launched


async def launch_in(
    work: UnitOfWork, roster: Roster, launch: Launch, *, by: Leader | None = None
) -> Launched:
    """Launch within a unit of work what `boxes_not_ticked` has let through."""
    campaign, partnership_id = launch.campaign, roster.partnership.id
    everybody = everybody_in(roster)
    members = launch.member_ids or everybody
    run = CampaignRun(
        id=make_id("run", partnership_id, campaign.id, launch.starts_on),
        partnership_id=partnership_id,
        campaign_id=campaign.id,
        starts_on=launch.starts_on,
        member_ids=members,
        channel=launch.channel or usual_channel(campaign),
        is_open=set(members) >= set(everybody) and not campaign.private_rollup,
        name=launch.name,
    )
    work.keep(run)
    work.log(EventKind.RUN_LAUNCHED, partnership_id=partnership_id, subject=run.id, run_id=run.id, leader=by)
    roster = replace(roster, runs=(*roster.runs, run))
    arm_run(work, roster, run)
    invited = _invite(work, roster, run)
    ask_where_missing(work, roster)
    advice = await advise(work, roster, campaign, members)
    await refresh_board(work, roster)
    waiting = tuple(
        one.name for one in roster.organisations.values() if not one.is_ready and not has_left(one)
    )
    locale = by.locale if by is not None else DEFAULT_LOCALE
    return Launched(
        run=run,
        invited=invited,
        waiting=waiting,
        advice=tuple(work.book.in_words(one, locale=locale) for one in advice),
    )


def everybody_in(roster: Roster) -> tuple[str, ...]:
    """The ids of all whom a launch for everybody means."""
    return tuple(one.id for one in roster.leaders.values() if may_take_part(one))


def usual_channel(campaign: Campaign) -> str:
    """The name of the channel that a campaign's posts go to where nobody says otherwise."""
    return "private_group" if campaign.private_rollup else PARTNERSHIP_CHANNEL


def runs_already(roster: Roster, campaign: Campaign) -> bool:
    """Whether there is a run of this campaign that has not ended."""
    return any(run.campaign_id == campaign.id and run.ended_at is None for run in roster.runs)


def boxes_not_ticked(roster: Roster, launch: Launch, *, at: datetime) -> list[Missing]:
    """What is required and missing, each with what to do; empty where the campaign may start."""
    partnership, starts_on = roster.partnership, launch.starts_on
    members = launch.member_ids or everybody_in(roster)
    result: list[Missing] = []
    if starts_on.weekday() != 0:
        nearest = starts_on + timedelta(days=(7 - starts_on.weekday()) % 7)
        what = said("campaigns.launch.monday", {"day": nearest.isoformat()})
        result.append(Missing(about="starts_on", what=what))
    if calendar.local(at, partnership.zone).date() > starts_on:
        what = said("campaigns.launch.day_passed", {"day": starts_on.isoformat()})
        result.append(Missing(about="starts_on", what=what))
    if not partnership.shared_goal.strip() or not partnership.better_off.strip():
        result.append(Missing(about="goal", what=said("campaigns.launch.needs_goal")))
    if not partnership.helper_name.strip():
        result.append(Missing(about="helper", what=said("campaigns.launch.needs_helper")))
    if launch.campaign.needs_facilitator and partnership.facilitator_id is None:
        result.append(Missing(about="facilitator", what=said("campaigns.launch.needs_facilitator")))
    unknown = [one for one in members if one not in roster.leaders]
    if unknown:
        what = said("campaigns.launch.unknown_leaders", {"leaders": ", ".join(unknown)})
        result.append(Missing(about="who", what=what))
    elif not members:
        result.append(Missing(about="who", what=said("campaigns.launch.nobody")))
    return result


def arm_run(work: UnitOfWork, roster: Roster, run: CampaignRun) -> None:
    """Set every timer of the run's weeks that are still to come: rounds, gates, rollup and end."""
    campaign, rules = work.book.campaign(run.campaign_id), work.book.rules
    monday = run.starts_on
    ends_on = calendar.run_ends_on(run, length=campaign.length_weeks, rules=rules)
    while monday < ends_on:
        number = calendar.run_week(run, monday, length=campaign.length_weeks, rules=rules)
        week = campaign.week(number) if number else None
        due_at = calendar.instant_of(monday, rules.cadence.monday_look_time, roster.partnership.zone)
        is_this_week = monday == calendar.week_of(work.at, roster.partnership.zone)
        if week is not None and (due_at > work.at or is_this_week):
            # A campaign that goes on later in the week still gets its pairs: a round is formed once.
            due_at = max(due_at, work.at)
            if week.coffee_round is not None:
                work.set_timer(
                    TimerKind.ROUND,
                    f"{run.id}:{week.coffee_round}",
                    due_at,
                    partnership_id=run.partnership_id,
                )
            if week.gate is not None and run.highest_rung < week.gate:
                work.set_timer(
                    TimerKind.GATE, f"{run.id}:{week.gate}", due_at, partnership_id=run.partnership_id
                )
        monday += timedelta(weeks=1)
    set_rollup_timers(work, roster, run)
    arm_goals(work, roster, run)
    arm_end(work, roster, run, campaign)


def arm_end(work: UnitOfWork, roster: Roster, run: CampaignRun, campaign: Campaign) -> None:
    """Look at the end on the Monday after the last week."""
    ends_on = calendar.run_ends_on(run, length=campaign.length_weeks, rules=work.book.rules)
    due_at = calendar.instant_of(ends_on, work.book.rules.cadence.monday_look_time, roster.partnership.zone)
    work.set_timer(TimerKind.RUN_END, run.id, due_at, partnership_id=run.partnership_id)


def _invite(work: UnitOfWork, roster: Roster, run: CampaignRun) -> int:
    """Welcome those who are new, and go on with those who said yes before."""
    invited = 0
    for leader in (roster.leaders[one] for one in run.member_ids):
        if leader.is_in:
            set_offer_timer(work, roster, leader, this_week=True)
            first = calendar.week_of(run.starts_on, leader.zone)
            _first_offer(work, leader, first)
        elif roster.organisations[leader.organisation_id].is_ready:
            invited += invite(work, leader, starts_on=run.starts_on)
    return invited


def _first_offer(work: UnitOfWork, leader: Leader, week_on: date) -> None:
    due = cadence.new_action_instant(
        leader, week_on=week_on, after=work.at, holidays=work.holidays_of(leader), rules=work.book.rules
    )
    if due is not None:
        work.set_timer(TimerKind.OFFER, leader.id, due, partnership_id=leader.partnership_id)


async def end_run(work: UnitOfWork, partnership_id: str, run_id: str) -> None:
    """After the last week: the run ends by itself. A pause in the meantime moves the end."""
    roster = await read_roster(work.tx, partnership_id)
    run = next((one for one in roster.runs if one.id == run_id and one.ended_at is None), None)
    if run is None:
        return
    campaign = work.book.campaign(run.campaign_id)
    ends_on = calendar.run_ends_on(run, length=campaign.length_weeks, rules=work.book.rules)
    look_time = work.book.rules.cadence.monday_look_time
    if calendar.instant_of(ends_on, look_time, roster.partnership.zone) > work.at:
        arm_end(work, roster, run, campaign)
        return
    ended = replace(run, ended_at=work.at)
    work.keep(ended)
    work.cancel_timer(TimerKind.ROLLUP, run.id)
    for rung in (2, 3):
        work.cancel_timer(TimerKind.GATE, f"{run.id}:{rung}")
    work.log(EventKind.RUN_ENDED, partnership_id=partnership_id, subject=run.id, run_id=run.id)
    after = replace(roster, runs=tuple(ended if one.id == run.id else one for one in roster.runs))
    for leader in (roster.leaders[one] for one in run.member_ids if one in roster.leaders):
        set_offer_timer(work, after, leader, this_week=True)


async def running(work: UnitOfWork, partnership_id: str, campaign_id: str) -> tuple[Roster, CampaignRun]:
    """The live run of a campaign.

    Raises:
        NotFound: it does not run.
    """
    work.book.campaign(campaign_id)
    roster = await read_roster(work.tx, partnership_id)
    for run in roster.runs:
        if run.campaign_id == campaign_id and run.ended_at is None:
            return roster, run
    raise NotFound(said("campaigns.does_not_run", {"campaign": campaign_id}))


async def unlock_gate_by_word(
    store: Store,
    book: Playbook,
    *,
    partnership_id: str,
    campaign_id: str,
    rung: int,
    because: str,
    at: datetime,
    by: Leader | None = None,
) -> None:
    """Open a rung by word; see `unlock_by_word` for what it raises."""
    async with store.transaction() as tx:
        work = UnitOfWork(tx=tx, book=book, at=at, holidays={})
        _, run = await running(work, partnership_id, campaign_id)
        unlock_by_word(work, run, rung, because=because, by=by)
        await work.write()


def paused_days(at: datetime, zone: str, until: date) -> Days:
    """From today to a day that is not paused any more.

    Raises:
        InvalidInput: the day is not after today.
    """
    today = calendar.local(at, zone).date()
    if until <= today:
        raise InvalidInput(said("campaigns.pause_after", {"today": today.isoformat()}))
    return Days(from_on=today, to_on=until)
