"""Pausing a campaign for everybody, and going on: nothing is sent meanwhile, plans get a new question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from nudges.errors import IllegalTransition
from nudges.model import calendar, message_facts
from nudges.model.events import EventKind
from nudges.model.message import MessageKind
from nudges.model.people import CampaignRun, Days, Leader
from nudges.model.plain_words import day_words
from nudges.model.playbook import Playbook
from nudges.ports import Store
from nudges.said import said
from nudges.unit_of_work.channel_posts import post_in_channel
from nudges.unit_of_work.offers import set_offer_timer
from nudges.unit_of_work.read_roster import Roster
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.campaigns.launch_campaign import arm_run, paused_days, running
from nudges.use_cases.partner_steps.refresh_board import refresh_board

PAUSED = "channel_paused"


async def pause_campaign(
    store: Store,
    book: Playbook,
    *,
    partnership_id: str,
    campaign_id: str,
    until: date,
    at: datetime,
    reason: str = "",
) -> CampaignRun:
    """Stop a campaign's nudges from now to `until` (excluded); the weeks go on after it.

    Raises:
        InvalidInput: `until` is not after today.
        NotFound: the campaign does not run.
    """
    async with store.transaction() as tx:
        work = UnitOfWork(tx=tx, book=book, at=at, holidays=await tx.people.unchecked_holidays())
        roster, run = await running(work, partnership_id, campaign_id)
        paused = await pause_run(work, roster, run, until=until, reason=reason)
        await work.write()
    return paused


async def pause_run(
    work: UnitOfWork,
    roster: Roster,
    run: CampaignRun,
    *,
    until: date,
    reason: str = "",
    by: Leader | None = None,
    is_told: bool = False,
) -> CampaignRun:
    """Pause one run; what waits for its people is taken back, and the channel hears of it where it may.

    `is_told`: the channel hears of it already, with another run.

    Raises:
        InvalidInput: `until` is not after today.
    """
    days = paused_days(work.at, roster.partnership.zone, until)
    kept = tuple(one for one in run.pauses if one.to_on <= days.from_on)
    paused = replace(run, pauses=(*kept, days))
    work.log(
        EventKind.RUN_PAUSED,
        partnership_id=run.partnership_id,
        subject=run.id,
        run_id=run.id,
        leader=by,
    )
    for leader_id in run.member_ids:
        await work.tx.deliveries.cancel(
            leader_id, at=work.at, keep=[MessageKind.ANSWER, MessageKind.LEAD, MessageKind.STEP]
        )
    moved = _move(work, roster, paused)
    if not is_told:
        facts = message_facts.ChannelPaused(until=day_words(until), reason=reason)
        await _say(work, moved, paused, PAUSED, facts)
    await refresh_board(work, moved)
    return paused


async def resume_campaign(
    store: Store, book: Playbook, *, partnership_id: str, campaign_id: str, at: datetime
) -> CampaignRun:
    """Go on from today; a day that was paused stays paused.

    Raises:
        IllegalTransition: it is not paused.
        NotFound: the campaign does not run.
    """
    async with store.transaction() as tx:
        work = UnitOfWork(tx=tx, book=book, at=at, holidays=await tx.people.unchecked_holidays())
        roster, run = await running(work, partnership_id, campaign_id)
        resumed = await resume_run(work, roster, run)
        await work.write()
    return resumed


async def resume_run(
    work: UnitOfWork, roster: Roster, run: CampaignRun, *, by: Leader | None = None, is_told: bool = False
) -> CampaignRun:
    """Go on with one run from today; `is_told`: the channel hears of it already, with another run.

    Raises:
        IllegalTransition: it is not paused.
    """
    today = calendar.local(work.at, roster.partnership.zone).date()
    if not any(today in days for days in run.pauses):
        raise IllegalTransition(said("campaigns.not_paused"))
    shortened = [Days(from_on=days.from_on, to_on=today) if today in days else days for days in run.pauses]
    resumed = replace(run, pauses=tuple(days for days in shortened if days.from_on < days.to_on))
    work.log(
        EventKind.RUN_RESUMED,
        partnership_id=run.partnership_id,
        subject=run.id,
        run_id=run.id,
        leader=by,
    )
    moved = _move(work, roster, resumed)
    if not is_told:
        await _say(work, moved, resumed, "channel_resumed", message_facts.ChannelResumed())
    await refresh_board(work, moved)
    return resumed


async def _say(
    work: UnitOfWork, roster: Roster, run: CampaignRun, event: str, facts: Mapping[str, Any]
) -> None:
    """Tell the channel where its week has room; where it has not, the board says it.

    Going on changes the post about the pause.
    """
    occurrence = f"{run.id}:{event}:{work.at.isoformat()}"
    rows = await work.tx.deliveries.unchecked_of_subject(run.id)
    paused = next((one for one in rows if one.event == PAUSED and one.edits is None), None)
    if paused is None or event == PAUSED:
        await post_in_channel(
            work,
            roster,
            run.channel,
            MessageKind.CHANNEL_POST,
            event,
            occurrence=occurrence,
            facts=facts,
            subject=run.id,
        )
        return
    work.post(
        roster.partnership,
        run.channel,
        MessageKind.CHANNEL_POST,
        event,
        occurrence=occurrence,
        facts=facts,
        edits=paused.id,
        subject=run.id,
    )


def _move(work: UnitOfWork, roster: Roster, run: CampaignRun) -> Roster:
    """Save the run and set its timers anew: the weeks that are still to come have moved."""
    work.keep(run)
    moved = replace(roster, runs=tuple(run if one.id == run.id else one for one in roster.runs))
    arm_run(work, moved, run)
    for leader_id in run.member_ids:
        if leader_id in moved.leaders:
            set_offer_timer(work, moved, moved.leaders[leader_id], this_week=True)
    return moved
