"""Goals: looked at each Friday before the post, marked once, and told to the channel after a human yes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from nudges.model import calendar, message_facts
from nudges.model.catalogue import Campaign, Goal
from nudges.model.events import EventKind
from nudges.model.message import MessageKind
from nudges.model.partner_step import StepStatus
from nudges.model.people import CampaignRun, GoalMark, Leader
from nudges.model.phrasebook import DEFAULT_LOCALE
from nudges.model.playbook import Playbook
from nudges.model.pulse import PulseMoment
from nudges.model.timers import TimerKind
from nudges.ports import Transaction
from nudges.rules.pairing import links
from nudges.rules.pulse.goal_sums import GoalCounts, GoalProgress, goal_text, is_by_word, progress, unit_of
from nudges.rules.pulse.pulse_figures import MatchedChange, closed_changes
from nudges.unit_of_work.channel_posts import post_in_channel
from nudges.unit_of_work.nudge_cards import buttons
from nudges.unit_of_work.read_roster import Roster, read_roster, week_of_run
from nudges.unit_of_work.rollup_timer import rollup_at
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.pulse.ask_pulse import facilitator_of


async def check_goals(work: UnitOfWork, partnership_id: str, run_id: str) -> None:
    """Mark what is reached, post what a human has said yes to, and set the next look."""
    roster = await read_roster(work.tx, partnership_id)
    run = next((one for one in roster.runs if one.id == run_id), None)
    if run is None:
        return
    run = await mark_goals(work, roster, run)
    is_waiting = await post_agreed(work, roster, run)
    arm_goals(work, roster, run, is_waiting=is_waiting)


def arm_goals(work: UnitOfWork, roster: Roster, run: CampaignRun, *, is_waiting: bool = False) -> None:
    """Look on the next Friday before the post, up to the last week; a yes that waits for room on Monday."""
    zone, rules = roster.partnership.zone, work.book.rules.rollup
    this_week = calendar.week_of(work.at, zone)
    if is_waiting:
        due_at = calendar.instant_of(this_week + calendar.WEEK, rules.goals_monday_time, zone)
        work.set_timer(TimerKind.GOALS, run.id, due_at, partnership_id=run.partnership_id)
        return
    length = work.book.campaign(run.campaign_id).length_weeks
    week_on = max(this_week, run.starts_on)
    ends_on = calendar.run_ends_on(run, length=length, rules=work.book.rules)
    while week_on < ends_on:
        post_at = rollup_at(work, roster, week_on)
        look_at = post_at - timedelta(hours=rules.goals_hours_before) if post_at is not None else None
        if look_at is not None and look_at > work.at:
            work.set_timer(TimerKind.GOALS, run.id, look_at, partnership_id=run.partnership_id)
            return
        week_on += calendar.WEEK
    work.cancel_timer(TimerKind.GOALS, run.id)


async def mark_goals(work: UnitOfWork, roster: Roster, run: CampaignRun) -> CampaignRun:
    """Mark each goal that is reached now, once, and ask for the human yes; returns the run as it is then."""
    campaign = work.book.campaign(run.campaign_id)
    result = week_of_run(run, calendar.week_of(work.at, roster.partnership.zone), work.book)
    week = result[1].number if result else None
    marked = {one.number for one in run.goals}
    looked_at = [
        number
        for number, goal in enumerate(campaign.goals)
        if number not in marked and _is_looked_at(goal, week, campaign)
    ]
    judges = judges_of(work, roster, run)
    if not looked_at or not judges:
        return run
    progresses = {one.number: one for one in await progress_of(work.tx, work.book, roster, run, at=work.at)}
    for number in looked_at:
        goal, now = campaign.goals[number], progresses.get(number)
        if is_by_word(goal):
            mark = GoalMark(number=number, reached=0, of=0, at=work.at)
        elif now is not None and now.is_reached:
            mark = GoalMark(number=number, reached=now.reached, of=now.of, at=work.at)
        else:
            continue
        run = await _mark(work, roster, run, mark, judges)
    return run


def _is_looked_at(goal: Goal, week: int | None, campaign: Campaign) -> bool:
    """Counted goals up to their week, those by word in their last one, a pulse whenever it closes."""
    if not goal.enabled or goal.type == "comparison":
        return False
    if goal.type == "pulse_change":
        return True
    last = goal.by_week or campaign.length_weeks
    return week is not None and (week == last if is_by_word(goal) else week <= last)


async def _mark(
    work: UnitOfWork, roster: Roster, run: CampaignRun, mark: GoalMark, judges: Sequence[Leader]
) -> CampaignRun:
    run = replace(run, goals=(*run.goals, mark))
    work.keep(run)
    if mark.of:
        work.log(
            EventKind.GOAL_REACHED,
            partnership_id=run.partnership_id,
            subject=run.id,
            run_id=run.id,
            data={"number": mark.number, "reached": mark.reached, "of": mark.of},
        )
    for judge in judges:
        await work.tell(
            judge,
            MessageKind.LEAD,
            "goal_reached_ask",
            occurrence=subject_of(run, mark),
            facts=message_facts.GoalReachedAsk(
                {
                    **mark_facts(work, run, mark, locale=judge.locale),
                    "buttons": buttons("goal_yes", "goal_not_yet"),
                }
            ),
            subject=subject_of(run, mark),
        )
    return run


def subject_of(run: CampaignRun, mark: GoalMark) -> str:
    """What the question about a goal is about."""
    return f"{run.id}:{mark.number}"


def mark_facts(
    work: UnitOfWork, run: CampaignRun, mark: GoalMark, *, locale: str = DEFAULT_LOCALE
) -> message_facts.GoalReached:
    """A goal in words, with what was counted when it was marked; `of` is 0 where nothing can be counted."""
    goal = work.book.campaign(run.campaign_id).goals[mark.number]
    scales = goal.of is not None and goal.type in ("group_count", "coverage") and mark.of > 0
    return {
        "text": goal_text(goal, mark.of if scales else None),
        "reached": mark.reached,
        "of": mark.of,
        "unit": work.book.in_words(unit_of(goal), locale=locale),
    }


def judges_of(work: UnitOfWork, roster: Roster, run: CampaignRun) -> list[Leader]:
    """Who says the human yes: the leads; in a campaign that mends a relationship its facilitator alone."""
    if work.book.campaign(run.campaign_id).needs_facilitator:
        leader = facilitator_of(roster)
        return [leader] if leader is not None else []
    return [one for one in roster.leads() if one.address is not None and one.stopped_at is None]


async def post_agreed(work: UnitOfWork, roster: Roster, run: CampaignRun) -> bool:
    """Tell the run's own channel of goals that were agreed; True where one waits for a week with room."""
    if run.channel not in roster.partnership.channels:
        return False
    agreed = {f"goal:{subject_of(run, one)}": one for one in run.goals if one.agreed_at is not None}
    known = await work.tx.deliveries.subjects_known(sorted(agreed))
    is_waiting = False
    for subject, mark in agreed.items():
        if subject not in known and not is_waiting:
            posted = await post_in_channel(
                work,
                roster,
                run.channel,
                MessageKind.CHANNEL_POST,
                "goal_reached",
                occurrence=subject,
                facts=mark_facts(work, run, mark),
                subject=subject,
            )
            is_waiting = posted is None
    return is_waiting


