"""A partnership as it stands: its organisations, leaders and campaign runs, known together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nudges.errors import NotFound
from nudges.model.people import CampaignRun, Leader, Organisation, Partnership, Role
from nudges.said import said


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

    def organisation(self, organisation_id: str) -> Organisation:
        """The organisation with this id.

        Raises:
            NotFound: there is none; the text lists those that exist.
        """
        organisation = self.organisations.get(organisation_id)
        if organisation is None:
            known = ", ".join(sorted(self.organisations))
            raise NotFound(
                said("campaigns.no_organisation", {"organisation": organisation_id, "known": known})
            )
        return organisation

    def names(self, leader_ids: tuple[str, ...]) -> list[str]:
        """The names of those who are still here."""
        return [self.leaders[leader_id].name for leader_id in leader_ids if leader_id in self.leaders]

    def organisation_names(self, leader_ids: tuple[str, ...]) -> list[str]:
        """Their organisations' names, each once, in the same order."""
        names = [
            self.organisations[self.leaders[leader_id].organisation_id].name
            for leader_id in leader_ids
            if leader_id in self.leaders
        ]
        return list(dict.fromkeys(names))

    def live_runs(self, leader: Leader) -> list[CampaignRun]:
        """The campaigns that this leader takes part in and that have not ended, oldest first."""
        live = [run for run in self.runs if run.ended_at is None and leader.id in run.member_ids]
        return sorted(live, key=lambda run: (run.starts_on, run.id))

    def leads(self) -> list[Leader]:
        """The programme leads."""
        return [leader for leader in self.leaders.values() if Role.PROGRAMME_LEAD in leader.roles]

    def helpers(self) -> list[Leader]:
        """Who hears of a call for help: the named helper, or the leads where nobody reaches the helper."""
        named = self.leaders.get(self.partnership.helper_id or "")
        if named is not None and named.address is not None and named.stopped_at is None:
            return [named]
        return self.leads()
