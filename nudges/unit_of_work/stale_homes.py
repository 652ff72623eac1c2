"""Whose own page may show something else after a unit of work: told from what it keeps, logs and sends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from nudges.model.delivery import Delivery
from nudges.model.events import Event
from nudges.model.help_request import HelpRequest
from nudges.model.nudge import Nudge, Promise
from nudges.model.pair import Pair
from nudges.model.partner_step import PartnerStep
from nudges.model.people import CampaignRun, Leader, Organisation, Partnership
from nudges.model.thing_heard import ThingHeard
from nudges.rules.rollup.recount import COUNTED

_COUNTED = frozenset(COUNTED)


@dataclass(frozen=True, kw_only=True, slots=True)
class StaleHomes:
    """Leaders by id, and partnerships of which the leads or everybody have something new to see."""

    leaders: tuple[str, ...]
    leads_of: tuple[str, ...]
    everybody_of: tuple[str, ...]


def stale_homes(
    kept: Iterable[object], events: Iterable[Event], deliveries: Iterable[Delivery]
) -> StaleHomes:
    """Rather one page too many than one too few: a page that looks the same is not drawn again."""
    leaders: set[str] = {one.recipient for one in deliveries if one.person is not None}
    leads: set[str] = {one.partnership_id for one in events if one.kind in _COUNTED}
    everybody: set[str] = set()
    for thing in kept:
        match thing:
            case Leader():
                leaders.add(thing.id)
            case Nudge() | Promise():
                leaders.add(thing.leader_id)
            case Pair():
                leaders.update(thing.leader_ids)
            case HelpRequest():
                leads.add(thing.partnership_id)
                leaders.update(one for one in (thing.leader_id, thing.helper_id) if one)
            case ThingHeard():
                leads.add(thing.partnership_id)
            case Partnership():
                everybody.add(thing.id)
            case Organisation() | CampaignRun() | PartnerStep():
                everybody.add(thing.partnership_id)
            case _:
                pass
    return StaleHomes(
        leaders=tuple(leaders), leads_of=tuple(leads - everybody), everybody_of=tuple(everybody)
    )
