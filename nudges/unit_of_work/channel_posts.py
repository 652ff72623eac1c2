"""The one way to post in a channel: two posts a week at most, and the Friday post keeps its place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from nudges.model import cadence, calendar
from nudges.model.message import MessageKind
from nudges.model.people import CampaignRun
from nudges.unit_of_work.read_roster import Roster, week_of_run
from nudges.unit_of_work.unit_of_work import UnitOfWork


async def post_in_channel(
    work: UnitOfWork,
    roster: Roster,
    channel: str,
    purpose: MessageKind,
    event: str,
    *,
    occurrence: str,
    facts: Mapping[str, Any],
    subject: str = "",
    not_after: datetime | None = None,
) -> str | None:
    """Post where the week has room for it; the delivery's id, or None where it has not.

    None as well where the channel has no address. Whatever is not the Friday post leaves room for the
    Friday posts that are still to come this week.
    """
    if await room_in_channel(work, roster, channel, purpose) < 1:
        return None
    return work.post(
        roster.partnership,
        channel,
        purpose,
        event,
        occurrence=occurrence,
        facts=facts,
        subject=subject,
        not_after=not_after,
    )


async def room_in_channel(work: UnitOfWork, roster: Roster, channel: str, purpose: MessageKind) -> int:
    """How many more posts of this purpose the channel may have this week; never below 0."""
    address = roster.partnership.channels.get(channel)
    if address is None:
        return 0
    week_on = calendar.week_of(work.at, roster.partnership.zone)
    taken = await work.tx.deliveries.channel_posts(address, week_on) + work.posts_to(address)
    if purpose is not MessageKind.ROLLUP:
        runs = [work.known(CampaignRun, run.id) or run for run in roster.runs if run.channel == channel]
        taken += sum(1 for run in runs if _is_awaited(work, roster, run))
    return max(0, work.book.rules.cadence.channel_posts_per_week_max - taken)


def _is_awaited(work: UnitOfWork, roster: Roster, run: CampaignRun) -> bool:
    """Whether this week's Friday post of a run is still to come."""
    partnership = roster.partnership
    week_on = calendar.week_of(work.at, partnership.zone)
    due_at = cadence.rollup_instant(
        week_on=week_on,
        zone=partnership.zone,
        nation_holidays=work.holidays_of(partnership),
        rules=work.book.rules,
    )
    if due_at is None or run.ended_at is not None or week_of_run(run, week_on, work.book) is None:
        return False
    due_on = calendar.local(due_at, partnership.zone).date()
    if due_on < calendar.local(work.at, partnership.zone).date() or any(due_on in one for one in run.pauses):
        return False
    last = run.rolled_up_at
    return last is None or last < calendar.instant_of(week_on, time(0), partnership.zone)
