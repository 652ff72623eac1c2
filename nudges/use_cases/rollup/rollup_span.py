"""The time, the campaign and the people that one Friday post is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from nudges.model import calendar
from nudges.model.catalogue import Campaign, Week
from nudges.model.people import PARTNERSHIP_CHANNEL, CampaignRun
from nudges.unit_of_work.read_roster import Roster
from nudges.unit_of_work.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """What is looked at while a post is made."""

    work: UnitOfWork
    roster: Roster
    run: CampaignRun
    campaign: Campaign
    week: Week
    after: datetime
    until: datetime

    @property
    def zone(self) -> str:
        return self.roster.partnership.zone

    @property
    def on(self) -> date:
        return calendar.local(self.until, self.zone).date()

    @property
    def is_public(self) -> bool:
        return self.run.channel == PARTNERSHIP_CHANNEL

    @property
    def next_week(self) -> Week | None:
        return self.campaign.week(self.week.number + 1)

    @property
    def begins_at(self) -> datetime:
        return begins_at(self.run, self.zone)

    @property
    def steps_after(self) -> datetime:
        """From when on what was kept is told: in the last week from the beginning."""
        return self.after if self.next_week else self.begins_at


def begins_at(run: CampaignRun, zone: str) -> datetime:
    """The first instant of the run's first Monday."""
    return calendar.instant_of(run.starts_on, time(0), zone)


def organisations_in(roster: Roster, run: CampaignRun) -> frozenset[str]:
    """The organisations of those who take part in a run."""
    leaders = roster.leaders
    return frozenset(leaders[one].organisation_id for one in run.member_ids if one in leaders)
