"""Rows of nudges, pairs, promises and partner steps, there and back."""

from __future__ import annotations

from datetime import date
from typing import Any

from nudges.model.nudge import Nudge, NudgeState, Plan, Promise, PromiseState
from nudges.model.pair import Pair, PairKind
from nudges.model.partner_step import Given, PartnerStep, StepChange, StepStatus
from nudges.model.people import Visibility
from storage.rows.json_values import instant, instant_text


def nudge_row(nudge: Nudge) -> dict[str, Any]:
    """A nudge as its row."""
    return {
        "id": nudge.id,
        "partnership_id": nudge.partnership_id,
        "run_id": nudge.run_id,
        "leader_id": nudge.leader_id,
        "action_id": nudge.action_id,
        "week_on": nudge.week_on,
        "week": nudge.week,
        "offered_at": nudge.offered_at,
        "offers": list(nudge.offers),
        "state": nudge.state.value,
        "before": nudge.before.value if nudge.before else None,
        "plan_at": nudge.plan.at if nudge.plan else None,
        "plan_place": nudge.plan.place if nudge.plan else None,
        "plan_by_office": nudge.plan.by_office if nudge.plan else False,
        "replied_at": nudge.replied_at,
        "done_at": nudge.done_at,
        "ended_at": nudge.ended_at,
        "snoozed_until": nudge.snoozed_until,
        "swaps": nudge.swaps,
        "swapped_from": nudge.swapped_from,
        "pair_id": nudge.pair_id,
        "question": nudge.question,
        "is_first_step": nudge.is_first_step,
        "followed_up_at": nudge.followed_up_at,
        "shared_line": nudge.shared_line,
        "judged_at": nudge.judged_at,
        "is_missed": nudge.is_missed,
        "smaller_at": nudge.smaller_at,
    }


def nudge_from(row: Any) -> Nudge:
    """The reverse of `nudge_row`."""
    plan = None
    if row.plan_at is not None:
        plan = Plan(at=row.plan_at, place=row.plan_place or "", by_office=row.plan_by_office)
    return Nudge(
        id=row.id,
        partnership_id=row.partnership_id,
        run_id=row.run_id,
        leader_id=row.leader_id,
        action_id=row.action_id,
        week_on=row.week_on,
        week=row.week,
        offered_at=row.offered_at,
        offers=tuple(row.offers),
        state=NudgeState(row.state),
        before=NudgeState(row.before) if row.before is not None else None,
        plan=plan,
        replied_at=row.replied_at,
        done_at=row.done_at,
        ended_at=row.ended_at,
        snoozed_until=row.snoozed_until,
        swaps=row.swaps,
        swapped_from=row.swapped_from,
        pair_id=row.pair_id,
        question=row.question,
        is_first_step=row.is_first_step,
        followed_up_at=row.followed_up_at,
        shared_line=row.shared_line,
        judged_at=row.judged_at,
        is_missed=row.is_missed,
        smaller_at=row.smaller_at,
    )


def pair_row(pair: Pair) -> dict[str, Any]:
    """A pair as its row."""
    return {
        "id": pair.id,
        "partnership_id": pair.partnership_id,
        "run_id": pair.run_id,
        "kind": pair.kind.value,
        "leader_ids": list(pair.leader_ids),
        "organisation_ids": list(pair.organisation_ids),
        "formed_at": pair.formed_at,
        "round": pair.round,
        "proposed": [instant_text(slot) for slot in pair.proposed],
        "proposed_by": pair.proposed_by,
        "agreed_at": pair.agreed_at,
        "place": pair.place,
        "met_at": pair.met_at,
        "met_by": pair.met_by,
        "confirmed_at": pair.confirmed_at,
        "denied_at": pair.denied_at,
        "ended_at": pair.ended_at,
        "tends_at": pair.tends_at,
        "shared_by": sorted(pair.shared_by),
    }