async def progress_of(
    tx: Transaction, book: Playbook, roster: Roster, run: CampaignRun, *, at: datetime
) -> list[GoalProgress]:
    """How far each counted goal of a run is, as counts without names; what cannot be said is left out."""
    counts = await _counts(tx, book, roster, run, at=at)
    goals = book.campaign(run.campaign_id).goals
    generator = (progress(number, goal, counts, book.rules) for number, goal in enumerate(goals))
    return [one for one in generator if one is not None]


async def _counts(
    tx: Transaction, book: Playbook, roster: Roster, run: CampaignRun, *, at: datetime
) -> GoalCounts:
    members = [roster.leaders[one] for one in run.member_ids if one in roster.leaders]
    people = frozenset(one.id for one in members if one.opted_in_at is not None and one.left_at is None)
    of_run = {one.organisation_id for one in members}
    pairs = await tx.commitments.unchecked_pairs(run.partnership_id)
    on = calendar.local(at, roster.partnership.zone).date()
    alive = Counter(
        person for couple in links.links_kept(pairs, on=on, rules=book.rules) for person in couple
    )
    met = {one for one in links.organisation_pairs_met(pairs) if one <= of_run}
    ready = {one for one in of_run if roster.organisations[one].is_ready}
    return GoalCounts(
        people=people,
        steps=await _steps(tx, run),
        links=alive,
        pairs_met=len(met),
        pairs_total=len(of_run) * (len(of_run) - 1) // 2,
        organisations_kept=len(ready & await _kept_a_step(tx, run)),
        organisations=len(ready),
        changes=await _changes(tx, run),
    )


async def _steps(tx: Transaction, run: CampaignRun) -> Counter[str]:
    kinds = [EventKind.DONE, EventKind.DONE_UNDONE]
    steps: Counter[str] = Counter()
    for event in await tx.records.events(run.partnership_id, kinds=kinds, run_id=run.id):
        if event.leader_id is not None:
            steps[event.leader_id] += 1 if event.kind is EventKind.DONE else -1
    return steps


async def _kept_a_step(tx: Transaction, run: CampaignRun) -> set[str]:
    """Organisations with a public step that is done, or whose helper has been in touch about it."""
    helped = {
        request.subject
        for request in await tx.listening.unchecked_help_log(run.partnership_id)
        if request.contacted_at is not None
    }
    return {
        step.organisation_id
        for step in await tx.commitments.unchecked_steps(run.partnership_id)
        if step.channel == run.channel and (step.status is StepStatus.DONE or step.id in helped)
    }


async def _changes(tx: Transaction, run: CampaignRun) -> dict[str, MatchedChange]:
    closed = await tx.records.events(run.partnership_id, kinds=[EventKind.PULSE_CLOSED], run_id=run.id)
    return dict(closed_changes(closed).get(PulseMoment.END, {}))
