"""Every table that Milepost keeps; every column is also in the field register."""

from storage.tables.columns import METADATA
from storage.tables.commitments import NUDGES, PAIRS, PARTNER_STEPS, PROMISES
from storage.tables.ledger import DELIVERIES
from storage.tables.listening import (
    HELP_REQUESTS,
    LEAVES,
    LIBRARY,
    PULSE_ANSWERS,
    PULSE_KEYS,
    THINGS_HEARD,
    TRIALS,
    VOTES,
)
from storage.tables.people import (
    CAMPAIGN_RUNS,
    HOLIDAYS,
    LEADERS,
    ORGANISATIONS,
    OWN_CAMPAIGNS,
    PARTNERSHIPS,
    STAMPS,
)
from storage.tables.records import CHANGES, ENTRY_LINKS, EVENTS, INBOX, PUBLISHED, TIMERS
from storage.tables.workspaces import HOMES, INSTALL_REQUESTS, INSTALLATIONS

__all__ = [
    "CAMPAIGN_RUNS",
    "CHANGES",
    "DELIVERIES",
    "ENTRY_LINKS",
    "EVENTS",
    "HELP_REQUESTS",
    "HOLIDAYS",
    "HOMES",
    "INBOX",
    "INSTALLATIONS",
    "INSTALL_REQUESTS",
    "LEADERS",
    "LEAVES",
    "LIBRARY",
    "METADATA",
    "NUDGES",
    "ORGANISATIONS",
    "OWN_CAMPAIGNS",
    "PAIRS",
    "PARTNERSHIPS",
    "PARTNER_STEPS",
    "PROMISES",
    "PUBLISHED",
    "PULSE_ANSWERS",
    "PULSE_KEYS",
    "STAMPS",
    "THINGS_HEARD",
    "TIMERS",
    "TRIALS",
    "VOTES",
]
