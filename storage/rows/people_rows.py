"""Rows of partnerships, organisations, leaders and campaign runs, there and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from nudges.model.people import (
    Address,
    CampaignRun,
    GateOpening,
    GoalMark,
    Leader,
    Nation,
    OfferChange,
    Organisation,
    Pace,
    Partnership,
    Role,
    SharedGoal,
    Visibility,
)
from storage.rows.json_values import (
    address_json,
    address_or_none,
    days_json,
    days_or_none,
    days_tuple,
    instant,
    instant_text,
)


def partnership_row(partnership: Partnership) -> dict[str, Any]:
    """A partnership as its row."""
    return {
        "id": partnership.id,
        "name": partnership.name,
        "shared_goal": partnership.shared_goal,
        "better_off": partnership.better_off,
        "zone": partnership.zone,
        "nation": partnership.nation.value,
        "helper_name": partnership.helper_name,
        "helper_id": partnership.helper_id,
        "facilitator_id": partnership.facilitator_id,
        "channels": {name: address_json(address) for name, address in partnership.channels.items()},
        "words": dict(partnership.words),
        "paused_from_on": partnership.paused.from_on if partnership.paused else None,
        "paused_to_on": partnership.paused.to_on if partnership.paused else None,
        "earlier_goals": [
            {"text": goal.text, "better_off": goal.better_off, "until_at": instant_text(goal.until_at)}
            for goal in partnership.earlier_goals
        ],
        "principles": list(partnership.principles),
        "is_public": partnership.is_public,
        "join_code": partnership.join_code,
        "advised": sorted(partnership.advised),
    }


def partnership_from(row: Any) -> Partnership:
    """The reverse of `partnership_row`."""
    return Partnership(
        id=row.id,
        name=row.name,
        shared_goal=row.shared_goal,
        better_off=row.better_off,
        zone=row.zone,
        nation=Nation(row.nation),
        helper_name=row.helper_name,
        helper_id=row.helper_id,
        facilitator_id=row.facilitator_id,
        channels={name: Address(**parts) for name, parts in row.channels.items()},
        words=row.words,
        paused=days_or_none(row.paused_from_on, row.paused_to_on),
        earlier_goals=tuple(
            SharedGoal(text=goal["text"], better_off=goal["better_off"], until_at=instant(goal["until_at"]))
            for goal in row.earlier_goals
        ),
        principles=tuple(row.principles),
        is_public=row.is_public,
        join_code=row.join_code,
        advised=frozenset(row.advised),
    )


def organisation_row(organisation: Organisation) -> dict[str, Any]:
    """An organisation as its row."""
    return {
        "id": organisation.id,
        "partnership_id": organisation.partnership_id,
        "name": organisation.name,
        "nation": organisation.nation.value,
        "kind": organisation.kind,
        "setting": organisation.setting,
        "permission_line": organisation.permission_line,
        "permission_at": organisation.permission_at,
        "assessment": organisation.assessment,
    }


def organisation_from(row: Any) -> Organisation:
    """The reverse of `organisation_row`."""
    return Organisation(
        id=row.id,
        partnership_id=row.partnership_id,
        name=row.name,
        nation=Nation(row.nation),
        kind=row.kind,
        setting=row.setting,
        permission_line=row.permission_line,
        permission_at=row.permission_at,
        assessment=row.assessment,
    )


def leader_row(leader: Leader) -> dict[str, Any]:
    """A leader as their row."""
    address = leader.address
    return {
        "id": leader.id,
        "partnership_id": leader.partnership_id,
        "organisation_id": leader.organisation_id,
        "name": leader.name,
        "email": leader.email,
        "person": leader.person,
        "zone": leader.zone,
        "nation": leader.nation.value,
        "working_days": sorted(leader.working_days),
        "leave": days_json(leader.leave),
        "delegate": leader.delegate,
        "roles": sorted(role.value for role in leader.roles),
        "suits": sorted(leader.suits),
        "has_team": leader.has_team,
        "level": leader.level,
        "setting": leader.setting,
        "tags": sorted(leader.tags),
        "platform": address.platform if address else None,
        "workspace": address.workspace if address else None,
        "send_to": address.to if address else None,
        "locale": leader.locale,
        "visibility": leader.visibility.value,
        "visibility_asked": leader.visibility_asked,
        "pace": leader.pace.value if leader.pace else None,
        "exclusions": sorted(leader.exclusions),
        "welcomed_at": leader.welcomed_at,
        "welcomes": leader.welcomes,
        "opted_in_at": leader.opted_in_at,
        "stopped_at": leader.stopped_at,
        "paused_from_on": leader.paused.from_on if leader.paused else None,
        "paused_to_on": leader.paused.to_on if leader.paused else None,
        "silent": leader.silent,
        "missed": leader.missed,
        "last_offer_on": leader.last_offer_on,
        "backed_off_until": leader.backed_off_until,
        "restarted_at": leader.restarted_at,
        "ladder": leader.ladder,
        "help_offered_on": leader.help_offered_on,
        "joined_on": leader.joined_on,
        "buddy_id": leader.buddy_id,
        "signed_at": leader.signed_at,
        "passed_action": leader.passed_action,
        "left_at": leader.left_at,
        "earliest": leader.earliest,
        "latest": leader.latest,
    }


def leader_from(row: Any) -> Leader:
    """The reverse of `leader_row`."""
    return Leader(
        id=row.id,
        partnership_id=row.partnership_id,
        organisation_id=row.organisation_id,
        name=row.name,
        email=row.email,
        person=row.person,
        zone=row.zone,
        nation=Nation(row.nation),
        working_days=frozenset(row.working_days),
        leave=days_tuple(row.leave),
        delegate=row.delegate,
        roles=frozenset(Role(role) for role in row.roles),
        suits=frozenset(row.suits),
        has_team=row.has_team,
        level=row.level,
        setting=row.setting,
        tags=frozenset(row.tags),
        address=address_or_none(row),
        locale=row.locale,
        visibility=Visibility(row.visibility),
        visibility_asked=row.visibility_asked,
        pace=Pace(row.pace) if row.pace is not None else None,
        exclusions=frozenset(row.exclusions),
        welcomed_at=row.welcomed_at,
        welcomes=row.welcomes,
        opted_in_at=row.opted_in_at,
        stopped_at=row.stopped_at,
        paused=days_or_none(row.paused_from_on, row.paused_to_on),
        silent=row.silent,
        missed=row.missed,
        last_offer_on=row.last_offer_on,
        backed_off_until=row.backed_off_until,
        restarted_at=row.restarted_at,
        ladder=row.ladder,
        help_offered_on=row.help_offered_on,
        joined_on=row.joined_on,
        buddy_id=row.buddy_id,
        signed_at=row.signed_at,
        passed_action=row.passed_action,
        left_at=row.left_at,
        earliest=row.earliest,
        latest=row.latest,
    )


def run_row(run: CampaignRun) -> dict[str, Any]:
    """A campaign run as its row."""
    return {
        "id": run.id,
        "partnership_id": run.partnership_id,
        "campaign_id": run.campaign_id,
        "starts_on": run.starts_on,
        "member_ids": list(run.member_ids),
        "channel": run.channel,
        "pauses": days_json(run.pauses),
        "gates": [
            {"rung": gate.rung, "at": instant_text(gate.at), "because": gate.because, "by": gate.by}
            for gate in run.gates
        ],
        "rolled_up_at": run.rolled_up_at,
        "ended_at": run.ended_at,
        "is_open": run.is_open,
        "goals": [_goal_json(goal) for goal in run.goals],
        "held_until": run.held_until,
        "name": run.name,
        "changes": [{"week": one.week, "action_id": one.action_id} for one in run.changes],
    }


def run_from(row: Any) -> CampaignRun:
    """The reverse of `run_row`."""
    starts_on: date = row.starts_on
    return CampaignRun(
        id=row.id,
        partnership_id=row.partnership_id,
        campaign_id=row.campaign_id,
        starts_on=starts_on,
        member_ids=tuple(row.member_ids),
        channel=row.channel,
        pauses=days_tuple(row.pauses),
        gates=tuple(
            GateOpening(rung=gate["rung"], at=instant(gate["at"]), because=gate["because"], by=gate["by"])
            for gate in row.gates
        ),
        rolled_up_at=row.rolled_up_at,
        ended_at=row.ended_at,
        is_open=row.is_open,
        goals=tuple(_goal(goal) for goal in row.goals),
        held_until=row.held_until,
        name=row.name,
        changes=tuple(OfferChange(week=one["week"], action_id=one["action_id"]) for one in row.changes),
    )


def _goal_json(goal: GoalMark) -> dict[str, Any]:
    return {
        "number": goal.number,
        "reached": goal.reached,
        "of": goal.of,
        "at": instant_text(goal.at),
        "agreed_by": goal.agreed_by,
        "agreed_at": instant_text(goal.agreed_at) if goal.agreed_at else None,
    }


def _goal(part: Mapping[str, Any]) -> GoalMark:
    return GoalMark(
        number=part["number"],
        reached=part["reached"],
        of=part["of"],
        at=instant(part["at"]),
        agreed_by=part["agreed_by"],
        agreed_at=instant(part["agreed_at"]) if part["agreed_at"] else None,
    )
