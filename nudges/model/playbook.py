"""Everything that decides what is asked and said: the catalogue, the campaigns, the rules, the phrases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from nudges.errors import MilepostError, NotFound
from nudges.model.catalogue import Action, Campaign, Catalogue
from nudges.model.metric_cards import MetricCard
from nudges.model.people import CampaignRun
from nudges.model.phrasebook import DEFAULT_LOCALE, Phrasebook
from nudges.model.ruleset import Rules
from nudges.said import Said, said


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnCampaign:
    """A campaign that a programme lead wrote: its file's text as it was applied, by which partnership.

    Its id is the same for the whole installation, so another partnership cannot take it.
    """

    id: str
    partnership_id: str
    text: str
    applied_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Playbook:
    """Read once at the start; the same for every partnership of this installation.

    `metrics` are the cards by id, in their order; ask for one by `metrics.card_of`.
    `site` is the address at which this installation is served, without a slash at its end; empty where
    there is none.
    """

    catalogue: Catalogue
    campaigns: Mapping[str, Campaign]
    rules: Rules
    phrases: Phrasebook
    metrics: Mapping[str, MetricCard] = field(default_factory=dict)
    site: str = ""

    def in_words(self, words: Said | MilepostError, *, locale: str = DEFAULT_LOCALE) -> str:
        """A sentence, or what an error says, in the language of whoever reads it."""
        return self.phrases.in_words(words, locale=locale)

    def open_page(self, partnership_id: str) -> str:
        """The address of a partnership's open page; empty where nothing is served."""
        return f"{self.site}/open/{partnership_id}" if self.site else ""

    def campaign(self, campaign_id: str) -> Campaign:
        """The campaign with this id.

        Raises:
            NotFound: there is none; the text lists those that exist.
        """
        campaign = self.campaigns.get(campaign_id)
        if campaign is None:
            known = ", ".join(sorted(self.campaigns))
            raise NotFound(said("campaigns.no_campaign", {"campaign": campaign_id, "known": known}))
        return campaign

    def name_of(self, run: CampaignRun) -> str:
        """What a run is called: its own name, else its campaign's."""
        return run.name or self.campaign(run.campaign_id).name

    def action(self, action_id: str) -> Action:
        """The action with this id.

        Raises:
            NotFound: there is none.
        """
        action = self.catalogue.find(action_id)
        if action is None:
            raise NotFound(said("campaigns.no_action", {"action": action_id}))
        return action
