"""Who could help: with what stands in a leader's way, with a partner step, and who is asked once more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nudges.model.help_request import HelpRequest
from nudges.model.partner_step import PartnerStep
from nudges.model.people import PARTNERSHIP_CHANNEL, Leader, Role
from nudges.model.roster import Roster

ROLES: Mapping[str, tuple[Role, ...]] = {
    "time": (Role.SPONSOR,),
    "permission": (Role.SPONSOR,),
    "people": (Role.PROGRAMME_LEAD,),
    "relationship": (Role.COACH, Role.FACILITATOR),
}


def helper_for(leader: Leader, reason_id: str, roster: Roster) -> Leader | None:
    """Who could help with what stands in this leader's way; None where nobody can be asked.

    Their own sponsor, a programme lead, a coach or a facilitator, as the reason asks for; else the named
    helper. Only with the leader's yes does that person hear of it.
    """
    wanted = ROLES[reason_id]
    fitting = [
        other
        for role in wanted
        for other in sorted(roster.leaders.values(), key=lambda other: other.id)
        if role in other.roles
        and (role is not Role.SPONSOR or other.organisation_id == leader.organisation_id)
    ]
    for helper in (*fitting, *roster.helpers()):
        if is_here(helper) and helper.id != leader.id:
            return helper
    return None


def step_helpers(roster: Roster, step: PartnerStep) -> Sequence[Leader]:
    """Who hears that a step needs help; what a private group keeps to itself, its facilitator hears."""
    facilitator = roster.leaders.get(roster.partnership.facilitator_id or "")
    if step.channel != PARTNERSHIP_CHANNEL and facilitator is not None and is_here(facilitator):
        return [facilitator]
    return roster.helpers()


def asked_again(roster: Roster, request: HelpRequest) -> Sequence[Leader]:
    """Who is reminded of a request: the helper that it names, else whoever helps now."""
    named = roster.leaders.get(request.helper_id or "")
    if named is not None and named.address is not None and named.stopped_at is None:
        return [named]
    return roster.helpers()


def is_here(leader: Leader) -> bool:
    """Whether this person can be written to, and has neither said stop nor left."""
    return leader.address is not None and leader.stopped_at is None and leader.left_at is None
