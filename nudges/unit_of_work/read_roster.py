"""Reading a partnership as it stands, and the campaign week that it is in."""

from __future__ import annotations

from datetime import date

from nudges.errors import NotFound
from nudges.model import calendar
from nudges.model.catalogue import Campaign, Week
from nudges.model.people import CampaignRun, Leader
from nudges.model.playbook import Playbook
from nudges.model.roster import Roster
from nudges.ports import Transaction
from nudges.rules.campaigns.changed_week import own_week
from nudges.said import said

__all__ = ["Roster", "paused_until", "read_roster", "week_of_run"]


def week_of_run(run: CampaignRun, monday: date, book: Playbook) -> tuple[Campaign, Week] | None:
    """The run's week that this Monday begins, as it was changed; None before, after and in a pause."""
    campaign = book.campaign(run.campaign_id)
    number = calendar.run_week(run, monday, length=campaign.length_weeks, rules=book.rules)
    week = campaign.week(number) if number is not None else None
    return (campaign, own_week(week, run.changes)) if week else None


def paused_until(roster: Roster, leader: Leader, day: date) -> date | None:
    """The day on which a campaign of this leader goes on; None where one speaks to them today."""
    ends: list[date] = []
    for run in roster.live_runs(leader):
        pause = next((days for days in run.pauses if day in days), None)
        if pause is None:
            return None
        ends.append(pause.to_on)
    return min(ends, default=None)


async def read_roster(tx: Transaction, partnership_id: str) -> Roster:
    """Read a partnership and everybody in it.

    Raises:
        NotFound: there is no such partnership.
    """
    roster = await tx.people.unchecked_roster(partnership_id)
    if roster is None:
        raise NotFound(said("campaigns.no_partnership", {"partnership": partnership_id}))
    return roster
