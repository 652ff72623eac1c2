"""A partnership as it stands: its organisations, leaders and running campaigns, read together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from nudges.errors import NotFound
from nudges.ports import Transaction
from nudges.rules import calendar
from nudges.rules.catalogue import Campaign, Week
from nudges.rules.people import CampaignRun, Leader, Organisation, Partnership
from nudges.rules.playbook import Playbook


@dataclass(frozen=True, kw_only=True, slots=True)
class Roster:
    """Who takes part, by id."""

    partnership: Partnership
    organisations: Mapping[str, Organisation]
    leaders: Mapping[str, Leader]
    runs: tuple[CampaignRun, ...]

    def may_be_nudged(self, leader: Leader) -> bool:
        """Said yes, has an address, and works where permission was given."""
        organisation = self.organisations.get(leader.organisation_id)
        return (
            leader.is_in and leader.address is not None and organisation is not None and organisation.is_ready
        )

    def names(self, leader_ids: tuple[str, ...]) -> list[str]:
        """The names of those who are still here."""
        return [self.leaders[one].name for one in leader_ids if one in self.leaders]

    def organisation_names(self, leader_ids: tuple[str, ...]) -> list[str]:
        """Their organisations' names, each once, in the same order."""
        found = [
            self.organisations[self.leaders[one].organisation_id].name
            for one in leader_ids
            if one in self.leaders
        ]
        return list(dict.fromkeys(found))

    def live_runs(self, leader: Leader) -> list[CampaignRun]:
        """The campaigns that this leader takes part in and that have not ended, oldest first."""
        live = [run for run in self.runs if run.ended_at is None and leader.id in run.member_ids]
        return sorted(live, key=lambda run: (run.starts_on, run.id))


def week_of_run(run: CampaignRun, monday: date, book: Playbook) -> tuple[Campaign, Week] | None:
    """The campaign's week that this Monday begins; None before, after and in a pause."""
    campaign = book.campaign(run.campaign_id)
    number = calendar.run_week(run, monday, length=campaign.length_weeks, rules=book.rules)
    week = campaign.week(number) if number is not None else None
    return (campaign, week) if week else None


async def read_roster(tx: Transaction, partnership_id: str) -> Roster:
    """Read a partnership and everybody in it.

    Raises:
        NotFound: there is no such partnership.
    """
    partnership = await tx.people.unchecked_partnership(partnership_id)
    if partnership is None:
        raise NotFound(f"There is no partnership “{partnership_id}”.")
    return Roster(
        partnership=partnership,
        organisations={one.id: one for one in await tx.people.unchecked_organisations(partnership_id)},
        leaders={one.id: one for one in await tx.people.unchecked_leaders(partnership_id)},
        runs=tuple(await tx.people.unchecked_runs(partnership_id)),
    )
