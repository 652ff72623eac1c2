"""The pinned board of a channel: posted once, then edited in place whenever it would say something new."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from nudges.model import calendar, message_facts
from nudges.model.delivery import DeliveryState
from nudges.model.help_request import supported_steps
from nudges.model.message import MessageKind
from nudges.model.nudge import Promise
from nudges.model.partner_step import PartnerStep, StepStatus
from nudges.model.people import PARTNERSHIP_CHANNEL, CampaignRun, Leader
from nudges.model.plain_words import day_words
from nudges.rules.partner_steps import board as boards
from nudges.unit_of_work.read_roster import Roster
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.support.help_log import present_help

NEVER = frozenset({DeliveryState.REFUSED, DeliveryState.CANCELLED, DeliveryState.LAPSED})


async def refresh_board(work: UnitOfWork, roster: Roster) -> None:
    """Bring every channel's board up to date; nothing is written where nothing changed."""
    for channel in roster.partnership.channels:
        await _refresh(work, roster, channel)


async def _refresh(work: UnitOfWork, roster: Roster, channel: str) -> None:
    partnership = roster.partnership
    subject = f"board:{partnership.id}:{channel}"
    steps = [one for one in await present_steps(work, partnership.id) if one.channel == channel]
    view = boards.ChannelView(
        organisations=list(roster.organisations.values()),
        phrases=work.book.phrases,
        helper=partnership.helper_name,
        may_name=channel == PARTNERSHIP_CHANNEL,
        supported=await _supported(work, partnership.id, steps),
    )
    facts: message_facts.Board = {
        **boards.board(
            view,
            steps,
            await present_promises(work, partnership.id) if channel == PARTNERSHIP_CHANNEL else [],
            [work.known(Leader, leader.id) or leader for leader in roster.leaders.values()],
            on=calendar.local(work.at, partnership.zone).date(),
            kept_after=_week_began(work, partnership.zone),
        ),
        "paused_until": _paused_until(work, roster, channel),
        "pinned": True,
    }
    work.unpost(subject)
    rows = await work.tx.deliveries.unchecked_of_subject(subject)
    gone = {one.id for one in rows if one.edits is None and one.state in NEVER}
    earlier = [one for one in rows if one.state not in NEVER and one.edits not in gone]
    if earlier and dict(earlier[0].facts) == facts:
        return
    first = earlier[-1].id if earlier else None
    work.post(
        partnership,
        channel,
        MessageKind.BOARD,
        "board",
        occurrence=f"{work.at.isoformat()}:{len(rows)}" if rows else "board",
        facts=facts,
        edits=first,
        subject=subject,
    )


async def _supported(work: UnitOfWork, partnership_id: str, steps: Sequence[PartnerStep]) -> frozenset[str]:
    """The steps whose help was taken up; the help log is read only where one of them waits for help."""
    if not any(one.status in (StepStatus.SUPPORT_ASKED_FOR, StepStatus.SUPPORT_OFFERED) for one in steps):
        return frozenset()
    return supported_steps(await present_help(work, partnership_id), until=work.at)


def _paused_until(work: UnitOfWork, roster: Roster, channel: str) -> str:
    """The day on which this channel's campaigns go on, in words; empty where one of them is not paused.

    It stands on the board, as a post about a pause may find no room in its week.
    """
    today = calendar.local(work.at, roster.partnership.zone).date()
    runs = [work.known(CampaignRun, run.id) or run for run in roster.runs if run.channel == channel]
    live = [run for run in runs if run.ended_at is None]
    ends = [days.to_on for run in live for days in run.pauses if today in days]
    return day_words(min(ends)) if ends and len(ends) >= len(live) else ""


def _week_began(work: UnitOfWork, zone: str) -> datetime:
    week_on = calendar.week_of(work.at, zone)
    return calendar.instant_of(week_on, work.book.rules.quiet.ends, zone)


async def present_steps(work: UnitOfWork, partnership_id: str) -> list[PartnerStep]:
    """All partner steps, with what this unit of work has changed."""
    known = {one.id: one for one in await work.tx.commitments.unchecked_steps(partnership_id)}
    return list((known | {one.id: one for one in work.kept(PartnerStep)}).values())


async def present_promises(work: UnitOfWork, partnership_id: str) -> list[Promise]:
    """All promises, with what this unit of work has changed."""
    known = {one.id: one for one in await work.tx.commitments.unchecked_promises(partnership_id)}
    return list((known | {one.id: one for one in work.kept(Promise)}).values())
