"""A campaign that a programme lead is about to launch: what was filled in, as it travels on a button."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from nudges.errors import InvalidInput
from nudges.said import said

# What a button can carry, with room for what a platform puts around it.
LONGEST = 1500


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """What was filled in. Empty words stand for the usual: the goal as it is, the campaign's own channel,
    everybody. `lead_id` is whose form it was.
    """

    lead_id: str
    campaign_id: str
    starts_on: date
    name: str = ""
    goal: str = ""
    better_off: str = ""
    channel: str = ""
    organisation_ids: tuple[str, ...] = ()

    def to_text(self) -> str:
        """The draft as one line; `read_draft` is the reverse."""
        parts = [
            self.lead_id,
            self.campaign_id,
            self.starts_on.isoformat(),
            self.name,
            self.goal,
            self.better_off,
            self.channel,
            *self.organisation_ids,
        ]
        return json.dumps(parts, separators=(",", ":"))

    @property
    def is_too_long(self) -> bool:
        """Whether it is more than a button can carry."""
        return len(json.dumps(self.to_text())) > LONGEST


def read_draft(text: str) -> Draft:
    """A draft as a button brings it back.

    Raises:
        InvalidInput: it is none.
    """
    try:
        lead_id, campaign_id, starts_on, name, goal, better_off, channel, *organisations = _words(text)
        return Draft(
            lead_id=lead_id,
            campaign_id=campaign_id,
            starts_on=date.fromisoformat(starts_on),
            name=name,
            goal=goal,
            better_off=better_off,
            channel=channel,
            organisation_ids=tuple(organisations),
        )
    except (ValueError, RecursionError) as error:
        raise InvalidInput(said("campaigns.draft_unreadable")) from error


def _words(text: str) -> list[str]:
    words = json.loads(text)
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise ValueError(text)
    return words