def pair_from(row: Any) -> Pair:
    """The reverse of `pair_row`."""
    return Pair(
        id=row.id,
        partnership_id=row.partnership_id,
        run_id=row.run_id,
        kind=PairKind(row.kind),
        leader_ids=tuple(row.leader_ids),
        organisation_ids=tuple(row.organisation_ids),
        formed_at=row.formed_at,
        round=row.round,
        proposed=tuple(instant(slot) for slot in row.proposed),
        proposed_by=row.proposed_by,
        agreed_at=row.agreed_at,
        place=row.place,
        met_at=row.met_at,
        met_by=row.met_by,
        confirmed_at=row.confirmed_at,
        denied_at=row.denied_at,
        ended_at=row.ended_at,
        tends_at=row.tends_at,
        shared_by=frozenset(row.shared_by),
    )


def promise_row(promise: Promise) -> dict[str, Any]:
    """A promise as its row."""
    return {
        "id": promise.id,
        "partnership_id": promise.partnership_id,
        "leader_id": promise.leader_id,
        "text": promise.text,
        "due_on": promise.due_on,
        "made_at": promise.made_at,
        "visibility": promise.visibility.value,
        "state": promise.state.value,
        "asked_at": promise.asked_at,
        "ended_at": promise.ended_at,
        "carried": promise.carried,
    }


def promise_from(row: Any) -> Promise:
    """The reverse of `promise_row`."""
    return Promise(
        id=row.id,
        partnership_id=row.partnership_id,
        leader_id=row.leader_id,
        text=row.text,
        due_on=row.due_on,
        made_at=row.made_at,
        visibility=Visibility(row.visibility),
        state=PromiseState(row.state),
        asked_at=row.asked_at,
        ended_at=row.ended_at,
        carried=row.carried,
    )


def step_row(step: PartnerStep) -> dict[str, Any]:
    """A partner step as its row; its history goes along as a list."""
    given = step.given
    return {
        "id": step.id,
        "partnership_id": step.partnership_id,
        "organisation_id": step.organisation_id,
        "text": step.text,
        "owner": step.owner,
        "done_means": step.done_means,
        "due_on": step.due_on,
        "status": step.status.value,
        "history": [
            {
                "at": instant_text(change.at),
                "status": change.status.value,
                "due_on": change.due_on.isoformat(),
                "reason": change.reason,
                "owner": change.owner,
            }
            for change in step.history
        ],
        "owner_id": step.owner_id,
        "helper": step.helper,
        "channel": step.channel,
        "why_together": step.why_together,
        "goal": step.goal,
        "given_limit": given.limit if given else None,
        "given_review_on": given.review_on if given else None,
        "given_confirmed_by": given.confirmed_by if given else None,
        "given_confirmed_at": given.confirmed_at if given else None,
        "asked_at": step.asked_at,
        "own_words": step.own_words,
        "board_asked_at": step.board_asked_at,
    }


def step_from(row: Any) -> PartnerStep:
    """The reverse of `step_row`."""
    return PartnerStep(
        id=row.id,
        partnership_id=row.partnership_id,
        organisation_id=row.organisation_id,
        text=row.text,
        owner=row.owner,
        done_means=row.done_means,
        due_on=row.due_on,
        status=StepStatus(row.status),
        history=tuple(
            StepChange(
                at=instant(change["at"]),
                status=StepStatus(change["status"]),
                due_on=date.fromisoformat(change["due_on"]),
                reason=change["reason"],
                owner=change.get("owner", ""),  # rows of the release before had none
            )
            for change in row.history
        ),
        owner_id=row.owner_id,
        helper=row.helper,
        channel=row.channel,
        why_together=row.why_together,
        goal=row.goal,
        given=_given(row),
        asked_at=row.asked_at,
        own_words=row.own_words,
        board_asked_at=row.board_asked_at,
    )


def _given(row: Any) -> Given | None:
    if row.given_limit is None:
        return None
    return Given(
        limit=row.given_limit,
        review_on=row.given_review_on,
        confirmed_by=row.given_confirmed_by,
        confirmed_at=row.given_confirmed_at,
    )
